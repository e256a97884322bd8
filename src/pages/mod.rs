//! Words that editors write for readers: overview, about, everyday questions, glossary.

pub mod built_in;
pub mod form;
pub mod page;
pub mod public;
pub mod sitemap;
