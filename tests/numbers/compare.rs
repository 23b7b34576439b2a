//! Comparisons against closed forms, the reference engine and independent seeds; parts of a move; relief.

use crate::common::{agrees, band, load_options, pair, paths, study, value, within};
use riskband::analysis::compare::{CompareError, compare};
use riskband::analysis::moment::Moment;
use riskband::analysis::relief::{relief, relief_at};
use riskband::analysis::why::Combinations;
use riskband::engine::RunOptions;
use riskband::limits::Limits;
use riskband::reference::simulate;
use riskband::results::comparison::{Compared, Comparison, DominanceRow, Measure, PairedRow, Verdict, WhyRow};
use riskband::results::{Band, Results};
use riskband::stats::{Estimate, Statistic};
use riskband::study::{LoadOptions, Origin, Study};

const MARKET_FAN: &str = include_str!("../../scenarios/examples/market-fan.json");

/// Phi^-1(0.95)
const Z95: f64 = 1.644_853_626_951_472_7;

fn named(name: &str, text: &str) -> Study {
    Study { scenario: name.into(), ..study(text) }
}

/// A model of one standard normal `x` and one output `y`.
fn of_normal(name: &str, formula: &str) -> Study {
    let text = format!(
        r#"{{ "riskband": 1, "variables": {{ "x": {{ "normal": {{ "mean": 0, "sd": 1 }} }},
            "y": {{ "formula": "{formula}" }} }}, "outputs": ["y"] }}"#
    );
    named(name, &text)
}

fn shipped(name: &str, set: &[&str]) -> Study {
    let set = set.iter().map(|text| (*text).to_owned()).collect();
    Study::load(&Origin::Shipped(name.into()), &LoadOptions { set, ..load_options() }).expect("it loads")
}

/// The market fan with assignments, as `--set` makes them.
fn fan(name: &str, set: &[&str]) -> Study {
    let origin = Origin::Text { name: name.into(), bytes: MARKET_FAN.as_bytes().to_vec() };
    let set = set.iter().map(|text| (*text).to_owned()).collect();
    Study::load(&origin, &LoadOptions { set, ..load_options() }).expect("it loads")
}

fn compared(studies: &[Study], options: &RunOptions) -> Compared {
    compare(studies, options, &|_| {}).unwrap_or_else(|error| panic!("{error:?}"))
}

fn two(a: Study, b: Study, options: &RunOptions) -> Comparison {
    compared(&[a, b], options).comparisons.remove(0)
}

/// The last row of an output.
fn last<'c>(comparison: &'c Comparison, output: &str, measure: Measure) -> &'c Band {
    let chosen = |row: &&riskband::results::comparison::ComparisonBand| {
        row.measure == measure && row.band.subject.output == output && row.band.subject.is_whole()
    };
    &comparison.bands.iter().rev().find(chosen).expect("a row").band
}

fn phi(z: f64) -> f64 {
    0.5 * libm::erfc(-z / 2f64.sqrt())
}

