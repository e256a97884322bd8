//! Storing records, in SQL: looking them up, writing them, following what changed.

mod batch;
mod curating;
mod finding;
mod following;
mod reading;
mod rewriting;
mod writing;

pub use batch::*;
pub use curating::*;
pub use finding::*;
pub use following::*;
pub use reading::*;
pub use rewriting::*;
pub use writing::*;
