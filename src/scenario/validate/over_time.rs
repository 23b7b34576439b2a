//! `over_time`: how the shock of a draw moves, and where it must and must not be written.

use super::builder::ModelBuilder;
use super::item::Item;
use super::spelling;
use crate::model::{Horizon, OverTime};
use crate::scenario::json::Json;
use crate::scenario::keys;

/// How `over_time` is written.
const SPELLINGS: &str = "\"constant\", \"fresh\" or {\"persistence\": 0.5, \"permanent\": 0.2}";

/// In how many steps a distribution is read, and what that means for `over_time`.
#[derive(Clone, Copy, Debug)]
pub(super) enum DrawSteps {
    /// In several: it must be written.
    Several,
    /// In one: it may be written, and this is meant where it is not.
    One(OverTime),
    /// One draw serves by the meaning of the place: writing it is an error.
    Fixed(OverTime, &'static str),
    /// Drawn whenever an event starts: writing it is an error, but parameters of the law are read in several steps.
    EventStart,
}

impl DrawSteps {
    /// For quantities that are read in every step.
    pub(super) fn every_step(horizon: &Horizon) -> DrawSteps {
        match horizon.steps {
            0 => DrawSteps::Fixed(OverTime::CONSTANT, "a file without `horizon` has one step, and one draw in it"),
            // The draw exists in step 1 alone, as every fresh one does.
            1 => DrawSteps::One(OverTime::FRESH),
            _ => DrawSteps::Several,
        }
    }

    /// For what is read at step 0 only.
    pub(super) fn start() -> DrawSteps {
        DrawSteps::Fixed(OverTime::CONSTANT, "a start is drawn once")
    }

    /// For the parameters of a law in this place.
    pub(super) fn nested(self, horizon: &Horizon) -> DrawSteps {
        match self {
            DrawSteps::EventStart => DrawSteps::every_step(horizon),
            _ => self,
        }
    }

    /// For a knot of values by year that this many steps read.
    pub(super) fn knot(self, steps: usize) -> DrawSteps {
        match self {
            DrawSteps::Several if steps <= 1 => DrawSteps::One(OverTime::CONSTANT),
            _ => self,
        }
    }
}

impl ModelBuilder<'_> {
    /// How the shock of a draw moves, from what its object says and where that stands.
    pub(super) fn over_time(&mut self, owner: &Item<'_>, name: &str, draws: DrawSteps) -> Option<OverTime> {
        let (meant, why) = match (draws, owner.get("over_time")) {
            (DrawSteps::Several, None) => {
                let message = format!("`{name}` is drawn in several steps and does not say how its shocks persist");
                let problem = owner.error("missing-over-time", message).expected(format!("`over_time`: {SPELLINGS}"));
                self.push(problem.help(
                    "\"constant\" is one draw a path, \"fresh\" a new one every step; it decides how wide the band \
                     gets, so the file must say it",
                ));
                return None;
            }
            (DrawSteps::Several | DrawSteps::One(_), Some(written)) => return self.read_over_time(&written),
            (DrawSteps::One(meant), None) => return Some(meant),
            (DrawSteps::Fixed(meant, why), _) => (meant, why),
            (DrawSteps::EventStart, _) => {
                (OverTime::FRESH, "the size and duration of an event are drawn when it starts, and held")
            }
        };
        if let Some(written) = owner.get("over_time") {
            let problem = written.error("needless-over-time", format!("`{name}` has no use for `over_time`: {why}"));
            self.push(problem.help("remove `over_time` here"));
        }
        Some(meant)
    }

    fn read_over_time(&mut self, item: &Item<'_>) -> Option<OverTime> {
        match &item.node.value {
            Json::String(text) => {
                if let Some(line) = spelling::over_time_line(text) {
                    let problem = item.error("unknown-value", "`over_time` is none of its values").expected(SPELLINGS);
                    self.push(problem.found(text).help(line));
                    return None;
                }
                let word = self.word(item, "`over_time`", keys::OVER_TIME_WORDS)?;
                return Some(if word == 0 { OverTime::CONSTANT } else { OverTime::FRESH });
            }
            Json::Object(_) => {}
            _ => {
                self.wrong_type(item, "`over_time`", SPELLINGS);
                return None;
            }
        }
        self.known_keys(item, "`over_time`", &[keys::OVER_TIME]);
        if item.keys().next().is_none() {
            let problem = item.error("missing-key", "`over_time` says nothing");
            self.push(problem.expected("`persistence`, `permanent` or both"));
            return None;
        }
        let mut read = |key: &str, domain: &str, inside: fn(f64) -> bool| -> Option<f64> {
            let Some(value) = item.get(key) else { return Some(0.0) };
            let number = self.number(&value, &format!("`{key}`"))?;
            if inside(number) {
                return Some(number);
            }
            let problem = value.error("out-of-range", format!("`{key}` must be {domain}"));
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
        if let Some(written) = item.get("persistence").filter(|_| persistence < 0.0) {
            let length = self.horizon.length.name();
            let message = format!("a yearly persistence below 0 has no counterpart in steps of a {length}");
            self.push(written.error("out-of-range", message).expected("from 0 to below 1"));
            return None;
        }
        // So that the autocorrelation over a year is what is written.
        Some(OverTime { persistence: libm::pow(persistence, step_years), permanent })
    }
}
