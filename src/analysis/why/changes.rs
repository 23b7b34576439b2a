//! What differs between two resolved documents, by named thing.

use crate::scenario::{Json, Node, canonical, child_pointer};

/// Sections whose members are named things of their own; of the market, its keys.
const NAMED: [&str; 8] =
    ["drivers", "constraints", "events", "variables", "tables", "correlations", "segments", "market"];
/// What says how results are read and called, and moves nothing.
const IGNORED: [&str; 9] =
    ["$schema", "riskband", "extends", "title", "description", "targets", "outputs", "references", "horizon"];
/// What a quantity, or the market, says of itself.
const PAPERS: [&str; 4] = ["title", "source", "note", "confidence"];
/// Keys of the market that say how its numbers are read, and move none of them.
const READING: [&str; 5] = ["title", "unit", "measure", "source", "note"];

/// One thing that differs, or several that are taken together.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// `events.downturn`, or the name of a group.
    pub name: String,
    /// JSON pointers of what it replaces.
    pub pointers: Vec<String>,
}

/// Everything that differs, in the order of a's document, then of b's.
pub(super) fn differences(a: &Node, b: &Node) -> Vec<Change> {
    let mut changes = Vec::new();
    for section in keys(a, b) {
        let (in_a, in_b) = (a.get(&section), b.get(&section));
        if IGNORED.contains(&section.as_str()) {
            continue;
        }
        let pointer = child_pointer("", &section);
        if NAMED.contains(&section.as_str()) {
            let empty = Node::empty();
            let (in_a, in_b) = (in_a.unwrap_or(&empty), in_b.unwrap_or(&empty));
            for key in keys(in_a, in_b) {
                let is_reading = section == "market" && READING.contains(&key.as_str());
                if !is_reading && differ(in_a.get(&key), in_b.get(&key)) {
                    let pointers = vec![child_pointer(&pointer, &key)];
                    changes.push(Change { name: format!("{section}.{key}"), pointers });
                }
            }
        } else if differ(in_a, in_b) {
            changes.push(Change { name: section, pointers: vec![pointer] });
        }
    }
    changes
}

/// Takes changes together as the groups say.
///
/// # Errors
///
/// The first name in a group that is no change.
pub(super) fn grouped(changes: Vec<Change>, groups: &[(String, Vec<String>)]) -> Result<Vec<Change>, String> {
    let mut rest = changes;
    let mut grouped = Vec::new();
    for (name, members) in groups {
        let mut pointers = Vec::new();
        for member in members {
            let is_meant =
                |change: &Change| change.name == *member || change.pointers.iter().any(|pointer| pointer == member);
            let index = rest.iter().position(is_meant).ok_or_else(|| member.clone())?;
            pointers.extend(rest.remove(index).pointers);
        }
        grouped.push(Change { name: name.clone(), pointers });
    }
    rest.extend(grouped);
    Ok(rest)
}

/// Keys of both, in the order of a, then those of b alone.
fn keys(a: &Node, b: &Node) -> Vec<String> {
    let of =
        |node: &Node| node.members().unwrap_or_default().iter().map(|member| member.key.clone()).collect::<Vec<_>>();
    let mut keys = of(a);
    keys.extend(of(b).into_iter().filter(|key| a.get(key).is_none()));
    keys
}

fn differ(a: Option<&Node>, b: Option<&Node>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => canonical(&without_papers(a)) != canonical(&without_papers(b)),
        (None, None) => false,
        _ => true,
    }
}

/// A named thing without what it says of itself; deeper down the same words may be names.
fn without_papers(node: &Node) -> Node {
    let mut node = node.clone();
    if let Json::Object(members) = &mut node.value {
        members.retain(|member| !PAPERS.contains(&member.key.as_str()));
    }
    node
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::scenario::parse;

    fn node(text: &str) -> Node {
        parse(0, text.as_bytes(), &Limits::default()).expect("the test writes JSON")
    }

    #[test]
    fn named_things_differ_by_their_numbers_not_their_papers() {
        let a =
            node(r#"{"title":"x","drivers":{"d":{"value":1,"note":"a"},"e":2,"f":1},"market":{"start":1,"unit":"m"}}"#);
        let b = node(
            r#"{"title":"y","drivers":{"d":{"value":1,"note":"b"},"e":3},"market":{"start":2,"unit":"m"},"seeds":1}"#,
        );
        let names: Vec<String> = differences(&a, &b).into_iter().map(|change| change.name).collect();
        assert_eq!(names, ["drivers.e", "drivers.f", "market.start", "seeds"]);
        assert_eq!(differences(&a, &a), []);
    }

    #[test]
    fn groups_take_changes_together() {
        let a = node(r#"{"drivers":{"d":1,"e":2},"market":{"start":1}}"#);
        let b = node(r#"{"drivers":{"d":2,"e":3},"market":{"start":2}}"#);
        let group = |members: &[&str]| {
            let members = members.iter().map(|member| (*member).to_owned()).collect();
            grouped(differences(&a, &b), &[("demand".to_owned(), members)])
        };
        let changes = group(&["drivers.d", "/drivers/e"]).expect("both differ");
        let names: Vec<&str> = changes.iter().map(|change| change.name.as_str()).collect();
        assert_eq!(names, ["market.start", "demand"]);
        assert_eq!(changes[1].pointers, ["/drivers/d", "/drivers/e"]);
        assert_eq!(group(&["drivers.z"]), Err("drivers.z".to_owned()));
    }
}
