//! What every response carries: security headers and a request id; and the log line of those
//! requests that someone may have to look into.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;

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

/// Two years, for every host below ours.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=63072000; includeSubDomains";

static REQUESTS: AtomicU64 = AtomicU64::new(0);

/// Adds the headers, and logs refusals and failures.
pub async fn on_every_response(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = format!(
        "{:x}-{:x}",
        app.started,
        REQUESTS.fetch_add(1, Ordering::Relaxed)
    );
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let client = client(&app, &request);

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
    let (status_code, path) = (status.as_u16(), path.escape_default());
    if status.is_server_error() {
        tracing::warn!(id, %client, %method, %path, status = status_code, milliseconds, "failed");
    } else if status.is_client_error() && status != StatusCode::NOT_FOUND {
        tracing::info!(id, %client, %method, %path, status = status_code, milliseconds, "refused");
    } else {
        tracing::debug!(id, %client, %method, %path, status = status_code, milliseconds, "answered");
    }
    response
}

/// The client's address without its last part, which is enough to see where trouble comes from.
fn client(app: &App, request: &Request) -> String {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    let forwarded = app
        .config
        .trusted_proxy
        .then(|| forwarded_for(request.headers()))
        .flatten();
    forwarded.or(peer).map_or_else(|| "-".to_owned(), truncated)
}

/// The address that the nearest proxy saw: the last in the list, since clients can send their own.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

fn truncated(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_cut() {
        assert_eq!(truncated("192.0.2.77".parse().unwrap()), "192.0.2.0");
        assert_eq!(
            truncated("2001:db8:1:2::3".parse().unwrap()),
            "2001:db8:1::"
        );
    }

    #[test]
    fn only_the_nearest_proxy_is_believed() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "10.0.0.1, 192.0.2.9".parse().unwrap());
        assert_eq!(forwarded_for(&headers), Some("192.0.2.9".parse().unwrap()));
        headers.insert("x-forwarded-for", "nonsense".parse().unwrap());
        assert_eq!(forwarded_for(&headers), None);
    }
}
