//! What is asked of all scenarios of a batch before any of them runs: gathered while they are loaded, one after the other, since
//! not all of them are kept.

use super::args::ChartArgs;
use super::exit::Failure;
use crate::analysis::compare::can_be_compared;
use crate::analysis::query::Query;
use crate::diagnostic::nearest_name;
use crate::model::{Model, SubjectName};
use crate::output::ChartChoice;
use crate::study::Study;
use std::sync::Arc;

/// Whether every scenario has the period that an option names.
pub(super) struct PeriodSurvey<'a, M> {
    label: Option<&'a str>,
    /// How the option reads it.
    read: fn(&Model, Option<&str>) -> Result<M, Failure>,
    missing: Option<Failure>,
}

impl<'a, M> PeriodSurvey<'a, M> {
    pub(super) fn new(label: Option<&'a str>, read: fn(&Model, Option<&str>) -> Result<M, Failure>) -> Self {
        PeriodSurvey { label, read, missing: None }
    }

    pub(super) fn look(&mut self, study: &Study) {
        if self.missing.is_none() {
            self.missing = (self.read)(&study.model, self.label).err();
        }
    }

    /// # Errors
    ///
    /// That a scenario does not have it.
    pub(super) fn settle(self) -> Result<(), Failure> {
        self.missing.map_or(Ok(()), Err)
    }
}

/// Whether every scenario has the statistics that options name.
pub(super) struct QuerySurvey<'a> {
    seen: usize,
    /// Each with the first scenario that does not have it, and what this has instead.
    queries: Vec<(&'a Query, Option<(usize, String)>)>,
}

/// A statistic that a scenario does not have.
pub(super) struct Unanswered {
    /// Number of the query.
    pub(super) query: usize,
    /// Number of the scenario.
    pub(super) scenario: usize,
    /// What is there instead.
    pub(super) error: String,
}

impl<'a> QuerySurvey<'a> {
    pub(super) fn new(queries: impl IntoIterator<Item = &'a Query>) -> Self {
        QuerySurvey { seen: 0, queries: queries.into_iter().map(|query| (query, None)).collect() }
    }

    pub(super) fn look(&mut self, study: &Study) {
        for (query, missing) in self.queries.iter_mut().filter(|(_, missing)| missing.is_none()) {
            *missing = query.resolve(&study.model).err().map(|error| (self.seen, error));
        }
        self.seen += 1;
    }

    /// # Errors
    ///
    /// The first query that a scenario does not have.
    pub(super) fn settle(self) -> Result<(), Unanswered> {
        let mut missing = self.queries.into_iter().map(|(_, missing)| missing).enumerate();
        let first = missing.find_map(|(query, missing)| missing.map(|(scenario, error)| (query, scenario, error)));
        first.map_or(Ok(()), |(query, scenario, error)| Err(Unanswered { query, scenario, error }))
    }
}

/// Which charts the options choose.
pub(super) struct ChartSurvey<'a> {
    args: &'a ChartArgs,
    subjects: Vec<SubjectSurvey<'a>>,
}

impl<'a> ChartSurvey<'a> {
    pub(super) fn new(args: &'a ChartArgs) -> Self {
        ChartSurvey { args, subjects: args.charts_of.iter().map(SubjectSurvey::new).collect() }
    }

    pub(super) fn look(&mut self, study: &Study) {
        self.subjects.iter_mut().for_each(|subject| subject.look(&study.model));
    }

    /// # Errors
    ///
    /// That an output or a period is in no scenario: in a batch not every scenario has every output.
    pub(super) fn settle(self) -> Result<ChartChoice, Failure> {
        for subject in self.subjects {
            subject.settle().map_err(|error| Failure::Usage(format!("--charts-of: {error}")))?;
        }
        Ok(ChartChoice { of: self.args.charts_of.clone(), form: self.args.curve.into() })
    }
}

/// Whether one model at least has an output, and a period of it where one is named.
pub(super) struct SubjectSurvey<'a> {
    asked: &'a SubjectName,
    /// Whether any model was looked at that does not have it, and none that has.
    is_missed: bool,
    is_found: bool,
    /// Which periods the first model with the output has instead.
    periods: Option<String>,
    /// The outputs of the models so far, each once.
    names: Vec<String>,
}

impl<'a> SubjectSurvey<'a> {
    pub(super) fn new(asked: &'a SubjectName) -> Self {
        SubjectSurvey { asked, is_missed: false, is_found: false, periods: None, names: Vec::new() }
    }

    pub(super) fn look(&mut self, model: &Model) {
        if self.is_found {
            return;
        }
        let SubjectName { name, period } = self.asked;
        let Some(output) = model.outputs.iter().find(|output| output.full_name() == *name) else {
            self.is_missed = true;
            for name in model.outputs.iter().map(|output| output.full_name()) {
                if !self.names.contains(&name) {
                    self.names.push(name);
                }
            }
            return;
        };
        let Some(period) = period else {
            self.is_found = true;
            return;
        };
        let (horizon, first) = (&model.horizon, model.variable(output.variable).first);
        self.is_found = horizon.find(period).is_some_and(|step| step >= first);
        if !self.is_found && self.periods.is_none() {
            self.periods = Some(match horizon.last() {
                0 => format!("`{name}` has one value and no period `{period}`; write {name}"),
                last => {
                    let (first, last) = (horizon.period(first), horizon.period(last));
                    format!(
                        "`{name}` has no period `{period}`; it has those from {first} to {last}, as in {name}[{last}]"
                    )
                }
            });
        }
    }

    /// # Errors
    ///
    /// What there is instead: other periods, or the nearest name, else the first ones. Without a model nothing is missing.
    pub(super) fn settle(self) -> Result<(), String> {
        const MOST: usize = 12;
        let SubjectSurvey { asked, is_missed, is_found, periods, names } = self;
        match periods {
            _ if is_found => return Ok(()),
            Some(periods) => return Err(periods),
            None if !is_missed => return Ok(()),
            None => {}
        }
        let name = &asked.name;
        let nearest = nearest_name(name, names.iter().map(String::as_str));
        let nearest = nearest.map_or_else(String::new, |nearest| format!(" (did you mean `{nearest}`?)"));
        let more = if names.len() > MOST { ", ..." } else { "" };
        let list = names.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
        Err(format!("there is no output `{name}`{nearest}; there are {list}{more}"))
    }
}

/// Which scenarios can be compared with the first.
#[derive(Default)]
pub(super) struct BaseSurvey {
    base: Option<Arc<Model>>,
    seen: usize,
    apart: Vec<usize>,
}

impl BaseSurvey {
    pub(super) fn look(&mut self, study: &Study) {
        match &self.base {
            None => self.base = Some(Arc::clone(&study.model)),
            Some(base) if !can_be_compared(base, &study.model) => self.apart.push(self.seen),
            Some(_) => {}
        }
        self.seen += 1;
    }

    /// The ascending numbers of those that cannot.
    pub(super) fn settle(self) -> Vec<usize> {
        self.apart
    }
}
