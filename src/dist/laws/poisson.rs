//! Poisson counts; a mean of 0 is always 0.

use super::{Checked, LARGEST_POISSON_MEAN, Parts, log_gamma_density, within};

pub(super) fn check(mean: f64) -> Checked {
    within("mean", mean, 0.0, LARGEST_POISSON_MEAN)
}

pub(super) fn moments(mean: f64) -> (f64, f64) {
    (mean, mean)
}

pub(super) fn parts(mean: f64, bounds: (f64, f64)) -> Parts {
    Parts::atoms(probabilities(mean, bounds))
}

/// Probabilities of the counts within bounds, as far as a double-precision uniform can reach.
///
/// From the likeliest count outwards by the ratio of neighbours, until 1e-25 of the first.
fn probabilities(mean: f64, (low, high): (f64, f64)) -> Vec<(f64, f64)> {
    let (first, last) = (low.max(0.0).ceil(), high.floor());
    if first > last {
        return Vec::new();
    }
    let mode = mean.floor().clamp(first, last);
    // The gamma density of shape k at the mean is k times the probability of k.
    let peak = if mode == 0.0 { libm::exp(-mean) } else { log_gamma_density(mode, libm::log(mean / mode)) / mode };
    let mut atoms = Vec::new();
    let (mut count, mut probability) = (mode, peak);
    while count > first && probability > 1e-25 * peak {
        probability *= count / mean;
        count -= 1.0;
        atoms.push((count, probability));
    }
    atoms.reverse();
    atoms.push((mode, peak));
    (count, probability) = (mode, peak);
    while count < last && probability > 1e-25 * peak {
        count += 1.0;
        probability *= mean / count;
        atoms.push((count, probability));
    }
    atoms.retain(|&(_, probability)| probability > 0.0);
    atoms
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

    #[test]
    fn probabilities_are_those_of_the_formula() {
        for mean in [0.3, 4.0, 150.0] {
            let atoms = probabilities(mean, ALL);
            assert!((atoms.iter().map(|atom| atom.1).sum::<f64>() - 1.0).abs() < 1e-14);
            for (count, probability) in atoms {
                let exact = libm::exp(count * libm::log(mean) - mean - libm::lgamma(count + 1.0));
                assert!((probability / exact - 1.0).abs() < 1e-12, "{mean} {count}: {probability} {exact}");
            }
        }
    }

    #[test]
    fn bounds_are_included() {
        let counts = |low, high| probabilities(3.0, (low, high)).iter().map(|atom| atom.0).collect::<Vec<_>>();
        assert_eq!(counts(2.0, 4.0), [2.0, 3.0, 4.0]);
        assert_eq!(counts(1.5, 2.5), [2.0]);
        assert!(counts(1.2, 1.8).is_empty());
        assert!(counts(f64::NEG_INFINITY, -1.0).is_empty());
        // Far beyond the mode, the list starts at the bound.
        assert_eq!(counts(60.0, f64::INFINITY)[0], 60.0);
    }

    #[test]
    fn a_mean_of_0_is_always_0() {
        assert_eq!(probabilities(0.0, ALL), [(0.0, 1.0)]);
    }
}
