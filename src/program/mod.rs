//! The compiled form of a model: a flat list of column operations over one block of paths.
