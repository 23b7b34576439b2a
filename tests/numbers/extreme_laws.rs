//! Laws with parameters that are decades apart: every one answers fast and right, or is refused.

use riskband::dist::{Component, Distribution, Law, Tails};
use std::time::{Duration, Instant};

fn mixture(parts: &[Law<f64>]) -> Law<f64> {
    let part = |law: &Law<f64>| (1.0.into(), Component::Distribution(Box::new(Distribution::unbounded(law.clone()))));
    Law::Mixture { components: parts.iter().map(part).collect() }
}

/// T(z) falls between the values that lie within the rounding of z on both sides, without a table that never ends.
#[test]
fn tables_end_and_draws_are_right() {
    let wide = Law::Normal { mean: 0.0, sd: 1.0 };
    let narrow = |sd: f64| Law::Normal { mean: 0.0, sd };
    for law in [
        mixture(&[wide.clone(), narrow(1e-100)]),
        mixture(&[wide.clone(), narrow(1e-62)]),
        mixture(&[wide.clone(), narrow(1e65)]),
        mixture(&[wide.clone(), Law::Exponential { mean: 1e-80 }]),
        mixture(&[wide.clone(), Law::Gamma { shape: 2.0, scale: 1e-60 }]),
        mixture(&[wide.clone(), Law::LogNormal { median: 1.0, sigma: 100.0 }]),
        mixture(&[wide.clone(), Law::LogNormal { median: 1.0, sigma: 50.0 }]),
        mixture(&[wide, Law::StudentT { location: 0.0, scale: 1.0, df: 0.1 }]),
        Law::Gamma { shape: 1e8, scale: 1.0 },
        Law::Gamma { shape: 1e-3, scale: 1e-300 },
        Law::Beta { alpha: 1e8, beta: 1e-3, low: 0.0, high: 1.0 },
        Law::StudentT { location: 0.0, scale: 1e-300, df: 0.1 },
        Law::Weibull { shape: 1e-3, scale: 1.0 },
        Law::Poisson { mean: 1e8 },
    ] {
        let distribution = Distribution::unbounded(law);
        distribution.check().expect("within its domain");
        let start = Instant::now();
        let transform = distribution.transform();
        // Several times the budget: machines differ.
        assert!(start.elapsed() < Duration::from_secs(10), "{distribution:?} took {:?}", start.elapsed());
        for z in [-6.0, -1.5, -0.4, -1e-3, 1e-3, 0.2, 1.0, 5.0] {
            let x = transform.evaluate(z);
            let near = |z: f64| distribution.quantile_at(Tails::at(z));
            let (below, above) = (near(z - 1e-9), near(z + 1e-9));
            // Near 0 to what can matter beside the rest of the law, as tables are.
            let spread = near(0.6745) - near(-0.6745);
            let slack = 1e-8 * x.abs().max(0.1 * spread);
            // Infinite where the law is beyond all doubles there.
            let inside = (below..=above).contains(&x) || below - slack <= x && x <= above + slack;
            assert!(inside, "{distribution:?} at {z}: {x}, not {below} to {above}");
        }
    }
}
