//! The latent field and events: correlations, autocorrelations and probabilities in closed form.

use super::builder::*;
use riskband::dist::Law;
use riskband::kernel::Binary;
use riskband::model::*;
use riskband::reference::simulate;

const PATHS: u64 = 60_000;

fn times(x: Expr, y: Expr) -> Expr {
    binary(Binary::Multiply, x, y)
}

#[test]
fn growth_compounds_to_a_lognormal() {
    let mut b = Builder::steps(6);
    let law = Law::LogNormalLog { log_mean: b.constant(0.1), log_sd: b.constant(0.2) };
    let factor = b.draw("factor", law, OverTime::FRESH);
    let start = b.constant(6.32);
    let market = VarId(b.0.variables.len() as u32);
    b.add("market", 0, Definition::Stock { start, next: times(lag(market, 1), var(factor)) });
    let results = simulate(&b.0, PATHS, 1);
    let last = sample(&results, "market", 6);
    // ln(market / 6.32) ~ N(6 * 0.1, 6 * 0.2^2)
    let (mu, variance) = (0.6f64, 0.24f64);
    assert_mean(last, 6.32 * (mu + 0.5 * variance).exp(), "market");
    assert_sd(last, 6.32 * (mu + 0.5 * variance).exp() * variance.exp_m1().sqrt(), "market");
    for (p, z) in [(0.05, -1.644_853_626_951), (0.5, 0.0), (0.95, 1.644_853_626_951)] {
        assert_share(last, 6.32 * (mu + z * variance.sqrt()).exp(), p, "market");
    }
    assert_eq!(sample(&results, "market", 0).sd(), Some(0.0));
}

#[test]
fn the_smaller_of_two_uniforms() {
    let mut b = Builder::steps(0);
    let draws = ["x", "y"].map(|name| {
        let law = Law::Uniform { low: b.constant(0.0), high: b.constant(1.0) };
        b.draw(name, law, OverTime::FRESH)
    });
    b.formula("min", 0, binary(Binary::Min, var(draws[0]), var(draws[1])));
    let results = simulate(&b.0, PATHS, 2);
    let min = sample(&results, "min", 0);
    assert_mean(min, 1.0 / 3.0, "min");
    for x in [0.1, 0.5, 0.9] {
        assert_share(min, x, 1.0 - (1.0 - x) * (1.0 - x), "min");
    }
}

#[test]
fn shocks_are_jointly_stationary_from_the_first_step() {
    let (r, s, c) = (0.3f64, 0.9f64, 0.6f64);
    let (p, q) = (0.25f64, 0.5f64);
    let mut b = Builder::steps(5);
    let x = b.standard_normal("x", OverTime { persistence: r, permanent: p });
    let y = b.standard_normal("y", OverTime { persistence: s, permanent: q });
    b.correlate(&[x, y], &[&[1.0, c], &[c, 1.0]]);
    b.formula("xx", 1, times(var(x), var(x)));
    b.formula("xy", 1, times(var(x), var(y)));
    b.formula("x lag 1", 2, times(var(x), lag(x, 1)));
    b.formula("y lag 3", 4, times(var(y), lag(y, 3)));
    b.formula("x then y", 2, times(lag(x, 1), var(y)));
    let results = simulate(&b.0, PATHS, 3);
    let joint = c * ((1.0 - r * r) * (1.0 - s * s)).sqrt() / (1.0 - r * s);
    let (fixed, moving) = ((p * q).sqrt() * c, ((1.0 - p) * (1.0 - q)).sqrt());
    for step in [1, 2, 5] {
        assert_mean(sample(&results, "x", step), 0.0, "x");
        assert_mean(sample(&results, "xx", step), 1.0, "variance of x");
        assert_mean(sample(&results, "xy", step), fixed + moving * joint, "x and y");
    }
    for step in [2, 5] {
        assert_mean(sample(&results, "x lag 1", step), p + (1.0 - p) * r, "x and x before");
        assert_mean(sample(&results, "x then y", step), fixed + moving * joint * s, "x before and y");
    }
    for step in [4, 5] {
        assert_mean(sample(&results, "y lag 3", step), q + (1.0 - q) * s.powi(3), "y and y three before");
    }
}

#[test]
fn a_constant_input_is_one_draw_and_is_tied_through_permanent_parts_only() {
    let mut b = Builder::steps(3);
    let x = b.standard_normal("x", OverTime::CONSTANT);
    let y = b.standard_normal("y", OverTime { persistence: 0.0, permanent: 0.36 });
    let z = b.standard_normal("z", OverTime::FRESH);
    let alone = b.standard_normal("alone", OverTime::CONSTANT);
    b.correlate(&[x, y, z], &[&[1.0, 0.5, 0.5], &[0.5, 1.0, 0.5], &[0.5, 0.5, 1.0]]);
    b.formula("xy", 1, times(var(x), var(y)));
    b.formula("xz", 1, times(var(x), var(z)));
    b.formula("x moved", 1, binary(Binary::NotEqual, var(x), lag(x, 1)));
    b.formula("alone moved", 1, binary(Binary::NotEqual, var(alone), lag(alone, 1)));
    let results = simulate(&b.0, PATHS, 4);
    assert_mean(sample(&results, "xy", 3), 0.6 * 0.5, "x and y");
    assert_mean(sample(&results, "xz", 3), 0.0, "x and z");
    for step in 1..=3 {
        assert_eq!(sample(&results, "x moved", step).mean(), Some(0.0));
        assert_eq!(sample(&results, "alone moved", step).mean(), Some(0.0));
    }
    assert_sd(sample(&results, "alone", 0), 1.0, "alone");
}

