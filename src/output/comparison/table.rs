//! The column contract of comparisons: every table and its columns.

use crate::model::Subject;
use crate::output::table::{
    Cell, Column, Kind, Layout, add_when, band_cells, band_columns, column, count, counts, estimate, number,
    share_cells, text, when_cells, word,
};
use crate::results::Band;
use crate::results::comparison::{Comparison, DominanceRow, PairedRow, PartingRow, WhyRow};

/// A table of comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ComparisonTable {
    /// Distributions of differences and ratios, and how far each statistic moves.
    Comparison,
    /// Which of the two is larger, and what pairing is worth.
    Paired,
    /// When medians part.
    Partings,
    /// Stochastic dominance.
    Dominance,
    /// Targets side by side.
    Targets,
    /// Ceilings side by side.
    Constraints,
    /// What the move is made of.
    Why,
    /// What the reader should know.
    Warnings,
}

impl ComparisonTable {
    /// All tables.
    pub const ALL: [ComparisonTable; 8] = [
        ComparisonTable::Comparison,
        ComparisonTable::Paired,
        ComparisonTable::Partings,
        ComparisonTable::Dominance,
        ComparisonTable::Targets,
        ComparisonTable::Constraints,
        ComparisonTable::Why,
        ComparisonTable::Warnings,
    ];

    /// The table of this name.
    pub fn named(name: &str) -> Option<ComparisonTable> {
        ComparisonTable::ALL.into_iter().find(|table| table.name() == name)
    }

    /// Its name: the stem of its file and its key in JSON. None is the name of a table of a run.
    pub fn name(self) -> &'static str {
        match self {
            ComparisonTable::Comparison => "comparison",
            ComparisonTable::Paired => "paired",
            ComparisonTable::Partings => "partings",
            ComparisonTable::Dominance => "dominance",
            ComparisonTable::Targets => "target_comparison",
            ComparisonTable::Constraints => "constraint_comparison",
            ComparisonTable::Why => "why",
            ComparisonTable::Warnings => "comparison_warnings",
        }
    }

    /// Its columns.
    pub fn columns(self, layout: &Layout) -> Vec<Column> {
        use Kind::{Integer, Number, Text};
        let mut columns = ["a", "b"].map(|name| column(name, Text)).to_vec();
        let mut add = |names: &[&'static str], kind| columns.extend(names.iter().map(|name| column(*name, kind)));
        match self {
            ComparisonTable::Comparison => {
                add(&["output", "dimension", "segment", "unit", "measure"], Text);
                add_when(&mut add);
                columns.extend(band_columns(layout));
            }
            ComparisonTable::Paired => {
                add(&["output", "dimension", "segment"], Text);
                add_when(&mut add);
                add(&["p_below", "p_below_se", "p_below_low", "p_below_high", "p_above", "p_above_se"], Number);
                add(&["variance_reduction"], Number);
                add(&["n", "excluded"], Integer);
            }
            ComparisonTable::Partings => {
                add(&["output", "dimension", "segment", "unit"], Text);
                add_when(&mut add);
                add(&["shift", "se"], Number);
            }
            ComparisonTable::Dominance => {
                add(&["output", "unit"], Text);
                add_when(&mut add);
                add(&["order"], Integer);
                add(&["verdict"], Text);
                add(&["max_gap", "max_gap_se", "max_gap_at", "min_gap", "min_gap_se", "min_gap_at"], Number);
                add(&["thresholds"], Integer);
            }
            ComparisonTable::Targets => {
                add(&["target"], Text);
                add(&["probability_a", "probability_b", "difference", "se", "only_a", "only_b"], Number);
                add(&["n", "excluded"], Integer);
            }
            ComparisonTable::Constraints => {
                add(&["constraint"], Text);
                add_when(&mut add);
                add(&["p_binding_a", "p_binding_b", "difference", "se"], Number);
                add(&["n", "excluded"], Integer);
            }
            ComparisonTable::Why => {
                add(&["of", "unit"], Text);
                add_when(&mut add);
                add(&["statistic", "input"], Text);
                add(&["effect", "se", "sampling_se", "first", "last"], Number);
            }
            ComparisonTable::Warnings => add(&["code", "pointer", "text"], Text),
        }
        columns
    }

    /// The rows of one comparison, each as long as the columns of `layout`.
    pub fn rows<'a>(
        self,
        comparison: &'a Comparison,
        layout: &'a Layout,
    ) -> Box<dyn Iterator<Item = Vec<Cell<'a>>> + 'a> {
        let with_names = move |cells: Vec<Cell<'a>>| {
            let mut row = vec![word(&comparison.a), word(&comparison.b)];
            row.extend(cells);
            row
        };
        match self {
            ComparisonTable::Comparison => Box::new(
                comparison
                    .bands
                    .iter()
                    .map(|row| {
                        let Band { subject, unit, .. } = &row.band;
                        let mut cells = vec![word(&subject.output)];
                        cells.extend([&subject.dimension, &subject.segment, unit].map(|name| text(name.as_deref())));
                        cells.push(word(row.measure.name()));
                        cells.extend(when_cells(&subject.when));
                        cells.extend(band_cells(&row.band, layout));
                        cells
                    })
                    .map(with_names),
            ),
            ComparisonTable::Paired => Box::new(comparison.paired.iter().map(paired_row).map(with_names)),
            ComparisonTable::Partings => Box::new(comparison.partings.iter().map(parting_row).map(with_names)),
            ComparisonTable::Dominance => Box::new(comparison.dominance.iter().map(dominance_row).map(with_names)),
            ComparisonTable::Targets => Box::new(
                comparison
                    .targets
                    .iter()
                    .map(|row| {
                        let mut cells = vec![word(&row.target)];
                        cells.extend([row.a, row.b].map(|share| number(share.probability())));
                        cells.extend(estimate(row.difference));
                        cells.extend([row.only_a, row.only_b].map(|share| number(share.probability())));
                        cells.extend(counts(&row.only_a));
                        cells
                    })
                    .map(with_names),
            ),
            ComparisonTable::Constraints => Box::new(
                comparison
                    .constraints
                    .iter()
                    .map(|row| {
                        let mut cells = vec![word(&row.constraint)];
                        cells.extend(when_cells(&row.when));
                        cells.extend([row.a, row.b].map(|share| number(share.probability())));
                        cells.extend(estimate(row.difference));
                        cells.extend(counts(&row.only_a));
                        cells
                    })
                    .map(with_names),
            ),
            ComparisonTable::Why => Box::new(comparison.why.iter().map(why_row).map(with_names)),
            ComparisonTable::Warnings => Box::new(
                comparison
                    .warnings
                    .iter()
                    .map(|row| vec![word(row.code), word(&row.pointer), word(&row.text)])
                    .map(with_names),
            ),
        }
    }
}

