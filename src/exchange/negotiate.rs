//! Content negotiation: the address of a record gives the page or, where `Accept` prefers it, one
//! of the record's files.

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::exchange::format::Format;
use crate::records::record::Kind;

/// What a request prefers to the page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Preferred(pub Option<Format>);

impl<S: Sync> FromRequestParts<S> for Preferred {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get().copied().unwrap_or_default())
    }
}

/// Decides for the addresses of records, and says that others may be answered differently.
pub async fn negotiate(mut request: Request, next: Next) -> Response {
    let Some(formats) = formats_at(request.uri().path()) else {
        return next.run(request).await;
    };
    let preferred = Format::preferred(formats, request.headers());
    request.extensions_mut().insert(Preferred(preferred));
    let location = preferred.map(|format| {
        let (path, query) = (request.uri().path(), request.uri().query());
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        format!("{path}.{}{query}", format.extension())
    });
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let vary = if headers.contains_key(header::VARY) {
        "Accept, Accept-Encoding"
    } else {
        "Accept"
    };
    headers.insert(header::VARY, HeaderValue::from_static(vary));
    if let Some(location) = location
        && response.status().is_success()
        && let Ok(location) = HeaderValue::from_str(&location)
    {
        response
            .headers_mut()
            .insert(header::CONTENT_LOCATION, location);
    }
    response
}

/// The formats of the record at a path; none where there is no record.
fn formats_at(path: &str) -> Option<&'static [Format]> {
    let (folder, slug) = path.strip_prefix('/')?.split_once('/')?;
    if slug.is_empty() || slug.contains(['/', '.']) {
        return None;
    }
    match folder {
        "studies" => Some(Format::of_record(Kind::Study)),
        "interventions" => Some(Format::of_record(Kind::Intervention)),
        "evidence" => Some(Format::of_record(Kind::Theme)),
        _ => None,
    }
}
