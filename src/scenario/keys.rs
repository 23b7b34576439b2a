//! The keys of every object of a scenario file: validation and the JSON Schema both read them here.

/// Keys of the file itself.
pub(crate) const TOP: &[&str] = &[
    "$schema",
    "riskband",
    "title",
    "description",
    "extends",
    "horizon",
    "market",
    "drivers",
    "constraints",
    "events",
    "variables",
    "tables",
    "correlations",
    "segments",
    "cross_tables",
    "targets",
    "outputs",
    "references",
];
/// The format version that this program reads.
pub(crate) const VERSION: f64 = 1.0;
/// Keys that every object form of a quantity may have: what it is called, its unit, and [`PROSE`].
pub(crate) const PAPERS: &[&str] = &["title", "unit", "source", "note", "confidence"];
/// Keys that stay with a quantity whatever its value is.
pub(crate) const LASTING: &[&str] = &["title", "unit"];
/// Keys of prose about a value, which goes when the value changes.
pub(crate) const PROSE: &[&str] = &["source", "note", "confidence"];
/// Keys of `horizon`.
pub(crate) const HORIZON: &[&str] = &["start", "end", "step", "steps"];
/// Values of `horizon.step`.
pub(crate) const STEP_LENGTHS: &[&str] = &["year", "quarter", "month", "yearly", "quarterly", "monthly"];
/// Keys of `market`.
pub(crate) const MARKET: &[&str] =
    &["title", "start", "unit", "measure", "demand", "backlog", "baseline", "calibrate", "source", "note"];
/// Values of `market.measure`.
pub(crate) const MARKET_MEASURES: &[&str] = &["flow", "level"];
/// Keys of a backlog object, beside the papers.
pub(crate) const BACKLOG: &[&str] = &["share", "start", "next"];
/// Keys of a baseline that is a geometric path; any other baseline is a quantity.
pub(crate) const BASELINE: &[&str] = &["end", "cagr"];
/// Keys of `market.calibrate`.
pub(crate) const CALIBRATE: &[&str] = &["parameter", "statistic", "match"];
/// Values of `market.calibrate.match`.
pub(crate) const MATCHES: &[&str] = &["every step", "end"];
/// Keys of a stock, beside the papers.
pub(crate) const STOCK: &[&str] = &["start", "growth", "next"];
/// Keys of an event, beside the papers.
pub(crate) const EVENT: &[&str] = &["hazard", "size", "duration"];
/// Keys that say what a quantity is, beside those of a stock and the names of laws.
pub(crate) const KINDS: &[&str] = &["value", "formula", "by_year", "by_step", "compound"];
/// Keys beside a law, besides the papers.
pub(crate) const BESIDE_LAW: &[&str] = &["over_time", "truncate", "clip"];
/// Keys of `truncate` and `clip`.
pub(crate) const BOUNDS: &[&str] = &["low", "high"];
/// Keys of the object form of `over_time`.
pub(crate) const OVER_TIME: &[&str] = &["persistence", "permanent"];
/// Words of `over_time`.
pub(crate) const OVER_TIME_WORDS: &[&str] = &["constant", "fresh"];
/// Keys of a correlation, beside prose.
pub(crate) const CORRELATION: &[&str] = &["between", "among", "rank", "normal_score", "pearson", "repair"];
/// How a correlation may be measured.
pub(crate) const MEASURES: &[&str] = &["rank", "normal_score", "pearson"];
/// Keys of `empirical`.
pub(crate) const EMPIRICAL: &[&str] = &["values", "csv", "column", "interpolate"];
/// Keys of `compound`.
pub(crate) const COMPOUND: &[&str] = &["count", "size", "most"];
/// Keys of `histogram`.
pub(crate) const HISTOGRAM: &[&str] = &["edges", "weights"];
/// Keys of a series from a CSV file.
pub(crate) const SERIES: &[&str] = &["csv", "column", "index"];
/// Keys of a reference, beside [`PROSE`].
pub(crate) const REFERENCE: &[&str] = &["title", "of", "by_year", "start", "growth", "compare"];
/// Values of `compare` of a reference.
pub(crate) const COMPARE: &[&str] = &["value", "growth"];
/// Keys of a table, beside the papers.
pub(crate) const TABLE: &[&str] = &["points", "outside"];
/// Values of `outside` of a table.
pub(crate) const OUTSIDE: &[&str] = &["hold", "extrapolate"];
/// Keys of a component of `mixture`.
pub(crate) const COMPONENT: &[&str] = &["weight", "value"];
/// Names that a market adds to formulas.
pub(crate) const MARKET_NAMES: &[&str] = &["market", "demand", "backlog", "wanted", "demand_growth", "growth", "cagr"];
/// Tables that a market reports unless `outputs` says otherwise.
pub(crate) const MARKET_OUTPUTS: &[&str] = &["market", "demand", "backlog", "growth", "cagr"];
/// Keys of a dimension of `segments`, beside the papers.
pub(crate) const DIMENSION: &[&str] = &["noise", "parts"];
/// Keys of a part, beside the papers.
pub(crate) const PART: &[&str] = &["share", "growth", "noise", "parts"];
/// Measures of every part in formulas and outputs: `share.region.europe`.
pub(crate) const PART_MEASURES: &[&str] = &["market", "growth", "cagr", "share"];
/// Measures of every part that are reported unless `outputs` says otherwise.
pub(crate) const PART_OUTPUTS: &[&str] = &["market", "growth", "cagr"];
/// Keys of a cross table, beside the papers.
pub(crate) const CROSS_TABLE: &[&str] = &["of", "nested", "affinity"];
