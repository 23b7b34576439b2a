//! How the shares of a variance by input change over the periods.

use crate::model::When;
use crate::output::chart::{Areas, Layer, Marks, Picture};
use crate::output::document::{Block, Cell, Detail, Rows, Table};
use crate::results::{Driven, IndexKind, IndexRow};
use crate::stats::value;
use std::collections::BTreeMap;

/// Inputs that have a layer of their own; the others share one.
const LAYERS: usize = 7;
/// Most periods that are drawn.
const PERIODS: usize = 120;

const COUNTED_TWICE: &str = "How the shares change over the periods is not drawn: first orders of tied inputs count in \
    common what they know of each other, so that all of them come to more than the variance. `--shapley` adds up.";

/// Areas of the shares of an output in all its periods, for readers of a page: Shapley effects where there are any, which add
/// up, else first orders, unless they come to more than the whole. None for a target, and for fewer than two periods.
pub(super) fn over_time<'r>(indices: &'r [IndexRow], driven: &Driven, name: &str) -> Option<Block<'r>> {
    if driven.target.is_some() {
        return None;
    }
    let of = |kind: IndexKind| -> Vec<&'r IndexRow> {
        indices.iter().filter(|row| row.index == kind && row.driven.name() == driven.name()).collect()
    };
    let (kind, rows) = match of(IndexKind::Shapley) {
        rows if rows.is_empty() => (IndexKind::First, of(IndexKind::First)),
        rows => (IndexKind::Shapley, rows),
    };
    let mut steps: Vec<&'r When> = rows.iter().map(|row| &row.driven.when).collect();
    steps.sort_by_key(|when| when.step);
    steps.dedup();
    let stride = steps.len().div_ceil(PERIODS).max(1);
    let last = steps.len().checked_sub(2)? + 1;
    let periods: Vec<&'r When> =
        steps.into_iter().enumerate().filter(|(at, _)| (last - at) % stride == 0).map(|(_, when)| when).collect();
    let layers = layers(&rows, &periods);
    if kind == IndexKind::First && periods.iter().any(|period| is_above_whole(&rows, period)) {
        return Some(Block::InFull(vec![Block::Note(COUNTED_TWICE.into())]));
    }
    let table = Table::of(&layers, Rows::All, "sensitivity").text("input", |layer| layer.name.as_str());
    let table = (0..periods.len()).fold(table, |table, period| {
        table
            .percent(Detail::Always, periods[period].period.clone(), move |layer| layer.shares[period].map(Cell::Share))
    });
    let picture = Picture {
        name: format!("drivers-over-time-{name}"),
        title: format!("Shares of the variance of {name} by period ({})", kind.name()),
        marks: Marks::Areas(Areas { subject: name.to_owned(), kind, periods, layers: layers.clone() }),
    };
    Some(Block::InFull(vec![Block::Figure(picture, Some(table.table))]))
}

/// Whether the shares of a period come to more than 1 beyond what the simulation's error explains.
fn is_above_whole(rows: &[&IndexRow], period: &When) -> bool {
    let (mut sum, mut squares) = (0.0, 0.0);
    for row in rows.iter().filter(|row| row.driven.when.step == period.step) {
        sum += value(&row.share).unwrap_or(0.0);
        squares += row.interval.map_or(0.0, |(low, high)| (0.5 * (high - low)).powi(2));
    }
    sum - squares.sqrt() > 1.0
}

/// The inputs with the largest shares on average over the periods, and what all others come to. A group beside its members
/// has no layer: no share may be stacked twice.
fn layers(rows: &[&IndexRow], periods: &[&When]) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for row in rows {
        let is_own = |member: &String| owners.get(member.as_str()).is_none_or(|owner| *owner == row.input);
        if !row.members.iter().all(is_own) {
            continue;
        }
        owners.extend(row.members.iter().map(|member| (member.as_str(), row.input.as_str())));
        let Ok(period) = periods.binary_search_by_key(&row.driven.when.step, |when| when.step) else { continue };
        let place = layers.iter().position(|layer| layer.name == row.input).unwrap_or_else(|| {
            layers.push(Layer { name: row.input.clone(), shares: vec![None; periods.len()] });
            layers.len() - 1
        });
        layers[place].shares[period] = value(&row.share);
    }
    let weight = |layer: &Layer| layer.shares.iter().flatten().map(|share| share.max(0.0)).sum::<f64>();
    // A stable sort: inputs of one weight stay in their order.
    layers.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    if layers.len() > LAYERS + 1 {
        let others = layers.split_off(LAYERS);
        let sum = |period: usize| {
            others
                .iter()
                .filter_map(|layer| layer.shares[period])
                .fold(None, |sum, share| Some(sum.unwrap_or(0.0) + share))
        };
        let shares = (0..periods.len()).map(sum).collect();
        layers.push(Layer { name: format!("{} other inputs", others.len()), shares });
    }
    layers
}
