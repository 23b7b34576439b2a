//! Segments: the market in parts, by shares that move and are renormalised among siblings.
//!
//! A part's share is proportional to share * exp(x), x the sum of growth and noise so far. Weights are taken relative to
//! the largest x, so that they neither overflow nor all vanish, however long the horizon is.

use super::builder::{ModelBuilder, Named};
use super::item::Item;
use super::market::growth;
use crate::dist::{Distribution, Law};
use crate::kernel::{Binary, Unary};
use crate::model::{Definition, Dimension, Expr, Market, Output, OverTime, Segment, VarId};
use crate::scenario::keys;
use crate::scenario::place::Place;

/// How far base shares may be from adding up to 1.
const SUM_TOLERANCE: f64 = 1e-9;

/// Siblings: the parts of one whole.
struct SegmentLevel<'n> {
    /// `region`, `region.europe`.
    path: &'n str,
    /// The value that all parts add up to.
    whole: VarId,
    /// The share of the market that the whole is; none for the market itself.
    whole_share: Option<VarId>,
    /// The sd of every part's noise; none where there is no noise.
    noise: Option<VarId>,
    /// A variable that is 0.
    zero: VarId,
    papers: Provenance,
    unit: Option<&'n str>,
}

/// The papers that stand next above a number, which speak for it where it has none.
#[derive(Clone)]
struct Provenance {
    source: Option<String>,
    confidence: Option<String>,
}

impl Provenance {
    fn of(item: &Item<'_>, above: Option<&Provenance>) -> Provenance {
        let inherited = |of: fn(&Provenance) -> &Option<String>| above.and_then(|above| of(above).clone());
        Provenance {
            source: item.text_of("source").or(inherited(|papers| &papers.source)),
            confidence: item.text_of("confidence").or(inherited(|papers| &papers.confidence)),
        }
    }
}

/// One of several parts of a whole, before its weight among them is known.
struct Sibling<'n> {
    item: Item<'n>,
    path: String,
    /// The part's share of the whole at the base.
    share: VarId,
    /// The sum of the part's growth and noise so far.
    distance: VarId,
}

