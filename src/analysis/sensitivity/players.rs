//! Who is held responsible: inputs, or groups of them.

use super::SensitivityError;
use crate::analysis::assumptions::{Assumption, Register};
use crate::diagnostic::nearest_name;
use crate::model::{InputId, Model};
use crate::study::Study;

/// What makes inputs one player.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    /// Every input alone.
    #[default]
    Input,
    /// The quantity: an event with its start, size and duration, a law with its uncertain parameters.
    Quantity,
    /// The confidence that the file states.
    Confidence,
    /// The source that the file states.
    Source,
}

/// An input, or a group of inputs that count as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Player {
    pub(super) name: String,
    /// Ascending, each once.
    pub(super) inputs: Vec<InputId>,
}

impl Player {
    /// Names of the inputs.
    pub(super) fn members(&self, model: &Model) -> Vec<String> {
        self.inputs.iter().map(|&id| model.input(id).name.clone()).collect()
    }
}

/// All inputs of a study in players, in the order of the inputs.
pub(super) fn players(study: &Study, grouping: Grouping) -> Vec<Player> {
    let model = &study.model;
    let register = match grouping {
        Grouping::Input | Grouping::Quantity => None,
        Grouping::Confidence | Grouping::Source => Some(Register::of(study)),
    };
    let mut players: Vec<Player> = Vec::new();
    for (index, input) in model.inputs.iter().enumerate() {
        let assumption = register.as_ref().and_then(|register| assumption(register, &input.name));
        let name = match grouping {
            Grouping::Input => input.name.clone(),
            Grouping::Quantity => quantity(&input.name).to_owned(),
            Grouping::Confidence => {
                assumption.and_then(|row| row.confidence.clone()).unwrap_or_else(|| "without confidence".into())
            }
            Grouping::Source => {
                assumption.and_then(|row| row.source.clone()).unwrap_or_else(|| "without source".into())
            }
        };
        let id = InputId(index as u32);
        match players.iter_mut().find(|player| player.name == name) {
            Some(player) => player.inputs.push(id),
            None => players.push(Player { name, inputs: vec![id] }),
        }
    }
    players
}

/// The quantity that an input belongs to: `downturn` of `downturn.start`.
fn quantity(input: &str) -> &str {
    input.split_once('.').map_or(input, |(quantity, _)| quantity)
}

/// Where an input comes from: its own row, for the start of an event that of its hazard, else that of the quantity.
fn assumption<'r>(register: &'r Register, input: &str) -> Option<&'r Assumption> {
    let of = |name: &str| register.assumptions.iter().find(|row| row.name == name);
    let hazard = input.strip_suffix(".start").map(|event| format!("{event}.hazard"));
    of(input).or_else(|| of(&hazard?)).or_else(|| of(quantity(input)))
}

/// Groups that were asked for by name; members are inputs or quantities.
pub(super) fn named_groups(model: &Model, groups: &[(String, Vec<String>)]) -> Result<Vec<Player>, SensitivityError> {
    let group = |(name, members): &(String, Vec<String>)| {
        let mut inputs = Vec::new();
        for member in members {
            let found: Vec<InputId> = (0..model.inputs.len() as u32)
                .map(InputId)
                .filter(|&id| {
                    let input = &model.input(id).name;
                    input == member || quantity(input) == member
                })
                .collect();
            if found.is_empty() {
                let known = model.inputs.iter().flat_map(|input| [input.name.as_str(), quantity(&input.name)]);
                let nearest = nearest_name(member, known);
                return Err(SensitivityError::UnknownInput { group: name.clone(), name: member.clone(), nearest });
            }
            inputs.extend(found);
        }
        inputs.sort_unstable();
        inputs.dedup();
        Ok(Player { name: name.clone(), inputs })
    };
    groups.iter().map(group).collect()
}

/// The players of Shapley effects, which are disjoint and have all inputs: the named groups and what is left of the others.
pub(super) fn partition(players: &[Player], groups: &[Player]) -> Result<Vec<Player>, SensitivityError> {
    for (index, group) in groups.iter().enumerate() {
        let shared = |other: &&Player| other.inputs.iter().any(|id| group.inputs.binary_search(id).is_ok());
        if let Some(other) = groups[..index].iter().find(shared) {
            return Err(SensitivityError::Overlap { a: other.name.clone(), b: group.name.clone() });
        }
    }
    let is_free = |id: &InputId| groups.iter().all(|group| group.inputs.binary_search(id).is_err());
    let left = players.iter().map(|player| Player {
        name: player.name.clone(),
        inputs: player.inputs.iter().copied().filter(is_free).collect(),
    });
    Ok(groups.iter().cloned().chain(left.filter(|player| !player.inputs.is_empty())).collect())
}
