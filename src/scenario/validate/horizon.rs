//! Title, version and horizon of the file.

use super::builder::{Builder, describe};
use crate::diagnostic::Problem;
use crate::model::{Horizon, PeriodName, StepLength};
use crate::scenario::json::{Json, Node};
use crate::scenario::keys;

/// Years beyond this are no calendar's, and months since the year 0 must fit the model's integers.
const FARTHEST_YEAR: i64 = 1_000_000;

impl Builder<'_> {
    /// Title and description; checks the version.
    pub(super) fn top_level(&mut self, document: &Node) -> (Option<String>, Option<String>) {
        if let Some(version) = document.get("riskband")
            && version.value != Json::Number(keys::VERSION)
        {
            let message = format!("this program reads version {} of the scenario format", keys::VERSION);
            let problem = Problem::error("unsupported-version", version.span, "/riskband", message);
            self.push(problem.expected(keys::VERSION.to_string()).found(describe(version)));
        }
        if let Some(schema) = document.get("$schema") {
            self.text(schema, "/$schema", "`$schema`");
        }
        let title = document.get("title").and_then(|node| self.text(node, "/title", "`title`"));
        let description = document.get("description").and_then(|node| self.text(node, "/description", "`description`"));
        (title, description)
    }

    /// Reads the horizon; false if it is not known after that.
    pub(super) fn horizon(&mut self, node: Option<&Node>) -> bool {
        let Some(node) = node else { return true };
        let Some(members) = self.object(node, "/horizon", "`horizon`") else { return false };
        self.known_keys(members, "/horizon", "`horizon`", &[keys::HORIZON]);
        let horizon = match (node.get("steps"), node.get("start"), node.get("end")) {
            (Some(steps), None, None) => self.counted(steps, node),
            (None, Some(start), Some(end)) => self.calendar(start, end, node),
            _ => {
                let message = "`horizon` is either calendar years or counted steps";
                let problem = Problem::error("incomplete-horizon", node.span, "/horizon", message);
                self.push(problem.expected("{\"start\": 2025, \"end\": 2031} or {\"steps\": 50}"));
                None
            }
        };
        if let Some(horizon) = horizon {
            self.horizon = horizon;
            return true;
        }
        false
    }

    fn counted(&mut self, steps: &Node, node: &Node) -> Option<Horizon> {
        if let Some(step) = node.get("step") {
            let message = "`step` says how long calendar steps are; counted steps have no length";
            let problem = Problem::error("unknown-key", step.span, "/horizon/step", message);
            self.push(problem.help("remove `step`"));
        }
        let count = self.whole(steps, "/horizon/steps", "`steps`")?;
        let count = self.step_count(count, steps, "/horizon/steps")?;
        Some(Horizon { start: None, steps: count, length: StepLength::Counted })
    }

    fn calendar(&mut self, start: &Node, end: &Node, node: &Node) -> Option<Horizon> {
        let length = match node.get("step") {
            Some(step) => match self.word(step, "/horizon/step", "`step`", keys::STEP_LENGTHS)? {
                0 => StepLength::Year,
                1 => StepLength::Quarter,
                _ => StepLength::Month,
            },
            None => StepLength::Year,
        };
        let first = self.period(start, length, "/horizon/start", "`start`");
        let last = self.period(end, length, "/horizon/end", "`end`");
        let (first, last) = (first?, last?);
        let label = |period: i32| Horizon { start: Some(period), steps: 0, length }.period(0);
        if last <= first {
            let first = label(first);
            let message = format!("the horizon must end after it starts: it starts in {first}");
            let problem = Problem::error("empty-horizon", end.span, "/horizon/end", message);
            self.push(problem.expected(format!("a {} after {first}", length.name())).found(label(last)));
            return None;
        }
        let count = self.step_count(f64::from(last) - f64::from(first), end, "/horizon/end")?;
        Some(Horizon { start: Some(first), steps: count, length })
    }

    /// The period of this length that a text such as `2025Q4` names, or the last one of a year.
    fn period(&mut self, node: &Node, length: StepLength, pointer: &str, what: &str) -> Option<i32> {
        let calendar = Horizon { start: Some(0), steps: 0, length };
        let named = match &node.value {
            Json::String(text) => PeriodName::parse(text).filter(|name| !matches!(name, PeriodName::Whole(_))),
            _ => None,
        };
        let name = match named {
            Some(name @ (PeriodName::Quarter(year, _) | PeriodName::Month(year, _))) if year.abs() <= FARTHEST_YEAR => {
                name
            }
            Some(_) => {
                let problem = Problem::error("out-of-range", node.span, pointer, format!("{what} must be a year"));
                self.push(problem.expected("a year between -1000000 and 1000000").found(describe(node)));
                return None;
            }
            None => PeriodName::Whole(self.year(node, pointer, what)? as i64),
        };
        let position = calendar.position(name).and_then(|period| i32::try_from(period).ok());
        if position.is_none() {
            let length = length.name();
            let message = format!("{what} is no {length}, and the steps of this file are {length}s");
            let problem = Problem::error("wrong-calendar", node.span, pointer, message);
            self.push(problem.found(describe(node)).help("say which with `step`: \"year\", \"quarter\" or \"month\""));
        }
        position
    }

    /// A year that any calendar may show: it fits the model's integers with room for every step.
    fn year(&mut self, node: &Node, pointer: &str, what: &str) -> Option<f64> {
        let year = self.whole(node, pointer, what)?;
        if year.abs() <= FARTHEST_YEAR as f64 {
            return Some(year);
        }
        let problem = Problem::error("out-of-range", node.span, pointer, format!("{what} must be a year"));
        self.push(problem.expected("a year between -1000000 and 1000000").found(year.to_string()));
        None
    }

    fn step_count(&mut self, count: f64, node: &Node, pointer: &str) -> Option<usize> {
        if count < 1.0 {
            let problem = Problem::error("empty-horizon", node.span, pointer, "a horizon has at least one step");
            let problem = problem.expected("a whole number from 1").found(count.to_string());
            self.push(problem.help("a file without `horizon` is a static model"));
            return None;
        }
        let limit = self.context.limits.steps;
        if count > limit as f64 {
            let message = format!("this horizon has {count} steps, more than the limit of {limit}");
            let problem = Problem::error("too-many-steps", node.span, pointer, message);
            self.push(problem.help(format!("raise the limit with --limit steps={count}")));
            return None;
        }
        Some(count as usize)
    }
}
