//! Second errors that follow from a first one: what is known to be broken is not reported again where it is read.

use super::builder::ModelBuilder;
use super::constants::collect_names;
use super::item::Item;
use crate::diagnostic::{Problem, Severity};
use crate::model::Definition;
use crate::scenario::formula::Ast;
use crate::scenario::keys;
use std::collections::HashSet;

/// Sections whose members have names that formulas read.
const NAMING: [&str; 5] = ["drivers", "constraints", "events", "variables", "tables"];

/// Codes of problems that say that a member is missing, which may stand there misspelt.
const OF_MISSING: [&str; 4] = ["missing-key", "missing-parameter", "missing-over-time", "incomplete-horizon"];

impl ModelBuilder<'_> {
    /// Notes names that formulas may read although no quantity of theirs can be declared: ill-formed ones, and those of
    /// sections that are misspelt.
    pub(super) fn note_lost_names(&mut self, document: &Item<'_>) {
        for section in document.members() {
            let is_known = keys::TOP.contains(&section.key);
            if !is_known {
                self.lost.extend(section.keys().map(str::to_owned));
                // The names of segments stand in the middle of a path.
                let inner = section.members().flat_map(|member| member.keys().collect::<Vec<_>>()).collect::<Vec<_>>();
                self.lost.extend(inner.into_iter().map(str::to_owned));
            } else if NAMING.contains(&section.key) {
                let ill_formed = section.keys().filter(|key| !is_well_formed(key) && !key.trim().is_empty());
                self.ill_named.extend(ill_formed.map(str::to_owned));
            }
        }
    }

    /// Whether a name is missing because of a problem that is reported where it should be declared.
    pub(super) fn is_lost(&self, name: &str) -> bool {
        let in_a_broken_section = NAMING.iter().any(|section| {
            let pointer = format!("/{section}");
            self.problems.iter().any(|problem| problem.pointer == pointer && problem.severity == Severity::Error)
        });
        let is_part =
            |ill: &String| ill.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == name);
        in_a_broken_section
            || self.lost.contains(name)
            || self.ill_named.iter().any(is_part)
            || (keys::MARKET_NAMES.contains(&name) && self.market_is_broken)
            || (name.contains('.') && self.is_lost_path(name))
    }

    fn is_lost_path(&self, path: &str) -> bool {
        self.market_is_broken
            || ["/segments", "/cross_tables"].iter().any(|section| self.is_broken(section))
            || path.split('.').any(|part| self.lost.contains(part))
    }

    /// Whether an error was found at a place of the document or inside it.
    pub(super) fn is_broken(&self, pointer: &str) -> bool {
        self.problems.iter().any(|problem| {
            let inside = problem.pointer.strip_prefix(pointer);
            problem.severity == Severity::Error && inside.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Whether an error was found at the quantity that a name or the path of a parameter begins with.
    pub(super) fn is_broken_name(&self, path: &str) -> bool {
        let name = path.split('.').next().unwrap_or(path);
        let broken = |name: &str| {
            self.names.get(name).is_some_and(|named| {
                let pointer = &self.place(named.variable()).pointer;
                // What could not be defined is left without a value.
                let is_undefined =
                    matches!(self.variable(named.variable()).definition, Definition::Constant(x) if x.is_nan());
                !pointer.is_empty() && (is_undefined || self.is_broken(pointer))
            })
        };
        let is_refused = |problem: &Problem| problem.code == "reserved-name" && problem.found.as_deref() == Some(name);
        broken(name) || broken(path) || self.is_lost(name) || self.problems.iter().any(is_refused)
    }

    /// Whether a formula reads what is broken.
    pub(super) fn reads_broken(&self, ast: &Ast) -> bool {
        let mut names = Vec::new();
        collect_names(ast, &mut names);
        names.into_iter().any(|name| self.is_broken_name(name))
    }

    /// Whether a formula that does not parse spells a name that is ill-formed, which is reported at its key.
    pub(super) fn spells_ill_name(&self, text: &str) -> bool {
        self.ill_named.iter().any(|name| text.contains(name.as_str()))
    }

    /// Takes away that something is no constant where what it reads is wrong itself.
    pub(super) fn forget_broken_constants(&mut self) {
        let asked = std::mem::take(&mut self.asked_constants);
        let broken = asked.into_iter().filter(|(_, ast)| self.reads_broken(ast)).map(|(pointer, _)| pointer);
        let broken: HashSet<String> = broken.collect();
        let follows =
            |problem: &Problem| matches!(problem.code, "not-constant" | "bad-lag") && broken.contains(&problem.pointer);
        self.problems.retain(|problem| !follows(problem));
    }

    /// Takes away that a member is missing where it stands under a misspelt key.
    pub(super) fn forget_missing_beside_misspelt(&mut self) {
        let misspelt: Vec<(String, Option<String>)> = (self.problems.iter())
            .filter(|problem| problem.code == "unknown-key")
            .filter_map(|problem| Some((problem.pointer.rsplit_once('/')?.0.to_owned(), problem.nearest.clone())))
            .collect();
        let follows = |problem: &Problem| {
            misspelt.iter().any(|(owner, nearest)| {
                *owner == problem.pointer
                    && match (problem.code, nearest) {
                        ("incomplete-horizon", _) => true,
                        // A law that lacks more than one parameter is told of all of them.
                        ("missing-parameter", Some(key)) => problem.message.ends_with(&format!("lacks `{key}`")),
                        ("missing-over-time", nearest) => nearest.as_deref() == Some("over_time"),
                        (_, Some(key)) => {
                            let key = format!("`{key}`");
                            problem.message.contains(&key)
                                || problem.expected.as_ref().is_some_and(|expected| expected.contains(&key))
                        }
                        (_, None) => false,
                    }
            })
        };
        let lacks_market =
            misspelt.iter().any(|(owner, nearest)| owner.is_empty() && nearest.as_deref() == Some("market"));
        let keep: Vec<bool> = (self.problems.iter())
            .map(|problem| {
                let is_follow_up = OF_MISSING.contains(&problem.code) && follows(problem);
                !(is_follow_up || lacks_market && problem.code == "needs-market")
            })
            .collect();
        let mut keep = keep.into_iter();
        self.problems.retain(|_| keep.next().unwrap_or(true));
    }
}

/// Whether a key is a name: letters, digits and underscores, no digit first.
pub(super) fn is_well_formed(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