impl ModelBuilder<'_> {
    /// Declares the parts of the market.
    pub(super) fn segments(&mut self, document: &Item<'_>, market: Option<&Market>) {
        let Some(segments) = document.get("segments") else { return };
        if !self.is_object(&segments, "`segments`") {
            return;
        }
        if !document.has("market") {
            let problem = segments.error("needs-market", "`segments` are parts of a market, and this file has none");
            self.push(problem.help("add a `market`"));
        }
        // A market that is wrong is reported where it stands.
        let Some(market) = market else { return };
        for dimension in segments.members() {
            if self.is_name(&dimension) && !self.full {
                self.dimension(&dimension, market);
            }
        }
    }

    fn dimension(&mut self, item: &Item<'_>, market: &Market) {
        let name = item.key;
        if !self.is_object(item, &format!("the dimension `{name}`")) {
            return;
        }
        self.known_keys(item, "a dimension", &[keys::DIMENSION, keys::PAPERS]);
        self.check_texts(item, keys::PAPERS);
        self.dimensions.push(new_dimension(item, name.to_string()));
        let level = SegmentLevel {
            path: name,
            whole: market.market,
            whole_share: None,
            noise: self.noise(item, name),
            zero: self.constant(&format!("{name} at the start"), 0.0),
            papers: Provenance::of(item, None),
            unit: market.unit.as_deref(),
        };
        self.parts(item, &level);
    }

    /// The noise that a dimension or a part gives to its parts; none where it is 0.
    fn noise(&mut self, item: &Item<'_>, path: &str) -> Option<VarId> {
        let written = item.get("noise")?;
        let sd = self.quantity_of_steps(&written, &format!("{path}.noise.sd"));
        self.domain(sd, |value| value >= 0.0, "0 or above");
        match self.values(sd) {
            [value] if *value <= 0.0 => None,
            _ => Some(sd),
        }
    }

    /// Declares siblings, then what lies inside them.
    fn parts(&mut self, whole: &Item<'_>, level: &SegmentLevel<'_>) {
        let Some(parts) = whole.get("parts") else {
            let problem = whole.error("missing-key", format!("`{}` has no `parts`", level.path));
            self.push(problem.expected("`parts`: {\"europe\": {\"share\": 0.4, \"growth\": 0.02}, ...}"));
            return;
        };
        if !self.is_object(&parts, "`parts`") {
            return;
        }
        let count = parts.keys().count();
        if count == 0 {
            self.push(parts.error("missing-key", "`parts` is empty").expected("at least one part"));
            return;
        }
        let mut shares = Vec::new();
        let mut siblings: Vec<Sibling<'_>> = Vec::new();
        for item in parts.members() {
            if self.is_name(&item) && self.is_object(&item, &format!("the part `{}`", item.key)) {
                self.known_keys(&item, "a part", &[keys::PART, keys::PAPERS]);
                let path = format!("{}.{}", level.path, item.key);
                let (base, share) = self.base_share(&item, &path, level);
                shares.extend(base);
                let distance = self.distance(&item, &path, level);
                siblings.push(Sibling { item, path, share, distance });
            }
        }
        if shares.len() == count {
            self.add_up(&shares, &parts);
        }
        let Some((weights, total)) = self.weights(&siblings, level) else { return };
        for (Sibling { item, path, .. }, weight) in siblings.iter().zip(weights) {
            if self.full {
                return;
            }
            let fraction = Expr::from(weight) / total;
            let (value, share) = self.part(item, path, level, fraction);
            if item.has("parts") {
                let noise = self.noise(item, path);
                let inner = SegmentLevel {
                    path,
                    whole: value,
                    whole_share: Some(share),
                    noise: if item.has("noise") { noise } else { level.noise },
                    papers: Provenance::of(item, Some(&level.papers)),
                    ..*level
                };
                self.parts(item, &inner);
            } else if let Some(noise) = item.get("noise") {
                let message = format!("`noise` is of the parts of `{path}`, and it has none");
                let problem = noise.error("unknown-key", message);
                self.push(problem.help("write `noise` at the dimension, or at the part that holds this one"));
            }
        }
    }

    /// The share of the base: its number, if it is right, and its variable.
    fn base_share(&mut self, part: &Item<'_>, path: &str, level: &SegmentLevel<'_>) -> (Option<f64>, VarId) {
        let name = format!("{path}.share");
        let Some(written) = part.get("share") else {
            let problem = part.error("missing-key", format!("`{path}` has no `share`"));
            self.push(problem.expected("`share`: its part of the whole at the start, as a fraction"));
            return (None, self.placeholder(&name, Place::default()));
        };
        let number = self.number(&written, "`share`");
        let id = self.add(&name, written.place(), Definition::Constant(number.unwrap_or(f64::NAN)));
        self.papers(id, &written);
        self.inherit(id, &Provenance::of(part, Some(&level.papers)));
        let is_share = |share: f64| (0.0..=1.0).contains(&share);
        if let Some(share) = number.filter(|share| !is_share(*share)) {
            let problem = written.error("out-of-range", format!("the share of `{path}` must be from 0 to 1"));
            self.push(problem.expected("a fraction: 18 % is 0.18").found(share.to_string()));
        }
        (number.filter(|share| is_share(*share)), id)
    }

    /// Says what base shares add up to, where it is not 1.
    fn add_up(&mut self, shares: &[f64], parts: &Item<'_>) {
        let sum: f64 = shares.iter().sum();
        if (sum - 1.0).abs() <= SUM_TOLERANCE {
            return;
        }
        // Sums of decimals carry noise in their last digits that no file wrote.
        let sum = (sum * 1e12).round() / 1e12;
        let problem = parts.error("shares-do-not-add-up", "shares of one whole must add up to 1").expected("1");
        self.push(problem.found(sum.to_string()).help("add a part for the rest, or scale the shares"));
    }

    /// The sum of growth and noise so far: a stock that begins at 0.
    fn distance(&mut self, part: &Item<'_>, path: &str, level: &SegmentLevel<'_>) -> VarId {
        let mut moves: Vec<Expr> = Vec::new();
        if let Some(growth) = part.get("growth") {
            let id = self.quantity_of_steps(&growth, &format!("{path}.growth"));
            self.remark_on_fresh_rate(id);
            self.inherit(id, &Provenance::of(part, Some(&level.papers)));
            moves.push(scaled(self.horizon.step_years(), id));
        }
        if let Some(sd) = level.noise {
            let name = format!("{path}.noise");
            let input = self.add_input(&name, OverTime::FRESH);
            let distribution = Distribution::unbounded(Law::Normal { mean: level.zero, sd });
            let noise = self.add(&name, Place::default(), Definition::Draw { input, distribution });
            // The variance of a year is spread over its steps.
            moves.push(scaled(self.horizon.step_years().sqrt(), noise));
        }
        let distance = self.constant(&format!("distance of {path}"), 0.0);
        if !moves.is_empty() {
            let next = moves.into_iter().fold(Expr::lag(distance, 1), |sum, term| sum + term);
            self.define(distance, Definition::Stock { start: level.zero, next });
        }
        distance
    }

    /// Weights of siblings and their sum, from base shares and distances: share * exp(distance - largest distance).
    fn weights(&mut self, siblings: &[Sibling<'_>], level: &SegmentLevel<'_>) -> Option<(Vec<VarId>, VarId)> {
        let path = level.path;
        let distances = siblings.iter().map(|sibling| Expr::Variable(sibling.distance)).collect();
        let largest = self.chain(Binary::Max, distances, "distances")?;
        let largest = self.implied(&format!("largest distance of {path}"), largest);
        let mut weights = Vec::with_capacity(siblings.len());
        for sibling in siblings {
            let shrunk = Expr::Unary(Unary::Exp, Box::new(Expr::from(sibling.distance) - largest));
            weights.push(self.implied(&format!("weight in {path}"), Expr::from(sibling.share) * shrunk));
        }
        let total =
            self.chain(Binary::Add, weights.iter().map(|weight| Expr::Variable(*weight)).collect(), "weights")?;
        let total = self.implied(&format!("weights of {path}"), total);
        Some((weights, total))
    }

    /// Declares what is known of a part that is a fraction of the whole; gives its value and its share of the market.
    fn part(&mut self, item: &Item<'_>, path: &str, level: &SegmentLevel<'_>, fraction: Expr) -> (VarId, VarId) {
        let share = match level.whole_share {
            Some(whole) => fraction.clone() * whole,
            None => fraction.clone(),
        };
        let value = self.known_of_part("market", path, item.place(), fraction * level.whole);
        let share = self.known_of_part("share", path, Place::default(), share);
        self.known_of_part("growth", path, Place::default(), growth(value));
        self.known_of_part("cagr", path, Place::default(), self.cagr(value));
        if !self.full {
            self.papers(value, item);
        }
        if let Some(variable) = self.variable_mut(value)
            && variable.unit.is_none()
        {
            variable.unit = level.unit.map(str::to_owned);
        }
        if let Some(dimension) = self.dimensions.last_mut() {
            let path = path[dimension.name.len() + 1..].to_string();
            dimension.segments.push(Segment { path, title: item.text_of("title"), value, share });
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
    fn inherit(&mut self, id: VarId, papers: &Provenance) {
        if let Some(variable) = self.variable_mut(id)
            && variable.source.is_none()
            && variable.confidence.is_none()
        {
            variable.source.clone_from(&papers.source);
            variable.confidence.clone_from(&papers.confidence);
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
        let output = |segment: &Segment| {
            let path = path_in_formulas(&segment.path);
            if part.is_some_and(|part| part != path) {
                return None;
            }
            let variable = self.names.get(&format!("{measure}.{}.{path}", dimension.key))?.variable();
            let part = Some((dimension.name.clone(), segment.path.clone()));
            let unit = self.variable(variable).unit.clone();
            Some(Output { name: measure.to_string(), part, unit, variable, may_be_absent: false, title: None })
        };
        dimension.segments.iter().filter_map(output).collect()
    }

    /// What to do about a dotted name that formulas do not know.
    pub(super) fn help_on_path(&self, name: &str) -> String {
        let (measure, path) = name.split_once('.').unwrap_or((name, ""));
        if !keys::PART_MEASURES.contains(&measure) || self.dimensions.is_empty() {
            return format!(
                "formulas read bare names; give what you need a name of its own in `variables` ({name} is a path)"
            );
        }
        let list = |names: &mut dyn Iterator<Item = String>| names.take(20).collect::<Vec<_>>().join(", ");
        let wanted = path.split('.').next().unwrap_or_default();
        match self.dimensions.iter().find(|dimension| dimension.key == wanted) {
            Some(dimension) => {
                let paths = list(&mut dimension.segments.iter().map(|segment| path_in_formulas(&segment.path)));
                format!("the parts of `{wanted}` are {paths}")
            }
            None => {
                let dimensions = list(&mut self.dimensions.iter().map(|dimension| dimension.key.clone()));
                format!("the dimensions of this file are {dimensions}")
            }
        }
    }
}

/// A dimension or a cross table without its segments, under a name for tables.
pub(super) fn new_dimension(item: &Item<'_>, name: String) -> Dimension {
    Dimension {
        key: item.key.to_string(),
        name,
        title: item.text_of("title"),
        source: item.text_of("source"),
        note: item.text_of("note"),
        confidence: item.text_of("confidence"),
        segments: Vec::new(),
    }
}

fn scaled(by: f64, variable: VarId) -> Expr {
    if by == 1.0 { Expr::Variable(variable) } else { Expr::from(by) * variable }
}

/// How formulas spell the path of a part: `europe.germany`, and `europe.gpu` for the cell `europe x gpu`.
pub(super) fn path_in_formulas(path: &str) -> String {
    path.replace(" x ", ".")
}
