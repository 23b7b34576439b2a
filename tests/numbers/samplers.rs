//! Latin hypercube samples and Sobol' sequences: how much they gain, that they estimate the same, and that their errors hold.

use crate::common::{agrees, band, correlation, pair, paths, quantile, results, share, study, value, within};
use riskband::Sampler;
use riskband::engine::BlockSet;
use riskband::kernel::Level;
use riskband::study::Part;
use std::fmt::Write as _;
use std::sync::Arc;

const ISHIGAMI: &str = include_str!("../data/sensitivity/ishigami.json");
const BOREHOLE: &str = include_str!("../../scenarios/examples/borehole.json");
const PRODUCT: &str = include_str!("../data/sensitivity/lognormal-product.json");
const W2: &str = include_str!("../data/sensitivity/market-constant.json");
const W1: &str = include_str!("../data/sensitivity/market-fan.json");
/// W1 with all that a market reports.
const FAN: &str = include_str!("../../scenarios/examples/market-fan.json");
const STREAMS: &str = include_str!("../data/sensitivity/growth-streams.json");

/// Two drivers that persist, 14 dimensions in seven years, no ceiling.
const AR1: &str = r#"{
    "riskband": 1, "horizon": { "start": 2025, "end": 2031 },
    "market": { "start": 6.32 },
    "drivers": {
        "a": { "normal": { "mean": 0.2, "sd": 0.1 }, "over_time": { "persistence": 0.6, "permanent": 0.3 } },
        "b": { "normal": { "mean": 0.08, "sd": 0.12 }, "over_time": { "persistence": 0.4, "permanent": 0.2 } }
    },
    "outputs": ["market"]
}"#;

/// The same with an event.
fn ar1_with_event() -> String {
    AR1.replace(r#""drivers": {"#, r#""drivers": { "cycle": "-slump","#).replace(
        r#""outputs""#,
        r#""events": { "slump": { "hazard": 0.2, "size": { "triangular": { "low": 0.1, "mode": 0.25, "high": 0.5 } } } },
           "outputs""#,
    )
}

