//! Segments: the market in parts, by shares that move and are renormalised among siblings.
//!
//! A part's share is proportional to share * exp(x), x the sum of growth and noise so far. Weights are taken relative to
//! the largest x, so that they neither overflow nor all vanish, however long the horizon is.

use super::builder::{Builder, Named, Place, child};
use super::market::growth;
use super::over_time::Draws;
use super::quantity::{binary, own};
use crate::diagnostic::Problem;
use crate::dist::{Distribution, Law};
use crate::kernel::{Binary, Unary};
use crate::model::{Definition, Dimension, Expr, Market, Output, OverTime, Segment, VarId};
use crate::scenario::json::{Json, Member, Node};
use crate::scenario::keys;

/// How far base shares may be from adding up to 1.
const SUM_TOLERANCE: f64 = 1e-9;

/// Siblings: the parts of one whole.
struct Level<'n> {
    /// `region`, `region.europe`.
    path: &'n str,
    pointer: &'n str,
    /// What they add up to.
    whole: VarId,
    /// Its share of the market; none for the market itself.
    whole_share: Option<VarId>,
    /// The sd of every part's noise; none where there is no noise.
    noise: Option<VarId>,
    /// A variable that is 0.
    zero: VarId,
    papers: Papers<'n>,
    unit: Option<&'n str>,
}

/// The papers that stand next above a number, which speak for it where it has none.
#[derive(Clone, Copy)]
struct Papers<'n> {
    source: Option<&'n str>,
    confidence: Option<&'n str>,
}

impl<'n> Papers<'n> {
    fn of(node: &'n Node, above: Papers<'n>) -> Papers<'n> {
        Papers {
            source: text(node, "source").or(above.source),
            confidence: text(node, "confidence").or(above.confidence),
        }
    }
}

