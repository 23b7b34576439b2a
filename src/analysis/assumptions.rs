//! The assumption register: everything that a resolved scenario assumes, with its value, source and confidence.

use crate::describe::definition;
use crate::diagnostic::Sources;
use crate::model::{Definition, Model, OverTime, StepLength, VarId, Variable};
use crate::scenario::{Json, Member, Node, child_pointer, to_json};
use crate::study::Study;
use std::collections::HashSet;

/// Sections of a scenario file, in the order of the register.
const SECTIONS: [&str; 8] =
    ["market", "drivers", "constraints", "events", "variables", "correlations", "segments", "cross_tables"];

/// Members of a quantity that describe it and have no part in its value.
const PAPERS: [&str; 5] = ["unit", "source", "note", "confidence", "title"];

/// Where a solved number stands instead of a file.
const CALIBRATION: &str = "calibration";

/// The assumptions of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Register {
    /// Name of the scenario, as in every table.
    pub scenario: String,
    /// The length of the steps that shocks persist over.
    pub step: StepLength,
    /// Section after section of the file.
    pub assumptions: Vec<Assumption>,
}

/// One assumption.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumption {
    /// What it is.
    pub kind: AssumptionKind,
    /// The quantity and, inside it, the parameter: `ai_ml`, `power.growth`, `downturn.hazard`.
    pub name: String,
    /// JSON pointer into the resolved document.
    pub pointer: String,
    /// The value in words: a number, a law with its parameters, values by period, a formula.
    pub value: String,
    /// The value, where it is one number.
    pub number: Option<f64>,
    /// How its shocks move, where the file says so; persistence from step to step.
    pub over_time: Option<OverTime>,
    /// Unit.
    pub unit: Option<String>,
    /// Source of the assumption itself, or of the nearest object around it that has a source or a confidence.
    pub source: Option<String>,
    /// Confidence, from the same place as the source.
    pub confidence: Option<String>,
    /// Note.
    pub note: Option<String>,
    /// The statistic that it was solved for, if it is calibrated.
    pub calibrated: Option<String>,
    /// The texts that its value was written in, ancestors first: files, `--set`, or `calibration`.
    pub set_in: Vec<String>,
}

/// Kinds of assumptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssumptionKind {
    /// A number.
    Number,
    /// Values by year or step.
    Values,
    /// A distribution.
    Distribution,
    /// Shocks that are tied.
    Correlation,
    /// The published path.
    Baseline,
    /// An event; its hazard, size and duration have rows of their own.
    Event,
    /// A stock; its start and growth have rows of their own.
    Stock,
    /// A formula.
    Formula,
}

impl AssumptionKind {
    /// Name of the kind in every format.
    pub fn name(self) -> &'static str {
        match self {
            AssumptionKind::Number => "number",
            AssumptionKind::Values => "values",
            AssumptionKind::Distribution => "distribution",
            AssumptionKind::Correlation => "correlation",
            AssumptionKind::Baseline => "baseline",
            AssumptionKind::Event => "event",
            AssumptionKind::Stock => "stock",
            AssumptionKind::Formula => "formula",
        }
    }

    /// Whether somebody had to find a value; the others say how values hang together.
    pub fn is_input(self) -> bool {
        !matches!(self, AssumptionKind::Event | AssumptionKind::Stock | AssumptionKind::Formula)
    }
}

/// How well the inputs of a register are founded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Inputs: numbers, values, distributions, correlations, the published path.
    pub inputs: usize,
    /// Inputs by confidence, most frequent first, those without one last.
    pub by_confidence: Vec<(Option<String>, usize)>,
    /// Inputs without a source.
    pub without_source: usize,
    /// Events, stocks and formulas.
    pub structure: usize,
}

impl Register {
    /// The register of a scenario.
    pub fn of(study: &Study) -> Register {
        let listing = Listing { study, model: &study.model };
        let mut assumptions: Vec<Assumption> = listing.variables();
        assumptions.extend(listing.baseline());
        assumptions.extend(listing.correlations());
        assumptions.extend(listing.affinities());
        assumptions.sort_by_key(|assumption| SECTIONS.iter().position(|section| *section == assumption.section()));
        Register { scenario: study.scenario.clone(), step: study.model.horizon.length, assumptions }
    }

