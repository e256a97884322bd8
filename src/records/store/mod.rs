//! Storing records, in SQL: looking them up, writing them, following what changed.

mod batch;
mod finding;
mod following;
mod heads;
mod listing;
mod reading;
mod rewriting;
mod saving;
mod steps;
mod titles;
mod unsaved;
mod versions;
mod writing;

pub use batch::*;
pub use finding::*;
pub use following::*;
pub use heads::*;
pub use listing::{Listed, Listing, Need, Order, Standing, count, list, standing};
pub use reading::*;
pub use rewriting::*;
pub use saving::*;
pub use steps::*;
pub use titles::*;
pub use unsaved::*;
pub use versions::*;
pub use writing::*;
