//! The curators' pages that records of all kinds share: editing, lists, history, steps of a life.

pub mod batch;
pub mod bulk;
pub mod edit;
pub mod history;
pub mod kinds;
pub mod life;
pub mod list;
pub mod naming;
pub mod presence;
