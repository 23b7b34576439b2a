//! Sensitivity indices against closed forms and independent simulations: `tests/data/sensitivity`.
//!
//! An estimate is right within the reference's own error and 5 of its standard errors. `GOLDEN=18` takes 2^18 base points.

use crate::common::{load_options, paths, study};
use riskband::analysis::sensitivity::{Grouping, SensitivityOptions, sensitivity};
use riskband::results::{IndexKind, IndexRow, Sensitivity};
use riskband::stats::{Estimate, Statistic};
use riskband::study::{Origin, Study};
use serde_json::Value;
use std::path::Path;
use std::{env, fs};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sensitivity");

fn case(name: &str) -> Study {
    let path = Path::new(FOLDER).join(format!("{name}.json"));
    Study::load(&Origin::File(path), &load_options()).unwrap_or_else(|rejected| panic!("{:#?}", rejected.problems))
}

fn analysed(study: &Study, options: &SensitivityOptions) -> Sensitivity {
    sensitivity(study, options, &|_| {}).unwrap_or_else(|error| panic!("{error}"))
}

fn options(base: u64) -> SensitivityOptions {
    let mut options = SensitivityOptions::default();
    options.paths = env::var("GOLDEN").map_or(base, |power| 1 << power.parse::<u32>().expect("a power of two"));
    options
}

/// Everything that golden values of a case can be held against.
struct Measured {
    own: Sensitivity,
    /// Shapley effects with groups as players, by the players' names.
    partitions: Vec<(Vec<String>, Sensitivity)>,
    bands: riskband::Results,
}

fn measure(name: &str, golden: &Value, base: u64) -> Measured {
    let study = case(name);
    let groups: Vec<(String, Vec<String>)> = golden["groups"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, members)| (name.clone(), strings(members)))
        .collect();
    let mut options = options(base);
    options.second = name == "ishigami";
    options.shapley = true;
    // Overlapping groups have no Shapley effects; those of the inputs do not need them.
    let mut own = analysed(&study, &options);
    own.indices.retain(|row| row.index == IndexKind::Shapley || row.index == IndexKind::Second);
    options.shapley = false;
    options.second = false;
    options.groups = groups.clone();
    own.indices.extend(analysed(&study, &options).indices);
    options.shapley = true;
    options.swing = false;
    let mut partitions: Vec<(Vec<String>, Sensitivity)> = Vec::new();
    for row in golden["values"].as_array().expect("rows") {
        let players = strings(&row["players"]);
        if row["index"] == "shapley" && !players.is_empty() && partitions.iter().all(|(known, _)| *known != players) {
            options.groups = groups.iter().filter(|(name, _)| players.contains(name)).cloned().collect();
            let found = analysed(&study, &options);
            partitions.push((players, found));
        }
    }
    let bands = study.run(&paths(4 * options.paths, 1), &|_| {}).expect("runs");
    Measured { own, partitions, bands }
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().map(|text| text.as_str().expect("text").to_owned()).collect()
}

fn index_row<'s>(found: &'s Sensitivity, row: &Value, kind: IndexKind, input: &str) -> &'s IndexRow {
    let (input, other) = match kind {
        IndexKind::Second => input.split_once(' ').map(|(a, b)| (a, Some(b))).expect("two inputs"),
        _ => (input, None),
    };
    found
        .indices
        .iter()
        .find(|it| {
            let is_driven = it.driven.name() == row["output"]
                && row["period"].as_str().is_none_or(|period| it.driven.when.period == period);
            is_driven && it.index == kind && it.input == input && it.other.as_deref() == other
        })
        .unwrap_or_else(|| panic!("no {kind:?} of {input} on {row}"))
}

