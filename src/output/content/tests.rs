//! One tree, two formatters: whatever it says stands on the terminal and on the page.

use super::*;
use crate::output::document::{Cell, Detail, Heading, Table};
use crate::output::example::{comparison, full_results, results};
use crate::output::number::NumberFormat;
use crate::output::report::write_report;
use crate::output::terminal;
use crate::results::ReliefRow;
use crate::stats::Statistic;

/// Everything that a run can have but curves, which tell nothing on a terminal.
fn complete(name: &str) -> Results {
    let mut results = full_results();
    results.scenario = name.into();
    results.relief = vec![ReliefRow {
        constraint: "power".into(),
        of: "market".into(),
        unit: Some("USD bn".into()),
        statistic: Statistic::Mean,
        when: results.bands[1].subject.when.clone(),
        gain: results.bands[1].mean,
        n: results.bands[1].n,
        excluded: 0,
    }];
    results
}

/// What the tree says, and what stands in the cells of its tables, apart from what only a page tells.
#[derive(Default)]
struct Said {
    always: Vec<String>,
    in_full: Vec<String>,
}

impl Said {
    fn document(document: &Document<'_>) -> Said {
        let mut said = Said::default();
        for part in &document.parts {
            said.always.extend(part.line.clone());
            for sentence in &part.lead {
                said.add(sentence.text.clone(), sentence.detail != Detail::InFull);
            }
            said.in_full.extend(part.description.clone());
            said.blocks(&part.blocks, true);
        }
        said.blocks(&document.overview, true);
        said.always.extend(document.reading.iter().map(|text| (*text).to_owned()));
        said
    }

    fn add(&mut self, text: String, always: bool) {
        if always { self.always.push(text) } else { self.in_full.push(text) }
    }

    fn blocks(&mut self, blocks: &[Block<'_>], always: bool) {
        for block in blocks {
            match block {
                Block::Section(Heading::Words(text) | Heading::Name(text), blocks) => {
                    // A page begins the words of a heading with a capital.
                    self.add(text[1..].to_owned(), always);
                    self.blocks(blocks, always);
                }
                Block::InFull(blocks) => self.blocks(blocks, false),
                Block::Paragraph(text) | Block::Note(text) => self.add(text.clone(), always),
                Block::Table(table) | Block::Figure(_, Some(table)) => self.table(table, always),
                Block::Figure(_, None) => {}
                Block::List(items) => items.iter().for_each(|item| self.add(item.clone(), always)),
                Block::Facts(facts) => facts.iter().for_each(|fact| self.add(fact.value.clone(), always)),
            }
        }
    }

    fn table(&mut self, table: &Table, always: bool) {
        for (index, column) in table.columns.iter().enumerate() {
            let always = always && column.detail != Detail::InFull;
            self.add(column.name.clone(), always);
            let sign = if column.percent { " %" } else { "" };
            let texts = table.rows.iter().map(|row| row[index].text());
            texts.for_each(|text| self.add(text.trim_end_matches(sign).to_owned(), always));
        }
    }
}

/// Text without what lays it out: blanks, breaks, and the references of markup.
fn plain(text: &str) -> String {
    let text = anstream::adapter::strip_str(text).to_string();
    // Where names may break.
    let text = text.replace("<wbr>", "");
    // Names of code, between backticks elsewhere.
    let text = text.replace("<code>", "`").replace("</code>", "`");
    let text = text.replace("&gt;", ">").replace("&lt;", "<").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&").chars().filter(|character| !character.is_whitespace()).collect()
}

fn escaped(text: &str) -> String {
    plain(&crate::diagnostic::escape(text))
}

fn assert_carried(document: &Document<'_>, page: &str) {
    let mut terminal = Vec::new();
    // So wide that nothing breaks and no column is left out.
    terminal::write(&mut terminal, document, 1000).expect("writing to memory cannot fail");
    let terminal = plain(&String::from_utf8(terminal).expect("UTF-8"));
    let page = plain(page);
    let Said { always, in_full } = Said::document(document);
    assert!(always.len() > 80 && in_full.len() > 20, "{} and {}", always.len(), in_full.len());
    for text in &always {
        assert!(terminal.contains(&escaped(text)), "not on the terminal: {text}\n{terminal}");
    }
    for text in always.iter().chain(&in_full) {
        assert!(page.contains(&escaped(text)), "not on the page: {text}\n{page}");
    }
}

#[test]
fn both_formatters_carry_every_sentence_and_table() {
    let assumptions = Vec::new();
    let papers = Papers { description: Some("What it is about.".into()), lineage: vec![], assumptions };
    let runs = [complete("base"), complete("tight")];
    let comparisons = [comparison("base", "tight")];
    for (runs, comparisons) in [(&runs[..1], &[][..]), (&runs[..], &comparisons[..])] {
        let report = Report { runs, papers: std::slice::from_ref(&papers), comparisons, ..Report::default() };
        let mut page = Vec::new();
        write_report(&mut page, &report).expect("writing to memory cannot fail");
        assert_carried(&of_report(&report), &String::from_utf8(page).expect("UTF-8"));
    }
}

#[test]
fn levels_are_left_out_in_pairs_from_the_inside() {
    const USUAL: [f64; 7] = [5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0];
    let shown = |percentiles: &[f64], most: Detail| -> Vec<f64> {
        let levels = bands::levels(percentiles).into_iter().filter(|(_, detail)| *detail <= most);
        levels.map(|(level, _)| percentiles[level]).collect()
    };
    assert_eq!(shown(&USUAL, Detail::Always), [5.0, 50.0, 95.0]);
    assert_eq!(shown(&USUAL, Detail::IfRoom(1)), [5.0, 25.0, 50.0, 75.0, 95.0]);
    assert_eq!(shown(&USUAL, Detail::IfRoom(2)), USUAL);
    assert_eq!(shown(&[99.9], Detail::Always), [99.9]);
    assert_eq!(shown(&[95.0, 5.0], Detail::Always), [5.0, 95.0]);
    assert!(shown(&[], Detail::InFull).is_empty());
}

#[test]
fn cells_say_what_they_are() {
    let number = NumberFormat::plain([2.0]);
    assert_eq!(Cell::number(Some(1.5), number).text(), "1.500");
    assert_eq!(Cell::number(None, number).text(), "-");
    let part = Cell::Part(1.5, number, 0.014);
    assert_eq!((part.text(), part.short()), ("1.500 (1.4 %)".into(), "1.500".into()));
    assert_eq!([Cell::Share(0.00001), Cell::Probability(0.00001)].map(|cell| cell.text()), ["<0.1 %", "0.001 %"]);
    assert_eq!([Cell::Points(-0.0937), Cell::from("x")].map(|cell| cell.text()), ["-9.37", "x"]);
}

/// A batch of thousands goes through the same tree, so its parts must not need one another.
#[test]
fn nothing_is_said_of_nothing() {
    let report = Report::default();
    let document = of_report(&report);
    assert_eq!((document.title.as_str(), document.parts.len(), document.reading.len()), ("0 scenarios", 0, 0));
    let bare = Results { bands: vec![], targets: vec![], constraints: vec![], ..results() };
    let part = run::part(&bare, &Papers::default(), &ChartChoice::default(), 0);
    assert!(part.lead.is_empty() && part.facts.is_empty());
    assert!(matches!(part.blocks[..], [Block::InFull(_)]), "how it was run is all there is");
}
