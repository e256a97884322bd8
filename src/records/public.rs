//! What every page of one record shares: finding it, or saying where it went; showing it as readers
//! see it, whether live, as a preview or as it once was.

use std::future::Future;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::app::App;
use crate::error::{Error, Result};
use crate::records::record::{Document, Found, Published};
use crate::records::store;
use crate::web::layout::Layout;

/// A kind of record with a page of its own.
pub trait PublicPage: Document {
    /// The page as readers see it.
    fn page(
        app: &App,
        layout: Layout,
        published: Published<Self>,
    ) -> impl Future<Output = Result<Html<String>>> + Send;
}

/// `GET` of one record. A renamed one redirects, a withdrawn one is gone.
pub async fn show<P: PublicPage>(
    State(app): State<App>,
    layout: Layout,
    Path(address): Path<String>,
) -> Result<Response> {
    match store::find::<P>(&app.db, &address).await? {
        Found::Live(published) => Ok(P::page(&app, layout, published).await?.into_response()),
        Found::Moved(slug) => {
            // Asked for anew each time: a record may be given its old name again.
            let moved = Redirect::permanent(&P::KIND.path(&slug));
            Ok(([(header::CACHE_CONTROL, "no-cache")], moved).into_response())
        }
        Found::Withdrawn(notice) => Err(Error::Gone(notice)),
        Found::Missing => Err(Error::NotFound),
    }
}
