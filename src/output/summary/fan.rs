//! Bands as lines of characters.

use super::bands::label;
use crate::output::chart::{BandLevels, band_levels};
use crate::output::layout::{Align, GAP, Grid, INDENT, write_paragraph};
use crate::results::{Band, BaselineRow};
use std::io::{self, Write};

/// Narrowest and widest fan that is worth drawing.
pub(super) const WIDTH: std::ops::RangeInclusive<usize> = 14..=44;
/// Widest fan of a grid that has nothing else to show.
const ALONE: usize = 60;

/// What is drawn of one row: bands, each inside the one before it, the median, and what they are seen against.
#[derive(Clone, Debug, PartialEq)]
struct Fan {
    /// Low and high ends, the widest band first.
    bands: Vec<(f64, f64)>,
    /// The median, or the level nearest to it.
    middle: f64,
    /// A value, its character, and the one where the median stands there too.
    mark: Option<(f64, char, char)>,
}

/// The median.
const MIDDLE: char = '┃';
/// The published value.
const PUBLISHED: char = '◆';
/// Both, where they share a character.
const BOTH: char = '◈';
/// No difference.
const ZERO: char = '│';
/// The median of a difference there.
const MIDDLE_AT_ZERO: char = '╋';

/// What bands are seen against.
#[derive(Clone, Copy, Debug)]
pub(super) enum Against<'a> {
    /// A published path, which may be empty.
    Published(&'a [BaselineRow]),
    /// No difference.
    Zero,
}

impl Against<'_> {
    fn value(self, band: &Band) -> Option<f64> {
        match self {
            Against::Published(baseline) => {
                baseline.iter().find(|row| row.when.step == band.subject.when.step).map(|row| row.value)
            }
            Against::Zero => Some(0.0),
        }
    }

    /// Its character, that of it and the median together, and its name.
    fn sign(self) -> (char, char, &'static str) {
        match self {
            Against::Published(_) => (PUBLISHED, BOTH, "published"),
            Against::Zero => (ZERO, MIDDLE_AT_ZERO, "no difference"),
        }
    }
}

/// What the fans of all rows share.
pub(super) struct Fans<'a> {
    scale: (f64, f64),
    levels: BandLevels,
    percentiles: &'a [f64],
    against: Against<'a>,
}

impl<'a> Fans<'a> {
    pub(super) fn new(percentiles: &'a [f64], against: Against<'a>, rows: &[&Band]) -> Option<Self> {
        let levels = band_levels(percentiles)?;
        let (low, high) = levels.pairs.first().copied().unwrap_or((levels.middle, levels.middle));
        let values = |level: usize| rows.iter().filter_map(move |band| band.quantile(level));
        let marks = || rows.iter().filter_map(|band| against.value(band));
        let lowest = values(low).chain(marks()).fold(f64::INFINITY, f64::min);
        let highest = values(high).chain(marks()).fold(f64::NEG_INFINITY, f64::max);
        Some(Fans { scale: (lowest, highest), levels, percentiles, against })
    }

    pub(super) fn label(&self) -> String {
        self.levels.pairs.first().map_or_else(|| label(self.percentiles[self.levels.middle]), |pair| self.range(*pair))
    }

    fn range(&self, (low, high): (usize, usize)) -> String {
        format!("{} to {}", label(self.percentiles[low]), label(self.percentiles[high]))
    }

    /// Empty where a level has no value.
    pub(super) fn draw(&self, band: &Band, width: usize) -> String {
        let pair = |&(low, high): &(usize, usize)| Some((band.quantile(low)?, band.quantile(high)?));
        let bands: Option<Vec<(f64, f64)>> = self.levels.pairs.iter().map(pair).collect();
        bands.zip(band.quantile(self.levels.middle)).map_or_else(String::new, |(bands, middle)| {
            let (alone, both, _) = self.against.sign();
            let mark = self.against.value(band).map(|value| (value, alone, both));
            draw(&Fan { bands, middle, mark }, self.scale, width)
        })
    }

    /// Whether there is anything to see: not where all rows are one value.
    fn is_wide(&self) -> bool {
        self.scale.0 < self.scale.1
    }

    /// What the characters mean, those of `lines`.
    pub(super) fn key(&self, lines: &str) -> String {
        let bands = self.levels.pairs.iter().enumerate();
        let bands = bands.map(|(index, pair)| (shade(index, self.levels.pairs.len()), self.range(*pair)));
        let middle = label(self.percentiles[self.levels.middle]);
        let (alone, both, name) = self.against.sign();
        let marks = [(MIDDLE, middle.clone()), (alone, name.to_owned()), (both, format!("{middle} and {name}"))];
        let used = bands.chain(marks).filter(|(character, _)| lines.contains(*character));
        used.map(|(character, name)| format!("{character} {name}")).collect::<Vec<_>>().join(", ")
    }
}

