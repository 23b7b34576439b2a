//! What a run has to record: every output, target and constraint as a request to the program, and what each costs.

use super::{RunError, RunOptions};
use crate::kernel::Binary;
use crate::model::{Model, Reference, SubjectName, VarId};
use crate::program::{Program, Request, Term, compile_accounted, compile_joint};

/// A compiled run.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) program: Program,
    /// One a request.
    pub(super) kinds: Vec<Retention>,
    /// Pairs of requests to correlate.
    pub(super) pairs: Vec<Pair>,
    /// Number of ceilings that the ledger keeps account of, and of the steps from 1 on.
    pub(super) ceilings: usize,
    pub(super) steps: usize,
}

/// What is kept of a recorded column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// Moments and quantiles.
    Quantity,
    /// Moments and quantiles from fewer bins: parts of the market, of which there may be hundreds.
    Coarse,
    /// How often it is other than 0.
    Condition,
    /// The mean alone.
    Mean,
}

/// With more quantities than this, all are coarse.
const MANY: usize = 4096;

/// Two outputs to correlate.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) names: [String; 2],
    /// Request numbers.
    pub(super) requests: [usize; 2],
}

/// Bytes of a bin at most: a count and the smallest and largest value.
const BIN_BYTES: u64 = 24;

impl Plan {
    pub(super) fn new(model: &Model, options: &RunOptions) -> Result<Plan, RunError> {
        let last = model.horizon.last();
        let mut terms = Vec::new();
        let mut kinds = Vec::new();
        for output in &model.outputs {
            for step in model.variable(output.variable).first..=last {
                terms.push(value(output.variable, step));
                kinds.push(if output.part.is_some() { Retention::Coarse } else { Retention::Quantity });
            }
        }
        for target in &model.targets {
            terms.push(value(target.condition, last));
            kinds.push(Retention::Condition);
        }
        for condition in model.references.iter().flat_map(|reference| conditions(model, reference)) {
            terms.push(condition);
            kinds.push(Retention::Condition);
        }
        let ceilings = model.market.as_ref().map_or(0, |market| market.constraints.len());
        let pairs = options
            .correlate
            .iter()
            .map(|(a, b)| {
                let requests = [output_request(model, a)?, output_request(model, b)?];
                Ok(Pair { names: [a.clone(), b.clone()], requests })
            })
            .collect::<Result<Vec<_>, RunError>>()?;
        thin_out(&mut kinds);
        check_memory(&[model], &kinds, ceilings * last, options)?;
        let program = compile_accounted(model, &terms, options.dimensions.as_deref());
        Ok(Plan { program, kinds, pairs, ceilings, steps: last })
    }

    /// A plan for terms over several models.
    pub(super) fn joint(
        models: &[&Model],
        asked: &[(Term, Retention)],
        options: &RunOptions,
    ) -> Result<Plan, RunError> {
        let (terms, mut kinds): (Vec<Term>, Vec<Retention>) = asked.iter().cloned().unzip();
        thin_out(&mut kinds);
        check_memory(models, &kinds, 0, options)?;
        let program = compile_joint(models, &terms, options.dimensions.as_deref());
        Ok(Plan { program, kinds, pairs: Vec::new(), ceilings: 0, steps: 0 })
    }
}

/// A quantity in a step.
fn value(id: VarId, step: usize) -> Term {
    Term::Row(0, Request::Value(id, step))
}

/// What is counted for a reference: in each step with a value, whether the output is at or below it; then, where it has
/// growth, whether the output's is at or below that. A path on which the number is not finite is left out, as it is of the
/// bands.
fn conditions<'m>(model: &'m Model, reference: &'m Reference) -> impl Iterator<Item = Term> + 'm {
    let output = model.outputs[reference.output].variable;
    let at_most = |number: Term, most: f64| {
        let left_out = Term::binary(Binary::Multiply, number.clone(), Term::Number(0.0));
        Term::binary(Binary::Add, Term::binary(Binary::LessEqual, number, Term::Number(most)), left_out)
    };
    let values = reference.values.iter().map(move |(step, most)| at_most(value(output, *step), *most));
    let growth = reference.growth.map(|growth| {
        let ratio = Term::binary(Binary::Divide, value(output, growth.last), value(output, growth.first));
        at_most(ratio, growth.ratio)
    });
    values.chain(growth)
}

impl Retention {
    /// Bins of its histogram, and the values of its pilot; 0 for what has none. It depends on the row alone, so that what else is recorded changes no
    /// number of it, but for very many rows.
    pub(super) fn bins(self) -> usize {
        match self {
            Retention::Quantity => 4096,
            Retention::Coarse => 2048,
            Retention::Condition | Retention::Mean => 0,
        }
    }
}

/// Makes rows coarse where there are very many.
fn thin_out(kinds: &mut [Retention]) {
    if kinds.iter().filter(|&&kind| kind == Retention::Quantity).count() > MANY {
        kinds.iter_mut().filter(|kind| **kind == Retention::Quantity).for_each(|kind| *kind = Retention::Coarse);
    }
}

fn check_memory(
    models: &[&Model],
    kinds: &[Retention],
    ledger_entries: usize,
    options: &RunOptions,
) -> Result<(), RunError> {
    let needed = estimate(models, kinds, ledger_entries, options.replicates);
    match needed > options.limits.memory {
        true => Err(RunError::Memory { needed, limit: options.limits.memory }),
        false => Ok(()),
    }
}

/// An upper estimate of the memory of a run, before anything is allocated.
fn estimate(models: &[&Model], kinds: &[Retention], ledger_entries: usize, replicates: u64) -> u64 {
    const BYTES_A_VALUE: u64 = 400;
    const BYTES_A_ROW: u64 = 4096;
    const BYTES_A_LEDGER_ENTRY: u64 = 5120;
    // A thread has the statistics of a replicate, and those of all replicates are kept beside their sum.
    let copies = (rayon::current_num_threads() as u64).saturating_add(replicates);
    let values = |model: &&Model| (model.variables.len() as u64).saturating_mul(model.horizon.last() as u64 + 1);
    let values = models.iter().map(values).fold(0u64, u64::saturating_add);
    let program = values.saturating_mul(BYTES_A_VALUE);
    let bins: u64 = kinds.iter().map(|kind| kind.bins() as u64).sum();
    let histograms = bins.saturating_mul(BIN_BYTES);
    let pilot: u64 = kinds.iter().map(|&kind| kind.bins() as u64 * 8).sum();
    let rows = (kinds.len() as u64).saturating_mul(BYTES_A_ROW);
    let ledger = (ledger_entries as u64).saturating_mul(BYTES_A_LEDGER_ENTRY);
    let statistics = histograms.saturating_add(rows).saturating_add(ledger).saturating_mul(copies);
    program.saturating_add(statistics).saturating_add(pilot)
}

/// The request of an output named as `market[2031]` or `market`.
fn output_request(model: &Model, text: &str) -> Result<usize, RunError> {
    let unknown = || RunError::UnknownOutput { name: text.to_owned() };
    let SubjectName { name, period } = text.parse().map_err(|()| unknown())?;
    let last = model.horizon.last();
    let step = match period {
        None => last,
        Some(period) => model.horizon.find(&period).ok_or_else(unknown)?,
    };
    let first = |id: VarId| model.variable(id).first;
    let mut before = 0;
    for output in &model.outputs {
        if output.full_name() == name {
            return match step.checked_sub(first(output.variable)) {
                Some(offset) => Ok(before + offset),
                None => Err(unknown()),
            };
        }
        before += last + 1 - first(output.variable);
    }
    Err(unknown())
}
