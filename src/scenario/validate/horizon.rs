//! Title, version and horizon of the file.

use super::builder::{Builder, describe};
use super::tables;
use crate::diagnostic::Problem;
use crate::model::{Horizon, StepLength};
use crate::scenario::json::{Json, Node};

impl Builder<'_> {
    /// Title and description; checks the version.
    pub(super) fn top_level(&mut self, document: &Node) -> (Option<String>, Option<String>) {
        if let Some(version) = document.get("riskband")
            && version.value != Json::Number(tables::VERSION)
        {
            let message = format!("this program reads version {} of the scenario format", tables::VERSION);
            let problem = Problem::error("unsupported-version", version.span, "/riskband", message);
            self.push(problem.expected(tables::VERSION.to_string()).found(describe(version)));
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
        self.known_keys(members, "/horizon", "`horizon`", &[tables::HORIZON]);
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
        if let Some(step) = node.get("step") {
            self.word(step, "/horizon/step", "`step`", tables::STEP_LENGTHS)?;
        }
        let first = self.year(start, "/horizon/start", "`start`");
        let last = self.year(end, "/horizon/end", "`end`");
        let (first, last) = (first?, last?);
        if last <= first {
            let message = format!("the horizon must end after it starts: it starts in {first}");
            let problem = Problem::error("empty-horizon", end.span, "/horizon/end", message);
            self.push(problem.expected(format!("a year after {first}")).found(last.to_string()));
            return None;
        }
        let count = self.step_count(last - first, end, "/horizon/end")?;
        Some(Horizon { start: Some(first as i32), steps: count, length: StepLength::Year })
    }

    /// A year that any calendar may show: it fits the model's integers with room for every step.
    fn year(&mut self, node: &Node, pointer: &str, what: &str) -> Option<f64> {
        let year = self.whole(node, pointer, what)?;
        if year.abs() <= 1e6 {
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