    /// Counts of its inputs.
    pub fn coverage(&self) -> Coverage {
        let inputs: Vec<&Assumption> = self.assumptions.iter().filter(|row| row.kind.is_input()).collect();
        let mut by_confidence: Vec<(Option<String>, usize)> = Vec::new();
        for input in &inputs {
            match by_confidence.iter_mut().find(|(confidence, _)| *confidence == input.confidence) {
                Some((_, count)) => *count += 1,
                None => by_confidence.push((input.confidence.clone(), 1)),
            }
        }
        by_confidence.sort_by(|(a, n), (b, m)| a.is_none().cmp(&b.is_none()).then(m.cmp(n)).then(a.cmp(b)));
        Coverage {
            by_confidence,
            without_source: inputs.iter().filter(|row| row.source.is_none()).count(),
            structure: self.assumptions.len() - inputs.len(),
            inputs: inputs.len(),
        }
    }
}

impl Assumption {
    /// The section of the file that it stands in: `drivers`.
    pub fn section(&self) -> &str {
        self.pointer.split('/').nth(1).unwrap_or_default()
    }
}

/// Builds the rows of one study.
struct Listing<'s> {
    study: &'s Study,
    model: &'s Model,
}

impl Listing<'_> {
    fn variables(&self) -> Vec<Assumption> {
        let parts = parts_of_others(self.model);
        let ids = (0..self.model.variables.len() as u32).map(VarId);
        ids.filter_map(|id| {
            let variable = self.model.variable(id);
            // A number inside a law stands in the row of the law, unless it has papers of its own.
            let has_papers = [&variable.unit, &variable.source, &variable.note, &variable.confidence];
            let is_folded = is_fixed(variable) && has_papers.iter().all(|paper| paper.is_none());
            (!(is_folded && parts.contains(&id))).then(|| self.variable(id, variable)).flatten()
        })
        .collect()
    }

    fn variable(&self, id: VarId, variable: &Variable) -> Option<Assumption> {
        let pointer = self.pointer(id, variable)?;
        let (kind, value, number) = self.value(variable)?;
        let node = self.study.document.at_pointer(&pointer);
        let over_time = match &variable.definition {
            Definition::Draw { input, .. } => {
                node.and_then(|node| node.get("over_time")).map(|_| self.model.input(*input).over_time)
            }
            _ => None,
        };
        let calibration = self.study.calibration.as_ref();
        Some(Assumption {
            over_time,
            unit: variable.unit.clone(),
            note: variable.note.clone(),
            calibrated: calibration.filter(|info| info.parameter == variable.name).map(|info| info.statistic.clone()),
            ..self.bare(kind, variable.name.clone(), pointer, value, number)
        })
    }

    /// Where a variable is written, if it is an assumption at all.
    fn pointer(&self, id: VarId, variable: &Variable) -> Option<String> {
        let market = self.model.market.as_ref();
        let is_built_in = |own: fn(&crate::model::Market) -> VarId| market.is_some_and(|market| own(market) == id);
        let pointer = if !variable.pointer.is_empty() {
            variable.pointer.clone()
        } else if variable.text.is_some() && is_built_in(|market| market.demand) {
            "/market/demand".to_owned()
        } else if variable.text.is_some() && is_built_in(|market| market.backlog) {
            "/market/backlog/next".to_owned()
        } else {
            return None;
        };
        let section = pointer.split('/').nth(1).unwrap_or_default();
        (SECTIONS.contains(&section) && pointer != BASELINE).then_some(pointer)
    }

    /// AssumptionKind, value in words and as a number; `None` for what the format implies.
    fn value(&self, variable: &Variable) -> Option<(AssumptionKind, String, Option<f64>)> {
        let words = || definition::describe(variable, self.model);
        Some(match (&variable.definition, &variable.text) {
            (Definition::Constant(value), Some(text)) => {
                (AssumptionKind::Formula, format!("{text} = {}", definition::number(*value)), Some(*value))
            }
            (Definition::ByStep(_) | Definition::Formula(_) | Definition::Stock { .. }, Some(text)) => {
                (AssumptionKind::Formula, text.clone(), None)
            }
            (Definition::Constant(value), None) => (AssumptionKind::Number, words(), Some(*value)),
            (Definition::ByStep(_) | Definition::Blend(_), _) => (AssumptionKind::Values, words(), None),
            (Definition::Draw { distribution, .. }, _) => {
                (AssumptionKind::Distribution, definition::law(distribution, self.model), None)
            }
            (Definition::Stock { .. }, None) => (AssumptionKind::Stock, words(), None),
            (Definition::Event(_), _) => (AssumptionKind::Event, words(), None),
            (Definition::Formula(_), None) | (Definition::Running { .. }, _) => return None,
        })
    }

    fn baseline(&self) -> Option<Assumption> {
        let market = self.model.market.as_ref()?;
        let value = definition::by_step(market.baseline.as_ref()?, self.model);
        let row = self.bare(AssumptionKind::Baseline, "market.baseline".into(), BASELINE.into(), value, None);
        Some(Assumption { unit: row.unit.or_else(|| market.unit.clone()), ..row })
    }

    fn correlations(&self) -> Vec<Assumption> {
        let row = |member: &Member| {
            let (value, number) = correlation(&member.node);
            let pointer = child_pointer("/correlations", &member.key);
            self.bare(AssumptionKind::Correlation, member.key.clone(), pointer, value, number)
        };
        self.members("/correlations").iter().map(row).collect()
    }

    /// Odds multipliers of cross tables.
    fn affinities(&self) -> Vec<Assumption> {
        let mut rows = Vec::new();
        for table in self.members("/cross_tables") {
            let pointer = format!("{}/affinity", child_pointer("/cross_tables", &table.key));
            for row in self.members(&pointer) {
                let pointer = child_pointer(&pointer, &row.key);
                for cell in row.node.members().unwrap_or_default() {
                    let name = format!("{}.affinity.{}.{}", table.key, row.key, cell.key);
                    let (value, number) = scalar(cell.node.get("value").unwrap_or(&cell.node));
                    rows.push(self.bare(
                        AssumptionKind::Number,
                        name,
                        child_pointer(&pointer, &cell.key),
                        value,
                        number,
                    ));
                }
            }
        }
        rows
    }

    /// A row with what its place in the document tells.
    fn bare(
        &self,
        kind: AssumptionKind,
        name: String,
        pointer: String,
        value: String,
        number: Option<f64>,
    ) -> Assumption {
        let document = &self.study.document;
        let node = document.at_pointer(&pointer);
        let own = |key: &str| text_of(node?, key);
        let (source, confidence) = foundation(document, &pointer);
        Assumption {
            kind,
            name,
            value,
            number,
            over_time: None,
            unit: own("unit"),
            note: own("note"),
            source,
            confidence,
            calibrated: None,
            set_in: node.map_or_else(Vec::new, |node| self.texts(node)),
            pointer,
        }
    }

    fn members(&self, pointer: &str) -> &[Member] {
        self.study.document.at_pointer(pointer).and_then(Node::members).unwrap_or_default()
    }

    /// The texts that the numbers and formulas of a value stand in, ancestors first.
    fn texts(&self, node: &Node) -> Vec<String> {
        let mut found = Vec::new();
        collect_texts(node, &self.study.sources, &mut found);
        let generation = |name: &String| self.study.lineage.iter().position(|other| other == name);
        found.sort_by_key(|name| generation(name).unwrap_or(usize::MAX));
        found
    }
}

