//! Files of references on their way in: read, compared with the collection, shown, decided on, and
//! taken over as drafts in one change that can be undone.

pub mod admin;
pub mod decide;
pub mod draft;
pub mod lookup;
pub mod store;
pub mod upload;
pub mod work;
