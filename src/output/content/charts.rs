//! The pictures of a document as files of their own.

use super::asked::{self, ChartChoice};
use super::{Batch, Papers, comparison, discovery, drivers, run};
use crate::output::chart::{Chart, Picture, Size};
use crate::output::document::Block;
use crate::results::Results;
use crate::results::comparison::Comparison;

/// A chart, and what it is called among those of its document.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedChart {
    /// Short name, as in the name of a file: `fan`, `segments-region`.
    pub name: String,
    /// For a page or a slide.
    pub chart: Chart,
}

/// The charts of one scenario, those that it has something for, and those that were asked for.
pub fn charts_of_run(results: &Results, choice: &ChartChoice) -> Vec<NamedChart> {
    drawn(&run::part(results, &Papers::default(), choice, 0).blocks)
}

/// The charts of one scenario that were asked for, without those that every result has.
pub fn charts_asked_for(results: &Results, choice: &ChartChoice) -> Vec<NamedChart> {
    drawn(&asked::sections(results, choice))
}

/// The charts of what drives the outputs of one scenario.
pub fn charts_of_drivers(results: &Results) -> Vec<NamedChart> {
    drawn(&drivers::sections(results))
}

/// The charts of where an outcome of one scenario lives.
pub fn charts_of_discovery(results: &Results) -> Vec<NamedChart> {
    drawn(&discovery::part(results).blocks)
}

/// The charts that set scenarios side by side.
pub fn charts_of_several(runs: &[Results]) -> Vec<NamedChart> {
    drawn(&Batch::of(runs).overview())
}

/// The charts of a comparison, whose sides are among these runs.
pub fn charts_of_comparison(comparison: &Comparison, runs: &[Results]) -> Vec<NamedChart> {
    comparison::part(comparison, runs, 0).map_or_else(Vec::new, |part| drawn(&part.blocks))
}

pub(super) fn drawn(blocks: &[Block<'_>]) -> Vec<NamedChart> {
    let chart =
        |picture: &Picture<'_>| Some(NamedChart { name: picture.name.clone(), chart: picture.draw(Size::Wide)? });
    pictures(blocks).into_iter().filter_map(chart).collect()
}

/// All pictures in these blocks and in their sections.
pub(crate) fn pictures<'b, 'a>(blocks: &'b [Block<'a>]) -> Vec<&'b Picture<'a>> {
    let of_one = |block: &'b Block<'a>| match block {
        Block::Section(_, blocks) | Block::InFull(blocks) => pictures(blocks),
        Block::Figure(picture, _) => vec![picture],
        _ => Vec::new(),
    };
    blocks.iter().flat_map(of_one).collect()
}