/// Pointer of the published path.
const BASELINE: &str = "/market/baseline";

/// Parameters of laws and knots of values over time: what the row of another assumption shows.
fn parts_of_others(model: &Model) -> HashSet<VarId> {
    let mut parts = HashSet::new();
    // A draw that the format implies, such as the noise of a part, has no row that could show its parameters.
    for variable in model.variables.iter().filter(|variable| !variable.pointer.is_empty()) {
        match &variable.definition {
            Definition::Draw { distribution, .. } => {
                parts.extend(distribution.parameters().into_iter().map(|(_, id)| *id));
            }
            Definition::Blend(blends) => parts.extend(blends.iter().flat_map(|blend| [blend.left, blend.right])),
            _ => {}
        }
    }
    parts
}

fn is_fixed(variable: &Variable) -> bool {
    matches!(variable.definition, Definition::Constant(_) | Definition::ByStep(_))
}

/// Source and confidence of the nearest object, the place itself first, that has either. What holds quantities by name
/// is no such object: there, `source` would be the name of a quantity.
fn foundation(document: &Node, pointer: &str) -> (Option<String>, Option<String>) {
    let mut pointer = pointer;
    while pointer.matches('/').count() > 1 || pointer == "/market" {
        if let Some(node) = document.at_pointer(pointer) {
            let (source, confidence) = (text_of(node, "source"), text_of(node, "confidence"));
            if source.is_some() || confidence.is_some() {
                return (source, confidence);
            }
        }
        pointer = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
    (None, None)
}

fn text_of(node: &Node, key: &str) -> Option<String> {
    node.get(key)?.text().map(str::to_owned)
}

fn collect_texts(node: &Node, sources: &Sources, found: &mut Vec<String>) {
    match &node.value {
        Json::Object(members) => {
            let values = members.iter().filter(|member| !PAPERS.contains(&member.key.as_str()));
            values.for_each(|member| collect_texts(&member.node, sources, found));
        }
        Json::Array(items) => items.iter().for_each(|item| collect_texts(item, sources, found)),
        _ => {
            let source = node.span.and_then(|span| sources.files.get(span.source as usize));
            let name = source.map_or(CALIBRATION, |source| &source.name);
            if !found.iter().any(|other| other == name) {
                found.push(name.to_owned());
            }
        }
    }
}

/// `rank 0.6 between ai_ml and hyperscale`, and the number.
fn correlation(node: &Node) -> (String, Option<f64>) {
    let names = |key: &str| -> Option<Vec<&str>> {
        match &node.get(key)?.value {
            Json::Array(items) => Some(items.iter().filter_map(Node::text).collect()),
            _ => None,
        }
    };
    let measures = [("rank", "rank"), ("normal_score", "normal score"), ("pearson", "pearson")];
    let measured = measures.into_iter().find_map(|(key, words)| Some((words, scalar(node.get(key)?))));
    let (measure, (value, number)) = measured.unwrap_or_default();
    let tied = match (names("between"), names("among")) {
        (Some(pair), _) => format!("between {}", pair.join(" and ")),
        (_, group) => format!("among {}", group.unwrap_or_default().join(", ")),
    };
    let repaired = match node.get("repair") {
        Some(Node { value: Json::Bool(true), .. }) => ", repaired where impossible",
        _ => "",
    };
    (format!("{measure} {value} {tied}{repaired}"), number)
}

/// A number, or whatever stands in its place as written.
fn scalar(node: &Node) -> (String, Option<f64>) {
    match &node.value {
        Json::Number(value) => (definition::number(*value), Some(*value)),
        Json::String(text) => (text.clone(), None),
        _ => (to_json(node).to_string(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{LoadOptions, Origin};

    const FILE: &str = r#"{
        "riskband": 1, "horizon": {"start": 2025, "end": 2027},
        "market": {"start": {"value": 10, "source": "the study"}, "unit": "EUR", "baseline": {"end": 12.1},
            "demand": "prev(demand) * (1 + demand_growth)", "backlog": 0.5},
        "drivers": {
            "ai": {"normal": {"mean": 0.1, "sd": {"value": 0.02, "source": "a survey", "confidence": "low"}},
                "over_time": {"persistence": 0.4, "permanent": "1 / 4"}, "unit": "a year", "source": "a forecast"},
            "source": {"by_year": {"2026": 0.1, "2027": {"uniform": {"low": 0, "high": 0.1}}}}
        },
        "constraints": {"power": {"start": 20, "growth": 0.1, "source": "the grid", "confidence": "high"}},
        "events": {"dip": {"hazard": 0.1, "size": 0.2, "note": "rare"}},
        "variables": {"k": 2, "twice": "2 * k", "drag": "dip * market"},
        "correlations": {"tie": {"between": ["ai", "source.2027"], "rank": 0.5, "confidence": "low"}},
        "segments": {
            "region": {"source": "customs", "noise": 0.05,
                "parts": {"east": {"share": 0.6}, "west": {"share": 0.4, "growth": 0.01}}},
            "kind": {"parts": {"fast": {"share": 0.5, "source": "us"}, "slow": {"share": 0.5}}}
        },
        "cross_tables": {"both": {"of": ["region", "kind"], "affinity": {"east": {"fast": 2}}, "source": "a guess"}},
        "targets": {"more": "market[2027] > 11"}
    }"#;

    fn register(set: &[&str]) -> Register {
        let origin = Origin::Text { name: "<stdin>".into(), bytes: FILE.into() };
        let set = set.iter().map(|text| (*text).to_owned()).collect();
        let study = Study::load(&origin, &LoadOptions { set, ..LoadOptions::default() });
        Register::of(&study.unwrap_or_else(|rejected| panic!("{:#?}", rejected.problems)))
    }

    fn find<'r>(register: &'r Register, name: &str) -> &'r Assumption {
        let found = register.assumptions.iter().find(|row| row.name == name);
        found.unwrap_or_else(|| panic!("no {name} among {:#?}", names(register)))
    }

    fn names(register: &Register) -> Vec<&str> {
        register.assumptions.iter().map(|row| row.name.as_str()).collect()
    }

    #[test]
    fn every_assumption_has_one_row_in_the_order_of_the_sections() {
        assert_eq!(
            names(&register(&[])),
            [
                "market.start",
                "demand",
                "backlog.share",
                "market.baseline",
                "ai",
                "ai.sd",
                "source",
                "source.2027",
                "power",
                "power.start",
                "power.growth",
                "dip",
                "dip.hazard",
                "dip.size",
                "k",
                "twice",
                "drag",
                "tie",
                "region.noise.sd",
                "region.east.share",
                "region.west.share",
                "region.west.growth",
                "kind.fast.share",
                "kind.slow.share",
                "both.affinity.east.fast",
            ]
        );
    }

    #[test]
    fn values_read_as_a_file_has_them() {
        let register = register(&[]);
        for (name, kind, value, number) in [
            ("market.start", AssumptionKind::Number, "10", Some(10.0)),
            ("demand", AssumptionKind::Formula, "prev(demand) * (1 + demand_growth)", None),
            ("market.baseline", AssumptionKind::Baseline, "10 in 2025, 11 in 2026, 12.1 in 2027", None),
            ("ai", AssumptionKind::Distribution, "normal: mean 0.1, sd 0.02", None),
            ("source", AssumptionKind::Values, "linear in time through 0.1 in 2026, source.2027", None),
            ("power", AssumptionKind::Stock, "20 at first, then self * (1 + 0.1)", None),
            ("dip", AssumptionKind::Event, "hazard 0.1, size 0.2, duration 1", None),
            ("twice", AssumptionKind::Formula, "2 * k = 4", Some(4.0)),
            ("tie", AssumptionKind::Correlation, "rank 0.5 between ai and source.2027", Some(0.5)),
            ("both.affinity.east.fast", AssumptionKind::Number, "2", Some(2.0)),
        ] {
            let row = find(&register, name);
            assert_eq!((row.kind, row.value.as_str(), row.number), (kind, value, number), "{name}");
        }
        let over_time = OverTime { persistence: 0.4, permanent: 0.25 };
        assert_eq!(find(&register, "ai").over_time, Some(over_time));
        assert_eq!(find(&register, "source.2027").over_time, None, "the file says none");
    }

    #[test]
    fn a_source_covers_what_is_inside_its_object_and_nothing_else() {
        let register = register(&[]);
        for (name, source, confidence) in [
            ("market.start", Some("the study"), None),
            ("ai", Some("a forecast"), None),
            ("ai.sd", Some("a survey"), Some("low")),
            // A driver of this name is no source of its siblings.
            ("source", None, None),
            ("power.growth", Some("the grid"), Some("high")),
            ("dip.hazard", None, None),
            ("tie", None, Some("low")),
            ("region.west.growth", Some("customs"), None),
            ("kind.fast.share", Some("us"), None),
            ("kind.slow.share", None, None),
            ("both.affinity.east.fast", Some("a guess"), None),
        ] {
            let row = find(&register, name);
            assert_eq!((row.source.as_deref(), row.confidence.as_deref()), (source, confidence), "{name}");
        }
    }

    #[test]
    fn coverage_counts_inputs_and_not_formulas() {
        let coverage = register(&[]).coverage();
        // Without demand, power, dip, twice and drag.
        assert_eq!((coverage.inputs, coverage.structure), (20, 5));
        let by_confidence = [(Some("high".into()), 2), (Some("low".into()), 2), (None, 16)];
        assert_eq!(coverage.by_confidence, by_confidence);
        // backlog, baseline, source, source.2027, hazard, size, k, tie, kind.slow.share
        assert_eq!(coverage.without_source, 9);
    }

    #[test]
    fn the_text_that_sets_a_value_is_named() {
        let register = register(&["drivers.ai.normal.mean=0.3", "variables.k=5"]);
        assert_eq!(find(&register, "ai").set_in, ["<stdin>", "--set"]);
        assert_eq!(find(&register, "k").set_in, ["--set"]);
        assert_eq!(find(&register, "power.growth").set_in, ["<stdin>"]);
    }

    #[test]
    fn what_is_calibrated_says_so() {
        let text = r#"{"horizon": {"start": 2025, "end": 2026}, "drivers": {"trend": {"value": 0, "source": "solved"}},
            "market": {"start": 1, "baseline": {"end": 1.5}, "calibrate":
                {"parameter": "trend", "statistic": "median", "match": "every step"}}}"#;
        let origin = Origin::Text { name: "<stdin>".into(), bytes: text.into() };
        let study = Study::load(&origin, &LoadOptions::default());
        let register = Register::of(&study.unwrap_or_else(|rejected| panic!("{:#?}", rejected.problems)));
        let row = find(&register, "trend");
        assert_eq!((row.kind, row.calibrated.as_deref()), (AssumptionKind::Values, Some("median")));
        assert_eq!(row.set_in, [CALIBRATION]);
        assert_eq!(find(&register, "market.start").calibrated, None);
    }
}
