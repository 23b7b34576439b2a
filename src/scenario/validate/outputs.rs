//! Targets and outputs.

use super::builder::{ModelBuilder, Role};
use super::item::Item;
use super::market::MOST_SUGGESTIONS;
use super::resolve;
use crate::diagnostic::nearest_name;
use crate::model::{Output, Target, VarId, Variable};
use crate::scenario::formula::Syntax;
use crate::scenario::json::Json;
use crate::scenario::keys;

impl ModelBuilder<'_> {
    /// Declares what is reported: outputs, then targets.
    pub(super) fn declare_results(&mut self, document: &Item<'_>, has_market: bool) -> (Vec<Output>, Vec<Target>) {
        let outputs = match document.get("outputs") {
            Some(outputs) => self.outputs(&outputs),
            None => self.default_outputs(document, has_market),
        };
        let targets = document.get("targets").map_or_else(Vec::new, |targets| self.targets(&targets));
        (outputs, targets)
    }

    fn default_outputs(&mut self, document: &Item<'_>, has_market: bool) -> Vec<Output> {
        let names: Vec<&str> = match document.get("variables") {
            _ if has_market => keys::MARKET_OUTPUTS.to_vec(),
            Some(variables) => variables.keys().collect(),
            None => Vec::new(),
        };
        let mut outputs: Vec<Output> = names.into_iter().filter_map(|name| self.named_output(name)).collect();
        for measure in keys::PART_OUTPUTS {
            for dimension in &self.dimensions {
                outputs.extend(self.part_outputs(&format!("{measure}.{}", dimension.key)));
            }
        }
        // Where one of these is written, what is wrong with it is reported instead.
        let sections = ["market", "drivers", "constraints", "variables", "targets"];
        if outputs.is_empty() && !sections.iter().any(|section| document.has(section)) {
            let problem = document.error("nothing-to-report", "this file has no market and no variables");
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
        let Variable { unit, title, .. } = self.variable(variable);
        let (unit, title) = (unit.clone(), title.clone());
        Output { name: name.to_string(), part: None, unit, variable, may_be_absent: false, title }
    }

    fn outputs(&mut self, item: &Item<'_>) -> Vec<Output> {
        let outputs: Vec<Output> = if let Some(items) = item.items() {
            self.listed_outputs(&items)
        } else if self.is_list_or_object(item) {
            item.members().filter_map(|member| self.formula_output(&member)).collect()
        } else {
            return Vec::new();
        };
        if item.items().map_or(item.keys().next().is_none(), |items| items.is_empty()) {
            let problem = item.error("nothing-to-report", "`outputs` is empty");
            self.push(problem.help("remove it to get the usual outputs"));
        }
        outputs
    }

    fn is_list_or_object(&mut self, item: &Item<'_>) -> bool {
        let is_object = item.node.members().is_some();
        if !is_object {
            self.wrong_type(item, "`outputs`", "a list of names, or an object of formulas");
        }
        is_object
    }

    fn listed_outputs(&mut self, items: &[Item<'_>]) -> Vec<Output> {
        let mut outputs: Vec<Output> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for item in items {
            let Some(name) = self.text(item, "an output") else { continue };
            let mut named = self.part_outputs(&name);
            if named.is_empty() {
                named.extend(self.named_output(&name));
            }
            if named.is_empty() && self.is_lost(&name) {
                continue;
            }
            if named.is_empty() {
                let problem = item.error("unknown-name", format!("there is no `{}` in this file", name.escape_debug()));
                let problem = problem.expected("the name of a driver, constraint, event, variable or market output");
                let problem = problem.found(&name).nearest(self.nearest_output(&name));
                self.push(match name.contains('.') && !self.dimensions.is_empty() {
                    true => problem.help(self.help_on_path(&name)),
                    false => problem.help("an output that is a formula needs a name: {\"name\": \"formula\"}"),
                });
            } else if let Some(twice) = named.iter().map(Output::full_name).find(|name| !seen.insert(name.clone())) {
                let problem = item.error("duplicate-name", format!("the output `{twice}` stands twice"));
                self.push(problem.help("remove one of them"));
            } else {
                outputs.append(&mut named);
            }
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

    fn formula_output(&mut self, member: &Item<'_>) -> Option<Output> {
        if !self.is_name(member) {
            return None;
        }
        let (variable, may_be_absent) = self.result(member, "an output")?;
        let is_other = self.names.get(member.key).is_none_or(|named| named.variable() != variable);
        if self.wanted.is_some() && keys::MARKET_NAMES.contains(&member.key) && is_other {
            let message = format!("`{}` is an output of the market, and this is another", member.key);
            let problem = member.key_error("reserved-name", message).found(member.key);
            self.push(problem.help("choose another name: tables and charts would show it as the market's"));
            return None;
        }
        let output = self.output(member.key, variable);
        let unit = member.text_of("unit").or(output.unit);
        let title = member.text_of("title").or(output.title);
        Some(Output { unit, may_be_absent, title, ..output })
    }

    fn targets(&mut self, item: &Item<'_>) -> Vec<Target> {
        let mut targets = Vec::new();
        if !self.is_object(item, "`targets`") {
            return targets;
        }
        for member in item.members() {
            if self.is_name(&member)
                && let Some((condition, _)) = self.result(&member, "a target")
            {
                let text = member.node.text().map(str::to_owned).or(member.text_of("formula")).unwrap_or_default();
                let title = member.text_of("title");
                targets.push(Target { name: member.key.to_string(), text, condition, title });
            }
        }
        targets
    }

    /// The formula of a target or an output: its variable, and whether a path may have no value.
    fn result(&mut self, member: &Item<'_>, what: &str) -> Option<(VarId, bool)> {
        let formula = if member.node.members().is_some() {
            self.known_keys(member, what, &[&["formula"], keys::PAPERS]);
            let Some(formula) = member.get("formula") else {
                let problem = member.error("missing-key", format!("{what} has no `formula`"));
                self.push(problem.expected("`formula`"));
                return None;
            };
            self.check_texts(member, keys::PAPERS);
            formula
        } else {
            member.clone()
        };
        let Json::String(text) = &formula.node.value else {
            self.wrong_type(&formula, what, "a formula");
            return None;
        };
        let place = formula.place();
        let ast = self.parse(text, &place)?;
        if let Syntax::Name(name) = &ast.kind
            && let Some(named) = self.names.get(name.as_str())
        {
            let id = named.variable();
            self.used.insert(id);
            return Some((id, false));
        }
        let id = self.placeholder(member.key, place.clone());
        let may_be_absent = resolve::may_be_absent(&ast);
        self.pend(id, ast, text, place, Role::Result);
        Some((id, may_be_absent))
    }

    /// The input nearest to a name, for correlations.
    pub(super) fn nearest_input(&self, name: &str) -> Option<String> {
        if self.problems.len() > MOST_SUGGESTIONS {
            return None;
        }
        let below = format!("{name}.");
        let names = || self.inputs.iter().map(|input| input.name.as_str());
        // A bare stock name means its growth.
        names().find(|input| input.starts_with(&below)).map(str::to_string).or_else(|| nearest_name(name, names()))
    }
}
