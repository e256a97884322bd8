//! How other software finds what there is here: search descriptions, typed links, and the formats of
//! what a page shows.

pub mod opensearch;
pub mod signposting;
pub mod unapi;
