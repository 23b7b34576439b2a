//! Accumulators that merge exactly in any order: moments, histograms, tallies.
