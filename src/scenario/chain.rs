//! `extends` followed to its end: the scenario and all its ancestors as patches, ancestors first, each once.

use super::files::{locate, nearest_file, plain, read, root_of};
use super::json::{Json, Node};
use super::origin::Origin;
use super::parse::parse_counting;
use super::place::Place;
use super::shipped::{Shipped, all, shipped};
use crate::diagnostic::{Problem, Sources, Span, nearest_name};
use crate::limits::{Limits, MOST_NESTING};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// A scenario and its ancestors, read and not merged yet.
#[derive(Clone, Debug)]
pub struct Chain {
    /// Every text that was read.
    pub sources: Sources,
    /// Ancestors first, the scenario itself last; at least one.
    pub patches: Vec<Patch>,
    /// The folder below which files stay; `None` where there is none, as for a shipped scenario.
    pub root: Option<PathBuf>,
    /// What the files say that values of the scenario name, where they are not to be looked for: of a chain that was kept.
    pub kept: Option<Vec<TextFile>>,
}

/// A text file that a value of a scenario names, such as a column of a CSV file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextFile {
    /// Index in the sources of the file whose folder the path starts from.
    pub source: u32,
    /// The path as it is written.
    pub path: String,
    /// What the file says.
    pub text: String,
}

/// One file of a chain.
#[derive(Clone, Debug)]
pub struct Patch {
    /// The file's content, an object, without `extends`.
    pub node: Node,
    /// The file's name as in the sources.
    pub name: String,
    /// The file's index in the sources, which the spans of `node` carry.
    pub source: u32,
    /// The folder that its relative paths start from; `None` for shipped scenarios.
    pub folder: Option<PathBuf>,
}

/// A chain that could not be read, and why.
#[derive(Clone, Debug)]
pub struct Unread {
    /// Every text that was read.
    pub sources: Sources,
    /// The problems, at least one.
    pub problems: Vec<Problem>,
}

impl Chain {
    /// Reads a scenario and everything that it extends.
    ///
    /// A reference with a `/` or the ending `.json` is a file, relative to the file that writes it; any other is the name of
    /// a shipped scenario. So what a reference means never depends on which files happen to exist.
    ///
    /// # Errors
    ///
    /// All problems of all files that could be reached.
    pub fn read(origin: &Origin, root: Option<&Path>, limits: &Limits) -> Result<Chain, Unread> {
        let mut reader = ChainReader {
            limits: *limits,
            root: None,
            sources: Sources::default(),
            patches: Vec::new(),
            problems: Vec::new(),
            memory: 0,
            seen: HashSet::new(),
            open: Vec::new(),
        };
        match reader.first(origin, root) {
            Ok(text) => reader.visit(text),
            Err(problem) => reader.problems.push(*problem),
        }
        let ChainReader { root, sources, patches, problems, .. } = reader;
        if problems.is_empty() {
            Ok(Chain { sources, patches, root, kept: None })
        } else {
            Err(Unread { sources, problems })
        }
    }

    /// A chain from texts that were read before, and what the files say that they name: it needs no file. `order` has the
    /// texts by their number in the sources, ancestors first.
    ///
    /// # Errors
    ///
    /// All problems of all texts.
    pub fn of_kept(sources: Sources, order: &[u32], files: Vec<TextFile>, limits: &Limits) -> Result<Chain, Unread> {
        let (mut patches, mut problems, mut memory) = (Vec::new(), Vec::new(), 0);
        for &source in order {
            let Some(text) = sources.files.get(source as usize) else {
                problems.push(Problem::error("unknown-text", None, "", format!("there is no text {source}")));
                continue;
            };
            match parse_counting(source, text.text.as_bytes(), limits, &mut memory) {
                Ok(mut node) => {
                    node.take_member("extends");
                    patches.push(Patch { node, name: text.name.clone(), source, folder: None });
                }
                Err(unread) => problems.extend(unread),
            }
        }
        match problems.is_empty() {
            true => Ok(Chain { sources, patches, root: None, kept: Some(files) }),
            false => Err(Unread { sources, problems }),
        }
    }

