//! What a run says about how it was sampled, where that could be done better.

use super::RunOptions;
use crate::results::Warning;
use crate::sampling::{DIMENSIONS, Sampler};

/// Dimensions beyond which the points of a sequence gain little over independent paths (`docs/samplers.md`).
const MANY: u32 = 500;

/// Remarks on the sampler of a run.
pub(super) fn of_sampling(options: &RunOptions) -> Vec<Warning> {
    let mut texts = Vec::new();
    let RunOptions { paths, replicates, .. } = *options;
    if options.sampler.has_replicates() && replicates == 1 {
        texts.push(
            "one replicate does not show how far its estimates may be off: errors are left out; --replicates 16 \
                    gives them"
                .to_owned(),
        );
    }
    if options.sampler == Sampler::Sobol {
        let each = paths / replicates;
        if !paths.is_multiple_of(replicates) || !each.is_power_of_two() {
            let fewer = (each.max(1).ilog2()).min(62);
            let s = if replicates == 1 { "" } else { "s" };
            let [low, high] = [fewer, fewer + 1].map(|log| (1u64 << log).saturating_mul(replicates));
            texts.push(format!(
                "a sequence fills its space evenly at powers of two: {paths} paths in {replicates} replicate{s} are none; \
                 take {low} or {high} paths"
            ));
        }
        let dimensions = options.dimensions.as_ref().map_or(0, |dimensions| dimensions.count());
        if dimensions as usize > DIMENSIONS {
            texts.push(format!(
                "of {dimensions} random dimensions the first {DIMENSIONS} are points of a sequence and the others random"
            ));
        }
        if dimensions > MANY {
            texts.push(format!(
                "with {dimensions} random dimensions a sequence gains little over --sampler random at this number of paths"
            ));
        }
    }
    let warning = |text| Warning { code: "sampling", pointer: String::new(), text, place: None };
    texts.into_iter().map(warning).collect()
}
