//! Many scenarios against one: a line each.

use super::Pair;
use crate::output::content::folders::by_folder;
use crate::output::content::run;
use crate::output::document::{Alignment, Block, Cell, Detail, Rows, Sentence, Table};
use crate::output::quantity::{band_format, error_format, largest, with_unit};
use crate::output::words::{capital, in_period, quantile_name, quantity};
use crate::results::Band;
use crate::results::comparison::Measure;

/// Several comparisons with one scenario, each with its main output in the last step.
pub(in crate::output::content) struct Overview<'a> {
    /// What all are compared with.
    against: &'a str,
    lines: Vec<Line<'a>>,
}

struct Line<'a> {
    pair: Pair<'a>,
    /// How far the statistics move.
    shift: &'a Band,
    /// The difference path by path.
    difference: &'a Band,
}

impl<'a> Overview<'a> {
    /// None unless there are several, each of which has an output in common with what it is compared with.
    pub(super) fn of(pairs: Vec<Pair<'a>>) -> Option<Overview<'a>> {
        let against = pairs.first()?.comparison.a.as_str();
        let line = |pair: Pair<'a>| {
            let main = pair.main()?;
            let last = |measure: Measure| pair.rows(measure, main).next_back();
            Some(Line { shift: last(Measure::Shift)?, difference: last(Measure::Difference)?, pair })
        };
        let count = pairs.len();
        let lines: Vec<Line<'a>> = pairs.into_iter().filter_map(line).collect();
        (count > 1 && lines.len() == count).then_some(Overview { against, lines })
    }

    /// How many scenarios, what they are compared with, and in what where that is the same.
    pub(in crate::output::content) fn title(&self) -> String {
        let subject = match self.shared() {
            Some(line) => {
                let Line { pair, shift, .. } = line;
                let name = pair.quantity(&shift.subject.output);
                format!(": {}{}", with_unit(name, shift.unit.as_deref()), in_period(&shift.subject.when))
            }
            None => String::new(),
        };
        format!("{} scenarios against {}{subject}", self.lines.len(), self.against)
    }

    /// The statistic of what all are compared with.
    pub(in crate::output::content) fn lead(&self) -> Option<Sentence> {
        let Line { pair, shift, .. } = self.shared()?;
        let value = pair.sides(shift)[0]?;
        let statistic = quantile_name(*pair.a.percentiles.get(pair.middle())?);
        let (name, when) = (quantity(&shift.subject.output, &pair.a.titles), in_period(&shift.subject.when));
        let unit = shift.unit.as_ref().map_or_else(String::new, |unit| format!(" {unit}"));
        let value = pair.format(shift).format(value);
        Some(Sentence::always(capital(&format!("{statistic} of {name}{when} is {value}{unit} in {}.", self.against))))
    }

    /// A line a scenario: its median, the move with its error, on how many paths it is the lower one, the targets;
    /// of many from several folders folder by folder.
    pub(in crate::output::content) fn tables(&self) -> Vec<Block<'a>> {
        let median = |line: &Line<'_>| line.pair.sides(line.shift)[1];
        let shift = |line: &Line<'_>| line.shift.quantile(line.pair.middle());
        let error = |line: &Line<'_>| line.shift.quantile_se(line.pair.middle());
        let furthest = largest(self.lines.iter().map(median));
        let format = |line: &Line<'_>| match self.shared() {
            Some(first) => band_format(first.shift, furthest),
            None => band_format(line.shift, median(line)),
        };
        let errors = error_format(self.lines[0].shift, self.lines.iter().map(error));
        let mut table = Table::of(&self.lines, Rows::All, "comparison").text("scenario", |line| run::name(line.pair.b));
        if self.shared().is_none() {
            table = table.text("output", |line| line.pair.quantity(&line.shift.subject.output)).column(
                Detail::if_room(0),
                Alignment::Number,
                "in",
                |line| &*line.shift.subject.when.period,
            );
        }
        let label = self.lines[0].pair.middle_label();
        table = table
            .number(label, |line| Cell::number(median(line), format(line)))
            .number("move", |line| Cell::number(shift(line), format(line)))
            .column(Detail::if_room(1), Alignment::Number, "se", |line| Cell::number(error(line), errors))
            .column(Detail::if_room(0), Alignment::Number, "paths below", |line| {
                line.pair.paired(line.difference)?.below.probability().map(Cell::Share)
            });
        for (index, target) in self.targets().into_iter().enumerate() {
            let name = format!("{}, points", self.lines[0].pair.target(target).replace('_', " "));
            table = table.column(Detail::if_room(index + 2), Alignment::Number, name, |line| {
                let row = line.pair.comparison.targets.iter().find(|row| row.target == target)?;
                Some(Cell::Points(row.difference?.value))
            });
        }
        table.table.breaks_names = true;
        by_folder(table.table, &self.lines.iter().map(|line| line.pair.b).collect::<Vec<_>>())
    }

    /// The first line, where all are about the same output in the same period.
    fn shared(&self) -> Option<&Line<'a>> {
        let first = &self.lines[0];
        let is_same =
            |line: &Line<'_>| line.shift.subject == first.shift.subject && line.shift.unit == first.shift.unit;
        self.lines.iter().all(is_same).then_some(first)
    }

    /// The names of all targets, in the order in which they first appear.
    fn targets(&self) -> Vec<&'a str> {
        let mut names: Vec<&str> = Vec::new();
        for row in self.lines.iter().flat_map(|line| &line.pair.comparison.targets) {
            if !names.contains(&row.target.as_str()) {
                names.push(&row.target);
            }
        }
        names
    }
}
