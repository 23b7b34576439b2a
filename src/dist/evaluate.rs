//! Distribution function, quantiles and atoms of a law with constant parameters, bounds included.

use super::convert;
use super::law::{Distribution, Law};
use super::normal::Tails;
use super::parts::Parts;

/// All of these take parameters that passed `check`.
impl Distribution<f64> {
    /// P(X <= x).
    pub fn cdf(&self, x: f64) -> f64 {
        self.tails(x).lower
    }

    /// P(X > x), accurate where the distribution function is near 1.
    pub fn sf(&self, x: f64) -> f64 {
        self.tails(x).upper
    }

    /// P(X <= x) and P(X > x).
    pub fn tails(&self, x: f64) -> Tails {
        Parts::of(self).tails(x)
    }

    /// T(z), exact to set-up quality: the value whose probability is that of z, for any z.
    ///
    /// Non-decreasing; NaN at NaN. Laws in closed form go by their formula, the others are solved for.
    pub fn normal_score(&self, z: f64) -> f64 {
        let x = self.gaussian_form(z).unwrap_or_else(|| {
            let tails = Tails::at(z);
            self.closed_form(tails).unwrap_or_else(|| Parts::unclipped(self).quantile(tails))
        });
        self.clipped(x)
    }

    /// The smallest x with F(x) >= p; the ends of the support at 0 and 1, NaN outside.
    pub fn quantile(&self, p: f64) -> f64 {
        if !(0.0..=1.0).contains(&p) {
            return f64::NAN;
        }
        self.quantile_at(Tails::of(p))
    }

    /// The smallest x with F(x) >= the lower tail, as accurate as the smaller of the two.
    pub fn quantile_at(&self, tails: Tails) -> f64 {
        let closed = self.gaussian_form(tails.normal_score()).or_else(|| self.closed_form(tails));
        self.clipped(closed.unwrap_or_else(|| Parts::unclipped(self).quantile(tails)))
    }

    /// The value, if there is only one.
    pub fn constant(&self) -> Option<f64> {
        match (self.quantile(0.0), self.quantile(1.0)) {
            (low, high) if low == high => Some(low),
            _ => None,
        }
    }

    /// Whether there is one value only.
    pub fn is_constant(&self) -> bool {
        self.constant().is_some()
    }

    /// (value, probability) of every value that has one, increasing.
    pub fn atoms(&self) -> Vec<(f64, f64)> {
        Parts::of(self).atoms
    }

    fn clipped(&self, x: f64) -> f64 {
        let x = self.clip.0.map_or(x, |low| if x < low { low } else { x });
        self.clip.1.map_or(x, |high| if x > high { high } else { x })
    }

    /// The normal and the lognormal, when nothing is cut off.
    pub(super) fn gaussian_form(&self, z: f64) -> Option<f64> {
        if self.truncate != (None, None) {
            return None;
        }
        match self.law {
            Law::Normal { mean, sd } if sd > 0.0 => Some(mean + sd * z),
            Law::NormalQuantiles { at } => {
                let (mean, sd) = convert::normal_through(at);
                Some(mean + sd * z)
            }
            Law::LogNormal { median, sigma } if sigma > 0.0 => Some(median * libm::exp(sigma * z)),
            _ => match self.law.log_parameters() {
                Some((log_mean, log_sd)) if log_sd > 0.0 => Some(libm::exp(log_mean + log_sd * z)),
                _ => None,
            },
        }
    }

    /// Other laws whose formula is plain, when nothing is cut off.
    fn closed_form(&self, tails: Tails) -> Option<f64> {
        if self.truncate != (None, None) {
            return None;
        }
        match self.law {
            Law::Uniform { low, high } => {
                let width = high - low;
                Some(if tails.lower <= 0.5 { low + width * tails.lower } else { high - width * tails.upper })
            }
            Law::Triangular { low, mode, high } if low < high => {
                let width = high - low;
                Some(if tails.lower * width <= mode - low {
                    low + (tails.lower * width * (mode - low)).sqrt()
                } else {
                    high - (tails.upper * width * (high - mode)).sqrt()
                })
            }
            Law::Bernoulli { probability } => Some(if tails.upper < probability { 1.0 } else { 0.0 }),
            _ => None,
        }
    }
}
