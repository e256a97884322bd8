//! The collection as other people's software takes it away: references, data, feeds, harvests, and
//! whole snapshots.

pub mod discovery;
pub mod edition;
pub mod feed;
pub mod file;
pub mod folder;
pub mod format;
pub mod linked;
pub mod list;
pub mod negotiate;
pub mod oai;
pub mod public;
pub mod records;
pub mod references;
pub mod snapshot;
pub mod table;
pub mod text;
pub mod xml;
