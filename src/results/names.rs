//! What the files of results are called that are no tables.

/// Everything, in the folder of `--out`.
pub(crate) const DOCUMENT: &str = "results.json";

/// The list of the files of a run, beside them.
pub(crate) const MANIFEST: &str = "manifest.json";

/// The same of charts, which may stand in the same folder.
pub(crate) const CHARTS_MANIFEST: &str = "charts-manifest.json";
