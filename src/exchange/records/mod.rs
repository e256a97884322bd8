//! The published records as other software sees them: the shapes of the API, of JSON files and of
//! tables. Fields are only ever added. What is for curators alone is not in them.

pub mod effect;
pub mod intervention;
pub mod study;
pub mod terms;
pub mod theme;
