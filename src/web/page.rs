//! Turning a template into a response.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::error::Error;

/// A page: renders its template, or becomes an internal error.
pub struct Page<T>(pub T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match render(&self.0) {
            Ok(html) => html.into_response(),
            Err(error) => Error::from(error).into_response(),
        }
    }
}

/// A form with its errors beside the fields.
pub fn unprocessable(page: impl Template) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response()
}

/// # Errors
/// When a value refuses to be written.
pub fn render(template: &impl Template) -> askama::Result<Html<String>> {
    let mut html = String::with_capacity(32 * 1024);
    template.render_into(&mut html)?;
    Ok(Html(html))
}

/// A document that is not HTML.
pub fn document(kind: &'static str, body: impl Into<axum::body::Body>) -> Response {
    let mut response = body.into().into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
