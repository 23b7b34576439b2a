//! Tables of a page.

use crate::output::markup::Markup;

/// A table as it is filled: the first column names the row, the others hold numbers unless they are said to be text.
#[derive(Debug)]
pub(super) struct Table {
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

#[derive(Debug)]
struct Column {
    name: String,
    is_text: bool,
}

impl Table {
    pub(super) fn new(caption: impl Into<String>) -> Self {
        Table { caption: caption.into(), columns: Vec::new(), rows: Vec::new() }
    }

    pub(super) fn text(mut self, name: impl Into<String>) -> Self {
        self.columns.push(Column { name: name.into(), is_text: true });
        self
    }

    pub(super) fn number(mut self, name: impl Into<String>) -> Self {
        self.columns.push(Column { name: name.into(), is_text: false });
        self
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Writes the table in a box that scrolls by itself, so that a phone's page does not.
    pub(super) fn write(&self, page: &mut Markup) {
        page.open("div", &[("class", &"scroll"), ("tabindex", &0), ("role", &"region"), ("aria-label", &self.caption)]);
        page.open("table", &[]);
        page.element("caption", &[], &self.caption);
        page.open("thead", &[]);
        page.open("tr", &[]);
        for column in &self.columns {
            page.element("th", &[("scope", &"col"), ("class", &class(column))], &column.name);
        }
        page.close("tr");
        page.close("thead");
        page.open("tbody", &[]);
        for row in &self.rows {
            page.open("tr", &[]);
            for (index, (cell, column)) in row.iter().zip(&self.columns).enumerate() {
                match index {
                    0 => page.element("th", &[("scope", &"row"), ("class", &class(column))], cell),
                    _ => page.element("td", &[("class", &class(column))], cell),
                }
            }
            page.close("tr");
        }
        page.close("tbody");
        page.close("table");
        page.close("div");
    }

    /// The table behind a line that opens it.
    pub(super) fn write_folded(&self, page: &mut Markup, summary: &str) {
        page.open("details", &[]);
        page.element("summary", &[], summary);
        self.write(page);
        page.close("details");
    }
}

fn class(column: &Column) -> &'static str {
    if column.is_text { "text" } else { "number" }
}
