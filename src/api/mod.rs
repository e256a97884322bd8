//! The API: the published collection as JSON, to be read by anybody. Fields and parameters are only
//! ever added under `/api/v1`; what breaks a client gets a new number.

pub mod asked;
pub mod effects;
pub mod lists;
pub mod openapi;
pub mod problem;
pub mod records;
pub mod refusals;
pub mod routes;
pub mod search;
pub mod vocabularies;

/// Where the API begins.
pub const ROOT: &str = "/api/v1";
