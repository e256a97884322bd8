//! The answers of the API to what it cannot answer, as the OpenAPI document describes them.

use utoipa::IntoResponses;

use crate::api::problem::Problem;

/// What a list may answer instead.
#[derive(IntoResponses)]
pub enum OfList {
    /// A parameter cannot be read
    #[response(status = 400, content_type = "application/problem+json")]
    Unreadable(Problem),
    /// There is no collection of that day
    #[response(status = 404, content_type = "application/problem+json")]
    NotThen(Problem),
}

/// What one record may answer instead.
#[derive(IntoResponses)]
pub enum OfRecord {
    /// The record was renamed
    #[response(status = 308)]
    Renamed,
    /// A parameter cannot be read
    #[response(status = 400, content_type = "application/problem+json")]
    Unreadable(Problem),
    /// There is no such record
    #[response(status = 404, content_type = "application/problem+json")]
    Missing(Problem),
    /// The record was withdrawn; says why
    #[response(status = 410, content_type = "application/problem+json")]
    Withdrawn(Problem),
}

/// What an address without parameters may answer instead.
#[derive(IntoResponses)]
pub enum OfFixed {
    /// There are no parameters here
    #[response(status = 400, content_type = "application/problem+json")]
    Unreadable(Problem),
}

/// What an address that ends with a name may answer instead.
#[derive(IntoResponses)]
pub enum OfNamed {
    /// There are no parameters here
    #[response(status = 400, content_type = "application/problem+json")]
    Unreadable(Problem),
    /// There is nothing of this name
    #[response(status = 404, content_type = "application/problem+json")]
    Missing(Problem),
}
