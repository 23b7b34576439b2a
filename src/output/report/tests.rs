//! The page as text: what it says, what it must not let in, what it must do without.

use super::*;
use crate::analysis::assumptions::{Assumption, AssumptionKind};
use crate::output::example::{comparison, exactly, full_results, results, when};
use crate::results::comparison::Comparison;
use crate::results::{BaselineRow, Bin, CalibrationInfo, Curve, Mark, Results, Side};

fn complete() -> Results {
    let mut results = full_results();
    results.percentiles = vec![5.0, 50.0, 95.0];
    results.run.title = Some("A market".into());
    results.baseline = (0..2)
        .map(|step| BaselineRow { when: when(step), value: [6.32, 8.43][step], p_reached: Some([1.0, 0.547][step]) })
        .collect();
    results.curves = vec![Curve {
        output: "market".into(),
        unit: Some("USD bn".into()),
        when: when(1),
        quantiles: vec![(0.0, 7.0), (0.05, 7.47), (0.5, 8.51), (0.95, 9.56), (1.0, 10.0)],
        reached: vec![1.0, 0.95, 0.5, 0.05, 0.001],
        at_or_below: vec![0.001, 0.05, 0.5, 0.95, 1.0],
        bins: vec![Bin { low: 7.0, high: 8.0, share: 0.25 }, Bin { low: 8.0, high: 10.0, share: 0.75 }],
        marks: vec![Mark { target: "report".into(), side: Side::AtLeast, value: 8.43, p_reached: Some(0.547) }],
    }];
    results
}

fn papers() -> Papers {
    Papers {
        description: Some("What it is about.".into()),
        lineage: vec!["parent.json".into(), "full.json".into()],
        assumptions: vec![Assumption {
            kind: AssumptionKind::Distribution,
            name: "growth".into(),
            pointer: "/drivers/growth".into(),
            value: "normal: mean 0.2, sd 0.06".into(),
            number: None,
            over_time: None,
            unit: None,
            source: Some("A study".into()),
            confidence: Some("assumption".into()),
            note: None,
            calibrated: None,
            set_in: vec!["full.json".into()],
        }],
    }
}

fn page(runs: &[Results], failed: &[String]) -> String {
    let papers = vec![papers(); runs.len()];
    let mut out = Vec::new();
    write_report(&mut out, &Report { runs, papers: &papers, failed, ..Report::default() })
        .expect("writing to memory cannot fail");
    String::from_utf8(out).expect("UTF-8")
}

/// A page of two that are compared, and a third that cannot be.
fn compared(comparison: &Comparison, reason: &str) -> String {
    let run = |name: &str| Results { scenario: name.into(), ..complete() };
    let runs = [run(&comparison.a), run(&comparison.b)];
    let apart = [Apart { a: comparison.a.clone(), b: "third".into(), reasons: vec![reason.into()] }];
    let report = Report {
        runs: &runs,
        papers: &[papers(), papers()],
        comparisons: std::slice::from_ref(comparison),
        apart: &apart,
        ..Report::default()
    };
    let mut out = Vec::new();
    write_report(&mut out, &report).expect("writing to memory cannot fail");
    String::from_utf8(out).expect("UTF-8")
}

/// The page without its style sheet and script, which are the program's own.
fn body(page: &str) -> &str {
    let (_, rest) = page.split_once("<body>").expect("a body");
    rest.rsplit_once("<script>").expect("a script").0
}

#[test]
fn the_answer_stands_in_sentences() {
    let page = page(&[complete()], &[]);
    for part in [
        "<h1>A market</h1>",
        "The median of the market is 8.510 USD bn in 2026, between 7.470 (P5) and 9.560 USD bn (P95).",
        "The published 8.430 USD bn is reached or passed on 54.7 % of the paths.",
        "That the median meets the published path was put in by calibration of <code>trend</code>, not found.",
        "Some ceiling binds at least once on 12.0 % of the paths, in 2026 on 21.0 % of the paths.",
        "What it is about.",
        "<dt>extends</dt>\n<dd>parent.json</dd>",
        "<th scope=\"row\" class=\"text\">growth</th>",
        "A study",
        "c0ffee",
        "18446744073709551615",
        "non-finite",
    ] {
        assert!(page.contains(part), "missing: {part}\n{}", body(&page));
    }
    // A scenario that inherits its calibration promises nothing.
    let calibration = Some(CalibrationInfo { own: false, ..complete().run.calibration.expect("there is one") });
    let mut inherits = complete();
    inherits.run.calibration = calibration;
    assert!(!self::page(&[inherits], &[]).contains("put in by calibration"));
}

