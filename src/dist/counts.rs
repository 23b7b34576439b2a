//! Laws of counts 0, 1, 2, …: both tails at a count, and the count with given tails, without a list of probabilities.

use super::incomplete::{beta_tails, gamma_tails, gamma_tails_by, log_gamma_density, logit_beta_density};
use super::normal::Tails;

/// A law of counts; parameters passed their checks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Counts {
    /// Poisson of this mean, above 0.
    Poisson { mean: f64 },
    /// Successes among trials, at least one, of a probability strictly between 0 and 1.
    Binomial { trials: f64, probability: f64 },
    /// Failures before the `size`-th success of a probability below 1.
    NegativeBinomial { size: f64, probability: f64 },
}

impl Counts {
    /// P(N <= k) and P(N > k), k whole.
    pub(super) fn tails(self, k: f64) -> Tails {
        if k < 0.0 {
            return Tails::NONE;
        }
        match self {
            // P(N <= k) is the upper tail of a gamma of shape k + 1 at the mean (DLMF 8.4.10).
            Counts::Poisson { mean } => mirrored(gamma_tails(k + 1.0, libm::log(mean / (k + 1.0)))),
            Counts::Binomial { trials, .. } if k >= trials => Tails::ALL,
            // P(N > k) is a beta of k + 1 and n - k at the probability (DLMF 8.17.5).
            Counts::Binomial { trials, probability } => {
                mirrored(beta_at(k + 1.0, trials - k, probability, 1.0 - probability).0)
            }
            Counts::NegativeBinomial { size, probability } => beta_at(size, k + 1.0, probability, 1.0 - probability).0,
        }
    }

    /// The tails at k, and P(N = k), which their density knows.
    fn tails_and_probability(self, k: f64) -> (Tails, f64) {
        match self {
            Counts::Poisson { mean } => {
                let (shape, g) = (k + 1.0, libm::log(mean / (k + 1.0)));
                let density = log_gamma_density(shape, g);
                (mirrored(gamma_tails_by(shape, g, density)), density / mean)
            }
            Counts::Binomial { trials, .. } if k >= trials => (Tails::ALL, self.probability(trials)),
            Counts::Binomial { trials, probability } => {
                let (tails, density) = beta_at(k + 1.0, trials - k, probability, 1.0 - probability);
                (mirrored(tails), density / (probability * (trials - k)))
            }
            Counts::NegativeBinomial { size, probability } => {
                let (tails, density) = beta_at(size, k + 1.0, probability, 1.0 - probability);
                (tails, density / ((size + k) * (1.0 - probability)))
            }
        }
    }

    fn mean_sd_skewness(self) -> (f64, f64, f64) {
        match self {
            Counts::Poisson { mean } => (mean, mean.sqrt(), 1.0 / mean.sqrt()),
            Counts::Binomial { trials, probability } => {
                let sd = (trials * probability * (1.0 - probability)).sqrt();
                (trials * probability, sd, (1.0 - 2.0 * probability) / sd)
            }
            Counts::NegativeBinomial { size, probability } => {
                let mean = size * (1.0 - probability) / probability;
                let sd = (mean / probability).sqrt();
                (mean, sd, (2.0 - probability) / (size * (1.0 - probability)).sqrt())
            }
        }
    }

    /// The largest count, infinite where there is none.
    fn most(self) -> f64 {
        match self {
            Counts::Poisson { .. } | Counts::NegativeBinomial { .. } => f64::INFINITY,
            Counts::Binomial { trials, .. } => trials,
        }
    }

    /// P(N = k + 1) / P(N = k).
    fn ratio(self, k: f64) -> f64 {
        match self {
            Counts::Poisson { mean } => mean / (k + 1.0),
            Counts::Binomial { trials, probability } => (trials - k) / (k + 1.0) * (probability / (1.0 - probability)),
            Counts::NegativeBinomial { size, probability } => (size + k) / (k + 1.0) * (1.0 - probability),
        }
    }

    /// P(N = k), from a density that is k (or n - k) times as large, so that large counts lose no digits.
    fn probability(self, k: f64) -> f64 {
        match self {
            Counts::Poisson { mean } if k == 0.0 => libm::exp(-mean),
            Counts::Poisson { mean } => log_gamma_density(k, libm::log(mean / k)) / k,
            Counts::Binomial { trials, probability } if k == 0.0 => libm::exp(trials * libm::log1p(-probability)),
            Counts::Binomial { trials, probability } if k == trials => libm::exp(trials * libm::log(probability)),
            Counts::Binomial { trials, probability } => {
                let (a, b) = (k, trials - k);
                // t^a s^b / B(a, b) at t, s the probabilities; n! / (k! (n - k)!) is n / (k (n - k) B(k, n - k)).
                let g = libm::log(probability / (1.0 - probability)) - libm::log(a / b);
                logit_beta_density(a, b, g) * trials / (a * b)
            }
            Counts::NegativeBinomial { size, probability } if k == 0.0 => libm::exp(size * libm::log(probability)),
            Counts::NegativeBinomial { size, probability } => {
                let g = libm::log(probability / (1.0 - probability)) - libm::log(size / k);
                logit_beta_density(size, k, g) / k
            }
        }
    }

