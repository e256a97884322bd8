//! The lists that records are tagged with. Code knows the vocabularies; curators own their terms.

pub mod coded;
pub mod countries;
pub mod said;
pub mod store;
pub mod synonyms;
pub mod vocabulary;
