//! What summary and report say is counted: over generated scenarios, each sentence is read and compared with the paths.

mod counted;
mod generator;

use counted::Counted;
use generator::{Case, case};
use riskband::output::report::{Papers, Report, write_report};
use riskband::output::{write_comparison_summary, write_summary};
use riskband::{Results, RunOptions, Scenario, compare};

/// Scenarios that are looked at; each takes some milliseconds.
const CASES: u64 = 250;
const SEED: u64 = 5;

/// What the page and the terminal say, in one line of plain text each.
fn said(runs: &[Results]) -> String {
    let mut page = Vec::new();
    let report = Report { runs, papers: &[Papers::default()], ..Report::default() };
    write_report(&mut page, &report).expect("writing to memory cannot fail");
    let mut summary = Vec::new();
    write_summary(&mut summary, runs, 2000).expect("writing to memory cannot fail");
    format!("{} {}", without_tags(&String::from_utf8(page).expect("UTF-8")), plain(&summary))
}

fn plain(summary: &[u8]) -> String {
    anstream::adapter::strip_str(std::str::from_utf8(summary).expect("UTF-8")).to_string().replace('\n', " ")
}

/// The text of a page without its script, its pictures and its markup.
fn without_tags(page: &str) -> String {
    let (mut text, mut rest) = (String::new(), page);
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        let skipped = ["svg", "script", "style"].iter().find(|name| after.starts_with(**name));
        let end = skipped.map_or(">".to_owned(), |name| format!("</{name}>"));
        rest = after.split_once(&end).map_or("", |(_, rest)| rest);
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every piece of the text between two others.
fn between<'t>(text: &'t str, before: &'t str, after: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(before).skip(1).filter_map(move |rest| rest.split_once(after).map(|(piece, _)| piece))
}

/// A number as written, and half a unit of its last digit.
fn number(text: &str) -> (f64, f64) {
    let text = text.trim();
    let value: f64 = text.parse().unwrap_or_else(|_| panic!("no number: {text}"));
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len() as i32);
    (value, 0.5 * 10f64.powi(exponent.parse::<i32>().expect("an exponent") - decimals))
}

/// A share as written: `13.9`, `<0.1` or `>99.9` per cent.
#[track_caller]
fn assert_share(text: &str, hits: usize, n: usize, slack: f64, what: &str) {
    let share = hits as f64 / n as f64;
    let text = text.trim().trim_end_matches('%').trim();
    let (low, high) = match text {
        "<0.1" => (f64::MIN_POSITIVE, 0.0005),
        ">99.9" => (0.9995, 1.0 - f64::EPSILON),
        text => {
            let (value, half) = number(text);
            ((value - half) / 100.0, (value + half) / 100.0)
        }
    };
    let is_so = share >= low - slack - 1e-12 && share <= high + slack + 1e-12;
    assert!(is_so, "{what}: said {text} %, counted {hits} of {n}");
}

/// How far a share read off bins may be from the counted one: by the values inside a bin.
fn of_bins(n: usize) -> f64 {
    5e-3 + 1.0 / n as f64
}

#[test]
fn what_is_said_of_a_run_is_counted() {
    let (mut ranges, mut constants, mut bound, mut never, mut published, mut known) = (0, 0, 0, 0, 0, 0);
    for index in 0..CASES {
        let case = case(index);
        let scenario =
            Scenario::from_json("test", &case.text).unwrap_or_else(|error| panic!("{index}: {error}\n{}", case.text));
        let mut options = RunOptions::new().paths(case.paths).seed(SEED);
        options.curves = true;
        // What never happens on a few paths has no row to speak of.
        let Ok(results) = scenario.run(&options) else { continue };
        let counted = Counted::of(&scenario, case.paths, SEED);
        let said = said(std::slice::from_ref(&results));
        let about = format!("case {index}: {}\n{said}", case.text);
        ranges += the_range(&case, &counted, &said, &about);
        constants += one_value(&case, &counted, &said, &about);
        bound += ceilings(&case, &counted, &said, &about);
        never += nothing_binds(&case, &counted, &said, &about);
        published += the_published_value(&case, &counted, &said, &about);
        known += with_a_value(&case, &counted, &said, &about);
        targets(&case, &counted, &said, &about);
        reached(&results, &counted, &about);
    }
    let seen = [ranges, constants, bound, never, published, known];
    assert!(seen.iter().all(|count| *count >= 10), "too few sentences to believe it: {seen:?}");
}

