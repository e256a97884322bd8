//! Studies that were retracted, corrected or doubted by their journals: what a file of notices says,
//! what an editor confirmed, and what readers are told.

pub mod admin;
pub mod file;
pub mod retraction;
pub mod store;
