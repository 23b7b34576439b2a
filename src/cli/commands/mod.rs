//! The verbs, one a file.

pub(super) mod check;
pub(super) mod compare;
pub(super) mod completions;
pub(super) mod discover;
pub(super) mod explain;
pub(super) mod list;
pub(super) mod merge;
pub(super) mod new;
pub(super) mod part;
pub(super) mod replay;
pub(super) mod report;
pub(super) mod run;
pub(super) mod schema;
pub(super) mod sensitivity;
pub(super) mod solve;
pub(super) mod sweep;
pub(super) mod verify;
