//! What can go wrong in a request, the status it becomes, and the page that says so.

use std::borrow::Cow;
use std::time::Duration;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::api::problem;
use crate::app::App;
use crate::records::record::Notice;
use crate::web::layout::Layout;
use crate::web::page::render;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How long a client is asked to wait when there is too much to do, in seconds.
const RETRY_AFTER: u64 = 10;

const LINK_USED: &str = "This link does not work any more";
const LINK_USED_WHY: &str =
    "It works once, and for a limited time. Ask an administrator of this collection for a new one.";
const UNREADABLE: &str = "This address cannot be read";
const NOT_THEN: &str = "The collection cannot be shown as of that day";

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 400: what was sent cannot be read.
    #[error("bad request")]
    BadRequest,
    /// 400: what was asked cannot be answered; says why.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// 404: there is no collection of the day that was asked for; says why.
    #[error("no such day: {0}")]
    NotThen(String),
    /// 403: the person's role does not allow it, or the form did not come from this site.
    #[error("forbidden")]
    Forbidden,
    /// 404: there is no such page.
    #[error("not found")]
    NotFound,
    /// 405: the page exists, but does not answer this method.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// 410: the record was withdrawn.
    #[error("gone")]
    Gone(Notice),
    /// 410: a one-time link was used or has run out.
    #[error("link used")]
    LinkUsed,
    /// 413: what was sent is too large.
    #[error("too large")]
    TooLarge,
    /// 429: one client asks too often, and may ask again after this time.
    #[error("too many requests")]
    TooMany(Duration),
    /// 503: everyone together asks too often.
    #[error("overloaded")]
    Overloaded,
    /// 500: our fault. The cause is logged once and never shown.
    #[error("internal error: {0:#}")]
    Internal(#[from] anyhow::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl Error {
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest | Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound | Self::NotThen(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Gone(_) | Self::LinkUsed => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// What an error page needs to know of the error; travels in the response's extensions until the
/// page is made, since only there the site's frame is at hand.
#[derive(Clone)]
struct Failure {
    notice: Option<Notice>,
    /// Where the status alone does not say it.
    words: Option<(&'static str, Cow<'static, str>)>,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        if let Self::Internal(cause) = &self {
            tracing::error!(error = format!("{cause:#}"), "a request failed");
        }
        let mut response = status.into_response();
        let (mut notice, mut words, mut retry) = (None, None, None);
        match self {
            Self::Gone(of_record) => notice = Some(of_record),
            Self::LinkUsed => words = Some((LINK_USED, LINK_USED_WHY.into())),
            Self::Unreadable(why) => words = Some((UNREADABLE, why.into())),
            Self::NotThen(why) => words = Some((NOT_THEN, why.into())),
            Self::Overloaded => retry = Some(RETRY_AFTER),
            Self::TooMany(wait) => retry = Some(wait.as_secs() + 1),
            _ => {}
        }
        response.extensions_mut().insert(Failure { notice, words });
        if let Some(seconds) = retry {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    layout: Layout,
    heading: &'static str,
    explanation: Cow<'static, str>,
    notice: Option<Notice>,
    status: StatusCode,
}

impl ErrorPage {
    fn new(layout: Layout, status: StatusCode, failure: Option<Failure>) -> Self {
        let (notice, words) =
            failure.map_or((None, None), |failure| (failure.notice, failure.words));
        let (heading, explanation) = said(status, words);
        let layout = layout.titled(heading, explanation.clone()).unlisted();
        Self {
            layout,
            heading,
            explanation,
            notice,
            status,
        }
    }
}

/// Heading and explanation of an error: its own words, or those of its status.
fn said(
    status: StatusCode,
    words: Option<(&'static str, Cow<'static, str>)>,
) -> (&'static str, Cow<'static, str>) {
    if let Some(words) = words {
        return words;
    }
    let (heading, explanation) = match status {
        StatusCode::BAD_REQUEST => (
            UNREADABLE,
            "Something in the address is not as it should be. Please check it, or start again \
                 from one of the links below.",
        ),
        StatusCode::FORBIDDEN => (
            "You may not do this",
            "Your role does not allow it, or the form was opened before you logged in. Open \
                 the page again; if it still says no, ask an administrator.",
        ),
        StatusCode::NOT_FOUND => (
            "There is no page at this address",
            "Perhaps the address was mistyped or cut short. Records that are renamed keep \
                 their old addresses, so a link from this site should never lead here.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "This page can only be read",
            "Something was sent to a page that takes nothing.",
        ),
        StatusCode::NOT_ACCEPTABLE => (
            "There is no such format",
            "What was asked for exists, but not in this format.",
        ),
        StatusCode::RANGE_NOT_SATISFIABLE => (
            "The file is not that long",
            "A part of a file was asked for that is beyond its end.",
        ),
        StatusCode::GONE => (
            "This record has been withdrawn",
            "It is no longer part of the collection.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "That is too much at once",
            "What was sent is larger than anything that this site takes.",
        ),
        StatusCode::TOO_MANY_REQUESTS => (
            "Too many requests",
            "A lot has been asked from your address in a short time. Please wait a moment and \
                 try again.",
        ),
        StatusCode::SERVICE_UNAVAILABLE => (
            "The site is very busy",
            "It cannot answer in time just now. Please try again in a few seconds.",
        ),
        _ => (
            "Something went wrong here",
            "It is our fault, not yours, and it has been noted. Please try again in a minute.",
        ),
    };
    (heading, explanation.into())
}

/// Gives every bare error the site's clothes.
pub async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let address = request.uri().clone();
    let mut response = next.run(request).await;
    let status = response.status();
    let is_bare = !response.headers().contains_key(header::CONTENT_TYPE)
        || response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !(status.is_client_error() || status.is_server_error()) || !is_bare {
        return response;
    }
    let failure = response.extensions_mut().remove::<Failure>();
    if problem::is_of_api(&address) {
        let (notice, words) =
            failure.map_or((None, None), |failure| (failure.notice, failure.words));
        let (title, explanation) = said(status, words);
        return problem::answer(&response, title, &explanation, notice);
    }
    let layout = Layout::new(&app, &address);
    let page = match render(&ErrorPage::new(layout, status, failure)) {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "the error page could not be made");
            return response;
        }
    };
    let mut dressed = (status, page).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        dressed
            .headers_mut()
            .insert(header::RETRY_AFTER, RETRY_AFTER.into());
    }
    for name in [header::ALLOW, header::CONTENT_RANGE, header::RETRY_AFTER] {
        if let Some(value) = response.headers().get(&name) {
            dressed.headers_mut().insert(name, value.clone());
        }
    }
    dressed.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    dressed
}
