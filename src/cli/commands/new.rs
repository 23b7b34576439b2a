//! `new`: a scenario that extends another, or a starter of its own, ready to edit.

use crate::cli::args::NewArgs;
use crate::cli::console;
use crate::cli::exit::{Exit, Failure};
use crate::diagnostic::{Sources, escape};
use crate::limits::Limits;
use crate::output::OutputFile;
use crate::scenario::{
    Assignment, SCHEMA, TEMPLATES, merge, nearest_shipped, root_of, set as assign, shipped, to_json,
};
use crate::study::{LoadOptions, Origin, Study};
use serde_json::{Map, Value, json};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

pub(in crate::cli) fn run(args: NewArgs) -> Result<Exit, Failure> {
    let (file, stem) = named(&args.file)?;
    let starter = args.template.as_ref().and_then(|name| TEMPLATES.iter().find(|template| template.name == name));
    let (text, extends) = match starter {
        Some(template) => (template.text.to_owned(), None),
        None => (child(&args.extends, &file, &stem)?, Some(escape(&args.extends))),
    };
    save(&file, &text, args.force)?;
    let shown = file.display().to_string();
    let shown = escape(&shown);
    let quoted = if shown.contains(' ') { format!("'{shown}'") } else { shown.to_string() };
    console::print(|out| match &extends {
        Some(extends) => {
            writeln!(out, "{shown} extends {extends}. What it may change:")?;
            writeln!(out, "  riskband explain {extends}")?;
            writeln!(out, "Edit it, then:")?;
            writeln!(out, "  riskband run {extends} {quoted}")
        }
        None => {
            writeln!(out, "{shown} runs as it is; its notes say what each part is for. Edit it, then:")?;
            writeln!(out, "  riskband run {quoted}")
        }
    })?;
    Ok(Exit::Done)
}

/// The file that is meant, with an extension, and the name of the scenario in it.
fn named(file: &Path) -> Result<(PathBuf, String), Failure> {
    let mut file = file.to_owned();
    if file.extension().is_none() {
        file.set_extension("json");
    }
    match file.file_stem().filter(|_| file.file_name().is_some()).map(|stem| stem.to_string_lossy().into_owned()) {
        Some(stem) => Ok((file, stem)),
        None => Err(Failure::Usage(format!("`{}` is not the name of a file", file.display()))),
    }
}

/// Writes a file, whole or not at all; one that is there only by force.
fn save(file: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let shown = file.display().to_string();
    let write = |out: &mut (dyn Write + Send)| out.write_all(text.as_bytes());
    let written = OutputFile::open(file).and_then(|out| if force { out.write(write) } else { out.write_new(write) });
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::Usage(format!("`{shown}` is there already; --force replaces it")),
        _ => Failure::write(shown.clone(), error),
    })
}

/// Writes a file that extends a scenario, with these values set, by the rules of `new`; gives its path.
pub(super) fn write_child(
    file: &Path,
    extends: &str,
    set: &[String],
    description: &str,
    force: bool,
) -> Result<PathBuf, Failure> {
    let (file, stem) = named(file)?;
    let (origin, written) = parent(extends, &file)?;
    let study = loaded(&origin, extends)?;
    let mut patch = Value::Object(Map::new());
    let mut document = study.document.clone();
    for assignment in set {
        let told = |_| Failure::Usage(format!("`{assignment}` cannot be written into a file"));
        let Assignment { patch: node, .. } =
            assign(assignment, &document, &mut Sources::default(), &Limits::default()).map_err(told)?;
        put_in(&mut patch, to_json(&node));
        merge(&mut document, node);
    }
    let mut text = head(&stem, description, &written, has_schema(&file));
    if let Value::Object(sections) = patch {
        text.extend(sections);
    }
    save(&file, &format!("{:#}\n", Value::Object(text)), force)?;
    Ok(file)
}

/// Puts the members of one object into another, objects of the same key member by member.
fn put_in(target: &mut Value, patch: Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            for (key, value) in patch {
                put_in(target.entry(key).or_insert(Value::Null), value);
            }
        }
        (target, patch) => *target = patch,
    }
}

/// The text of a file that extends a scenario.
fn child(extends: &str, file: &Path, name: &str) -> Result<String, Failure> {
    let (origin, written) = parent(extends, file)?;
    let study = loaded(&origin, extends)?;
    Ok(text(name, &written, &study, has_schema(file)))
}

/// A scenario that can be extended, its calibration as it is written.
fn loaded(origin: &Origin, extends: &str) -> Result<Study, Failure> {
    Study::load(origin, &LoadOptions { unsolved: true, ..LoadOptions::default() }).map_err(|rejected| {
        console::problems(&rejected.problems, &rejected.sources);
        Failure::Usage(format!("`{extends}` cannot be extended before it is valid"))
    })
}