/// Writes differences as a fan by period; nothing where there is too little room or no difference at all.
pub(in crate::output) fn write_difference_fan(
    out: &mut dyn Write,
    percentiles: &[f64],
    rows: &[&Band],
    width: usize,
) -> io::Result<()> {
    let periods = rows.iter().map(|band| band.subject.when.period.chars().count()).fold("period".len(), usize::max);
    let room = width.saturating_sub(INDENT + periods + GAP).min(ALONE);
    let fans = Fans::new(percentiles, Against::Zero, rows).filter(|fans| room >= *WIDTH.start() && fans.is_wide());
    let Some(fans) = fans else { return Ok(()) };
    let mut grid = Grid::new(&[("period".to_owned(), Align::Left), (format!("b - a, {}", fans.label()), Align::Left)]);
    let mut drawn = String::new();
    for band in rows {
        let line = fans.draw(band, room);
        drawn.push_str(&line);
        grid.row([band.subject.when.period.clone(), line]);
    }
    writeln!(out)?;
    grid.write(out, width)?;
    write_paragraph(out, &fans.key(&drawn), width, INDENT)
}

/// The character of a band; the innermost is the darkest.
fn shade(index: usize, count: usize) -> char {
    match (index, count) {
        (0, _) => '░',
        (1, 3) => '▒',
        _ => '▓',
    }
}

/// Draws a row on a scale that all rows share, in `width` characters at most.
fn draw(fan: &Fan, scale: (f64, f64), width: usize) -> String {
    let mut line = vec![' '; width];
    for (index, &(low, high)) in fan.bands.iter().enumerate() {
        let first = position(low, scale, width);
        let last = position(high, scale, width).max(first);
        line[first..=last].fill(shade(index, fan.bands.len()));
    }
    let middle = position(fan.middle, scale, width);
    line[middle] = MIDDLE;
    if let Some((value, alone, both)) = fan.mark {
        let at = position(value, scale, width);
        line[at] = if at == middle { both } else { alone };
    }
    line.into_iter().collect::<String>().trim_end().to_owned()
}

fn position(value: f64, (low, high): (f64, f64), width: usize) -> usize {
    let share = if high > low { (value - low) / (high - low) } else { 0.5 };
    // A cast from a float saturates, and takes NaN (infinite ends of the scale) to 0.
    ((share * width as f64) as usize).min(width - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example::{constant, exactly};

    fn published(value: f64) -> Option<(f64, char, char)> {
        Some((value, PUBLISHED, BOTH))
    }

    #[test]
    fn levels_stand_where_they_belong_on_the_scale() {
        let fan = Fan { bands: vec![(0.0, 10.0), (2.0, 7.5), (4.0, 6.5)], middle: 5.0, mark: None };
        assert_eq!(draw(&fan, (0.0, 10.0), 10), "░░▒▒▓┃▓▒░░");
        assert_eq!(draw(&Fan { mark: published(8.2), ..fan.clone() }, (0.0, 10.0), 10), "░░▒▒▓┃▓▒◆░");
        assert_eq!(draw(&Fan { mark: published(5.9), ..fan.clone() }, (0.0, 10.0), 10), "░░▒▒▓◈▓▒░░");
        assert_eq!(draw(&Fan { bands: vec![(0.0, 10.0)], ..fan }, (0.0, 20.0), 10), "░░┃░░░");
    }

    #[test]
    fn a_constant_is_a_mark_and_no_scale_is_no_panic() {
        let fan = Fan { bands: vec![(3.0, 3.0)], middle: 3.0, mark: None };
        assert_eq!(draw(&fan, (3.0, 3.0), 5), "  ┃");
        assert_eq!(draw(&fan, (f64::NEG_INFINITY, f64::INFINITY), 5), "┃");
    }

    #[test]
    fn levels_outside_the_scale_stay_inside_the_line() {
        let fan = Fan { bands: vec![(-5.0, 50.0)], middle: 50.0, mark: published(-9.0) };
        assert_eq!(draw(&fan, (0.0, 10.0), 4), "◆░░┃");
    }

    #[test]
    fn differences_are_seen_against_zero() {
        let band = |step: usize, quantiles: [f64; 3]| Band {
            quantiles: quantiles.map(exactly).to_vec(),
            ..constant("market", None, step, 0.0, 3)
        };
        let bands = [band(0, [0.0; 3]), band(1, [-10.0, -5.0, 10.0]), band(2, [-8.0, 0.5, 2.0])];
        let rows: Vec<&Band> = bands.iter().collect();
        let mut out = Vec::new();
        write_difference_fan(&mut out, &[5.0, 50.0, 95.0], &rows, 30).expect("writing to memory cannot fail");
        let text = String::from_utf8(out).expect("UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        // 20 characters from -10 to 10.
        assert_eq!(
            lines[3..6],
            ["  2025              ╋", "  2026    ░░░░░┃░░░░│░░░░░░░░░", "  2027      ░░░░░░░░╋░░",]
        );
        assert_eq!(lines[6..], ["  ░ P5 to P95, ┃ P50, │ no", "  difference, ╋ P50 and no", "  difference"]);
        let mut out = Vec::new();
        write_difference_fan(&mut out, &[5.0, 50.0, 95.0], &rows[..1], 80).expect("writing to memory cannot fail");
        assert!(out.is_empty(), "no difference at all");
    }
}
