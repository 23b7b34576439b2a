//! Explanations of a hand-made model.

use super::*;
use crate::describe::formula;
use crate::diagnostic::Sources;
use crate::dist::{Distribution, Law};
use crate::kernel::{Binary, Unary};
use crate::model::{
    Constraint, CorrelationGroup, Definition, Event, Expr, Input, InputId, Market, Output, OverTime, Target, VarId,
    Variable,
};
use crate::scenario::{Chain, Json, Node};

const DEMAND: VarId = VarId(0);
const POWER: VarId = VarId(1);
const AI: VarId = VarId(2);
const MEAN: VarId = VarId(3);
const SD: VarId = VarId(4);
const DOWNTURN: VarId = VarId(5);
const CAPEX: VarId = VarId(6);
const GROWTH: VarId = VarId(7);

fn variable(name: &str, definition: Definition) -> Variable {
    Variable {
        name: name.into(),
        pointer: format!("/{name}"),
        unit: None,
        source: None,
        note: None,
        confidence: None,
        title: None,
        text: None,
        first: 0,
        definition,
    }
}

fn normal(mean: VarId, sd: VarId) -> Distribution<VarId> {
    Distribution { law: Law::Normal { mean, sd }, truncate: (None, None), clip: (None, None) }
}

fn model() -> Model {
    let variables = vec![
        Variable {
            text: Some("prev(demand) * (1 + ai)".into()),
            first: 1,
            ..variable("demand", Definition::Formula(Expr::Constant(0.0)))
        },
        variable(
            "power",
            Definition::Stock {
                start: SD,
                next: Expr::Binary(
                    Binary::Multiply,
                    Box::new(Expr::Lag { variable: POWER, lag: 1, default: None }),
                    Box::new(Expr::Binary(
                        Binary::Add,
                        Box::new(Expr::Constant(1.0)),
                        Box::new(Expr::Variable(GROWTH)),
                    )),
                ),
            },
        ),
        Variable {
            unit: Some("a year".into()),
            source: Some("a \u{1b}[31mpaper".into()),
            confidence: Some("low".into()),
            first: 1,
            ..variable("ai", Definition::Draw { input: InputId(0), distribution: normal(MEAN, SD) })
        },
        variable("ai.mean", Definition::ByStep(vec![0.2, 0.2, 0.1])),
        variable("ai.sd", Definition::Constant(0.05)),
        variable("downturn", Definition::Event(Event { start: InputId(1), hazard: SD, size: CAPEX, duration: MEAN })),
        variable("capex", Definition::Draw { input: InputId(2), distribution: normal(SD, DEMAND) }),
        variable("power.growth", Definition::Formula(Expr::Year)),
    ];
    let over_time = [OverTime { persistence: 0.6, permanent: 0.0 }, OverTime::FRESH, OverTime::FRESH];
    let names = ["ai", "downturn.start", "capex"];
    Model {
        title: Some("A model".into()),
        description: None,
        horizon: Horizon { start: Some(2025), steps: 2, length: crate::model::StepLength::Year },
        variables,
        base_order: vec![],
        step_order: vec![],
        inputs: names
            .into_iter()
            .zip(over_time)
            .map(|(name, over_time)| Input { name: name.into(), over_time })
            .collect(),
        correlations: vec![CorrelationGroup {
            members: vec![InputId(0), InputId(2)],
            matrix: vec![vec![1.0, 0.5], vec![0.5, 1.0]],
        }],
        market: Some(Market {
            measure: Default::default(),
            unit: Some("USD bn".into()),
            demand_growth: None,
            demand: DEMAND,
            wanted: DEMAND,
            market: DEMAND,
            backlog: DEMAND,
            constraints: vec![Constraint { name: "power".into(), ceiling: POWER }],
            baseline: Some(vec![6.32, 8.43, 11.25]),
        }),
        dimensions: Vec::new(),
        outputs: vec![Output {
            name: "market".into(),
            part: Some(("region".into(), "europe".into())),
            unit: None,
            variable: DEMAND,
            may_be_absent: false,
            title: None,
        }],
        targets: vec![Target { name: "report".into(), text: "demand >= 11.25".into(), condition: DEMAND, title: None }],
        references: Vec::new(),
        calibration: None,
    }
}

