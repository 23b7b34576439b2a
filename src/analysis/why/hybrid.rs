//! Hybrids: the base with some of the other scenario's differences put in, validated anew and never calibrated anew.

use super::changes::Change;
use crate::diagnostic::{Problem, Severity, Sources};
use crate::limits::Limits;
use crate::model::Model;
use crate::scenario::Place;
use crate::scenario::{Context, Node, validate};
use crate::study::Study;

/// Two scenarios to make hybrids of.
#[derive(Debug)]
pub(super) struct Parents<'s> {
    a: &'s Study,
    b: &'s Study,
    /// The document of a, with the targets that both have alike.
    base: Node,
    /// The document of b; its texts are counted after those of a.
    other: Node,
    limits: Limits,
}

impl<'s> Parents<'s> {
    pub(super) fn new(a: &'s Study, b: &'s Study, targets: &[String], limits: Limits) -> Self {
        let mut base = a.document.clone();
        for target in &a.model.targets {
            if !targets.contains(&target.name) {
                base.remove_pointer(&crate::scenario::child_pointer("/targets", &target.name));
            }
        }
        let other = b.document.with_sources_after(a.sources.files.len() as u32);
        Parents { a, b, base, other, limits }
    }

    /// The texts of both.
    pub(super) fn sources(&self) -> Sources {
        let files = [&self.a.sources.files[..], &self.b.sources.files[..]].concat();
        Sources { files }
    }

    /// The base with these changes put in.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(super) fn hybrid<'c>(&self, changes: impl Iterator<Item = &'c Change>) -> Result<Model, Vec<Problem>> {
        let mut document = self.base.clone();
        for pointer in changes.flat_map(|change| &change.pointers) {
            match self.other.at_pointer(pointer) {
                Some(node) => document.set_pointer(pointer, node.clone()),
                None => document.remove_pointer(pointer),
            }
        }
        let own = self.a.sources.files.len() as u32;
        let read_csv = |path: &str, at: &Node| match at.span {
            Some(span) if span.source >= own => {
                let span = Some(crate::diagnostic::Span { source: span.source - own, ..span });
                self.b.chain.read_text(path, &Place { span, pointer: String::new() }, &self.limits)
            }
            span => self.a.chain.read_text(path, &Place { span, pointer: String::new() }, &self.limits),
        };
        let validated = validate(&document, &Context { limits: self.limits, read_csv: &read_csv });
        validated.model.ok_or_else(|| {
            validated.problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect()
        })
    }
}
