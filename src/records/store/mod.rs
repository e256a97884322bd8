//! Storing records, in SQL: looking them up, writing them, following what changed.

mod curating;
mod following;
mod listing;
mod reading;
mod versions;
mod writing;

pub use curating::*;
pub use following::*;
pub use listing::{Listed, Listing, Need, Order, Standing, count, list, standing};
pub use reading::*;
pub use versions::*;
pub use writing::*;
