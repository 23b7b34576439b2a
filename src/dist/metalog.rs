//! The metalog: a quantile function through given points.
//!
//! Keelin, T. W. (2016), "The Metalog Distributions", Decision Analysis 13(4), 243-277, doi:10.1287/deca.2016.0338.
//! With as many terms as points, M(p) = mu(c) + s(c) logit(p), c = p - 1/2, mu and s polynomials, runs through all of
//! them exactly.

use super::family::Local;
use super::normal::Tails;
use std::sync::LazyLock;

/// An unbounded metalog.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Metalog {
    /// mu, lowest power first.
    centre: Vec<f64>,
    /// s, lowest power first.
    spread: Vec<f64>,
}

impl Metalog {
    /// The metalog through (probability, value) pairs; None if the terms cannot be solved for.
    pub(super) fn through(points: &[(f64, f64)]) -> Option<Metalog> {
        let n = points.len();
        let mut rows: Vec<Vec<f64>> = points
            .iter()
            .map(|&(p, value)| {
                let mut row: Vec<f64> = (0..n).map(|term| basis(term, p)).collect();
                row.push(value);
                row
            })
            .collect();
        let solution = eliminate(&mut rows)?;
        let mut metalog = Metalog { centre: Vec::new(), spread: Vec::new() };
        for (term, &coefficient) in solution.iter().enumerate() {
            let (power, on_spread) = power_of(term);
            let polynomial = if on_spread { &mut metalog.spread } else { &mut metalog.centre };
            polynomial.resize(polynomial.len().max(power + 1), 0.0);
            polynomial[power] = coefficient;
        }
        Some(metalog)
    }

    /// The value with these tails.
    pub(super) fn value(&self, tails: Tails) -> f64 {
        let (c, logit) = (centred(tails), libm::log(tails.lower / tails.upper));
        polynomial(&self.centre, c)[0] + polynomial(&self.spread, c)[0] * logit
    }

    /// First and second derivative by the logit of p.
    fn derivatives(&self, tails: Tails) -> (f64, f64) {
        self.derivatives_at(Place::at(tails))
    }

    fn derivatives_at(&self, Place { tails, c, logit }: Place) -> (f64, f64) {
        let pq = tails.lower * tails.upper;
        let [_, centre_1, centre_2] = polynomial(&self.centre, c);
        let [spread, spread_1, spread_2] = polynomial(&self.spread, c);
        let by_p = centre_1 + spread_1 * logit;
        let first = by_p * pq + spread;
        let second =
            ((centre_2 + spread_2 * logit) * pq + 2.0 * spread_1) * pq + by_p * pq * (tails.upper - tails.lower);
        (first, second)
    }

    /// Density and slope at the value with these tails.
    pub(super) fn local(&self, tails: Tails) -> Local {
        let (first, second) = self.derivatives(tails);
        Local {
            density: tails.lower * tails.upper / first,
            slope: (tails.upper - tails.lower - second / first) / first,
        }
    }

    /// Both tails at a value, by Newton's method on the logit inside a bracket.
    pub(super) fn tails(&self, value: f64) -> Tails {
        let (mut low, mut high) = (-740.0, 740.0);
        let mut logit = 0.0;
        for _ in 0..200 {
            let tails = at_logit(logit);
            let excess = self.value(tails) - value;
            if excess > 0.0 {
                high = logit;
            } else {
                low = logit;
            }
            let mut next = logit - excess / self.derivatives(tails).0;
            if !(low < next && next < high) {
                next = 0.5 * (low + high);
            }
            let done = (next - logit).abs() <= 1e-15 * next.abs().max(1.0);
            logit = next;
            if done {
                break;
            }
        }
        at_logit(logit)
    }

