//! Numbers for readers: sensible digits, one format a column.

pub use crate::diagnostic::grouped;

/// How the numbers of one column are written, so that they line up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberFormat {
    decimals: usize,
    style: Style,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Plain,
    Scientific,
    Percent,
}

/// Significant digits of the largest number of a column.
const DIGITS: i32 = 4;
/// Powers of ten between which a column is written out.
const PLAIN: std::ops::Range<i32> = -4..7;

impl NumberFormat {
    /// Four significant digits for the largest number, and two at least for the smallest where that costs at most two
    /// decimals more.
    pub fn plain(values: impl IntoIterator<Item = f64>) -> Self {
        Self::with_digits(values, DIGITS)
    }

    /// Two significant digits: all that an estimate's error deserves.
    pub fn error(values: impl IntoIterator<Item = f64>) -> Self {
        Self::with_digits(values, 2)
    }

    /// So many decimals, whatever the numbers are.
    pub(crate) fn fixed(decimals: usize) -> Self {
        NumberFormat { decimals, style: Style::Plain }
    }

    fn with_digits(values: impl IntoIterator<Item = f64>, digits: i32) -> Self {
        match exponents(values) {
            None => NumberFormat { decimals: 0, style: Style::Plain },
            Some((_, largest)) if !PLAIN.contains(&largest) => {
                NumberFormat { decimals: digits as usize - 1, style: Style::Scientific }
            }
            Some((smallest, largest)) => {
                let decimals = digits - 1 - largest;
                let decimals = decimals.max((1 - smallest).min(decimals + 2));
                NumberFormat { decimals: decimals.max(0) as usize, style: Style::Plain }
            }
        }
    }

    /// Shares and growth rates in percent: one decimal, more where all are small.
    pub fn percent(values: impl IntoIterator<Item = f64>) -> Self {
        let largest = exponents(values).map_or(0, |(_, largest)| largest + 2);
        NumberFormat { decimals: (1 - largest).clamp(1, 6) as usize, style: Style::Percent }
    }

    /// The code of the format in spreadsheets: `#,##0.00`, `0.000E+00`, `0.0%`.
    #[cfg(feature = "workbook")]
    pub(crate) fn spreadsheet_code(&self) -> String {
        let decimals = if self.decimals > 0 { format!(".{}", "0".repeat(self.decimals)) } else { String::new() };
        match self.style {
            Style::Plain => format!("#,##0{decimals}"),
            Style::Scientific => format!("0{decimals}E+00"),
            Style::Percent => format!("0{decimals}%"),
        }
    }

    /// Whether numbers are shown in percent.
    pub fn is_percent(&self) -> bool {
        self.style == Style::Percent
    }

    /// The text of a number.
    pub fn format(&self, value: f64) -> String {
        let decimals = self.decimals;
        let text = match self.style {
            Style::Plain => format!("{value:.decimals$}"),
            Style::Scientific => format!("{value:.decimals$e}"),
            Style::Percent => format!("{:.decimals$} %", value * 100.0),
        };
        // -0.0 and what rounds to it would show a sign that means nothing.
        match text.strip_prefix('-') {
            Some(rest) if !rest.contains(|character: char| matches!(character, '1'..='9')) => rest.to_owned(),
            _ => text,
        }
    }

    /// The text of a number, or a dash where there is none.
    pub fn format_or_dash(&self, value: Option<f64>) -> String {
        value.map_or_else(|| "-".to_owned(), |value| self.format(value))
    }
}

/// Powers of ten of the smallest and the largest finite number other than 0, as rounded to the digits shown.
fn exponents(values: impl IntoIterator<Item = f64>) -> Option<(i32, i32)> {
    let exponents = values.into_iter().filter(|value| value.is_finite() && *value != 0.0).map(exponent);
    exponents.fold(None, |range, next| match range {
        None => Some((next, next)),
        Some((smallest, largest)) => Some((next.min(smallest), next.max(largest))),
    })
}

