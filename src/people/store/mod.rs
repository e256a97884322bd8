//! Every statement about people, their credentials, sessions and one-time links.

mod credentials;
mod links;
mod own_data;
mod people;
mod sessions;

pub use credentials::*;
pub use links::*;
pub use own_data::*;
pub use people::*;
pub use sessions::*;
