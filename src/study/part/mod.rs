//! Runs in parts: a simulation that knows its scenario, and what ranges of its blocks have shown, to be written, read and
//! merged.

mod error;
mod file;
mod identity;

pub use error::{PartError, blocks};
pub use file::FORMAT;
pub use identity::RunIdentity;

use super::Study;
use crate::engine::{self, BlockSet, Blocks, Gathered, Monitor, RunError, RunOptions, WrittenSection};
use crate::kernel::Level;
use crate::limits::Limits;
use crate::results::Results;
use file::{Asked, Header, SectionHeader};
use std::ops::Range;
use std::sync::Arc;

/// A scenario made ready to simulate for one set of options: compiled, its bins chosen from a pilot.
///
/// Blocks of paths run in any ranges, here or elsewhere, as often as wanted; the [`Part`]s that they give merge to the bits
/// of a single run, whatever the ranges, their order, the threads and the instruction sets. Clones share what they hold.
#[derive(Clone, Debug)]
pub struct Simulation {
    study: Arc<Study>,
    engine: Arc<engine::Simulation>,
    identity: Arc<RunIdentity>,
}

/// What ranges of blocks of a run have shown: a run that is not all there, or not all here.
///
/// It carries its scenario and all that it was loaded from, so a part that is read from a file needs nothing else.
///
/// ```
/// use riskband::{Part, RunOptions, Scenario};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let text = r#"{"riskband": 1, "variables": {"a": {"uniform": {"low": 0, "high": 1}}}, "outputs": ["a"]}"#;
/// let scenario = Scenario::from_json("small", text)?;
/// let options = RunOptions::new().paths(20_000);
/// let simulation = scenario.simulation(&options)?;
///
/// // Blocks of 512 paths, wherever they are simulated.
/// let mut whole = simulation.part(0..10)?;
/// let file = simulation.part(10..40)?.to_bytes();
///
/// whole.merge(&Part::from_bytes(&file)?)?;
/// assert!(whole.missing().is_empty());
/// assert_eq!(whole.results()?, scenario.run(&options)?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Part {
    simulation: Simulation,
    asked: Asked,
    gathered: Gathered,
}

impl Simulation {
    pub(super) fn new(study: Arc<Study>, options: &RunOptions, monitor: &dyn Monitor) -> Result<Simulation, RunError> {
        let engine = study.compiled(options, monitor)?;
        let identity = RunIdentity::of(study.key_of_numbers(), &engine);
        Ok(Simulation { study, engine: Arc::new(engine), identity: Arc::new(identity) })
    }

    /// The same simulation on another level of this machine, which changes no bit.
    #[doc(hidden)]
    pub fn on(&self, level: Level) -> Simulation {
        Simulation { engine: Arc::new(engine::Simulation::clone(&self.engine).on(level)), ..self.clone() }
    }

    /// All blocks of the run: [`Blocks::count`] of them, of 512 paths each but for the last.
    pub fn blocks(&self) -> Blocks {
        self.engine.blocks()
    }

    /// The options of the run.
    pub fn options(&self) -> &RunOptions {
        self.engine.options()
    }

    /// What its parts have in common with parts of the same run.
    pub fn identity(&self) -> &RunIdentity {
        &self.identity
    }

    /// A part without any block, to merge others into.
    pub fn empty(&self) -> Part {
        let RunOptions { paths, percentiles, skewness, .. } = self.engine.options();
        let asked = Asked { paths: *paths, percentiles: percentiles.clone(), skewness: *skewness };
        Part { simulation: self.clone(), asked, gathered: self.engine.nothing() }
    }

    /// Simulates blocks of the run on the current rayon pool, as far as it has blocks of these numbers.
    ///
    /// # Errors
    ///
    /// None: nobody cancels.
    pub fn part(&self, blocks: Range<u64>) -> Result<Part, RunError> {
        self.part_monitored(blocks, &|_| {})
    }

    /// Like [`part`](Simulation::part), watched from outside: a closure hears of paths newly done, a
    /// [`Cancel`](crate::Cancel) ends the work.
    ///
    /// # Errors
    ///
    /// [`RunError::Cancelled`].
    pub fn part_monitored(&self, blocks: Range<u64>, monitor: &dyn Monitor) -> Result<Part, RunError> {
        let gathered = self.engine.gather(self.blocks().within(blocks), monitor)?;
        Ok(Part { gathered, ..self.empty() })
    }

