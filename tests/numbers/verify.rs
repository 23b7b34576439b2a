//! The engine against the independent reference engine: every shipped scenario, five hundred random ones, broken copies.

use crate::common::{load_options, paths, study};
use riskband::analysis::replay::replay_paths;
use riskband::analysis::verify::compare;
use riskband::analysis::verify_comparison::verify_comparison;
use riskband::analysis::verify_indices::compare_indices;
use riskband::model::{Definition, Expr, Model};
use riskband::reference::simulate;
use riskband::scenario::all_shipped;
use riskband::study::{Origin, Study};

fn agrees(study: &Study, n: u64, replayed: usize) -> Result<(), String> {
    let results = study.run(&paths(n, 3), &|_| {}).map_err(|error| error.to_string())?;
    // The seeds differ, so that nothing is shared but the model.
    let report = compare(&results, &simulate(&study.model, n, 77));
    if !report.agrees() {
        return Err(format!("{:?} {:?} of {} tests", report.worst(), report.unmatched, report.tests()));
    }
    let (_, replay) = replay_paths(&study.model, 3, replayed, &|_| {}).map_err(|error| error.to_string())?;
    if replay.compared == 0 || replay.worst > 1.0 {
        return Err(format!("{replay:?}"));
    }
    Ok(())
}

#[test]
fn every_shipped_scenario_agrees() {
    for shipped in all_shipped() {
        let study = Study::load(&Origin::Shipped(shipped.name.to_owned()), &load_options()).expect("it loads");
        agrees(&study, 4_000, 1_000).unwrap_or_else(|text| panic!("{}: {text}", shipped.name));
    }
}

/// Spreads whose squares vanish or overflow, a condition that loses its value after it has held, and next to no paths: none
/// of it is a fault.
#[test]
fn nothing_is_taken_for_a_fault_that_is_none() {
    let sizes = r#"{
      "variables": {
        "n": { "normal": { "mean": 0, "sd": 1 } },
        "a": "n * 1e-170", "b": "n * 1e-250", "c": "n * 1e160", "d": "1e-285 * abs(n)"
      },
      "outputs": ["a", "b", "c", "d"]
    }"#;
    let lost = r#"{
      "horizon": { "start": 2025, "end": 2030 },
      "variables": {
        "n": { "normal": { "mean": 0, "sd": 1 }, "over_time": "fresh" },
        "y": "if(step >= 3 and n > 1, 0 / 0, n)"
      },
      "outputs": { "first": "first_year(y > 0.5)", "ever": "ever(y > 0.5)" },
      "targets": { "soon": "first_year(y > 0.5) <= 2028" }
    }"#;
    let used = r#"{
      "horizon": { "steps": 2 },
      "market": { "start": 2, "demand": 2 },
      "constraints": { "huge": { "uniform": { "low": 1e290, "high": 3e290 }, "over_time": "fresh" } }
    }"#;
    // One value but for its last digits, and a quotient by the atom at 0 of a mixture.
    let rounded = r#"{
      "variables": {
        "n": { "binomial": { "trials": 12, "probability": 0.558 } },
        "x": "0.5 * n / (n * -0.686 / pi)"
      },
      "outputs": ["x"]
    }"#;
    let signed = r#"{
      "variables": {
        "n": { "mixture": [{ "weight": 1, "value": -0.1 }, { "weight": 3, "value": { "bernoulli": 0.4 } }] },
        "x": "tanh(clamp(1 / n, -1, 1.5))"
      },
      "outputs": ["x"]
    }"#;
    // Where some paths have no value, one alone may have none, which is an error of its own.
    for (text, fewest) in [(sizes, 1), (lost, 10), (used, 1), (rounded, 1), (signed, 1)] {
        for n in [1, 2, 3, 10, 3000].into_iter().filter(|&n| n >= fewest) {
            agrees(&study(text), n, 50).unwrap_or_else(|error| panic!("{n} paths of {text}: {error}"));
        }
    }
}

