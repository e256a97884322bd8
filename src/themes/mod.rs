//! Key themes: what the evidence says on one subject, and the citations that carry it.

pub mod checks;
pub mod citations;
pub mod cited;
pub mod citing;
pub mod form;
pub mod public;
pub mod theme;
