//! Numbers are right: engine, laws, statistics and analyses against closed forms, oracles and the reference engine.

mod analytic;
mod calendar;
mod cancel;
mod common;
mod compare;
mod coverage;
mod determinism;
mod drawn_parameters;
mod extreme_laws;
mod field;
mod generated;
mod joint;
mod known_answers;
mod language;
mod laws_accuracy;
mod laws_sampling;
mod limits;
mod market;
mod precision;
mod reference;
mod segments;
mod sensitivity;
mod solutions;
mod stats_quantiles;
mod verify;
mod words;