/// Whether the schema lies beside a file.
fn has_schema(file: &Path) -> bool {
    file.parent().is_some_and(|folder| folder.join(SCHEMA).is_file())
}

/// The scenario to extend, and how the new file calls it: by shipped name, or by the path from its own folder.
fn parent(extends: &str, file: &Path) -> Result<(Origin, String), Failure> {
    if shipped(extends).is_some() {
        return Ok((Origin::Shipped(extends.into()), extends.into()));
    }
    let path = Path::new(extends);
    let canonical = path.canonicalize().map_err(|error| {
        let nearest =
            nearest_shipped(extends).map_or_else(String::new, |nearest| format!(" (did you mean `{nearest}`?)"));
        Failure::Usage(format!("--extends: `{extends}` is no shipped scenario{nearest} and no file: {error}"))
    })?;
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let folder = folder.canonicalize().map_err(|error| Failure::write(folder.display().to_string(), error))?;
    let root = root_of(&folder);
    if !canonical.starts_with(&root) {
        let shared = folder.ancestors().find(|shared| canonical.starts_with(shared)).unwrap_or(&folder);
        return Err(Failure::Usage(format!(
            "--extends: `{extends}` lies outside of {}, the root of the new file, and could not be read from there; put an \
             empty file `.riskband` into {} to make that the root, or write the new file beside `{extends}`",
            root.display(),
            shared.display()
        )));
    }
    Ok((Origin::File(path.to_owned()), from_folder(&folder, &canonical)))
}

/// The path from a folder to a file, both canonical, written with `/` as scenario files have it.
fn from_folder(folder: &Path, file: &Path) -> String {
    let shared = folder.components().zip(file.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    let parts = up.chain(file.components().skip(shared)).map(|part| part.as_os_str().to_string_lossy().into_owned());
    parts.collect::<Vec<_>>().join("/")
}

/// The new file: what it extends, and one number of it as an example of a difference.
fn text(name: &str, extends: &str, study: &Study, has_schema: bool) -> String {
    let description = format!("What differs from {extends}, and why.");
    let mut document = head(name, &description, extends, has_schema);
    if let Some((section, patch)) = example(&to_json(&study.document)) {
        document.insert(section, patch);
    }
    format!("{:#}\n", Value::Object(document))
}

/// The members that every file begins with.
fn head(name: &str, description: &str, extends: &str, has_schema: bool) -> Map<String, Value> {
    let mut document = Map::new();
    // An editor would complain of a schema that is not there.
    if has_schema {
        document.insert("$schema".into(), SCHEMA.into());
    }
    document.insert("riskband".into(), 1.into());
    document.insert("title".into(), name.into());
    document.insert("description".into(), description.into());
    document.insert("extends".into(), extends.into());
    document
}

/// The first plain number of a section, where it stands, as a patch that changes nothing yet.
fn example(document: &Value) -> Option<(String, Value)> {
    let patch = |section: &str| {
        let quantities = document.get(section)?.as_object()?;
        quantities.iter().find_map(|(name, quantity)| Some(json!({ name: number_in(quantity)? })))
    };
    ["constraints", "drivers", "variables"].into_iter().find_map(|section| Some((section.to_owned(), patch(section)?)))
}

fn number_in(quantity: &Value) -> Option<Value> {
    match quantity {
        Value::Number(_) => Some(quantity.clone()),
        Value::Object(members) => ["value", "start"].into_iter().find_map(|key| {
            let number = number_in(members.get(key)?)?;
            Some(json!({ key: number }))
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_from_the_folder_of_the_new_file() {
        let path = |folder: &str, file: &str| from_folder(Path::new(folder), Path::new(file));
        assert_eq!(path("/a/b", "/a/b/base.json"), "base.json");
        assert_eq!(path("/a/b", "/a/b/c/base.json"), "c/base.json");
        assert_eq!(path("/a/b/c", "/a/d/base.json"), "../../d/base.json");
    }

    #[test]
    fn the_example_is_the_first_plain_number_in_the_form_it_has() {
        let document = json!({
            "drivers": { "ai": { "normal": { "mean": 0.2, "sd": 0.1 } }, "trend": 0 },
            "constraints": { "power": { "start": { "value": 9.5, "source": "x" }, "growth": 0.3 } },
        });
        assert_eq!(example(&document), Some(("constraints".into(), json!({ "power": { "start": { "value": 9.5 } } }))));
        let document = json!({ "drivers": { "ai": { "normal": { "mean": 0.2, "sd": 0.1 } }, "trend": 0 } });
        assert_eq!(example(&document), Some(("drivers".into(), json!({ "trend": 0 }))));
        assert_eq!(example(&json!({ "variables": { "x": "1 + 2" } })), None);
    }
}
