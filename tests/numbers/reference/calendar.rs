//! Models without randomness, whose only path is worked out by hand.

use super::builder::*;
use riskband::kernel::{Binary, Unary};
use riskband::model::*;
use riskband::reference::simulate;

/// Whether two numbers are the same, NaN included.
fn same(x: f64, y: f64) -> bool {
    x == y || (x.is_nan() && y.is_nan())
}

fn column(path: &[Vec<f64>], id: VarId) -> Vec<f64> {
    path.iter().map(|row| row[id.0 as usize]).collect()
}

fn assert_column(path: &[Vec<f64>], id: VarId, expected: &[f64]) {
    let found = column(path, id);
    assert!(
        found.len() == expected.len() && found.iter().zip(expected).all(|(x, y)| same(*x, *y)),
        "{found:?}, expected {expected:?}"
    );
}

/// Demand 10, 12, 14, 16, one ceiling at 11, 11, 11, 20 and one at 30, half of the unmet carried over.
fn market() -> (Builder, [VarId; 3]) {
    let mut b = Builder::years(2025, 2028);
    let demand = b.add("demand", 0, Definition::ByStep(vec![10.0, 12.0, 14.0, 16.0]));
    let power = b.add("power", 0, Definition::ByStep(vec![11.0, 11.0, 11.0, 20.0]));
    let wafer = b.add("wafer", 0, Definition::ByStep(vec![30.0, 30.0, 11.0, 30.0]));
    let zero = b.constant(0.0);
    let start = b.constant(10.0);
    let backlog = VarId(b.0.variables.len() as u32 + 2);
    let wanted = b.formula("wanted", 1, binary(Binary::Add, var(demand), lag(backlog, 1)));
    let ceilings = binary(Binary::Min, var(power), var(wafer));
    let smallest = binary(Binary::Min, var(wanted), ceilings);
    let market = b.add("market", 0, Definition::Stock { start, next: smallest });
    let unmet = binary(Binary::Subtract, var(wanted), var(market));
    let next = binary(Binary::Multiply, number(0.5), unmet);
    assert_eq!(b.add("backlog", 0, Definition::Stock { start: zero, next }), backlog);
    b.formula("binds power", 1, Expr::Binds(0));
    b.formula("binds wafer", 1, Expr::Binds(1));
    b.formula("short wafer", 1, Expr::Short(1));
    b.0.market = Some(Market {
        measure: Default::default(),
        unit: None,
        demand_growth: None,
        demand,
        wanted,
        market,
        backlog,
        constraints: [("power", power), ("wafer", wafer)]
            .map(|(name, ceiling)| Constraint { name: name.into(), ceiling })
            .to_vec(),
        baseline: None,
    });
    let reached = b.formula("reached", 0, binary(Binary::GreaterEqual, var(market), number(16.0)));
    b.0.targets.push(Target { name: "reached".into(), text: String::new(), condition: reached, title: None });
    (b, [wanted, market, backlog])
}

#[test]
fn the_backlog_carries_over_what_ceilings_cut_off() {
    let (b, [wanted, market, backlog]) = market();
    let path = only_path(&b.0);
    assert_column(&path, wanted, &[f64::NAN, 12.0, 14.5, 17.75]);
    assert_column(&path, market, &[10.0, 11.0, 11.0, 17.75]);
    assert_column(&path, backlog, &[0.0, 0.5, 1.75, 0.0]);

    let results = simulate(&b.0, 3, 1);
    assert_eq!(sample(&results, "market", 2).quantile(0.5), Some(11.0));
    assert_eq!((results.targets[0].hits, results.targets[0].n), (3, 3));
    // A tie in 2027: the constraint declared first binds, both are short.
    let rows: Vec<_> = results
        .constraints
        .iter()
        .map(|row| (row.constraint.as_str(), row.step, row.binding, row.short, row.unmet.mean().unwrap()))
        .collect();
    let expected = [
        ("power", 1, 3, 3, 1.0),
        ("power", 2, 3, 3, 3.5),
        ("power", 3, 0, 0, 0.0),
        ("wafer", 1, 0, 0, 0.0),
        ("wafer", 2, 0, 3, 0.0),
        ("wafer", 3, 0, 0, 0.0),
    ];
    assert_eq!(rows, expected);
    let means = |output: &str| [1, 2, 3].map(|step| sample(&results, output, step).mean().unwrap());
    assert_eq!(means("binds power"), [1.0, 1.0, 0.0]);
    assert_eq!(means("binds wafer"), [0.0, 0.0, 0.0]);
    assert_eq!(means("short wafer"), [0.0, 1.0, 0.0]);
}

