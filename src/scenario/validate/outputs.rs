//! Targets and outputs.

use super::builder::{Builder, Named, Place, Role, child};
use super::resolve;
use crate::diagnostic::{Problem, nearest_name};
use crate::model::{Output, Target, VarId};
use crate::scenario::formula::Kind;
use crate::scenario::json::{Json, Member, Node};
use crate::scenario::keys;

impl Builder<'_> {
    /// Declares what is reported: outputs, then targets.
    pub(super) fn declare_results(&mut self, document: &Node, has_market: bool) -> (Vec<Output>, Vec<Target>) {
        let outputs = match document.get("outputs") {
            Some(node) => self.outputs(node),
            None => self.default_outputs(document, has_market),
        };
        let targets = match document.get("targets") {
            Some(node) => self.targets(node),
            None => Vec::new(),
        };
        (outputs, targets)
    }

    fn default_outputs(&mut self, document: &Node, has_market: bool) -> Vec<Output> {
        let names: Vec<&str> = match document.get("variables").map(|node| &node.value) {
            _ if has_market => keys::MARKET_OUTPUTS.to_vec(),
            Some(Json::Object(members)) => members.iter().map(|member| member.key.as_str()).collect(),
            _ => Vec::new(),
        };
        let mut outputs: Vec<Output> = names.into_iter().filter_map(|name| self.named_output(name)).collect();
        for measure in keys::PART_OUTPUTS {
            for dimension in &self.dimensions {
                outputs.extend(self.part_outputs(&format!("{measure}.{}", dimension.key)));
            }
        }
        // Where one of these is written, what is wrong with it is reported instead.
        let sections = ["market", "drivers", "constraints", "variables", "targets"];
        if outputs.is_empty() && sections.iter().all(|section| document.get(section).is_none()) {
            let problem =
                Problem::error("nothing-to-report", document.span, "", "this file has no market and no variables");
            self.push(problem.help("declare a `market` with `drivers` and `constraints`, or `variables`"));
        }
        outputs
    }

    fn named_output(&mut self, name: &str) -> Option<Output> {
        let id = self.names.get(name)?.variable();
        self.used.insert(id);
        Some(self.output(name, id))
    }

    fn output(&self, name: &str, variable: VarId) -> Output {
        let unit = self.variable(variable).unit.clone();
        Output { name: name.to_string(), part: None, unit, variable, may_be_absent: false }
    }

    fn outputs(&mut self, node: &Node) -> Vec<Output> {
        match &node.value {
            Json::Array(items) => self.listed_outputs(items),
            Json::Object(members) => {
                let outputs: Vec<Output> = members.iter().filter_map(|member| self.formula_output(member)).collect();
                self.some_outputs(members.is_empty(), node);
                outputs
            }
            _ => {
                self.wrong_type(node, "/outputs", "`outputs`", "a list of names, or an object of formulas");
                Vec::new()
            }
        }
    }

    fn some_outputs(&mut self, empty: bool, node: &Node) {
        if empty {
            let problem = Problem::error("nothing-to-report", node.span, "/outputs", "`outputs` is empty");
            self.push(problem.help("remove it to get the usual outputs"));
        }
    }

    fn listed_outputs(&mut self, items: &[Node]) -> Vec<Output> {
        let mut outputs: Vec<Output> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for (index, item) in items.iter().enumerate() {
            let pointer = format!("/outputs/{index}");
            let Some(name) = self.text(item, &pointer, "an output") else { continue };
            let mut named = self.part_outputs(&name);
            if named.is_empty() {
                named.extend(self.named_output(&name));
            }
            let twice = named.iter().map(Output::full_name).find(|name| !seen.insert(name.clone()));
            if let Some(twice) = twice {
                let problem =
                    Problem::error("duplicate-name", item.span, pointer, format!("the output `{twice}` stands twice"));
                self.push(problem.help("remove one of them"));
                continue;
            }
            match named.is_empty() {
                false => outputs.append(&mut named),
                true => {
                    let shown = name.escape_debug();
                    let problem = Problem::error(
                        "unknown-name",
                        item.span,
                        pointer,
                        format!("there is no `{shown}` in this file"),
                    );
                    let problem =
                        problem.expected("the name of a driver, constraint, event, variable or market output");
                    let problem = problem.found(&name).nearest(self.nearest_output(&name));
                    self.push(match name.contains('.') && !self.dimensions.is_empty() {
                        true => problem.help(self.help_on_path(&name)),
                        false => problem.help("an output that is a formula needs a name: {\"name\": \"formula\"}"),
                    });
                }
            }
        }
        if items.is_empty() {
            let problem = Problem::error("nothing-to-report", None, "/outputs", "`outputs` is empty");
            self.push(problem.help("remove it to get the usual outputs"));
        }
        outputs
    }

    /// The nearest of the names that may stand in `outputs`: those of formulas, and dimensions.
    fn nearest_output(&self, name: &str) -> Option<String> {
        let dimensions: Vec<String> = keys::PART_MEASURES
            .iter()
            .flat_map(|measure| self.dimensions.iter().map(move |dimension| format!("{measure}.{}", dimension.key)))
            .collect();
        let near = self.nearest_name(name);
        nearest_name(name, dimensions.iter().map(String::as_str).chain(near.as_deref()))
    }

    fn formula_output(&mut self, member: &Member) -> Option<Output> {
        let pointer = child("/outputs", &member.key);
        if !self.identifier(member, &pointer) {
            return None;
        }
        let (variable, unit, absent) = self.result(member, &pointer, "an output")?;
        let mut output = self.output(&member.key, variable);
        output.unit = unit.or(output.unit);
        output.may_be_absent = absent;
        Some(output)
    }

    fn targets(&mut self, node: &Node) -> Vec<Target> {
        let Some(members) = self.object(node, "/targets", "`targets`") else { return Vec::new() };
        let mut targets = Vec::new();
        for member in members {
            let pointer = child("/targets", &member.key);
            if !self.identifier(member, &pointer) {
                continue;
            }
            if let Some((condition, _, _)) = self.result(member, &pointer, "a target") {
                let text = self.text_of(&member.node);
                targets.push(Target { name: member.key.clone(), text, condition });
            }
        }
        targets
    }

    /// The formula of a target or an output: its variable, its unit, and whether a path may have no value.
    fn result(&mut self, member: &Member, pointer: &str, what: &str) -> Option<(VarId, Option<String>, bool)> {
        let node = &member.node;
        let (formula, at, unit) = match &node.value {
            Json::Object(members) => {
                self.known_keys(members, pointer, what, &[&["formula"], keys::PAPERS]);
                let Some(formula) = node.get("formula") else {
                    let problem = Problem::error("missing-key", node.span, pointer, format!("{what} has no `formula`"));
                    self.push(problem.expected("`formula`"));
                    return None;
                };
                self.check_papers(members, pointer);
                let unit = node.get("unit").and_then(Node::text).map(str::to_string);
                (formula, child(pointer, "formula"), unit)
            }
            _ => (node, pointer.to_string(), None),
        };
        let Json::String(text) = &formula.value else {
            self.wrong_type(formula, &at, what, "a formula");
            return None;
        };
        let place = Place::new(formula, &at);
        let ast = self.parse(text, &place)?;
        if let Kind::Name(name) = &ast.kind
            && let Some(named) = self.names.get(name.as_str())
        {
            let id = named.variable();
            self.used.insert(id);
            return Some((id, unit, false));
        }
        let id = self.placeholder(&member.key, place.clone());
        let absent = resolve::may_be_absent(&ast);
        if !self.full {
            self.variable_mut(id).text = Some(text.clone());
            let text = text.clone();
            self.pending.push(super::builder::Pending { variable: id, ast, text, place, role: Role::Result });
        }
        Some((id, unit, absent))
    }

    fn text_of(&self, node: &Node) -> String {
        match &node.get("formula").unwrap_or(node).value {
            Json::String(text) => text.clone(),
            _ => String::new(),
        }
    }

    /// The input of this name, for correlations.
    pub(super) fn nearest_input(&self, name: &str) -> Option<String> {
        if self.problems.len() > super::market::MOST_SUGGESTIONS {
            return None;
        }
        let below = format!("{name}.");
        let names = || self.inputs.iter().map(|input| input.name.as_str());
        // A bare stock name means its growth.
        names().find(|input| input.starts_with(&below)).map(str::to_string).or_else(|| nearest_name(name, names()))
    }

    /// Whether a name is declared but random in no way of its own.
    pub(super) fn is_declared(&self, name: &str) -> Option<Named> {
        self.names.get(name).copied()
    }
}
