//! Calendar dates, as far as results need them: the first day of a month.

use std::fmt;

/// The first day of a month, in the years 1 to 9999 of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u8,
}

impl Date {
    /// The first day of a month, 1 to 12; none outside the years that ISO 8601 writes with four digits.
    pub fn first_of(year: i32, month: u8) -> Option<Date> {
        ((1..=9999).contains(&year) && (1..=12).contains(&month)).then_some(Date { year, month })
    }

    /// Days since 1970-01-01, as Parquet counts them.
    pub fn days_since_1970(self) -> i32 {
        // Years that begin in March end with the day that leap years add, so that months are counted without asking for it.
        let (year, month) = match self.month {
            1 | 2 => (self.year - 1, i32::from(self.month) + 9),
            month => (self.year, i32::from(month) - 3),
        };
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let before_month = (153 * month + 2) / 5;
        // 719468 days lie between the first of March of the year 0 and 1970-01-01.
        365 * year + leap_days + before_month - 719_468
    }
}

/// ISO 8601: `2026-04-01`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-01", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(year: i32, month: u8) -> i32 {
        Date::first_of(year, month).expect("a date").days_since_1970()
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!((days(1970, 1), days(1970, 2), days(1971, 1)), (0, 31, 365));
        assert_eq!((days(2000, 3) - days(2000, 2), days(1900, 3) - days(1900, 2)), (29, 28));
        // `date -u -d 2026-04-01 +%s` divided by 86400, and the first day that ISO 8601 writes with four digits.
        assert_eq!((days(2026, 4), days(1, 1)), (20544, -719_162));
        let length =
            |month: u8| if month == 12 { days(2026, 1) + 365 } else { days(2026, month + 1) } - days(2026, month);
        assert_eq!((1..=12).map(length).collect::<Vec<_>>(), [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
    }

    #[test]
    fn dates_are_written_with_four_digits_of_the_year() {
        assert_eq!(Date::first_of(2026, 4).map(|date| date.to_string()).as_deref(), Some("2026-04-01"));
        assert_eq!(Date::first_of(987, 12).map(|date| date.to_string()).as_deref(), Some("0987-12-01"));
        assert_eq!((Date::first_of(10_000, 1), Date::first_of(0, 1), Date::first_of(2026, 13)), (None, None, None));
    }
}