    /// The counts within bounds with their probabilities, from the likeliest outwards by the ratio of neighbours, as far as a
    /// double-precision uniform can reach: to 1e-25 of the first.
    pub(super) fn probabilities(self, (low, high): (f64, f64)) -> Vec<(f64, f64)> {
        let (first, last) = (low.max(0.0).ceil(), high.min(self.most()).floor());
        if first > last {
            return Vec::new();
        }
        let mode = match self {
            Counts::Poisson { mean } => mean.floor(),
            Counts::Binomial { trials, probability } => ((trials + 1.0) * probability).floor(),
            Counts::NegativeBinomial { size, probability } => {
                ((size - 1.0) * (1.0 - probability) / probability).floor().max(0.0)
            }
        };
        let mode = mode.clamp(first, last);
        let peak = self.probability(mode);
        let mut atoms = Vec::new();
        let (mut count, mut probability) = (mode, peak);
        while count > first && probability > 1e-25 * peak {
            count -= 1.0;
            probability /= self.ratio(count);
            atoms.push((count, probability));
        }
        atoms.reverse();
        atoms.push((mode, peak));
        (count, probability) = (mode, peak);
        while count < last && probability > 1e-25 * peak {
            probability *= self.ratio(count);
            count += 1.0;
            atoms.push((count, probability));
        }
        atoms.retain(|&(_, probability)| probability > 0.0);
        atoms
    }

    /// Tails before the first and after the last count within bounds.
    fn kept(self, low: f64, high: f64) -> (Tails, Tails) {
        let last = high.min(self.most()).floor();
        (self.tails(low.ceil() - 1.0), if last == self.most() { Tails::ALL } else { self.tails(last) })
    }

    /// The probability between bounds, both included.
    pub(super) fn mass(self, low: f64, high: f64) -> f64 {
        let (from, to) = self.kept(low, high);
        Tails::between(from, to)
    }

    /// The smallest count within the bounds whose share of what lies between them reaches the lower tail.
    pub(super) fn quantile(self, tails: Tails, (low, high): (f64, f64)) -> f64 {
        let (least, last) = (low.max(0.0).ceil(), high.min(self.most()).floor());
        if tails.lower <= 0.0 || tails.upper <= 0.0 {
            return if tails.lower <= 0.0 { least } else { last };
        }
        let whole = if (low, high) == (f64::NEG_INFINITY, f64::INFINITY) {
            tails
        } else {
            let (from, to) = self.kept(low, high);
            let mass = Tails::between(from, to);
            Tails { lower: from.lower + mass * tails.lower, upper: to.upper + mass * tails.upper }
        };
        self.smallest(whole).clamp(least, last)
    }

    /// The smallest count whose lower tail reaches this one: of few counts by adding up probabilities from 0 on, else from the
    /// Cornish-Fisher guess, which is off by a few counts at most, by the probabilities of its neighbours, and where that leads
    /// nowhere by doubling steps and halving.
    fn smallest(self, whole: Tails) -> f64 {
        const NEAR: usize = 12;
        if let Some(count) = self.added_up(whole) {
            return count;
        }
        let reaches = |at: Tails| if whole.lower <= 0.5 { at.lower >= whole.lower } else { at.upper <= whole.upper };
        let (mean, sd, skewness) = self.mean_sd_skewness();
        let z = whole.rough_score().clamp(-40.0, 40.0);
        let guess = (mean + sd * (z + skewness * (z * z - 1.0) / 6.0)).max(0.0).floor().min(self.most());
        let (mut at, mut probability) = self.tails_and_probability(guess);
        let mut count = guess;
        let falls = reaches(at);
        for _ in 0..NEAR {
            if falls {
                let before = Tails { lower: at.lower - probability, upper: at.upper + probability };
                if count == 0.0 || !reaches(before) {
                    return count;
                }
                (at, count) = (before, count - 1.0);
                probability /= self.ratio(count);
            } else {
                probability *= self.ratio(count);
                count += 1.0;
                at = Tails { lower: at.lower + probability, upper: at.upper - probability };
                if count == self.most() || reaches(at) {
                    return count;
                }
            }
        }
        self.bracketed(guess, 0.01 * sd, |k| reaches(self.tails(k)))
    }

    /// The smallest count whose lower tail reaches this one; none of a large mean, and of an upper tail that 1 less a sum
    /// would not tell.
    fn added_up(self, whole: Tails) -> Option<f64> {
        /// A count takes as long as a few additions.
        const LARGEST_MEAN: f64 = 16.0;
        const MOST: usize = 100;
        let (mean, ..) = self.mean_sd_skewness();
        if mean > LARGEST_MEAN || whole.upper < 1e-6 {
            return None;
        }
        let (mut count, mut probability) = (0.0, self.probability(0.0));
        let mut sum = probability;
        for _ in 0..MOST {
            if sum >= whole.lower || count == self.most() {
                return Some(count);
            }
            probability *= self.ratio(count);
            count += 1.0;
            sum += probability;
        }
        None
    }

