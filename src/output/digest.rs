//! A scenario in a line: where it ends, how it grows, what holds it back.

use super::ceilings::{Ceiling, tightest};
use super::table::{Cell, Layout, number, text, when_cells};
use crate::results::{Band, Results};

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
        Digest {
            main: main_rows(results).last().copied().or_else(|| results.bands.last()),
            cagr: last_row(results, "cagr"),
            tightest: tightest(results),
        }
    }
}

/// The rows of the output that the scenario is about: the market, else the first that moves in time.
pub fn main_rows(results: &Results) -> Vec<&Band> {
    let rows = |name: &str| -> Vec<&Band> {
        results.bands.iter().filter(|band| band.output == name && band.segment.is_none()).collect()
    };
    let market = rows("market");
    if market.len() > 1 {
        return market;
    }
    let moves = |band: &&&Band| {
        let same = |other: &Band| other.output == band.output && other.segment == band.segment;
        band.segment.is_none() && results.bands.iter().filter(|other| same(other)).nth(1).is_some()
    };
    // Outputs stand one after the other, so looking at the first row of each is enough, and quick.
    let firsts: Vec<&Band> =
        results.bands.chunk_by(|a, b| a.output == b.output && a.segment == b.segment).map(|rows| &rows[0]).collect();
    firsts.iter().find(moves).map_or_else(Vec::new, |band| rows(&band.output))
}

/// The last row of an output that is not a part.
pub fn last_row<'r>(results: &'r Results, output: &str) -> Option<&'r Band> {
    results.bands.iter().rev().find(|band| band.output == output && band.segment.is_none())
}

/// The cells of the table `summary`, as long as the columns of `layout`.
pub(super) fn summary_row<'r>(results: &'r Results, layout: &Layout) -> Vec<Cell<'r>> {
    let Digest { main, cagr, tightest } = Digest::of(results);
    let levels = layout.percentiles.len();
    let quantiles = |band: Option<&Band>| -> Vec<Cell<'r>> {
        (0..levels).map(|level| number(band.and_then(|band| band.quantiles[level]))).collect()
    };
    let mut cells = vec![text(main.map(|band| &*band.output)), text(main.and_then(|band| band.unit.as_deref()))];
    cells.extend(main.map_or([Cell::Absent, Cell::Absent, Cell::Absent], |band| when_cells(&band.when)));
    cells.extend([main.and_then(|band| band.mean), main.and_then(|band| band.sd)].map(number));
    cells.extend(quantiles(main));
    cells.extend(quantiles(cagr));
    let targets = results.targets.iter().map(|row| (row.target.clone(), serde_json::json!(row.probability)));
    cells.push(Cell::Data(serde_json::Value::Object(targets.collect())));
    let bound = results.bound.as_ref();
    cells.extend(
        [
            bound.and_then(|bound| bound.probability),
            bound.and_then(|bound| bound.se),
            bound.and_then(|bound| bound.low),
            bound.and_then(|bound| bound.high),
        ]
        .map(number),
    );
    cells.push(text(tightest.as_ref().map(|ceiling| ceiling.constraint)));
    let total = |of: fn(&crate::results::ConstraintRow) -> Option<f64>| {
        bound?;
        results.constraints.iter().map(of).sum::<Option<f64>>()
    };
    cells.extend([total(|row| row.lost_mean), total(|row| row.deferred_mean)].map(number));
    cells
}
