//! The whole collection in one archive: tables with a data dictionary, JSON, references, linked
//! data, a SQLite file of what is published and of nothing else, and a copy of the site that needs
//! no server. Everything is written piece by piece, so the size of the collection does not matter.

pub mod archive;
pub mod database;
pub mod dictionary;
pub mod download;
pub mod make;
pub mod nightly;
pub mod site;
pub mod tables;
