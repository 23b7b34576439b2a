//! One number of a run by name: `p50(market,2031)`, `probability(report)`, `unmet_mean(power)`.

use crate::diagnostic::nearest_name;
use crate::engine::RunOptions;
use crate::model::{Model, Output, VarId, When};
use crate::results::{Band, ConstraintRow, Results, ceilings};
use crate::stats::{Estimate, Share, Statistic};
use std::fmt;
use std::str::FromStr;

/// `STATISTIC(NAME)` or `STATISTIC(NAME,PERIOD)`: a statistic of an output, a target or a constraint. Without a period the
/// last one is meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    measure: Measured,
    /// Output, segment, target or constraint.
    name: String,
    /// Label of a period.
    period: Option<String>,
}

/// What is measured, and of what.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Measured {
    /// A statistic of an output, or the probability of a target.
    Statistic(Statistic),
    /// A column of the table `constraints`.
    Ceiling(CeilingColumn),
    /// Whether a ceiling binds in any step.
    EverBinds,
}

/// The estimates of a ceiling in a step.
#[derive(Clone, Copy, Debug, PartialEq)]
enum CeilingColumn {
    Binding,
    Short,
    First,
    Unmet,
    Lost,
    Deferred,
    Utilisation,
}

/// Names of the statistics of ceilings.
const OF_CEILINGS: [(&str, Measured); 8] = [
    ("p_binding", Measured::Ceiling(CeilingColumn::Binding)),
    ("p_short", Measured::Ceiling(CeilingColumn::Short)),
    ("p_first", Measured::Ceiling(CeilingColumn::First)),
    ("p_ever", Measured::EverBinds),
    ("unmet_mean", Measured::Ceiling(CeilingColumn::Unmet)),
    ("lost_mean", Measured::Ceiling(CeilingColumn::Lost)),
    ("deferred_mean", Measured::Ceiling(CeilingColumn::Deferred)),
    ("utilisation_mean", Measured::Ceiling(CeilingColumn::Utilisation)),
];

/// What a run answers. A statistic that does not exist has no estimate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Answer {
    /// The value with its Monte Carlo standard error.
    pub estimate: Option<Estimate>,
    /// The 95 % interval of a share, which has a width even where the standard error is 0; none for other statistics.
    pub interval: Option<(f64, f64)>,
}

impl From<Share> for Answer {
    fn from(share: Share) -> Answer {
        Answer { estimate: share.estimate(), interval: share.interval() }
    }
}

impl From<Option<Estimate>> for Answer {
    fn from(estimate: Option<Estimate>) -> Answer {
        Answer { estimate, interval: None }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.measure {
            Measured::Statistic(statistic) => write!(f, "{statistic}")?,
            other => {
                let (name, _) =
                    OF_CEILINGS.iter().find(|(_, known)| *known == other).expect("every measure has a name");
                f.write_str(name)?;
            }
        }
        match &self.period {
            Some(period) => write!(f, "({},{period})", self.name),
            None => write!(f, "({})", self.name),
        }
    }
}

impl FromStr for Query {
    type Err = String;

    fn from_str(text: &str) -> Result<Query, String> {
        let form = || "STATISTIC(NAME,PERIOD) is expected, such as p50(market,2031)".to_owned();
        let (statistic, rest) = text.split_once('(').ok_or_else(form)?;
        let arguments = rest.trim_end().strip_suffix(')').ok_or_else(form)?;
        // Tables head their columns `P80`.
        let measure = measure_named(&statistic.trim().to_lowercase())?;
        let (name, period) = match arguments.split_once(',') {
            Some((name, period)) => (name.trim(), Some(period.trim().to_owned())),
            None => (arguments.trim(), None),
        };
        if name.is_empty() || period.as_deref() == Some("") {
            return Err(form());
        }
        match (measure, &period) {
            (Measured::Statistic(Statistic::Probability), Some(_)) => {
                Err("a target is read in the last period; write probability(TARGET)".into())
            }
            (Measured::EverBinds, Some(_)) => Err("p_ever is over all periods; write p_ever(CONSTRAINT)".into()),
            _ => Ok(Query { measure, name: name.to_owned(), period }),
        }
    }
}

