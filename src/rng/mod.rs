//! Random streams: a draw is a function of (seed, input name, component, path, step), never of order.