#[test]
fn a_page_of_several_sets_them_side_by_side() {
    let other = Results { scenario: "other".into(), ..complete() };
    let page = page(&[complete(), other], &["broken".into()]);
    for part in [
        "<h1>2 scenarios: market, USD bn in 2026</h1>",
        "The median of the market in 2026 runs from 8.510 USD bn",
        "id=\"overlay\"",
        "Scenarios side by side",
        "<a href=\"#s1\">other</a>",
        "<h2>other</h2>",
        "because they did not run: broken.",
    ] {
        assert!(page.contains(part), "missing: {part}\n{}", body(&page));
    }
}

#[test]
fn a_page_names_nothing_outside_itself_and_has_no_inline_style() {
    let page = page(&[complete(), results()], &[]);
    let policy = page.split("content=\"default-src ").nth(1).and_then(|rest| rest.split('"').next()).expect("a policy");
    assert!(policy.starts_with("&#39;none&#39;; style-src &#39;sha256-") && !policy.contains("unsafe"), "{policy}");
    let body = body(&page);
    for absent in ["style=", "http:", "https:", " src=", "<link", "<img", "<iframe", " on"] {
        let found = body.matches(absent).filter(|_| absent != " on").count();
        assert_eq!(found, 0, "{absent}");
    }
    assert_eq!(page.matches("<style").count(), 1);
}

#[test]
fn headings_descend_by_one_and_ids_are_unique() {
    for runs in [vec![complete()], vec![complete(), Results { scenario: "other".into(), ..complete() }]] {
        let page = page(&runs, &[]);
        let body = body(&page);
        let levels: Vec<u32> = body
            .split("<h")
            .skip(1)
            .filter_map(|rest| rest.chars().next().and_then(|digit| digit.to_digit(10)))
            .collect();
        assert_eq!(levels[0], 1);
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
        let mut ids: Vec<&str> = body.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "an id is there twice");
        assert!(ids.iter().all(|id| !id.contains(' ')));
    }
}

#[test]
fn no_text_of_a_scenario_becomes_markup() {
    const EVIL: &str = "</script></style></title>\"'><img src=x onerror=alert(1)>&lt;\u{0}\u{202e}";
    let mut results = complete();
    results.scenario = EVIL.into();
    results.run.title = Some(EVIL.into());
    for band in &mut results.bands {
        band.unit = Some(EVIL.into());
        band.subject.segment = band.subject.segment.take().map(|_| EVIL.into());
        band.subject.dimension = band.subject.dimension.take().map(|_| EVIL.into());
    }
    results.targets[0].target = EVIL.into();
    results.targets[0].condition = EVIL.into();
    results.constraints[0].constraint = EVIL.into();
    results.warnings[0].text = EVIL.into();
    results.curves[0].unit = Some(EVIL.into());
    results.curves[0].marks[0].target = EVIL.into();
    let papers = Papers {
        description: Some(EVIL.into()),
        lineage: vec![EVIL.into(), EVIL.into()],
        assumptions: vec![Assumption {
            kind: AssumptionKind::Number,
            name: EVIL.into(),
            pointer: EVIL.into(),
            value: EVIL.into(),
            number: None,
            over_time: None,
            unit: Some(EVIL.into()),
            source: Some(EVIL.into()),
            confidence: Some(EVIL.into()),
            note: Some(EVIL.into()),
            calibrated: Some(EVIL.into()),
            set_in: vec![EVIL.into()],
        }],
    };
    for runs in [vec![results.clone()], vec![results.clone(), results]] {
        let mut out = Vec::new();
        let papers = vec![papers.clone(); runs.len()];
        let report = Report { runs: &runs, papers: &papers, failed: &[EVIL.into()], ..Report::default() };
        write_report(&mut out, &report).expect("writing to memory cannot fail");
        let page = String::from_utf8(out).expect("UTF-8");
        assert!(page.matches("onerror").count() >= 15, "the text is there");
        assert!(!page.contains("<img") && !page.contains('\u{202e}') && !page.contains('\u{0}'));
        // One end for each beginning: the style sheet, the script and the data.
        assert_eq!(page.matches("</script").count(), page.matches("<script").count());
        assert_eq!((page.matches("</style").count(), page.matches("</title><").count()), (1, 0));
    }
}

