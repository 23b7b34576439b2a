//! One test a rule, each by its exact code.

use super::{Context, Validated, validate};
use crate::diagnostic::{Problem, Severity};
use crate::limits::Limits;
use crate::model::{Definition, Expr, Model, OverTime, VarId};
use crate::scenario::{Node, parse};

fn read(text: &str) -> Node {
    parse(0, text.as_bytes(), &Limits::default()).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

fn run_with(text: &str, limits: Limits) -> Validated {
    let read_csv = |path: &str, _: &Node| match path {
        "growth.csv" => Ok("year,growth\n2020,0.2\n2021,0.1\n".to_string()),
        _ => Err(Box::new(Problem::error("no-such-file", None, "", "no such file"))),
    };
    validate(&read(text), &Context { limits, read_csv: &read_csv })
}

fn run(text: &str) -> Validated {
    run_with(text, Limits::default())
}

/// The model of a file without any problem.
fn model(text: &str) -> Model {
    let validated = run(text);
    assert!(validated.problems.is_empty(), "{:#?}\n{text}", validated.problems);
    validated.model.expect("there are no problems")
}

/// Codes of all problems, in order.
fn codes(text: &str) -> Vec<&'static str> {
    let validated = run(text);
    let errors = validated.problems.iter().any(|problem| problem.severity == Severity::Error);
    assert_eq!(validated.model.is_none(), errors);
    validated.problems.iter().map(|problem| problem.code).collect()
}

fn only(text: &str) -> Problem {
    let mut problems = run(text).problems;
    assert_eq!(problems.len(), 1, "{problems:#?}\n{text}");
    problems.remove(0)
}

fn find(model: &Model, name: &str) -> VarId {
    let at = model.variables.iter().position(|variable| variable.name == name);
    VarId(at.unwrap_or_else(|| panic!("no variable {name}")) as u32)
}

fn first(model: &Model, name: &str) -> usize {
    model.variable(find(model, name)).first
}

/// A model in years 2025 to 2031 with these variables.
fn years(variables: &str) -> String {
    format!(r#"{{"horizon": {{"start": 2025, "end": 2031}}, "variables": {{{variables}}}}}"#)
}

/// The text that a problem points at.
fn pointed(text: &str, problem: &Problem) -> String {
    let span = problem.span.expect("the problem has a place");
    text[span.start as usize..span.end as usize].to_string()
}

const W1: &str = r#"{
  "riskband": 1, "horizon": {"start": 2025, "end": 2031},
  "market": {"start": 6.32, "unit": "USD bn", "backlog": 0.5},
  "drivers": {
    "ai_ml": {"normal": {"mean": 0.20, "sd": 0.06}, "over_time": "fresh"},
    "hyperscale": {"normal": {"mean": 0.09, "sd": 0.05}, "over_time": "fresh"},
    "edge": {"triangular": {"low": 0, "mode": 0.02, "high": 0.05}, "over_time": "fresh"},
    "custom_silicon": {"lognormal": {"median": 0.03, "sigma": 0.5}, "over_time": "fresh"}
  },
  "constraints": {
    "power": {"start": 9.0, "growth": {"pert": {"low": 0.05, "mode": 0.30, "high": 0.60}, "over_time": "fresh"}},
    "cooling": {"start": 8.5, "growth": {"normal": {"mean": 0.34, "sd": 0.10}, "over_time": "fresh"}},
    "wafer": {"start": 12, "growth": {"triangular": {"low": 0.05, "mode": 0.25, "high": 0.50}, "over_time": "fresh"}}
  },
  "correlations": {
    "ai_hyperscale": {"between": ["ai_ml", "hyperscale"], "normal_score": 0.5},
    "ai_silicon": {"between": ["ai_ml", "custom_silicon"], "normal_score": 0.3}
  },
  "targets": {"report_2031": "market[2031] >= 35.66"}
}"#;

/// W1 without a market: the same formulas, written out.
const W1_PLAIN: &str = r#"{
  "riskband": 1, "horizon": {"start": 2025, "end": 2031},
  "variables": {
    "ai_ml": {"normal": {"mean": 0.20, "sd": 0.06}, "over_time": "fresh"},
    "hyperscale": {"normal": {"mean": 0.09, "sd": 0.05}, "over_time": "fresh"},
    "edge": {"triangular": {"low": 0, "mode": 0.02, "high": 0.05}, "over_time": "fresh"},
    "custom_silicon": {"lognormal": {"median": 0.03, "sigma": 0.5}, "over_time": "fresh"},
    "power": {"start": 9.0, "growth": {"pert": {"low": 0.05, "mode": 0.30, "high": 0.60}, "over_time": "fresh"}},
    "cooling": {"start": 8.5, "growth": {"normal": {"mean": 0.34, "sd": 0.10}, "over_time": "fresh"}},
    "wafer": {"start": 12, "growth": {"triangular": {"low": 0.05, "mode": 0.25, "high": 0.50}, "over_time": "fresh"}},
    "demand": {"start": 6.32, "growth": "ai_ml + hyperscale + edge + custom_silicon"},
    "wanted": "demand + prev(backlog)",
    "market": {"start": 6.32, "next": "min(wanted, power, cooling, wafer)"},
    "backlog": {"start": 0, "next": "0.5 * (wanted - market)"},
    "cagr": "(market[2031] / market[2025]) ^ (1 / 6) - 1"
  },
  "correlations": {
    "ai_hyperscale": {"between": ["ai_ml", "hyperscale"], "normal_score": 0.5},
    "ai_silicon": {"between": ["ai_ml", "custom_silicon"], "normal_score": 0.3}
  },
  "outputs": ["market", "cagr"],
  "targets": {"report_2031": "market[2031] >= 35.66"}
}"#;

mod workload {
    use super::*;

    #[test]
    fn w1_as_a_market() {
        let model = model(W1);
        assert_eq!(model.inputs.len(), 7);
        assert_eq!(
            model.outputs.iter().map(|o| o.name.as_str()).collect::<Vec<_>>(),
            super::super::tables::MARKET_OUTPUTS
        );
        let market = model.market.as_ref().expect("there is a market");
        assert_eq!(market.unit.as_deref(), Some("USD bn"));
        assert_eq!(
            market.constraints.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(),
            ["power", "cooling", "wafer"]
        );
        let firsts: Vec<usize> = ["demand_growth", "demand", "wanted", "market", "backlog", "growth", "cagr", "power"]
            .iter()
            .map(|name| first(&model, name))
            .collect();
        assert_eq!(firsts, [1, 0, 1, 0, 0, 1, 6, 0]);
        // Ordered by name; the pair that is not listed is 0.
        let group = &model.correlations[0];
        let names: Vec<&str> = group.members.iter().map(|id| model.input(*id).name.as_str()).collect();
        assert_eq!(names, ["ai_ml", "custom_silicon", "hyperscale"]);
        assert_eq!(group.matrix, [[1.0, 0.3, 0.5], [0.3, 1.0, 0.0], [0.5, 0.0, 1.0]]);
        assert_eq!(model.correlations.len(), 1);
        dependencies_come_first(&model);
    }

    #[test]
    fn w1_as_plain_variables() {
        let model = model(W1_PLAIN);
        assert!(model.market.is_none());
        assert_eq!(model.inputs.len(), 7);
        assert_eq!(first(&model, "wanted"), 1);
        assert_eq!(first(&model, "cagr"), 6);
        dependencies_come_first(&model);
    }

    /// Every variable of the same step that a formula names stands before it.
    fn dependencies_come_first(model: &Model) {
        let place =
            |id: VarId| model.step_order.iter().position(|other| *other == id).expect("every variable is ordered");
        fn names(expr: &Expr, found: &mut Vec<VarId>) {
            match expr {
                Expr::Variable(id) => found.push(*id),
                Expr::Unary(_, a) => names(a, found),
                Expr::Binary(_, a, b) => {
                    names(a, found);
                    names(b, found);
                }
                _ => {}
            }
        }
        assert_eq!(model.step_order.len(), model.variables.len());
        for (index, variable) in model.variables.iter().enumerate() {
            let mut found = Vec::new();
            match &variable.definition {
                Definition::Formula(expr) | Definition::Stock { next: expr, .. } => names(expr, &mut found),
                _ => {}
            }
            for id in found {
                assert!(place(id) < place(VarId(index as u32)), "{}", variable.name);
            }
        }
    }

    #[test]
    fn static_models_have_one_step() {
        let model = model(r#"{"variables": {"a": {"uniform": {"low": 0, "high": 1}}, "b": "a ^ 2"}}"#);
        assert_eq!(model.horizon.steps, 0);
        assert_eq!(model.inputs[0].over_time, OverTime::CONSTANT);
        assert_eq!(model.base_order.len(), model.variables.len());
        assert_eq!(model.outputs.len(), 2);
    }
}

mod document {
    use super::*;

