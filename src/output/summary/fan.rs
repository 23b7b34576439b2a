//! A band as a line of characters.

/// What is drawn of one row: a thin line, a thick line inside it, and a mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fan {
    /// Lowest and highest level.
    pub(super) outer: (f64, f64),
    /// Levels around the median, if any.
    pub(super) inner: Option<(f64, f64)>,
    /// The median, or the level nearest to it.
    pub(super) middle: f64,
}

/// Draws a row on a scale that all rows share, in `width` characters at most.
pub(super) fn draw(fan: &Fan, scale: (f64, f64), width: usize) -> String {
    let mut line = vec![' '; width];
    let mut fill = |(low, high): (f64, f64), mark: char| {
        let first = position(low, scale, width);
        let last = position(high, scale, width).max(first);
        line[first..=last].fill(mark);
    };
    fill(fan.outer, '─');
    if let Some(inner) = fan.inner {
        fill(inner, '━');
    }
    fill((fan.middle, fan.middle), '┃');
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
        let fan = Fan { outer: (0.0, 10.0), inner: Some((4.0, 6.5)), middle: 5.0 };
        assert_eq!(draw(&fan, (0.0, 10.0), 10), "────━┃━───");
        assert_eq!(draw(&Fan { inner: None, ..fan }, (0.0, 20.0), 10), "──┃───");
    }

    #[test]
    fn a_constant_is_a_mark_and_no_scale_is_no_panic() {
        let fan = Fan { outer: (3.0, 3.0), inner: Some((3.0, 3.0)), middle: 3.0 };
        assert_eq!(draw(&fan, (3.0, 3.0), 5), "  ┃");
        assert_eq!(draw(&fan, (f64::NEG_INFINITY, f64::INFINITY), 5), "┃");
    }

    #[test]
    fn levels_outside_the_scale_stay_inside_the_line() {
        let fan = Fan { outer: (-5.0, 50.0), inner: None, middle: 50.0 };
        assert_eq!(draw(&fan, (0.0, 10.0), 4), "───┃");
    }
}
