//! `--set path=value`: one assignment made into a patch, the last child of a scenario.

use super::json::{Json, Member, Node, child_pointer};
use super::keys;
use super::merge::merge_at;
use super::parse::parse_from;
use super::position::Position;
use crate::diagnostic::{Problem, Severity, Sources, Span, nearest_name};
use crate::limits::Limits;

/// An assignment as a patch.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// To be merged into the document.
    pub patch: Node,
    /// Warnings: a name that is new and looks like one that is there.
    pub remarks: Vec<Problem>,
}

/// Makes `path=value` a patch of `document`, and its text one of the sources, called `--set`.
///
/// The path is dotted, `constraints.power.growth.pert.mode`, or a JSON pointer, `/drivers/x/discrete/1.5`, for keys with dots.
/// Missing objects on the way are made. A number in the path chooses an item of a list that is there; lists and maps of data
/// (`by_year`) are copied into the patch with the one change, as patches replace them whole.
///
/// The value is JSON where it reads as such: a number (`.5` and `+1` too), `true`, `false`, `null` (which removes), or anything
/// that begins with `"`, `[` or `{`. Everything else is text: a formula or a name.
///
/// # Errors
///
/// When the text is no assignment, the value begins like JSON and is not, a number is not finite, or the path ends in nothing.
pub fn set(
    assignment: &str,
    document: &Node,
    sources: &mut Sources,
    limits: &Limits,
) -> Result<Assignment, Vec<Problem>> {
    let source = sources.add("--set", assignment.as_bytes());
    let argument = AssignmentText { source, text: assignment };
    let (path, value) = argument.split(limits)?;
    let steps = argument.steps(path).map_err(|problem| vec![*problem])?;
    if steps[0].key == "extends" {
        let problem =
            Problem::error("set-extends", steps[0].span, "/extends", "`extends` cannot be set: it is read before");
        return Err(vec![problem.help("write a file that extends both")]);
    }
    below_a_section(document, &steps, assignment).map_err(|problem| vec![*problem])?;
    let value = argument.value(path.len() + 1, value, limits)?;
    let mut remarks = Vec::new();
    let mut patch =
        build(document, Position::Root, "", &steps, value, &mut remarks).map_err(|problem| vec![*problem])?;
    // The document as a whole is the scenario's, not the assignment's.
    patch.span = None;
    Ok(Assignment { patch, remarks })
}

/// A place that a path of [`set`] leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundPath<'d> {
    /// Its JSON pointer: the same for every way to write the path.
    pub pointer: String,
    /// What the document has there; none where a value may be left out and is.
    pub value: Option<&'d Node>,
}

/// Follows a path through a document, for who changes what is there and adds no names.
///
/// # Errors
///
/// When the path is malformed, begins with no section or ends in one, or leads over a name or an item that is not there.
pub fn find_path<'d>(path: &str, document: &'d Node) -> Result<FoundPath<'d>, Box<Problem>> {
    let problem = |message: String| Problem::error("set-path", None, "", message);
    let steps = AssignmentText { source: 0, text: path }.steps(path)?;
    below_a_section(document, &steps, path)?;
    let is_section = |key: &str| Position::Root.member(key) != Position::Plain || ["horizon", "tables"].contains(&key);
    let first = &steps[0].key;
    if steps.len() < 2 || !is_section(first) {
        let sections = || keys::TOP.iter().copied().filter(|key| is_section(key));
        let listed: Vec<&str> = sections().collect();
        let problem = problem(format!("`{}` leads to no value in a section", path.trim()));
        let nearest = nearest_name(first, sections()).filter(|nearest| nearest != first);
        return Err(problem.expected(format!("a path below {}", listed.join(", "))).nearest(nearest).into());
    }
    let (mut here, mut position, mut pointer) = (Some(document), Position::Root, String::new());
    for step in &steps {
        let below = child_pointer(&pointer, &step.key);
        let above = std::mem::replace(&mut pointer, below);
        if let Some(Json::Array(items)) = here.map(|node| &node.value) {
            let item = step.key.parse::<usize>().ok().and_then(|index| items.get(index));
            let Some(item) = item else {
                return Err(
                    problem(format!("`{above}` is a list of {}, without an item `{}`", items.len(), step.key)).into()
                );
            };
            (here, position) = (Some(item), position.item());
            continue;
        }
        let next = here.and_then(|node| node.get(&step.key));
        if next.is_none() && matches!(position, Position::Names(_)) {
            let names = here.and_then(Node::members).unwrap_or_default().iter().map(|member| member.key.as_str());
            let problem = problem(format!("the scenario has no `{}` in `{}`", step.key, &above[1..]));
            return Err(problem.nearest(nearest_name(&step.key, names)).into());
        }
        (here, position) = (next, position.member(&step.key));
    }
    Ok(FoundPath { pointer, value: here })
}

