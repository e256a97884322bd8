//! Studies: pieces of published evidence.

pub mod bibliography;
pub mod doi;
pub mod effect_row;
pub mod public;
pub mod related;
pub mod row;
pub mod study;
