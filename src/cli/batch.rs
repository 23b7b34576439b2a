//! A batch: all scenarios are read first; the good ones go on, the others are reported.

use super::args::ScenarioArgs;
use super::config::load_options;
use super::console;
use super::exit::{Exit, Failure};
use super::scenarios::find;
use crate::diagnostic::{Problem, ProblemRow, Severity, Sources, rows};
use crate::engine::RunError;
use crate::output::Failed;
use crate::results::Results;
use crate::study::{LoadOptions, Origin, Rejected, Study, tell_apart};
use std::sync::Arc;

/// The name of a scenario that is compared with itself, changed.
const WHAT_IF: &str = "what-if";

/// Scenarios that stay in memory from the check to the run. A few are read once only; of hundreds, up to a megabyte each would
/// add up, and reading one again takes milliseconds.
const WHOLE: usize = 16;

/// Every scenario that was named.
#[derive(Debug)]
pub(super) struct Batch {
    /// Scenarios that can run, in the order of the command.
    scenarios: Vec<Scenario>,
    /// Scenarios that cannot, and why.
    pub(super) rejected: Vec<Refused>,
    /// How they were loaded, the first of them in any case.
    pub(super) options: LoadOptions,
    /// How the others were.
    others: LoadOptions,
}

/// A scenario that can run.
#[derive(Debug)]
struct Scenario {
    /// What it is called among the others.
    name: String,
    origin: Origin,
    /// Whether it is the first that was named, which is not changed where the others are.
    is_first: bool,
    content: Content,
}

/// What is kept of a scenario.
#[derive(Debug)]
enum Content {
    Whole(Arc<Study>),
    /// It is read again when its turn comes; its calibrations are known to the options by then.
    ReadAgain(Fingerprint),
}

/// What tells a scenario from any other: hashes of its resolved document, and of the files that this names too.
#[derive(Debug, PartialEq, Eq)]
struct Fingerprint {
    document: String,
    numbers: String,
}

impl Fingerprint {
    fn of(study: &Study) -> Fingerprint {
        Fingerprint { document: study.content_hash.clone(), numbers: study.key_of_numbers() }
    }
}

/// A scenario that cannot run, as far as people and programs are told of it: its texts are not kept.
#[derive(Debug)]
pub(super) struct Refused {
    /// Name it would have had.
    pub(super) scenario: String,
    problems: Vec<ProblemRow>,
    exit: Exit,
    /// What is still to be said on stderr.
    untold: String,
}

impl Batch {
    /// Loads scenarios, and lets `look` see each that can run, in their order. What these are warned of is shown unless quiet.
    pub(super) fn load(args: &ScenarioArgs, quiet: bool, look: impl FnMut(&Study)) -> Result<Batch, Failure> {
        Batch::load_with(args, &[], !quiet, !quiet, look)
    }

    /// Loads scenarios of which all but the first are changed. One scenario alone is read twice, to be compared with itself.
    /// Notes are about what was named, remarks about what it says.
    pub(super) fn load_with(
        args: &ScenarioArgs,
        set_others: &[String],
        notes: bool,
        remarks: bool,
        mut look: impl FnMut(&Study),
    ) -> Result<Batch, Failure> {
        let options = load_options(args)?;
        let mut found = find(&args.scenarios, &options.limits)?;
        if notes {
            found.notes.iter().for_each(|note| console::note(note));
        }
        let is_what_if = !set_others.is_empty() && found.origins.len() == 1;
        if is_what_if {
            found.origins.push(found.origins[0].clone());
        }
        let others = LoadOptions { set: [&options.set, set_others].concat(), ..options.clone() };
        let rejected = found.rejected.iter().map(Refused::of).collect();
        let mut batch = Batch { scenarios: Vec::new(), rejected, options, others };
        let mut labels = Vec::new();
        for (index, origin) in found.origins.into_iter().enumerate() {
            let is_first = index == 0;
            match Study::load(&origin, batch.options_of(is_first)) {
                Ok(study) => {
                    if remarks && !study.remarks.is_empty() {
                        console::problems(&study.remarks, &study.sources);
                        console::say("");
                    }
                    look(&study);
                    labels.push(origin.label());
                    let name = study.scenario.clone();
                    let content = match batch.scenarios.len() {
                        ..WHOLE => Content::Whole(Arc::new(study)),
                        _ => Content::ReadAgain(Fingerprint::of(&study)),
                    };
                    batch.scenarios.push(Scenario { name, origin, is_first, content });
                }
                Err(rejected) => batch.rejected.push(Refused::of(&rejected)),
            }
        }
        if let (true, [base, what_if]) = (is_what_if, &mut batch.scenarios[..]) {
            what_if.name = if base.name == WHAT_IF { format!("{WHAT_IF}-b") } else { WHAT_IF.into() };
        }
        let mut names: Vec<&mut String> = batch.scenarios.iter_mut().map(|scenario| &mut scenario.name).collect();
        tell_apart(&mut names, &labels);
        for Scenario { name, content, .. } in &mut batch.scenarios {
            if let Content::Whole(study) = content
                && study.scenario != *name
            {
                Arc::make_mut(study).scenario.clone_from(name);
            }
        }
        Ok(batch)
    }

