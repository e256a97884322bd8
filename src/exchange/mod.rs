//! Formats in which evidence leaves the collection.

pub mod bibtex;
pub mod cite;
pub mod csl;
pub mod folder;
pub mod ris;

#[cfg(test)]
mod round_trip;
