//! Documents as the body of a page: sections with headings, figures with the data behind them, tables that fold.

use super::zoom;
use crate::output::chart::{Marks, Picture, Size};
use crate::output::document::{Alignment, Block, Column, Document, Fact, Heading, Part, Rows, Sentence, Table};
use crate::output::markup::{Attribute, BREAKS, Markup};
use crate::output::words::capital;

/// Rows from which on a table of many things is folded.
const MANY: usize = 30;

/// The body of the page of a document.
pub(super) fn body(document: &Document<'_>) -> Markup {
    let mut page = Markup::new();
    page.element("a", &[("class", &"skip"), ("href", &"#main")], "Skip to the results");
    page.open("header", &[]);
    let alone = match &document.parts[..] {
        [part] if document.overview.is_empty() => Some(part),
        _ => None,
    };
    page.element("p", &[("class", &"kicker")], document.kicker);
    page.element("h1", &[], &document.title);
    if let Some(part) = alone {
        write_head(&mut page, part, true);
    } else {
        write_lead(&mut page, &document.lead);
        write_navigation(&mut page, &document.parts);
    }
    page.close("header");
    page.open("main", &[("id", &"main")]);
    if let Some(text) = &document.missing {
        page.element("p", &[("class", &"warning")], text);
    }
    if !document.overview.is_empty() {
        page.open("section", &[]);
        page.element("h2", &[], "Side by side");
        Writer { part: None, level: 3, figures: 0 }.write(&mut page, &document.overview, "Scenarios side by side");
        page.close("section");
    }
    for part in &document.parts {
        let mut writer = Writer { part: Some(part), level: if alone.is_some() { 2 } else { 3 }, figures: 0 };
        if alone.is_none() {
            page.open("section", &[("class", &"scenario"), ("id", &part.id)]);
            page.element("h2", &[], &part.name);
            if let Some(title) = &part.title {
                page.element("p", &[("class", &"subtitle")], title);
            }
            write_head(&mut page, part, false);
        }
        writer.write(&mut page, &part.blocks, &part.name);
        if alone.is_none() {
            page.close("section");
        }
    }
    page.close("main");
    write_footer(&mut page, &document.reading);
    page
}

fn write_navigation(page: &mut Markup, parts: &[Part<'_>]) {
    page.open("nav", &[("aria-label", &"Scenarios")]);
    page.open("ul", &[]);
    for part in parts {
        page.open("li", &[]);
        page.element("a", &[("href", &format!("#{}", part.id))], &part.name);
        page.close("li");
    }
    page.close("ul");
    page.close("nav");
}

/// How a part was simulated, its answer, what its author says; its first numbers where it is all that there is.
fn write_head(page: &mut Markup, part: &Part<'_>, is_alone: bool) {
    if let Some(line) = &part.line {
        page.element("p", &[("class", &"subtitle")], line);
    }
    write_lead(page, &part.lead);
    if is_alone && !part.facts.is_empty() {
        write_facts(page, &part.facts, "facts");
    }
    if let Some(description) = &part.description {
        page.element("p", &[("class", &"description")], description);
    }
}

fn write_lead(page: &mut Markup, lead: &[Sentence]) {
    if let [first, rest @ ..] = lead {
        page.prose("p", &[("class", &"lead")], &first.text);
        if !rest.is_empty() {
            let rest: Vec<&str> = rest.iter().map(|sentence| sentence.text.as_str()).collect();
            page.prose("p", &[], &rest.join(" "));
        }
    }
}

fn write_facts(page: &mut Markup, facts: &[Fact], class: &str) {
    page.open("dl", &[("class", &class)]);
    for fact in facts {
        page.open("div", &[]);
        page.element("dt", &[], &fact.name);
        page.element("dd", &[], &fact.value);
        page.close("div");
    }
    page.close("dl");
}

fn write_footer(page: &mut Markup, reading: &[String]) {
    page.open("footer", &[]);
    reading.iter().for_each(|text| page.prose("p", &[], text));
    let made = format!(
        "Made by riskband {}. Zooming by uPlot (MIT licence, in the source of this page).",
        env!("CARGO_PKG_VERSION")
    );
    page.element("p", &[], made);
    page.close("footer");
}

/// Writes the blocks of one part, or those that set parts side by side.
struct Writer<'d> {
    part: Option<&'d Part<'d>>,
    /// Of headings.
    level: u32,
    /// Figures so far: a picture's name may be free text, and an id may hold no space.
    figures: usize,
}

