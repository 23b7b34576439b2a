//! What the front page of the library offers: scenarios to load, change and run, and errors to show or read.

mod compare;
mod error;
mod scenario;

pub use compare::{compare, compare_monitored};
pub use error::Error;
pub use scenario::Scenario;
