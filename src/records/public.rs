//! What every page of one record shares: finding it, or saying where it went; showing it as readers
//! see it, whether live, as a preview or as it once was; and giving it as a file.

use std::future::Future;

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::civil::Date;

use crate::app::App;
use crate::error::{Error, Result};
use crate::exchange::discovery::signposting::{self, TypedLink};
use crate::exchange::edition::Edition;
use crate::exchange::file;
use crate::exchange::format::Format;
use crate::exchange::negotiate::Preferred;
use crate::records::record::{Document, Found, Published};
use crate::web::layout::{Banner, Layout};
use crate::web::words::long_date;

/// A kind of record with a page of its own.
pub trait PublicPage: Document {
    /// The page as readers see it, among the records of an edition.
    fn page(
        app: &App,
        layout: Layout,
        edition: &Edition,
        published: Published<Self>,
    ) -> impl Future<Output = Result<Html<String>>> + Send;

    /// The record in one of the formats of its kind.
    fn file(_edition: &Edition, _published: &Published<Self>, _format: Format) -> Option<String> {
        None
    }

    /// Where machines find what belongs to the page.
    fn links(_edition: &Edition, _published: &Published<Self>) -> Vec<TypedLink> {
        Vec::new()
    }
}

/// `GET` of one record: its page, or its file where the address ends with the name of a format or
/// `Accept` prefers one. A renamed record redirects, a withdrawn one is gone.
pub async fn show<P: PublicPage>(
    State(app): State<App>,
    layout: Layout,
    Path(address): Path<String>,
    Preferred(preferred): Preferred,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let (name, format) = match address.split_once('.') {
        None => (address.as_str(), preferred),
        Some((name, extension)) => {
            let formats = Format::of_record(P::KIND).iter();
            let format = formats.copied().find(|own| own.extension() == extension);
            (name, Some(format.ok_or(Error::NotFound)?))
        }
    };
    let asked = query.as_deref().unwrap_or_default();
    let (edition, found) = Edition::find::<P>(&app, name, asked).await?;
    let published = match found {
        Found::Live(published) => published,
        Found::Moved(slug) => {
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            let extension = &address[name.len()..];
            return Ok(moved(&format!("{}{extension}{query}", P::KIND.path(&slug))));
        }
        Found::Withdrawn(notice) => return Err(Error::Gone(notice)),
        Found::Missing => return Err(Error::NotFound),
    };
    if let Some(format) = format {
        let body = P::file(&edition, &published, format).ok_or(Error::NotFound)?;
        let response = file::answer(format, published.slug.as_str(), body)?;
        let page = edition.address(P::KIND, &published.slug);
        return file::describing(response, &page);
    }
    let links = signposting::header(&P::links(&edition, &published));
    let layout = match edition.as_of {
        None => layout,
        Some(day) => layout.with_banner(past(day, &published)).unlisted(),
    };
    let mut response = P::page(&app, layout, &edition, published)
        .await?
        .into_response();
    if !links.is_empty() {
        let links = HeaderValue::from_str(&links).map_err(anyhow::Error::from)?;
        response.headers_mut().insert(header::LINK, links);
    }
    Ok(response)
}

/// Leads to the address that a record has now. Asked for anew each time: it may be given its old
/// name again.
#[must_use]
pub fn moved(path: &str) -> Response {
    (
        [(header::CACHE_CONTROL, "no-cache")],
        Redirect::permanent(path),
    )
        .into_response()
}

/// Says of which day a page is, and leads to today's.
fn past<P: PublicPage>(day: Date, published: &Published<P>) -> Banner {
    Banner {
        words: format!(
            "This is the record as it stood on {}: version {}.",
            long_date(day),
            published.version
        ),
        link: Some((
            P::KIND.path(&published.slug),
            "See it as it stands".to_owned(),
        )),
    }
}