#[test]
fn a_constraint_without_a_value_excludes_the_path() {
    let (mut b, [_, market, _]) = market();
    b.0.variables[2].definition = Definition::ByStep(vec![30.0, f64::NAN, 11.0, 30.0]);
    let path = only_path(&b.0);
    // The NaN of 2026 stays in the backlog.
    assert_column(&path, market, &[10.0, f64::NAN, f64::NAN, f64::NAN]);
    let results = simulate(&b.0, 3, 1);
    assert_eq!(results.targets[0].n, 0);
    let first = &results.constraints[0];
    assert_eq!((first.binding, first.short, first.unmet.n(), first.unmet.excluded()), (0, 0, 0, 3));
    assert_eq!(sample(&results, "market", 1).excluded(), 3);
}

#[test]
fn running_aggregates_begin_where_their_argument_does() {
    let values = vec![f64::NAN, 0.0, 3.0, -1.0, 2.0];
    let nan = f64::NAN;
    let cases: [(Running, [f64; 5]); 8] = [
        (Running::Sum, [nan, 0.0, 3.0, 2.0, 4.0]),
        (Running::Count, [nan, 0.0, 1.0, 2.0, 3.0]),
        (Running::Mean, [nan, 0.0, 1.5, 2.0 / 3.0, 1.0]),
        (Running::Highest, [nan, 0.0, 3.0, 3.0, 3.0]),
        (Running::Lowest, [nan, 0.0, 0.0, -1.0, -1.0]),
        (Running::Ever, [nan, 0.0, 1.0, 1.0, 1.0]),
        (Running::Always, [nan, 0.0, 0.0, 0.0, 0.0]),
        (Running::First, [nan, nan, 2027.0, 2027.0, 2027.0]),
    ];
    for (op, expected) in cases {
        let mut b = Builder::years(2025, 2029);
        let of = b.add("of", 1, Definition::ByStep(values.clone()));
        let running = b.add("running", 1, Definition::Running { op, of });
        assert_column(&only_path(&b.0), running, &expected);

        // From the base on, a NaN stays.
        let mut b = Builder::steps(4);
        let of = b.add("of", 0, Definition::ByStep(vec![1.0, nan, 1.0, 1.0, 1.0]));
        let running = b.add("running", 0, Definition::Running { op, of });
        let first = if op == Running::First { 0.0 } else { 1.0 };
        assert_column(&only_path(&b.0), running, &[first, nan, nan, nan, nan]);
    }
}

#[test]
fn lags_defaults_blends_and_fixed_steps() {
    let nan = f64::NAN;
    let mut b = Builder::years(2025, 2028);
    let x = b.add("x", 1, Definition::ByStep(vec![0.0, 1.0, 2.0, 4.0]));
    let default = Some(Box::new(binary(Binary::Add, Expr::Year, Expr::Step)));
    let lagged = b.formula("lagged", 0, Expr::Lag { variable: x, lag: 2, default });
    let later = b.formula("later", 2, lag(x, 1));
    let at = b.formula("at", 2, Expr::At { variable: x, step: 2 });
    let (left, right) = (b.constant(10.0), b.constant(20.0));
    let blend = |weight| Blend { left, right, weight };
    let blended = b.add("blended", 0, Definition::Blend([0.0, 0.25, 0.5, 0.0].map(blend).to_vec()));
    let path = only_path(&b.0);
    assert_column(&path, x, &[nan, 1.0, 2.0, 4.0]);
    assert_column(&path, lagged, &[2025.0, 2027.0, 2029.0, 1.0]);
    assert_column(&path, later, &[nan, nan, 1.0, 2.0]);
    assert_column(&path, at, &[nan, nan, 2.0, 2.0]);
    assert_column(&path, blended, &[10.0, 12.5, 15.0, 10.0]);
}

#[test]
fn a_blend_of_weight_0_reads_its_left_knot_only() {
    let mut b = Builder::steps(0);
    let (left, right) = (b.constant(1.0), b.constant(f64::NAN));
    let blended = b.add("blended", 0, Definition::Blend(vec![Blend { left, right, weight: 0.0 }]));
    assert_column(&only_path(&b.0), blended, &[1.0]);
}

fn value(expr: Expr) -> f64 {
    let mut b = Builder::steps(0);
    let id = b.formula("value", 0, expr);
    only_path(&b.0)[0][id.0 as usize]
}

#[test]
fn every_operator_passes_nan_on() {
    use Binary::*;
    let binaries = [
        Add,
        Subtract,
        Multiply,
        Divide,
        Power,
        Min,
        Max,
        Equal,
        NotEqual,
        Less,
        LessEqual,
        Greater,
        GreaterEqual,
        And,
        Or,
    ];
    for op in binaries {
        // 0 and 1 are where pow, min, and, or could swallow a NaN.
        for x in [0.0, 1.0] {
            assert!(value(binary(op, number(f64::NAN), number(x))).is_nan(), "{op:?}(NaN, {x})");
            assert!(value(binary(op, number(x), number(f64::NAN))).is_nan(), "{op:?}({x}, NaN)");
        }
    }
    use Unary::*;
    let unaries = [
        Negate,
        Not,
        Abs,
        Exp,
        Ln,
        Log10,
        Sqrt,
        Floor,
        Ceil,
        Round,
        Sin,
        Cos,
        Tan,
        Atan,
        Tanh,
        Radians,
        Logistic,
        NormalCdf,
        NormalQuantile,
    ];
    for op in unaries {
        assert!(value(unary(op, number(f64::NAN))).is_nan(), "{op:?}(NaN)");
    }
    let choose = |condition: f64| {
        value(Expr::If(Box::new(number(condition)), Box::new(number(f64::NAN)), Box::new(number(7.0))))
    };
    assert!(choose(1.0).is_nan() && choose(f64::NAN).is_nan() && choose(0.0) == 7.0);
}

