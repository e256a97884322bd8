//! Work at hand: what waits for a curator, and who did what lately.

pub mod admin;
pub mod store;
