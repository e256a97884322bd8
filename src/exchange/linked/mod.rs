//! The collection as linked data.

pub mod esea;
pub mod schema_org;