    fn options_of(&self, is_first: bool) -> &LoadOptions {
        if is_first { &self.options } else { &self.others }
    }

    /// How many can run.
    pub(super) fn len(&self) -> usize {
        self.scenarios.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.scenarios.is_empty()
    }

    /// The name of the scenario with this number.
    pub(super) fn name(&self, number: usize) -> &str {
        &self.scenarios[number].name
    }

    /// The first scenario; none where none can run.
    pub(super) fn first(&self) -> Option<Arc<Study>> {
        let study = self.scenarios.first().map(|scenario| self.study(scenario))?;
        study.ok()
    }

    /// A scenario as it was checked.
    ///
    /// # Errors
    ///
    /// That it is not kept, and its files say something else by now.
    fn study(&self, scenario: &Scenario) -> Result<Arc<Study>, Refused> {
        let checked = match &scenario.content {
            Content::Whole(study) => return Ok(Arc::clone(study)),
            Content::ReadAgain(checked) => checked,
        };
        let name = scenario.name.clone();
        let changed = |text: &str| {
            let message = format!("`{}` changed while the batch ran, {text}", scenario.origin.label());
            Problem::error("scenario-changed", None, "", message)
                .help("run it again once nothing writes to the files that it is read from")
        };
        match Study::load(&scenario.origin, self.options_of(scenario.is_first)) {
            Ok(study) if Fingerprint::of(&study) == *checked => Ok(Arc::new(Study { scenario: name, ..study })),
            Ok(_) => {
                let problems = vec![changed("and is not the scenario that was checked")];
                Err(Refused::of(&Rejected { scenario: name, sources: Sources::default(), problems }))
            }
            Err(rejected) => {
                let Rejected { sources, problems, .. } = *rejected;
                let problems = [vec![changed("and is valid no longer")], problems].concat();
                Err(Refused { exit: Exit::BadInput, ..Refused::of(&Rejected { scenario: name, sources, problems }) })
            }
        }
    }

    /// Hands over the scenarios from this number on, each in its turn. What keeps one from running after all is reported, and
    /// it joins the others; `visit` returns nothing where nothing does.
    pub(super) fn each_from(
        &mut self,
        first: usize,
        mut visit: impl FnMut(usize, &Arc<Study>) -> Result<Vec<Problem>, Failure>,
    ) -> Result<(), Failure> {
        for number in first..self.len() {
            match self.study(&self.scenarios[number]) {
                Ok(study) => {
                    let problems = visit(number, &study)?;
                    if !problems.is_empty() {
                        self.refuse(&study, problems);
                    }
                }
                Err(refused) => self.join(refused),
            }
        }
        Ok(())
    }

    /// Reports a scenario that cannot go on and adds it to the others.
    pub(super) fn refuse(&mut self, study: &Study, problems: Vec<Problem>) {
        self.join(Refused::of_study(study, problems));
    }

    /// Reports what was refused and adds it to the others.
    pub(super) fn join(&mut self, mut refused: Refused) {
        refused.tell();
        self.rejected.push(refused);
    }

