//! Single paths, in order and in memory that does not grow with them: a second pass over the very paths of a run.

use super::blocks::Blocks;
use super::monitor::Monitor;
use super::recording::Recording;
use super::runner::Runner;
use super::{RunError, RunOptions};
use crate::kernel::BLOCK;
use crate::model::{Definition, InputId, Model, VarId, When};
use crate::program::{Program, Request, Sampling, Term, compile_joint};

/// One column of saved paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathColumn {
    /// Name of the column: `market[2031]`, `market.region.europe[2031]`, `input.ai_ml[2031]`, `uniform.ai_ml[2031]`.
    pub name: String,
    /// The name without the step: `market`, `uniform.ai_ml`.
    pub series: String,
    /// The step.
    pub when: When,
    /// What it holds.
    pub kind: PathKind,
    /// Unit of the values, if known.
    pub unit: Option<String>,
}

/// What a column of saved paths holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathKind {
    /// An output, as in the bands.
    Output,
    /// The value of a random input.
    Input,
    /// The uniform behind it, Phi(Z): the input's quantile at this level is its value.
    Uniform,
}

/// The paths of one scenario, ready to be simulated column by column.
///
/// A path depends on scenario and seed alone and not on what else is asked for, so these are the paths whose bands a
/// [`Simulation`](super::Simulation) gives, bit for bit.
#[derive(Debug)]
pub struct Paths {
    /// A row for each column, in their order.
    program: Program,
    columns: Vec<PathColumn>,
    seed: u64,
    sampling: Sampling,
    blocks: Blocks,
}

/// Paths on their way, group after group.
#[derive(Debug)]
pub struct PathGroups<'p> {
    paths: &'p Paths,
    /// Block with which the next group begins.
    next: u64,
    group: Recording,
}

/// Bytes that a group may take.
const GROUP_BYTES: usize = 64 << 20;
/// Paths of a group when memory allows: what readers of columns like to take at a time.
const MOST_PATHS: usize = 1 << 17;
/// Bytes that a file keeps of one column of one group, to list them at its end.
const LISTED_BYTES: u64 = 1024;

impl PathColumn {
    fn new(series: String, when: When, kind: PathKind, unit: Option<String>) -> PathColumn {
        PathColumn { name: format!("{series}[{}]", when.period), series, when, kind, unit }
    }
}

impl Paths {
    /// The first `count` paths that a model has in a run: all outputs and, where wanted, all random inputs.
    pub fn of_run(model: &Model, options: &RunOptions, count: u64, inputs: bool) -> Paths {
        let mut wanted = outputs(model);
        if inputs {
            wanted.extend(random_inputs(model));
        }
        Paths::of_columns(model, options, count, wanted)
    }

    /// Like [`of_run`](Paths::of_run), those columns of outputs and random inputs that are wanted: nothing else is simulated.
    pub fn chosen_of_run(
        model: &Model,
        options: &RunOptions,
        count: u64,
        is_wanted: impl Fn(&PathColumn) -> bool,
    ) -> Paths {
        let all = outputs(model).into_iter().chain(random_inputs(model));
        Paths::of_columns(model, options, count, all.filter(|(column, _)| is_wanted(column)).collect())
    }

    fn of_columns(model: &Model, options: &RunOptions, count: u64, wanted: Vec<(PathColumn, Request)>) -> Paths {
        let options = options.clone().along([model]);
        let (columns, terms): (Vec<_>, Vec<_>) =
            wanted.into_iter().map(|(column, request)| (column, Term::Row(0, request))).unzip();
        let program = compile_joint(&[model], &terms, options.dimensions.as_deref());
        let blocks = options.blocks().up_to(count);
        Paths { program, columns, seed: options.seed, sampling: Sampling::of(options.sampler), blocks }
    }

    /// The first `count` independent paths of a model.
    pub fn new(model: &Model, seed: u64, count: u64, inputs: bool) -> Paths {
        Paths::of_run(model, &RunOptions { paths: count, seed, ..RunOptions::default() }, count, inputs)
    }

    /// The columns.
    pub fn columns(&self) -> &[PathColumn] {
        &self.columns
    }

    /// Paths of a group: what this many columns leave room for, in whole blocks.
    pub fn group_len(&self) -> usize {
        group_len(self.columns.len())
    }

    /// The paths from the first one on.
    pub fn groups(&self) -> PathGroups<'_> {
        PathGroups { paths: self, next: 0, group: Recording::default() }
    }
}

/// An upper estimate of the memory that it takes to save the paths of scenarios one after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct PathMemory {
    largest: u64,
    listed: u64,
}

impl PathMemory {
    /// Adds the first `count` paths of one more model: all outputs and, where wanted, all random inputs.
    pub fn add(&mut self, model: &Model, count: u64, inputs: bool) {
        let columns = outputs(model).len() + if inputs { random_inputs(model).len() } else { 0 };
        let (columns, group) = (columns as u64, group_len(columns) as u64);
        self.largest = self.largest.max(columns * 8 * group.min(count));
        let listed = columns.saturating_mul(count.div_ceil(group)).saturating_mul(LISTED_BYTES);
        self.listed = self.listed.saturating_add(listed);
    }

