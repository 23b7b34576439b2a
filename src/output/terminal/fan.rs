//! Bands as lines of characters.

use crate::output::chart::{Against, BandLevels, Fan, band_levels, range_name};
use crate::output::document::{Range, Table};
use crate::output::layout::{Align, GAP, Grid, INDENT, write_paragraph};
use crate::results::Band;
use crate::stats::percentile_label;
use std::io::{self, Write};

/// Widest fan beside a table.
const BESIDE: usize = 44;
/// Widest fan of a grid that has nothing else to show.
const ALONE: usize = 60;

/// The median.
const MIDDLE: char = '┃';

impl Against<'_> {
    fn value(&self, band: &Band) -> Option<f64> {
        match self {
            Against::Published(_) => self.published(band.subject.when.step),
            Against::Zero => Some(0.0),
        }
    }

    /// Its character, that of it and the median together, and its name.
    fn sign(&self) -> (char, char, &'static str) {
        match self {
            Against::Published(_) => ('◆', '◈', "published"),
            Against::Zero => ('│', '╋', "no difference"),
        }
    }
}

/// Fans of several rows on one scale.
pub(super) struct Fans<'a> {
    rows: Vec<&'a Band>,
    scale: (f64, f64),
    levels: BandLevels,
    percentiles: &'a [f64],
    against: Against<'a>,
}

impl<'a> Fans<'a> {
    /// Narrowest fan that is worth drawing.
    pub(super) const NARROWEST: usize = 14;

    /// The fans of the rows at these places; none where there is nothing to see, as where all of them are one value.
    pub(super) fn new(fan: &Fan<'a>, shown: &[usize]) -> Option<Self> {
        let rows: Vec<&Band> = shown.iter().map(|&place| fan.rows[place]).collect();
        let levels = band_levels(fan.percentiles)?;
        let (low, high) = levels.pairs.first().copied().unwrap_or((levels.middle, levels.middle));
        let values = |level: usize| rows.iter().filter_map(move |band| band.quantile(level));
        let marks = || rows.iter().filter_map(|band| fan.against.value(band));
        let lowest = values(low).chain(marks()).fold(f64::INFINITY, f64::min);
        let highest = values(high).chain(marks()).fold(f64::NEG_INFINITY, f64::max);
        let fans = Fans { scale: (lowest, highest), levels, percentiles: fan.percentiles, against: fan.against, rows };
        (lowest < highest).then_some(fans)
    }

    /// What the widest band is.
    pub(super) fn label(&self) -> String {
        let range = match self.levels.pairs.first() {
            Some(pair) => range_name(self.percentiles, *pair),
            None => percentile_label(self.percentiles[self.levels.middle]),
        };
        if self.against == Against::Zero { format!("b - a, {range}") } else { range }
    }

    /// A line a row, in the room beside a table; empty where a level has no value.
    pub(super) fn draw(&self, room: usize) -> Vec<String> {
        self.rows.iter().map(|band| self.line(band, room.min(BESIDE))).collect()
    }

    fn line(&self, band: &Band, width: usize) -> String {
        let pair = |&(low, high): &(usize, usize)| Some((band.quantile(low)?, band.quantile(high)?));
        let bands: Option<Vec<(f64, f64)>> = self.levels.pairs.iter().map(pair).collect();
        bands.zip(band.quantile(self.levels.middle)).map_or_else(String::new, |(bands, middle)| {
            let (alone, both, _) = self.against.sign();
            let mark = self.against.value(band).map(|value| (value, alone, both));
            draw(&bands, middle, mark, self.scale, width)
        })
    }

    /// What the characters mean, those of `lines`.
    pub(super) fn key(&self, lines: &[String]) -> String {
        let count = self.levels.pairs.len();
        let bands = self.levels.pairs.iter().enumerate();
        let bands = bands.map(|(index, pair)| (shade(index, count), range_name(self.percentiles, *pair)));
        let middle = percentile_label(self.percentiles[self.levels.middle]);
        let (alone, both, name) = self.against.sign();
        let marks = [(MIDDLE, middle.clone()), (alone, name.to_owned()), (both, format!("{middle} and {name}"))];
        let is_used = |(character, _): &(char, String)| lines.iter().any(|line| line.contains(*character));
        let used = bands.chain(marks).filter(is_used);
        used.map(|(character, name)| format!("{character} {name}")).collect::<Vec<_>>().join(", ")
    }

    /// Writes the fans by period in a grid of their own; nothing where there is too little room.
    pub(super) fn write_alone(&self, out: &mut dyn Write, width: usize) -> io::Result<()> {
        let period = |band: &&Band| band.subject.when.period.clone();
        let periods = self.rows.iter().map(|band| period(band).chars().count()).fold("period".len(), usize::max);
        let room = width.saturating_sub(INDENT + periods + GAP).min(ALONE);
        if room < Fans::NARROWEST {
            return Ok(());
        }
        let lines: Vec<String> = self.rows.iter().map(|band| self.line(band, room)).collect();
        let mut grid = Grid::new(&[("period".to_owned(), Align::Left), (self.label(), Align::Left)]);
        self.rows.iter().zip(&lines).for_each(|(band, line)| grid.row([period(band), line.clone()]));
        writeln!(out)?;
        grid.write(out, width)?;
        write_paragraph(out, &self.key(&lines), width, INDENT)
    }
}

