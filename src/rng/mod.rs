//! Random streams: a draw is a function of (seed, input name, component, path, step), never of order.
//!
//! ```text
//! (seed, name, component) -> StreamKey     SHA-256
//! (key, block of paths)   -> Lanes         Threefry
//! steps 0, 1, 2, ...      -> columns       xoshiro256++ on 8 lanes
//! ```
//!
//! A stream is therefore addressed by what it means: adding an input, reordering inputs, or running other blocks leaves
//! its draws alone.

mod key;
mod lanes;
mod threefry;

pub use key::{Component, StreamKey};
pub use lanes::Lanes;

#[cfg(test)]
mod tests {
    //! Statistical tests at fixed seeds. A bound of 5 standard errors fails by chance once in 1.7 million comparisons.

    use super::*;
    use crate::kernel::{BLOCK, Level};

    /// Consecutive blocks of one stream, `columns` of each.
    fn sample(seed: u64, name: &str, component: Component, blocks: std::ops::Range<u64>, columns: usize) -> Vec<f64> {
        let key = StreamKey::new(seed, name, component);
        let level = Level::available().pop().expect("portable is always there");
        let mut sample = Vec::new();
        for block in blocks {
            let mut lanes = Lanes::seed(level, &key, block);
            for _ in 0..columns {
                let mut column = [0.0; BLOCK];
                lanes.fill_uniform(level, &mut column);
                sample.extend(column);
            }
        }
        sample
    }

    fn stream(seed: u64, name: &str, component: Component) -> Vec<f64> {
        sample(seed, name, component, 0..400, 10)
    }

    /// The correlation of two samples of uniforms in units of its standard error under independence, 1 / sqrt(n).
    fn z_of_correlation<'a>(pairs: impl IntoIterator<Item = (&'a f64, &'a f64)>) -> f64 {
        let (mut sum, mut n) = (0.0, 0.0_f64);
        for (a, b) in pairs {
            sum += (a - 0.5) * (b - 0.5);
            n += 1.0;
        }
        assert!(n > 1e5, "{n} pairs");
        12.0 * sum / n.sqrt()
    }

    fn assert_uncorrelated(a: &[f64], b: &[f64]) {
        let z = z_of_correlation(a.iter().zip(b));
        assert!(z.abs() < 5.0, "{z}");
    }

    /// Kolmogorov and Smirnov's distance times sqrt(n); above 1.949 with probability 0.001.
    fn kolmogorov_smirnov(mut sample: Vec<f64>) -> f64 {
        sample.sort_by(f64::total_cmp);
        let n = sample.len() as f64;
        let distance = |(i, u): (usize, &f64)| (u - i as f64 / n).max((i + 1) as f64 / n - u);
        sample.iter().enumerate().map(distance).fold(0.0, f64::max) * n.sqrt()
    }

    #[test]
    fn draws_are_uniform() {
        let draws = stream(1, "ai_ml", Component::Fresh);
        assert!(draws.len() > 1_000_000);
        assert!(kolmogorov_smirnov(draws.clone()) < 1.949);
        // The first value of every block and lane alone, too: it shows the seeding rather than the generator.
        let first = sample(1, "ai_ml", Component::Permanent, 0..20_000, 1);
        let first = first.chunks(BLOCK).flat_map(|column| column[..8].to_vec()).collect();
        assert!(kolmogorov_smirnov(first) < 1.949);
        // A negative control: an error of one part in 500 shows.
        assert!(kolmogorov_smirnov(draws.iter().map(|u| u * 0.998).collect()) > 1.949);
    }

    #[test]
    fn no_draw_is_0_or_1() {
        assert!(stream(2, "x", Component::Fresh).iter().all(|&u| u > 0.0 && u < 1.0 && 1.0 - (1.0 - u) == u));
    }

    #[test]
    fn streams_are_uncorrelated() {
        let draws = stream(1, "ai_ml", Component::Fresh);
        assert_uncorrelated(&draws, &stream(1, "ai_mk", Component::Fresh));
        assert_uncorrelated(&draws, &stream(1, "ai_ml", Component::Permanent));
        assert_uncorrelated(&draws, &stream(2, "ai_ml", Component::Fresh));
        // A negative control: what is half shared is found.
        let half: Vec<f64> =
            draws.iter().zip(stream(2, "ai_ml", Component::Fresh)).map(|(a, b)| (a + b) / 2.0).collect();
        assert!(z_of_correlation(draws.iter().zip(&half)) > 5.0);
    }

    #[test]
    fn blocks_are_uncorrelated() {
        let draws = stream(1, "ai_ml", Component::Fresh);
        for lag in [1, 2, 16] {
            assert_uncorrelated(&draws, &draws[lag * 10 * BLOCK..]);
        }
    }

    #[test]
    fn lanes_are_uncorrelated() {
        let draws = stream(1, "ai_ml", Component::Fresh);
        for (a, b) in (0..8).flat_map(|a| (0..a).map(move |b| (a, b))) {
            let z = z_of_correlation(draws.chunks(8).map(|group| (&group[a], &group[b])));
            assert!(z.abs() < 5.0, "lanes {a} and {b}: {z}");
        }
    }

    /// Lags within a lane are multiples of 8; those of 256 are the steps of one path.
    #[test]
    fn draws_are_serially_uncorrelated() {
        let draws = stream(1, "ai_ml", Component::Fresh);
        for lag in (1..=64).chain([256, 512]) {
            assert_uncorrelated(&draws, &draws[lag..]);
        }
    }
}
