//! What numbers depend on, as a hash.

use crate::engine::ENGINE;
use crate::scenario::{Node, TextFile, canonical, essence, without_words};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The key of a document's solution: SHA-256, in lower-case hexadecimal, of the engine's number, of the document without
/// prose, outputs and targets, and of the files that it names, path and content in the order in which they are read.
pub(in crate::study) fn key(document: &Node, files: &[TextFile]) -> String {
    digest(&essence(document), files)
}

/// The key of what a document says of numbers, targets and outputs among them: scenarios of one key have the same results,
/// but for words.
pub(in crate::study) fn key_of_numbers(document: &Node, files: &[TextFile]) -> String {
    digest(&without_words(document), files)
}

fn digest(document: &Node, files: &[TextFile]) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        // Lengths keep two parts from reading as two others.
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    part(&ENGINE.to_string());
    part(&canonical(document));
    for TextFile { path, text, .. } in files {
        part(path);
        part(text);
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::scenario::parse;

    #[test]
    fn documents_and_files_make_the_key() {
        let node = |text: &str| parse(0, text.as_bytes(), &Limits::default()).expect("good JSON");
        let files = |text: &str| vec![TextFile { source: 0, path: "a.csv".to_owned(), text: text.to_owned() }];
        let one = key(&node(r#"{"drivers":{"a":1}}"#), &files("x\n1\n"));
        assert_eq!(one, key(&node(r#"{"title":"told","drivers":{"a":1}}"#), &files("x\n1\n")));
        assert_ne!(one, key(&node(r#"{"drivers":{"a":2}}"#), &files("x\n1\n")));
        assert_ne!(one, key(&node(r#"{"drivers":{"a":1}}"#), &files("x\n2\n")));
        assert_ne!(one, key(&node(r#"{"drivers":{"a":1}}"#), &[]));
        assert_eq!(one.len(), 64);
        let numbers = |text: &str| key_of_numbers(&node(text), &[]);
        assert_eq!(numbers(r#"{"drivers":{"a":1}}"#), numbers(r#"{"title":"told","drivers":{"a":1}}"#));
        assert_ne!(numbers(r#"{"drivers":{"a":1}}"#), numbers(r#"{"drivers":{"a":1},"outputs":["a"]}"#));
    }
}
