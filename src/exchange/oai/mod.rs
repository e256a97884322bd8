//! OAI-PMH 2.0 (<https://www.openarchives.org/OAI/openarchivesprotocol.html>): harvesting the
//! published studies. Records are listed by the number under which they are stored, not by date:
//! a harvest that takes a while then neither loses nor doubles what changes meanwhile.

pub mod answer;
pub mod dublin_core;
pub mod mods;
pub mod public;
pub mod request;
pub mod store;
pub mod token;
