//! The columns in docs/result-format.md are those of the tables.
//!
//! `UPDATE_DOCS=1 cargo test --lib listing` writes them anew.

use super::{Column, DataType, Layout, Unit, comparison_tables, run_tables, solution_tables};
use crate::output::paths;
use crate::output::register::register_tables;
use std::collections::BTreeMap;
use std::{env, fs};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/result-format.md");
const BEGIN: &str = "<!-- columns of ";
const END: &str = "<!-- end of columns -->";

/// Every table with its columns, of which one stands for those of all levels.
fn listings() -> BTreeMap<String, String> {
    let one = vec![5.0];
    let layout = Layout {
        percentiles: one.clone(),
        shortfall: one,
        skewness: true,
        correlations: true,
        relief: true,
        until: true,
        sensitivity: true,
        discovery: true,
        stories: true,
        why: true,
        cases: None,
    };
    let mut listings = BTreeMap::from([("paths".to_owned(), listing(&paths::names()))]);
    listings.insert("paths_long".to_owned(), listing(&paths::long_columns()));
    listings.extend(run_tables(&layout).iter().map(|table| (table.name().to_owned(), listing(table.columns()))));
    listings.extend(comparison_tables(&layout).iter().map(|table| (table.name().to_owned(), listing(table.columns()))));
    listings.extend(solution_tables().iter().map(|table| (table.name().to_owned(), listing(table.columns()))));
    let [_, assumptions] = register_tables();
    listings.insert(assumptions.name().to_owned(), listing(assumptions.columns()));
    listings
}

fn listing(columns: &[Column]) -> String {
    let row = |column: &Column| {
        let kind = match column.kind {
            DataType::Text => "text",
            DataType::Integer | DataType::Unsigned => "integer",
            DataType::Number => "number",
            DataType::Date => "date",
            DataType::Boolean => "true or false",
            DataType::Data => "object",
        };
        // Convention: any number may be null.
        let null = if column.nullable && column.kind != DataType::Number { " or null" } else { "" };
        let unit = column.unit.as_ref().map_or("", Unit::text);
        let more = if column.by_level { ", …" } else { "" };
        format!("| `{}`{more} | {kind}{null} | {unit} | {} |\n", column.name, column.meaning)
    };
    format!("| column | type | unit | meaning |\n|---|---|---|---|\n{}", columns.iter().map(row).collect::<String>())
}

/// The page with the columns of every table that it names, and those names.
fn with_listings(page: &str, listings: &BTreeMap<String, String>) -> (String, Vec<String>) {
    let mut pieces = page.split(BEGIN);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    let mut names = Vec::new();
    for piece in pieces {
        let (name, rest) = piece.split_once(" -->").expect("a marker ends");
        let (_, after) = rest.split_once(END).expect("columns end");
        let columns = listings.get(name).unwrap_or_else(|| panic!("there is no table `{name}`"));
        text.push_str(&format!("{BEGIN}{name} -->\n\n{columns}\n{END}{after}"));
        names.push(name.to_owned());
    }
    (text, names)
}

#[test]
fn the_page_lists_every_column_of_every_table() {
    let page = fs::read_to_string(PAGE).expect("the page is there");
    let listings = listings();
    let (text, mut names) = with_listings(&page, &listings);
    names.sort();
    assert_eq!(names, listings.into_keys().collect::<Vec<_>>());
    if page != text && env::var_os("UPDATE_DOCS").is_some() {
        fs::write(PAGE, &text).expect("writable");
        return;
    }
    assert!(page == text, "docs/result-format.md is behind the tables: UPDATE_DOCS=1 cargo test --lib listing");
}