/// The borehole function with its inputs uniform on the ranges of Harper and Gupta (1983).
fn uniform_borehole() -> String {
    BOREHOLE
        .replace(r#"{ "normal": { "mean": 0.1, "sd": 0.0161812 }"#, r#"{ "uniform": { "low": 0.05, "high": 0.15 }"#)
        .replace(
            r#"{ "lognormal": { "log_mean": 7.71, "log_sd": 1.0056 }"#,
            r#"{ "uniform": { "low": 100, "high": 50000 }"#,
        )
}

/// How much smaller the error of a mean is than that of as many independent paths: replicates of 2^log paths, whose spread is
/// the error of one. By 64 of them it is known within 9 %, one standard error, by 16 within 18 %.
fn gain(text: &str, output: &str, sampler: Sampler, log: u32, replicates: u64) -> f64 {
    let options = paths(replicates << log, 1).sampler(sampler).replicates(replicates);
    let results = results(text, &options);
    let band = results.bands.iter().rfind(|band| band.subject.output == output && band.subject.is_whole());
    let band = band.expect("the output is there");
    let error = pair(band.mean).1 * (replicates as f64).sqrt();
    value(band.sd) / f64::from(1 << log).sqrt() / error
}

/// Slope of the error over the paths, both as logarithms: -1/2 of independent paths, and half of what the gain rises by each
/// time the paths are four times as many less.
fn slope(gains: &[(u32, f64)]) -> f64 {
    let n = gains.len() as f64;
    let x = |log: u32| f64::from(log) * 2f64.ln();
    let mean = |of: &dyn Fn(&(u32, f64)) -> f64| gains.iter().map(of).sum::<f64>() / n;
    let (mean_x, mean_y) = (mean(&|(log, _)| x(*log)), mean(&|(_, gain)| gain.ln()));
    let covariance: f64 = gains.iter().map(|(log, gain)| (x(*log) - mean_x) * (gain.ln() - mean_y)).sum();
    let variance: f64 = gains.iter().map(|(log, _)| (x(*log) - mean_x).powi(2)).sum();
    -0.5 - covariance / variance
}

/// What each model must gain: the slope at most and the gain at 2^14 paths at least of Sobol', that of a Latin hypercube. By
/// so many replicates in the default sample: more where 16 do not know a gain well enough for its bar.
struct Bar {
    name: &'static str,
    text: String,
    output: &'static str,
    slope: Option<f64>,
    sobol: f64,
    lhs: f64,
    replicates: u64,
}

fn bars() -> Vec<Bar> {
    let bar = |name, text: &str, output, slope, sobol, lhs| Bar {
        name,
        text: text.to_owned(),
        output,
        slope,
        sobol,
        lhs,
        replicates: 16,
    };
    vec![
        bar("Ishigami", ISHIGAMI, "y", Some(-1.1), 0.85, 0.85),
        bar("borehole, uniform inputs", &uniform_borehole(), "flow", Some(-1.1), 300.0, 3.5),
        // An independent program, scipy 1.17 with 64 scrambled sequences, gains 261 here.
        bar("borehole", BOREHOLE, "flow", Some(-0.95), 180.0, 3.5),
        bar("lognormal product", PRODUCT, "y", Some(-0.85), 50.0, 0.85),
        bar("W2", W2, "market", None, 7.0, 0.85),
        bar("AR(1) market", AR1, "market", None, 12.0, 0.85),
        bar("with an event", &ar1_with_event(), "market", None, 8.0, 0.85),
        bar("streams and slumps", STREAMS, "market", None, 8.0, 0.85),
        Bar { replicates: 24, ..bar("W1", W1, "market", None, 2.0, 1.5) },
    ]
}

/// The figures of docs/samplers.md, from 2^10 to 2^16 paths in 64 replicates with `SAMPLERS=whole`. Else functions without time
/// have 2^10, 2^12 and 2^14 paths for their slope, and markets, which promise none, 2^14, in fewer replicates.
#[test]
fn samplers_gain_what_they_should() {
    let whole = std::env::var_os("SAMPLERS").is_some();
    let mut table = String::new();
    let mut missed = Vec::new();
    for Bar { name, text, output, slope: steepest, sobol, lhs, replicates } in bars() {
        let (logs, replicates): (Vec<u32>, u64) = match (whole, steepest) {
            (true, _) => ((10..=16).collect(), 64),
            (false, Some(_)) => (vec![10, 12, 14], replicates),
            (false, None) => (vec![14], replicates),
        };
        let begun = std::time::Instant::now();
        let gain = |sampler, log| gain(&text, output, sampler, log, replicates);
        let gains: Vec<(u32, f64)> = logs.iter().map(|&log| (log, gain(Sampler::Sobol, log))).collect();
        let latin = gain(Sampler::Lhs, 14);
        let at_14 = gains.iter().find(|(log, _)| *log == 14).expect("it is among them").1;
        let slope = slope(&gains);
        let all: Vec<String> = gains.iter().map(|(log, gain)| format!("2^{log}: {gain:.1}")).collect();
        writeln!(table, "{name}: slope {slope:.2}, lhs {latin:.2}, {} ({:.1?})", all.join(", "), begun.elapsed())
            .expect("text");
        if at_14 < sobol || latin < lhs || steepest.is_some_and(|steepest| slope > steepest) {
            missed.push(name);
        }
    }
    println!("{table}");
    assert!(missed.is_empty(), "{missed:?}\n{table}");
}

/// Means, quantiles, deviations and shares of a market with ceilings agree with 3e9 paths of two other programs (see the
/// scenario's description), each within five of its own errors by 16 replicates.
#[test]
fn estimates_are_those_of_independent_paths() {
    for sampler in [Sampler::Lhs, Sampler::Sobol] {
        let results = results(W1, &paths(1 << 18, 3).sampler(sampler));
        let market = band(&results, "market", "2031");
        agrees("mean", market.mean, 35.33441);
        agrees("sd", market.sd, 5.1298);
        for (level, truth) in [(5.0, 26.99906), (25.0, 31.81596), (50.0, 35.27141), (75.0, 38.76963), (95.0, 43.88319)]
        {
            let (value, se) = quantile(&results, "market", "2031", level);
            within(&format!("{sampler:?} P{level}"), value, se, truth);
        }
        let report = share(&results, "report_2031");
        within("share", report.probability().unwrap(), report.standard_error().unwrap(), 0.469994);
        let (low, high) = report.interval().unwrap();
        assert!(low < 0.469994 && 0.469994 < high, "{sampler:?}: {low} {high}");
    }
}

/// Shocks keep their law and their correlations over steps and inputs when draws are principal components, or a bridge over
/// many steps.
#[test]
fn rotated_streams_keep_their_correlations() {
    for steps in [6, 30] {
        let text = format!(
            r#"{{ "riskband": 1, "horizon": {{ "steps": {steps} }},
                "variables": {{
                    "x": {{ "normal": {{ "mean": 0, "sd": 1 }}, "over_time": {{ "persistence": 0.7, "permanent": 0.2 }} }},
                    "y": {{ "normal": {{ "mean": 0, "sd": 1 }}, "over_time": {{ "persistence": 0.7, "permanent": 0.2 }} }},
                    "z": {{ "uniform": {{ "low": 0, "high": 1 }}, "over_time": "fresh" }}
                }},
                "correlations": {{ "xy": {{ "between": ["x", "y"], "normal_score": 0.5 }} }} }}"#
        );
        let last = format!("x[{steps}]");
        let options = paths(1 << 16, 5)
            .sampler(Sampler::Sobol)
            .correlate("x[1]", "x[2]")
            .correlate("x[1]", last.as_str())
            .correlate("x[3]", "y[3]")
            .correlate("z[1]", "z[2]")
            .correlate("x[2]", "z[2]");
        let results = results(&text, &options);
        let far = 0.2 + 0.8 * 0.7f64.powi(steps - 1);
        for (a, b, truth) in [
            ("x[1]", "x[2]", 0.2 + 0.8 * 0.7),
            ("x[1]", last.as_str(), far),
            ("x[3]", "y[3]", 0.5),
            ("z[1]", "z[2]", 0.0),
            ("x[2]", "z[2]", 0.0),
        ] {
            agrees(&format!("{steps} steps, {a} with {b}"), correlation(&results, a, b).pearson, truth);
        }
        for step in [1, 2, steps] {
            let z = band(&results, "z", &step.to_string());
            agrees("mean of a uniform", z.mean, 0.5);
            agrees("sd of a uniform", z.sd, (1.0f64 / 12.0).sqrt());
        }
    }
}

