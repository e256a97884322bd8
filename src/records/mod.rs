//! What all curated records share: kinds, slugs, coded fields, their life and their storage.
//! Knows nothing of any one kind's fields.

pub mod audit;
pub mod coding;
pub mod public;
pub mod record;
pub mod slug;
pub mod store;