#[test]
fn a_lognormal_pair_agrees_with_closed_forms() {
    let n = 200_000;
    let options = paths(n, 4).percentiles([5.0, 50.0, 95.0]);
    let comparison = two(of_normal("a", "exp(0.5 * x)"), of_normal("b", "exp(0.1 + 0.8 * x)"), &options);
    let difference = last(&comparison, "y", Measure::Difference);
    let (mean_a, mean_b) = (0.125f64.exp(), 0.42f64.exp());
    agrees("mean of b - a", difference.mean, mean_b - mean_a);

    // b / a = exp(0.1 + 0.3 x)
    let ratio = last(&comparison, "y", Measure::Ratio);
    for (level, z) in [-Z95, 0.0, Z95].into_iter().enumerate() {
        agrees("quantile of b / a", ratio.quantiles[level], (0.1 + 0.3 * z).exp());
    }
    let paired = &comparison.paired[0];
    agrees("P(b < a)", paired.below.estimate(), phi(-1.0 / 3.0));
    agrees("P(b > a)", paired.above.estimate(), phi(1.0 / 3.0));
    assert!(paired.below.wilson().unwrap().0 < paired.below.probability().unwrap());

    let variance_a = (0.25f64.exp() - 1.0) * 0.25f64.exp();
    let variance_b = (0.64f64.exp() - 1.0) * (0.2f64 + 0.64).exp();
    let covariance = (0.1f64 + 1.3 * 1.3 / 2.0).exp() - mean_a * mean_b;
    let expected = (variance_a + variance_b) / (variance_a + variance_b - 2.0 * covariance);
    // Over 25 seeds of another program it scatters by 0.9 %.
    assert!((paired.variance_reduction.unwrap() / expected - 1.0).abs() < 0.045, "{paired:?} {expected}");

    // Both medians move with the same paths, so their errors cancel: |1 / f_b - 1 / f_a| / (2 sqrt(n)).
    let shift = last(&comparison, "y", Measure::Shift);
    let density = 1.0 / (2.0 * std::f64::consts::PI).sqrt();
    let se = (0.8 * 0.1f64.exp() - 0.5) / density / (2.0 * (n as f64).sqrt());
    let (median, stated) = pair(shift.quantiles[1]);
    assert!((stated / se - 1.0).abs() < 0.1, "{stated} {se}");
    within("move of the median", median, se, 0.1f64.exp() - 1.0);
    assert_eq!(shift.mean, difference.mean);
    assert!(comparison.partings[0].parted, "the medians differ by 0.105");
}

/// The paired error of a quantile's move is that seen over seeds: their ratio over 200 seeds has an error of 5 %.
#[test]
fn the_error_of_a_shift_is_what_seeds_show() {
    let (a, b) = (of_normal("a", "exp(0.5 * x)"), of_normal("b", "exp(0.4 * x) + 0.3 * x * x"));
    let mut moves = Vec::new();
    let mut errors = Vec::new();
    for seed in 0..200 {
        let options = paths(2_000, seed).percentiles([90.0]);
        let comparison = two(a.clone(), b.clone(), &options);
        let (shift, se) = pair(last(&comparison, "y", Measure::Shift).quantiles[0]);
        moves.push(shift);
        errors.push(se);
    }
    let n = moves.len() as f64;
    let mean = moves.iter().sum::<f64>() / n;
    let sd = (moves.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0)).sqrt();
    let stated = errors.iter().sum::<f64>() / n;
    assert!((stated / sd - 1.0).abs() < 0.15, "stated {stated}, seen {sd}");
}

#[test]
fn each_sides_results_are_those_of_its_own_run() {
    let options = paths(1_000, 5).percentiles([10.0, 90.0]).skewness(true);
    let constant = r#"drivers.hyperscale.over_time="constant""#;
    let fans = vec![fan("a", &[]), fan("b", &[constant]), fan("c", &["correlations=null"])];
    let shipped = vec![shipped("baseline", &[]), shipped("power-limited-grid", &[])];
    for studies in [fans, shipped] {
        let compared = compared(&studies, &options);
        for (study, results) in studies.iter().zip(&compared.runs) {
            assert_eq!(*results, study.run(&options, &|_| {}).expect("it runs"));
        }
        assert_eq!(compared.comparisons.len(), studies.len() - 1);
        assert!(compared.comparisons.iter().all(|comparison| comparison.a == studies[0].scenario));
    }
}