fn paired_row(row: &PairedRow) -> Vec<Cell<'_>> {
    let mut cells = series_cells(&row.subject);
    cells.extend(when_cells(&row.subject.when));
    cells.extend(share_cells(&row.below));
    cells.extend(estimate(row.above.estimate()));
    cells.push(number(row.variance_reduction));
    cells.extend(counts(&row.below));
    cells
}

fn parting_row(row: &PartingRow) -> Vec<Cell<'_>> {
    let mut cells = series_cells(&row.subject);
    cells.push(text(row.unit.as_deref()));
    match row.parted {
        true => cells.extend(when_cells(&row.subject.when)),
        false => cells.extend([Cell::Absent, Cell::Absent, Cell::Absent]),
    }
    cells.extend(estimate(row.shift));
    cells
}

fn dominance_row(row: &DominanceRow) -> Vec<Cell<'_>> {
    let mut cells = vec![word(&row.subject.output), text(row.unit.as_deref())];
    cells.extend(when_cells(&row.subject.when));
    cells.extend([Cell::Integer(row.order.into()), word(row.verdict.name())]);
    for gap in [row.max_gap, row.min_gap] {
        cells.extend(estimate(gap.map(|gap| gap.size)));
        cells.push(number(gap.map(|gap| gap.at)));
    }
    cells.push(count(row.thresholds));
    cells
}

fn why_row(row: &WhyRow) -> Vec<Cell<'_>> {
    let mut cells = vec![word(&row.of), text(row.unit.as_deref())];
    cells.extend(when_cells(&row.when));
    cells.extend([Cell::Text(row.statistic.to_string().into()), text(row.input.as_deref())]);
    cells.extend(estimate(row.effect));
    cells.extend([row.sampling_se, row.first, row.last].map(number));
    cells
}

/// Output, dimension and segment.
fn series_cells(subject: &Subject) -> Vec<Cell<'_>> {
    vec![word(&subject.output), text(subject.dimension.as_deref()), text(subject.segment.as_deref())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Table;

    #[test]
    fn names_are_unique_over_all_tables() {
        for table in ComparisonTable::ALL {
            assert_eq!(ComparisonTable::named(table.name()), Some(table));
            assert_eq!(Table::named(table.name()), None);
        }
    }
}
