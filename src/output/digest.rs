//! A scenario in a line: where it ends, how it grows, what holds it back.

use super::table::{Cell, Layout, number, share_cells, text, when_cells};
use crate::results::{Band, Ceiling, ConstraintRow, Results, tightest};
use crate::stats::{Estimate, value};

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
            main: results.headline().last().copied().or_else(|| results.bands.last()),
            cagr: last_row(results, "cagr"),
            tightest: tightest(results),
        }
    }
}

/// The last row of an output that is not a part.
pub fn last_row<'r>(results: &'r Results, output: &str) -> Option<&'r Band> {
    results.bands.iter().rev().find(|band| band.subject.output == output && band.subject.segment.is_none())
}

/// The cells of the table `summary`, as long as the columns of `layout`.
pub(super) fn summary_row<'r>(results: &'r Results, layout: &Layout) -> Vec<Cell<'r>> {
    let Digest { main, cagr, tightest } = Digest::of(results);
    let levels = layout.percentiles.len();
    let quantiles = |band: Option<&Band>| -> Vec<Cell<'r>> {
        (0..levels).map(|level| number(band.and_then(|band| band.quantile(level)))).collect()
    };
    let mut cells =
        vec![text(main.map(|band| &*band.subject.output)), text(main.and_then(|band| band.unit.as_deref()))];
    cells.extend(main.map_or([Cell::Absent, Cell::Absent, Cell::Absent], |band| when_cells(&band.subject.when)));
    cells.extend([main.and_then(|band| value(&band.mean)), main.and_then(|band| value(&band.sd))].map(number));
    cells.extend(quantiles(main));
    cells.extend(quantiles(cagr));
    let targets = results.targets.iter().map(|row| (row.target.clone(), serde_json::json!(row.share.probability())));
    cells.push(Cell::Data(serde_json::Value::Object(targets.collect())));
    cells.extend(results.bound.as_ref().map_or([const { Cell::Absent }; 4], share_cells));
    cells.push(text(tightest.as_ref().map(|ceiling| ceiling.constraint)));
    let total = |of: fn(&ConstraintRow) -> &Option<Estimate>| {
        results.bound?;
        results.constraints.iter().map(|row| value(of(row))).sum::<Option<f64>>()
    };
    cells.extend([total(|row| &row.lost), total(|row| &row.deferred)].map(number));
    cells
}