/// Independent seeds in the reference engine: nothing is shared but the models.
#[test]
fn a_shipped_pair_agrees_with_the_reference_engine() {
    let n = 5_000;
    let (a, b) = (shipped("baseline", &[]), shipped("power-limited-grid", &[]));
    let references = [simulate(&a.model, n, 71), simulate(&b.model, n, 72)];
    let comparison = two(a, b, &paths(8_000, 6).percentiles([50.0]));
    let shift = last(&comparison, "market", Measure::Shift);
    let samples = references.each_ref().map(|reference| {
        let is_meant = |band: &&riskband::reference::ReferenceBand| {
            band.output == "market" && band.part.is_none() && band.step == 6
        };
        &reference.bands.iter().find(is_meant).expect("the market").sample
    });
    let [mean_a, mean_b] = samples.map(|sample| sample.mean().expect("values"));
    let [sd_a, sd_b] = samples.map(|sample| sample.sd().expect("values"));
    let (mean, mean_se) = pair(shift.mean);
    let se = ((sd_a * sd_a + sd_b * sd_b) / n as f64 + mean_se.powi(2)).sqrt();
    within("difference of means", mean, se, mean_b - mean_a);
    let [median_a, median_b] = samples.map(|sample| sample.quantile(0.5).expect("values"));
    // sqrt(pi / 2) sd / sqrt(n) is that of a normal; these are not far from one.
    let (median, median_se) = pair(shift.quantiles[0]);
    let se = 1.2533 * ((sd_a * sd_a + sd_b * sd_b) / n as f64).sqrt() + median_se;
    within("difference of medians", median, se, median_b - median_a);
    let hits = |index: usize, name: &str| {
        let target = references[index].targets.iter().find(|row| row.target == name).expect("a target");
        target.hits as f64 / target.n as f64
    };
    for row in comparison.targets.iter().filter(|row| pair(row.difference).1 > 0.0) {
        let (difference, paired) = pair(row.difference);
        let (p_a, p_b) = (hits(0, &row.target), hits(1, &row.target));
        let se = ((p_a * (1.0 - p_a) + p_b * (1.0 - p_b)) / n as f64 + paired.powi(2)).sqrt();
        within(&row.target, difference, se, p_b - p_a);
    }
}

#[test]
fn pairing_shrinks_the_variance_of_close_scenarios() {
    let comparison = two(of_normal("a", "exp(0.5 * x)"), of_normal("b", "exp(0.51 * x)"), &paths(50_000, 7));
    let moments = |s: f64, t: f64| ((s + t) * (s + t) / 2.0).exp() - ((s * s + t * t) / 2.0).exp();
    let (a, b, both) = (moments(0.5, 0.5), moments(0.51, 0.51), moments(0.5, 0.51));
    let expected = (a + b) / (a + b - 2.0 * both);
    let found = comparison.paired[0].variance_reduction.unwrap();
    // Over 40 seeds of another program it scatters by 1.1 %.
    assert!(expected > 1000.0 && (found / expected - 1.0).abs() < 0.055, "{found} {expected}");

    // The shipped fan, power 1 % larger: against seeds that differ, not against a formula.
    let (a, b) = (fan("a", &[]), fan("b", &["constraints.power.start=9.09"]));
    assert_ne!(a.content_hash, b.content_hash);
    let options = |seed| paths(2_000, seed).percentiles([50.0]);
    let mut paired = Vec::new();
    let mut independent = Vec::new();
    for seed in 0..12 {
        let compared = compared(&[a.clone(), b.clone()], &options(seed));
        let mean = |results: &Results| value(band(results, "market", "2031").mean);
        paired.push(mean(&compared.runs[1]) - mean(&compared.runs[0]));
        let other = b.run(&options(seed + 100), &|_| {}).expect("it runs");
        independent.push(mean(&other) - mean(&compared.runs[0]));
    }
    let variance = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (values.len() - 1) as f64
    };
    let ratio = variance(&independent) / variance(&paired);
    assert!(ratio >= 100.0, "{ratio}");
}

fn verdicts(a: &str, b: &str, n: u64) -> [Verdict; 2] {
    let comparison = two(of_normal("a", a), of_normal("b", b), &paths(n, 8));
    let of = |order: u8| comparison.dominance.iter().find(|row: &&DominanceRow| row.order == order).unwrap().verdict;
    [of(1), of(2)]
}

#[test]
fn dominance_of_closed_form_pairs_is_told() {
    assert_eq!(verdicts("x", "x + 0.1", 20_000), [Verdict::BDominates; 2], "a shift");
    assert_eq!(verdicts("x", "x - 0.1", 20_000), [Verdict::ADominates; 2]);
    assert_eq!(
        verdicts("2 * x", "x", 400_000),
        [Verdict::Neither, Verdict::BDominates],
        "a spread that keeps the mean"
    );
    // At the upper end the gap is small beside the scatter of the means: fewer paths cannot tell.
    assert_eq!(verdicts("2 * x", "x", 20_000), [Verdict::Neither, Verdict::Unknown]);
    assert_eq!(verdicts("x", "0.3 + 2 * x", 20_000), [Verdict::Neither; 2], "each is better somewhere");
    assert_eq!(verdicts("x", "x", 20_000), [Verdict::Equal; 2]);
    // The same law with the sign turned: nothing is equal on a path, and no number of paths tells the laws apart.
    assert_eq!(verdicts("x", "-x", 20_000), [Verdict::Unknown; 2]);
}

