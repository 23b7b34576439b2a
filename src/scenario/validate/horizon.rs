//! Title, version and horizon of the file.

use super::builder::ModelBuilder;
use super::item::Item;
use crate::diagnostic::{Problem, Severity};
use crate::model::{Horizon, PeriodName, StepLength};
use crate::scenario::json::Json;
use crate::scenario::keys;

/// Codes of problems that come of the steps of a horizon: they say nothing where nobody wrote it.
const OF_TIME: [&str; 10] = [
    "bad-knot",
    "bad-lag",
    "missing-over-time",
    "needless-lag",
    "needless-over-time",
    "needs-horizon",
    "no-value-yet",
    "outside-horizon",
    "too-much-memory",
    "wrong-calendar",
];
/// A horizon in the place of one that is wrong, so that all else in the file is looked at too.
const STAND_IN: Horizon = Horizon { start: Some(2025), steps: 10, length: StepLength::Year };

/// Years beyond this are no calendar's, and months since the year 0 must fit the model's integers.
const FARTHEST_YEAR: i64 = 1_000_000;

impl ModelBuilder<'_> {
    /// Title and description; checks the version.
    pub(super) fn top_level(&mut self, document: &Item<'_>) -> (Option<String>, Option<String>) {
        if let Some(version) = document.get("riskband")
            && version.node.value != Json::Number(keys::VERSION)
        {
            let message = format!("this program reads version {} of the scenario format", keys::VERSION);
            let problem = version.error("unsupported-version", message);
            self.push(problem.expected(keys::VERSION.to_string()).found(version.describe()));
        }
        let mut text = |key: &str| document.get(key).and_then(|item| self.text(&item, &format!("`{key}`")));
        text("$schema");
        (text("title"), text("description"))
    }

    /// Reads the horizon; false if it is not known after that.
    pub(super) fn horizon(&mut self, document: &Item<'_>) -> bool {
        let Some(item) = document.get("horizon") else { return true };
        if !self.is_object_with(&item, "`horizon`", &[keys::HORIZON]) {
            self.horizon = STAND_IN;
            return false;
        }
        let horizon = match (item.get("steps"), item.get("start"), item.get("end")) {
            (Some(steps), None, None) => self.counted(&steps, item.get("step")),
            (None, Some(start), Some(end)) => self.calendar(&start, &end, item.get("step")),
            _ => {
                let problem = item.error("incomplete-horizon", "`horizon` is either calendar years or counted steps");
                self.push(problem.expected("{\"start\": 2025, \"end\": 2031} or {\"steps\": 50}"));
                None
            }
        };
        let is_known = horizon.is_some();
        let counts = item.has("steps") && !item.has("start");
        let stand_in = if counts { Horizon { start: None, length: StepLength::Counted, ..STAND_IN } } else { STAND_IN };
        self.horizon = horizon.unwrap_or(stand_in);
        is_known
    }

    /// Forgets, of the problems found since there were so many, those that measure the file against a horizon that nobody
    /// wrote, and all advice.
    pub(super) fn forget_what_time_says(&mut self, before: usize) {
        let found = self.problems.split_off(before);
        let stands = |problem: &Problem| problem.severity == Severity::Error && !OF_TIME.contains(&problem.code);
        self.problems.extend(found.into_iter().filter(stands));
    }

    fn counted(&mut self, steps: &Item<'_>, length: Option<Item<'_>>) -> Option<Horizon> {
        if let Some(length) = length {
            let message = "`step` says how long calendar steps are; counted steps have no length";
            self.push(length.error("unknown-key", message).help("remove `step`"));
        }
        let count = self.whole(steps, "`steps`")?;
        let steps = self.step_count(count, steps)?;
        Some(Horizon { start: None, steps, length: StepLength::Counted })
    }

    fn calendar(&mut self, start: &Item<'_>, end: &Item<'_>, length: Option<Item<'_>>) -> Option<Horizon> {
        let length = match length {
            Some(length) => match keys::STEP_LENGTHS[self.word(&length, "`step`", keys::STEP_LENGTHS)?] {
                "year" | "yearly" => StepLength::Year,
                "quarter" | "quarterly" => StepLength::Quarter,
                _ => StepLength::Month,
            },
            None => StepLength::Year,
        };
        let (first, last) = (self.period(start, length, "`start`"), self.period(end, length, "`end`"));
        let (first, last) = (first?, last?);
        let label = |period: i32| Horizon { start: Some(period), steps: 0, length }.period(0);
        if last <= first {
            let first = label(first);
            let message = format!("the horizon must end after it starts: it starts in {first}");
            let problem = end.error("empty-horizon", message);
            self.push(problem.expected(format!("a {} after {first}", length.name())).found(label(last)));
            return None;
        }
        let steps = self.step_count(f64::from(last) - f64::from(first), end)?;
        Some(Horizon { start: Some(first), steps, length })
    }

    /// The period of this length that a text such as `2025Q4` names, or the last one of a year.
    fn period(&mut self, item: &Item<'_>, length: StepLength, what: &str) -> Option<i32> {
        let calendar = Horizon { start: Some(0), steps: 0, length };
        let named = item.node.text().and_then(PeriodName::parse);
        let name = match named {
            Some(name @ (PeriodName::Quarter(year, _) | PeriodName::Month(year, _))) => {
                self.is_near_year(item, what, year as f64, item.describe()).then_some(name)?
            }
            Some(PeriodName::Whole(_)) | None => {
                let year = self.whole(item, what)?;
                self.is_near_year(item, what, year, year.to_string()).then_some(PeriodName::Whole(year as i64))?
            }
        };
        let position = calendar.position(name).and_then(|period| i32::try_from(period).ok());
        if position.is_none() {
            let length = length.name();
            let message = format!("{what} is no {length}, and the steps of this file are {length}s");
            let problem = item.error("wrong-calendar", message).found(item.describe());
            self.push(problem.help("say which with `step`: \"year\", \"quarter\" or \"month\""));
        }
        position
    }

    /// Whether a year is one that any calendar may show: it fits the model's integers with room for every step.
    fn is_near_year(&mut self, item: &Item<'_>, what: &str, year: f64, found: String) -> bool {
        let is_near = year.abs() <= FARTHEST_YEAR as f64;
        if !is_near {
            let problem = item.error("out-of-range", format!("{what} must be a year"));
            self.push(problem.expected("a year between -1000000 and 1000000").found(found));
        }
        is_near
    }

    fn step_count(&mut self, count: f64, item: &Item<'_>) -> Option<usize> {
        if count < 1.0 {
            let problem = item.error("empty-horizon", "a horizon has at least one step");
            let problem = problem.expected("a whole number from 1").found(count.to_string());
            self.push(problem.help("a file without `horizon` is a static model"));
            return None;
        }
        let limit = self.context.limits.steps;
        if count > limit as f64 {
            let message = format!("this horizon has {count} steps, more than the limit of {limit}");
            let problem = item.error("too-many-steps", message);
            self.push(problem.help(format!("raise the limit with --limit steps={count}")));
            return None;
        }
        Some(count as usize)
    }
}
