//! References to studies, and to the records of this collection themselves: as files, as formatted
//! text, and as what pages carry for reference managers.

pub mod bibtex;
pub mod cite;
pub mod coins;
pub mod csl;
pub mod entry;
pub mod highwire;
mod mend;
pub mod ris;
pub mod shown;

#[cfg(test)]
mod round_trip;
