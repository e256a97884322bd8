//! My account: what everybody may see and change of their own.

pub mod data;
pub mod factor;
pub mod own;
pub mod pending;
