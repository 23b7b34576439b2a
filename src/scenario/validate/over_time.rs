//! `over_time`: how the shock of a draw moves, and where it must and must not be written.

use super::builder::Builder;
use super::builder::child;
use crate::diagnostic::Problem;
use crate::model::{Horizon, OverTime};
use crate::scenario::json::{Json, Node};
use crate::scenario::keys;

/// In how many steps a distribution is read, and what that means for `over_time`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Draws {
    /// In several: it must be written.
    Several,
    /// In one: it may be written, and this is meant where it is not.
    One(OverTime),
    /// One draw serves by the meaning of the place: writing it is an error.
    Fixed(OverTime, &'static str),
    /// Drawn whenever an event starts: writing it is an error, but parameters of the law are read in several steps.
    EventStart,
}

impl Draws {
    /// For quantities that are read in every step.
    pub(super) fn every_step(horizon: &Horizon) -> Draws {
        match horizon.steps {
            0 => Draws::Fixed(OverTime::CONSTANT, "a file without `horizon` has one step, and one draw in it"),
            // The draw exists in step 1 alone, as every fresh one does.
            1 => Draws::One(OverTime::FRESH),
            _ => Draws::Several,
        }
    }

    /// For what is read at step 0 only.
    pub(super) fn start() -> Draws {
        Draws::Fixed(OverTime::CONSTANT, "a start is drawn once")
    }

    /// For the parameters of a law in this place.
    pub(super) fn nested(self, horizon: &Horizon) -> Draws {
        match self {
            Draws::EventStart => Draws::every_step(horizon),
            _ => self,
        }
    }

    /// For a knot of values by year that this many steps read.
    pub(super) fn knot(self, steps: usize) -> Draws {
        match self {
            Draws::Several if steps <= 1 => Draws::One(OverTime::CONSTANT),
            _ => self,
        }
    }
}

impl Builder<'_> {
    /// How the shock of a draw moves, from what is written and where.
    pub(super) fn over_time(
        &mut self,
        node: Option<&Node>,
        owner: &Node,
        name: &str,
        pointer: &str,
        draws: Draws,
    ) -> Option<OverTime> {
        let at = child(pointer, "over_time");
        let (fixed, why) = match (draws, node) {
            (Draws::Several, None) => {
                let message = format!("`{name}` is drawn in several steps and does not say how its shocks persist");
                let problem = Problem::error("missing-over-time", owner.span, pointer, message);
                self.push(
                    problem
                        .expected("`over_time`: \"constant\", \"fresh\" or {\"persistence\": 0.5, \"permanent\": 0.2}")
                        .help(
                            "\"constant\" is one draw a path, \"fresh\" a new one every step; it decides how wide the band \
                             gets, so the file must say it",
                        ),
                );
                return None;
            }
            (Draws::One(meant), None) => return Some(meant),
            (Draws::Fixed(meant, _), None) => return Some(meant),
            (Draws::EventStart, None) => return Some(OverTime::FRESH),
            (Draws::Several | Draws::One(_), Some(node)) => return self.read_over_time(node, &at),
            (Draws::Fixed(meant, why), Some(_)) => (meant, why),
            (Draws::EventStart, Some(_)) => {
                (OverTime::FRESH, "the size and duration of an event are drawn when it starts, and held")
            }
        };
        let message = format!("`{name}` has no use for `over_time`: {why}");
        let span = node.and_then(|node| node.span);
        self.push(Problem::error("needless-over-time", span, at, message).help("remove `over_time` here"));
        Some(fixed)
    }

    fn read_over_time(&mut self, node: &Node, pointer: &str) -> Option<OverTime> {
        let members = match &node.value {
            Json::String(_) => {
                return match self.word(node, pointer, "`over_time`", keys::OVER_TIME_WORDS)? {
                    0 => Some(OverTime::CONSTANT),
                    _ => Some(OverTime::FRESH),
                };
            }
            Json::Object(members) => members,
            _ => {
                let expected = "\"constant\", \"fresh\" or {\"persistence\": 0.5, \"permanent\": 0.2}";
                self.wrong_type(node, pointer, "`over_time`", expected);
                return None;
            }
        };
        self.known_keys(members, pointer, "`over_time`", &[keys::OVER_TIME]);
        if members.is_empty() {
            let problem = Problem::error("missing-key", node.span, pointer, "`over_time` says nothing");
            self.push(problem.expected("`persistence`, `permanent` or both"));
            return None;
        }
        let mut read = |key: &str, domain: &str, inside: fn(f64) -> bool| -> Option<f64> {
            let Some(value) = node.get(key) else { return Some(0.0) };
            let at = child(pointer, key);
            let number = self.number(value, &at, &format!("`{key}`"))?;
            if inside(number) {
                return Some(number);
            }
            let problem = Problem::error("out-of-range", value.span, at, format!("`{key}` must be {domain}"));
            self.push(problem.expected(domain).found(number.to_string()));
            None
        };
        let persistence = read("persistence", "above -1 and below 1", |x| x > -1.0 && x < 1.0);
        let permanent = read("permanent", "from 0 to 1", |x| (0.0..=1.0).contains(&x));
        let (persistence, permanent) = (persistence?, permanent?);
        let step_years = self.horizon.step_years();
        if step_years == 1.0 {
            return Some(OverTime { persistence, permanent });
        }
        if persistence < 0.0 {
            let at = child(pointer, "persistence");
            let length = self.horizon.length.name();
            let message = format!("a yearly persistence below 0 has no counterpart in steps of a {length}");
            let span = node.get("persistence").and_then(|node| node.span);
            self.push(Problem::error("out-of-range", span, at, message).expected("from 0 to below 1"));
            return None;
        }
        // So that the autocorrelation over a year is what is written.
        Some(OverTime { persistence: libm::pow(persistence, step_years), permanent })
    }
}
