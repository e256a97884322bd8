//! Key themes: what the evidence says on one subject, and the citations that carry it.

pub mod citations;
pub mod cited;
pub mod public;
pub mod theme;