/// xorshift64*
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const LAWS: [&str; 27] = [
    r#""normal": { "mean": 0.2, "sd": 0.1 }"#,
    r#""normal": { "p10": 0.1, "p90": 0.4 }"#,
    r#""lognormal": { "median": 0.3, "sigma": 0.4 }"#,
    r#""lognormal": { "mean": 0.3, "sd": 0.1 }"#,
    r#""uniform": { "low": -0.1, "high": 0.4 }"#,
    r#""triangular": { "low": 0, "mode": 0.1, "high": 0.5 }"#,
    r#""pert": { "low": 0, "mode": 0.1, "high": 0.6 }"#,
    r#""beta": { "alpha": 2, "beta": 5 }"#,
    r#""gamma": { "shape": 0.7, "scale": 0.3 }"#,
    r#""weibull": { "shape": 1.5, "scale": 0.3 }"#,
    r#""student_t": { "location": 0.1, "scale": 0.1, "df": 5 }"#,
    r#""gumbel": { "location": 0.1, "scale": 0.1 }"#,
    r#""logistic": { "location": 0.1, "scale": 0.05 }"#,
    r#""exponential": { "mean": 0.2 }"#,
    r#""discrete": { "-0.1": 1, "0.2": 2, "0.5": 0.5 }"#,
    r#""poisson": { "mean": 1.3 }"#,
    r#""loguniform": { "low": 0.01, "high": 0.5 }"#,
    r#""pareto": { "scale": 0.05, "shape": 5 }"#,
    r#""gev": { "location": 0.1, "scale": 0.1, "shape": -0.2 }"#,
    r#""binomial": { "trials": 6, "probability": 0.2 }"#,
    r#""negative_binomial": { "mean": 1.5, "sd": 2 }"#,
    r#""geometric": 0.4"#,
    r#""histogram": { "edges": [0, 0.1, 0.5], "weights": [3, 1] }"#,
    r#""gamma": { "mean": 0.2, "sd": 0.1 }"#,
    r#""triangular": { "p10": 0.05, "mode": 0.1, "p90": 0.3 }"#,
    r#""bernoulli": { "probability": 0.3 }"#,
    r#""mixture": [{ "weight": 0.6, "value": { "normal": { "mean": 0, "sd": 0.1 } } }, { "weight": 0.4, "value": 0.5 }]"#,
];

const OVER_TIME: [&str; 5] = [
    r#""fresh""#,
    r#""constant""#,
    r#"{ "persistence": 0.6 }"#,
    r#"{ "permanent": 0.4 }"#,
    r#"{ "persistence": -0.3, "permanent": 0.2 }"#,
];

const TERMS: [&str; 14] = [
    "a",
    "b",
    "prev(a, 0.1)",
    "lag(b, 2, 0)",
    "max(a, b)",
    "if(a > b, a, -b)",
    "clamp(a * b, -1, 1)",
    "0.5 * e",
    "on(e)",
    "ended(e)",
    "tanh(a)",
    "a ^ 2",
    "exp(-abs(b))",
    "sqrt(abs(a)) * cos(b)",
];