    /// The folder of the scenario's file, as it was named; none of a shipped scenario. It is known of a chain that was kept too.
    pub fn named_folder(&self) -> Option<String> {
        let own = self.patches.last().filter(|own| !own.name.starts_with(SHIPPED))?;
        let folder = Path::new(&own.name).parent().filter(|folder| !folder.as_os_str().is_empty());
        Some(folder.unwrap_or(Path::new(".")).display().to_string())
    }

    /// The file whose folder a relative path written at `span` starts from; for what is set on the command line, the
    /// scenario itself.
    pub fn patch_of(&self, span: Option<Span>) -> Option<&Patch> {
        let wrote = |patch: &&Patch| span.is_some_and(|span| span.source == patch.source);
        self.patches.iter().find(wrote).or(self.patches.last())
    }

    /// The folder that a relative path written at `span` starts from.
    pub fn folder_of(&self, span: Option<Span>) -> Option<&Path> {
        self.patch_of(span)?.folder.as_deref()
    }

    /// Reads the text file that a value of the scenario names, as `empirical` does.
    ///
    /// # Errors
    ///
    /// A problem at the place where the path was written.
    pub fn read_text(&self, path: &str, written: &Place, limits: &Limits) -> Result<String, Box<Problem>> {
        if let Some(kept) = &self.kept {
            let source = self.patch_of(written.span).map(|patch| patch.source);
            let file = kept.iter().find(|file| file.path == path && Some(file.source) == source);
            return file.map(|file| file.text.clone()).ok_or_else(|| no_folder(path, written).into());
        }
        let (Some(root), Some(folder)) = (&self.root, self.folder_of(written.span)) else {
            return Err(no_folder(path, written).into());
        };
        let file = locate(root, folder, path, written)?;
        let bytes = read(&file, path, limits).map_err(|problem| written.moved(*problem))?;
        String::from_utf8(bytes).map_err(|error| {
            let message = format!("byte {} of `{path}` is not UTF-8", error.utf8_error().valid_up_to());
            written.moved(Problem::error("invalid-utf8", None, "", message).help("save the file as UTF-8")).into()
        })
    }
}

/// What makes two references the same text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Identity {
    Shipped(&'static str),
    /// Canonical path.
    File(PathBuf),
    /// Standard input: nothing can refer to it.
    Text,
}

/// A text about to be parsed.
struct Text<'a> {
    identity: Identity,
    name: String,
    folder: Option<PathBuf>,
    /// The folder as the user would write it, for the names of what this text extends.
    shown_folder: PathBuf,
    bytes: Cow<'a, [u8]>,
}

struct ChainReader {
    limits: Limits,
    root: Option<PathBuf>,
    sources: Sources,
    patches: Vec<Patch>,
    problems: Vec<Problem>,
    memory: u64,
    seen: HashSet<Identity>,
    /// The texts between the scenario and the one being read, itself included.
    open: Vec<(Identity, String)>,
}