impl Writer<'_> {
    /// `caption` says what a table is that has no heading of its own.
    fn write(&mut self, page: &mut Markup, blocks: &[Block<'_>], caption: &str) {
        for block in blocks {
            match block {
                Block::Section(heading, blocks) => self.write_section(page, heading, blocks),
                Block::InFull(blocks) => self.write(page, blocks, caption),
                Block::Paragraph(text) => page.prose("p", &[], text),
                Block::Note(text) => page.prose("p", &[("class", &"note")], text),
                Block::Table(table) => match table.rows_are {
                    Rows::Many(things) if table.rows.len() > MANY => {
                        write_folded(page, &format!("{} {things}", table.rows.len()), table, caption);
                    }
                    _ => write_table(page, table, caption),
                },
                Block::Figure(picture, table) => self.write_figure(page, picture, table.as_ref()),
                Block::List(items) => {
                    page.open("ul", &[("class", &"warnings")]);
                    items.iter().for_each(|item| page.element("li", &[], item));
                    page.close("ul");
                }
                Block::Facts(facts) => write_facts(page, facts, "run"),
            }
        }
    }

    /// A section that turns out to be empty, as one of charts without values, has no heading either.
    fn write_section(&mut self, page: &mut Markup, heading: &Heading, blocks: &[Block<'_>]) {
        let text = match heading {
            Heading::Words(words) => capital(words),
            Heading::Name(name) => name.clone(),
        };
        let caption = self.part.map_or_else(|| text.clone(), |part| format!("{}: {text}", part.name));
        let mut body = Markup::new();
        self.write(&mut body, blocks, &caption);
        if !body.as_str().is_empty() {
            page.open("section", &[]);
            page.element(&format!("h{}", self.level), &[], text);
            page.trusted(body.as_str());
            page.close("section");
        }
    }

    /// The chart in both sizes, the data behind it, and what the script needs to zoom. Of a fan without time, which is no
    /// picture, the numbers.
    fn write_figure(&mut self, page: &mut Markup, picture: &Picture<'_>, table: Option<&Table>) {
        let table = table.filter(|table| !table.rows.is_empty());
        let Some((wide, narrow)) = picture.draw(Size::Wide).zip(picture.draw(Size::Narrow)) else {
            if let (Marks::Fan(_), Some(table)) = (&picture.marks, table) {
                write_table(page, table, &picture.title);
            }
            return;
        };
        let id = match self.part {
            Some(part) => format!("{}-figure{}", part.id, self.figures),
            None => picture.name.clone(),
        };
        self.figures += 1;
        page.open("figure", &[("id", &id)]);
        page.element("figcaption", &[], &picture.title);
        page.open("div", &[("class", &"picture")]);
        wide.write_inline(page, &format!("{id}-wide"), "wide");
        narrow.write_inline(page, &format!("{id}-narrow"), "narrow");
        page.close("div");
        if let Some(data) = zoom::data(picture) {
            page.open("script", &[("type", &"application/json")]);
            page.trusted(&data);
            page.close("script");
        }
        if let Some(table) = table {
            write_folded(page, "Data of this chart", table, &picture.title);
        }
        page.close("figure");
    }
}

/// A table behind a line that opens it.
fn write_folded(page: &mut Markup, summary: &str, table: &Table, caption: &str) {
    page.open("details", &[]);
    page.element("summary", &[], summary);
    write_table(page, table, caption);
    page.close("details");
}

/// A table in a box that scrolls by itself, so that a phone's page does not.
fn write_table(page: &mut Markup, table: &Table, caption: &str) {
    page.open("div", &[("class", &"scroll"), ("tabindex", &0), ("role", &"region"), ("aria-label", &caption)]);
    page.open("table", &[]);
    page.open("caption", &[]);
    page.element("span", &[], caption);
    page.close("caption");
    page.open("thead", &[]);
    page.open("tr", &[]);
    for column in &table.columns {
        page.element("th", &[("scope", &"col"), ("class", &class(column))], &column.name);
    }
    page.close("tr");
    page.close("thead");
    page.open("tbody", &[]);
    for row in &table.rows {
        page.open("tr", &[]);
        for (index, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
            let text = cell.text();
            let class = if has_long_word(&text) { "text long" } else { class(column) };
            let (tag, attributes): (_, &[Attribute<'_>]) = match index {
                0 => ("th", &[("scope", &"row"), ("class", &class)]),
                _ => ("td", &[("class", &class)]),
            };
            page.open(tag, attributes);
            page.breakable(&text);
            page.close(tag);
        }
        page.close("tr");
    }
    page.close("tbody");
    page.close("table");
    page.close("div");
}

/// Characters of a word that no column needs to be as wide as.
const LONG_WORD: usize = 20;

/// Whether a text has a word so long that it may break anywhere, as hashes and some names of scenarios have.
fn has_long_word(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || BREAKS.contains(&c)).any(|word| word.chars().count() > LONG_WORD)
}

fn class(column: &Column) -> &'static str {
    match column.kind {
        Alignment::Text => "text",
        Alignment::Number => "number",
    }
}