fn random_scenario(dice: &mut Dice) -> String {
    let draw = |dice: &mut Dice| {
        let truncate = if dice.below(6) == 0 { r#", "truncate": { "low": -0.3, "high": 0.9 }"# } else { "" };
        let clip = if dice.below(6) == 0 { r#", "clip": { "low": 0, "high": 0.45 }"# } else { "" };
        format!("{{ {}{truncate}{clip}, \"over_time\": {} }}", dice.pick(&LAWS), dice.pick(&OVER_TIME))
    };
    let (a, b, ceiling) = (draw(dice), draw(dice), draw(dice));
    let formula = [dice.pick(&TERMS), dice.pick(&TERMS), dice.pick(&TERMS)].join(dice.pick(&[" + ", " - ", " * "]));
    let correlation = match dice.below(3) {
        0 => r#", "correlations": { "ab": { "between": ["a", "b"], "rank": 0.5 } }"#,
        1 => r#", "correlations": { "all": { "among": ["a", "b", "cap.growth"], "normal_score": -0.3 } }"#,
        _ => "",
    };
    format!(
        r#"{{ "riskband": 1, "horizon": {{ "steps": {steps} }},
        "market": {{ "start": 5, "backlog": 0.4 }},
        "drivers": {{ "a": {a}, "extra": "0.1 * tanh({formula})" }},
        "constraints": {{ "cap": {{ "start": 6, "growth": {ceiling} }}, "flat": {{ "by_step": {{ "1": 9, "4": 14 }} }} }},
        "events": {{ "e": {{ "hazard": 0.{hazard}, "size": {{ "triangular": {{ "low": 0, "mode": 0.2, "high": 0.7 }} }}, "duration": {duration} }} }},
        "variables": {{ "b": {b}, "mixed": "{formula}", "held": {{ "start": 1, "next": "0.9 * self + mixed" }} }},
        "outputs": ["market", "backlog", "mixed", "held", "e", "cap"],
        "targets": {{ "t": "market > 8", "u": "ever(binds(cap))", "v": "first_step(on(e)) <= 2", "w": "average(mixed) > 0.2" }}
        {correlation} }}"#,
        steps = 1 + dice.below(4),
        hazard = 1 + dice.below(8),
        duration = 1 + dice.below(3),
    )
}

/// `RANDOM_SCENARIOS=500 cargo test --release --test numbers random_scenarios` tries as many as one likes.
#[test]
fn random_scenarios_agree() {
    let count = std::env::var("RANDOM_SCENARIOS").map_or(150, |text| text.parse().expect("a number of scenarios"));
    let mut dice = Dice(0x2026_1122_0000_0001);
    for index in 0..count {
        let text = random_scenario(&mut dice);
        let origin = Origin::Text { name: "test".into(), bytes: text.clone().into() };
        let study = Study::load(&origin, &load_options()).unwrap_or_else(|rejected| {
            // Two laws with large atoms may not reach a rank correlation of 0.5; their shocks can always be tied.
            assert!(rejected.problems.iter().all(|problem| problem.code == "unattainable-rank"), "{rejected:?}");
            study(&text.replace("\"rank\"", "\"normal_score\""))
        });
        agrees(&study, 1_500, 20).unwrap_or_else(|report| panic!("{index}: {report}\n{text}"));
    }
}

#[test]
fn a_changed_coefficient_is_found() {
    let sound = study(include_str!("../../scenarios/examples/market-fan.json"));
    let results = sound.run(&paths(20_000, 3), &|_| {}).expect("results");
    let mut broken = Model::clone(&sound.model);
    let share = broken.variables.iter_mut().find(|v| v.name == "power.start").expect("the ceiling's start");
    share.definition = Definition::Constant(8.7);
    assert!(!compare(&results, &simulate(&broken, 20_000, 77)).agrees(), "3 % off a ceiling");
    // A second copy with a mistake of its own, so that each is found alone.
    let mut broken = Model::clone(&sound.model);
    let demand = broken.market.as_ref().expect("a market").demand;
    if let Definition::Stock { next, .. } = &mut broken.variables[demand.0 as usize].definition {
        *next =
            Expr::Binary(riskband::kernel::Binary::Multiply, Box::new(Expr::Constant(1.005)), Box::new(next.clone()));
    }
    let mut copy = sound.clone();
    copy.model = broken.into();
    let run_broken = copy.run(&paths(20_000, 3), &|_| {}).expect("results");
    assert!(!compare(&run_broken, &simulate(&sound.model, 20_000, 77)).agrees(), "0.5 % more demand a year");
}