impl ChainReader {
    /// The scenario itself, and the root.
    fn first<'a>(&mut self, origin: &'a Origin, root: Option<&Path>) -> Result<Text<'a>, Box<Problem>> {
        let text = match origin {
            Origin::Shipped(name) => shipped(name).map(shipped_text).ok_or_else(|| {
                let message = format!("there is no shipped scenario `{name}`");
                Problem::error("scenario-unknown", None, "", message)
                    .nearest(nearest_name(name, all().iter().map(|shipped| shipped.name)))
                    .help("`riskband list` shows them all")
            })?,
            Origin::File(path) => file_given(path, &self.limits)?,
            Origin::Text { name, bytes } => Text {
                identity: Identity::Text,
                name: name.clone(),
                folder: std::env::current_dir().and_then(|folder| folder.canonicalize()).ok(),
                shown_folder: PathBuf::new(),
                bytes: Cow::Borrowed(bytes),
            },
        };
        self.root = match root {
            None => text.folder.as_deref().map(root_of),
            Some(root) => Some(root.canonicalize().map_err(|error| {
                let message = format!("the root `{}` cannot be used: {error}", root.display());
                Problem::error("root-missing", None, "", message).help("name an existing folder with --root")
            })?),
        };
        Ok(text)
    }

    /// Reads a text and, before it is added, everything that it extends.
    fn visit(&mut self, text: Text<'_>) {
        self.seen.insert(text.identity.clone());
        let source = self.sources.add(&text.name, &text.bytes);
        let mut node = match parse_counting(source, &text.bytes, &self.limits, &mut self.memory) {
            Ok(node) => node,
            Err(problems) => return self.problems.extend(problems),
        };
        let (kind, span) = (node.kind(), node.span);
        let Json::Object(_) = &node.value else {
            let problem = Problem::error("scenario-not-object", span, "", "a scenario is a JSON object");
            return self.problems.push(problem.expected("an object").found(kind));
        };
        let extends = node.take_member("extends");
        let patch = Patch { node, name: text.name.clone(), source, folder: text.folder.clone() };

        self.open.push((text.identity.clone(), text.name.clone()));
        for (reference, written) in self.references(extends) {
            match self.resolve(&text, &reference, &written) {
                Ok(Some(text)) => self.visit(text),
                Ok(None) => {}
                Err(problem) => self.problems.push(*problem),
            }
        }
        self.open.pop();
        self.patches.push(patch);
    }

    /// What `extends` names: a text or a list of them.
    fn references(&mut self, extends: Option<Node>) -> Vec<(String, Place)> {
        let Some(Node { value, span }) = extends else { return Vec::new() };
        let nodes: Vec<(Node, String)> = match value {
            Json::Array(nodes) => {
                nodes.into_iter().enumerate().map(|(n, node)| (node, format!("/extends/{n}"))).collect()
            }
            value => vec![(Node { value, span }, "/extends".to_owned())],
        };
        let (count, limit) = (nodes.len(), self.limits.extends);
        if count as u64 > limit {
            let message = format!("`extends` names {count} texts, more than the limit `extends` of {limit}");
            let problem = Problem::error("extends-too-many", span, "/extends", message);
            self.problems.push(problem.help("name each text once, or raise the limit with --limit extends=N"));
            return Vec::new();
        }
        let mut references = Vec::new();
        for (node, pointer) in nodes {
            match node.value {
                Json::String(reference) if !reference.is_empty() => {
                    references.push((reference, Place { span: node.span, pointer }))
                }
                _ => self.problems.push(
                    Problem::error("extends-type", node.span, pointer, "`extends` names scenarios")
                        .expected("a shipped name or a path, or a list of them")
                        .found(if node.text().is_some() { "an empty text" } else { node.kind() }),
                ),
            }
        }
        references
    }

    /// The text behind a reference; `None` if it was read already.
    fn resolve(
        &self,
        from: &Text<'_>,
        reference: &str,
        written: &Place,
    ) -> Result<Option<Text<'static>>, Box<Problem>> {
        let is_file = reference.contains(['/', '\\']) || reference.ends_with(".json");
        let (identity, name) = match (is_file, &self.root, &from.folder) {
            (false, _, folder) => match shipped(reference) {
                Some(shipped) => (Identity::Shipped(shipped.name), shipped_name(shipped.name)),
                None => return Err(unknown(folder.as_deref(), reference, written).into()),
            },
            (true, Some(root), Some(folder)) => {
                let path = locate(root, folder, reference, written)?;
                let shown = plain(&from.shown_folder.join(reference));
                let shown = if shown.canonicalize().is_ok_and(|real| real == path) { shown } else { path.clone() };
                (Identity::File(path), shown.display().to_string())
            }
            (true, ..) => return Err(no_folder(reference, written).into()),
        };
        if let Some(place) = self.open.iter().position(|(open, _)| *open == identity) {
            let cycle: Vec<&str> =
                self.open[place..].iter().map(|(_, name)| name.as_str()).chain([name.as_str()]).collect();
            let message = format!("`extends` runs in a circle: {}", cycle.join(" -> "));
            return Err(written.error("extends-cycle", message).help("remove one of these `extends`").into());
        }
        if self.seen.contains(&identity) {
            return Ok(None);
        }
        let limit = self.limits.nesting.min(MOST_NESTING);
        if self.open.len() as u64 >= limit {
            let message = format!("scenarios extend each other deeper than the limit `nesting` of {limit}");
            return Err(written.error("extends-too-deep", message).help("raise it with --limit nesting=N").into());
        }
        match identity {
            Identity::File(path) => {
                let bytes = read(&path, &name, &self.limits).map_err(|problem| written.moved(*problem))?;
                let shown_folder = Path::new(&name).parent().unwrap_or(Path::new("")).to_owned();
                let folder = path.parent().map(Path::to_owned);
                Ok(Some(Text { identity: Identity::File(path), name, folder, shown_folder, bytes: bytes.into() }))
            }
            _ => Ok(shipped(reference).map(shipped_text)),
        }
    }
}