    #[test]
    fn the_top_level() {
        let base = years(r#""a": 1"#);
        let with = |members: &str| base.replacen('{', &format!("{{{members}, "), 1);
        assert!(
            codes(&with(r#""$schema": "s", "title": "t", "description": "d", "extends": "x", "riskband": 1"#))
                .is_empty()
        );
        assert_eq!(codes(&with(r#""riskband": 2"#)), ["unsupported-version"]);
        assert_eq!(codes(&with(r#""riskband": "1""#)), ["unsupported-version"]);
        assert_eq!(codes(&with(r#""title": 3"#)), ["wrong-type"]);
        let problem = only(&with(r#""targts": {}"#));
        assert_eq!((problem.code, problem.nearest.as_deref()), ("unknown-key", Some("targets")));
        assert_eq!(problem.pointer, "/targts");
        assert_eq!(codes(&with(r#""sectors": {}"#)), ["unknown-key"]);
        assert_eq!(codes("[]"), ["wrong-type"]);
        assert_eq!(codes("{}"), ["nothing-to-report"]);
        assert_eq!(codes(&with(r#""outputs": []"#)), ["nothing-to-report"]);
    }

    #[test]
    fn horizons() {
        let with = |horizon: &str| format!(r#"{{"horizon": {horizon}, "variables": {{"a": 1}}}}"#);
        assert_eq!(model(&with(r#"{"steps": "2 * 25"}"#)).horizon.steps, 50);
        assert_eq!(model(&with(r#"{"start": 2025, "end": 2031, "step": "year"}"#)).horizon.period(6), "2031");
        for (horizon, code) in [
            (r#"{"steps": 0}"#, "empty-horizon"),
            (r#"{"steps": 2.5}"#, "not-whole"),
            (r#"{"steps": -3}"#, "empty-horizon"),
            (r#"{"steps": 1e9}"#, "too-many-steps"),
            (r#"{"steps": 1e300}"#, "too-many-steps"),
            (r#"{"steps": [1]}"#, "wrong-type"),
            (r#"{"steps": "x"}"#, "not-constant"),
            (r#"{"steps": "5"}"#, "wrong-type"),
            (r#"{"steps": "1/0"}"#, "not-finite"),
            (r#"{"start": 2025}"#, "incomplete-horizon"),
            (r#"{"start": 2025, "end": 2031, "steps": 6}"#, "incomplete-horizon"),
            (r#"{"start": 2031, "end": 2025}"#, "empty-horizon"),
            (r#"{"start": 2025, "end": 1e18}"#, "out-of-range"),
            (r#"{"start": 2025, "end": 2031, "step": "week"}"#, "unknown-value"),
            (r#"{"start": 2025, "ende": 2031}"#, "unknown-key"),
            ("3", "wrong-type"),
        ] {
            assert_eq!(codes(&with(horizon))[0], code, "{horizon}");
        }
    }

    #[test]
    fn names() {
        let code = |name: &str| codes(&years(&format!(r#""{name}": 1, "other": 1"#)));
        assert_eq!(code("two words"), ["bad-name"]);
        assert_eq!(code("2x"), ["bad-name"]);
        assert_eq!(code("a.b"), ["bad-name"]);
        assert_eq!(code("\\u001b[31m"), ["bad-name"]);
        assert_eq!(code(""), ["bad-name"]);
        assert_eq!(code("year"), ["reserved-name"]);
        assert_eq!(code("exp"), ["reserved-name"]);
        assert_eq!(code("ever"), ["reserved-name"]);
        // Law names are free, and the market's names are where there is no market.
        for name in ["normal", "market", "demand", "backlog", "AI_ML", "_x1"] {
            assert!(code(name).is_empty(), "{name}");
        }
        assert_eq!(codes(&W1.replace("\"edge\"", "\"backlog\"")), ["reserved-name"]);
        assert_eq!(codes(&W1.replace("\"wafer\"", "\"edge\"")), ["duplicate-name"]);
    }

    #[test]
    fn limits_are_named_and_hold_before_anything_is_built() {
        let limits = Limits { quantities: 3, ..Limits::default() };
        let problems = run_with(&years(r#""a": 1, "b": 2, "c": 3, "d": 4, "e": "d""#), limits).problems;
        assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["too-many-quantities"]);
        let limits = Limits { memory: 1000, ..Limits::default() };
        let text = r#"{"horizon": {"steps": 9000}, "variables": {"a": {"by_step": {"0": 1, "5": 2}}}}"#;
        let problems = run_with(text, limits).problems;
        assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["too-much-memory"]);
        let limits = Limits { steps: 10, ..Limits::default() };
        assert_eq!(run_with(text, limits).problems[0].code, "too-many-steps");
    }

    #[test]
    fn all_problems_come_at_once() {
        let text =
            years(r#""a": "b + c", "d": {"normal": {"mean": 0}}, "e": {"nromal": {}}, "f": null, "g": {"start": 1}"#);
        assert_eq!(
            codes(&text),
            [
                "missing-over-time",
                "missing-parameter",
                "unknown-law",
                "wrong-type",
                "missing-key",
                "unknown-name",
                "unknown-name"
            ]
        );
    }
}

mod quantities {
    use super::*;

    #[test]
    fn kinds() {
        let model = model(&years(
            r#""n": {"value": 1.3, "unit": "W/USD", "source": "s", "note": "n", "confidence": "low"},
               "f": {"formula": "n * 2", "unit": "GW"},
               "b": {"by_year": {"2026": 1, "2028": "n + 0.7", "2029": 5}},
               "s": {"start": 9, "growth": 0.1}, "t": {"start": "n", "next": "self + n"},
               "m": {"by_year": {"2026": 1, "2030": "step"}}"#,
        ));
        let variable = |name| model.variable(find(&model, name));
        let n = variable("n");
        assert_eq!((n.unit.as_deref(), n.source.as_deref(), n.note.as_deref()), (Some("W/USD"), Some("s"), Some("n")));
        assert_eq!((n.confidence.as_deref(), n.pointer.as_str()), (Some("low"), "/variables/n"));
        // A formula of constants is a constant that keeps its text.
        assert!(matches!(variable("f").definition, Definition::Constant(value) if value == 2.6));
        assert_eq!(variable("f").text.as_deref(), Some("n * 2"));
        // Linear in between, flat outside.
        let Definition::ByStep(values) = &variable("b").definition else { panic!("{:?}", variable("b")) };
        assert_eq!(values, &[1.0, 1.0, 1.5, 2.0, 5.0, 5.0, 5.0]);
        let Definition::Blend(blends) = &variable("m").definition else { panic!("{:?}", variable("m")) };
        assert_eq!(blends.iter().map(|b| b.weight).collect::<Vec<_>>(), [0.0, 0.0, 0.25, 0.5, 0.75, 0.0, 0.0]);
        assert_eq!(model.variable(blends[3].left).name, "m.2026");
        assert_eq!(variable("m.2030").pointer, "/variables/m/by_year/2030");
        let (s, growth) = (find(&model, "s"), find(&model, "s.growth"));
        let Definition::Stock { next, .. } = &variable("s").definition else { panic!("{:?}", variable("s")) };
        let factor =
            super::super::quantity::binary(crate::kernel::Binary::Add, Expr::Constant(1.0), Expr::Variable(growth));
        let own = Expr::Lag { variable: s, lag: 1, default: None };
        assert_eq!(*next, super::super::quantity::binary(crate::kernel::Binary::Multiply, own, factor));
    }

    #[test]
    fn what_is_wrong_with_them() {
        for (quantity, code) in [
            ("null", "wrong-type"),
            ("true", "wrong-type"),
            ("[1]", "wrong-type"),
            ("{}", "missing-law"),
            (r#"{"unit": "GW"}"#, "missing-law"),
            (r#"{"value": "1"}"#, "wrong-type"),
            (r#"{"value": 1, "unit": 2}"#, "wrong-type"),
            (r#"{"value": 1, "sorce": "x"}"#, "unknown-key"),
            (r#"{"value": 1, "formula": "2"}"#, "ambiguous-quantity"),
            (r#"{"start": 1}"#, "missing-key"),
            (r#"{"growth": 1}"#, "missing-key"),
            (r#"{"start": 1, "growth": 0, "next": "self"}"#, "ambiguous-quantity"),
            (r#"{"start": 1, "next": 3}"#, "wrong-type"),
            (r#"{"by_step": {"1": 1}}"#, "wrong-calendar"),
            (r#"{"by_year": {"x": 1}}"#, "bad-knot"),
            (r#"{"by_year": {"02026": 1}}"#, "bad-knot"),
            (r#"{"by_year": {}}"#, "missing-key"),
            (r#"{"by_year": 3}"#, "wrong-type"),
            (r#"{"gumbell": {"location": 0, "scale": 1}}"#, "unknown-law"),
            (r#""1 / 0""#, "not-finite"),
            (r#"{"formula": ""}"#, "empty-formula"),
        ] {
            assert_eq!(codes(&years(&format!(r#""a": {quantity}"#))), [code], "{quantity}");
        }
        assert_eq!(codes(r#"{"variables": {"a": {"start": 1, "growth": 0}}}"#), ["needs-horizon"]);
        assert_eq!(codes(r#"{"variables": {"a": {"by_year": {"2026": 1}}}}"#), ["needs-horizon"]);
        let problem = only(&years(r#""a": {"gumbell": {"location": 0, "scale": 1}}"#));
        assert_eq!(problem.nearest.as_deref(), Some("gumbel"));
    }

    #[test]
    fn parameters_may_be_uncertain() {
        let model = model(&years(
            r#""a": {"normal": {"mean": {"normal": {"mean": 0.1, "sd": 0.01}, "over_time": "constant"}, "sd": "0.1 * step"}, "over_time": "fresh"}"#,
        ));
        let names: Vec<&str> = model.inputs.iter().map(|input| input.name.as_str()).collect();
        assert_eq!(names, ["a.mean", "a"]);
        assert_eq!((first(&model, "a"), first(&model, "a.mean"), first(&model, "a.sd")), (1, 0, 0));
        let nested =
            years(r#""a": {"normal": {"mean": {"normal": {"mean": 0.1, "sd": 0.01}}, "sd": 1}, "over_time": "fresh"}"#);
        let problem = only(&nested);
        assert_eq!((problem.code, problem.pointer.as_str()), ("missing-over-time", "/variables/a/normal/mean"));
    }
}

mod laws {
    use super::*;
    use crate::dist::{Component, Law};

    fn law(law: &str) -> String {
        years(&format!(r#""a": {{{law}, "over_time": "fresh"}}"#))
    }

    fn read_law(text: &str) -> Law<VarId> {
        let model = model(&law(text));
        match &model.variable(find(&model, "a")).definition {
            Definition::Draw { distribution, .. } => distribution.law.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_form() {
        for text in [
            r#""normal": {"mean": 0, "sd": 1}"#,
            r#""normal": {"p10": 0, "p90": 1}"#,
            r#""lognormal": {"median": 1, "sigma": 1}"#,
            r#""lognormal": {"mean": 1, "sd": 1}"#,
            r#""lognormal": {"log_mean": 0, "log_sd": 1}"#,
            r#""lognormal": {"p2_5": 1, "p97_5": 2}"#,
            r#""uniform": {"low": 0, "high": 1}"#,
            r#""triangular": {"low": 0, "mode": 1, "high": 2}"#,
            r#""pert": {"low": 0, "mode": 1, "high": 2, "shape": 3}"#,
            r#""pert": {"low": 0, "mode": {"by_year": {"2026": 1, "2030": 1.5}}, "high": 2}"#,
            r#""beta": {"alpha": 2, "beta": 3}"#,
            r#""gamma": {"shape": 2, "scale": 3}"#,
            r#""weibull": {"shape": 2, "scale": 3}"#,
            r#""student_t": {"location": 0, "scale": 1, "df": 5}"#,
            r#""gumbel": {"location": 0, "scale": 1}"#,
            r#""logistic": {"location": 0, "scale": 1}"#,
            r#""poisson": {"mean": 3}"#,
            r#""exponential": {"mean": 3}"#,
            r#""bernoulli": {"probability": 0.3}"#,
            r#""quantiles": {"p10": 1, "p50": 3, "p90": 8, "low": 0, "high": 20}"#,
            r#""empirical": {"values": [3, 1, 2], "interpolate": true}"#,
            r#""normal": {"mean": 0, "sd": 1}, "truncate": {"low": 0}, "clip": {"low": 0.1, "high": 1}"#,
        ] {
            read_law(text);
        }
        let Law::Discrete { values } = read_law(r#""discrete": {"1.5": 0.8, "-0.5": "0.1 + 0.1"}"#) else { panic!() };
        assert_eq!(*values, [(-0.5, 0.2), (1.5, 0.8)]);
        let Law::Empirical { values, .. } = read_law(r#""empirical": {"csv": "growth.csv", "column": "growth"}"#)
        else {
            panic!()
        };
        assert_eq!(*values, [0.1, 0.2]);
        let mixture =
            r#""mixture": [{"weight": 0.7, "value": 0}, {"weight": 0.3, "value": {"uniform": {"low": 1, "high": 2}}}]"#;
        let Law::Mixture { components } = read_law(mixture) else { panic!() };
        assert_eq!(components[0], (0.7, Component::Atom(0.0)));
        assert!(
            matches!(&components[1].1, Component::Distribution(d) if d.law == Law::Uniform { low: 1.0, high: 2.0 })
        );
        let Law::LogNormalQuantiles { at } = read_law(r#""lognormal": {"p95": 2, "p5": 1}"#) else { panic!() };
        assert_eq!([at[0].0, at[1].0], [0.05, 0.95]);
    }

    #[test]
    fn what_is_wrong_with_them() {
        for (text, code) in [
            (r#""normal": 3"#, "wrong-type"),
            (r#""normal": {"mean": 0}"#, "missing-parameter"),
            (r#""normal": {"mean": 0, "std": 1, "sd": 1}"#, "unknown-key"),
            (r#""normal": {"mean": 0, "sd": 1, "p10": 0}"#, "mixed-parameters"),
            (r#""normal": {"p10": 0}"#, "missing-parameter"),
            (r#""normal": {"p10": 0, "p50": 1, "p90": 2}"#, "missing-parameter"),
            (r#""lognormal": {"median": 1, "sigma": 1, "mean": 2}"#, "mixed-parameters"),
            (r#""normal": {"mean": 0, "sd": -1}"#, "parameter-out-of-domain"),
            (r#""normal": {"mean": 0, "sd": {"by_year": {"2025": 1, "2031": -1}}}"#, "parameter-out-of-domain"),
            (r#""triangular": {"low": 0, "mode": 3, "high": 2}"#, "parameter-out-of-domain"),
            (r#""pert": {"low": 0, "mode": "step", "high": 20}"#, "varying-parameter-needs-closed-form"),
            (r#""normal": {"mean": 0, "sd": 1}, "truncate": {}"#, "missing-key"),
            (r#""normal": {"mean": 0, "sd": 1}, "clip": {"lo": 1, "high": 2}"#, "unknown-key"),
            (r#""normal": {"mean": 0, "sd": 1}, "uniform": {"low": 0, "high": 1}"#, "ambiguous-quantity"),
            (r#""discrete": {"x": 1}"#, "bad-value"),
            (r#""discrete": {"1": 1, "1.0": 1}"#, "bad-value"),
            (r#""discrete": {"1": 0}"#, "out-of-range"),
            (r#""discrete": {}"#, "missing-parameter"),
            (r#""empirical": {"values": []}"#, "missing-parameter"),
            (r#""empirical": {"values": [1], "csv": "growth.csv"}"#, "missing-parameter"),
            (r#""empirical": {"values": ["x"]}"#, "not-constant"),
            (r#""empirical": {"values": ["0.5"]}"#, "wrong-type"),
            (r#""empirical": {"values": [1], "interpolate": 1}"#, "wrong-type"),
            (r#""empirical": {"csv": "growth.csv", "column": "growht"}"#, "unknown-column"),
            (r#""empirical": {"csv": "none.csv", "column": "growth"}"#, "no-such-file"),
            (r#""quantiles": {"p10": 1}"#, "missing-parameter"),
            (r#""quantiles": {"p10": 1, "p0": 2, "p50": 3}"#, "unknown-key"),
            (r#""mixture": []"#, "missing-parameter"),
            (r#""mixture": [{"weight": 1}]"#, "missing-parameter"),
            (r#""mixture": [{"weight": 1, "value": {"start": 1, "growth": 0}}]"#, "not-constant"),
            (r#""mixture": [{"weight": 1, "value": {"normal": {"mean": "step", "sd": 1}}}]"#, "not-constant"),
            (r#""mixture": [{"weight": -1, "value": 1}]"#, "out-of-range"),
        ] {
            assert_eq!(codes(&law(text)), [code], "{text}");
        }
        // The place is the parameter's own.
        let problem = only(&law(r#""normal": {"mean": 0, "sd": -1}"#));
        assert_eq!((problem.pointer.as_str(), problem.found.as_deref()), ("/variables/a/normal/sd", Some("-1")));
    }
}

mod over_time {
    use super::*;

    fn drawn(over_time: &str) -> String {
        years(&format!(r#""a": {{"normal": {{"mean": 0, "sd": 1}}, "over_time": {over_time}}}"#))
    }

    #[test]
    fn forms() {
        let of = |text: &str| model(&drawn(text)).inputs[0].over_time;
        assert_eq!(of("\"constant\""), OverTime::CONSTANT);
        assert_eq!(of("\"fresh\""), OverTime::FRESH);
        assert_eq!(of(r#"{"persistence": 0.5}"#), OverTime { persistence: 0.5, permanent: 0.0 });
        assert_eq!(of(r#"{"permanent": "0.1 + 0.2 - 0.1"}"#).persistence, 0.0);
        assert_eq!(first(&model(&drawn("\"constant\"")), "a"), 0);
        assert_eq!(first(&model(&drawn("\"fresh\"")), "a"), 1);
        for (text, code) in [
            ("\"frsh\"", "unknown-value"),
            ("1", "wrong-type"),
            ("{}", "missing-key"),
            (r#"{"persistence": 1}"#, "out-of-range"),
            (r#"{"persistence": -1}"#, "out-of-range"),
            (r#"{"permanent": 1.1}"#, "out-of-range"),
            (r#"{"permanent": -0.1}"#, "out-of-range"),
            (r#"{"persistance": 0.1}"#, "unknown-key"),
        ] {
            assert_eq!(codes(&drawn(text)), [code], "{text}");
        }
    }

    #[test]
    fn required_where_several_steps_read_and_refused_where_one_does() {
        let normal = r#"{"normal": {"mean": 1, "sd": 0.1}}"#;
        let fresh = r#"{"normal": {"mean": 1, "sd": 0.1}, "over_time": "fresh"}"#;
        let code = |variables: String| codes(&years(&variables));
        assert_eq!(code(format!(r#""a": {normal}"#)), ["missing-over-time"]);
        assert_eq!(code(format!(r#""a": {{"start": 1, "growth": {normal}}}"#)), ["missing-over-time"]);
        assert!(code(format!(r#""a": {{"start": {normal}, "growth": 0}}"#)).is_empty());
        assert_eq!(code(format!(r#""a": {{"start": {fresh}, "growth": 0}}"#)), ["needless-over-time"]);
        // A knot that one step reads needs none; one that fades over several does.
        let yearly = |knot: &str| format!(r#""a": {{"by_year": {{"2025": 1, "2026": {knot}, "2027": 1}}}}"#);
        assert!(code(yearly(normal)).is_empty());
        assert!(code(yearly(fresh)).is_empty());
        let wide = |knot: &str| format!(r#""a": {{"by_year": {{"2025": 1, "2027": {knot}, "2031": 1}}}}"#);
        assert_eq!(code(wide(normal)), ["missing-over-time"]);
        assert!(code(wide(fresh)).is_empty());
        // A static model and a single step.
        assert!(codes(&format!(r#"{{"variables": {{"a": {normal}}}}}"#)).is_empty());
        assert_eq!(codes(&format!(r#"{{"variables": {{"a": {fresh}}}}}"#)), ["needless-over-time"]);
        let single = |a: &str| format!(r#"{{"horizon": {{"steps": 1}}, "variables": {{"a": {a}}}}}"#);
        assert!(codes(&single(normal)).is_empty());
        assert!(codes(&single(fresh)).is_empty());
        // Events.
        let event = |size: &str| {
            format!(
                r#"{{"horizon": {{"steps": 9}}, "events": {{"e": {{"hazard": 0.1, "size": {size}}}}}, "variables": {{"a": "e"}}}}"#
            )
        };
        let model = model(&event(normal));
        let names: Vec<(&str, OverTime)> =
            model.inputs.iter().map(|input| (input.name.as_str(), input.over_time)).collect();
        assert_eq!(names, [("e.size", OverTime::FRESH), ("e.start", OverTime::FRESH)]);
        assert_eq!(codes(&event(fresh)), ["needless-over-time"]);
        assert_eq!(codes(&event(&format!(r#"{{"normal": {{"mean": {normal}, "sd": 1}}}}"#))), ["missing-over-time"]);
    }
}

mod formulas {
    use super::*;

    fn with(formula: &str) -> String {
        let fresh = r#"{"normal": {"mean": 1, "sd": 0.1}, "over_time": "fresh"}"#;
        years(&format!(r#""x": {fresh}, "k": 2, "s": {{"start": 1, "growth": 0}}, "a": "{formula}""#))
    }

    #[test]
    fn problems_point_into_the_formula() {
        for (formula, code, pointed_at) in [
            ("1 + yy", "unknown-name", "yy"),
            ("1 + foo(x)", "unknown-function", "foo"),
            ("2 x", "formula-syntax", "x"),
            ("x[2040]", "outside-horizon", "x[2040]"),
            ("x = 1", "formula-syntax", "="),
            ("1 + self", "misplaced-self", "self"),
            ("ever(x > 1)", "misplaced-aggregate", "ever(x > 1)"),
            ("1 + on(x)", "not-an-event", "x"),
            ("binds(x)", "needs-market", "x"),
            ("lag(x, 1.5)", "bad-lag", "1.5"),
            ("lag(x, 0)", "bad-lag", "0"),
            ("lag(x, s)", "bad-lag", "s"),
            ("prev(2)", "needless-lag", "2"),
            ("min(x)", "wrong-arguments", "min(x)"),
        ] {
            let text = with(formula);
            let problem = only(&text);
            assert_eq!((problem.code, pointed(&text, &problem).as_str()), (code, pointed_at), "{formula}");
        }
        // With escapes, bytes of the text are not bytes of the file: the whole text is the place.
        let text = with("1\\t+ yy");
        assert_eq!(pointed(&text, &only(&text)), "\"1\\t+ yy\"");
        assert_eq!(only(&with("1 + ss")).nearest.as_deref(), Some("s"));
    }

    #[test]
    fn where_values_begin() {
        let begins = |formula: &str| first(&model(&with(formula)), "a");
        assert_eq!(begins("k + s"), 0);
        assert_eq!(begins("x"), 1);
        assert_eq!(begins("prev(s)"), 1);
        assert_eq!(begins("prev(x)"), 2);
        assert_eq!(begins("prev(prev(x))"), 3);
        assert_eq!(begins("lag(x, k + 1)"), 4);
        assert_eq!(begins("prev(x, 0)"), 0);
        assert_eq!(begins("lag(x, 3, s)"), 0);
        assert_eq!(begins("prev(x * 2)"), 2);
        assert_eq!(begins("cumulative(x)"), 1);
        assert_eq!(begins("s[2028]"), 3);
        assert_eq!(begins("if(s > 1, x, k)"), 1);
        assert_eq!(begins("year - 2025"), 0);
        assert_eq!(begins("prev(a, 0) + x"), 1);
    }

    #[test]
    fn where_no_value_can_be() {
        for (formula, code) in [
            ("prev(a) + 1", "no-value-yet"),
            ("x[2025]", "no-value-yet"),
            ("lag(x, 6)", "no-value-yet"),
            ("lag(s, 7)", "no-value-yet"),
            ("a + 1", "cyclic-formula"),
            ("a[2027]", "cyclic-formula"),
            ("a[2025]", "cyclic-formula"),
        ] {
            assert_eq!(codes(&with(formula)), [code], "{formula}");
        }
        assert_eq!(
            codes(&years(
                r#""s": {"start": "x", "growth": 0}, "x": {"uniform": {"low": 0, "high": 1}, "over_time": "fresh"}"#
            )),
            ["no-value-yet"]
        );
        assert_eq!(codes(&years(r#""s": {"start": 1, "next": "lag(s, 2)"}"#)), ["no-value-yet"]);
        let problem = only(&years(
            r#""s": {"start": 1, "next": "self + prev(u)"}, "u": {"uniform": {"low": 0, "high": 1}, "over_time": "fresh"}"#,
        ));
        assert_eq!(problem.code, "no-value-yet");
        assert!(problem.message.contains("`u` begins in 2026"), "{}", problem.message);
        // The same with a value for the missing step.
        assert!(codes(&years(r#""s": {"start": 1, "next": "self + prev(u, 0)"}, "u": {"uniform": {"low": 0, "high": 1}, "over_time": "fresh"}"#)).is_empty());
    }

    #[test]
    fn cycles_are_printed() {
        let problem = only(&years(r#""a": "b + 1", "b": "c", "c": "2 * a", "d": "prev(d, 0) + 1""#));
        assert_eq!(problem.code, "cyclic-formula");
        assert!(problem.message.contains("a -> b -> c -> a"), "{}", problem.message);
        let through_base = only(&years(r#""a": "b[2025] + 1", "b": "a * 2""#));
        assert_eq!(through_base.code, "cyclic-formula");
    }

    #[test]
    fn helpers_are_shared_and_named_by_their_text() {
        let model =
            model(&years(r#""s": {"start": 1, "growth": 0}, "a": "prev(s * 2) + prev(2 * s)", "b": "prev(s*2)""#));
        let helpers: Vec<&str> =
            model.variables.iter().filter(|v| v.pointer.is_empty()).map(|v| v.name.as_str()).collect();
        assert_eq!(helpers, ["s * 2", "2 * s"]);
        // `self` means another variable in every stock.
        let model = super::model(&years(
            r#""s": {"start": 1, "next": "cumulative(self)"}, "t": {"start": 2, "next": "cumulative(self)"}"#,
        ));
        assert_eq!(model.variables.iter().filter(|v| v.name.starts_with("cumulative")).count(), 2);
    }

    #[test]
    fn long_chains_of_names_take_no_stack() {
        let mut variables = String::from(r#""v0": {"uniform": {"low": 0, "high": 1}, "over_time": "fresh"}"#);
        for i in 1..50_000 {
            variables.push_str(&format!(r#", "v{i}": "v{} + 1""#, i - 1));
        }
        let model =
            model(&format!(r#"{{"horizon": {{"steps": 3}}, "variables": {{{variables}}}, "outputs": ["v49999"]}}"#));
        assert_eq!(first(&model, "v49999"), 1);
        let circle =
            years(&variables.replacen(r#"{"uniform": {"low": 0, "high": 1}, "over_time": "fresh"}"#, "\"v49999\"", 1));
        assert_eq!(codes(&circle), ["cyclic-formula"]);
    }

    #[test]
    fn long_sums_are_refused_and_many_drivers_are_not() {
        let sum = vec!["k"; 50_000].join(" + ");
        assert_eq!(codes(&with(&sum)), ["formula-too-deep"]);
        let product = vec!["x"; 1000].join(" * ");
        assert!(codes(&with(&product)).is_empty());
        let nested = format!("{}x{}", "(".repeat(5000), ")".repeat(5000));
        assert_eq!(codes(&with(&nested)), ["formula-too-deep"]);
        let drivers: Vec<String> = (0..3000).map(|i| format!(r#""d{i}": 0.001"#)).collect();
        let text =
            format!(r#"{{"horizon": {{"steps": 3}}, "market": {{"start": 1}}, "drivers": {{{}}}}}"#, drivers.join(","));
        model(&text);
    }

    #[test]
    fn calendars() {
        let counted = |a: &str| {
            format!(r#"{{"horizon": {{"steps": 5}}, "variables": {{"s": {{"start": 1, "growth": 0}}, "a": "{a}"}}}}"#)
        };
        assert_eq!(codes(&counted("year")), ["wrong-calendar"]);
        assert!(codes(&counted("step + s[5]")).is_empty());
        assert_eq!(codes(&counted("s[6]")), ["outside-horizon"]);
        assert_eq!(codes(&counted("s[-1]")), ["outside-horizon"]);
        assert_eq!(codes(r#"{"variables": {"s": 1, "a": "s[1]"}}"#), ["needs-horizon"]);
        assert_eq!(codes(r#"{"variables": {"s": 1, "a": "prev(s)"}}"#), ["no-value-yet"]);
    }
}

mod markets {
    use super::*;

    fn market(market: &str, rest: &str) -> String {
        format!(
            r#"{{"horizon": {{"start": 2025, "end": 2031}}, "market": {{{market}}}, "drivers": {{"d": 0.1, "trend": 0}}{rest}}}"#
        )
    }

    #[test]
    fn what_is_wrong_with_them() {
        for (text, code) in [
            (market("", ""), "missing-key"),
            (market(r#""start": 0"#, ""), "out-of-range"),
            (market(r#""start": 1, "strat": 2"#, ""), "unknown-key"),
            (market(r#""start": 1, "backlog": 1.5"#, ""), "out-of-range"),
            (market(r#""start": 1, "backlog": {"start": 1}"#, ""), "missing-key"),
            (market(r#""start": 1, "backlog": {"share": 1, "next": "0"}"#, ""), "ambiguous-quantity"),
            (market(r#""start": 1, "backlog": {"share": 0.5, "start": -1}"#, ""), "out-of-range"),
            (market(r#""start": 1, "demand": "self"#, "").replace("self", "self\""), "misplaced-self"),
            (market(r#""start": 1"#, r#", "variables": {"x": "binds(d)"}"#), "not-a-constraint"),
            (market(r#""start": 1"#, r#", "variables": {"x": "binds(dd)"}"#), "unknown-name"),
            (market(r#""start": 1"#, r#", "constraints": {"c": "market"}"#), "cyclic-formula"),
            (market(r#""start": 1"#, r#", "constraints": {"c": "lag(market, 2)"}"#), "no-value-yet"),
            (market(r#""start": 1, "baseline": {"end": -1}"#, ""), "out-of-range"),
            (market(r#""start": 1, "baseline": {"cagr": -1}"#, ""), "out-of-range"),
            (market(r#""start": 1, "baseline": {"by_year": {"2026": -1}}"#, ""), "out-of-range"),
            (market(r#""start": 1, "baseline": {"final": 1}"#, ""), "unknown-key"),
            (market(r#""start": 1, "baseline": {}"#, ""), "missing-key"),
            (market(r#""start": 1, "baseline": {"normal": {"mean": 1, "sd": 1}}"#, ""), "not-constant"),
            (market(r#""start": {"uniform": {"low": 1, "high": 2}}, "baseline": {"cagr": 0.1}"#, ""), "not-constant"),
            (
                market(r#""start": 1, "calibrate": {"parameter": "trend", "statistic": "median", "match": "end"}"#, ""),
                "needs-baseline",
            ),
        ] {
            assert_eq!(codes(&text), [code], "{text}");
        }
        assert_eq!(codes(r#"{"market": {"start": 1}}"#), ["needs-horizon"]);
        assert_eq!(codes(r#"{"drivers": {"d": 1}}"#), ["needs-market"]);
    }

    #[test]
    fn demand_and_backlog_in_their_forms() {
        for text in [
            r#""start": 1, "demand": "prev(demand) * exp(demand_growth)""#,
            r#""start": 1, "demand": {"formula": "prev(market) * 1.1", "note": "on sales"}"#,
            r#""start": 1, "demand": {"by_year": {"2025": 1, "2031": 2}}"#,
            r#""start": 1, "backlog": "d * 2""#,
            r#""start": 1, "backlog": {"share": 0.5, "start": 0.05}"#,
            r#""start": 1, "backlog": {"start": 0.05, "next": "0.5 * self + 0.5 * (wanted - market)"}"#,
            r#""start": 1, "backlog": {"uniform": {"low": 0, "high": 1}, "over_time": "constant"}"#,
        ] {
            let model = model(&market(text, r#", "constraints": {"c": 2}, "variables": {"b": "binds(c) + short(c)"}"#));
            assert_eq!((first(&model, "demand"), first(&model, "b")), (0, 1));
        }
        let lost = model(&market(r#""start": 1"#, ""));
        assert!(matches!(lost.variable(find(&lost, "backlog")).definition, Definition::Constant(0.0)));
    }

    #[test]
    fn baselines() {
        let path = |baseline: &str| {
            let model = model(&market(&format!(r#""start": 6.32, "baseline": {baseline}"#), ""));
            model.market.and_then(|market| market.baseline).expect("there is a baseline")
        };
        // The implied path of the published forecast, to its two decimals.
        for baseline in [
            r#"{"end": 35.66}"#,
            r#"{"cagr": 0.33427}"#,
            r#""6.32 * 1.33427 ^ (year - 2025)""#,
            r#"{"start": 6.32, "growth": 0.33427}"#,
        ] {
            for (value, published) in path(baseline).iter().zip([6.32, 8.43, 11.25, 15.01, 20.03, 26.73, 35.66]) {
                assert!((value - published).abs() < 0.006, "{baseline}: {value} {published}");
            }
        }
        assert_eq!(path(r#"{"end": 35.66}"#)[6], 35.66);
        // Interpolation rounds twice.
        for (step, value) in path(r#"{"by_year": {"2025": 1, "2031": 7}}"#).iter().enumerate() {
            assert!((value - (step as f64 + 1.0)).abs() < 1e-14, "{value}");
        }
    }

    #[test]
    fn calibration() {
        use crate::model::{Matching, Statistic};
        let with = |calibrate: &str| {
            market(
                &format!(r#""start": 1, "baseline": {{"end": 2}}, "calibrate": {calibrate}"#),
                r#", "variables": {"f": "2 * d", "s": {"start": 1, "growth": 0.1}}"#,
            )
        };
        let calibration = |text: &str| model(&with(text)).calibration.expect("there is one");
        let found = calibration(r#"{"parameter": "trend", "statistic": "median", "match": "every step"}"#);
        assert_eq!(
            (found.pointer.as_str(), found.statistic, found.matching),
            ("/drivers/trend", Statistic::Median, Matching::EveryStep)
        );
        let found = calibration(r#"{"parameter": "s.growth", "statistic": "p40", "match": "end"}"#);
        assert_eq!(
            (found.pointer.as_str(), found.statistic, found.matching),
            ("/variables/s/growth", Statistic::Quantile(0.4), Matching::End)
        );
        // What reads the parameter is not folded: the solver changes the parameter after validation.
        let text = with(r#"{"parameter": "d", "statistic": "median", "match": "end"}"#);
        let calibrated = model(&text);
        let f = &calibrated.variable(find(&calibrated, "f")).definition;
        assert!(matches!(f, Definition::Formula(_)), "{f:?}");
        for (calibrate, code) in [
            (r#"{"parameter": "trnd", "statistic": "median", "match": "end"}"#, "unknown-name"),
            (r#"{"parameter": "f", "statistic": "median", "match": "end"}"#, "not-a-number"),
            (r#"{"parameter": "trend", "statistic": "mode", "match": "end"}"#, "unknown-value"),
            (r#"{"parameter": "trend", "statistic": "median", "match": "all"}"#, "unknown-value"),
            (r#"{"parameter": "trend", "statistic": "median"}"#, "missing-key"),
            (r#"{"parameter": "trend", "statistic": "median", "match": "end", "x": 1}"#, "unknown-key"),
        ] {
            assert_eq!(codes(&with(calibrate)), [code], "{calibrate}");
        }
    }
}

mod events {
    use super::*;

    fn event(event: &str, a: &str) -> String {
        format!(
            r#"{{"horizon": {{"start": 2025, "end": 2031}}, "events": {{"e": {event}}}, "variables": {{"a": "{a}"}}}}"#
        )
    }

    #[test]
    fn events_in_formulas() {
        let model = model(&event(
            r#"{"hazard": 0.13, "size": {"triangular": {"low": 0.2, "mode": 0.4, "high": 0.7}}, "duration": {"discrete": {"1": 0.5, "2": 0.5}}}"#,
            "e + on(e) * started(e) - 0.4 * prev(e) * ended(e)",
        ));
        let names: Vec<&str> = model.inputs.iter().map(|input| input.name.as_str()).collect();
        assert_eq!(names, ["e.size", "e.duration", "e.start"]);
        assert_eq!((first(&model, "e"), first(&model, "a")), (0, 1));
    }

    #[test]
    fn what_is_wrong_with_them() {
        for (text, code) in [
            (event("{}", "e"), "missing-key"),
            (event("3", "e"), "wrong-type"),
            (event(r#"{"hazard": 1.1}"#, "e"), "out-of-range"),
            (event(r#"{"hazard": {"by_year": {"2026": 0, "2027": -0.5}}}"#, "e"), "out-of-range"),
            (event(r#"{"hazard": 0.1, "siz": 1}"#, "e"), "unknown-key"),
            (event(r#"{"hazard": "lag(on(e), 2)"}"#, "e"), "no-value-yet"),
            (event(r#"{"hazard": 0.1}"#, "on(a)"), "not-an-event"),
            (event(r#"{"hazard": 0.1}"#, "1"), "unused-event"),
        ] {
            let found = codes(&text);
            assert_eq!(found.first(), Some(&code), "{text} {found:?}");
        }
        assert!(run(&event(r#"{"hazard": 0.1}"#, "1")).model.is_some(), "a warning does not reject");
        assert_eq!(codes(r#"{"events": {"e": {"hazard": 1}}, "variables": {"a": "e"}}"#), ["needs-horizon"]);
    }
}

mod correlations {
    use super::*;

    fn tied(correlations: &str) -> String {
        let draw = |mean: f64, over: &str| format!(r#"{{"normal": {{"mean": {mean}, "sd": 1}}, "over_time": {over}}}"#);
        years(&format!(
            r#""c": {}, "b": {}, "a": {}, "k": {}, "p": {{"start": 1, "growth": {}}}, "n": 1"#,
            draw(0.0, "\"fresh\""),
            draw(0.0, "\"fresh\""),
            draw(0.0, "\"fresh\""),
            draw(0.0, "\"constant\""),
            draw(0.0, r#"{"persistence": 0.5}"#),
        ))
        .replacen('{', &format!(r#"{{"correlations": {{{correlations}}}, "#), 1)
    }

    fn matrix(correlations: &str) -> Vec<Vec<f64>> {
        model(&tied(correlations)).correlations.remove(0).matrix
    }

    #[test]
    fn measures() {
        assert_eq!(matrix(r#""x": {"between": ["a", "b"], "normal_score": 0.5}"#)[0][1], 0.5);
        // A rank correlation of 1/2 is 2 sin(pi / 12) = (sqrt(6) - sqrt(2)) / 2 between the shocks.
        let rank = matrix(r#""x": {"between": ["a", "b"], "rank": 0.5}"#)[0][1];
        assert!((rank - (6.0_f64.sqrt() - 2.0_f64.sqrt()) / 2.0).abs() < 1e-15);
        assert!((matrix(r#""x": {"between": ["a", "b"], "pearson": 0.5}"#)[0][1] - 0.5).abs() < 1e-9);
        assert_eq!(matrix(r#""x": {"among": ["a", "b", "c"], "normal_score": 0.4}"#)[2][0], 0.4);
        let written = r#"[[1, 0.1, 0.2], [0.1, 1, 0.3], [0.2, 0.3, 1]]"#;
        // Members are ordered by name, whatever the file's order.
        let m = matrix(&format!(r#""x": {{"among": ["c", "a", "b"], "normal_score": {written}}}"#));
        assert_eq!(m, [[1.0, 0.3, 0.1], [0.3, 1.0, 0.2], [0.1, 0.2, 1.0]]);
    }

    #[test]
    fn pearson_is_solved_or_refused_with_its_range() {
        let text = |pearson: f64, sigma: &str| {
            years(&format!(
                r#""a": {{"lognormal": {{"median": 1, "sigma": {sigma}}}, "over_time": "fresh"}}, "b": {{"lognormal": {{"median": 1, "sigma": 1}}, "over_time": "fresh"}}"#
            ))
            .replacen('{', &format!(r#"{{"correlations": {{"x": {{"between": ["a", "b"], "pearson": {pearson}}}}}, "#), 1)
        };
        // Two standard lognormals: (e^rho - 1) / (e - 1), so 1/2 needs rho = ln(1 + (e - 1) / 2).
        let rho = (1.0 + (std::f64::consts::E - 1.0) / 2.0).ln();
        let found = model(&text(0.5, "1")).correlations.remove(0).matrix[0][1];
        assert!((found - rho).abs() < 1e-6, "{found} {rho}");
        // Their lowest correlation is (1/e - 1) / (e - 1) = -0.3679.
        let problem = only(&text(-0.5, "1"));
        assert_eq!(problem.code, "unattainable-pearson");
        assert!(problem.expected.as_deref().is_some_and(|range| range.contains("-0.3679")), "{problem:?}");
        assert_eq!(only(&text(0.5, "\"0.1 * step\"")).code, "not-constant");
        assert_eq!(only(&text(0.5, "0")).code, "unattainable-pearson");
    }

    #[test]
    fn groups_are_connected_parts() {
        let model = run(&tied(
            r#""x": {"between": ["p.growth", "c"], "rank": 0.1}, "y": {"between": ["b", "a"], "rank": 0.1}"#,
        ))
        .model;
        let model = model.expect("it is valid");
        let names: Vec<Vec<&str>> = model
            .correlations
            .iter()
            .map(|group| group.members.iter().map(|id| model.input(*id).name.as_str()).collect())
            .collect();
        assert_eq!(names, [vec!["a", "b"], vec!["c", "p.growth"]]);
    }

    #[test]
    fn what_is_wrong_with_them() {
        for (correlations, code) in [
            (r#""x": 3"#, "wrong-type"),
            (r#""x": {"between": ["a"], "rank": 0.5}"#, "wrong-count"),
            (r#""x": {"between": ["a", "b", "c"], "rank": 0.5}"#, "wrong-count"),
            (r#""x": {"between": ["a", "a"], "rank": 0.5}"#, "duplicate-name"),
            (r#""x": {"between": ["a", "n"], "rank": 0.5}"#, "unknown-input"),
            (r#""x": {"between": ["a", "p"], "rank": 0.5}"#, "unknown-input"),
            (r#""x": {"rank": 0.5}"#, "missing-key"),
            (r#""x": {"between": ["a", "b"]}"#, "missing-key"),
            (r#""x": {"between": ["a", "b"], "rank": 0.5, "pearson": 0.5}"#, "ambiguous-quantity"),
            (r#""x": {"between": ["a", "b"], "rank": 1.5}"#, "out-of-range"),
            (r#""x": {"between": ["a", "b"], "rank": "n / 0"}"#, "not-finite"),
            (r#""x": {"between": ["a", "b"], "spearman": 0.5}"#, "unknown-key"),
            (r#""x": {"between": ["a", "b"], "normal_score": 1}"#, "not-positive-definite"),
            (r#""x": {"among": ["a", "b"], "normal_score": [[1, 0.5], [0.4, 1]]}"#, "bad-matrix"),
            (r#""x": {"among": ["a", "b"], "normal_score": [[1, 0.5]]}"#, "wrong-count"),
            (
                r#""x": {"between": ["a", "b"], "rank": 0.5}, "y": {"between": ["b", "a"], "rank": 0.5}"#,
                "duplicate-correlation",
            ),
            (r#""x": {"between": ["a", "k"], "rank": 0.5}"#, "unattainable-correlation"),
            (r#""x": {"between": ["a", "p.growth"], "rank": 0.5}"#, "diluted-correlation"),
        ] {
            assert_eq!(codes(&tied(correlations))[0], code, "{correlations}");
        }
        let problem = only(&tied(r#""x": {"between": ["a", "p"], "rank": 0.5}"#));
        assert_eq!(problem.nearest.as_deref(), Some("p.growth"));
    }

    #[test]
    fn contradictions_are_named_or_repaired() {
        let pairs = |repair: &str| {
            tied(&format!(
                r#""x": {{"between": ["a", "b"], "normal_score": 0.9{repair}}}, "y": {{"between": ["b", "c"], "normal_score": 0.9}}, "z": {{"between": ["a", "c"], "normal_score": -0.9}}"#
            ))
        };
        let problem = only(&pairs(""));
        assert_eq!(problem.code, "not-positive-definite");
        assert!(problem.message.contains("`a`, `b`, `c`"), "{}", problem.message);
        let repaired = run(&pairs(r#", "repair": true"#));
        assert_eq!(repaired.problems[0].code, "correlation-repaired");
        assert!(repaired.problems[0].message.contains("0.9000 -> "), "{}", repaired.problems[0].message);
        let matrix = &repaired.model.expect("it is a note").correlations[0].matrix;
        assert!(super::super::matrix::is_positive_definite(matrix));
    }

    #[test]
    fn how_shocks_move_thins_a_correlation() {
        // Two AR(1) with persistence 0 and 0.5: sqrt(1 - 0.25) = 0.866 of the correlation is left.
        let problem = only(&tied(r#""x": {"between": ["a", "p.growth"], "normal_score": 0.5}"#));
        assert_eq!((problem.code, problem.severity), ("diluted-correlation", Severity::Note));
        assert!(problem.message.contains("0.433"), "{}", problem.message);
    }
}

mod results {
    use super::*;

    fn with(rest: &str) -> String {
        years(r#""s": {"start": 1, "growth": 0.1}, "x": {"uniform": {"low": 0, "high": 1}, "over_time": "fresh"}"#)
            .replacen('{', &format!("{{{rest}, "), 1)
    }

    #[test]
    fn targets() {
        let model = model(&with(
            r#""targets": {"a": "s[2031] >= 1.5", "b": {"formula": "ever(s < prev(s))", "note": "n"}, "c": "first_year(x > 0.9) <= 2028", "d": "s"}"#,
        ));
        assert_eq!(
            model.targets.iter().map(|t| t.text.as_str()).collect::<Vec<_>>(),
            ["s[2031] >= 1.5", "ever(s < prev(s))", "first_year(x > 0.9) <= 2028", "s"]
        );
        for target in &model.targets {
            assert!(model.variable(target.condition).first <= 6);
        }
        assert_eq!(first(&model, "ever(s < prev(s))"), 1);
        // What never happens compares false: the comparison is guarded by `ever`.
        let Definition::Formula(Expr::If(happened, _, otherwise)) = &model.variable(find(&model, "c")).definition
        else {
            panic!()
        };
        assert_eq!(**happened, Expr::At { variable: find(&model, "ever(x > 0.9)"), step: 6 });
        assert_eq!(**otherwise, Expr::Constant(0.0));
        assert!(matches!(
            model.variable(find(&model, "first_year(x > 0.9)")).definition,
            Definition::Running { op: crate::model::Running::First, .. }
        ));
    }

    #[test]
    fn outputs() {
        let names = |model: &Model| model.outputs.iter().map(|o| (o.name.clone(), o.may_be_absent)).collect::<Vec<_>>();
        assert_eq!(
            names(&model(&with(r#""outputs": ["x", "s"]"#))),
            [("x".to_string(), false), ("s".to_string(), false)]
        );
        let model = model(&with(
            r#""outputs": {"peak": "highest(x)", "when": {"formula": "first_year(x > 0.9)", "unit": "year"}, "late": "first_year(x > 0.9) > 2028", "s": "s"}"#,
        ));
        let expected = [("peak", false), ("when", true), ("late", false), ("s", false)];
        assert_eq!(names(&model), expected.map(|(name, absent)| (name.to_string(), absent)));
        assert_eq!(model.outputs[1].unit.as_deref(), Some("year"));
        assert_eq!(model.variable(model.outputs[0].variable).first, 6);
        assert_eq!(model.outputs[3].variable, find(&model, "s"));
    }

    #[test]
    fn what_is_wrong_with_them() {
        for (rest, code) in [
            (r#""targets": []"#, "wrong-type"),
            (r#""targets": {"a b": "s > 1"}"#, "bad-name"),
            (r#""targets": {"a": 1}"#, "wrong-type"),
            (r#""targets": {"a": {"note": "x"}}"#, "missing-key"),
            (r#""targets": {"a": {"formula": "s", "fromula": "s"}}"#, "unknown-key"),
            (r#""targets": {"a": "t > 1"}"#, "unknown-name"),
            (r#""targets": {"a": "lag(x, 9) > 1"}"#, "no-value-yet"),
            (r#""targets": {"a": "ever(highest(x) > 1)"}"#, "misplaced-aggregate"),
            (r#""targets": {"a": "first_step(x > 1) < 3"}"#, "wrong-calendar"),
            (r#""outputs": ["s", "s"]"#, "duplicate-name"),
            (r#""outputs": ["ss"]"#, "unknown-name"),
            (r#""outputs": [1]"#, "wrong-type"),
            (r#""outputs": {}"#, "nothing-to-report"),
            (r#""outputs": {"a": "t"}"#, "unknown-name"),
        ] {
            assert_eq!(codes(&with(rest)), [code], "{rest}");
        }
    }
}

mod segments {
    use super::*;

    /// A market in these dimensions.
    fn with(segments: &str) -> String {
        format!(
            r#"{{"horizon": {{"start": 2025, "end": 2031}}, "market": {{"start": 1, "unit": "EUR"}}, "segments": {{{segments}}}}}"#
        )
    }

    const REGION: &str = r#""region": {"noise": 0.03, "source": "a survey", "confidence": "low", "parts": {
        "asia": {"share": 0.6, "growth": 0.02, "parts": {"japan": {"share": 1}}},
        "europe": {"share": {"value": 0.4, "source": "another"}, "title": "Europe"}}}"#;

    #[test]
    fn become_quantities_inputs_and_outputs() {
        let model = model(&with(REGION));
        let inputs: Vec<&str> = model.inputs.iter().map(|input| input.name.as_str()).collect();
        assert_eq!(inputs, ["region.asia.noise", "region.europe.noise", "region.asia.japan.noise"]);
        assert!(model.inputs.iter().all(|input| input.over_time == OverTime::FRESH));
        let paths: Vec<&str> = model.dimensions[0].segments.iter().map(|segment| segment.path.as_str()).collect();
        assert_eq!(paths, ["asia", "asia.japan", "europe"]);
        for (name, first_step) in [
            ("market.region.asia.japan", 0),
            ("share.region.europe", 0),
            ("growth.region.asia", 1),
            ("cagr.region.asia", 6),
        ] {
            assert_eq!(first(&model, name), first_step, "{name}");
        }
        let names: Vec<String> = model.outputs.iter().map(|output| output.full_name()).collect();
        assert_eq!(names[..6], ["market", "demand", "backlog", "growth", "cagr", "market.region.asia"]);
        assert_eq!(names.len(), 5 + 9);
        // What has no papers of its own has those that stand above it.
        let papers = |name: &str| {
            let variable = model.variable(find(&model, name));
            (variable.source.as_deref(), variable.confidence.as_deref(), variable.pointer.as_str())
        };
        let above = (Some("a survey"), Some("low"), "/segments/region/parts/asia/share");
        assert_eq!(papers("region.asia.share"), above);
        assert_eq!(papers("region.europe.share"), (Some("another"), None, "/segments/region/parts/europe/share"));
    }

    #[test]
    fn are_listed_as_outputs() {
        let listed = |outputs: &str| {
            let model = model(&with(REGION).replace("\"segments\"", &format!("\"outputs\": {outputs}, \"segments\"")));
            model.outputs.iter().map(|output| output.full_name()).collect::<Vec<_>>()
        };
        assert_eq!(
            listed(r#"["share.region", "market.region.asia.japan", "market"]"#),
            [
                "share.region.asia",
                "share.region.asia.japan",
                "share.region.europe",
                "market.region.asia.japan",
                "market"
            ]
        );
        assert_eq!(listed(r#"{"asia": "market.region.asia"}"#), ["asia"]);
    }

    #[test]
    fn what_is_wrong_with_them() {
        let one = |part: &str| with(&format!(r#""region": {{"parts": {{"asia": {part}}}}}"#));
        for (text, code) in [
            (one("{}"), "missing-key"),
            (one("1"), "wrong-type"),
            (one(r#"{"share": 0}"#), "out-of-range"),
            (one(r#"{"share": 1.5}"#), "out-of-range"),
            (one(r#"{"share": "market"}"#), "not-constant"),
            (one(r#"{"share": 1, "growht": 0}"#), "unknown-key"),
            (one(r#"{"share": 1, "growth": {"normal": {"mean": 0, "sd": 1}}}"#), "missing-over-time"),
            (one(r#"{"share": 1, "noise": 0.1}"#), "unknown-key"),
            (one(r#"{"share": 1, "parts": {}}"#), "missing-key"),
            (one(r#"{"share": 1, "title": 3}"#), "wrong-type"),
            (with(r#""region": {}"#), "missing-key"),
            (with(r#""region": {"noise": -0.1, "parts": {"asia": {"share": 1}}}"#), "out-of-range"),
            (with(r#""a b": {"parts": {"asia": {"share": 1}}}"#), "bad-name"),
            (with(r#""region": {"parts": {"a b": {"share": 1}}}"#), "bad-name"),
            (r#"{"segments": {}, "variables": {"a": 1}}"#.to_string(), "needs-market"),
        ] {
            assert_eq!(codes(&text), [code], "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_cross_tables() {
        let kinds = r#", "kind": {"parts": {"fast": {"share": 0.5}, "slow": {"share": 0.5}}}"#;
        let crossed = |table: &str| {
            let table = format!(r#""cross_tables": {{"both": {table}}}, "segments""#);
            with(&format!("{REGION}{kinds}")).replace("\"segments\"", &table)
        };
        let both = r#""of": ["region", "kind"]"#;
        for (table, code) in [
            ("{}".to_string(), "missing-key"),
            (r#"{"of": "region"}"#.to_string(), "wrong-type"),
            (r#"{"of": ["region"]}"#.to_string(), "wrong-count"),
            (r#"{"of": ["region", "region"]}"#.to_string(), "wrong-count"),
            (r#"{"of": ["region", "kinds"]}"#.to_string(), "unknown-name"),
            (format!(r#"{{{both}, "nested": 1}}"#), "wrong-type"),
            (format!(r#"{{{both}, "affinity": {{"africa": {{}}}}}}"#), "unknown-name"),
            (format!(r#"{{{both}, "affinity": {{"asia": {{"fats": 2}}}}}}"#), "unknown-name"),
            (format!(r#"{{{both}, "affinity": {{"asia": {{"fast": 0}}}}}}"#), "out-of-range"),
            (format!(r#"{{{both}, "affinity": {{"asia": {{"fast": "market"}}}}}}"#), "not-constant"),
            (format!(r#"{{{both}, "affinity": {{"asia": {{"fast": 1e6}}, "europe": {{"slow": 1e6}}}}}}"#), "no-fit"),
            (format!(r#"{{{both}, "unit": "x", "odds": 1}}"#), "unknown-key"),
        ] {
            assert_eq!(codes(&crossed(&table)), [code], "{table}");
        }
        assert!(codes(&crossed(&format!(r#"{{{both}, "affinity": {{"asia": {{"fast": 2}}}}}}"#))).is_empty());
        let named = crossed(&format!("{{{both}}}")).replace("\"both\"", "\"kind\"");
        assert_eq!(codes(&named), ["duplicate-name"]);
        let text = r#"{"cross_tables": {}, "horizon": {"steps": 2}, "market": {"start": 1}}"#;
        assert_eq!(codes(text), ["needs-segments"]);
    }

    #[test]
    fn shares_that_do_not_add_up_say_their_sum() {
        let text = with(r#""region": {"parts": {"a": {"share": 0.1}, "b": {"share": 0.2}, "c": {"share": 0.65}}}"#);
        let problem = only(&text);
        assert_eq!((problem.code, problem.found.as_deref()), ("shares-do-not-add-up", Some("0.95")));
        assert_eq!(problem.pointer, "/segments/region/parts");
    }

    #[test]
    fn unknown_names_have_neighbours() {
        let asked = |name: &str| {
            let targets = format!(r#""targets": {{"a": "{name} > 1"}}, "segments""#);
            only(&with(REGION).replace("\"segments\"", &targets))
        };
        let problem = asked("market.region.asai");
        assert_eq!((problem.code, problem.nearest.as_deref()), ("unknown-name", Some("market.region.asia")));
        let problem = asked("market.region");
        assert_eq!(problem.help.as_deref(), Some("the parts of `region` are asia, asia.japan, europe"));
        let problem = asked("market.continent.asia");
        assert_eq!(problem.help.as_deref(), Some("the dimensions of this file are region"));
        let outputs = with(REGION).replace("\"segments\"", r#""outputs": ["market.regoin"], "segments""#);
        assert_eq!(only(&outputs).nearest.as_deref(), Some("market.region"));
        let twice =
            with(REGION).replace("\"segments\"", r#""outputs": ["market.region", "market.region.asia"], "segments""#);
        assert_eq!(only(&twice).code, "duplicate-name");
    }
}

mod calendars {
    use super::*;
    use crate::model::StepLength;

    fn quarters(rest: &str) -> String {
        format!(r#"{{"horizon": {{"start": 2025, "end": 2027, "step": "quarter"}}, {rest}}}"#)
    }

    fn numbers(model: &Model, name: &str) -> Vec<f64> {
        match &model.variable(find(model, name)).definition {
            Definition::ByStep(values) => values.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_year_is_its_last_step() {
        for (horizon, first, last, steps) in [
            (r#""start": 2025, "end": 2031, "step": "quarter""#, "2025Q4", "2031Q4", 24),
            (r#""start": "2025Q2", "end": 2026, "step": "quarter""#, "2025Q2", "2026Q4", 6),
            (r#""start": 2025, "end": "2026-06", "step": "month""#, "2025-12", "2026-06", 6),
            (r#""start": "2000 + 25", "end": 2026, "step": "month""#, "2025-12", "2026-12", 12),
        ] {
            let horizon = model(&format!(r#"{{"horizon": {{{horizon}}}, "variables": {{"a": 1}}}}"#)).horizon;
            assert_eq!((horizon.period(0).as_str(), horizon.period(horizon.last()).as_str()), (first, last));
            assert_eq!(horizon.steps, steps);
        }
    }

    #[test]
    fn values_run_in_calendar_time() {
        let model = model(&quarters(
            r#""variables": {"a": {"by_year": {"2025": 1, "2026": 2, "2027Q2": 0}}, "b": "a[2026] + a[2026Q1] + time + year"}"#,
        ));
        assert_eq!(numbers(&model, "a"), [1.0, 1.25, 1.5, 1.75, 2.0, 1.0, 0.0, 0.0, 0.0]);
        let Definition::Formula(Expr::Binary(_, rest, _)) = &model.variable(find(&model, "b")).definition else {
            panic!()
        };
        let Expr::Binary(_, sum, _) = &**rest else { panic!() };
        let at = |step| Box::new(Expr::At { variable: find(&model, "a"), step });
        assert_eq!(**sum, Expr::Binary(crate::kernel::Binary::Add, at(4), at(1)));
        assert_eq!(model.horizon.length, StepLength::Quarter);
    }

    #[test]
    fn persistence_is_of_a_year() {
        let text = quarters(
            r#""variables": {"a": {"normal": {"mean": 0, "sd": 1}, "over_time": {"persistence": 0.5, "permanent": 0.2}}}"#,
        );
        let over_time = model(&text).inputs[0].over_time;
        assert!((over_time.persistence.powi(4) - 0.5).abs() < 1e-15);
        assert_eq!(over_time.permanent, 0.2);
        assert_eq!(codes(&text.replace("0.5", "-0.5")), ["out-of-range"]);
        assert!(codes(&text.replace("0.5", "-0.5").replace("quarter", "year")).is_empty());
    }

    #[test]
    fn what_is_wrong_with_them() {
        let horizon = |text: &str| format!(r#"{{"horizon": {{{text}}}, "variables": {{"a": 1}}}}"#);
        let formula = |text: &str| quarters(&format!(r#""variables": {{"a": 1, "b": "{text}"}}"#));
        for (text, code) in [
            (horizon(r#""start": "2025Q4", "end": 2027"#), "wrong-calendar"),
            (horizon(r#""start": "2025-12", "end": 2027, "step": "quarter""#), "wrong-calendar"),
            (horizon(r#""start": "9999999Q4", "end": 2027, "step": "quarter""#), "out-of-range"),
            (horizon(r#""start": "2027Q4", "end": 2027, "step": "quarter""#), "empty-horizon"),
            (horizon(r#""start": 2025, "end": 3025, "step": "month""#), "too-many-steps"),
            (horizon(r#""start": 2025, "end": 2027, "step": "week""#), "unknown-value"),
            (formula("a[2026-01]"), "wrong-calendar"),
            (formula("a[2028]"), "outside-horizon"),
            (formula("a[2025Q3]"), "outside-horizon"),
            (formula("a[2026Q5]"), "formula-syntax"),
            (formula("a[2026-1]"), "formula-syntax"),
            (quarters(r#""variables": {"a": {"by_year": {"2026-01": 1}}}"#), "bad-knot"),
            (quarters(r#""variables": {"a": {"by_year": {"2026": 1, "2026Q4": 2}}}"#), "bad-knot"),
            (quarters(r#""variables": {"a": {"by_step": {"1": 1}}}"#), "wrong-calendar"),
            (quarters(r#""market": {"start": 1, "demand": "prev(demand) * exp(demand_growth)"}"#), "unconverted-rate"),
            (years(r#""a": 1, "b": "a[2026Q1]""#), "wrong-calendar"),
            (r#"{"horizon": {"steps": 3}, "variables": {"a": "step_years"}}"#.into(), "wrong-calendar"),
            (r#"{"horizon": {"steps": 3}, "variables": {"time": 1}}"#.into(), "reserved-name"),
        ] {
            assert_eq!(codes(&text), [code], "{text}");
        }
        assert!(codes(&formula("a[2026Q2] + a * step_years")).is_empty());
    }
}
