//! Rates of a year that are drawn anew in every shorter step: their spread over a year is less than what is written.

use super::builder::ModelBuilder;
use crate::diagnostic::Severity;
use crate::model::{Definition, OverTime, VarId};

impl ModelBuilder<'_> {
    /// Warns of a yearly rate whose draws are fresh in each quarter or month.
    pub(super) fn remark_on_fresh_rate(&mut self, rate: VarId) {
        let Some(per_year @ 2..) = self.horizon.length.per_year() else { return };
        let Definition::Draw { input, .. } = &self.variable(rate).definition else { return };
        if self.inputs[input.0 as usize].over_time != OverTime::FRESH {
            return;
        }
        let (name, length) = (&self.variable(rate).name, self.horizon.length.name());
        let left = (100.0 / f64::from(per_year).sqrt()).round();
        let message = format!(
            "`{name}` is a rate of a year and is drawn anew every {length}: {per_year} draws average out, and over a \
             year its spread is {left} % of what is written"
        );
        let problem = self.place(rate).error("fresh-yearly-rate", message).severity(Severity::Warning);
        let wider = f64::from(per_year).sqrt();
        self.push(problem.help(format!(
            "say how long it lasts: \"constant\" for a rate that nobody knows, {{\"persistence\": 0.5}} for one that \
             moves; or write the sd of one {length}'s rate a year, {wider:.1} times as wide"
        )));
    }
}
