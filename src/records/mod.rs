//! What all curated records share: kinds, slugs, coded fields, their life, their history and their
//! storage. Of a kind's own fields it knows only what they are called (`fields.rs`).

pub mod admin;
pub mod audit;
pub mod coding;
pub mod diff;
pub mod fields;
pub mod form;
pub mod public;
pub mod record;
pub mod slug;
pub mod status;
pub mod store;
pub mod versions;