    /// Simulates all blocks and reads what they show.
    ///
    /// # Errors
    ///
    /// That an output has no finite value on any path, or [`RunError::Cancelled`].
    pub fn run(&self, monitor: &dyn Monitor) -> Result<Results, RunError> {
        Ok(self.study.placed(self.engine.run(monitor)?))
    }

    /// Reads a part of this run, or of a shorter or longer one that can be merged with it. Nothing is compiled anew, unless
    /// its scenario says the same in other words.
    ///
    /// # Errors
    ///
    /// Bytes that are no part, or the part of another run.
    pub fn read(&self, bytes: &[u8]) -> Result<Part, PartError> {
        let (header, states) = file::from_bytes(bytes)?;
        self.identity.check(&header.run)?;
        let Study { scenario, content_hash, set, .. } = &*self.study;
        let words = &header.scenario;
        match (&words.name, &words.content_hash, &words.set) == (scenario, content_hash, set) {
            true => self.restore(header, &states),
            false => Part::from_bytes_within(bytes, &self.engine.options().limits, &|_| {}),
        }
    }

    /// Reads a part of this run or of a shorter one, to go on from: its blocks, under the words of this scenario and as this
    /// run is asked for.
    ///
    /// # Errors
    ///
    /// Bytes that are no part, the part of another run, or paths that this run has not.
    pub fn go_on_from(&self, bytes: &[u8]) -> Result<Part, PartError> {
        let (header, states) = file::from_bytes(bytes)?;
        let Part { gathered, asked: Asked { paths: has, .. }, .. } = self.restore(header, &states)?;
        let part = Part { gathered, ..self.empty() };
        let asked = part.asked.paths;
        if part.is_beyond(asked) { Err(PartError::Beyond { has, asked }) } else { Ok(part) }
    }

    /// All blocks of the run, were it of so many paths.
    fn blocks_of(&self, paths: u64) -> Blocks {
        Blocks::of_replicates(paths, self.identity.replicates)
    }

    fn restore<'b>(&self, header: Header, states: &[&'b [u8]]) -> Result<Part, PartError> {
        self.identity.check(&header.run)?;
        let written = |(section, state): (&SectionHeader, &&'b [u8])| {
            let SectionHeader { replicate, paths, .. } = *section;
            Ok(WrittenSection { replicate, blocks: section.block_set()?, paths, state })
        };
        let written = header.sections.iter().zip(states).map(written).collect::<Result<Vec<_>, PartError>>()?;
        let gathered = self.engine.restore(&written)?;
        if gathered.is_beyond(self.blocks_of(header.asked.paths)) {
            return Err(PartError::malformed("it has more paths than its run"));
        }
        Ok(Part { simulation: self.clone(), asked: header.asked, gathered })
    }
}

impl Part {
    /// Reads a part, its scenario and all, within the usual limits. The scenario is compiled for it; of many parts of one
    /// run, the others are better read by [`Simulation::read`] of the first one's [`simulation`](Part::simulation).
    ///
    /// # Errors
    ///
    /// Bytes that are no part, that are damaged or written by a program of another engine, or whose scenario is over a limit.
    pub fn from_bytes(bytes: &[u8]) -> Result<Part, PartError> {
        Part::from_bytes_within(bytes, &Limits::default(), &|_| {})
    }

    /// Like [`from_bytes`](Part::from_bytes), within other limits, and ends when the monitor asks to.
    ///
    /// # Errors
    ///
    /// Those of [`from_bytes`](Part::from_bytes), and [`RunError::Cancelled`].
    pub fn from_bytes_within(bytes: &[u8], limits: &Limits, monitor: &dyn Monitor) -> Result<Part, PartError> {
        let (header, states) = file::from_bytes(bytes)?;
        let Header { run, asked, scenario, .. } = &header;
        let study = Study::load_kept(scenario, limits, monitor)?;
        if study.content_hash != scenario.content_hash {
            return Err(PartError::malformed("its texts are not those of its scenario"));
        }
        let options = RunOptions {
            paths: asked.paths.max(1),
            seed: run.seed,
            sampler: run.sampler()?,
            replicates: run.replicates,
            shortfall: run.shortfall.clone(),
            correlate: run.correlate.clone(),
            limits: *limits,
            ..RunOptions::new().percentiles(asked.percentiles.iter().copied()).skewness(asked.skewness)
        };
        Simulation::new(Arc::new(study), &options, monitor)?.restore(header, &states)
    }