/// `The median of the market is 8.5 MW in 2026, between 7.5 (P5) and 9.6 MW (P95)`: quantiles of the paths.
fn the_range(case: &Case, counted: &Counted, said: &str, about: &str) -> usize {
    let (name, output) = &case.main;
    let before = format!("The median of {name} is ");
    let Some(piece) = between(said, &before, ")").next() else { return 0 };
    let Some((middle, rest)) = piece.split_once(", between ") else { return 0 };
    let rest = &said[said.find(rest).expect("it was cut from there")..];
    let (low, rest) = rest.split_once(" (P5) and ").expect(about);
    let high = rest.split_once(" (P95)").expect(about).0;
    let values: Vec<f64> = counted.last(output).iter().copied().filter(|value| value.is_finite()).collect();
    for (p, text) in [(0.5, middle), (0.05, low), (0.95, high)] {
        let (value, half) = number(text.split(' ').next().expect(about));
        let share =
            |is: &dyn Fn(f64) -> bool| values.iter().filter(|value| is(**value)).count() as f64 / values.len() as f64;
        let (below, at_most) = (share(&|x| x < value - half), share(&|x| x <= value + half));
        let slack = of_bins(values.len());
        assert!(below <= p + slack && at_most >= p - slack, "P{p} {value}: {below} below, {at_most} at most; {about}");
    }
    1
}

/// `The market is 10.4 MW in 2026 on every path`.
fn one_value(case: &Case, counted: &Counted, said: &str, about: &str) -> usize {
    let (name, output) = &case.main;
    let mut name = name.clone();
    name[..1].make_ascii_uppercase();
    let values = counted.last(output);
    let has_one = |text: &str| between(said, &format!("{name} is "), text).any(|piece| !piece.contains(". "));
    if !has_one("on every path") && !has_one("on the only path") {
        return 0;
    }
    assert!(values.iter().all(|value| *value == values[0]), "not one value: {about}");
    1
}

/// `Some ceiling binds at least once on 28.8 % of the paths, in 2031 on 24.8 % of the paths, there most often c0 (10.5 %)`,
/// and what the most harmful one does.
fn ceilings(case: &Case, counted: &Counted, said: &str, about: &str) -> usize {
    if case.ceilings.is_empty() {
        return 0;
    }
    let (binding, n) = (counted.binding(&case.ceilings), counted.n);
    let ever =
        |is: &dyn Fn(Option<usize>) -> bool| (0..n).filter(|path| binding.iter().any(|step| is(step[*path]))).count();
    let last = binding.last().expect("a step");
    for piece in between(said, "Some ceiling binds at least once on ", " %") {
        assert_share(piece, ever(&|binds| binds.is_some()), n, 0.0, about);
    }
    for piece in between(said, "Some ceiling binds at least once on ", ".  ")
        .filter(|piece| piece.contains(" of the paths, in "))
    {
        let (_, end) = piece.split_once(" of the paths, in ").expect(about);
        let share = between(end, " on ", " %").next().expect(about);
        assert_share(share, last.iter().filter(|binds| binds.is_some()).count(), n, 0.0, about);
    }
    for piece in between(said, ", there most often ", " %)") {
        let (name, share) = piece.split_once(" (").expect(about);
        let of = |name: &str| case.ceilings.iter().position(|other| other == name).expect(about);
        let hits = |index: usize| last.iter().filter(|binds| **binds == Some(index)).count();
        assert_share(share, hits(of(name)), n, 0.0, about);
        assert!((0..case.ceilings.len()).all(|index| hits(index) <= hits(of(name))), "not most often: {about}");
    }
    let mut seen = 0;
    for (index, name) in case.ceilings.iter().enumerate() {
        let sentences = [
            format!("{name} does the most harm: it binds at least once on "),
            format!("{name} binds at least once on "),
        ];
        for piece in sentences.iter().flat_map(|sentence| between(said, sentence, " on average.")) {
            let share = piece.split_once(" %").expect(about).0;
            assert_share(share, ever(&|binds| binds == Some(index)), n, 0.0, about);
            most_often(piece, &binding, index, n, about);
            amount(case, counted, &binding, index, piece, about);
            seen += 1;
        }
    }
    usize::from(seen > 0)
}

/// `most often in 2031 (10.5 %)`: no other step has more paths on which it binds.
fn most_often(piece: &str, binding: &[Vec<Option<usize>>], index: usize, n: usize, about: &str) {
    let most =
        binding.iter().map(|step| step.iter().filter(|binds| **binds == Some(index)).count()).max().expect(about);
    let text = between(piece, ", most often in ", " %)").next().expect(about);
    assert_share(text.split_once('(').expect(about).1, most, n, 0.0, about);
}

/// `it turns away for good 1.97 MW of demand`: the mean over the paths of what is unmet while the ceiling binds.
fn amount(case: &Case, counted: &Counted, binding: &[Vec<Option<usize>>], index: usize, piece: &str, about: &str) {
    let (wanted, market) = (counted.steps("wanted"), counted.steps("market"));
    let (wanted, market) = (&wanted[wanted.len() - binding.len()..], &market[market.len() - binding.len()..]);
    let mut unmet = 0.0;
    for (step, binds) in binding.iter().enumerate() {
        let of = |path: usize| wanted[step].1[path] - market[step].1[path];
        unmet += (0..counted.n).filter(|path| binds[*path] == Some(index)).map(of).sum::<f64>() / counted.n as f64;
    }
    let kinds = [
        ("it turns away for good ", unmet * (1.0 - case.backlog)),
        ("it defers ", unmet * case.backlog),
        ("it leaves unmet ", unmet),
    ];
    let told = kinds.iter().find_map(|(words, amount)| Some((between(piece, words, " ").next()?, *amount)));
    let (text, amount) = told.expect(about);
    let (value, half) = number(text);
    assert!((value - amount).abs() <= half + 1e-9 * amount, "said {text}, counted {amount}: {about}");
}