fn measure_named(name: &str) -> Result<Measured, String> {
    if let Ok(statistic) = name.parse() {
        return Ok(Measured::Statistic(statistic));
    }
    if let Some((_, measure)) = OF_CEILINGS.iter().find(|(known, _)| *known == name) {
        return Ok(*measure);
    }
    let names = || Statistic::NAMED.iter().map(|(name, _)| *name).chain(OF_CEILINGS.iter().map(|(name, _)| *name));
    let nearest = nearest_name(name, names());
    let nearest = nearest.map_or_else(String::new, |nearest| format!(" (did you mean `{nearest}`?)"));
    let names: Vec<&str> = names().collect();
    Err(format!("there is no statistic `{name}`{nearest}; there are p50, es5 (any level), {}", names.join(", ")))
}

impl Query {
    /// The statistic of an output or a target; none for a column of the ceilings.
    pub(crate) fn statistic(&self) -> Option<Statistic> {
        match self.measure {
            Measured::Statistic(statistic) => Some(statistic),
            Measured::Ceiling(_) | Measured::EverBinds => None,
        }
    }

    /// Whether its answer is a share of paths or a fraction of a ceiling, which is read in percent.
    pub(crate) fn is_share(&self) -> bool {
        use CeilingColumn::{Binding, First, Short, Utilisation};
        matches!(
            self.measure,
            Measured::Statistic(Statistic::Probability)
                | Measured::EverBinds
                | Measured::Ceiling(Binding | Short | First | Utilisation)
        )
    }

    /// The variable and the step of the output that it is about; none for targets, ceilings and unknown names.
    pub(crate) fn subject(&self, model: &Model) -> Option<(VarId, usize)> {
        if matches!(self.statistic()?, Statistic::Probability) {
            return None;
        }
        let output = model.outputs.iter().find(|output| output.full_name() == self.name)?;
        let step = self.period.as_ref().map_or(Some(model.horizon.last()), |period| model.horizon.find(period))?;
        (step >= model.variable(output.variable).first).then_some((output.variable, step))
    }

    /// The query of this statistic of an output in a period; in the last one without it.
    pub(crate) fn of_output(statistic: Statistic, name: String, period: Option<String>) -> Query {
        Query { measure: Measured::Statistic(statistic), name, period }
    }

    /// Adds what it needs to what a run reports.
    pub fn require(&self, options: &mut RunOptions) {
        let add = |levels: &mut Vec<f64>, level: f64| {
            if !levels.contains(&level) {
                levels.push(level);
                levels.sort_by(f64::total_cmp);
            }
        };
        match self.measure {
            Measured::Statistic(Statistic::Quantile(level)) => add(&mut options.percentiles, level),
            Measured::Statistic(Statistic::Shortfall(level)) => add(&mut options.shortfall, level),
            Measured::Statistic(Statistic::Skewness) => options.skewness = true,
            _ => {}
        }
    }

    /// Makes sure that its names mean something in the model, before anything is simulated.
    ///
    /// # Errors
    ///
    /// Which name is unknown and what is there instead, or which periods there are.
    pub fn resolve(&self, model: &Model) -> Result<(), String> {
        let last = model.horizon.last();
        let (kind, names, first): (_, Vec<String>, usize) = match self.measure {
            Measured::Statistic(Statistic::Probability) => {
                ("target", model.targets.iter().map(|target| target.name.clone()).collect(), last)
            }
            Measured::Ceiling(_) | Measured::EverBinds => {
                let constraints = model.market.iter().flat_map(|market| &market.constraints);
                ("constraint", constraints.map(|constraint| constraint.name.clone()).collect(), 1)
            }
            Measured::Statistic(_) => {
                let output = model.outputs.iter().find(|output| output.full_name() == self.name);
                let first = output.map_or(0, |output| model.variable(output.variable).first);
                ("output", model.outputs.iter().map(Output::full_name).collect(), first)
            }
        };
        if !names.contains(&self.name) {
            return Err(unknown(kind, &self.name, &names));
        }
        match &self.period {
            Some(period) if model.horizon.find(period).is_none_or(|step| step < first) => {
                let range = match last.checked_sub(first) {
                    None => "none".to_owned(),
                    Some(0) => model.horizon.period(last),
                    Some(_) => format!("{} to {}", model.horizon.period(first), model.horizon.period(last)),
                };
                Err(format!("`{}` has no period `{period}`; its periods are {range}", self.name))
            }
            _ => Ok(()),
        }
    }

