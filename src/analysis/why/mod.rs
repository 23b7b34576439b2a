//! What the move from one scenario to another is made of: every combination of their differences on the same draws.

mod changes;
mod hybrid;
mod shapley;

pub use changes::Change;

use crate::analysis::compare::terms::JointTerms;
use crate::analysis::moment::Moment;
use crate::diagnostic::{Problem, Sources};
use crate::engine::{Joint, Monitor, Retention, RunError, RunOptions, joint};
use crate::kernel::Binary;
use crate::limits::Limits;
use crate::model::Model;
use crate::program::{Request, Term};
use crate::results::Band;
use crate::results::comparison::WhyRow;
use crate::stats::{Estimate, Statistic, se, value};
use crate::study::Study;
use hybrid::Parents;
use shapley::Design;

/// Levels whose moves are split, in percent.
const LEVELS: [f64; 3] = [5.0, 50.0, 95.0];
/// Statistics of an output, in the order of `ResponseValues::values`: the mean and the quantiles at `LEVELS`.
const STATISTICS: [Statistic; 4] =
    [Statistic::Mean, Statistic::Quantile(5.0), Statistic::MEDIAN, Statistic::Quantile(95.0)];
/// Models simulated together: more share more, and need more memory at once.
const TOGETHER: usize = 8;
/// Changes beyond which not even sampled orders are affordable.
const MOST_CHANGES: usize = 40;

/// Why a move was not split.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WhyError {
    /// A group names what does not differ.
    #[error("`{name}` does not differ between `{a}` and `{b}`; what differs: {changes}")]
    NoSuchChange {
        /// As asked for.
        name: String,
        /// The base.
        a: String,
        /// The other scenario.
        b: String,
        /// What differs, as a list.
        changes: String,
    },
    /// More changes than orders can be sampled for.
    #[error(
        "{found} things differ between `{a}` and `{b}`, and {MOST_CHANGES} are the most; take some together with --group NAME=CHANGE,CHANGE"
    )]
    TooMany {
        /// How many.
        found: usize,
        /// The base.
        a: String,
        /// The other scenario.
        b: String,
    },
    /// A combination of changes is no valid scenario.
    #[error(
        "`{a}` with {changes} of `{b}` alone cannot run; take what belongs together with --group NAME=CHANGE,CHANGE"
    )]
    Invalid {
        /// The base.
        a: String,
        /// The other scenario.
        b: String,
        /// What was put in.
        changes: String,
        /// What is wrong with it.
        problems: Vec<Problem>,
        /// The texts of both.
        sources: Sources,
    },
    /// The combinations cannot run.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Every combination to run, each a valid model.
#[derive(Debug)]
pub struct Combinations {
    changes: Vec<Change>,
    design: Design,
    models: Vec<Model>,
    subjects: Vec<Response>,
    /// When outputs are read.
    moment: Moment,
}

/// An output when it is asked for, or a target.
#[derive(Clone, Debug)]
struct Response {
    name: String,
    unit: Option<String>,
    is_target: bool,
}

/// What one model answers of one subject.
#[derive(Clone, Debug)]
struct ResponseValues {
    /// Mean and quantiles, or a probability.
    values: Vec<f64>,
    /// What turns the share of paths at or below a quantile into an error of that quantile, for each level.
    slopes: Vec<f64>,
}