fn explanation() -> Explanation {
    let calibration = CalibrationInfo {
        parameter: "trend".into(),
        statistic: "median".into(),
        values: vec![("all".into(), 0.0715)],
        own: true,
    };
    Explanation::of(&Study {
        set: Vec::new(),
        scenario: "mine".into(),
        sources: Sources::default(),
        lineage: vec!["shipped:baseline".into(), "mine.json".into()],
        document: Node { value: Json::Object(vec![]), span: None },
        content_hash: "c0ffee".into(),
        model: model().into(),
        calibration: Some(calibration),
        remarks: vec![],
        chain: Chain { sources: Sources::default(), patches: vec![], root: None, kept: None },
        merged: Default::default(),
        files: vec![],
    })
}

#[test]
fn inputs_have_law_quantiles_and_source() {
    let inputs = explanation().inputs;
    let ai = &inputs[0];
    assert_eq!((ai.name.as_str(), ai.law), ("ai", "normal"));
    assert_eq!(ai.definition, "normal: mean 0.2 0.1 by step, sd 0.05");
    // The mean moves: quantiles of the first and of the last step, 0.05 times 1.6448536 away from it.
    let p95: Vec<f64> = ai.quantiles.iter().filter_map(|row| row.values["p95"].as_f64()).collect();
    assert_eq!(ai.quantiles[0].period.as_deref(), Some("2026"));
    assert_eq!(ai.quantiles[1].period.as_deref(), Some("2027"));
    assert!((p95[0] - 0.282_242_681).abs() < 1e-9 && (p95[1] - 0.182_242_681).abs() < 1e-9, "{p95:?}");
    assert_eq!(inputs[1].law, "event");
    assert_eq!(inputs[1].definition, "starts the event with hazard 0.05");
    assert!(inputs[2].quantiles.is_empty(), "a parameter of it is uncertain");
    assert_eq!(inputs[2].definition, "normal: mean 0.05, sd demand");
}

#[test]
fn correlations_say_what_is_left_within_a_step() {
    let row = &explanation().correlations[0];
    assert_eq!((row.a.as_str(), row.b.as_str(), row.normal_score), ("ai", "capex", 0.5));
    // sqrt(1 - 0.6^2) = 0.8 of it; as ranks 6/pi asin(0.4 / 2).
    assert!((row.same_step - 0.4).abs() < 1e-15);
    assert!((row.same_step_rank - 0.384_565_301).abs() < 1e-8, "{}", row.same_step_rank);
}

#[test]
fn definitions_read_as_a_file_would_have_them() {
    let explanation = explanation();
    let definition = |name: &str| {
        let row = explanation.variables.iter().find(|row| row.name == name);
        row.map(|row| row.definition.as_str()).expect("it is there")
    };
    assert_eq!(definition("demand"), "prev(demand) * (1 + ai)");
    assert_eq!(definition("power"), "0.05 at first, then self * (1 + power.growth)");
    assert_eq!(definition("ai.mean"), "0.2 in 2025, 0.2 in 2026, 0.1 in 2027");
    assert_eq!(definition("downturn"), "hazard 0.05, size capex, duration ai.mean");
}