/// A path written where there is no folder to start from.
fn no_folder(path: &str, written: &Place) -> Problem {
    let message = format!("`{path}` is a file, and what names it stands in no folder");
    written
        .error("path-no-folder", message)
        .help("a shipped scenario can name shipped scenarios only; copy it to a file of your own")
}

/// What the name of a shipped scenario begins with among the sources.
const SHIPPED: &str = "shipped:";

/// How a shipped scenario is called among the sources.
fn shipped_name(name: &str) -> String {
    format!("{SHIPPED}{name}")
}

fn shipped_text(shipped: &'static Shipped) -> Text<'static> {
    Text {
        identity: Identity::Shipped(shipped.name),
        name: shipped_name(shipped.name),
        folder: None,
        shown_folder: PathBuf::new(),
        bytes: Cow::Borrowed(shipped.text.as_bytes()),
    }
}

/// The file that the user named.
fn file_given(path: &Path, limits: &Limits) -> Result<Text<'static>, Box<Problem>> {
    let name = path.display().to_string();
    let bytes = read(path, &name, limits).map_err(|problem| match problem.code {
        "file-missing" => Box::new(problem.nearest(nearest_given(path))),
        _ => problem,
    })?;
    // The folder where the file really is: its neighbours are there, not beside a link to it.
    let real = path
        .canonicalize()
        .map_err(|error| Problem::error("file-unreadable", None, "", format!("`{name}` cannot be read: {error}")))?;
    let folder = real.parent().map(Path::to_owned);
    let shown_folder = path.parent().unwrap_or(Path::new("")).to_owned();
    Ok(Text { identity: Identity::File(real), name, folder, shown_folder, bytes: bytes.into() })
}

/// The shipped scenario or the file nearest to what the user typed.
fn nearest_given(path: &Path) -> Option<String> {
    let folder = path.parent()?;
    let typed = path.file_name()?.to_str()?;
    if folder.as_os_str().is_empty() {
        let stem = typed.strip_suffix(".json").unwrap_or(typed);
        let shipped = nearest_name(stem, all().iter().map(|shipped| shipped.name));
        return shipped.or_else(|| nearest_file(Path::new("."), path));
    }
    Some(folder.join(nearest_file(folder, path)?).display().to_string())
}

