//! What a solution depends on, as a hash.

use crate::engine::ENGINE;
use crate::scenario::{Node, canonical, essence};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The key of a document's solution: SHA-256, in lower-case hexadecimal, of the engine's number, of the document without
/// prose, outputs and targets, and of the files that it names, path and content in the order in which they are read.
pub(in crate::study) fn key(document: &Node, files: &[(String, String)]) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        // Lengths keep two parts from reading as two others.
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    part(&ENGINE.to_string());
    part(&canonical(&essence(document)));
    for (path, content) in files {
        part(path);
        part(content);
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
        let files = |content: &str| vec![("a.csv".to_owned(), content.to_owned())];
        let one = key(&node(r#"{"drivers":{"a":1}}"#), &files("x\n1\n"));
        assert_eq!(one, key(&node(r#"{"title":"told","drivers":{"a":1}}"#), &files("x\n1\n")));
        assert_ne!(one, key(&node(r#"{"drivers":{"a":2}}"#), &files("x\n1\n")));
        assert_ne!(one, key(&node(r#"{"drivers":{"a":1}}"#), &files("x\n2\n")));
        assert_ne!(one, key(&node(r#"{"drivers":{"a":1}}"#), &[]));
        assert_eq!(one.len(), 64);
    }
}
