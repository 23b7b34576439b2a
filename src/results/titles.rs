//! What people call the things that results are about: the titles of the scenario's file, by name.

use crate::model::{Model, Subject};
use std::collections::BTreeMap;

/// Titles by name. What has none is called by its name, so every look-up gives a text; tables for programs keep names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Titles {
    /// Of outputs, and of drivers, ceilings, events and variables.
    quantities: BTreeMap<String, String>,
    targets: BTreeMap<String, String>,
    references: BTreeMap<String, String>,
    /// Of dimensions and cross tables, by their name in tables.
    dimensions: BTreeMap<String, String>,
    /// Of parts, by dimension and path: `region`, `europe.germany`.
    parts: BTreeMap<(String, String), String>,
}

impl Titles {
    /// Those of these quantities, and of all targets.
    pub(super) fn of_these<'n>(&self, quantities: impl IntoIterator<Item = &'n str>) -> Titles {
        let title = |name: &'n str| Some((name.to_owned(), self.quantities.get(name)?.clone()));
        let quantities = quantities.into_iter().filter_map(title).collect();
        Titles { quantities, targets: self.targets.clone(), ..Titles::default() }
    }

    /// The titles that a model carries.
    pub(crate) fn of(model: &Model) -> Titles {
        let mut titles = Titles::default();
        let title = |title: &Option<String>| title.clone().filter(|title| !title.trim().is_empty());
        for variable in model.variables.iter() {
            titles.quantities.extend(title(&variable.title).map(|title| (variable.name.clone(), title)));
        }
        for output in model.outputs.iter().filter(|output| output.part.is_none()) {
            titles.quantities.extend(title(&output.title).map(|title| (output.name.clone(), title)));
        }
        for target in &model.targets {
            titles.targets.extend(title(&target.title).map(|title| (target.name.clone(), title)));
        }
        for reference in &model.references {
            titles.references.extend(title(&reference.title).map(|title| (reference.name.clone(), title)));
        }
        for dimension in &model.dimensions {
            titles.dimensions.extend(title(&dimension.title).map(|title| (dimension.name.clone(), title)));
            for segment in &dimension.segments {
                let key = (dimension.name.clone(), segment.path.clone());
                // A cell of parts without titles is called by its path.
                let title = title(&segment.title).filter(|title| *title != segment.path);
                titles.parts.extend(title.map(|title| (key, title)));
            }
        }
        titles
    }

    /// An output, a driver, a ceiling, an event or a variable.
    pub fn quantity<'t>(&'t self, name: &'t str) -> &'t str {
        self.quantities.get(name).map_or(name, String::as_str)
    }

    /// A target.
    pub fn target<'t>(&'t self, name: &'t str) -> &'t str {
        self.targets.get(name).map_or(name, String::as_str)
    }

    /// What others have published.
    pub fn reference<'t>(&'t self, name: &'t str) -> &'t str {
        self.references.get(name).map_or(name, String::as_str)
    }

    /// A dimension or a cross table.
    pub fn dimension<'t>(&'t self, name: &'t str) -> &'t str {
        self.dimensions.get(name).map_or(name, String::as_str)
    }

    /// A part of a dimension by its path, without what it lies inside of: `Germany`, or `germany` without a title.
    pub fn part<'t>(&'t self, dimension: &str, path: &'t str) -> &'t str {
        let title = self.parts.get(&(dimension.to_owned(), path.to_owned()));
        title.map_or_else(|| path.rsplit('.').next().unwrap_or(path), String::as_str)
    }

    /// An output or a part of it, without its step: `Market`, `Market: Europe, Germany`; `market.region.europe` where
    /// neither the output nor any part on the way has a title.
    pub fn subject(&self, subject: &Subject) -> String {
        let output = self.quantity(&subject.output);
        let (Some(dimension), Some(path)) = (&subject.dimension, &subject.segment) else { return output.to_owned() };
        let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
        let way: Vec<&str> = ends.map(|end| &path[..end]).collect();
        let has_title = |part: &&str| self.parts.contains_key(&(dimension.clone(), (**part).to_owned()));
        if output == subject.output && !way.iter().any(has_title) {
            return subject.name();
        }
        let parts: Vec<&str> = way.into_iter().map(|part| self.part(dimension, part)).collect();
        format!("{output}: {}", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::When;

    #[test]
    fn what_has_no_title_is_called_by_its_name() {
        let when = When { step: 6, period: "2031".into(), year: Some(2031) };
        let part = |segment: &str| Subject {
            output: "market".into(),
            dimension: Some("region".into()),
            segment: Some(segment.into()),
            when: when.clone(),
        };
        let mut titles = Titles::default();
        assert_eq!((titles.target("a"), titles.part("region", "europe.germany")), ("a", "germany"));
        assert_eq!(titles.subject(&part("europe.germany")), "market.region.europe.germany");
        titles.parts.insert(("region".into(), "europe".into()), "Europe".into());
        assert_eq!(titles.subject(&part("europe.germany")), "market: Europe, germany");
        assert_eq!(titles.subject(&part("asia")), "market.region.asia");
        titles.quantities.insert("market".into(), "Cards".into());
        assert_eq!(titles.subject(&part("asia")), "Cards: asia");
    }
}