/// Refuses a path that begins with the name of a quantity: the section that it stands in comes first.
fn below_a_section(document: &Node, steps: &[PathStep], assignment: &str) -> Result<(), Box<Problem>> {
    let name = &steps[0].key;
    if keys::TOP.contains(&name.as_str()) {
        return Ok(());
    }
    let sections = keys::TOP.iter().filter_map(|key| Some((*key, document.get(key)?.members()?)));
    let names: Vec<(&str, &str)> = sections
        .filter(|(section, _)| matches!(Position::Root.member(section), Position::Names(_) | Position::Market))
        .flat_map(|(section, members)| members.iter().map(move |member| (section, member.key.as_str())))
        .collect();
    let near = nearest_name(name, names.iter().map(|(_, name)| *name).chain(keys::TOP.iter().copied()));
    let Some((section, found)) = near.as_ref().and_then(|near| names.iter().find(|(_, name)| name == near)) else {
        // What is no name either is an unknown key, which validation reports.
        return Ok(());
    };
    let rest = assignment.trim_start().trim_start_matches('/').get(name.len()..).unwrap_or_default().replace('/', ".");
    let message = format!("a path begins with a section, and `{name}` is none");
    let problem = Problem::error("set-path", steps[0].span, "", message).expected(format!("{section}.{found}"));
    Err(problem.found(name).help(format!("write --set {section}.{found}{rest}")).into())
}

/// One key or index of a path.
struct PathStep {
    key: String,
    span: Option<Span>,
}

/// The text of an assignment.
struct AssignmentText<'a> {
    source: u32,
    text: &'a str,
}

impl<'a> AssignmentText<'a> {
    fn span(&self, start: usize, end: usize) -> Option<Span> {
        // `split` refuses texts that 32 bits cannot count.
        Some(Span { source: self.source, start: start as u32, end: end as u32 })
    }

    /// Path and value at the first `=`, which no name contains.
    fn split(&self, limits: &Limits) -> Result<(&'a str, &'a str), Vec<Problem>> {
        if self.text.len() as u64 > limits.file.min(u64::from(u32::MAX)) {
            return Err(vec![Problem::error(
                "set-syntax",
                None,
                "",
                "the text of --set is longer than the limit `file`",
            )]);
        }
        let problem = |at: usize, message: &str, help: &str| {
            vec![Problem::error("set-syntax", self.span(at, at), "", message).expected("path=value").help(help)]
        };
        const EXAMPLE: &str = "for example --set constraints.power.growth.pert.mode=0.2";
        let end = self.text.len();
        let Some((path, value)) = self.text.split_once('=') else {
            return Err(problem(end, "there is no `=` between a path and a value", EXAMPLE));
        };
        if path.trim().is_empty() {
            return Err(problem(0, "there is no path before the `=`", EXAMPLE));
        }
        if value.trim().is_empty() {
            let help = "write null to remove what is there, \"\" for an empty text";
            return Err(problem(end, "there is no value after the `=`", help));
        }
        Ok((path, value))
    }

