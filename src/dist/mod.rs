//! Probability laws: what a scenario may declare, and each law's transform of a standard normal.

mod cholesky;
mod correlation;
mod counts;
mod distribution;
mod domain;
mod drawn;
mod entry;
mod evaluate;
mod family;
mod incomplete;
mod interpolate;
mod laws;
mod metalog;
mod moments;
mod normal;
mod octaves;
mod outer;
mod parts;
mod quadrature;
mod real;
mod root;
mod runs;
mod smooth;
mod surface;
mod table;
mod transform;

pub use cholesky::cholesky;
pub use correlation::{
    normal_score_for_pearson, normal_score_for_spearman, normal_score_for_spearman_of, pearson_from_normal_score,
    spearman_from_normal_score, spearman_from_normal_score_of,
};
pub use distribution::{Distribution, quantile_name};
pub use domain::ParameterError;
pub use entry::Entry;
pub use laws::{ByMoments, Component, FORMS, Law};
pub use normal::Tails;
pub use outer::Outer;
pub use real::{Real, Score};
pub use surface::Surface;
pub use transform::{Argument, NormalScoreTable, Transform};
