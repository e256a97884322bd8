//! Studies: pieces of published evidence.

pub mod authors;
pub mod bibliography;
pub mod checks;
pub mod effect_row;
pub mod form;
pub mod identifiers;
pub mod public;
pub mod quotes;
pub mod related;
pub mod row;
pub mod study;