    /// The steps of a path; at least one, and none of them empty.
    fn steps(&self, path: &str) -> Result<Vec<PathStep>, Box<Problem>> {
        let start = path.len() - path.trim_start().len();
        let path = path.trim();
        let (separator, mut at) = if path.starts_with('/') { ('/', start + 1) } else { ('.', start) };
        let mut steps = Vec::new();
        for written in path.strip_prefix('/').unwrap_or(path).split(separator) {
            let span = self.span(at, at + written.len());
            if written.is_empty() {
                let message = format!("a key is missing between two `{separator}`");
                let problem = Problem::error("set-path", span, "", message).expected("a key");
                let help = "keys with a dot in them are reached by a JSON pointer: /drivers/x/discrete/1.5";
                return Err(problem.help(help).into());
            }
            let key = match separator {
                '/' => written.replace("~1", "/").replace("~0", "~"),
                _ => written.to_owned(),
            };
            steps.push(PathStep { key, span });
            at += written.len() + 1;
        }
        Ok(steps)
    }

    /// The value that begins at byte `start` of the argument.
    fn value(&self, start: usize, written: &str, limits: &Limits) -> Result<Node, Vec<Problem>> {
        let start = start + written.len() - written.trim_start().len();
        let written = written.trim();
        let span = self.span(start, start + written.len());
        if written.starts_with(['"', '[', '{']) || matches!(written, "true" | "false" | "null") {
            return parse_from(self.source, self.text, start, limits);
        }
        let value = match written.parse::<f64>() {
            Ok(number) if number.is_finite() => Json::Number(number),
            // Rust reads `nan`, `inf` and `1e999` as numbers, and none of them is a value.
            Ok(_) => {
                let problem = Problem::error("number-out-of-range", span, "", "this number is not finite");
                return Err(vec![problem.expected("a finite number").found(format!("`{written}`"))]);
            }
            Err(_) => Json::String(written.to_owned()),
        };
        Ok(Node { value, span })
    }
}

/// The patch that puts `value` at the end of the steps.
fn build(
    document: &Node,
    position: Position,
    pointer: &str,
    steps: &[PathStep],
    value: Node,
    remarks: &mut Vec<Problem>,
) -> Result<Node, Box<Problem>> {
    let Some((step, rest)) = steps.split_first() else { return Ok(value) };
    let pointer_here = child_pointer(pointer, &step.key);
    if let Json::Array(items) = &document.value {
        let index = step.key.parse::<usize>().ok().filter(|&index| index < items.len());
        let Some(index) = index else {
            let message = format!("`{pointer}` is a list of {}, without an item `{}`", items.len(), step.key);
            let problem = Problem::error("set-index", step.span, pointer, message);
            return Err(problem.expected(format!("an index below {}", items.len())).into());
        };
        let mut items = items.clone();
        let position = position.item();
        let patch = build(&items[index], position, &pointer_here, rest, value, remarks)?;
        if patch.value == Json::Null {
            items.remove(index);
        } else {
            merge_at(&mut items[index], patch, position);
        }
        return Ok(Node { value: Json::Array(items), span: document.span });
    }

    let old = document.get(&step.key);
    if old.is_none() {
        remarks.extend(new_name(document, position, step, &pointer_here));
    }
    let missing = Node { value: Json::Null, span: None };
    let node = build(old.unwrap_or(&missing), position.member(&step.key), &pointer_here, rest, value, remarks)?;
    let patch = Node {
        value: Json::Object(vec![Member { key: step.key.clone(), key_span: step.span, node }]),
        span: step.span,
    };
    if position == Position::Data && document.members().is_some() {
        // Merging replaces maps of data whole, so the patch carries the whole map.
        let mut map = document.clone();
        merge_at(&mut map, patch, Position::Plain);
        return Ok(map);
    }
    Ok(patch)
}