    /// The probability at which the density is not positive, if there is one.
    ///
    /// Looks at every 1/50 of the logit out to |z| = 8.3, and at the limits of the tails. Stretches in which the density is
    /// positive whatever the terms do within their ranges are not looked through.
    pub(super) fn infeasible_at(&self) -> Option<f64> {
        if self.rises_by_three_terms() {
            return None;
        }
        let is_bad = |place: &&Place| {
            let slope = self.derivatives_at(**place).0;
            slope <= 0.0 || slope.is_nan()
        };
        let inside = STRETCHES
            .iter()
            .filter(|stretch| !self.surely_rises(stretch))
            .find_map(|stretch| stretch.places.iter().find(is_bad))
            .map(|place| place.tails.lower);
        let (lower, upper) = self.tail_spreads();
        inside.or((lower < 0.0).then_some(0.0)).or((upper < 0.0).then_some(1.0))
    }

    /// Whether there are no more than three terms and Keelin's section 3.3 says that they rise: |a3| below 1.66711 a2, here with
    /// a margin for rounding. Laws through three drawn quantiles are checked on every path.
    fn rises_by_three_terms(&self) -> bool {
        const LEAST: f64 = 0.6;
        match (&self.centre[..], &self.spread[..]) {
            ([_], &[a2]) => a2 > 0.0,
            ([_], &[a2, a3]) => LEAST * a3.abs() < a2,
            _ => false,
        }
    }

    /// Whether the sum of the least that each term adds to the slope is positive, by more than rounding.
    fn surely_rises(&self, stretch: &Stretch) -> bool {
        if self.centre.len().max(self.spread.len()) > POWERS {
            return false;
        }
        let (mut least, mut size) = (0.0, 0.0);
        for (coefficients, slopes) in [(&self.centre, &stretch.centre), (&self.spread, &stretch.spread)] {
            for (c, (low, high)) in coefficients.iter().zip(slopes) {
                least += (c * low).min(c * high);
                size += (c * low).abs().max((c * high).abs());
            }
        }
        least > 1e-9 * size
    }

    /// Limits of dM / dlogit at p = 0 and p = 1.
    ///
    /// On a logarithmic scale the tail is a power law; its k-th moment exists where the limit is below 1 / k.
    pub(super) fn tail_spreads(&self) -> (f64, f64) {
        (polynomial(&self.spread, -0.5)[0], polynomial(&self.spread, 0.5)[0])
    }
}

/// A probability with what its terms are made of.
#[derive(Clone, Copy, Debug)]
struct Place {
    tails: Tails,
    /// p - 1/2.
    c: f64,
    logit: f64,
}

impl Place {
    fn at(tails: Tails) -> Place {
        Place { tails, c: centred(tails), logit: libm::log(tails.lower / tails.upper) }
    }
}

/// How many powers of c the ranges of slopes are kept for; metalogs with more are looked through in full.
const POWERS: usize = 8;

/// Neighbouring probabilities, and the range over them of what each term adds to the slope by its unit coefficient.
#[derive(Debug)]
struct Stretch {
    places: Vec<Place>,
    centre: [(f64, f64); POWERS],
    spread: [(f64, f64); POWERS],
}

/// Every 1/50 of the logit, 50 of them a stretch.
static STRETCHES: LazyLock<Vec<Stretch>> = LazyLock::new(|| {
    let places: Vec<Place> = (-1900..=1900).map(|k| Place::at(at_logit(0.02 * f64::from(k)))).collect();
    let slopes = |places: &[Place], unit: &dyn Fn(Vec<f64>) -> Metalog| {
        std::array::from_fn(|power| {
            let mut coefficients = vec![0.0; power + 1];
            coefficients[power] = 1.0;
            let term = unit(coefficients);
            let slopes = places.iter().map(|place| term.derivatives_at(*place).0);
            slopes.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), slope| (slope.min(low), slope.max(high)))
        })
    };
    let stretches = places.chunks(50).map(|places| Stretch {
        centre: slopes(places, &|centre| Metalog { centre, spread: Vec::new() }),
        spread: slopes(places, &|spread| Metalog { centre: Vec::new(), spread }),
        places: places.to_vec(),
    });
    stretches.collect()
});

/// The power of c that the term multiplies, and whether it stands before the logit (Keelin, equation 6).
fn power_of(term: usize) -> (usize, bool) {
    match term {
        0 => (0, false),
        1 => (0, true),
        2 => (1, true),
        3 => (1, false),
        even if even % 2 == 0 => (even / 2, false),
        odd => (odd / 2, true),
    }
}