    /// Bytes.
    pub fn bytes(&self) -> u64 {
        self.listed.saturating_add(self.largest)
    }
}

fn group_len(columns: usize) -> usize {
    let blocks = GROUP_BYTES / (columns.max(1) * BLOCK * size_of::<f64>());
    blocks.clamp(1, MOST_PATHS / BLOCK) * BLOCK
}

impl PathGroups<'_> {
    /// Simulates the next group on the current rayon pool: a row for each column; none after the last path. The memory of
    /// the group before is used again.
    ///
    /// # Errors
    ///
    /// [`RunError::Cancelled`] once the monitor asks to end.
    pub fn next_group(&mut self, monitor: &dyn Monitor) -> Result<Option<&Recording>, RunError> {
        let end = self.next + (self.paths.group_len() / BLOCK) as u64;
        let blocks = self.paths.blocks.within(self.next..end);
        if blocks.count() == 0 {
            return Ok(None);
        }
        let runner = Runner::new(&self.paths.program, self.paths.seed).sampling(self.paths.sampling);
        self.group.replace(&runner, blocks, monitor)?;
        self.next = end;
        Ok(Some(&self.group))
    }
}

fn outputs(model: &Model) -> Vec<(PathColumn, Request)> {
    let mut columns = Vec::new();
    for output in &model.outputs {
        for step in model.variable(output.variable).first..=model.horizon.last() {
            let when = When::at(&model.horizon, step);
            let column = PathColumn::new(output.full_name(), when, PathKind::Output, output.unit.clone());
            columns.push((column, Request::Value(output.variable, step)));
        }
    }
    columns
}

