//! How cells look: the number format of a quantity, and the few styles of the sheets.

use crate::output::chart::on_white;
use crate::output::number::NumberFormat;
use rust_xlsxwriter::{Format, FormatBorder};

/// Days between the day 0 of spreadsheets and 1970-01-01, for dates from March 1900 on: they know a 29 February of that year.
pub(super) const EPOCH: i32 = 25_569;

/// Shares and rates.
const PERCENT: &str = "0.00%";
/// Whole numbers that count something.
const COUNT: &str = "#,##0";

pub(super) fn code(code: &str) -> Format {
    Format::new().set_num_format(code)
}

pub(super) fn of_number(format: &NumberFormat) -> Format {
    code(&format.spreadsheet_code())
}

pub(super) fn percent() -> Format {
    code(PERCENT)
}

pub(super) fn count() -> Format {
    code(COUNT)
}

/// A day as in ISO 8601.
pub(super) fn date() -> Format {
    code("yyyy\\-mm\\-dd")
}

/// Text that stays text where somebody edits its cell.
pub(super) fn text() -> Format {
    Format::new().set_quote_prefix()
}

/// The header of a table.
pub(super) fn header() -> Format {
    Format::new()
        .set_bold()
        .set_background_color(on_white("band-1"))
        .set_border_bottom(FormatBorder::Thin)
        .set_border_bottom_color(on_white("axis"))
}

pub(super) fn title() -> Format {
    Format::new().set_bold().set_font_size(16)
}

pub(super) fn heading() -> Format {
    Format::new().set_bold().set_font_size(12).set_font_color(on_white("median"))
}

/// How something was made, and how it is read.
pub(super) fn soft() -> Format {
    Format::new().set_font_color(on_white("soft"))
}
