//! Whole models: order, inputs, what a market adds.

use super::*;

pub(super) const W1: &str = r#"{
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

#[test]
fn w1_as_a_market() {
    let model = model(W1);
    assert_eq!(model.inputs.len(), 7);
    assert_eq!(
        model.outputs.iter().map(|o| o.name.as_str()).collect::<Vec<_>>(),
        crate::scenario::keys::MARKET_OUTPUTS
    );
    let market = model.market.as_ref().expect("there is a market");
    assert_eq!(market.unit.as_deref(), Some("USD bn"));
    assert_eq!(market.constraints.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["power", "cooling", "wafer"]);
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
    let place = |id: VarId| model.step_order.iter().position(|other| *other == id).expect("every variable is ordered");
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