/// Read off the text, which has rounded already: 9.9997 is 1.000e1.
fn exponent(value: f64) -> i32 {
    let text = format!("{value:.*e}", DIGITS as usize - 1);
    text.rsplit_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

/// A probability in percent, with digits enough that only 0 reads as 0 and only 1 as 100.
pub fn percent(probability: f64) -> String {
    let distance = probability.min(1.0 - probability) * 100.0;
    let decimals = if distance <= 0.0 { 1 } else { (-exponent(distance)).clamp(1, 12) as usize };
    format!("{:.decimals$} %", probability * 100.0)
}

/// A share of paths as columns have it: one decimal, and never rounded to certainty.
pub(crate) fn share(probability: f64) -> String {
    match probability {
        p if p > 0.0 && p < 0.0005 => "<0.1 %".into(),
        p if (0.9995..1.0).contains(&p) => ">99.9 %".into(),
        // An estimate may be below 0; what rounds to 0 has no sign.
        p if p <= 0.0 && p > -0.0005 => "0.0 %".into(),
        p => format!("{:.1} %", p * 100.0),
    }
}

/// A difference of shares in percentage points, with its sign unless it rounds to nothing.
pub(crate) fn points(difference: f64) -> String {
    let text = format!("{:+.2}", difference * 100.0);
    if text.ends_with("0.00") && text.len() == 5 { "0.00".into() } else { text }
}

/// A number as short as six digits say it: a difference of two levels, 90 and not 90.00000000000001.
pub(crate) fn short(value: f64) -> String {
    let rounded = format!("{value:.5e}").parse::<f64>().unwrap_or(value);
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(values: &[f64]) -> Vec<String> {
        let format = NumberFormat::plain(values.iter().copied());
        values.iter().map(|&value| format.format(value)).collect()
    }

    #[test]
    fn a_column_lines_up_with_four_digits_for_its_largest() {
        assert_eq!(plain(&[6.32, 68.0]), ["6.32", "68.00"]);
        assert_eq!(plain(&[0.0, 9.99996]), ["0.00", "10.00"]);
        assert_eq!(plain(&[123456.7, 1000.0]), ["123457", "1000"]);
        assert_eq!(plain(&[0.04, -12.5]), ["0.040", "-12.500"]);
        assert_eq!(plain(&[0.00123, -0.5]), ["0.0012", "-0.5000"]);
    }

    #[test]
    fn huge_and_tiny_columns_are_scientific() {
        assert_eq!(plain(&[1.5e12, 3.0]), ["1.500e12", "3.000e0"]);
        assert_eq!(plain(&[2e-9]), ["2.000e-9"]);
    }

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(plain(&[-0.0]), ["0"]);
        assert_eq!(NumberFormat::percent([0.3]).format(-0.00001), "0.0 %");
        assert_eq!(NumberFormat::percent([0.3]).format(-0.01), "-1.0 %");
    }

    #[test]
    fn growth_in_percent() {
        assert_eq!(NumberFormat::percent([0.146, 0.486]).format(0.33427), "33.4 %");
        assert_eq!(NumberFormat::percent([0.0004]).format(0.0004), "0.040 %");
        assert_eq!(NumberFormat::percent([0.1]).format_or_dash(None), "-");
    }

    #[test]
    fn only_certainty_reads_as_certain() {
        assert_eq!(percent(0.0), "0.0 %");
        assert_eq!(percent(1.0), "100.0 %");
        assert_eq!(percent(0.47), "47.0 %");
        assert_eq!(percent(0.00004), "0.004 %");
        assert_eq!(percent(0.999996), "99.9996 %");
    }

    #[test]
    fn shares_in_columns_never_round_to_certainty() {
        assert_eq!([0.0, 1e-5, 0.25, 0.99999, 1.0].map(share), ["0.0 %", "<0.1 %", "25.0 %", ">99.9 %", "100.0 %"]);
    }

    #[test]
    fn points_have_a_sign_unless_they_round_to_nothing() {
        assert_eq!([-0.0937, 0.2, 0.1, -0.00001, 0.0].map(points), ["-9.37", "+20.00", "+10.00", "0.00", "0.00"]);
    }
}