impl Builder<'_> {
    /// Declares the parts of the market.
    pub(super) fn segments(&mut self, document: &Node, market: Option<&Market>) {
        let Some(node) = document.get("segments") else { return };
        let Some(members) = self.object(node, "/segments", "`segments`") else { return };
        if document.get("market").is_none() {
            let message = "`segments` are parts of a market, and this file has none";
            let problem = Problem::error("needs-market", node.span, "/segments", message);
            self.push(problem.help("add a `market`"));
        }
        // A market that is wrong is reported where it stands.
        let Some(market) = market else { return };
        for member in members {
            let pointer = child("/segments", &member.key);
            if self.identifier(member, &pointer) && !self.full {
                self.dimension(member, &pointer, market);
            }
        }
    }

    fn dimension(&mut self, member: &Member, pointer: &str, market: &Market) {
        let (name, node) = (member.key.as_str(), &member.node);
        let Some(members) = self.object(node, pointer, &format!("the dimension `{name}`")) else { return };
        self.known_keys(members, pointer, "a dimension", &[keys::DIMENSION, keys::PAPERS]);
        for key in keys::PAPERS.iter().chain(&["title"]) {
            if let Some(text) = node.get(key) {
                self.text(text, &child(pointer, key), &format!("`{key}`"));
            }
        }
        let written = |key: &str| text(node, key).map(str::to_owned);
        self.dimensions.push(Dimension {
            key: name.to_string(),
            name: name.to_string(),
            title: written("title"),
            source: written("source"),
            note: written("note"),
            confidence: written("confidence"),
            segments: Vec::new(),
        });
        let level = Level {
            path: name,
            pointer,
            whole: market.market,
            whole_share: None,
            noise: self.noise(node, name, pointer),
            zero: self.add(&format!("{name} at the start"), Place::default(), Definition::Constant(0.0)),
            papers: Papers::of(node, Papers { source: None, confidence: None }),
            unit: market.unit.as_deref(),
        };
        self.parts(node, &level);
    }

    /// The noise that a dimension or a part gives to its parts; none where it is 0.
    fn noise(&mut self, node: &Node, path: &str, pointer: &str) -> Option<VarId> {
        let written = node.get("noise")?;
        let draws = Draws::every_step(&self.horizon);
        let sd = self.quantity(written, &format!("{path}.noise.sd"), &child(pointer, "noise"), draws);
        self.domain(sd, |value| value >= 0.0, "0 or above");
        match self.values(sd) {
            [value] if *value <= 0.0 => None,
            _ => Some(sd),
        }
    }

    /// Declares siblings, then what lies inside them.
    fn parts(&mut self, node: &Node, level: &Level<'_>) {
        let pointer = child(level.pointer, "parts");
        let Some(parts) = node.get("parts") else {
            let message = format!("`{}` has no `parts`", level.path);
            let problem = Problem::error("missing-key", node.span, level.pointer, message);
            self.push(problem.expected("`parts`: {\"europe\": {\"share\": 0.4, \"growth\": 0.02}, ...}"));
            return;
        };
        let Some(members) = self.object(parts, &pointer, "`parts`") else { return };
        if members.is_empty() {
            let problem = Problem::error("missing-key", parts.span, &pointer, "`parts` is empty");
            self.push(problem.expected("at least one part"));
            return;
        }
        let mut shares = Vec::new();
        let mut siblings = Vec::new();
        for member in members {
            let at = child(&pointer, &member.key);
            if self.identifier(member, &at)
                && let Some(inside) = self.object(&member.node, &at, &format!("the part `{}`", member.key))
            {
                self.known_keys(inside, &at, "a part", &[keys::PART, keys::PAPERS]);
                let path = format!("{}.{}", level.path, member.key);
                let (base, share) = self.base_share(member, &path, &at, level);
                let distance = self.distance(member, &path, &at, level);
                shares.push(base);
                siblings.push((member, path, at, share, distance));
            }
        }
        if let Some(shares) = shares.into_iter().collect::<Option<Vec<f64>>>()
            && shares.len() == members.len()
        {
            self.add_up(&shares, parts, &pointer);
        }
        let all: Vec<(VarId, VarId)> = siblings.iter().map(|(.., share, distance)| (*share, *distance)).collect();
        let Some(weights) = self.weights(&all, level) else { return };
        for ((member, path, at, ..), weight) in siblings.iter().zip(weights.each) {
            if self.full {
                return;
            }
            let value = self.part(member, path, at, level, (weight, weights.total));
            if member.node.get("parts").is_some() {
                let own_noise = self.noise(&member.node, path, at);
                let inner = Level {
                    path,
                    pointer: at,
                    whole: value.0,
                    whole_share: Some(value.1),
                    noise: if member.node.get("noise").is_some() { own_noise } else { level.noise },
                    papers: Papers::of(&member.node, level.papers),
                    ..*level
                };
                self.parts(&member.node, &inner);
            } else if let Some(noise) = member.node.get("noise") {
                let message = format!("`noise` is of the parts of `{path}`, and it has none");
                let problem = Problem::error("unknown-key", noise.span, child(at, "noise"), message);
                self.push(problem.help("write `noise` at the dimension, or at the part that holds this one"));
            }
        }
    }

    /// The share of the base: its number, if it is right, and its variable.
    fn base_share(&mut self, member: &Member, path: &str, pointer: &str, level: &Level<'_>) -> (Option<f64>, VarId) {
        let at = child(pointer, "share");
        let Some(node) = member.node.get("share") else {
            let message = format!("`{path}` has no `share`");
            let problem = Problem::error("missing-key", member.node.span, pointer, message);
            self.push(problem.expected("`share`: its part of the whole at the start, as a fraction"));
            return (None, self.placeholder(&format!("{path}.share"), Place::default()));
        };
        let number = self.number(node, &at, "`share`");
        let id =
            self.add(&format!("{path}.share"), Place::new(node, &at), Definition::Constant(number.unwrap_or(f64::NAN)));
        if let Json::Object(members) = &node.value {
            self.papers(id, members, &at);
        }
        self.inherit(id, Papers::of(&member.node, level.papers));
        let Some(share) = number else { return (None, id) };
        if !(share > 0.0 && share <= 1.0) {
            let message = format!("the share of `{path}` must be above 0 and at most 1");
            let problem = Problem::error("out-of-range", node.span, at, message);
            self.push(problem.expected("a fraction: 18 % is 0.18").found(share.to_string()));
            return (None, id);
        }
        (number, id)
    }

    /// Says what base shares add up to, where it is not 1.
    fn add_up(&mut self, shares: &[f64], parts: &Node, pointer: &str) {
        let sum: f64 = shares.iter().sum();
        if (sum - 1.0).abs() <= SUM_TOLERANCE {
            return;
        }
        // Sums of decimals carry noise in their last digits that no file wrote.
        let sum = (sum * 1e12).round() / 1e12;
        let problem =
            Problem::error("shares-do-not-add-up", parts.span, pointer, "shares of one whole must add up to 1");
        self.push(problem.expected("1").found(sum.to_string()).help("add a part for the rest, or scale the shares"));
    }

    /// The sum of growth and noise so far: a stock that begins at 0.
    fn distance(&mut self, member: &Member, path: &str, pointer: &str, level: &Level<'_>) -> VarId {
        let mut moves: Vec<Expr> = Vec::new();
        if let Some(growth) = member.node.get("growth") {
            let draws = Draws::every_step(&self.horizon);
            let id = self.quantity(growth, &format!("{path}.growth"), &child(pointer, "growth"), draws);
            self.inherit(id, Papers::of(&member.node, level.papers));
            moves.push(scaled(self.horizon.step_years(), id));
        }
        if let Some(sd) = level.noise {
            let name = format!("{path}.noise");
            let input = self.add_input(&name, OverTime::FRESH);
            let law = Law::Normal { mean: level.zero, sd };
            let distribution = Distribution { law, truncate: (None, None), clip: (None, None) };
            let noise = self.add(&name, Place::default(), Definition::Draw { input, distribution });
            // The variance of a year is spread over its steps.
            moves.push(scaled(self.horizon.step_years().sqrt(), noise));
        }
        let distance = self.add(&format!("distance of {path}"), Place::default(), Definition::Constant(0.0));
        if !moves.is_empty() {
            let next = moves.into_iter().fold(own(distance), |sum, term| binary(Binary::Add, sum, term));
            self.define(distance, Definition::Stock { start: level.zero, next });
        }
        distance
    }

    /// Weights of siblings and their sum, from base shares and distances: share * exp(distance - largest distance).
    fn weights(&mut self, siblings: &[(VarId, VarId)], level: &Level<'_>) -> Option<Weights> {
        let path = level.path;
        let distances = siblings.iter().map(|(_, distance)| Expr::Variable(*distance)).collect();
        let largest = self.chain(Binary::Max, distances, "distances")?;
        let largest = self.implied(&format!("largest distance of {path}"), largest);
        let mut each = Vec::with_capacity(siblings.len());
        for (share, distance) in siblings {
            let behind = binary(Binary::Subtract, Expr::Variable(*distance), Expr::Variable(largest));
            let shrunk = Expr::Unary(Unary::Exp, Box::new(behind));
            let weight = binary(Binary::Multiply, Expr::Variable(*share), shrunk);
            each.push(self.implied(&format!("weight in {path}"), weight));
        }
        let total = self.chain(Binary::Add, each.iter().map(|weight| Expr::Variable(*weight)).collect(), "weights")?;
        let total = self.implied(&format!("weights of {path}"), total);
        Some(Weights { each, total })
    }

    /// Declares what is known of a part; gives its value and its share of the market.
    fn part(
        &mut self,
        member: &Member,
        path: &str,
        pointer: &str,
        level: &Level<'_>,
        (weight, total): (VarId, VarId),
    ) -> (VarId, VarId) {
        let fraction = binary(Binary::Divide, Expr::Variable(weight), Expr::Variable(total));
        let share = match level.whole_share {
            Some(whole) => binary(Binary::Multiply, fraction.clone(), Expr::Variable(whole)),
            None => fraction.clone(),
        };
        let value = self.known_of_part(
            "market",
            path,
            Place::new(&member.node, pointer),
            binary(Binary::Multiply, fraction, Expr::Variable(level.whole)),
        );
        let share = self.known_of_part("share", path, Place::default(), share);
        self.known_of_part("growth", path, Place::default(), growth(value));
        let cagr = self.cagr(value);
        self.known_of_part("cagr", path, Place::default(), cagr);
        if let (Json::Object(members), false) = (&member.node.value, self.full) {
            self.papers(value, members, pointer);
            if let Some(title) = member.node.get("title") {
                self.text(title, &child(pointer, "title"), "`title`");
            }
            if self.variable(value).unit.is_none() {
                self.variable_mut(value).unit = level.unit.map(str::to_owned);
            }
        }
        if let Some(dimension) = self.dimensions.last_mut() {
            let path = path[dimension.name.len() + 1..].to_string();
            let title = text(&member.node, "title").map(str::to_owned);
            dimension.segments.push(Segment { path, title, value, share });
        }
        (value, share)
    }

    /// A built-in of a part, under the name that formulas and outputs read.
    pub(super) fn known_of_part(&mut self, measure: &str, path: &str, place: Place, expr: Expr) -> VarId {
        let name = format!("{measure}.{path}");
        let id = self.add(&name, place, Definition::Formula(expr));
        self.names.insert(name, Named::Variable(id));
        id
    }

    /// Gives a number the source and confidence that stand above it.
    fn inherit(&mut self, id: VarId, papers: Papers<'_>) {
        if self.full {
            return;
        }
        let variable = self.variable_mut(id);
        if variable.source.is_none() && variable.confidence.is_none() {
            variable.source = papers.source.map(str::to_owned);
            variable.confidence = papers.confidence.map(str::to_owned);
        }
    }

    /// Outputs of all parts of a dimension, or of one: `market.region`, `growth.region.europe`.
    pub(super) fn part_outputs(&self, name: &str) -> Vec<Output> {
        let Some((measure, path)) = name.split_once('.') else { return Vec::new() };
        let (dimension, part) = match path.split_once('.') {
            Some((dimension, part)) => (dimension, Some(part)),
            None => (path, None),
        };
        let Some(dimension) = self.dimensions.iter().find(|known| known.key == dimension) else { return Vec::new() };
        let asked =
            dimension.segments.iter().filter(|segment| part.is_none_or(|part| part == path_in_formulas(&segment.path)));
        asked
            .filter_map(|segment| {
                let variable = self
                    .names
                    .get(&format!("{measure}.{}.{}", dimension.key, path_in_formulas(&segment.path)))?
                    .variable();
                Some(Output {
                    name: measure.to_string(),
                    part: Some((dimension.name.clone(), segment.path.clone())),
                    unit: self.variable(variable).unit.clone(),
                    variable,
                    may_be_absent: false,
                })
            })
            .collect()
    }

    /// What to do about a dotted name that formulas do not know.
    pub(super) fn help_on_path(&self, name: &str) -> String {
        let (measure, path) = name.split_once('.').unwrap_or((name, ""));
        if !keys::PART_MEASURES.contains(&measure) || self.dimensions.is_empty() {
            return format!(
                "formulas read bare names; give what you need a name of its own in `variables` ({name} is a path)"
            );
        }
        let list = |names: Vec<&str>| names.into_iter().take(20).collect::<Vec<_>>().join(", ");
        let wanted = path.split('.').next().unwrap_or_default();
        match self.dimensions.iter().find(|dimension| dimension.key == wanted) {
            Some(dimension) => {
                let paths: Vec<String> =
                    dimension.segments.iter().map(|segment| path_in_formulas(&segment.path)).collect();
                format!("the parts of `{wanted}` are {}", list(paths.iter().map(String::as_str).collect()))
            }
            None => {
                let names = self.dimensions.iter().map(|dimension| dimension.key.as_str()).collect();
                format!("the dimensions of this file are {}", list(names))
            }
        }
    }
}

/// Weights of siblings.
struct Weights {
    each: Vec<VarId>,
    total: VarId,
}

/// A text of an object; anything else is reported where it is read.
pub(super) fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    match node.get(key) {
        Some(Node { value: Json::String(text), .. }) => Some(text),
        _ => None,
    }
}

fn scaled(by: f64, variable: VarId) -> Expr {
    if by == 1.0 {
        Expr::Variable(variable)
    } else {
        binary(Binary::Multiply, Expr::Constant(by), Expr::Variable(variable))
    }
}

/// How formulas spell the path of a part: `europe.germany`, and `europe.gpu` for the cell `europe x gpu`.
pub(super) fn path_in_formulas(path: &str) -> String {
    path.replace(" x ", ".")
}
