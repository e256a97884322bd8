//! What every response carries: security headers and a request id; and the log line of those
//! requests that someone may have to look into.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::web::client::Client;

/// Only what the pages need, and all of it from this site.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
     frame-ancestors 'none'; base-uri 'none'";

const PERMISSIONS_POLICY: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), \
     gyroscope=(), microphone=(), midi=(), payment=(), usb=(), browsing-topics=()";

const FIXED: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        "require-corp",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        PERMISSIONS_POLICY,
    ),
];

/// What search engines are told of an answer.
pub const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// Two years, for every host below ours.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=63072000; includeSubDomains";

static REQUESTS: AtomicU64 = AtomicU64::new(0);

/// A path for the log: a one-time link would still work.
fn without_secrets(path: &str) -> &str {
    match path.strip_prefix("/welcome/") {
        Some(_) => "/welcome/…",
        None => path,
    }
}

/// Adds the headers, and logs refusals and failures.
pub async fn on_every_response(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = format!(
        "{:x}-{:x}",
        app.started,
        REQUESTS.fetch_add(1, Ordering::Relaxed)
    );
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let client = Client::of(&app, request.headers(), request.extensions()).truncated();

    let mut response = next.run(request).await;

    let status = response.status();
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if app.config.is_secure() {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(STRICT_TRANSPORT_SECURITY),
        );
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert("x-request-id", id);
    }
    // The path alone: what people search for is nobody's business.
    let milliseconds = started.elapsed().as_millis();
    let (status_code, path) = (status.as_u16(), without_secrets(&path).escape_default());
    if status.is_server_error() {
        tracing::warn!(id, %client, %method, %path, status = status_code, milliseconds, "failed");
    } else if status.is_client_error() && status != StatusCode::NOT_FOUND {
        tracing::info!(id, %client, %method, %path, status = status_code, milliseconds, "refused");
    } else {
        tracing::debug!(id, %client, %method, %path, status = status_code, milliseconds, "answered");
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_shows_no_link_that_still_works() {
        assert_eq!(without_secrets("/welcome/password/0a1b"), "/welcome/…");
        assert_eq!(without_secrets("/studies/mol-2008"), "/studies/mol-2008");
    }
}
