//! What every page of one record begins with: finding it, or saying where it went.

use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::error::{Error, Result};
use crate::records::record::{Document, Found, Published};
use crate::records::store;

/// A live record to show, or the answer that its address gets instead.
pub enum Shown<D> {
    Page(Box<Published<D>>),
    Elsewhere(Response),
}

/// Looks up the record at an address. A renamed one redirects, a withdrawn one is gone.
pub async fn live<D: Document>(app: &App, address: &str) -> Result<Shown<D>> {
    match store::find::<D>(&app.db, address).await? {
        Found::Live(published) => Ok(Shown::Page(Box::new(published))),
        Found::Moved(slug) => {
            // Asked for anew each time: a record may be given its old name again.
            let moved = Redirect::permanent(&D::KIND.path(&slug));
            let response = ([(header::CACHE_CONTROL, "no-cache")], moved).into_response();
            Ok(Shown::Elsewhere(response))
        }
        Found::Withdrawn(notice) => Err(Error::Gone(notice)),
        Found::Missing => Err(Error::NotFound),
    }
}
