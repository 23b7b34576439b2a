//! Bands as a line of characters.

/// What is drawn of one row: bands, each inside the one before it, the median, and a published value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fan {
    /// Low and high ends, the widest band first.
    pub(super) bands: Vec<(f64, f64)>,
    /// The median, or the level nearest to it.
    pub(super) middle: f64,
    /// The published value, if there is one.
    pub(super) published: Option<f64>,
}

/// The median.
pub(super) const MIDDLE: char = '┃';
/// The published value.
pub(super) const PUBLISHED: char = '◆';
/// Both, where they share a character.
pub(super) const BOTH: char = '◈';

/// The character of a band; the innermost is the darkest.
pub(super) fn shade(index: usize, count: usize) -> char {
    match (index, count) {
        (0, _) => '░',
        (1, 3) => '▒',
        _ => '▓',
    }
}

/// Draws a row on a scale that all rows share, in `width` characters at most.
pub(super) fn draw(fan: &Fan, scale: (f64, f64), width: usize) -> String {
    let mut line = vec![' '; width];
    for (index, &(low, high)) in fan.bands.iter().enumerate() {
        let first = position(low, scale, width);
        let last = position(high, scale, width).max(first);
        line[first..=last].fill(shade(index, fan.bands.len()));
    }
    let middle = position(fan.middle, scale, width);
    line[middle] = MIDDLE;
    if let Some(published) = fan.published {
        let published = position(published, scale, width);
        line[published] = if published == middle { BOTH } else { PUBLISHED };
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

    #[test]
    fn levels_stand_where_they_belong_on_the_scale() {
        let fan = Fan { bands: vec![(0.0, 10.0), (2.0, 7.5), (4.0, 6.5)], middle: 5.0, published: None };
        assert_eq!(draw(&fan, (0.0, 10.0), 10), "░░▒▒▓┃▓▒░░");
        assert_eq!(draw(&Fan { published: Some(8.2), ..fan.clone() }, (0.0, 10.0), 10), "░░▒▒▓┃▓▒◆░");
        assert_eq!(draw(&Fan { published: Some(5.9), ..fan.clone() }, (0.0, 10.0), 10), "░░▒▒▓◈▓▒░░");
        assert_eq!(draw(&Fan { bands: vec![(0.0, 10.0)], ..fan }, (0.0, 20.0), 10), "░░┃░░░");
    }

    #[test]
    fn a_constant_is_a_mark_and_no_scale_is_no_panic() {
        let fan = Fan { bands: vec![(3.0, 3.0)], middle: 3.0, published: None };
        assert_eq!(draw(&fan, (3.0, 3.0), 5), "  ┃");
        assert_eq!(draw(&fan, (f64::NEG_INFINITY, f64::INFINITY), 5), "┃");
    }

    #[test]
    fn levels_outside_the_scale_stay_inside_the_line() {
        let fan = Fan { bands: vec![(-5.0, 50.0)], middle: 50.0, published: Some(-9.0) };
        assert_eq!(draw(&fan, (0.0, 10.0), 4), "◆░░┃");
    }
}
