//! Probability laws: what a scenario may declare, and each law's transform of a standard normal.

mod check;
mod cholesky;
mod convert;
mod correlation;
mod evaluate;
mod family;
mod incomplete;
mod law;
mod metalog;
mod moments;
mod normal;
mod octaves;
mod outer;
mod parameters;
mod parts;
mod poisson;
mod quadrature;
mod runs;
mod smooth;
mod table;
mod transform;

pub use check::{LARGEST_POISSON_MEAN, LARGEST_SHAPE, ParameterError, SMALLEST_DF, SMALLEST_SHAPE};
pub use cholesky::cholesky;
pub use convert::{lognormal_from_moments, lognormal_through, normal_through, pert_shapes};
pub use correlation::{
    normal_score_for_pearson, normal_score_for_spearman, pearson_from_normal_score, spearman_from_normal_score,
};
pub use law::{Component, Distribution, Law};
pub use normal::Tails;
pub use outer::Outer;
pub use parameters::quantile_name;

pub use transform::{Argument, NormalScoreTable, Transform};
