//! The laws as files write them: by name, each with its forms.

use crate::dist::{FORMS, Law, quantile_name};
use std::sync::LazyLock;

/// A way to write a law; a parameter is its default, if it has one.
pub(crate) type LawForm = Law<Option<f64>>;

/// A law and the ways to write it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LawForms {
    /// The law's name in a file.
    pub(crate) name: &'static str,
    /// All its forms, at least one.
    pub(crate) all: &'static [LawForm],
}

/// Every law, in the order in which they are listed.
pub(crate) static LAWS: LazyLock<Vec<LawForms>> = LazyLock::new(|| {
    let same_law = |a: &LawForm, b: &LawForm| a.name() == b.name();
    FORMS.chunk_by(same_law).map(|all| LawForms { name: all[0].name(), all }).collect()
});

/// The law of this name.
pub(crate) fn find(name: &str) -> Option<LawForms> {
    LAWS.iter().find(|law| law.name == name).copied()
}

impl LawForms {
    /// The form that takes two quantiles.
    pub(crate) fn through_quantiles(&self) -> Option<&'static LawForm> {
        self.all.iter().find(|form| is_through_quantiles(form))
    }

    /// The forms with named parameters; a law made of data has none.
    pub(crate) fn named(&self) -> impl DoubleEndedIterator<Item = &'static LawForm> {
        self.all.iter().filter(|form| !is_through_quantiles(form) && !form.parameters().is_empty())
    }

    /// The place of the form that a parameter belongs to; none for one that several forms share.
    pub(crate) fn form_of(&self, parameter: &str) -> Option<usize> {
        let has = |form: &LawForm| form.parameters().iter().any(|(name, _)| name == parameter);
        let first = self.all.iter().position(has)?;
        (!self.all[first + 1..].iter().any(has)).then_some(first)
    }

    /// The one parameter of a law that has no other, which may be written bare: `{"bernoulli": 0.2}`.
    pub(crate) fn bare(&self) -> Option<&'static LawForm> {
        let [form] = self.all else { return None };
        (form.parameters().len() == 1).then_some(form)
    }
}

fn is_through_quantiles(form: &LawForm) -> bool {
    matches!(
        form,
        Law::NormalQuantiles { .. }
            | Law::LogNormalQuantiles { .. }
            | Law::TriangularQuantiles { .. }
            | Law::PertQuantiles { .. }
    )
}

/// The parameters of a form through two quantiles beside these, with their defaults.
pub(crate) fn beside_quantiles(form: &LawForm) -> Vec<(String, Option<f64>)> {
    let parameters = form.parameters().into_iter().map(|(name, default)| (name.into_owned(), *default));
    // The quantiles' own probabilities are the author's, and stand as NaN.
    parameters.filter(|(name, _)| name != &quantile_name(f64::NAN)).collect()
}

/// The probability that a quantile key names: `p5`, `p99_9`, with `_` for the point; strictly between 0 and 1.
pub(crate) fn probability(key: &str) -> Option<f64> {
    let digits = key.strip_prefix('p')?;
    let (whole, part) = digits.split_once('_').unwrap_or((digits, "0"));
    let numeric = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !numeric(whole) || !numeric(part) || (whole.len() > 1 && whole.starts_with('0')) {
        return None;
    }
    // Divided once, so that p5 is the double nearest to 0.05.
    let percent: f64 = format!("{whole}.{part}").parse().ok()?;
    let probability = percent / 100.0;
    (probability > 0.0 && probability < 1.0).then_some(probability)
}
