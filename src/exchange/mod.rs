//! Formats in which evidence leaves the collection.

pub mod cite;
pub mod folder;
