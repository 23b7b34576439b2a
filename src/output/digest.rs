//! A scenario in a line: where it ends, how it grows, what holds it back.

use crate::results::{Band, Ceiling, Results, tightest};

/// What the line of a scenario is about.
#[derive(Clone, Debug)]
pub struct Digest<'r> {
    /// The last row of the main output; absent without outputs.
    pub main: Option<&'r Band>,
    /// Growth a year, where there is a market.
    pub cagr: Option<&'r Band>,
    /// The ceiling that does the most harm, if any ever binds.
    pub tightest: Option<Ceiling<'r>>,
}

impl<'r> Digest<'r> {
    /// The digest of one scenario.
    pub fn of(results: &'r Results) -> Self {
        Digest { main: results.end(), cagr: last_row(results, "cagr"), tightest: tightest(results) }
    }
}

/// The last row of an output that is not a part.
pub fn last_row<'r>(results: &'r Results, output: &str) -> Option<&'r Band> {
    results.bands.iter().rev().find(|band| band.subject.output == output && band.subject.segment.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example::{constant, full_results};

    #[test]
    fn an_outline_gives_the_same_digest_and_headline() {
        let mut results = full_results();
        results.bands.insert(0, constant("highest", None, 1, 2.0, 3));
        results.bands.push(constant("cagr", None, 1, 0.1, 3));
        results.bands.push(constant("demand", None, 1, 9.0, 3));
        let mut static_model = results.clone();
        static_model.bands.retain(|band| band.subject.when.step == 1 && band.subject.output != "cagr");
        for results in [results, static_model, Results { bands: Vec::new(), ..full_results() }] {
            let outline = results.clone().into_outline();
            assert!(outline.bands.len() < results.bands.len() || results.bands.is_empty());
            assert_eq!(outline.headline(), results.headline());
            let digest = Digest::of(&results);
            let of_outline = Digest::of(&outline);
            assert_eq!((of_outline.main, of_outline.cagr), (digest.main, digest.cagr));
            assert_eq!(of_outline.tightest, digest.tightest);
            let line = results.clone().into_line();
            assert!(line.bands.len() <= 2);
            let of_line = Digest::of(&line);
            assert_eq!((of_line.main, of_line.cagr), (digest.main, digest.cagr));
            let name = |digest: &Digest<'_>| digest.tightest.as_ref().map(|ceiling| ceiling.constraint.to_owned());
            assert_eq!(name(&of_line), name(&digest));
        }
    }
}
