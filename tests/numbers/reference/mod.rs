//! The reference engine against closed forms: it is the oracle of everything else, so nothing else may be its own.

mod builder;
mod calendar;
mod laws;
mod shocks;
mod verify;
mod workload;
