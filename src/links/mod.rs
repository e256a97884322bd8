//! Whether the links of the collection still lead somewhere: asked now and then, politely, and told
//! to curators.

pub mod admin;
pub mod check;
pub mod link;
pub mod store;