impl Combinations {
    /// Finds what differs and makes every model that is needed.
    ///
    /// # Errors
    ///
    /// When a group names what does not differ, a combination is not valid, or there are too many changes.
    pub fn new(
        a: &Study,
        b: &Study,
        groups: &[(String, Vec<String>)],
        seed: u64,
        limits: Limits,
    ) -> Result<Combinations, WhyError> {
        let names = |changes: &[Change]| {
            let names: Vec<String> = changes.iter().map(|change| format!("`{}`", change.name)).collect();
            if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
        };
        let found = changes::differences(&a.document, &b.document);
        let changes = changes::grouped(found.clone(), groups).map_err(|name| WhyError::NoSuchChange {
            name,
            a: a.scenario.clone(),
            b: b.scenario.clone(),
            changes: names(&found),
        })?;
        if changes.len() > MOST_CHANGES {
            let (a, b) = (a.scenario.clone(), b.scenario.clone());
            return Err(WhyError::TooMany { found: changes.len(), a, b });
        }
        let subjects = subjects(a, b);
        let targets: Vec<String> =
            subjects.iter().filter(|subject| subject.is_target).map(|subject| subject.name.clone()).collect();
        let parents = Parents::new(a, b, &targets, limits);
        let design = Design::new(changes.len(), seed);
        let models = design
            .subsets()
            .into_iter()
            .map(|subset| {
                let chosen =
                    || changes.iter().enumerate().filter(|(i, _)| subset >> i & 1 == 1).map(|(_, change)| change);
                let hybrid = parents.hybrid(chosen()).and_then(|model| reports_all(model, &subjects));
                hybrid.map_err(|problems| WhyError::Invalid {
                    a: a.scenario.clone(),
                    b: b.scenario.clone(),
                    changes: names(&chosen().cloned().collect::<Vec<_>>()),
                    problems,
                    sources: parents.sources(),
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let moment = Moment::last(&a.model);
        Ok(Combinations { changes, design, models, subjects, moment })
    }

    /// Reads outputs in a step of the horizon instead of the last one, those that have a value there, or in total, those that add
    /// up; targets are read in the last step all the same.
    #[must_use]
    pub fn at(mut self, moment: Moment) -> Combinations {
        self.moment = moment;
        let is_read = |name: &str| {
            self.models.iter().all(|model| {
                let output = model.outputs.iter().find(|output| output.full_name() == name);
                let has_value =
                    output.is_some_and(|output| moment.is_in(model.variable(output.variable), &model.horizon));
                has_value && (moment != Moment::Total || Moment::has_sum(model, name))
            })
        };
        self.subjects.retain(|subject| subject.is_target || is_read(&subject.name));
        self
    }

    /// What differs, groups taken together.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// How many times the paths are simulated, for progress.
    pub fn runs(&self) -> u64 {
        self.models.len().div_ceil(TOGETHER) as u64 + u64::from(self.design.is_exact())
    }

    /// Runs every combination and splits every move.
    ///
    /// # Errors
    ///
    /// When a run is over its limit on memory.
    pub fn run(&self, options: &RunOptions, monitor: &dyn Monitor) -> Result<Vec<WhyRow>, WhyError> {
        let options = RunOptions {
            percentiles: LEVELS.to_vec(),
            shortfall: Vec::new(),
            skewness: false,
            correlate: Vec::new(),
            ..options.clone().along(&self.models)
        };
        let mut answers: Vec<Vec<ResponseValues>> = Vec::with_capacity(self.models.len());
        for models in self.models.chunks(TOGETHER) {
            answers.extend(self.ask(models, &options, monitor)?);
        }
        let errors = if self.design.is_exact() { Some(self.errors(&answers, &options, monitor)?) } else { None };
        Ok(self.rows(&answers, errors.as_deref()))
    }

    /// The row of a subject in a model: an output in the step that is asked for, or a target.
    fn term(&self, models: &[Model], model: usize, subject: &Response) -> (Term, Band) {
        let of = &models[model];
        let last = of.horizon.last();
        let output = of.outputs.iter().find(|output| output.full_name() == subject.name);
        let target = of.targets.iter().find(|target| target.name == subject.name);
        match (subject.is_target, output, target) {
            (false, Some(output), _) => {
                let row = self.moment.term(model, of, output.variable);
                (row, Band::blank(&of.horizon, output, self.moment.step(&of.horizon)))
            }
            (true, _, Some(target)) => {
                let row = Term::Row(model, Request::Value(target.condition, last));
                (Term::binary(Binary::NotEqual, row, Term::Number(0.0)), Band::blank(&of.horizon, &of.outputs[0], last))
            }
            _ => unreachable!("hybrids were checked to report every subject"),
        }
    }

    fn ask(
        &self,
        models: &[Model],
        options: &RunOptions,
        monitor: &dyn Monitor,
    ) -> Result<Vec<Vec<ResponseValues>>, RunError> {
        let mut terms = JointTerms::default();
        for model in 0..models.len() {
            for subject in &self.subjects {
                let kind = if subject.is_target { Retention::Condition } else { Retention::Quantity };
                terms.add(self.term(models, model, subject).0, kind);
            }
        }
        // With the errors of independent paths, which say how dense they are at a quantile.
        let joint = joint(&models.iter().collect::<Vec<_>>(), terms.as_slice(), options, monitor)?;
        let seen = joint.seen().pooled;
        let answer = |model: usize, index: usize| {
            let subject = &self.subjects[index];
            let term = model * self.subjects.len() + index;
            if subject.is_target {
                let probability = seen.condition(term).probability().unwrap_or(f64::NAN);
                return ResponseValues { values: vec![probability], slopes: Vec::new() };
            }
            answer_of(&seen.band(term, self.term(models, model, subject).1))
        };
        Ok((0..models.len())
            .map(|model| (0..self.subjects.len()).map(|index| answer(model, index)).collect())
            .collect())
    }

    /// Standard errors by subject, statistic and part, the total last: of the sums over all models, path by path.
    fn errors(
        &self,
        answers: &[Vec<ResponseValues>],
        options: &RunOptions,
        monitor: &dyn Monitor,
    ) -> Result<Vec<Vec<Vec<Option<f64>>>>, RunError> {
        let mut terms = JointTerms::default();
        let mut numbers = Vec::new();
        for (index, subject) in self.subjects.iter().enumerate() {
            let mut statistics = Vec::new();
            for statistic in 0..if subject.is_target { 1 } else { STATISTICS.len() } {
                let parts: Vec<usize> = self
                    .weights()
                    .iter()
                    .map(|weights| {
                        let term = self.influence(answers, index, statistic, weights);
                        terms.add(term, Retention::Mean)
                    })
                    .collect();
                statistics.push(parts);
            }
            numbers.push(statistics);
        }
        let seen = joint(&self.models.iter().collect::<Vec<_>>(), terms.as_slice(), options, monitor)?;
        let read = |seen: &Joint, parts: Vec<usize>| parts.into_iter().map(|term| se(&seen.mean(term))).collect();
        Ok(numbers
            .into_iter()
            .map(|statistics| statistics.into_iter().map(|parts| read(&seen, parts)).collect())
            .collect())
    }

    /// Weights of the subsets in every part, those of the whole move last.
    fn weights(&self) -> Vec<Vec<f64>> {
        let subsets = self.design.subsets();
        let mut whole = vec![0.0; subsets.len()];
        whole[0] -= 1.0;
        *whole.last_mut().expect("the empty subset is always there") += 1.0;
        (0..self.changes.len()).map(|change| self.design.weights(change)).chain([whole]).collect()
    }

    /// What a path contributes to a weighted sum of one statistic over the models, to first order.
    fn influence(&self, answers: &[Vec<ResponseValues>], index: usize, statistic: usize, weights: &[f64]) -> Term {
        let subject = &self.subjects[index];
        let mut sum = Term::Number(0.0);
        for (model, &weight) in weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
            let (row, _) = self.term(&self.models, model, subject);
            let answer = &answers[model][index];
            let (scale, term) = match statistic {
                0 => (1.0, row),
                level => {
                    let quantile = Term::Number(answer.values[level]);
                    (answer.slopes[level - 1], Term::binary(Binary::LessEqual, row, quantile))
                }
            };
            let part = Term::binary(Binary::Multiply, Term::Number(weight * scale), term);
            sum = Term::binary(Binary::Add, sum, part);
        }
        sum
    }

    fn rows(&self, answers: &[Vec<ResponseValues>], errors: Option<&[Vec<Vec<Option<f64>>>]>) -> Vec<WhyRow> {
        let subsets = self.design.subsets();
        let place = |subset: u64| subsets.binary_search(&subset).expect("the design has it");
        let mut rows = Vec::new();
        for (index, subject) in self.subjects.iter().enumerate() {
            let statistics: &[Statistic] = if subject.is_target { &[Statistic::Probability] } else { &STATISTICS };
            let horizon = &self.models[0].horizon;
            let moment = if subject.is_target { Moment::Step(horizon.last()) } else { self.moment };
            let when = moment.when(horizon);
            for (statistic, &kind) in statistics.iter().enumerate() {
                let value = |subset: u64| answers[place(subset)][index].values[statistic];
                let total = value(self.design.all()) - value(0);
                let error = |part: usize| errors.and_then(|errors| errors[index][statistic][part]);
                let exact = |x: f64| x.is_finite().then_some(x);
                let mut parts: Vec<f64> = (0..self.changes.len())
                    .map(|change| {
                        let weights = self.design.weights(change);
                        weights.iter().zip(&subsets).map(|(weight, &subset)| weight * value(subset)).sum()
                    })
                    .collect();
                close(&mut parts, total);
                for (change, &part) in parts.iter().enumerate() {
                    let own = 1 << change;
                    rows.push(WhyRow {
                        of: subject.name.clone(),
                        unit: subject.unit.clone(),
                        when: when.clone(),
                        statistic: kind,
                        input: Some(self.changes[change].name.clone()),
                        effect: Estimate::of(exact(part), error(change)),
                        sampling_se: exact(self.design.sampling_error(change, &value)),
                        first: exact(value(own) - value(0)),
                        last: exact(value(self.design.all()) - value(self.design.all() & !own)),
                    });
                }
                rows.push(WhyRow {
                    of: subject.name.clone(),
                    unit: subject.unit.clone(),
                    when: when.clone(),
                    statistic: kind,
                    input: None,
                    effect: Estimate::of(exact(total), error(self.changes.len())),
                    sampling_se: Some(0.0),
                    first: None,
                    last: None,
                });
            }
        }
        rows
    }
}

/// A hybrid whose outputs are those of another kind of scenario, as without its market, answers nothing.
fn reports_all(model: Model, subjects: &[Response]) -> Result<Model, Vec<Problem>> {
    let has = |subject: &&Response| match subject.is_target {
        true => model.targets.iter().any(|target| target.name == subject.name),
        false => model.outputs.iter().any(|output| output.full_name() == subject.name),
    };
    let lost: Vec<Problem> = subjects
        .iter()
        .filter(|subject| !has(subject))
        .map(|subject| Problem::error("why-lost", None, "", format!("it does not report `{}`", subject.name)))
        .collect();
    if lost.is_empty() { Ok(model) } else { Err(lost) }
}

/// Takes the rounding of the sums out of the largest part, so that the parts add up.
fn close(parts: &mut [f64], total: f64) {
    let rest = total - parts.iter().sum::<f64>();
    if let Some(largest) = parts.iter_mut().max_by(|a, b| a.abs().total_cmp(&b.abs())) {
        *largest += rest;
    }
}

/// The market and its growth where both have them, else the first common output; and the targets that both state alike.
fn subjects(a: &Study, b: &Study) -> Vec<Response> {
    let in_b = |name: &str| b.model.outputs.iter().any(|output| output.full_name() == name);
    let common: Vec<_> = a.model.outputs.iter().filter(|output| in_b(&output.full_name())).collect();
    let mut outputs: Vec<_> =
        common.iter().filter(|output| matches!(output.full_name().as_str(), "market" | "cagr")).collect();
    if outputs.is_empty() {
        outputs.extend(common.first());
    }
    let output = |output: &&&crate::model::Output| Response {
        name: output.full_name(),
        unit: output.unit.clone(),
        is_target: false,
    };
    let alike = |target: &&crate::model::Target| {
        b.model.targets.iter().any(|other| other.name == target.name && other.text == target.text)
    };
    let target = |target: &crate::model::Target| Response { name: target.name.clone(), unit: None, is_target: true };
    outputs.iter().map(output).chain(a.model.targets.iter().filter(alike).map(target)).collect()
}

fn answer_of(band: &Band) -> ResponseValues {
    let number = |estimate: &Option<Estimate>| value(estimate).unwrap_or(f64::NAN);
    let n = band.n as f64;
    let slopes = LEVELS
        .iter()
        .zip(&band.quantiles)
        .map(|(level, quantile)| {
            let p = level / 100.0;
            // se = sqrt(p (1 - p) / n) / f, so this is 1 / f; a quantile falls where the share below it rises.
            -se(quantile).unwrap_or(0.0) * (n / (p * (1.0 - p))).sqrt()
        })
        .collect();
    ResponseValues { values: [band.mean].iter().chain(&band.quantiles).map(number).collect(), slopes }
}
