//! The independent oracle: one path at a time, small and obvious.
