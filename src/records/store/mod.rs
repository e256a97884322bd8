//! Storing records, in SQL: looking them up, writing them, following what changed.

mod batch;
mod curating;
mod finding;
mod following;
mod listing;
mod reading;
mod rewriting;
mod versions;
mod writing;

pub use batch::*;
pub use curating::*;
pub use finding::*;
pub use following::*;
pub use listing::{Listed, Listing, Need, Order, Standing, count, list, standing};
pub use reading::*;
pub use rewriting::*;
pub use versions::*;
pub use writing::*;