#[test]
fn a_dominance_gap_is_the_largest_distance_of_the_distributions() {
    let comparison = two(of_normal("a", "x"), of_normal("b", "x + 0.5"), &paths(100_000, 9));
    let row = &comparison.dominance[0];
    // F_b - F_a is most negative half-way, at 0.25: Phi(-0.25) - Phi(0.25). Thresholds lie 2.5 to 5 % apart, which misses less
    // than a thousandth of it.
    let least = row.min_gap.unwrap();
    let (size, se) = pair(Some(least.size));
    within("gap", size, se + 2e-4, phi(-0.25) - phi(0.25));
    assert!((least.at - 0.25).abs() < 0.15 && row.max_gap.unwrap().size.value < 0.0);
}

#[test]
fn a_scenario_does_not_differ_from_itself() {
    let comparison = two(fan("a", &[]), fan("b", &[]), &paths(2_000, 10));
    for row in &comparison.bands {
        let expected = if row.measure == Measure::Ratio { 1.0 } else { 0.0 };
        for estimate in row.band.quantiles.iter().chain([&row.band.mean]).flatten() {
            assert_eq!(estimate.value, expected, "{row:?}");
        }
    }
    assert!(comparison.dominance.iter().all(|row| row.verdict == Verdict::Equal));
    assert!(comparison.partings.iter().all(|row| !row.parted));
    assert!(comparison.targets.iter().all(|row| row.difference == Some(Estimate { value: 0.0, se: Some(0.0) })));
    let is_equal = |row: &PairedRow| row.below.probability() == Some(0.0) && row.variance_reduction.is_none();
    assert!(comparison.paired.iter().all(is_equal));
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_reason() {
    let file = |horizon: &str, unit: &str, output: &str| {
        let text = format!(
            r#"{{ "riskband": 1, {horizon} "variables": {{ "x": {{ "normal": {{ "mean": 0, "sd": 1 }}, "over_time": "fresh" }},
                "{output}": {{ "formula": "x + 1", "unit": "{unit}" }} }}, "outputs": ["{output}"] }}"#
        );
        named("test", &text)
    };
    let years = r#""horizon": { "start": 2025, "end": 2027 },"#;
    let base = file(years, "m", "y");
    let code = |other: Study| match compare(&[base.clone(), other], &paths(10, 1), &|_| {}) {
        Err(CompareError::Incomparable { study: 1, problems }) => problems[0].code,
        other => panic!("{other:?}"),
    };
    assert_eq!(code(file(r#""horizon": { "start": 2025, "end": 2028 },"#, "m", "y")), "compare-horizon");
    assert_eq!(code(file(r#""horizon": { "steps": 2 },"#, "m", "y")), "compare-horizon");
    assert_eq!(code(file(years, "km", "y")), "compare-unit");
    assert_eq!(code(file(years, "m", "z")), "compare-nothing-common");
}

#[test]
fn what_only_one_has_is_left_out_and_said() {
    let file = |outputs: &str, target: &str| {
        let text = format!(
            r#"{{ "riskband": 1, "variables": {{ "x": {{ "normal": {{ "mean": 0, "sd": 1 }} }}, "y": 1, "z": 2 }},
                "outputs": [{outputs}], "targets": {{ "t": "{target}" }} }}"#
        );
        named("test", &text)
    };
    let comparison = two(file(r#""x", "y""#, "x > 0"), file(r#""z", "x""#, "x > 1"), &paths(100, 1));
    assert_eq!(comparison.paired.len(), 1);
    let codes: Vec<&str> = comparison.warnings.iter().map(|warning| warning.code).collect();
    assert_eq!(codes, ["target-differs", "left-out", "left-out"], "{:?}", comparison.warnings);
    assert!(comparison.warnings[1].text.contains("`y`") && comparison.warnings[2].text.contains("`z`"));
}

#[test]
fn paths_without_a_value_on_one_side_are_counted() {
    let comparison = two(of_normal("a", "x"), of_normal("b", "sqrt(x)"), &paths(1_000, 1));
    let difference = last(&comparison, "y", Measure::Difference);
    assert!(difference.excluded > 400 && difference.n + difference.excluded == 1_000);
    let below = comparison.paired[0].below;
    assert_eq!((below.n(), below.excluded()), (difference.n, difference.excluded));
}

fn why(a: &Study, b: &Study, groups: &[(String, Vec<String>)], n: u64) -> Vec<WhyRow> {
    let plan = Combinations::new(a, b, groups, 1, Limits::default()).unwrap_or_else(|error| panic!("{error}"));
    plan.run(&paths(n, 1), &|_| {}).expect("it runs")
}

fn part<'w>(rows: &'w [WhyRow], statistic: Statistic, input: Option<&str>) -> &'w WhyRow {
    let is_meant = |row: &&WhyRow| row.statistic == statistic && row.input.as_deref() == input;
    rows.iter().find(is_meant).expect("a row")
}

/// `y` of constants `c0`, `c1`, ... and a standard normal `x`.
fn of_constants(constants: &[f64], formula: &str) -> Study {
    let constants: Vec<String> = constants.iter().enumerate().map(|(i, c)| format!(r#""c{i}": {c}"#)).collect();
    let text = format!(
        r#"{{ "riskband": 1, "variables": {{ {}, "x": {{ "normal": {{ "mean": 0, "sd": 1 }} }},
            "y": {{ "formula": "{formula}" }} }}, "outputs": ["y"], "targets": {{ "t": "y > 0" }} }}"#,
        constants.join(", ")
    );
    study(&text)
}

#[test]
fn an_additive_move_is_split_exactly_and_a_product_half_and_half() {
    let additive = |c: &[f64]| of_constants(c, "c0 + c1 + x");
    let rows = why(&additive(&[1.0, 3.0]), &additive(&[2.0, 5.0]), &[], 5_000);
    for statistic in [Statistic::Mean, Statistic::Quantile(5.0), Statistic::MEDIAN, Statistic::Quantile(95.0)] {
        for (input, expected) in [(Some("variables.c0"), 1.0), (Some("variables.c1"), 2.0), (None, 3.0)] {
            let row = part(&rows, statistic, input);
            // Quantiles interpolate within bins of values that moved: the mean is exact, they are near.
            let tolerance = if statistic == Statistic::Mean { 1e-12 } else { 2e-3 };
            assert!((value(row.effect) - expected).abs() < tolerance, "{row:?}");
            if input.is_some() && statistic == Statistic::Mean {
                assert!((row.first.unwrap() - expected).abs() < 1e-12 && (row.last.unwrap() - expected).abs() < 1e-12);
                assert!(pair(row.effect).1 < 1e-12, "a shift is the same on every path");
            }
        }
    }

    let product = |c: &[f64]| of_constants(c, "c0 * c1 + x");
    let rows = why(&product(&[1.0, 3.0]), &product(&[2.0, 5.0]), &[], 5_000);
    for (input, effect, first, last) in [("variables.c0", 4.0, 3.0, 5.0), ("variables.c1", 3.0, 2.0, 4.0)] {
        let row = part(&rows, Statistic::Mean, Some(input));
        for (found, expected) in [(value(row.effect), effect), (row.first.unwrap(), first), (row.last.unwrap(), last)] {
            assert!((found - expected).abs() < 1e-12, "{row:?}");
        }
    }
    let grouped = [("both".to_owned(), vec!["variables.c0".to_owned(), "/variables/c1".to_owned()])];
    let rows = why(&product(&[1.0, 3.0]), &product(&[2.0, 5.0]), &grouped, 1_000);
    assert!((value(part(&rows, Statistic::Mean, Some("both")).effect) - 7.0).abs() < 1e-12);
}

#[test]
fn many_changes_are_sampled_and_still_add_up() {
    let sum: String = (0..8).map(|i| format!("c{i} + ")).collect();
    let additive = |c: f64| of_constants(&[c; 8], &format!("{sum}x"));
    let rows = why(&additive(0.0), &additive(1.0), &[], 1_000);
    let row = part(&rows, Statistic::Mean, Some("variables.c3"));
    let effect = row.effect.unwrap();
    assert!((effect.value - 1.0).abs() < 1e-12 && row.sampling_se.unwrap() < 1e-12 && effect.se.is_none());

    let product: String = (0..8).map(|i| format!("c{i} * ")).collect();
    let product = |c: f64| of_constants(&[c; 8], &format!("{product}(2 + x)"));
    let rows = why(&product(1.0), &product(1.2), &[], 4_000);
    for statistic in [Statistic::Mean, Statistic::MEDIAN, Statistic::Quantile(95.0)] {
        let total = value(part(&rows, statistic, None).effect);
        let parts: Vec<&WhyRow> = rows.iter().filter(|row| row.statistic == statistic && row.input.is_some()).collect();
        let sum: f64 = parts.iter().map(|row| value(row.effect)).sum();
        assert!((sum - total).abs() < 1e-12 * total.abs().max(1.0), "{statistic}: {sum} {total}");
        for row in parts {
            // Equal factors have equal parts: what is off is the sampling of orders.
            let z = (value(row.effect) - total / 8.0) / row.sampling_se.unwrap().max(1e-12);
            assert!(z.abs() < 5.0, "{row:?} of {total}");
        }
    }
}

#[test]
fn the_whole_move_is_that_of_the_two_runs_and_errors_are_paired() {
    let a = fan("a", &[]);
    let b = fan("b", &["market.backlog=0.2", "constraints.power.start=8", "market.start=6.5"]);
    let options = paths(4_000, 1).percentiles([5.0, 50.0, 95.0]);
    let rows = why(&a, &b, &[], 4_000);
    let compared = compared(&[a, b], &options);
    let shift = last(&compared.comparisons[0], "market", Measure::Shift);
    for (statistic, expected) in [
        (Statistic::Mean, shift.mean),
        (Statistic::Quantile(5.0), shift.quantiles[0]),
        (Statistic::MEDIAN, shift.quantiles[1]),
        (Statistic::Quantile(95.0), shift.quantiles[2]),
    ] {
        let row = rows.iter().find(|row| row.of == "market" && row.statistic == statistic && row.input.is_none());
        let row = row.expect("a total");
        let ((effect, se), (expected, expected_se)) = (pair(row.effect), pair(expected));
        assert!((effect - expected).abs() < 1e-9, "{row:?} {expected}");
        let tolerance = if statistic == Statistic::Mean { 1e-9 } else { 0.15 };
        assert!((se / expected_se - 1.0).abs() < tolerance, "{row:?} {expected_se}");
    }
    let target =
        rows.iter().find(|row| row.statistic == Statistic::Probability && row.input.is_none()).expect("a target");
    let difference = value(compared.comparisons[0].targets[0].difference);
    assert!((value(target.effect) - difference).abs() < 1e-12);
}

#[test]
fn relief_of_a_ceiling_is_a_tenth_in_every_step_and_no_more() {
    let model = |power: &str| {
        study(&format!(
            r#"{{ "riskband": 1, "horizon": {{ "start": 2025, "end": 2029 }}, "market": {{ "start": 10, "unit": "m", "backlog": 0 }},
                "drivers": {{ "trend": 0.5 }}, "constraints": {{ "power": {power}, "slack": 1e6 }},
                "targets": {{ "eleven": "market[2029] >= 11" }} }}"#
        ))
    };
    // A stock must not grow by the tenth in every step; a formula that reads its own past neither.
    for power in ["10", r#"{ "start": 10, "growth": 0 }"#, r#"{ "formula": "prev(power, 10)" }"#] {
        let rows = relief(&model(power), &paths(300, 1), &|_| {}).expect("it runs");
        let gain = |constraint: &str, statistic: Statistic| {
            let row = rows.iter().find(|row| row.constraint == constraint && row.statistic == statistic);
            pair(row.expect("a row").gain)
        };
        for statistic in [Statistic::Mean, Statistic::MEDIAN] {
            assert!((gain("power", statistic).0 - 1.0).abs() < 1e-12, "{power}: {rows:?}");
            assert_eq!(gain("slack", statistic), (0.0, 0.0));
        }
        assert_eq!(gain("power", Statistic::Probability), (1.0, 0.0));
    }
}

