//! Too many requests at once: the surplus is told to come back, so that the rest is still served.

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::Error;

/// Requests that may be worked on at a time.
pub const MAX_IN_FLIGHT: usize = 512;

/// Exports that may be under way at a time: each holds its whole list of numbers.
pub const MAX_EXPORTS: usize = 64;

/// Forms that may be on their way in at a time: their bodies are held in memory.
pub const MAX_FORMS: usize = 64;

/// Limits the forms that come in at once; whatever only asks passes.
pub async fn few_forms(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    match app.forms.try_acquire() {
        Ok(_permit) => next.run(request).await,
        Err(_) => Error::Overloaded.into_response(),
    }
}

pub async fn shed(State(app): State<App>, request: Request, next: Next) -> Response {
    match app.in_flight.try_acquire() {
        Ok(_permit) => next.run(request).await,
        Err(_) => Error::Overloaded.into_response(),
    }
}