/// 95 % intervals by 16 replicates of Student's t hold as often as they say: the mean of the Ishigami function is 3.5, and y is
/// above that with a probability that 2^22 points of a sequence know within 2e-5.
#[test]
fn intervals_by_replicates_cover() {
    let text = ISHIGAMI.replace(r#""outputs""#, r#""targets": { "high": "y > 3.5" }, "outputs""#);
    let precise = share(&results(&text, &paths(1 << 22, 9).sampler(Sampler::Sobol)), "high");
    let (truth, error) = (precise.probability().unwrap(), precise.standard_error().unwrap());
    assert!(error < 5e-5, "{error}");
    let study = study(&text);
    for sampler in [Sampler::Lhs, Sampler::Sobol] {
        let mut covered = [0; 2];
        for seed in 0..200 {
            let results = study.run(&paths(4_096, 1_000 + seed).sampler(sampler), &|_| {}).expect("results");
            let (mean, se) = pair(band(&results, "y", "0").mean);
            let (low, high) = share(&results, "high").interval().unwrap();
            covered[0] += u32::from((mean - 3.5).abs() <= 2.131_450 * se);
            covered[1] += u32::from(low <= truth && truth <= high);
        }
        // 190 of 200 with a standard deviation of 3.1.
        assert!(covered.iter().all(|covered| (178..=199).contains(covered)), "{sampler:?}: {covered:?} of 200");
    }
}

#[test]
fn one_replicate_has_no_errors() {
    let options =
        |replicates| paths(5_000, 1).sampler(Sampler::Lhs).replicates(replicates).correlate("market", "demand");
    let one = results(FAN, &options(1));
    let market = band(&one, "market", "2031");
    assert!(value(market.mean) > 0.0);
    let figures = market.quantiles.iter().chain([&market.mean, &market.sd]);
    assert!(figures.clone().all(|figure| figure.is_some_and(|figure| figure.se.is_none())), "{market:?}");
    let report = share(&one, "report_2031");
    assert_eq!((report.standard_error(), report.interval()), (None, None));
    assert!(one.constraints.iter().all(|row| row.binding.standard_error().is_none()));
    assert_eq!(one.correlations[0].pearson.and_then(|pearson| pearson.se), None);
    assert!(one.warnings.iter().any(|warning| warning.code == "sampling" && warning.text.contains("--replicates 16")));
    let two = results(FAN, &options(2));
    assert!(pair(band(&two, "market", "2031").mean).1 > 0.0);
}

/// Cut anywhere, on any level and any number of threads, with replicates that do not fill their blocks: the same bits.
#[test]
fn parts_of_replicates_merge_to_the_run() {
    let both = [Sampler::Lhs, Sampler::Sobol];
    for (text, other, sampler) in both.into_iter().flat_map(|it| [(FAN, "demand", it), (STREAMS, "log_level", it)]) {
        let options = paths(30_001, 9).sampler(sampler).replicates(5).shortfall([5.0]).correlate("market", other);
        let simulation = Arc::new(study(text)).simulation(&options, &|_| {}).expect("a small run");
        let whole = simulation.run(&|_| {}).expect("results");
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            assert_eq!(pool.install(|| simulation.run(&|_| {})).expect("results"), whole, "{threads} threads");
        }
        let blocks = simulation.blocks();
        let levels = Level::available();
        for cut in [1, 7, 30, blocks.count() - 1] {
            let parts = [0..cut, cut..blocks.count()]
                .into_iter()
                .enumerate()
                .map(|(part, range)| simulation.on(levels[part % levels.len()]).part(range).expect("nobody cancels"));
            let [first, mut last]: [Part; 2] = parts.collect::<Vec<_>>().try_into().expect("two parts");
            assert_eq!(first.blocks(), BlockSet::of(0..cut));
            assert_eq!(last.missing(), BlockSet::of(0..cut));
            last.merge(&first).expect("parts of one run");
            assert_eq!((last.paths(), last.blocks()), (options.paths, BlockSet::of(blocks.range())));
            let read = Part::from_bytes(&last.to_bytes()).expect("just written");
            assert_eq!(read.results().expect("results"), whole, "{sampler:?} cut at {cut}");
        }
    }
}