    /// The bytes of a file that is this part: `docs/part-format.md`. The same part gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let sections = self.gathered.sections();
        let (sections, states): (Vec<SectionHeader>, Vec<Vec<u8>>) = sections
            .map(|(replicate, section)| {
                let state = section.to_bytes();
                let blocks = section.blocks().ranges().iter().map(|range| (range.start, range.end)).collect();
                (SectionHeader { replicate, blocks, paths: section.paths(), bytes: state.len() as u64 }, state)
            })
            .unzip();
        let header = Header {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            run: RunIdentity::clone(&self.simulation.identity),
            asked: self.asked.clone(),
            scenario: self.simulation.study.kept(),
            sections,
        };
        file::to_bytes(&header, &states)
    }

    /// Takes in a part of the same run. Which order parts come in does not matter, but for words: where their scenarios say
    /// the same in other words, those of the part with the lowest block stay.
    ///
    /// # Errors
    ///
    /// A part of another run, or one with blocks that are here already; this part is then as it was.
    pub fn merge(&mut self, other: &Part) -> Result<(), PartError> {
        self.simulation.identity.check(&other.simulation.identity)?;
        let first = |part: &Part| part.gathered.blocks().first().unwrap_or(u64::MAX);
        let is_later = first(self) > first(other);
        self.gathered.merge(&other.gathered).map_err(|doubled| PartError::Doubled { doubled })?;
        let paths = self.asked.paths.max(other.asked.paths);
        if is_later {
            (self.simulation, self.asked) = (other.simulation.clone(), other.asked.clone());
        }
        self.asked.paths = paths;
        Ok(())
    }

    /// The simulation that gives more parts of the run, or reads others of it.
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// The scenario, with all that it was loaded from.
    #[doc(hidden)]
    pub fn study(&self) -> &Arc<Study> {
        &self.simulation.study
    }

    /// Name of the scenario.
    pub fn scenario(&self) -> &str {
        &self.simulation.study.scenario
    }

    /// Paths that it has.
    pub fn paths(&self) -> u64 {
        self.gathered.paths()
    }

    /// Paths of the whole run, as it was asked for; of parts of runs of other lengths, those of the longest.
    pub fn run_paths(&self) -> u64 {
        self.asked.paths
    }

    /// How the run was asked for: its paths, seed and statistics.
    pub fn options(&self) -> RunOptions {
        let Asked { paths, percentiles, skewness } = self.asked.clone();
        RunOptions { paths, percentiles, skewness, ..self.simulation.engine.options().clone() }
    }

    /// Numbers of the blocks that it has, counted from 0, the short one that ends a run among them.
    pub fn blocks(&self) -> BlockSet {
        self.gathered.blocks()
    }

    /// Numbers of the blocks of its run that it has not.
    pub fn missing(&self) -> BlockSet {
        self.missing_of(self.simulation.blocks_of(self.asked.paths))
    }

    /// Numbers of the blocks that it has not, of these: of another length of the run, or a range of it.
    pub fn missing_of(&self, blocks: Blocks) -> BlockSet {
        self.gathered.missing(blocks)
    }

    /// Whether it has paths that a run of so many has not.
    pub fn is_beyond(&self, paths: u64) -> bool {
        self.gathered.is_beyond(self.simulation.blocks_of(paths))
    }

    /// The statistics of the paths that it has, as its run asked for them.
    ///
    /// # Errors
    ///
    /// When an output has no finite value on any of them.
    pub fn results(&self) -> Result<Results, RunError> {
        self.results_with(&self.options())
    }

    /// The statistics that these options ask for. Percentiles, skewness and curves are free; shortfalls and correlations are
    /// there where the run has gathered them. Paths and seed of the options do not matter.
    ///
    /// # Errors
    ///
    /// [`RunError::NotGathered`], or when an output has no finite value.
    pub fn results_with(&self, options: &RunOptions) -> Result<Results, RunError> {
        let Simulation { study, engine, .. } = &self.simulation;
        Ok(study.placed(engine.results_of(&self.gathered, options)?))
    }

    /// Whether two parts say the same of their scenario, words and all.
    pub fn has_words_of(&self, other: &Part) -> bool {
        let words = |part: &'_ Part| {
            let Study { scenario, content_hash, set, .. } = &**part.study();
            (scenario.clone(), content_hash.clone(), set.clone())
        };
        words(self) == words(other)
    }
}