    /// The smallest count that reaches, looked for from a guess with a first step.
    fn bracketed(self, guess: f64, step: f64, reaches: impl Fn(f64) -> bool) -> f64 {
        // Invariant: `below` does not reach, `above` does.
        let (mut below, mut above);
        let mut step = step.floor().max(1.0);
        if reaches(guess) {
            above = guess;
            below = guess - step;
            while below >= 0.0 && reaches(below) {
                above = below;
                step *= 2.0;
                below -= step;
            }
            below = below.max(-1.0);
        } else {
            below = guess;
            above = guess + step;
            while above < self.most() && !reaches(above) {
                below = above;
                step *= 2.0;
                above += step;
            }
            above = above.min(self.most());
        }
        while above - below > 1.0 {
            let middle = (0.5 * (below + above)).floor();
            if reaches(middle) { above = middle } else { below = middle }
        }
        above
    }
}

/// Both tails of a beta of a and b at t = 1 - s, and t^a s^b / B(a, b).
fn beta_at(a: f64, b: f64, t: f64, s: f64) -> (Tails, f64) {
    let g = libm::log(t / s) - libm::log(a / b);
    let density = logit_beta_density(a, b, g);
    (beta_tails(a, b, t, s, density), density)
}

fn mirrored(tails: Tails) -> Tails {
    Tails { lower: tails.upper, upper: tails.lower }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laws() -> Vec<Counts> {
        let poisson = [0.3, 1.0, 4.5, 15.9, 120.0, 1e8].map(|mean| Counts::Poisson { mean });
        let binomial = [(1.0, 0.3), (10.0, 0.3), (40.0, 0.39), (400.0, 0.999), (1e8, 1e-7), (1e8, 0.5)];
        let negative = [(1.0, 0.5), (0.2, 0.01), (2.0, 0.12), (5.0, 0.3), (1e4, 0.9)];
        let binomial = binomial.map(|(trials, probability)| Counts::Binomial { trials, probability });
        let negative = negative.map(|(size, probability)| Counts::NegativeBinomial { size, probability });
        poisson.into_iter().chain(binomial).chain(negative).collect()
    }

    #[test]
    fn quantiles_are_the_smallest_count_that_reaches() {
        for law in laws() {
            for z in (-70..80).map(|tenth| 0.1 * f64::from(tenth)) {
                let tails = Tails::at(z);
                let k = law.quantile(tails, (f64::NEG_INFINITY, f64::INFINITY));
                let reaches = |at: Tails| if z <= 0.0 { at.lower >= tails.lower } else { at.upper <= tails.upper };
                assert!(reaches(law.tails(k)) && !(k > 0.0 && reaches(law.tails(k - 1.0))), "{law:?} {z}: {k}");
            }
        }
    }

    #[test]
    fn probabilities_are_the_steps_of_the_tails() {
        for law in laws() {
            let all = law.probabilities((f64::NEG_INFINITY, f64::INFINITY));
            let sum: f64 = all.iter().map(|atom| atom.1).sum();
            assert!((sum - 1.0).abs() < 1e-11, "{law:?}: {sum}");
            for &(k, probability) in all.iter().step_by(1 + all.len() / 50).filter(|atom| atom.1 > 1e-9) {
                let step = Tails::between(law.tails(k - 1.0), law.tails(k));
                assert!((step - probability).abs() < 1e-12 + 1e-7 * probability, "{law:?} {k}: {probability} {step}");
            }
        }
        for law in laws() {
            let (mean, sd, _) = law.mean_sd_skewness();
            for k in [0.0, mean.floor(), (mean + 3.0 * sd).floor()].map(|k| k.min(law.most())) {
                let (tails, probability) = law.tails_and_probability(k);
                let exact = law.probability(k);
                assert!(tails == law.tails(k), "{law:?} {k}");
                assert!((probability - exact).abs() <= 1e-9 * exact, "{law:?} {k}: {probability}, not {exact}");
            }
        }
        // Ten trials of 0.3: 3 successes have 120 0.3^3 0.7^7.
        let ten = Counts::Binomial { trials: 10.0, probability: 0.3 };
        assert!((ten.probability(3.0) - 0.266_827_932).abs() < 1e-12);
        // Two failures before the third success of 0.4: 6 0.4^3 0.6^2.
        let third = Counts::NegativeBinomial { size: 3.0, probability: 0.4 };
        assert!((third.probability(2.0) - 0.138_24).abs() < 1e-14);
    }

    #[test]
    fn bounds_renormalise() {
        // P(1 <= N <= 2) of a Poisson of mean 1 is e^-1 (1 + 1/2): 1 has 2/3 of it.
        let law = Counts::Poisson { mean: 1.0 };
        assert!((law.mass(1.0, 2.0) - 1.5 * libm::exp(-1.0)).abs() < 1e-15);
        let at = |p: f64| law.quantile(Tails::of(p), (0.5, 2.5));
        assert_eq!([0.0, 0.1, 0.66, 0.67, 0.9, 1.0].map(at), [1.0, 1.0, 1.0, 2.0, 2.0, 2.0]);
    }
}