#[test]
fn results_with_little_in_them_make_a_page() {
    let empty = Results { bands: vec![], targets: vec![], constraints: vec![], ..results() };
    let page = page(&[empty], &[]);
    assert!(page.contains("<h1>small</h1>") && page.contains("How it was run"));
    assert!(self::page(&[], &[]).contains("0 scenarios"));
}

#[test]
fn the_same_results_write_the_same_bytes() {
    let runs = [complete(), results()];
    assert_eq!(page(&runs, &[]), page(&runs, &[]));
}

#[test]
fn a_comparison_has_its_sentence_pictures_and_tables() {
    let page = compared(&comparison("base", "tight"), "the steps differ");
    for part in [
        "<a href=\"#c0\">tight against base</a>",
        "<h2>tight against base</h2>",
        "tight ends 1.400 USD bn below base in the median in 2026; it is below on 93.0 % of the paths, above on 6.0 % and the \
         same on 1.0 %.",
        "The medians part in 2026. base is at least as likely as tight to reach any value",
        "4.2 times the paths",
        "Difference in market, USD bn, 2025 to 2026. At 2026: P5 -3.500, P50 -1.250, P95 0.500.",
        // From the median of the one to that of the other; the mean of both is in the run too.
        "P50 of base 8.510, power -1.900, demand +0.500, P50 of tight 7.110.",
        "mean of base 8.510, power -2.000, demand +0.500, mean of tight 7.010.",
        "<td class=\"number\">-10.00</td>",
        "<td class=\"number\">37.5 %</td>",
        "<td class=\"text\">a dominates b</td>",
        "left-out: output of `other` alone",
        "<h2>Not compared with base</h2>",
        "third: the steps differ.",
        "\"no difference\"",
    ] {
        assert!(page.contains(part), "missing: {part}\n{}", body(&page));
    }
}

#[test]
fn a_comparison_says_what_it_cannot_tell() {
    let mut small = comparison("base", "tight");
    for row in small.bands.iter_mut().filter(|row| row.band.subject.when.step == 1) {
        row.band.quantiles[1].as_mut().expect("a value").value = 0.05;
    }
    let text = "tight and base cannot be told apart in the median in 2026: 0.050 USD bn above, with a standard error of 0.030 \
                USD bn; path by path it is above on 6.0 % of the paths, below on 93.0 %";
    let page = compared(&small, "x");
    assert!(page.contains(text), "{}", body(&page));
    for row in &mut small.bands {
        row.band.quantiles = vec![exactly(0.0); 3];
    }
    assert!(compared(&small, "x").contains("tight ends where base does in the median in 2026; it is above on"));
    let mut moving = comparison("base", "tight");
    moving.why.iter_mut().for_each(|row| row.effect = exactly(0.0));
    assert!(!compared(&moving, "x").contains("Why the median"), "nothing moves, so nothing is drawn");
}

/// A move of a hundredth is drawn by itself: beside bars of the whole market its parts would not be seen.
#[test]
fn a_small_move_is_drawn_by_itself() {
    let mut small = comparison("base", "tight");
    small.why.iter_mut().for_each(|row| row.effect = row.effect.map(|effect| effect.scaled(0.01)));
    let page = compared(&small, "x");
    assert!(
        page.contains("as base 0.00000, power -0.01900, demand +0.00500, all together -0.01400."),
        "{}",
        body(&page)
    );
}

#[test]
fn a_comparison_is_as_safe_and_as_orderly_as_the_rest() {
    const EVIL: &str = "\"><img src=x onerror=hit()></script>\u{202e}";
    let mut evil = comparison(&format!("a{EVIL}"), &format!("b{EVIL}"));
    evil.targets[0].target = EVIL.into();
    evil.constraints[0].constraint = EVIL.into();
    evil.warnings[0].text = EVIL.into();
    evil.why[0].input = Some(EVIL.into());
    for row in &mut evil.bands {
        row.band.unit = Some(EVIL.into());
    }
    let page = compared(&evil, EVIL);
    assert!(!page.contains("<img") && !page.contains('\u{202e}'));
    assert_eq!(page.matches("</script").count(), page.matches("<script").count());
    assert_eq!(page, compared(&evil, EVIL));

    let page = compared(&comparison("base", "tight"), "x");
    let body = body(&page);
    let mut ids: Vec<&str> = body.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    assert!(ids.contains(&"c0-figure0-wide-desc") && ids.contains(&"c0-figure2-narrow-title"));
    assert_eq!(body.matches("role=\"img\"").count(), body.matches("<desc id=").count());
}