#[test]
fn relief_is_what_a_larger_ceiling_gives() {
    // In the fan a ceiling grows from its start, so a start a tenth larger is the same ceiling in every step.
    let rows = relief(&fan("a", &[]), &paths(4_000, 3), &|_| {}).expect("it runs");
    let options = paths(4_000, 3).percentiles([50.0]);
    let comparison = two(fan("a", &[]), fan("b", &["constraints.power.start=9.9"]), &options);
    let shift = last(&comparison, "market", Measure::Shift);
    let row = |statistic: Statistic| {
        rows.iter().find(|row| row.constraint == "power" && row.statistic == statistic).expect("a row")
    };
    for (statistic, expected) in [
        (Statistic::Mean, shift.mean),
        (Statistic::MEDIAN, shift.quantiles[0]),
        (Statistic::Probability, comparison.targets[0].difference),
    ] {
        let ((gain, se), (expected, expected_se)) = (pair(row(statistic).gain), pair(expected));
        assert!((gain - expected).abs() < 1e-9, "{statistic}: {gain} {expected}");
        assert!((se - expected_se).abs() < 1e-3 * expected_se + 1e-9, "{statistic}: {se} {expected_se}");
    }
    assert!(value(row(Statistic::Mean).gain) > 0.0);
}

/// A mean of a sum is the sum of the means, and so is every part of it. What stands at the end of a period, and rates, have no
/// total.
#[test]
fn totals_are_sums_over_the_periods() {
    let (a, b) =
        (fan("a", &[]), fan("b", &["market.start=6.5", "constraints.power.start=8", "drivers.ai_ml.normal.mean=0.25"]));
    let (options, last) = (paths(3_000, 3), a.model.horizon.last());
    let mean = |rows: &[riskband::results::ReliefRow]| {
        let row = rows.iter().find(|row| row.constraint == "power" && row.statistic == Statistic::Mean).expect("a row");
        (row.when.period.clone(), value(row.gain))
    };
    let relieved = |moment: Moment| mean(&relief_at(&a, moment, &options, &|_| {}).expect("it runs"));
    let sum: f64 = (1..=last).map(|step| relieved(Moment::Step(step)).1).sum();
    let (period, total) = relieved(Moment::Total);
    assert_eq!(period, "total");
    assert!((total - sum).abs() < 1e-9 && total > 0.0, "{total} {sum}");

    let why = |moment: Moment| {
        let plan = Combinations::new(&a, &b, &[], 3, Limits::default()).expect("they differ").at(moment);
        plan.run(&options, &|_| {}).expect("it runs")
    };
    let part = |rows: &[WhyRow], input: Option<&str>| {
        let is_meant =
            |row: &&WhyRow| row.of == "market" && row.statistic == Statistic::Mean && row.input.as_deref() == input;
        value(rows.iter().find(is_meant).expect("a row").effect)
    };
    let steps: Vec<Vec<WhyRow>> = (1..=last).map(|step| why(Moment::Step(step))).collect();
    let total = why(Moment::Total);
    let inputs: Vec<Option<&str>> =
        total.iter().filter(|row| row.of == "market").map(|row| row.input.as_deref()).collect();
    assert!(inputs.len() >= 3, "{inputs:?}");
    for input in inputs {
        let sum: f64 = steps.iter().map(|rows| part(rows, input)).sum();
        assert!((part(&total, input) - sum).abs() < 1e-9, "{input:?}: {} {sum}", part(&total, input));
    }
    assert!(total.iter().filter(|row| row.of == "report_2031").all(|row| row.when.period == "2031"), "{total:?}");
}
