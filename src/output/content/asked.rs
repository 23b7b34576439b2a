//! Charts of outputs and periods that were asked for beside those that every result has.

use super::{bands, distribution};
use crate::model::SubjectName;
use crate::output::chart::CurveForm;
use crate::output::document::{Block, Heading};
use crate::output::quantity::with_unit;
use crate::results::{Band, Results};

/// Which charts are drawn beside those that every result has, and how distributions are drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartChoice {
    /// Outputs or parts, and periods of them: `cost`, `market.region.europe[2028]`. Without a period the output is drawn over
    /// time and in its last step.
    pub of: Vec<SubjectName>,
    /// The curve beside each histogram.
    pub form: CurveForm,
}

/// A section for each output or period that was asked for and that the results have; none for what they show anyway.
pub(super) fn sections<'a>(results: &'a Results, choice: &ChartChoice) -> Vec<Block<'a>> {
    let main = results.headline().last().map(|band| band.subject.name());
    let is_new = |asked: &&SubjectName| asked.period.is_some() || main.as_deref() != Some(&asked.name);
    choice.of.iter().filter(is_new).filter_map(|asked| section(results, asked, choice.form)).collect()
}

fn section<'a>(results: &'a Results, asked: &SubjectName, form: CurveForm) -> Option<Block<'a>> {
    let rows: Vec<&Band> = results.bands.iter().filter(|band| band.subject.name() == asked.name).collect();
    let last = *rows.last()?;
    let step = match &asked.period {
        None => last.subject.when.step,
        Some(period) => results.run.horizon.find(period)?,
    };
    let when = rows.iter().map(|band| &band.subject.when).find(|when| when.step == step)?;
    let subject = with_unit(&asked.name, last.unit.as_deref());
    let (heading, name) = match &asked.period {
        None => (subject, asked.name.clone()),
        Some(_) => (format!("{subject}: {}", when.period), format!("{}-{}", asked.name, when.period)),
    };
    let mut blocks = Vec::new();
    if asked.period.is_none() && rows.len() > 1 {
        blocks.push(renamed(bands::fan(results, rows), format!("fan-{name}")));
    }
    let curve = results.curves.iter().find(|curve| curve.output == asked.name && curve.when.step == step);
    blocks.extend(curve.into_iter().flat_map(|curve| distribution::figures(results, curve, form, &name)));
    Some(Block::InFull(vec![Block::Section(Heading::Name(heading), blocks)]))
}

fn renamed<'a>(block: Block<'a>, name: String) -> Block<'a> {
    match block {
        Block::Figure(mut picture, table) => {
            picture.name = name;
            Block::Figure(picture, table)
        }
        other => other,
    }
}
