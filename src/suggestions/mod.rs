//! Evidence that readers suggest: a short public form, and the curators' queue of what it brought.

pub mod admin;
pub mod form;
pub mod public;
pub mod retention;
pub mod store;
pub mod suggestion;
