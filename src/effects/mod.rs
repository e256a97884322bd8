//! Numeric results of studies: metrics, intervals and translations. Numbers only, no SQL, no HTTP.

pub mod effect;
pub mod metric;
pub mod translate;