#[test]
fn formulas_keep_the_brackets_that_matter() {
    let model = model();
    let write = |expr: &Expr| formula::write(expr, None, &model);
    let constant = |value| Box::new(Expr::Constant(value));
    let binary = |op, a, b| Box::new(Expr::Binary(op, a, b));
    let sum = || binary(Binary::Add, constant(1.0), constant(2.0));
    use Binary::{Add, And, Divide, GreaterEqual, Max, Multiply, Or, Power, Subtract};
    for (expr, text) in [
        (binary(Multiply, sum(), constant(3.0)), "(1 + 2) * 3"),
        (binary(Add, sum(), constant(3.0)), "1 + 2 + 3"),
        (binary(Subtract, constant(3.0), sum()), "3 - (1 + 2)"),
        (binary(Add, constant(3.0), sum()), "3 + (1 + 2)"),
        (binary(Divide, constant(1.0), binary(Multiply, constant(2.0), constant(3.0))), "1 / (2 * 3)"),
        (binary(Power, constant(2.0), binary(Power, constant(3.0), constant(4.0))), "2 ^ 3 ^ 4"),
        (binary(Power, binary(Power, constant(2.0), constant(3.0)), constant(4.0)), "(2 ^ 3) ^ 4"),
        (Box::new(Expr::Unary(Unary::Negate, binary(Power, constant(2.0), constant(2.0)))), "-2 ^ 2"),
        (binary(Power, Box::new(Expr::Unary(Unary::Negate, constant(2.0))), constant(2.0)), "(-2) ^ 2"),
        (binary(Max, binary(Max, sum(), constant(3.0)), Box::new(Expr::Variable(AI))), "max(1 + 2, 3, ai)"),
        (
            binary(And, binary(Or, Box::new(Expr::Binds(0)), Box::new(Expr::Short(0))), Box::new(Expr::On(DOWNTURN))),
            "(binds(power) or short(power)) and on(downturn)",
        ),
        (Box::new(Expr::Unary(Unary::Not, binary(GreaterEqual, sum(), constant(0.0)))), "not 1 + 2 >= 0"),
        (
            Box::new(Expr::If(
                Box::new(Expr::Lag { variable: AI, lag: 2, default: Some(constant(0.5)) }),
                Box::new(Expr::At { variable: AI, step: 1 }),
                Box::new(Expr::Year),
            )),
            "if(lag(ai, 2, 0.5), ai[2026], year)",
        ),
    ] {
        assert_eq!(write(&expr), text);
    }
}

#[test]
fn text_has_every_part_and_is_safe_on_a_terminal() {
    let mut out = Vec::new();
    write_text(&mut out, &explanation(), 80).expect("writing to memory cannot fail");
    let text = anstream::adapter::strip_str(&String::from_utf8(out).expect("UTF-8")).to_string();
    for part in [
        "A model\nshipped:baseline > mine.json",
        "2025 to 2027, 2 yearly steps",
        "the smallest of what is wanted and power; in USD bn",
        "published path: 6.32 in 2025, 8.43 in 2026",
        "ai (a year)\n    normal: mean 0.2 0.1 by step, sd 0.05\n    persistence 0.6, permanent 0\n",
        "P5 0.1178, P50 0.2, P95 0.2822 in 2026",
        r"source: a \u{1b}[31mpaper",
        "confidence: low",
        "demand, from 2026\n    = prev(demand) * (1 + ai)",
        "market.region.europe",
        "report: demand >= 11.25",
        "`trend` solved here so that the median is the published path: 0.0715",
    ] {
        assert!(text.contains(part), "missing: {part}\n{text}");
    }
    assert!(!text.contains('\u{1b}'));
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn data_is_plain_json() {
    let json = serde_json::to_value(explanation()).expect("plain data");
    assert_eq!(
        json["inputs"][0]["parameters"],
        serde_json::json!([{ "name": "mean", "value": [0.2, 0.1] }, { "name": "sd", "value": 0.05 }])
    );
    assert_eq!(json["inputs"][0]["source"], "a \u{1b}[31mpaper");
    assert_eq!(json["market"]["baseline"]["2026"], 8.43);
    assert_eq!(json["variables"][0]["kind"], "formula");
    assert_eq!(json["horizon"]["step"], "year");
}