/// A new name beside one that is nearly the same is probably misspelt, and would silently add a driver.
fn new_name(document: &Node, position: Position, step: &PathStep, pointer: &str) -> Option<Problem> {
    if !matches!(position, Position::Names(_)) {
        return None;
    }
    let nearest = nearest_name(&step.key, document.members()?.iter().map(|member| member.key.as_str()))?;
    let message = format!("--set adds `{}`, which the scenario did not have", step.key);
    let problem = Problem::error("set-new-name", step.span, pointer, message).severity(Severity::Warning);
    Some(problem.nearest(Some(nearest)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{merge, parse, to_json};
    use serde_json::{Value, json};

    fn document() -> Node {
        let text = json!({
            "title": "t",
            "drivers": {
                "ai_ml": {"normal": {"mean": 0.2, "sd": 0.06}, "over_time": "fresh", "source": "s"},
                "cases": {"mixture": [{"weight": 0.7, "value": 1}, {"weight": 0.3, "value": {"uniform": {"low": 0, "high": 1}}}]}
            },
            "constraints": {"power": {"by_year": {"2026": 1, "2031": 2}, "unit": "W"},
                            "odds": {"discrete": {"0": 0.2, "1.5": 0.8}}}
        });
        parse(0, text.to_string().as_bytes(), &Limits::default()).expect("a JSON value is JSON")
    }

    fn after(assignment: &str, pointer: &str) -> Value {
        let mut document = document();
        let mut sources = Sources::default();
        let assignment = set(assignment, &document, &mut sources, &Limits::default()).expect("well formed");
        merge(&mut document, assignment.patch);
        to_json(&document).pointer(pointer).cloned().unwrap_or(Value::Null)
    }

    fn refused(assignment: &str) -> Problem {
        let mut sources = Sources::default();
        sources.add("a.json", b"{}");
        let mut problems = set(assignment, &document(), &mut sources, &Limits::default()).expect_err("it is malformed");
        assert_eq!(sources.files[1].name, "--set");
        assert!(problems[0].span.is_some_and(|span| span.source == 1));
        problems.remove(0)
    }

    #[test]
    fn values_are_json_or_else_text() {
        for (written, expected) in [
            ("0.3", json!(0.3)),
            (" 3 ", json!(3)),
            (".5", json!(0.5)),
            ("1e3", json!(1000)),
            ("true", json!(true)),
            ("prev(demand) * 2", json!("prev(demand) * 2")),
            ("market >= 3", json!("market >= 3")),
            ("\"3\"", json!("3")),
            ("[1, \"a\"]", json!([1, "a"])),
            ("{\"a\": 1}", json!({"a": 1})),
            ("null", json!(null)),
        ] {
            assert_eq!(after(&format!("description={written}"), "/description"), expected, "{written}");
        }
    }

    #[test]
    fn paths_reach_into_laws_and_make_what_is_missing() {
        let expected = json!({"normal": {"mean": 0.3, "sd": 0.06}, "over_time": "fresh"});
        assert_eq!(after("drivers.ai_ml.normal.mean=0.3", "/drivers/ai_ml"), expected);
        assert_eq!(after("/drivers/ai_ml/normal/mean=0.3", "/drivers/ai_ml"), expected);
        assert_eq!(after("events.slump.hazard=0.1", "/events"), json!({"slump": {"hazard": 0.1}}));
        assert_eq!(after("drivers.ai_ml=null", "/drivers/ai_ml"), Value::Null);
        assert_eq!(after("/titles/a~1b~0c=1", "/titles"), json!({"a/b~c": 1}));
    }

    #[test]
    fn lists_and_maps_of_data_change_in_one_place() {
        assert_eq!(
            after("constraints.power.by_year.2031=3", "/constraints/power/by_year"),
            json!({"2026": 1, "2031": 3})
        );
        assert_eq!(after("constraints.power.by_year.2031=null", "/constraints/power/by_year"), json!({"2026": 1}));
        assert_eq!(
            after("/constraints/odds/discrete/1.5=0.5", "/constraints/odds/discrete"),
            json!({"0": 0.2, "1.5": 0.5})
        );
        let mixture = "/drivers/cases/mixture";
        assert_eq!(after("drivers.cases.mixture.0.weight=0.9", mixture)[0], json!({"weight": 0.9, "value": 1}));
        assert_eq!(
            after("drivers.cases.mixture.1.value.uniform.low=-1", mixture)[1]["value"],
            json!({"uniform": {"low": -1, "high": 1}})
        );
        assert_eq!(after("drivers.cases.mixture.1.value=2", mixture)[1], json!({"weight": 0.3, "value": 2}));
        assert_eq!(after("drivers.cases.mixture.0=null", mixture).as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn malformed_assignments_are_refused_with_their_place() {
        for (text, code, start) in [
            ("", "set-syntax", 0),
            ("title", "set-syntax", 5),
            ("=3", "set-syntax", 0),
            ("title=", "set-syntax", 6),
            ("a..b=3", "set-path", 2),
            (".a=3", "set-path", 0),
            ("a.=3", "set-path", 2),
            ("/=3", "set-path", 1),
            ("x={\"a\": }", "json-syntax", 8),
            ("x=[1, 2", "json-truncated", 7),
            ("x=\"a\" b", "json-syntax", 6),
            ("x=NaN", "number-out-of-range", 2),
            ("x= -inf", "number-out-of-range", 3),
            ("x=1e999", "number-out-of-range", 2),
            ("extends=baseline", "set-extends", 0),
            ("drivers.cases.mixture.2.weight=1", "set-index", 22),
            ("drivers.cases.mixture.first=1", "set-index", 22),
        ] {
            let found = refused(text);
            assert_eq!((found.code, found.span.map(|span| span.start)), (code, Some(start)), "{text}");
        }
    }

    #[test]
    fn what_is_set_points_at_the_argument_and_the_document_does_not() {
        let mut document = document();
        let whole = document.span;
        let mut sources = Sources::default();
        sources.add("a.json", b"");
        let assignment = set("drivers.x= 5", &document, &mut sources, &Limits::default()).expect("well formed");
        merge(&mut document, assignment.patch);
        assert_eq!(document.span, whole);
        let x = document.get("drivers").and_then(|drivers| drivers.get("x")).expect("it was set");
        assert_eq!(x.span, Some(Span { source: 1, start: 11, end: 12 }));
    }

    #[test]
    fn paths_are_followed_to_what_is_there_and_to_what_may_be_left_out() {
        let document = document();
        let found = |path: &str| {
            let found = find_path(path, &document).unwrap_or_else(|problem| panic!("{path}: {}", problem.message));
            (found.pointer, found.value.and_then(Node::number))
        };
        assert_eq!(found("drivers.ai_ml.normal.mean"), ("/drivers/ai_ml/normal/mean".into(), Some(0.2)));
        assert_eq!(found(" /drivers/ai_ml/normal/mean").0, "/drivers/ai_ml/normal/mean");
        assert_eq!(found("/constraints/odds/discrete/1.5").1, Some(0.8));
        assert_eq!(found("drivers.cases.mixture.1.weight").1, Some(0.3));
        assert_eq!(found("drivers.ai_ml.over_time.persistence").1, None);
        assert_eq!(found("horizon.end").1, None);
        for (path, message, nearest) in [
            ("drivers.ai_mll", "no `ai_mll` in `drivers`", Some("ai_ml")),
            ("events.slump.hazard", "no `slump` in `events`", None),
            ("ai_ml.normal.mean", "a path begins with a section", None),
            ("title", "no value in a section", None),
            ("drivers", "no value in a section", None),
            ("$schema.x", "no value in a section", None),
            ("extends.x", "no value in a section", None),
            ("drivers.cases.mixture.2.weight", "a list of 2", None),
            ("drivers..x", "a key is missing", None),
        ] {
            let problem = find_path(path, &document).expect_err(path);
            assert!(problem.message.contains(message), "{path}: {}", problem.message);
            assert_eq!(problem.nearest.as_deref(), nearest, "{path}");
        }
    }

    #[test]
    fn a_new_name_beside_a_similar_one_is_remarked() {
        let remarks = |assignment: &str| {
            set(assignment, &document(), &mut Sources::default(), &Limits::default()).expect("well formed").remarks
        };
        let found = remarks("drivers.ai_mll=0.3");
        assert_eq!((found[0].code, found[0].nearest.as_deref()), ("set-new-name", Some("ai_ml")));
        assert!(remarks("drivers.something=0.3").is_empty());
        assert!(remarks("drivers.ai_ml.unit=W").is_empty());
    }
}