    /// Takes the scenarios of these ascending numbers out, and reports why.
    pub(super) fn leave_out(&mut self, numbers: &[usize], why: impl Fn(&Study) -> Vec<Problem>) {
        for (removed, number) in numbers.iter().enumerate() {
            let scenario = self.scenarios.remove(number - removed);
            match self.study(&scenario) {
                Ok(study) => self.refuse(&study, why(&study)),
                Err(refused) => self.join(refused),
            }
        }
    }

    /// Shows on stderr what is wrong with the others.
    pub(super) fn report(&mut self) {
        self.rejected.iter_mut().for_each(Refused::tell);
    }

    /// Lets the good ones run and hands over each with its results. One that cannot run after all is reported and joins the
    /// others.
    pub(super) fn run_each(
        &mut self,
        mut run: impl FnMut(&Study) -> Result<Results, RunError>,
        mut take: impl FnMut(&Study, Results) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.each_from(0, |_, study| match run(study) {
            Ok(results) => take(study, results).map(|()| Vec::new()),
            Err(error) => Ok(vec![study.problem(&error)]),
        })
    }

    /// The exit code that the others ask for.
    pub(super) fn exit(&self) -> Exit {
        self.rejected.iter().map(|refused| refused.exit).max().unwrap_or(Exit::Done)
    }

    /// Scenarios that cannot run, with their problems as rows.
    pub(super) fn failed(&self) -> Vec<Failed<ProblemRow>> {
        let row = |refused: &Refused| Failed {
            scenario: refused.scenario.clone(),
            case: None,
            problems: refused.problems.clone(),
        };
        self.rejected.iter().map(row).collect()
    }
}

impl Refused {
    /// That a file which was named cannot be read is a mistake of another kind than what stands in one.
    fn of(rejected: &Rejected) -> Refused {
        let Rejected { scenario, sources, problems } = rejected;
        let is_unread = |problem: &Problem| {
            matches!(problem.code, "file-missing" | "file-unreadable")
                && problem.span.is_none()
                && problem.pointer.is_empty()
        };
        Refused {
            scenario: scenario.clone(),
            problems: rows(problems, sources),
            exit: if problems.iter().any(is_unread) { Exit::Io } else { Exit::BadInput },
            untold: console::problem_text(problems, sources),
        }
    }

    /// A scenario that was good until it ran.
    pub(super) fn of_study(study: &Study, problems: Vec<Problem>) -> Refused {
        Refused::of(&Rejected { scenario: study.scenario.clone(), sources: study.sources.clone(), problems })
    }

    /// Shows on stderr why the scenario does not run, once.
    fn tell(&mut self) {
        let text = std::mem::take(&mut self.untold);
        if text.is_empty() {
            return;
        }
        console::say(text.trim_end());
        let errors = self.problems.iter().filter(|problem| problem.severity == Severity::Error).count();
        let s = if errors == 1 { "" } else { "s" };
        console::error(&format!("`{}` does not run: {errors} error{s}", self.scenario));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::LoadArgs;
    use crate::engine::Cancel;
    use std::fs;
    use std::path::{Path, PathBuf};
    use tempfile::TempDir;

    const CALIBRATED: &str = r#"{ "riskband": 1, "horizon": { "start": 2025, "end": 2027 },
        "market": { "start": 10, "baseline": { "cagr": 0.2 },
            "calibrate": { "parameter": "trend", "statistic": "mean", "match": "end" } },
        "drivers": { "trend": 0.1, "noise": { "normal": { "mean": 0, "sd": 0.1 }, "over_time": "fresh" } } }"#;

    fn text(number: usize) -> String {
        format!(r#"{{ "riskband": 1, "variables": {{ "y": {{ "formula": "{number}" }} }}, "outputs": ["y"] }}"#)
    }

    /// A folder of scenarios, two more than are kept whole.
    fn folder() -> TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        (0..WHOLE + 2).for_each(|number| fs::write(file(&folder, number), text(number)).expect("writable"));
        folder
    }

    fn file(folder: &TempDir, number: usize) -> PathBuf {
        folder.path().join(format!("s{number:02}.json"))
    }

