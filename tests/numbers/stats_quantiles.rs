//! Quantiles from histograms against sorting, on the distributions that break histograms.

use rand::seq::SliceRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Cauchy, Distribution, Poisson, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use riskband::kernel::Level;
use riskband::stats::{Accumulator, Ecdf, Histogram, Layout, Observations, Pilot};
use std::f64::consts::PI;
use std::sync::Arc;

const LEVELS: [f64; 9] = [0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999];
const N: usize = 1_000_000;

fn ecdf(values: &[f64]) -> Ecdf {
    let layout = Layout::from_pilot(&Pilot::new(values[..4096].to_vec()), 4096);
    assert!(layout.bins() <= 4096);
    let mut histogram = Histogram::new(Arc::new(layout), values.len() as u64);
    values.chunks(256).for_each(|column| histogram.add(&Observations::new(Level::detect(), column)));
    histogram.ecdf()
}

/// Distances of the quantiles from those of sorting, in standard errors of the quantile.
fn errors(draw: impl Fn(&mut Xoshiro256PlusPlus) -> f64) -> [f64; 9] {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(2027);
    let mut values: Vec<f64> = (0..N).map(|_| draw(&mut rng)).collect();
    let ecdf = ecdf(&values);
    values.sort_unstable_by(f64::total_cmp);
    LEVELS.map(|p| {
        let rank = (p * N as f64).round();
        let exact = values[rank as usize - 1];
        let off = (ecdf.quantile(p).unwrap() - exact).abs();
        assert!(off <= ecdf.quantile_bound(p).unwrap(), "{p}: {off} from {exact}");
        let reach = (p * (1.0 - p) * N as f64).sqrt();
        let se = (values[(rank + reach) as usize - 1] - values[(rank - reach) as usize - 1]) / 2.0;
        if off == 0.0 { 0.0 } else { off / se }
    })
}

/// The layout promises a scatter of 6 % of a standard error at worst (one standard deviation, in the middle of a bin):
/// a root mean square of 8 % over the levels and three of those deviations at any.
fn close(name: &str, draw: impl Fn(&mut Xoshiro256PlusPlus) -> f64) {
    let errors = errors(draw);
    let mean_square = errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64;
    assert!(mean_square.sqrt() < 0.08 && errors.iter().all(|e| *e < 0.18), "{name}: {errors:?}");
}

/// Every quantile is the one that sorting gives.
fn exact(name: &str, draw: impl Fn(&mut Xoshiro256PlusPlus) -> f64) {
    assert_eq!(errors(draw), [0.0; 9], "{name}");
}

fn normal(rng: &mut impl Rng) -> f64 {
    StandardNormal.sample(rng)
}

#[test]
fn smooth_distributions() {
    close("normal", normal);
    close("uniform", |rng| rng.random());
    close("lognormal, sigma .2", |rng| (0.2 * normal(rng)).exp());
    close("negative exponential", |rng| rng.random::<f64>().ln_1p() - 10.0);
}

#[test]
fn spreads_that_are_tiny_beside_their_size() {
    close("1e5 +- 0.1", |rng| 1e5 + 0.1 * normal(rng));
    close("1e12 +- 1", |rng| 1e12 + normal(rng));
}

#[test]
fn many_scales_in_one_output() {
    close("lognormal, sigma 3", |rng| (3.0 * normal(rng)).exp());
    close("log-uniform", |rng| 10f64.powf(-30.0 + 60.0 * rng.random::<f64>()));
    close("Cauchy", |rng| Cauchy::new(0.0, 1.0).unwrap().sample(rng));
    close("narrow in wide", |rng| normal(rng) * if rng.random_bool(0.5) { 1e-6 } else { 1.0 });
    close("narrow and far", |rng| if rng.random_bool(0.5) { 1e-6 * normal(rng) } else { 1000.0 + normal(rng) });
}

#[test]
fn atoms_beside_densities() {
    close("clipped normal", |rng| normal(rng).max(-0.5244));
    close("zero or exponential", |rng| if rng.random_bool(0.3) { 0.0 } else { -rng.random::<f64>().ln() });
    // Half of the density lies below 1e-6, next to the atom.
    close("zero or nearly", |rng| if rng.random_bool(0.3) { 0.0 } else { rng.random::<f64>().powi(20) });
}

#[test]
fn discrete_distributions_are_exact() {
    exact("constant", |_| 0.1);
    exact("rare", |rng| f64::from(u8::from(rng.random_bool(0.0002))));
    exact("Poisson 4", |rng| Poisson::new(4.0).unwrap().sample(rng));
    exact("Poisson 4000", |rng| Poisson::new(4000.0).unwrap().sample(rng));
    exact("uneven values", |rng| f64::from(rng.random_range(-9..9i32)).powi(15) / 7.0);
}

/// Fed with the quantiles (i - 1/2) / n themselves, a histogram has no scatter left: what remains is the bias that more
/// paths would not remove. At 1e6 paths it is below 1 % of a standard error, so below 10 % at 1e8.
#[test]
fn the_bias_is_far_below_monte_carlo_error() {
    type Function = fn(f64) -> f64;
    let cases: [(&str, Function, Function); 2] = [
        ("exponential", |p| -(-p).ln_1p(), |x| (-x).exp()),
        ("Cauchy", |p| -1.0 / (PI * p).tan(), |x| 1.0 / (PI * (1.0 + x * x))),
    ];
    for (name, quantile, density) in cases {
        let mut values: Vec<f64> = (0..N).map(|i| quantile((i as f64 + 0.5) / N as f64)).collect();
        values.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(3));
        let ecdf = ecdf(&values);
        for p in LEVELS {
            let exact = quantile((p * N as f64 - 0.5) / N as f64);
            let se = (p * (1.0 - p) / N as f64).sqrt() / density(exact);
            let off = (ecdf.quantile(p).unwrap() - exact).abs() / se;
            assert!(off < 0.01, "{name}, {p}: {off}");
        }
    }
}

/// Half of the mass from 10 to 11, half from 20 to 21, with an atom at 0 or without, from few values or many: what is in
/// no gap of the law is in no gap of the quantiles.
#[test]
fn no_quantile_lies_in_a_gap() {
    for seed in 0..60 {
        for (n, atom) in [(3_000, 0.0), (20_000, 0.0), (20_000, 0.1)] {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let mut draw = || match rng.random_range(0.0..1.0) {
                u if u < atom => 0.0,
                _ => rng.random_range(10.0..11.0) + f64::from(10 * rng.random_range(0..2u8)),
            };
            let values: Vec<f64> = (0..n).map(|_| draw()).collect();
            let layout = Layout::from_pilot(&Pilot::new(values[..values.len().min(4096)].to_vec()), 4096);
            let mut histogram = Histogram::new(Arc::new(layout), values.len() as u64);
            values.chunks(256).for_each(|column| histogram.add(&Observations::new(Level::detect(), column)));
            let ecdf = histogram.ecdf();
            for p in (0..=10_000).map(|k| f64::from(k) / 10_000.0) {
                let q = ecdf.quantile(p).expect("there are values");
                let occurs = q == 0.0 || (10.0..=11.0).contains(&q) || (20.0..=21.0).contains(&q);
                assert!(occurs, "seed {seed}, {n} values: the {p}-quantile is {q}");
            }
        }
    }
}
