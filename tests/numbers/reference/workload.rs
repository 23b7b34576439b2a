//! A whole market with seven random inputs, against answers from 3e9 paths of two unrelated implementations.

use super::builder::*;
use riskband::dist::Law;
use riskband::kernel::Binary;
use riskband::model::*;
use riskband::reference::simulate;

/// Four drivers add up, three ceilings grow, half of the unmet demand is carried over.
pub(crate) fn market_fan() -> Model {
    let mut b = Builder::years(2025, 2031);
    let law = Law::Normal { mean: b.constant(0.20), sd: b.constant(0.06) };
    let ai = b.draw("ai_ml", law, OverTime::FRESH);
    let law = Law::Normal { mean: b.constant(0.09), sd: b.constant(0.05) };
    let hyperscale = b.draw("hyperscale", law, OverTime::FRESH);
    let law = Law::Triangular { low: b.constant(0.0), mode: b.constant(0.02), high: b.constant(0.05) };
    let edge = b.draw("edge", law, OverTime::FRESH);
    let law = Law::LogNormal { median: b.constant(0.03), sigma: b.constant(0.5) };
    let custom = b.draw("custom_silicon", law, OverTime::FRESH);
    b.correlate(&[ai, custom, hyperscale], &[&[1.0, 0.3, 0.5], &[0.3, 1.0, 0.0], &[0.5, 0.0, 1.0]]);
    let shape = b.constant(4.0);
    let (low, mode, high) = (b.constant(0.05), b.constant(0.30), b.constant(0.60));
    let power_growth = b.draw("power.growth", Law::Pert { low, mode, high, shape }, OverTime::FRESH);
    let law = Law::Normal { mean: b.constant(0.34), sd: b.constant(0.10) };
    let cooling_growth = b.draw("cooling.growth", law, OverTime::FRESH);
    let law = Law::Triangular { low: b.constant(0.05), mode: b.constant(0.25), high: b.constant(0.50) };
    let wafer_growth = b.draw("wafer.growth", law, OverTime::FRESH);

    let grown =
        |stock: VarId, growth: Expr| binary(Binary::Multiply, lag(stock, 1), binary(Binary::Add, number(1.0), growth));
    let sum = |x, y| binary(Binary::Add, x, y);
    let growth = sum(sum(sum(var(ai), var(hyperscale)), var(edge)), var(custom));
    let growth = b.formula("demand_growth", 1, growth);
    let stock = |b: &mut Builder, name: &str, start: f64, growth: VarId| {
        let start = b.constant(start);
        let id = VarId(b.0.variables.len() as u32);
        b.add(name, 0, Definition::Stock { start, next: grown(id, var(growth)) })
    };
    let demand = stock(&mut b, "demand", 6.32, growth);
    let power = stock(&mut b, "power", 9.0, power_growth);
    let cooling = stock(&mut b, "cooling", 8.5, cooling_growth);
    let wafer = stock(&mut b, "wafer", 12.0, wafer_growth);
    let (start, zero) = (b.constant(6.32), b.constant(0.0));
    let backlog = VarId(b.0.variables.len() as u32 + 2);
    let wanted = b.formula("wanted", 1, sum(var(demand), lag(backlog, 1)));
    let min = |x, y| binary(Binary::Min, x, y);
    let next = min(min(min(var(wanted), var(power)), var(cooling)), var(wafer));
    let market = b.add("market", 0, Definition::Stock { start, next });
    let unmet = binary(Binary::Subtract, var(wanted), var(market));
    b.add("backlog", 0, Definition::Stock { start: zero, next: binary(Binary::Multiply, number(0.5), unmet) });
    let ratio = binary(Binary::Divide, var(market), number(6.32));
    let cagr = binary(Binary::Subtract, binary(Binary::Power, ratio, number(1.0 / 6.0)), number(1.0));
    b.formula("cagr", 6, cagr);
    let reached = b.formula("reached", 6, binary(Binary::GreaterEqual, var(market), number(35.66)));
    let mut model = b.0;
    model.outputs.retain(|output| ["market", "demand", "backlog", "cagr"].contains(&output.name.as_str()));
    model.targets.push(Target { name: "reached".into(), text: String::new(), condition: reached, title: None });
    model.market = Some(Market {
        measure: Default::default(),
        unit: None,
        demand_growth: Some(growth),
        demand,
        wanted,
        market,
        backlog,
        constraints: [("power", power), ("cooling", cooling), ("wafer", wafer)]
            .map(|(name, ceiling)| Constraint { name: name.into(), ceiling })
            .to_vec(),
        baseline: None,
    });
    model
}

#[test]
fn the_market_fan_has_its_known_answers() {
    let results = simulate(&market_fan(), 300_000, 1);
    let known = [
        (1, 8.51381, 0.6344, [7.47430, 8.08452, 8.51131, 8.94061, 9.56257]),
        (3, 15.26932, 1.8074, [12.31868, 14.02512, 15.25545, 16.49535, 18.26767]),
        (6, 35.33441, 5.1298, [26.99906, 31.81596, 35.27141, 38.76963, 43.88319]),
    ];
    for (step, mean, sd, quantiles) in known {
        let market = sample(&results, "market", step);
        assert_mean(market, mean, "market");
        assert_sd(market, sd, "market");
        for (p, x) in [0.05, 0.25, 0.5, 0.75, 0.95].into_iter().zip(quantiles) {
            assert_share(market, x, p, "market");
        }
    }
    let cagr = sample(&results, "cagr", 6);
    assert_mean(cagr, 0.330_244_3, "cagr");
    assert_sd(cagr, 0.0327, "cagr");
    let n = results.paths as f64;
    let share = |hits: u64, expected: f64, what: &str| {
        let se = (expected * (1.0 - expected) / n).sqrt();
        assert!((hits as f64 / n - expected).abs() < Z * se, "{what}: {hits} of {n}, expected {expected}");
    };
    share(results.targets[0].hits, 0.469_994, "reached");
    for (name, expected) in [("power", 0.208_527), ("cooling", 0.096_494), ("wafer", 0.083_261)] {
        let row = results.constraints.iter().find(|row| row.constraint == name && row.step == 6);
        share(row.expect("a row").binding, expected, name);
    }
}
