//! What is said about results, before anybody lays it out.
//!
//! Content modules make a tree of blocks; the terminal and the page format any such tree. A statement is made once, and
//! where the two show different amounts of it, [`Detail`] says so.

mod table;

pub(crate) use table::{Alignment, Cell, Column, Range, Rows, Table, TableOf};

use super::chart::Picture;

/// Everything that is told of one or several results.
#[derive(Debug, Default)]
pub(crate) struct Document<'a> {
    /// What kind of document it is, above the title of a page.
    pub(crate) kicker: &'static str,
    /// What it is about.
    pub(crate) title: String,
    /// The answer over all parts.
    pub(crate) lead: Vec<Sentence>,
    /// What is missing from it, in a sentence.
    pub(crate) missing: Option<String>,
    /// What sets the parts side by side; empty where there is one part.
    pub(crate) overview: Vec<Block<'a>>,
    /// Scenarios and comparisons, in the order in which they are told.
    pub(crate) parts: Vec<Part<'a>>,
    /// How to read the numbers, a paragraph each.
    pub(crate) reading: Vec<String>,
}

/// One scenario, or one comparison.
#[derive(Debug, Default)]
pub(crate) struct Part<'a> {
    /// The document's only one; without blanks.
    pub(crate) id: String,
    /// A short name.
    pub(crate) name: String,
    /// A longer name, where there is one.
    pub(crate) title: Option<String>,
    /// How it was simulated, in a line.
    pub(crate) line: Option<String>,
    /// The answer.
    pub(crate) lead: Vec<Sentence>,
    /// The numbers to see first.
    pub(crate) facts: Vec<Fact>,
    /// What its author says about it.
    pub(crate) description: Option<String>,
    /// All else.
    pub(crate) blocks: Vec<Block<'a>>,
}

/// Which readers see something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Detail {
    /// All.
    Always,
    /// Those who have room for it; what has the lowest number is the last to be left out.
    IfRoom(u8),
    /// Those who want everything: readers of a page.
    InFull,
}

/// A statement of the answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sentence {
    pub(crate) text: String,
    pub(crate) detail: Detail,
}

/// A number with what it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A piece of a document.
#[derive(Debug)]
pub(crate) enum Block<'a> {
    /// Blocks under a heading; nothing without blocks.
    Section(Heading, Vec<Block<'a>>),
    /// Blocks for those who want everything.
    InFull(Vec<Block<'a>>),
    /// Sentences.
    Paragraph(String),
    /// Sentences about what stands before them.
    Note(String),
    /// Rows and columns.
    Table(Table),
    /// A picture and the numbers behind it, unless they stand beside it.
    Figure(Picture<'a>, Option<Table>),
    /// Remarks, none of which needs the others.
    List(Vec<String>),
    /// Names and values.
    Facts(Vec<Fact>),
}

/// The heading of a section.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Heading {
    /// Words of this program, which may begin with a capital.
    Words(String),
    /// A name of the scenario's, which stays as it is.
    Name(String),
}

impl Detail {
    /// For those who have room for the first so many of their kind.
    pub(crate) fn if_room(rank: usize) -> Self {
        Detail::IfRoom(rank.min(u8::MAX.into()) as u8)
    }
}

impl Sentence {
    pub(crate) fn always(text: impl Into<String>) -> Self {
        Sentence { text: text.into(), detail: Detail::Always }
    }

    pub(crate) fn in_full(text: impl Into<String>) -> Self {
        Sentence { text: text.into(), detail: Detail::InFull }
    }
}

impl Fact {
    pub(crate) fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Fact { name: name.into(), value: value.into() }
    }
}

impl<'a> Block<'a> {
    /// Blocks under a heading of this program's words.
    pub(crate) fn section(words: impl Into<String>, blocks: Vec<Block<'a>>) -> Self {
        Block::Section(Heading::Words(words.into()), blocks)
    }
}