fn basis(term: usize, p: f64) -> f64 {
    let (power, on_spread) = power_of(term);
    let c = (0..power).fold(1.0, |product, _| product * (p - 0.5));
    if on_spread { c * libm::log(p / (1.0 - p)) } else { c }
}

fn at_logit(logit: f64) -> Tails {
    Tails { lower: 1.0 / (1.0 + libm::exp(-logit)), upper: 1.0 / (1.0 + libm::exp(logit)) }
}

fn centred(tails: Tails) -> f64 {
    if tails.lower < tails.upper { tails.lower - 0.5 } else { 0.5 - tails.upper }
}

/// Value, first and second derivative.
fn polynomial(coefficients: &[f64], x: f64) -> [f64; 3] {
    coefficients
        .iter()
        .rev()
        .fold([0.0; 3], |[value, first, second], &c| [value * x + c, first * x + value, second * x + 2.0 * first])
}

/// Gauss elimination with partial pivoting; each row ends in its right-hand side.
fn eliminate(rows: &mut [Vec<f64>]) -> Option<Vec<f64>> {
    let n = rows.len();
    for column in 0..n {
        let pivot = (column..n).max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs()))?;
        rows.swap(column, pivot);
        let (done, rest) = rows.split_at_mut(column + 1);
        let head = &done[column];
        if head[column] == 0.0 {
            return None;
        }
        for row in rest {
            let factor = row[column] / head[column];
            for (entry, &above) in row.iter_mut().zip(head).skip(column) {
                *entry -= factor * above;
            }
        }
    }
    let mut solution = vec![0.0; n];
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|k| rows[row][k] * solution[k]).sum();
        solution[row] = (rows[row][n] - known) / rows[row][row];
    }
    solution.iter().all(|c| c.is_finite()).then_some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_through_its_points() {
        let points = [(0.05, 1.0), (0.1, 1.6), (0.5, 3.0), (0.7, 4.1), (0.9, 7.5), (0.95, 9.0)];
        for n in 2..=points.len() {
            let metalog = Metalog::through(&points[..n]).expect("distinct probabilities");
            for &(p, value) in &points[..n] {
                assert!((metalog.value(Tails::of(p)) - value).abs() < 1e-11, "{n} terms at {p}");
            }
        }
    }

    #[test]
    fn two_points_are_a_logistic() {
        let metalog = Metalog::through(&[(0.25, -libm::log(3.0)), (0.75, libm::log(3.0))]).expect("two points");
        let tails = Tails { lower: 1e-9, upper: 1.0 - 1e-9 };
        assert!((metalog.value(tails) - libm::log(tails.lower / tails.upper)).abs() < 1e-12);
        assert_eq!(metalog.infeasible_at(), None);
        let local = metalog.local(tails);
        assert!((local.density / (tails.lower * tails.upper) - 1.0).abs() < 1e-12);
        assert!((local.slope - (tails.upper - tails.lower)).abs() < 1e-12);
    }

    #[test]
    fn a_density_that_turns_negative_is_found() {
        // Nearly all of the mass beside the median, on one side only: three terms cannot do it.
        let metalog = Metalog::through(&[(0.1, 0.0), (0.5, 0.1), (0.9, 10.0)]).expect("three points");
        assert!(metalog.infeasible_at().is_some());
    }

    /// Keelin (2016), section 3.3: three terms rise where |a3| / a2 is below 1.66711, which the search finds too.
    #[test]
    fn three_terms_rise_within_keelins_limit() {
        let with = |a3: f64| Metalog { centre: vec![0.0], spread: vec![1.0, a3] };
        for a3 in [-1.6671, -1.66, -0.3, 0.0, 1.0, 1.66, 1.6671] {
            assert_eq!(with(a3).infeasible_at(), None, "{a3}");
        }
        for a3 in [-1.6672, 1.6672, 3.0] {
            assert!(with(a3).infeasible_at().is_some() && !with(a3).rises_by_three_terms(), "{a3}");
        }
        assert!(with(1.66).rises_by_three_terms() && with(-1.66).rises_by_three_terms());
    }
}
