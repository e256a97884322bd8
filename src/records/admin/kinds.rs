//! From a kind that is known only at run time to the type that is known when compiling.

use anyhow::Context;
use axum::response::Html;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::error::Result;
use crate::exchange::edition::Edition;
use crate::interventions::intervention::Intervention;
use crate::pages::page::{Page, Question};
use crate::records::form::{Missing, RecordForm};
use crate::records::public::PublicPage;
use crate::records::record::{Kind, Published};
use crate::records::slug::Slug;
use crate::studies::study::Study;
use crate::themes::theme::Theme;
use crate::web::layout::Layout;

/// One stored text of a record.
pub struct Text<'a> {
    pub kind: Kind,
    pub slug: &'a Slug,
    pub number: i64,
    pub time: Timestamp,
    pub body: &'a str,
}

fn read<D: DeserializeOwned>(body: &str) -> Result<D> {
    Ok(serde_json::from_str(body).context("reading a stored record")?)
}

/// The public page of a text, whatever its standing.
///
/// # Errors
/// When the text cannot be read or the page not be made.
pub async fn page(app: &App, layout: Layout, text: &Text<'_>) -> Result<Html<String>> {
    async fn of<P: PublicPage>(app: &App, layout: Layout, text: &Text<'_>) -> Result<Html<String>> {
        let published = Published {
            slug: text.slug.clone(),
            version: text.number,
            updated: text.time,
            body: read::<P>(text.body)?,
        };
        P::page(app, layout, &Edition::of_today(app), published).await
    }
    match text.kind {
        Kind::Study => of::<Study>(app, layout, text).await,
        Kind::Intervention => of::<Intervention>(app, layout, text).await,
        Kind::Theme => of::<Theme>(app, layout, text).await,
        Kind::Question => of::<Question>(app, layout, text).await,
        Kind::Page => of::<Page>(app, layout, text).await,
    }
}

/// What publishing still wants of a text.
///
/// # Errors
/// When the text cannot be read.
pub fn missing(app: &App, kind: Kind, body: &str) -> Result<Vec<Missing>> {
    fn of<F: RecordForm>(app: &App, body: &str) -> Result<Vec<Missing>> {
        Ok(read::<F>(body)?.missing(&app.catalogue(), app.today()))
    }
    match kind {
        Kind::Intervention => of::<Intervention>(app, body),
        Kind::Theme => of::<Theme>(app, body),
        Kind::Question => of::<Question>(app, body),
        Kind::Page => of::<Page>(app, body),
        Kind::Study => of::<Study>(app, body),
    }
}

/// The slug that a text would get by itself.
///
/// # Errors
/// When the text cannot be read.
pub fn proposed_slug(kind: Kind, body: &str) -> Result<Option<Slug>> {
    fn of<F: RecordForm>(body: &str) -> Result<Option<Slug>> {
        Ok(read::<F>(body)?.proposed_slug())
    }
    match kind {
        Kind::Intervention => of::<Intervention>(body),
        Kind::Theme => of::<Theme>(body),
        Kind::Question => of::<Question>(body),
        Kind::Page => of::<Page>(body),
        Kind::Study => of::<Study>(body),
    }
}