/// The mean over saved paths is that of the run, path by path and whatever group they come in.
#[test]
fn saved_paths_are_those_of_the_run() {
    let study = study(W1);
    for sampler in [Sampler::Lhs, Sampler::Sobol] {
        let options = paths(3_001, 4).sampler(sampler).replicates(3);
        let run = study.run(&options, &|_| {}).expect("results");
        let all = riskband::Paths::of_run(&study.model, &options, 3_001, true);
        let column = |name: &str| all.columns().iter().position(|column| column.name == name).expect(name);
        let market = column("market[2031]");
        let uniform = column("uniform.ai_ml[2031]");
        let mut groups = all.groups();
        let (mut sum, mut count, mut uniforms) = (0.0, 0, Vec::new());
        while let Some(group) = groups.next_group(&|_| {}).expect("nobody cancels") {
            assert_eq!(group.first(), count as u64);
            count += group.count();
            sum += group.row(market).flatten().sum::<f64>();
            group.row(uniform).for_each(|piece| uniforms.extend_from_slice(piece));
        }
        assert_eq!(count, 3_001);
        let mean = value(band(&run, "market", "2031").mean);
        assert!((sum / 3_001.0 - mean).abs() < 1e-12 * mean, "{sampler:?}");
        assert!(uniforms.iter().all(|u| (0.0..1.0).contains(u)));
        // The first ones alone are the same.
        let few = riskband::Paths::of_run(&study.model, &options, 700, true);
        let mut groups = few.groups();
        let group = groups.next_group(&|_| {}).expect("nobody cancels").expect("there are paths");
        assert_eq!(group.count(), 700);
        assert!((0..700).all(|path| group.value(uniform, path) == uniforms[path]), "{sampler:?}");
    }
}

