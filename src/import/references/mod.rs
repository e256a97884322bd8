//! Reading the reference files that other people's software writes. Each format has a file; what
//! they share (cleaning, names, DOIs, pages) stands beside them. Importing must forgive: whatever
//! can be read is kept, and whatever cannot is named with its line, in words for a curator.
//! Nothing here knows the collection; whether a reference is already in it is decided elsewhere.

pub mod bibtex;
pub mod csl;
pub mod csv;
pub mod dois;
pub mod endnote;
pub mod nbib;
pub mod ris;

pub mod encoding;
pub mod format;
pub mod reference;

mod collector;
mod kinds;
mod names;
mod values;

pub(crate) mod text;

pub use encoding::{Decoded, decode};
pub use format::{Format, detect, read};
pub use reference::{PublicationKind, Reference};
pub use values::{is_serial_number, joined_keywords};

/// References read from one file; the rest is counted and named in a fault.
pub const MAX_REFERENCES: usize = 5_000;
/// Characters of one field; the rest is cut.
pub const MAX_FIELD: usize = 20_000;
/// Authors of one reference; the rest is cut.
pub const MAX_AUTHORS: usize = 1_000;

/// What a file held.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Read {
    pub references: Vec<Found>,
    pub faults: Vec<Fault>,
}

/// A reference, where it stood in its file, and what a curator should know about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which record of the file it is, counted from 1.
    pub number: usize,
    /// The line on which the record begins, counted from 1.
    pub line: usize,
    pub reference: Reference,
    pub remarks: Vec<String>,
}

/// A record that could not be read, or a file that could be read only in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub number: usize,
    pub line: usize,
    pub message: String,
}

/// Whether a name as a file would have it is read as the author: for writers, which must not make
/// a person of a body.
#[must_use]
pub fn reads_as(name: &str, author: &crate::studies::bibliography::Author) -> bool {
    names::author(name).as_ref() == Some(author)
}

#[cfg(test)]
mod tests;