    fn load(path: &Path, look: impl FnMut(&Study)) -> Batch {
        let load = LoadArgs { no_cache: true, ..LoadArgs::default() };
        let args = ScenarioArgs { scenarios: vec![path.to_owned()], load };
        Batch::load(&args, true, look).expect("readable")
    }

    /// The scenarios that are handed over.
    fn visited(batch: &mut Batch) -> Vec<String> {
        let mut names = Vec::new();
        let visit = |_: usize, study: &Arc<Study>| {
            names.push(study.scenario.clone());
            Ok(Vec::new())
        };
        batch.each_from(0, visit).expect("nothing fails");
        names
    }

    #[test]
    fn all_are_seen_once_and_handed_over_in_their_order() {
        let folder = folder();
        let mut seen = Vec::new();
        let mut batch = load(folder.path(), |study| seen.push(study.scenario.clone()));
        let whole = |scenario: &Scenario| matches!(scenario.content, Content::Whole(_));
        assert_eq!(batch.scenarios.iter().filter(|scenario| whole(scenario)).count(), WHOLE);
        assert_eq!((visited(&mut batch), batch.len(), batch.exit()), (seen, WHOLE + 2, Exit::Done));
    }

    #[test]
    fn names_that_clash_are_told_apart_whether_kept_or_read_again() {
        let folder = folder();
        fs::create_dir(folder.path().join("more")).expect("writable");
        let last = WHOLE + 1;
        for number in [0, last] {
            fs::write(folder.path().join(format!("more/s{number:02}.json")), text(number)).expect("writable");
        }
        let load = LoadArgs::default();
        let args = ScenarioArgs { scenarios: vec![folder.path().into(), folder.path().join("more")], load };
        let mut batch = Batch::load(&args, true, |_| {}).expect("readable");
        let names = visited(&mut batch);
        let label = |path: String| folder.path().join(path).display().to_string();
        assert_eq!((&names[0], &names[1]), (&label("s00".into()), &"s01".to_owned()));
        assert_eq!((&names[last], &names[last + 2]), (&label(format!("s{last}")), &label(format!("more/s{last}"))));
    }

    #[test]
    fn a_scenario_that_changes_before_its_turn_does_not_run() {
        let other = text(99);
        for (expected, content) in [
            ("is not the scenario that was checked", Some(other.as_str())),
            ("is valid no longer", Some("{")),
            ("is valid no longer", None),
        ] {
            let folder = folder();
            let mut batch = load(folder.path(), |_| {});
            // What was kept whole is not read again.
            for number in [0, WHOLE] {
                match content {
                    Some(text) => fs::write(file(&folder, number), text).expect("writable"),
                    None => fs::remove_file(file(&folder, number)).expect("it was there"),
                }
            }
            let names = visited(&mut batch);
            assert_eq!(names.len(), WHOLE + 1);
            assert!(!names.contains(&format!("s{WHOLE}")), "{names:?}");
            let [refused] = &batch.rejected[..] else { panic!("one is refused: {:?}", batch.rejected) };
            let problem = &refused.problems[0];
            assert_eq!((problem.code, batch.exit()), ("scenario-changed", Exit::BadInput));
            assert!(problem.message.contains(expected), "{problem:?}");
        }
    }

    #[test]
    fn a_change_of_words_in_a_title_is_one_too() {
        let folder = folder();
        let mut batch = load(folder.path(), |_| {});
        let titled = text(WHOLE).replacen('{', "{ \"title\": \"new\",", 1);
        fs::write(file(&folder, WHOLE), titled).expect("writable");
        assert_eq!(visited(&mut batch).len(), WHOLE + 1);
    }

    #[test]
    fn what_a_batch_has_solved_is_not_solved_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("calibrated.json");
        fs::write(&path, CALIBRATED).expect("writable");
        let batch = load(folder.path(), |_| {});
        // Nothing can be simulated under it.
        let stopped = Cancel::new();
        stopped.cancel();
        let loads =
            |options: &LoadOptions| Study::load_monitored(&Origin::File(path.clone()), options, &stopped).is_ok();
        assert!(!loads(&LoadOptions::default()), "it takes a simulation");
        assert!(loads(batch.options_of(true)) && loads(batch.options_of(false)));
    }
}
