//! The file of a part: a line that says what it is, a header in JSON, states of accumulators, and a checksum of all that.
//!
//! docs/part-format.md describes it.

use super::{PartError, RunIdentity};
use crate::engine::{BlockSet, ENGINE};
use crate::study::KeptScenario;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Number of the format.
pub const FORMAT: u32 = 1;

/// What a file begins with; the number of the format and the end of the line follow.
const MAGIC: &[u8] = b"riskband part ";
/// Bytes of the SHA-256 that ends a file.
const CHECKSUM: usize = 32;
/// Digits of the number of a format at most.
const DIGITS: usize = 9;

/// What a part says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Header {
    /// Version of the program that wrote it.
    pub(super) version: String,
    /// What it must have in common with others.
    pub(super) run: RunIdentity,
    /// How the run was asked for.
    pub(super) asked: Asked,
    /// The scenario, with all that it takes to load it again.
    pub(super) scenario: KeptScenario,
    /// Which blocks it has.
    pub(super) sections: Vec<SectionHeader>,
}

/// How a run was asked for, where that does not matter to what is gathered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Asked {
    /// Paths of the whole run.
    pub(super) paths: u64,
    /// Levels of the quantiles in percent.
    pub(super) percentiles: Vec<f64>,
    /// Whether skewness is reported.
    pub(super) skewness: bool,
}

/// Blocks that were gathered together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct SectionHeader {
    /// Number of the replicate.
    pub(super) replicate: u64,
    /// Ranges of its blocks by their numbers within it, ends excluded, in ascending order.
    pub(super) blocks: Vec<(u64, u64)>,
    /// Paths in all of them.
    pub(super) paths: u64,
    /// Bytes of their states.
    pub(super) bytes: u64,
}

impl SectionHeader {
    pub(super) fn block_set(&self) -> Result<BlockSet, PartError> {
        let ranges = self.blocks.iter().map(|&(start, end)| start..end).collect();
        BlockSet::from_ranges(ranges).ok_or_else(|| PartError::malformed("its blocks are in no order"))
    }
}

/// The number of the engine, which is looked for before the rest is understood.
#[derive(Deserialize)]
struct EngineOnly {
    version: String,
    run: Engine,
}

#[derive(Deserialize)]
struct Engine {
    engine: u32,
}

/// The bytes of a file; each section has its state.
pub(super) fn to_bytes(header: &Header, states: &[Vec<u8>]) -> Vec<u8> {
    let text = serde_json::to_vec(header).expect("texts and finite numbers");
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(format!("{FORMAT}\n").as_bytes());
    bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&text);
    states.iter().for_each(|state| bytes.extend_from_slice(state));
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}

/// A file as its header and the states of its sections. What it is, its format, its checksum and its engine are looked at in
/// this order, before anything else that it says is believed; no length is, beyond what is there.
pub(super) fn from_bytes(bytes: &[u8]) -> Result<(Header, Vec<&[u8]>), PartError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(PartError::Foreign)?;
    let line = rest.iter().take(DIGITS + 1).position(|byte| *byte == b'\n').ok_or(PartError::Damaged)?;
    let format = &rest[..line];
    if format != FORMAT.to_string().as_bytes() {
        return Err(PartError::Format { found: String::from_utf8_lossy(format).into_owned() });
    }
    let (checked, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(PartError::Damaged)?;
    if Sha256::digest(checked).as_slice() != checksum {
        return Err(PartError::Damaged);
    }
    let cut = || PartError::malformed("it ends too early");
    let (length, rest) = checked.get(MAGIC.len() + line + 1..).and_then(<[u8]>::split_first_chunk).ok_or_else(cut)?;
    let (header, mut rest) = split(rest, u64::from_le_bytes(*length)).ok_or_else(cut)?;
    let EngineOnly { version, run } = serde_json::from_slice(header).map_err(PartError::malformed)?;
    if run.engine != ENGINE {
        return Err(PartError::Engine { found: run.engine, version });
    }
    let header: Header = serde_json::from_slice(header).map_err(PartError::malformed)?;
    let mut states = Vec::new();
    for section in &header.sections {
        let (state, left) = split(rest, section.bytes).ok_or_else(cut)?;
        states.push(state);
        rest = left;
    }
    if rest.is_empty() { Ok((header, states)) } else { Err(PartError::malformed("it goes on after its end")) }
}

fn split(bytes: &[u8], length: u64) -> Option<(&[u8], &[u8])> {
    bytes.split_at_checked(usize::try_from(length).ok()?)
}
