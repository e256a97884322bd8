//! The lists that records are tagged with. Code knows the vocabularies; curators own their terms.

pub mod admin;
pub mod coded;
pub mod countries;
pub mod form;
pub mod merging;
pub mod said;
pub mod store;
pub mod synonyms;
pub mod ticked;
pub mod usage;
pub mod vocabulary;