#[test]
fn functions_have_their_textbook_values() {
    let close = |op: Unary, x: f64, expected: f64| {
        let found = value(unary(op, number(x)));
        assert!((found - expected).abs() <= 4e-16 * expected.abs(), "{op:?}({x}) = {found}, expected {expected}");
    };
    close(Unary::Exp, 1.0, std::f64::consts::E);
    close(Unary::Ln, 10.0, std::f64::consts::LN_10);
    close(Unary::Log10, 1e5, 5.0);
    close(Unary::Round, -2.5, -3.0);
    close(Unary::Round, 0.5, 1.0);
    close(Unary::Floor, -0.5, -1.0);
    close(Unary::Ceil, 1.2, 2.0);
    close(Unary::Radians, 180.0, std::f64::consts::PI);
    close(Unary::Atan, 1.0, std::f64::consts::FRAC_PI_4);
    close(Unary::Logistic, 0.0, 0.5);
    close(Unary::NormalCdf, 1.0, 0.841_344_746_068_542_9);
    close(Unary::NormalQuantile, 0.975, 1.959_963_984_540_054_2);
    // Rounding -10 / sqrt 2 alone moves this tail by 100 units in the last place.
    let tail = value(unary(Unary::NormalCdf, number(-10.0)));
    assert!((tail / 7.619_853_024_160_526e-24 - 1.0).abs() < 3e-14, "{tail}");
    assert_eq!(value(unary(Unary::NormalQuantile, number(0.0))), f64::NEG_INFINITY);
    assert_eq!(value(unary(Unary::NormalQuantile, number(1.0))), f64::INFINITY);
    assert!(value(unary(Unary::NormalQuantile, number(1.5))).is_nan());
    assert!(value(unary(Unary::Ln, number(-1.0))).is_nan());
    assert_eq!(value(unary(Unary::Ln, number(0.0))), f64::NEG_INFINITY);
    assert_eq!(value(unary(Unary::Not, number(0.0))), 1.0);
    assert_eq!(value(unary(Unary::Not, number(2.0))), 0.0);
    let two = |op, x, y| value(binary(op, number(x), number(y)));
    assert_eq!(two(Binary::Power, 2.0, 10.0), 1024.0);
    assert_eq!(two(Binary::Power, -2.0, 3.0), -8.0);
    assert_eq!(two(Binary::Power, 0.0, 0.0), 1.0);
    assert!(two(Binary::Power, -2.0, 0.5).is_nan());
    assert_eq!(two(Binary::Divide, 1.0, 0.0), f64::INFINITY);
    assert_eq!(two(Binary::And, -1.0, 2.0), 1.0);
    assert_eq!(two(Binary::Or, 0.0, 0.0), 0.0);
}

#[test]
fn a_nan_breaks_an_event_for_good_once_it_is_read() {
    let nan = f64::NAN;
    // Starts wherever it is off; two steps long. The size is NaN in step 2, where it is not read, and in step 3.
    let path_of = |size: [f64; 6], hazard: [f64; 6]| {
        let mut b = Builder::steps(5);
        let start = b.input("event.start", OverTime::FRESH);
        let size = b.add("size", 0, Definition::ByStep(size.to_vec()));
        let hazard = b.add("hazard", 0, Definition::ByStep(hazard.to_vec()));
        let duration = b.constant(2.0);
        let id = b.add("event", 0, Definition::Event(Event { start, hazard, size, duration }));
        let on = b.formula("on", 0, Expr::On(id));
        let replay = riskband::reference::replay(&b.0, &|_, _| f64::NAN, &|_, _| 0.5);
        (column(&replay.values, id), column(&replay.values, on))
    };
    let equal = |found: &[f64], expected: &[f64]| found.iter().zip(expected).all(|(x, y)| same(*x, *y));
    let (event, on) = path_of([1.0, 2.0, nan, nan, 3.0, 3.0], [1.0; 6]);
    assert!(equal(&event, &[0.0, 2.0, 2.0, nan, nan, nan]) && equal(&on, &[0.0, 1.0, 1.0, nan, nan, nan]));
    let (event, on) = path_of([1.0; 6], [1.0, 1.0, nan, 0.2, nan, 1.0]);
    assert!(equal(&event, &[0.0, 1.0, 1.0, 0.0, nan, nan]) && equal(&on, &[0.0, 1.0, 1.0, 0.0, nan, nan]));
}