#[test]
fn a_constant_shock_moves_through_a_law_that_changes() {
    let mut b = Builder::steps(2);
    let mean = b.add("mean", 0, Definition::ByStep(vec![0.0, 1.0, 10.0]));
    let law = Law::Normal { mean, sd: b.constant(2.0) };
    let x = b.draw("x", law, OverTime::CONSTANT);
    b.formula("rise", 1, binary(Binary::Subtract, var(x), lag(x, 1)));
    let results = simulate(&b.0, 1_000, 5);
    let rise = sample(&results, "rise", 2);
    assert!((rise.mean().unwrap() - 9.0).abs() < 1e-12 && rise.sd().unwrap() < 1e-12);
}

fn with_event(hazard: f64, duration: f64, steps: usize, over_time: OverTime) -> (Builder, VarId) {
    let mut b = Builder::steps(steps);
    let start = b.input("event.start", over_time);
    let (low, high) = (b.constant(1.0), b.constant(2.0));
    let size = b.draw("event.size", Law::Uniform { low, high }, OverTime::FRESH);
    let event = Event { start, hazard: b.constant(hazard), size, duration: b.constant(duration) };
    let id = b.add("event", 0, Definition::Event(event));
    b.formula("on", 0, Expr::On(id));
    b.formula("started", 0, Expr::Started(id));
    b.formula("ended", 0, Expr::Ended(id));
    (b, id)
}

#[test]
fn an_event_is_on_as_often_as_its_renewal_equation_says() {
    let (hazard, steps) = (0.3, 8);
    for (duration, lasts) in [(1.0, 1), (2.5, 3), (-4.0, 1)] {
        let (mut b, id) = with_event(hazard, duration, steps, OverTime::FRESH);
        let ever = VarId(b.0.variables.len() as u32 + 1);
        let on = b.formula("is on", 0, Expr::On(id));
        assert_eq!(b.add("ever", 0, Definition::Running { op: Running::Ever, of: on }), ever);
        // 1 where the event is on without having started, at another size than before.
        let held = binary(Binary::And, var(on), binary(Binary::Equal, Expr::Started(id), number(0.0)));
        let changed = binary(Binary::NotEqual, var(id), lag(id, 1));
        b.formula("changed while on", 1, binary(Binary::And, held, changed));
        let results = simulate(&b.0, PATHS, 6);
        // It starts at t with the hazard unless it started in one of the steps before that it still lasts.
        let mut starts = vec![0.0; steps + 1];
        for t in 1..=steps {
            let running: f64 = starts[t.saturating_sub(lasts - 1)..t].iter().sum();
            starts[t] = hazard * (1.0 - running);
            let on = running + starts[t];
            let ended = if t > lasts { starts[t - lasts] } else { 0.0 };
            assert_share(sample(&results, "on", t), 0.0, 1.0 - on, "on");
            assert_share(sample(&results, "started", t), 0.0, 1.0 - starts[t], "started");
            assert_share(sample(&results, "ended", t), 0.0, 1.0 - ended, "ended");
            assert_mean(sample(&results, "event", t), 1.5 * on, "size");
            assert_share(sample(&results, "ever", t), 0.0, (1.0f64 - hazard).powi(t as i32), "ever");
            assert_eq!(sample(&results, "changed while on", t).mean(), Some(0.0));
        }
        assert_eq!(sample(&results, "event", 0).mean(), Some(0.0));
    }
}

#[test]
fn hazards_of_0_and_1_are_certain() {
    let (b, _) = with_event(1.0, 2.0, 4, OverTime::FRESH);
    let results = simulate(&b.0, 1_000, 7);
    for (step, started, ended) in [(1, 1.0, 0.0), (2, 0.0, 0.0), (3, 1.0, 1.0), (4, 0.0, 0.0)] {
        assert_eq!(sample(&results, "on", step).mean(), Some(1.0));
        assert_eq!(sample(&results, "started", step).mean(), Some(started));
        assert_eq!(sample(&results, "ended", step).mean(), Some(ended));
    }
    let (b, _) = with_event(0.0, 2.0, 4, OverTime::FRESH);
    assert_eq!(sample(&simulate(&b.0, 1_000, 7), "ended", 4).mean(), Some(0.0));
}

#[test]
fn a_correlated_start_keeps_its_hazard_and_follows_its_partner() {
    let (mut b, id) = with_event(0.5, 1.0, 2, OverTime::FRESH);
    let x = b.standard_normal("x", OverTime::FRESH);
    b.correlate(&[id, x], &[&[1.0, 0.8], &[0.8, 1.0]]);
    b.formula("together", 1, times(Expr::On(id), binary(Binary::Greater, var(x), number(0.0))));
    let results = simulate(&b.0, PATHS, 8);
    // Orthant probability 1/4 + asin(c) / 2 pi.
    let both = 0.25 + 0.8f64.asin() / (2.0 * std::f64::consts::PI);
    for step in [1, 2] {
        assert_share(sample(&results, "on", step), 0.0, 0.5, "on");
        assert_share(sample(&results, "together", step), 0.0, 1.0 - both, "together");
    }
}

#[test]
fn results_depend_on_the_seed_and_not_on_threads() {
    let (b, _) = with_event(0.3, 2.0, 4, OverTime { persistence: 0.5, permanent: 0.2 });
    let run = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let results = pool.install(|| simulate(&b.0, 5_000, seed));
        results.bands.iter().map(|band| band.sample.mean().unwrap().to_bits()).collect::<Vec<_>>()
    };
    assert_eq!(run(1, 9), run(3, 9));
    assert_ne!(run(1, 9), run(1, 10));
}
