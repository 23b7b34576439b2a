//! A scenario against another: the move in sentences, the difference over time, the paired numbers, the reasons.

mod answer;
mod apportion;
mod difference;
mod outputs;
mod overview;
mod why;

use super::{run, warnings};
use crate::model::{Subject, SubjectName};
use crate::output::chart::band_levels;
use crate::output::document::{Block, Part};
use crate::output::number::NumberFormat;
use crate::output::quantity::{band_format, largest};
use crate::results::comparison::{Comparison, Measure, PairedRow, PartingRow, Verdict};
use crate::results::{Band, Results};
use crate::stats::percentile_label;

pub(super) use overview::Overview;

/// A line a comparison; none where there are not several.
pub(super) fn overview<'a>(comparisons: &[&'a Comparison], runs: &'a [Results]) -> Option<Overview<'a>> {
    let pairs: Option<Vec<Pair<'a>>> = comparisons.iter().map(|comparison| Pair::of(comparison, runs)).collect();
    Overview::of(pairs?)
}

/// All that is told of a comparison, which stands at `index` among others; nothing without the runs of both sides.
pub(super) fn part<'a>(comparison: &'a Comparison, runs: &'a [Results], index: usize) -> Option<Part<'a>> {
    let pair = Pair::of(comparison, runs)?;
    let sections = [
        difference::section(&pair),
        outputs::targets(&pair),
        outputs::ceilings(&pair),
        outputs::others(&pair),
        outputs::dominance(&pair),
    ];
    let mut blocks: Vec<Block<'a>> = sections.into_iter().flatten().collect();
    blocks.extend(why::sections(&pair));
    blocks.extend(warnings(&comparison.warnings));
    let settings = &pair.a.run;
    Some(Part {
        id: format!("c{index}"),
        name: format!("{} against {}", comparison.b, comparison.a),
        line: Some(format!(
            "{}, seed {}, the same random numbers; a is {}, b is {}",
            run::paths_drawn(settings),
            settings.seed,
            run::name(pair.a),
            run::name(pair.b)
        )),
        lead: answer::sentences(&pair),
        blocks,
        ..Part::default()
    })
}

/// What the line of a comparison among others takes, in memory for thousands: of the comparison the last rows of what it is
/// about, and of the run of its other side the row of the same; where scenarios are drawn, an outline with all rows of it.
pub(super) fn outline(
    comparison: Comparison,
    base: &Results,
    other: Results,
    are_drawn: bool,
) -> (Comparison, Results) {
    let pair = Pair { comparison: &comparison, a: base, b: &other };
    let last = pair.main().and_then(|main| pair.rows(Measure::Difference, main).next_back());
    let subject = last.map(|band| band.subject.clone());
    let series = subject.as_ref().map(|subject| SubjectName { name: subject.name(), period: None });
    let other = match are_drawn {
        true => other.into_outline_with(series.as_slice()),
        false => other.into_line_with(subject.as_ref()),
    };
    (comparison.into_outline(subject.as_ref(), &[Measure::Difference, Measure::Shift]), other)
}

/// A comparison and the runs of both sides.
#[derive(Clone, Copy, Debug)]
struct Pair<'a> {
    comparison: &'a Comparison,
    a: &'a Results,
    b: &'a Results,
}

impl<'a> Pair<'a> {
    fn of(comparison: &'a Comparison, runs: &'a [Results]) -> Option<Self> {
        let run_of = |name: &str| runs.iter().find(|run| run.scenario == name);
        Some(Pair { comparison, a: run_of(&comparison.a)?, b: run_of(&comparison.b)? })
    }

    /// What the comparison is about: the main output of a, or else that of b, or else the first output of both.
    fn main(&self) -> Option<&'a str> {
        let whole: Vec<&Band> = self.bands(Measure::Difference).filter(|band| band.subject.is_whole()).collect();
        let mut main = [self.a, self.b].into_iter().filter_map(|run| Some(&run.end()?.subject.output));
        let shared = main.find(|main| whole.iter().any(|band| band.subject.output == **main));
        shared.or_else(|| Some(&whole.first()?.subject.output)).map(String::as_str)
    }

    fn bands(&self, measure: Measure) -> impl DoubleEndedIterator<Item = &'a Band> + use<'a> {
        self.comparison.bands.iter().filter(move |row| row.measure == measure).map(|row| &row.band)
    }

    /// The rows of an output that is no segment, by step.
    fn rows(&self, measure: Measure, output: &'a str) -> impl DoubleEndedIterator<Item = &'a Band> + use<'a> {
        self.bands(measure).filter(move |band| band.subject.is_whole() && band.subject.output == output)
    }

    /// What an output, a ceiling or a variable is called, on whichever side it has a title.
    fn quantity<'n>(&self, name: &'n str) -> &'n str
    where
        'a: 'n,
    {
        [self.b, self.a].map(|run| run.titles.quantity(name)).into_iter().find(|title| *title != name).unwrap_or(name)
    }

    /// What a target is called.
    fn target<'n>(&self, name: &'n str) -> &'n str
    where
        'a: 'n,
    {
        [self.b, self.a].map(|run| run.titles.target(name)).into_iter().find(|title| *title != name).unwrap_or(name)
    }

    /// What an output or a part of it is called.
    fn subject(&self, subject: &Subject) -> String {
        let name = subject.name();
        [self.b, self.a].map(|run| run.titles.subject(subject)).into_iter().find(|title| *title != name).unwrap_or(name)
    }

    /// The level nearest to the median.
    fn middle(&self) -> usize {
        band_levels(&self.a.percentiles).map_or(0, |levels| levels.middle)
    }

    /// The name of that level.
    fn middle_label(&self) -> String {
        self.a.percentiles.get(self.middle()).map_or_else(String::new, |level| percentile_label(*level))
    }

    /// The median, or the level nearest to it, of the same subject on both sides.
    fn sides(&self, band: &Band) -> [Option<f64>; 2] {
        [self.a, self.b].map(|run| run.bands.iter().find(|row| row.subject == band.subject)?.quantile(self.middle()))
    }

    /// The format of values of both sides, and of what they differ by.
    fn format(&self, band: &Band) -> NumberFormat {
        band_format(band, largest(self.sides(band)))
    }

    fn paired(&self, band: &Band) -> Option<&'a PairedRow> {
        self.comparison.paired.iter().find(|row| row.subject == band.subject)
    }

    fn parting(&self, band: &Band) -> Option<&'a PartingRow> {
        self.comparison.partings.iter().find(|row| row.subject.is_same_series(&band.subject))
    }

    fn verdict(&self, output: &str, order: u8) -> Option<Verdict> {
        let rows = &self.comparison.dominance;
        rows.iter().find(|row| row.subject.output == output && row.order == order).map(|row| row.verdict)
    }
}

/// How many times the paths independent runs would need.
fn times(reduction: f64) -> String {
    NumberFormat::error([reduction]).format(reduction)
}
