//! Where among its inputs an outcome of a scenario lives: boxes, what bounds them, and what each step of finding them gave.

/// What a search for the region of an outcome returns; empty unless asked for.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Discovery {
    /// The condition as written; empty where there was no search.
    pub condition: String,
    /// Share of the held-out paths on which it holds.
    pub share: Option<f64>,
    /// Boxes, each found on what those before it leave.
    pub boxes: Vec<BoxRow>,
    /// What bounds the boxes.
    pub limits: Vec<LimitRow>,
    /// Each box on its way from all paths to few.
    pub trade_off: Vec<TradeOffRow>,
    /// Each box in its two strongest inputs, a row a cell.
    pub plane: Vec<PlaneRow>,
}

/// A cell of the plane of the two inputs that matter most to a box. Paths lie in a cell from its lower ends on and below its
/// upper ones.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PlaneRow {
    /// Number of the box.
    pub number: u64,
    /// The input whose bounds add most to the box.
    pub x: String,
    /// What it is measured by.
    pub x_measure: Coordinate,
    /// Where the cell begins and ends in it.
    pub x_range: (f64, f64),
    /// The input that comes second.
    pub y: String,
    /// What it is measured by.
    pub y_measure: Coordinate,
    /// Where the cell begins and ends in it.
    pub y_range: (f64, f64),
    /// Held-out paths in the cell that lie in no box before.
    pub n: u64,
    /// Those of them that have the outcome.
    pub hits: u64,
    /// Whether the cell is within the bounds of the box in these two inputs.
    pub is_inside: bool,
}

/// A box, measured on paths that it was not found on.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BoxRow {
    /// Number of the box, from 1.
    pub number: u64,
    /// Share of the paths with the outcome that lie in it and in no box before it.
    pub coverage: Option<f64>,
    /// Share of its paths that have the outcome.
    pub density: Option<f64>,
    /// Share of all paths that lie in it and in no box before it.
    pub mass: f64,
    /// Held-out paths that lie in it.
    pub n: u64,
}

/// What an input is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coordinate {
    /// The value of what is drawn once a path.
    Value,
    /// The average of a series.
    Average,
    /// Steps in which an event is on.
    StepsOn,
}

/// A bound of a box, in values of the input.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LimitRow {
    /// Number of the box.
    pub number: u64,
    /// The input; an event by its start.
    pub input: String,
    /// What it is measured by.
    pub coordinate: Coordinate,
    /// Lower bound, itself in the box; none where there is none.
    pub low: Option<f64>,
    /// Upper bound, itself in the box.
    pub high: Option<f64>,
    /// Share of half samples in whose box the input is bounded on the same side, half of them at least; the lower one of two
    /// sides.
    pub stability: f64,
}

/// A step of peeling, measured on held-out paths.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TradeOffRow {
    /// Number of the box.
    pub number: u64,
    /// Steps from all paths on.
    pub peel: u64,
    /// As of a box.
    pub coverage: Option<f64>,
    /// As of a box.
    pub density: Option<f64>,
    /// As of a box.
    pub mass: f64,
    /// Bounds so far.
    pub limits: u64,
    /// Whether it is the box that was chosen, before bounds were dropped that add nothing or are not stable.
    pub is_chosen: bool,
}

impl Coordinate {
    /// As in the column `measure`.
    pub fn name(self) -> &'static str {
        match self {
            Coordinate::Value => "value",
            Coordinate::Average => "average",
            Coordinate::StepsOn => "steps on",
        }
    }
}
