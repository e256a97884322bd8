//! These words → the matching records and their scores: a full-text index derived from the published
//! records.

pub mod highlight;
pub mod index;
pub mod matching;
pub mod texts;
pub mod words;