/// An input that stays alone has one path in each stratum of every replicate, in every step.
#[test]
fn a_latin_hypercube_has_one_path_in_each_stratum_of_a_replicate() {
    let text = r#"{ "riskband": 1, "horizon": { "steps": 3 },
        "variables": { "x": { "uniform": { "low": 0, "high": 1 }, "over_time": "fresh" } } }"#;
    let study = study(text);
    let options = paths(2_500, 4).sampler(Sampler::Lhs).replicates(3);
    let paths = riskband::Paths::of_run(&study.model, &options, 2_500, false);
    let mut groups = paths.groups();
    let group = groups.next_group(&|_| {}).expect("nobody cancels").expect("there are paths");
    for step in 0..3 {
        let mut strata = [const { Vec::new() }; 3];
        // Blocks of 512 paths go round the replicates; the last round has 322, 321 and 321.
        let (mut path, sizes) = (0, [834u32, 833, 833]);
        for round in 0..2u32 {
            for (replicate, &size) in sizes.iter().enumerate() {
                for _ in 0..512.min(size - 512 * round) {
                    strata[replicate].push((group.value(step, path) * f64::from(size)) as u32);
                    path += 1;
                }
            }
        }
        assert_eq!(path, 2_500);
        for (mut strata, size) in strata.into_iter().zip(sizes) {
            strata.sort_unstable();
            assert!(strata.into_iter().eq(0..size), "step {step}");
        }
    }
}

/// Scenarios of one command have their dimensions in common, so that what both have is drawn alike: a scenario differs from
/// itself by nothing, and from one with another input in that alone.
#[test]
fn comparisons_are_paired() {
    let with_noise = W1.replace(
        r#""drivers": {"#,
        r#""drivers": { "noise": { "normal": { "mean": 0, "sd": 0.001 }, "over_time": "fresh" },"#,
    );
    let [a, b] = [W1, &with_noise].map(study);
    for sampler in [Sampler::Random, Sampler::Lhs, Sampler::Sobol] {
        let options = paths(1 << 14, 2).sampler(sampler);
        let same = riskband::analysis::compare::compare(&[&a, &a], &options, &|_| {}).expect("comparable");
        for band in &same.comparisons[0].bands {
            let mean = band.band.mean.map(|mean| mean.value);
            assert!(mean.is_none_or(|mean| mean == f64::from(u8::from(band.measure == riskband::Measure::Ratio))));
        }
        let noisy = riskband::analysis::compare::compare(&[&a, &b], &options, &|_| {}).expect("comparable");
        let difference = noisy.comparisons[0].bands.iter().rfind(|row| {
            row.measure == riskband::Measure::Difference
                && row.band.subject.output == "market"
                && row.band.subject.is_whole()
        });
        let sd = value(difference.expect("the market is in both").band.sd);
        // Six years of 0.1 % of about 35; unpaired runs would differ by 7.
        assert!(sd < 0.2, "{sampler:?}: {sd}");
    }
}

