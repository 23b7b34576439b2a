//! Parts of a model in words: definitions, laws and formulas as a scenario file would have them.

pub(crate) mod definition;
pub(crate) mod formula;