    /// What a run says of it; a year means its last step. A name that the run does not have and a level that it was not asked
    /// for have no answer.
    pub fn answer(&self, results: &Results) -> Answer {
        let step = self.period.as_ref().map(|period| results.run.horizon.find(period));
        let is_meant = |when: &When| step.is_none_or(|step| step == Some(when.step));
        let answer = match self.measure {
            Measured::Statistic(Statistic::Probability) => {
                results.targets.iter().find(|row| row.target == self.name).map(|row| row.share.into())
            }
            Measured::Ceiling(column) => {
                let mut rows = results.constraints.iter().filter(|row| row.constraint == self.name);
                rows.rfind(|row| is_meant(&row.when)).map(|row| column.of(row))
            }
            Measured::EverBinds => {
                let ceiling = ceilings(results).into_iter().find(|ceiling| ceiling.constraint == self.name);
                ceiling.map(|ceiling| ceiling.ever.into())
            }
            Measured::Statistic(statistic) => {
                let mut rows = results.bands.iter().filter(|band| band.subject.name() == self.name);
                rows.rfind(|band| is_meant(&band.subject.when)).map(|band| of_band(statistic, band, results).into())
            }
        };
        answer.unwrap_or_default()
    }
}

impl Results {
    /// One number of the run with its standard error: `p50(market,2031)`, `mean(market.region.europe)`,
    /// `probability(report_2031)`, `p_ever(power)`. Without a period the last one is meant; a year means its last step.
    ///
    /// # Errors
    ///
    /// What is not understood, or why there is no such number: an unknown name, a period or a level that the run does not
    /// have, a statistic that does not exist.
    pub fn value(&self, query: &str) -> Result<Estimate, QueryError> {
        let query: Query = query.parse().map_err(QueryError)?;
        query.answer(self).estimate.ok_or_else(|| QueryError(query.why_absent(self)))
    }
}

/// Why a run has no such number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct QueryError(String);

impl Query {
    /// Why a run has no answer.
    fn why_absent(&self, results: &Results) -> String {
        let (kind, names): (_, Vec<String>) = match self.measure {
            Measured::Statistic(Statistic::Probability) => {
                ("target", results.targets.iter().map(|row| row.target.clone()).collect())
            }
            Measured::Ceiling(_) | Measured::EverBinds => {
                ("constraint", results.constraints.iter().map(|row| row.constraint.clone()).collect())
            }
            Measured::Statistic(_) => ("output", results.bands.iter().map(|band| band.subject.name()).collect()),
        };
        if !names.contains(&self.name) {
            let mut names = names;
            names.dedup();
            return unknown(kind, &self.name, &names);
        }
        let asked_for = match self.measure {
            Measured::Statistic(Statistic::Quantile(level)) => results.percentiles.contains(&level),
            Measured::Statistic(Statistic::Shortfall(level)) => results.shortfall.contains(&level),
            _ => true,
        };
        match (&self.period, asked_for) {
            (_, false) => format!("the run was not asked for the level of `{self}`; ask for it in its options"),
            (Some(period), _) if results.run.horizon.find(period).is_none() => {
                format!("`{}` has no period `{period}`", self.name)
            }
            _ => format!("`{self}` does not exist in this run: too few paths have a value, or it was not asked for"),
        }
    }
}

fn of_band(statistic: Statistic, band: &Band, results: &Results) -> Option<Estimate> {
    let at = |levels: &[f64], level: f64| levels.iter().position(|known| *known == level);
    match statistic {
        Statistic::Mean => band.mean,
        Statistic::Sd => band.sd,
        Statistic::Skewness => Estimate::of(band.skewness, None),
        Statistic::Quantile(level) => band.quantiles[at(&results.percentiles, level)?],
        Statistic::Shortfall(level) => band.shortfall[at(&results.shortfall, level)?],
        Statistic::Probability => None,
    }
}

impl CeilingColumn {
    fn of(self, row: &ConstraintRow) -> Answer {
        match self {
            CeilingColumn::Binding => row.binding.into(),
            CeilingColumn::Short => row.short.into(),
            CeilingColumn::First => row.first.into(),
            CeilingColumn::Unmet => row.unmet.into(),
            CeilingColumn::Lost => row.lost.into(),
            CeilingColumn::Deferred => row.deferred.into(),
            CeilingColumn::Utilisation => row.utilisation.into(),
        }
    }
}

fn unknown(kind: &str, name: &str, names: &[String]) -> String {
    match nearest_name(name, names.iter().map(String::as_str)) {
        Some(nearest) => format!("there is no {kind} `{name}` (did you mean `{nearest}`?)"),
        None if names.is_empty() => format!("there is no {kind} `{name}`; this scenario has none"),
        None => {
            let some: Vec<&str> = names.iter().take(10).map(String::as_str).collect();
            let more = if names.len() > some.len() { ", ..." } else { "" };
            format!("there is no {kind} `{name}`; there are {}{more}", some.join(", "))
        }
    }
}
