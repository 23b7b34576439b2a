//! Writers: they see results only.