/// A reference that is the name of no shipped scenario.
fn unknown(folder: Option<&Path>, name: &str, written: &Place) -> Problem {
    let file = format!("{name}.json");
    let has_file = folder.is_some_and(|folder| folder.join(&file).is_file());
    let nearest = if has_file { Some(file) } else { nearest_name(name, all().iter().map(|shipped| shipped.name)) };
    let message = format!("there is no shipped scenario `{name}`");
    written
        .error("extends-unknown", message)
        .nearest(nearest)
        .help("a file is written with its ending .json, or with a `/` in its path")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tempfile::TempDir;

    /// A folder with a `.riskband` in `work/`, and these files.
    fn folder(files: &[(&str, &str)]) -> TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in [("work/.riskband", "")].iter().chain(files) {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("below the folder")).expect("a writable folder");
            fs::write(path, text).expect("a writable folder");
        }
        folder
    }

    fn chain_of(origin: &Origin) -> Result<Chain, Unread> {
        Chain::read(origin, None, &Limits::default())
    }

    fn chain(folder: &TempDir, path: &str) -> Result<Chain, Unread> {
        chain_of(&Origin::File(folder.path().join(path)))
    }

    fn problem(folder: &TempDir, path: &str) -> Problem {
        let mut problems = chain(folder, path).expect_err("the chain is broken").problems;
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.remove(0)
    }

    fn titles(chain: &Chain) -> Vec<&str> {
        chain.patches.iter().filter_map(|patch| patch.node.get("title")?.text()).collect()
    }

    #[test]
    fn ancestors_come_first_and_each_once() {
        let folder = folder(&[
            ("work/a.json", r#"{"title": "a", "extends": ["sub/b.json", "./c.json"]}"#),
            ("work/sub/b.json", r#"{"extends": "../base.json", "title": "b"}"#),
            ("work/c.json", r#"{"extends": ["sub/../base.json"], "title": "c"}"#),
            ("work/base.json", r#"{"title": "base"}"#),
        ]);
        let chain = chain(&folder, "work/a.json").expect("a diamond is no circle");
        assert_eq!(titles(&chain), ["base", "b", "c", "a"]);
        assert!(chain.patches.iter().all(|patch| patch.node.get("extends").is_none()));
        let work = folder.path().join("work");
        assert_eq!(chain.patches[1].name, work.join("sub/b.json").display().to_string());
        let real = work.canonicalize().expect("it exists");
        assert_eq!(chain.root.as_deref(), Some(real.as_path()));
        assert_eq!(chain.folder_of(chain.patches[1].node.span), Some(real.join("sub").as_path()));
    }

    #[test]
    fn shipped_scenarios_are_named_and_extended() {
        let shipped = chain_of(&Origin::Shipped("baseline".into())).expect("it is shipped");
        assert_eq!((shipped.patches.len(), shipped.root), (1, None));
        let folder = folder(&[("work/a.json", r#"{"extends": "baseline"}"#), ("work/baseline", "{}")]);
        let chain = chain(&folder, "work/a.json").expect("a file of that name does not matter");
        assert_eq!(chain.sources.files[1].name, "shipped:baseline");
        assert_eq!(chain.folder_of(chain.patches[0].node.span), None);
    }

    #[test]
    fn standard_input_extends_from_the_current_folder() {
        let text = |text: &str| Origin::Text { name: "<stdin>".into(), bytes: text.as_bytes().to_vec() };
        let chain = chain_of(&text(r#"{"extends": "baseline", "title": "x"}"#));
        assert_eq!(chain.expect("baseline is shipped").patches[1].name, "<stdin>");
        let unread = chain_of(&text(r#"{"extends": "no/such.json"}"#)).expect_err("missing");
        assert_eq!(unread.problems[0].code, "file-missing");
    }

    #[test]
    fn text_files_are_read_from_the_folder_of_whoever_names_them() {
        let folder = folder(&[
            ("work/a.json", r#"{"extends": "sub/b.json"}"#),
            ("work/sub/b.json", r#"{"title": "b"}"#),
            ("work/sub/x.csv", "x\n1\n"),
            ("work/y.csv", "y"),
        ]);
        fs::write(folder.path().join("work/latin1.csv"), b"\xe9").expect("a writable folder");
        let chain = chain(&folder, "work/a.json").expect("both are there");
        let read = |source: u32, path: &str| {
            let written = Place { span: Some(Span { source, start: 0, end: 0 }), pointer: "/x".into() };
            chain.read_text(path, &written, &Limits::default()).map_err(|problem| (problem.code, problem.pointer))
        };
        let (a, b, set) = (chain.patches[1].source, chain.patches[0].source, 99);
        assert_eq!(read(b, "x.csv").as_deref(), Ok("x\n1\n"));
        assert_eq!(read(a, "y.csv").as_deref(), Ok("y"));
        assert_eq!(read(set, "y.csv").as_deref(), Ok("y"));
        let refused = |code| Err((code, "/x".to_owned()));
        assert_eq!(read(a, "x.csv"), refused("file-missing"));
        assert_eq!(read(a, "latin1.csv"), refused("invalid-utf8"));
        assert_eq!(read(a, "../../y.csv"), refused("path-outside-root"));
        let shipped = chain_of(&Origin::Shipped("baseline".into())).expect("it is shipped");
        let written = Place { span: None, pointer: "/x".into() };
        let problem = shipped.read_text("x.csv", &written, &Limits::default()).expect_err("no folder");
        assert_eq!(problem.code, "path-no-folder");
    }

    #[test]
    fn circles_are_printed() {
        let folder = folder(&[
            ("work/a.json", r#"{"extends": "b.json"}"#),
            ("work/b.json", r#"{"extends": ["baseline", "c.json"]}"#),
            ("work/c.json", r#"{"extends": "./b.json"}"#),
            ("work/self.json", r#"{"extends": "self.json"}"#),
        ]);
        let found = problem(&folder, "work/a.json");
        let name = |file: &str| folder.path().join("work").join(file).display().to_string();
        let circle = format!("{0} -> {1} -> {0}", name("b.json"), name("c.json"));
        assert_eq!((found.code, found.pointer.as_str()), ("extends-cycle", "/extends"));
        assert!(found.message.ends_with(&circle), "{}", found.message);
        assert_eq!(problem(&folder, "work/self.json").code, "extends-cycle");
    }

    #[test]
    fn nothing_outside_the_root_is_reached() {
        let folder = folder(&[
            ("secret.json", "{}"),
            ("work/sub/up.json", r#"{"extends": "../../secret.json"}"#),
            ("work/sub/gone.json", r#"{"extends": "../../nothing/here.json"}"#),
            ("work/absolute.json", r#"{"extends": "/etc/passwd.json"}"#),
            ("work/drive.json", r#"{"extends": "C:/x.json"}"#),
            ("work/backslash.json", r#"{"extends": "sub\\up.json"}"#),
            ("work/address.json", r#"{"extends": "https://example.com/x.json"}"#),
        ]);
        for (file, code) in [
            ("work/sub/up.json", "path-outside-root"),
            ("work/sub/gone.json", "path-outside-root"),
            ("work/absolute.json", "path-absolute"),
            ("work/drive.json", "path-absolute"),
            ("work/backslash.json", "path-backslash"),
            ("work/address.json", "path-address"),
        ] {
            let found = problem(&folder, file);
            assert_eq!(found.code, code, "{file}");
            assert!(found.span.is_some() && found.pointer == "/extends", "{found:?}");
        }
        let up = Origin::File(folder.path().join("work/sub/up.json"));
        assert_eq!(
            Chain::read(&up, Some(folder.path()), &Limits::default()).expect("the root was widened").patches.len(),
            2
        );
    }

    #[test]
    fn without_a_marker_the_folder_of_the_file_is_the_root() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let real = folder.path().canonicalize().expect("it exists");
        // Whether a parent of the temporary folder is marked is not ours to say.
        if root_of(&real) == real {
            fs::write(folder.path().join("a.json"), "{}").expect("a writable folder");
            assert_eq!(chain(&folder, "a.json").expect("a file alone").root, Some(real));
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_inside_the_root_only() {
        let folder = folder(&[
            ("secret.json", r#"{"title": "secret"}"#),
            ("work/real.json", r#"{"title": "real"}"#),
            ("work/out.json", r#"{"extends": "link_out.json"}"#),
            ("work/in.json", r#"{"extends": ["link_in.json", "real.json"]}"#),
        ]);
        let link = |to: &str, at: &str| std::os::unix::fs::symlink(folder.path().join(to), folder.path().join(at));
        link("secret.json", "work/link_out.json").expect("links can be made");
        link("work/real.json", "work/link_in.json").expect("links can be made");
        assert_eq!(problem(&folder, "work/out.json").code, "path-outside-root");
        assert_eq!(titles(&chain(&folder, "work/in.json").expect("it stays inside")), ["real"], "two paths, one file");
    }

    #[cfg(unix)]
    #[test]
    fn pipes_and_devices_are_refused_without_waiting() {
        let folder = folder(&[("work/a.json", r#"{"extends": "pipe.json"}"#)]);
        let pipe = folder.path().join("work/pipe.json");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is there");
        assert!(made.success());
        for file in ["work/a.json", "work/pipe.json"] {
            let found = problem(&folder, file);
            assert_eq!((found.code, found.found.as_deref()), ("file-not-regular", Some("a pipe, socket or device")));
        }
        let device = chain_of(&Origin::File("/dev/zero".into())).expect_err("a device");
        assert_eq!(device.problems[0].code, "file-not-regular");
    }

    #[test]
    fn missing_files_have_a_nearest_name() {
        let folder = folder(&[
            ("work/sub/power.json", "{}"),
            ("work/a.json", r#"{"extends": ["sub/powr.json", "basline", "sub", "sub/", 5, ""]}"#),
            ("work/sub/b.json", r#"{"extends": "power"}"#),
        ]);
        let problems = chain(&folder, "work/a.json").expect_err("nothing is right").problems;
        let facts: Vec<_> = problems.iter().map(|problem| (problem.code, problem.nearest.as_deref())).collect();
        let expected = [
            ("extends-type", None),
            ("extends-type", None),
            ("file-missing", Some("sub/power.json")),
            ("extends-unknown", Some("baseline")),
            ("extends-unknown", None),
            ("file-not-regular", None),
        ];
        assert_eq!(facts, expected);
        assert_eq!(problem(&folder, "work/sub/b.json").nearest.as_deref(), Some("power.json"));
        let typed = problem(&folder, "work/sub/powr.json").nearest;
        assert_eq!(typed, Some(folder.path().join("work/sub/power.json").display().to_string()));
        let nearest = |path: &str| {
            let unread = chain_of(&Origin::File(path.into())).expect_err("missing");
            unread.problems[0].nearest.clone()
        };
        assert_eq!(nearest("basline").as_deref(), Some("baseline"));
        let unread = chain_of(&Origin::Shipped("basline".into())).expect_err("missing");
        assert_eq!(
            (unread.problems[0].code, unread.problems[0].nearest.as_deref()),
            ("scenario-unknown", Some("baseline"))
        );
    }

    #[test]
    fn problems_of_all_files_come_in_one_go() {
        let folder = folder(&[
            ("work/a.json", r#"{"extends": ["b.json", "c.json", "gone.json"]}"#),
            ("work/b.json", r#"{"x": 1,}"#),
            ("work/c.json", "[]"),
        ]);
        let unread = chain(&folder, "work/a.json").expect_err("all of them are broken");
        let codes: Vec<_> = unread.problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["json-trailing-comma", "scenario-not-object", "file-missing"]);
        let span = unread.problems[0].span.expect("it stands in a file");
        assert!(unread.sources.files[span.source as usize].name.ends_with("b.json"));
    }

    #[test]
    fn size_and_depth_are_limited() {
        let files: Vec<(String, String)> =
            (0..20).map(|n| (format!("work/{n}.json"), format!(r#"{{"extends": "{}.json"}}"#, n + 1))).collect();
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let folder = folder(&files);
        let read = |limits: Limits| {
            let origin = Origin::File(folder.path().join("work/0.json"));
            Chain::read(&origin, None, &limits).expect_err("a limit is met").problems.remove(0).code
        };
        assert_eq!(read(Limits { nesting: 10, ..Limits::default() }), "extends-too-deep");
        assert_eq!(read(Limits { file: 21, ..Limits::default() }), "file-too-large");
        assert_eq!(read(Limits { memory: 1000, ..Limits::default() }), "memory-limit");
    }

    #[test]
    fn a_root_that_does_not_exist_is_a_problem() {
        let root = Some(Path::new("no/such/folder"));
        let unread = Chain::read(&Origin::Shipped("baseline".into()), root, &Limits::default()).expect_err("no root");
        assert_eq!(unread.problems[0].code, "root-missing");
    }
}