impl Measured {
    /// The estimate that a golden row is about; none for rows that stand for comparison only.
    fn estimate(&self, row: &Value) -> Option<Option<Estimate>> {
        let input = row["input"].as_str().unwrap_or_default();
        let is_group = input.starts_with("group:");
        let name = input.trim_start_matches("group:");
        let of = |kind| Some(index_row(&self.own, row, kind, name).share);
        match row["index"].as_str().expect("an index") {
            "first" => of(IndexKind::First),
            "total" => of(IndexKind::Total),
            "second" => of(IndexKind::Second),
            "shapley" if is_group => {
                let players = strings(&row["players"]);
                let (_, found) = self.partitions.iter().find(|(known, _)| *known == players).expect("measured");
                Some(index_row(found, row, IndexKind::Shapley, name).share)
            }
            "shapley" => of(IndexKind::Shapley),
            "swing_every_step" if row["period"].is_null() => Some(self.swing(row, name, false)),
            "swing_average" => Some(self.swing(row, name, false)),
            "conditional_mean" => Some(self.swing(row, name, true)),
            moment @ ("mean" | "sd" | "probability") => Some(self.moment(row, moment)),
            "first_by_values" | "shapley_sum" | "swing_every_step" => None,
            other => panic!("{other}"),
        }
    }

    fn swing(&self, row: &Value, input: &str, given: bool) -> Option<Estimate> {
        let found = self.own.swing.iter().find(|it| it.input == input && it.driven.name() == row["output"]);
        let found = found.unwrap_or_else(|| panic!("no swing of {input}"));
        assert_eq!(found.statistic, Statistic::Mean);
        let side = usize::from(row["quantile"] == "p90");
        if given { found.given[side] } else { found.held[side] }
    }

    fn moment(&self, row: &Value, moment: &str) -> Option<Estimate> {
        if moment == "probability" {
            return self.bands.targets.iter().find(|it| it.target == row["output"]).expect("a target").share.estimate();
        }
        let is_it = |band: &&riskband::Band| {
            band.subject.output == row["output"]
                && row["period"].as_str().is_none_or(|period| band.subject.when.period == period)
        };
        let band = self.bands.bands.iter().find(is_it).expect("a band");
        if moment == "mean" { band.mean } else { band.sd }
    }
}

/// Rows that were held against an estimate, and the largest distance in units of what is allowed.
fn hold(name: &str, base: u64) -> usize {
    let text = fs::read_to_string(Path::new(FOLDER).join("values.json")).expect("readable");
    let golden: Value = serde_json::from_str(&text).expect("JSON");
    let golden = &golden["cases"][name];
    let measured = measure(name, golden, base);
    let mut held = 0;
    let mut failed = Vec::new();
    for row in golden["values"].as_array().expect("rows") {
        let Some(estimate) = measured.estimate(row) else { continue };
        let (value, error) = (row["value"].as_f64().expect("a number"), row["error"].as_f64().expect("a number"));
        let estimate = estimate.unwrap_or_else(|| panic!("{row} has no estimate"));
        let Some(se) = estimate.se else {
            // Not one product other than 0 on all base points: there is no error, and hardly an index.
            assert!(estimate.value == 0.0 && value.abs() < 1e-4, "{row} has no error: {estimate:?}");
            held += 1;
            continue;
        };
        if (estimate.value - value).abs() > error + 5.0 * se {
            failed.push(format!("{row}: {} ± {se}", estimate.value));
        }
        // An error that says nothing would pass anything.
        let loose = if row["output"].as_str().is_some_and(|it| measured.is_target(it)) { 0.1 } else { 0.05 };
        assert!(!is_share(row) || se < loose, "{row}: {estimate:?}");
        held += 1;
    }
    assert!(failed.is_empty(), "{} of {held}:\n{}", failed.len(), failed.join("\n"));
    held
}

fn is_share(row: &Value) -> bool {
    matches!(row["index"].as_str(), Some("first" | "total" | "second" | "shapley"))
}

impl Measured {
    fn is_target(&self, name: &str) -> bool {
        self.bands.targets.iter().any(|it| it.target == name)
    }
}

#[test]
fn a_linear_model_of_tied_inputs() {
    assert_eq!(hold("linear-correlated", 16_384), 51);
}

#[test]
fn a_product_of_tied_inputs() {
    assert_eq!(hold("lognormal-product", 16_384), 28);
}

#[test]
fn interaction_without_a_main_effect() {
    assert_eq!(hold("ishigami", 16_384), 13);
}

#[test]
fn series_and_events_in_every_year() {
    assert_eq!(hold("growth-streams", 8_192), 272 - 4);
}

