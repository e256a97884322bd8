//! Taking in a folder of evidence: all of it or nothing, with every fault named.

pub mod duplicates;
pub mod faults;
pub mod fields;
pub mod folder;
pub mod records;
pub mod references;
pub mod store;
pub mod uploads;
pub mod vocabularies;
