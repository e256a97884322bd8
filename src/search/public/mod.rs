//! The pages that find evidence.

pub mod everything;
pub mod list;
pub mod rows;