#[test]
fn tied_series_that_persist_differently() {
    assert_eq!(hold("streams-correlated", 8_192), 155 - 3);
}

#[test]
fn shares_by_confidence() {
    assert_eq!(hold("grades", 16_384), 30 - 3);
}

#[test]
fn the_market_of_constant_inputs() {
    assert_eq!(hold("market-constant", 16_384), 112);
}

#[test]
fn the_market_of_fresh_inputs() {
    assert_eq!(hold("market-fan", 16_384), 132);
}

/// The table of grades has the same players as a grouping by confidence, and adds up to 1.
#[test]
fn grades_add_up() {
    let study = case("grades");
    let mut options = options(4_096);
    options.by = Grouping::Confidence;
    options.shapley = true;
    let found = analysed(&study, &options);
    let shapley: Vec<&IndexRow> = found.indices.iter().filter(|row| row.index == IndexKind::Shapley).collect();
    assert_eq!(shapley, found.grades.iter().collect::<Vec<_>>());
    let sum: f64 = found.grades.iter().map(|row| row.share.expect("varies").value).sum();
    assert!((sum - 1.0).abs() < 1e-12, "{sum}");
}

fn small(text: &str, change: impl Fn(&mut SensitivityOptions)) -> Sensitivity {
    let mut options = options(2_048);
    change(&mut options);
    analysed(&study(text), &options)
}

fn shares(found: &Sensitivity, kind: IndexKind, driven: &str) -> Vec<Option<f64>> {
    let rows = found.indices.iter().filter(|row| row.index == kind && row.driven.name() == driven);
    rows.map(|row| row.share.map(|share| share.value)).collect()
}

/// A correlation of 1: knowing one is knowing both, and nothing is left of it once the other is known.
#[test]
fn perfectly_tied_inputs() {
    let found = small(
        r#"{"riskband": 1, "variables": {"a": {"normal": {"mean": 0, "sd": 1}}, "b": {"normal": {"mean": 0, "sd": 2}},
            "y": "a + b"}, "outputs": ["y"], "correlations": {"k": {"between": ["a", "b"], "normal_score": 1}}}"#,
        |_| {},
    );
    for (kind, share) in [(IndexKind::First, 1.0), (IndexKind::Total, 0.0)] {
        for value in shares(&found, kind, "y") {
            assert!((value.expect("varies") - share).abs() < 1e-9, "{kind:?} {value:?}");
        }
    }
}

#[test]
fn what_has_no_effect_does_not_vary_or_has_no_value() {
    let text = r#"{"riskband": 1, "variables": {"a": {"normal": {"mean": 0, "sd": 1}},
        "idle": {"normal": {"mean": 0, "sd": 1}}, "y": "a", "fixed": "3", "half": "sqrt(a)"},
        "outputs": ["y", "fixed", "half"], "targets": {"never": "y > 100"}}"#;
    let found = small(text, |options| options.shapley = true);
    for kind in [IndexKind::First, IndexKind::Total, IndexKind::Shapley] {
        let of_y = shares(&found, kind, "y");
        assert!((of_y[0].expect("varies") - 1.0).abs() < 1e-9 && of_y[1] == Some(0.0), "{kind:?} {of_y:?}");
        assert_eq!(shares(&found, kind, "fixed"), [None, None], "{kind:?}");
        assert_eq!(shares(&found, kind, "never"), [None, None], "{kind:?}");
    }
    // Both paths of a base point must have a value: a quarter of them.
    for row in found.indices.iter().filter(|row| row.driven.name() == "half" && row.index != IndexKind::Shapley) {
        assert_eq!(row.n + row.excluded, 2_048);
        assert!((row.n as f64 / 2_048.0 - 0.25).abs() < 0.05, "{row:?}");
    }
    let single = small(text, |options| options.paths = 1);
    assert!(single.indices.iter().all(|row| row.interval.is_none_or(|interval| interval == (0.0, 0.0))));
}

#[test]
fn the_same_bits_on_any_threads() {
    let study = case("streams-correlated");
    let mut options = options(3_000);
    options.shapley = true;
    options.second = true;
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| analysed(&study, &options))
    };
    assert_eq!(on(1), on(3));
}