/// Ranges of the rows at these places, on a scale of their own each or on a shared one; none where no row varies.
pub(super) fn ranges(table: &Table, shown: &[usize]) -> Option<(String, Vec<String>, String)> {
    let levels = band_levels(&table.range_levels)?;
    let rows: Vec<Option<&Range>> = shown.iter().map(|&place| table.ranges.get(place)?.as_ref()).collect();
    rows.iter().flatten().next()?;
    let ends = |range: &Range| range.bands.first().copied().unwrap_or((range.middle, range.middle));
    let all = rows.iter().flatten().map(|range| ends(range));
    let shared = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), it| (low.min(it.0), high.max(it.1)));
    let line = |range: &Option<&Range>| {
        let Some(range) = range else { return String::new() };
        let scale = if table.ranges_share_scale { shared } else { ends(range) };
        draw(&range.bands, range.middle, None, scale, Fans::NARROWEST)
    };
    let lines: Vec<String> = rows.iter().map(line).collect();
    let (&pair, count) = (levels.pairs.first()?, levels.pairs.len());
    let bands = levels.pairs.iter().enumerate();
    let bands = bands.map(|(index, pair)| (shade(index, count), range_name(&table.range_levels, *pair)));
    let marks = [(MIDDLE, percentile_label(table.range_levels[levels.middle]))];
    let key = bands.chain(marks).filter(|(character, _)| lines.iter().any(|line| line.contains(*character)));
    let key: Vec<String> = key.map(|(character, name)| format!("{character} {name}")).collect();
    let scale = if table.ranges_share_scale { "" } else { ", each row on its own scale" };
    Some((range_name(&table.range_levels, pair), lines, format!("{}{scale}", key.join(", "))))
}

/// The character of a band; the innermost is the darkest.
fn shade(index: usize, count: usize) -> char {
    match (index, count) {
        (0, _) => '░',
        (1, 3) => '▒',
        _ => '▓',
    }
}

/// Draws a row on a scale that all rows share, in `width` characters at most: bands, the widest first, the median, and a
/// value with its character and the one where the median stands there too.
fn draw(bands: &[(f64, f64)], median: f64, mark: Option<(f64, char, char)>, scale: (f64, f64), width: usize) -> String {
    let mut line = vec![' '; width];
    for (index, &(low, high)) in bands.iter().enumerate() {
        let first = position(low, scale, width);
        let last = position(high, scale, width).max(first);
        line[first..=last].fill(shade(index, bands.len()));
    }
    let middle = position(median, scale, width);
    line[middle] = MIDDLE;
    if let Some((value, alone, both)) = mark {
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

    const NESTED: [(f64, f64); 3] = [(0.0, 10.0), (2.0, 7.5), (4.0, 6.5)];

    fn published(value: f64) -> Option<(f64, char, char)> {
        Some((value, '◆', '◈'))
    }

    #[test]
    fn levels_stand_where_they_belong_on_the_scale() {
        let scale = (0.0, 10.0);
        assert_eq!(draw(&NESTED, 5.0, None, scale, 10), "░░▒▒▓┃▓▒░░");
        assert_eq!(draw(&NESTED, 5.0, published(8.2), scale, 10), "░░▒▒▓┃▓▒◆░");
        assert_eq!(draw(&NESTED, 5.0, published(5.9), scale, 10), "░░▒▒▓◈▓▒░░");
        assert_eq!(draw(&NESTED[..1], 5.0, None, (0.0, 20.0), 10), "░░┃░░░");
    }

    #[test]
    fn a_constant_is_a_mark_and_no_scale_is_no_panic() {
        assert_eq!(draw(&[(3.0, 3.0)], 3.0, None, (3.0, 3.0), 5), "  ┃");
        assert_eq!(draw(&[(3.0, 3.0)], 3.0, None, (f64::NEG_INFINITY, f64::INFINITY), 5), "┃");
    }

    #[test]
    fn levels_outside_the_scale_stay_inside_the_line() {
        assert_eq!(draw(&[(-5.0, 50.0)], 50.0, published(-9.0), (0.0, 10.0), 4), "◆░░┃");
    }

    #[test]
    fn differences_are_seen_against_zero() {
        let band = |step: usize, quantiles: [f64; 3]| Band {
            quantiles: quantiles.map(exactly).to_vec(),
            ..constant("market", None, step, 0.0, 3)
        };
        let bands = [band(0, [0.0; 3]), band(1, [-10.0, -5.0, 10.0]), band(2, [-8.0, 0.5, 2.0])];
        let fan = Fan {
            name: "market".into(),
            rows: bands.iter().collect(),
            percentiles: &[5.0, 50.0, 95.0],
            against: Against::Zero,
            references: Vec::new(),
        };
        let mut out = Vec::new();
        let fans = Fans::new(&fan, &[0, 1, 2]).expect("there is a difference");
        fans.write_alone(&mut out, 30).expect("writing to memory cannot fail");
        let text = String::from_utf8(out).expect("UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        // 20 characters from -10 to 10.
        assert_eq!(
            lines[3..6],
            ["  2025              ╋", "  2026    ░░░░░┃░░░░│░░░░░░░░░", "  2027      ░░░░░░░░╋░░",]
        );
        assert_eq!(lines[6..], ["  ░ P5 to P95, ┃ P50, │ no", "  difference, ╋ P50 and no", "  difference"]);
        assert!(Fans::new(&fan, &[0]).is_none(), "no difference at all");
    }
}
