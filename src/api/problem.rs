//! Errors as the API tells them (RFC 9457), whoever found them: a handler, the router, or a limit
//! before either.

use axum::Json;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::ROOT;
use crate::records::record::Notice;

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// What kind of problem it is; `about:blank` where the status says all.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The kind of problem in a few words.
    pub title: &'static str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is wrong with this request.
    pub detail: String,
    /// Where to go instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
}

/// Whether an address is of the API.
#[must_use]
pub fn is_of_api(address: &Uri) -> bool {
    let rest = address.path().strip_prefix(ROOT);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A bare answer in the shape of a problem.
#[must_use]
pub fn answer(
    bare: &Response,
    title: &'static str,
    explanation: &str,
    notice: Option<Notice>,
) -> Response {
    let status = bare.status();
    let (detail, successor) = match notice {
        Some(notice) => (format!("{explanation} {}", notice.reason), notice.successor),
        None => (explanation.to_owned(), None),
    };
    let problem = Problem {
        kind: "about:blank",
        title,
        status: status.as_u16(),
        detail: detail.trim().to_owned(),
        successor,
    };
    let mut response = (status, Json(problem)).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "application/problem+json"),
        (header::CACHE_CONTROL, "no-store"),
        // What never reached the API's own routes is for pages of other sites as well.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = bare.headers().get(&name) {
            headers.insert(name, value.clone());
        }
    }
    response
}