/// Indices of each kind by both engines, of series, events, ceilings and tied inputs.
#[test]
fn indices_agree() {
    let mut kinds = [("first", 0), ("total", 0), ("second", 0), ("shapley", 0)];
    for text in [
        include_str!("../data/sensitivity/market-fan.json"),
        include_str!("../data/sensitivity/market-constant.json"),
        include_str!("../data/sensitivity/growth-streams.json"),
        include_str!("../data/sensitivity/streams-correlated.json"),
        include_str!("../data/sensitivity/ishigami.json"),
    ] {
        let study = study(text);
        let results = study.run(&paths(16_384, 3), &|_| {}).expect("it runs");
        let rows = compare_indices(&study, &study.model, &results, 3, &|_| {}).expect("it runs");
        for row in &rows {
            assert!(row.z.abs() < 4.5 && row.se < 0.1, "{row:?}");
        }
        for (kind, count) in &mut kinds {
            *count += rows.iter().filter(|row| row.quantity.starts_with(*kind)).count();
        }
    }
    // Where one pair of a heavy tail is most of an error, the index is left out.
    assert!(kinds.iter().all(|(_, count)| *count >= 5), "{kinds:?}");
}

/// Another weight is another index, and found out; where everything hangs together nothing is compared.
#[test]
fn wrong_indices_are_found_out() {
    let sum = |weight: &str| {
        study(&format!(
            r#"{{ "riskband": 1, "variables": {{ "a": {{ "normal": {{ "mean": 0, "sd": 1 }} }},
                "b": {{ "normal": {{ "mean": 0, "sd": 1 }} }}, "c": {{ "normal": {{ "mean": 0, "sd": 1 }} }},
                "y": "{weight} * a + b + 0.3 * a * c" }}, "outputs": ["y"] }}"#
        ))
    };
    let (study, other) = (sum("2"), sum("1.8"));
    let results = study.run(&paths(16_384, 5), &|_| {}).expect("it runs");
    let rows = |model| compare_indices(&study, model, &results, 5, &|_| {}).expect("it runs");
    let worst = |model| rows(model).iter().map(|row| row.z.abs()).fold(0.0, f64::max);
    assert!(worst(&study.model) < 4.0 && worst(&other.model) > 5.0, "{:?}", rows(&other.model));
    let tied = crate::common::study(
        r#"{ "riskband": 1, "variables": { "m": { "normal": { "mean": 0, "sd": 1 } },
            "x": { "normal": { "mean": "m", "sd": 1 } } }, "outputs": ["x"] }"#,
    );
    let results = tied.run(&paths(5_000, 5), &|_| {}).expect("it runs");
    assert_eq!(compare_indices(&tied, &tied.model, &results, 5, &|_| {}).expect("it runs"), []);
}

/// Comparisons of shipped scenarios, of a model with atoms and of one whose values are not finite on some paths.
#[test]
fn comparisons_are_confirmed_on_their_own_paths() {
    let options = paths(3000, 5);
    let study = |name: &str, text: &str| Study { scenario: name.into(), ..study(text) };
    let shipped = |name: &str| Study::load(&Origin::Shipped(name.into()), &load_options()).expect("it loads");
    let atoms = |p: f64| {
        format!(
            r#"{{ "riskband": 1, "horizon": {{ "steps": 3 }}, "variables": {{
                "coin": {{ "bernoulli": {p}, "over_time": "fresh" }},
                "x": {{ "poisson": {{ "mean": 3 }}, "over_time": "fresh" }},
                "y": {{ "formula": "x * coin - step" }}, "odd": {{ "formula": "ln(x - 1)" }},
                "z": {{ "formula": "1 / (x * coin)" }} }},
              "outputs": ["y", "odd", "z"], "targets": {{ "high": "y >= 1", "odd": "odd < 0.5" }} }}"#
        )
    };
    let pairs =
        [(study("a", &atoms(0.5)), study("b", &atoms(0.6))), (shipped("baseline"), shipped("power-limited-grid"))];
    for (a, b) in pairs {
        let report = verify_comparison(&a, &b, &options, &|_| {}).unwrap_or_else(|error| panic!("{error:?}"));
        assert!(
            report.agrees(),
            "{}: {:?} {:?}",
            report.b,
            &report.faults[..report.faults.len().min(3)],
            report.replay
        );
        assert!(report.compared > 100 && report.paths == 3000, "{} of {}", report.compared, report.paths);
    }
}