/// `No ceiling binds on any of 700 paths`.
fn nothing_binds(case: &Case, counted: &Counted, said: &str, about: &str) -> usize {
    if !said.contains("No ceiling binds on any of") {
        return 0;
    }
    assert!(counted.binding(&case.ceilings).iter().flatten().all(Option::is_none), "some do: {about}");
    1
}

/// `The published 12.00 MW is reached or passed on 43.1 % of the paths`.
fn the_published_value(case: &Case, counted: &Counted, said: &str, about: &str) -> usize {
    let Some(value) = case.published else { return 0 };
    let share = between(said, "is reached or passed on ", " of the paths").next().expect(about);
    assert_share(share, counted.count("market", |market| market >= value), counted.n, of_bins(counted.n), about);
    1
}

/// `first_step` of what does not happen on every path: the share on which it does.
fn with_a_value(case: &Case, counted: &Counted, said: &str, about: &str) -> usize {
    let values = counted.last(case.main.1);
    let known = values.iter().filter(|value| value.is_finite()).count();
    if known == values.len() || known == 0 {
        return 0;
    }
    if let Some(share) = between(said, ", of ", " that have a value").find_map(|piece| piece.rsplit("of ").next()) {
        assert_share(share, known, values.len(), 0.0, about);
    }
    assert!(said.contains("with a value"), "numbers of some paths stand as if of all: {about}");
    1
}

/// Probabilities of targets, by their titles where they have any.
fn targets(case: &Case, counted: &Counted, said: &str, about: &str) {
    for (index, name) in case.targets.iter().enumerate() {
        let shown =
            if said.contains(&format!("Question {index} ")) { format!("Question {index}") } else { name.clone() };
        let before = format!(" {shown} ");
        let row = between(said, &before, " %").find(|share| share.trim().parse::<f64>().is_ok()).expect(about);
        let hits = counted.count(&format!("met_{name}"), |holds| holds != 0.0 && !holds.is_nan());
        let n = counted.count(&format!("met_{name}"), |holds| !holds.is_nan());
        assert_share(row, hits, n, 0.0, &format!("{name}, {about}"));
    }
}

/// The exceedance curve: at an atom more paths reach the value than the level of its quantile tells.
fn reached(results: &Results, counted: &Counted, about: &str) {
    for curve in &results.curves {
        let values: Vec<f64> = counted.last(&curve.output).iter().copied().filter(|value| value.is_finite()).collect();
        for (&(p, value), &reached) in curve.quantiles.iter().zip(&curve.reached) {
            let hits = values.iter().filter(|other| **other >= value).count() as f64 / values.len() as f64;
            let is_so = (reached - hits).abs() <= of_bins(values.len());
            assert!(is_so, "{} at {p}: {value} is reached on {reached}, counted {hits}; {about}", curve.output);
        }
    }
}

/// `it is below on 93.0 % of the paths, above on 6.0 % and the same on 1.0 %`.
#[test]
fn what_is_said_of_a_comparison_is_counted() {
    let mut seen = 0;
    for index in 0..CASES / 5 {
        let case = case(index);
        let a = Scenario::from_json("a", &case.text).expect("valid");
        let path = if case.main.1 == "market" { "market.start" } else { continue };
        let b = a.set(path, 10.5).expect("valid").named("b");
        let options = RunOptions::new().paths(case.paths).seed(SEED);
        let compared = compare(&a, std::slice::from_ref(&b), &options).expect("they have the same outputs");
        let mut summary = Vec::new();
        write_comparison_summary(&mut summary, &compared, 2000).expect("writing to memory cannot fail");
        let mut page = Vec::new();
        let report = Report { runs: &compared.runs, comparisons: &compared.comparisons, ..Report::default() };
        write_report(&mut page, &report).expect("writing to memory cannot fail");
        let said = format!("{} {}", without_tags(&String::from_utf8(page).expect("UTF-8")), plain(&summary));
        assert!(said.contains("b with market.start=10.5"), "a what-if is not labelled: {said}");
        let [of_a, of_b] = [&a, &b].map(|scenario| Counted::of(scenario, case.paths, SEED));
        let (of_a, of_b) = (of_a.last("market"), of_b.last("market"));
        let count = |is: &dyn Fn(f64, f64) -> bool| of_a.iter().zip(of_b).filter(|(a, b)| is(**b, **a)).count();
        for piece in between(&said, "it is ", ".  ").chain(between(&said, "it is ", "%.")) {
            let words = [
                ("below on ", count(&|b, a| b < a)),
                ("above on ", count(&|b, a| b > a)),
                ("the same on ", count(&|b, a| b == a)),
            ];
            for (words, hits) in words {
                if let Some(share) = between(&format!("{piece}%"), words, "%").next() {
                    assert_share(share, hits, of_a.len(), 0.0, &said);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen >= 20, "too few sentences to believe it: {seen}");
}
