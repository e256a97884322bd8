//! Numeric results of studies: metrics, intervals and translations. Numbers only, no SQL, no HTTP.

pub mod convert;
pub mod effect;
pub mod form;
pub mod impossible;
pub mod metric;
pub mod paper;
pub mod questions;
pub mod student_t;
pub mod translate;
pub mod working;