/// Paired errors by replicates are as small as the differences they are about, and shifts, gains and effects have them.
#[test]
fn differences_have_errors_of_their_own() {
    let a = study(W1);
    let b = study(&W1.replace(r#""mean": 0.2"#, r#""mean": 0.22"#));
    let truth = {
        let options = paths(1 << 20, 77);
        let compared = riskband::analysis::compare::compare(&[&a, &b], &options, &|_| {}).expect("comparable");
        compared.comparisons[0]
            .bands
            .iter()
            .filter(|row| row.measure == riskband::Measure::Shift)
            .cloned()
            .collect::<Vec<_>>()
    };
    for sampler in [Sampler::Lhs, Sampler::Sobol] {
        let options = paths(1 << 16, 2).sampler(sampler);
        let compared = riskband::analysis::compare::compare(&[&a, &b], &options, &|_| {}).expect("comparable");
        let shifts = compared.comparisons[0].bands.iter().filter(|row| row.measure == riskband::Measure::Shift);
        let mut compared_rows = 0;
        for (shift, truth) in shifts.zip(&truth).filter(|(row, _)| row.band.subject.when.step > 0) {
            assert_eq!(shift.band.subject, truth.band.subject);
            let figures = [(shift.band.mean, truth.band.mean)].into_iter();
            for (own, known) in
                figures.chain(shift.band.quantiles.iter().copied().zip(truth.band.quantiles.iter().copied()))
            {
                let ((own, se), (known, known_se)) = (pair(own), pair(known));
                let error = se.hypot(known_se);
                assert!(
                    (own - known).abs() <= 6.0 * error,
                    "{sampler:?} {:?}: {own} {known} {error}",
                    shift.band.subject
                );
                compared_rows += 1;
            }
        }
        assert!(compared_rows > 40);
    }
}

/// Parts of a move by replicates: the mean of a product of independent inputs is split half and half, its error is far below
/// that of random paths, and what a quantile moves by is what it moves by at other paths.
#[test]
fn parts_of_a_move_have_errors_by_replicates() {
    use riskband::analysis::why::Combinations;
    let model = |a: f64, b: f64| {
        study(&format!(
            r#"{{ "riskband": 1, "variables": {{ "a": {{ "normal": {{ "mean": {a}, "sd": 1 }} }},
                "b": {{ "normal": {{ "mean": {b}, "sd": 1 }} }}, "y": "a * b" }}, "outputs": ["y"],
                "targets": {{ "high": "y > 4" }} }}"#
        ))
    };
    let (a, b) = (model(1.0, 2.0), model(2.0, 4.0));
    let rows = |options: &riskband::engine::RunOptions| {
        let plan = Combinations::new(&a, &b, &[], options.seed, Default::default()).expect("two changes");
        plan.run(options, &|_| {}).expect("it runs")
    };
    let truth = rows(&paths(1 << 20, 77));
    let random = rows(&paths(1 << 14, 3));
    for sampler in [Sampler::Lhs, Sampler::Sobol] {
        let own = rows(&paths(1 << 14, 3).sampler(sampler));
        assert_eq!(own.len(), truth.len());
        for ((own, truth), random) in own.iter().zip(&truth).zip(&random) {
            assert_eq!((&own.of, own.statistic, &own.input), (&truth.of, truth.statistic, &truth.input));
            let ((effect, se), (known, known_se)) = (pair(own.effect), pair(truth.effect));
            // Student's t of 16 replicates has wider tails: 6 of its errors are as rare as 5 of a normal's.
            assert!((effect - known).abs() <= 6.0 * se.hypot(known_se), "{sampler:?} {own:?} {truth:?}");
            if own.statistic == riskband::stats::Statistic::Mean {
                // E[a b]: 2, 4 with a, 4 with b, 8 with both.
                let exact = match own.input.as_deref() {
                    Some("variables.a" | "variables.b") => 3.0,
                    _ => 6.0,
                };
                assert!((effect - exact).abs() <= 6.0 * se + 1e-12, "{sampler:?} {own:?}");
                assert!(se < pair(random.effect).1 / 2.0, "{sampler:?} {own:?} {random:?}");
            }
        }
    }
}

/// What a ceiling costs by replicates: of a normal demand beyond a ceiling c, E[(demand - c)+] is lost, here with c and with a
/// tenth more.
#[test]
fn relief_has_errors_by_replicates() {
    let text = r#"{ "riskband": 1, "horizon": { "start": 2025, "end": 2026 },
        "market": { "start": 10, "unit": "m", "backlog": 0 },
        "drivers": { "trend": { "normal": { "mean": 0.1, "sd": 0.3 } } },
        "constraints": { "power": 12 }, "targets": { "twelve": "market[2026] >= 12.5" } }"#;
    let (mean, sd) = (11.0, 3.0);
    let above = |z: f64| 0.5 * libm::erfc(z / 2f64.sqrt());
    let density = |z: f64| (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let lost = |c: f64| {
        let z = (c - mean) / sd;
        sd * density(z) - (c - mean) * above(z)
    };
    let of_mean = lost(12.0) - lost(13.2);
    // With the ceiling as it is never; with the higher one wherever as much is wanted.
    let of_target = above((12.5 - mean) / sd);
    let study = study(text);
    for sampler in [Sampler::Random, Sampler::Lhs, Sampler::Sobol] {
        let options = paths(1 << 14, 5).sampler(sampler);
        let rows = riskband::analysis::relief::relief(&study, &options, &|_| {}).expect("it runs");
        for (statistic, truth) in
            [(riskband::stats::Statistic::Mean, of_mean), (riskband::stats::Statistic::Probability, of_target)]
        {
            let row = rows.iter().find(|row| row.statistic == statistic).expect("a row");
            let (gain, se) = pair(row.gain);
            assert!((gain - truth).abs() <= 6.0 * se, "{sampler:?} {row:?} {truth}");
            // Errors say something: those of 16,384 independent paths, or less.
            let random = if statistic == riskband::stats::Statistic::Mean { 0.0045 } else { 0.004 };
            assert!(se > 0.0 && se < random, "{sampler:?} {row:?}");
        }
    }
}