/// Every input with its value and its uniform in every step that it has one; what decides whether an event starts has a
/// uniform alone.
fn random_inputs(model: &Model) -> Vec<(PathColumn, Request)> {
    let mut columns = Vec::new();
    let column = |prefix: &str, input: InputId, step: usize, kind, unit| {
        let series = format!("{prefix}.{}", model.input(input).name);
        PathColumn::new(series, When::at(&model.horizon, step), kind, unit)
    };
    let uniform = |input: InputId, step: usize| {
        (column("uniform", input, step, PathKind::Uniform, None), Request::Uniform(input, step))
    };
    for (index, variable) in model.variables.iter().enumerate() {
        let id = VarId(index as u32);
        match &variable.definition {
            Definition::Draw { input, .. } => {
                for step in variable.first..=model.horizon.last() {
                    let value = column("input", *input, step, PathKind::Input, variable.unit.clone());
                    columns.push((value, Request::Value(id, step)));
                    columns.push(uniform(*input, step));
                }
            }
            Definition::Event(event) => {
                let steps = model.horizon.first_draw()..=model.horizon.last();
                columns.extend(steps.map(|step| uniform(event.start, step)));
            }
            _ => {}
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::plan::Plan;
    use crate::sampling::Sampler;
    use crate::study::{LoadOptions, Origin, Solutions, Study};
    use std::collections::HashSet;
    use std::sync::LazyLock;

    fn study(name: &str, text: &str) -> Study {
        let origin = Origin::Text { name: name.into(), bytes: text.as_bytes().to_vec() };
        Study::load(&origin, &LoadOptions::default()).expect("a valid scenario")
    }

    fn market_fan() -> Study {
        study("market-fan", include_str!("../../scenarios/examples/market-fan.json"))
    }

    fn shipped(name: &str) -> Study {
        static SOLUTIONS: LazyLock<Solutions> = LazyLock::new(Solutions::new);
        let options = LoadOptions { solutions: SOLUTIONS.clone(), ..LoadOptions::default() };
        Study::load(&Origin::Shipped(name.into()), &options).expect("shipped")
    }

    /// All columns, each as one list.
    fn collect(paths: &Paths) -> Vec<Vec<f64>> {
        let mut columns = vec![Vec::new(); paths.columns().len()];
        let mut next = 0;
        let mut groups = paths.groups();
        while let Some(group) = groups.next_group(&|_| {}).expect("nobody cancels") {
            assert_eq!(group.first(), next);
            next += group.count() as u64;
            for (index, column) in columns.iter_mut().enumerate() {
                group.row(index).for_each(|piece| column.extend_from_slice(piece));
            }
        }
        columns
    }

    #[test]
    fn they_are_the_paths_of_the_run_bit_for_bit() {
        for study in [market_fan(), shipped("baseline")] {
            let options = RunOptions { paths: 1000, seed: 7, ..RunOptions::default() };
            let plan = Plan::new(&study.model, &options).expect("small");
            let runner = Runner::new(&plan.program, 7);
            let of_run = Recording::of(&runner, Blocks::of_paths(1000), &|_| {}).expect("nobody cancels");
            let paths = Paths::new(&study.model, 7, 1000, true);
            let saved = collect(&paths);
            let outputs = paths.columns().iter().filter(|column| column.kind == PathKind::Output).count();
            for (index, column) in saved.iter().enumerate() {
                assert_eq!(column.len(), 1000);
                if index < outputs {
                    let same = |path: usize| of_run.value(index, path).to_bits() == column[path].to_bits();
                    assert!((0..1000).all(same), "{:?}", paths.columns()[index]);
                }
            }
        }
    }

    #[test]
    fn columns_have_names_of_their_own() {
        for name in ["baseline", "simple-market", "ishigami", "lake", "backlog-queue"] {
            let study = shipped(name);
            let paths = Paths::new(&study.model, 1, 1, true);
            let names: HashSet<&str> = paths.columns().iter().map(|column| &column.name[..]).collect();
            assert_eq!(names.len(), paths.columns().len(), "{name}");
        }
        let paths = Paths::new(&shipped("baseline").model, 1, 1, true);
        let has = |name: &str| paths.columns().iter().any(|column| column.name == name);
        for name in
            ["market[2031]", "market.region.europe[2031]", "input.wafer_growth[2026]", "uniform.downturn.start[2031]"]
        {
            assert!(has(name), "{name}");
        }
        assert!(!has("input.downturn.start[2026]") && !has("input.wafer_growth[2025]"));
    }

    #[test]
    fn chosen_columns_are_those_of_all() {
        let study = market_fan();
        let options = RunOptions::new().sampler(Sampler::Sobol).paths(700).seed(7);
        let all = Paths::of_run(&study.model, &options, 700, true);
        let wanted = |column: &PathColumn| column.series == "market" || column.name == "input.edge[2030]";
        let some = Paths::chosen_of_run(&study.model, &options, 700, wanted);
        let names: Vec<&str> = some.columns().iter().map(|column| column.name.as_str()).collect();
        assert_eq!((names[0], names.len(), names[7]), ("market[2025]", 8, "input.edge[2030]"));
        let (all_values, some_values) = (collect(&all), collect(&some));
        for (column, values) in some.columns().iter().zip(some_values) {
            let place = all.columns().iter().position(|known| known == column).expect("one of all");
            assert!(values.iter().zip(&all_values[place]).all(|(a, b)| a.to_bits() == b.to_bits()), "{}", column.name);
        }
    }

    #[test]
    fn groups_cut_a_run_without_changing_it() {
        let study = market_fan();
        let few = collect(&Paths::new(&study.model, 3, 300, false));
        let many = collect(&Paths::new(&study.model, 3, MOST_PATHS as u64 + 300, false));
        for (few, many) in few.iter().zip(&many) {
            assert_eq!(many.len(), MOST_PATHS + 300);
            assert!(few.iter().zip(many).all(|(a, b)| a.to_bits() == b.to_bits()));
        }
    }

    #[test]
    fn a_uniform_is_the_level_of_its_input() {
        let study = market_fan();
        let paths = Paths::new(&study.model, 1, 20_000, true);
        let columns = collect(&paths);
        let of = |name: &str| {
            let index = paths.columns().iter().position(|column| column.name == name).expect(name);
            &columns[index]
        };
        // Phi((x - mean) / sd) of a normal that is tied, x^2 / (0.05 * 0.02) of a triangular below its mode.
        for (x, u) in of("input.hyperscale[2029]").iter().zip(of("uniform.hyperscale[2029]")) {
            assert!((0.5 * libm::erfc(-(x - 0.09) / 0.05 / std::f64::consts::SQRT_2) - u).abs() < 1e-13, "{x} {u}");
        }
        let below = of("input.edge[2030]").iter().zip(of("uniform.edge[2030]")).filter(|&(x, _)| *x < 0.02);
        for (x, u) in below {
            assert!((x * x / 0.001 - u).abs() < 1e-14, "{x} {u}");
        }
        // The mean of n uniforms has standard error sqrt(1 / 12 n).
        for column in paths.columns().iter().filter(|column| column.kind == PathKind::Uniform) {
            let values = of(&column.name);
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let z = (mean - 0.5) * (12.0 * values.len() as f64).sqrt();
            assert!(z.abs() < 4.5, "{}: {z}", column.name);
            assert!(values.iter().all(|u| (0.0..=1.0).contains(u)), "{}", column.name);
        }
    }

    #[test]
    fn wide_models_have_small_groups() {
        let (fan, baseline) = (market_fan().model, shipped("baseline").model);
        let paths = Paths::new(&fan, 1, 1, false);
        assert_eq!(paths.group_len(), MOST_PATHS);
        let wide = Paths::new(&baseline, 1, 1, true);
        assert!(wide.group_len() * wide.columns().len() * 8 <= GROUP_BYTES);
        assert_eq!(wide.group_len() % BLOCK, 0);
        let mut memory = PathMemory::default();
        memory.add(&fan, 1, false);
        memory.add(&baseline, 1, true);
        assert!(memory.bytes() < 2 * GROUP_BYTES as u64);
        memory.add(&fan, u64::MAX, false);
        assert!(memory.bytes() > 1 << 50);
    }
}
