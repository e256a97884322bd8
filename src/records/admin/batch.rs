//! Changes that were made to many records at once: what they did, and undoing them as a whole.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::{Curator, done, frame};
use crate::people::role::Role;
use crate::records::admin::edit;
use crate::records::audit::audit;
use crate::records::store::{self, Batch, BatchKind, BatchRecord, Undone};
use crate::vocabularies::merging::unmerge;
use crate::web::layout::Layout;
use crate::web::page::Page;
use crate::web::words;

/// The newest so many batches are listed.
const LISTED: i64 = 100;
/// So many records of a batch are named.
const NAMED: i64 = 200;

/// The page of a batch.
#[must_use]
pub fn path(id: i64) -> String {
    format!("/admin/batches/{id}")
}

fn batch_path(batch: &Batch) -> String {
    path(batch.id)
}

fn record_path(record: &BatchRecord) -> String {
    edit::path(record.kind, record.id)
}

#[derive(Template)]
#[template(path = "admin/batches/index.html")]
struct IndexPage {
    layout: Layout,
    curator: Curator,
    batches: Vec<Batch>,
}

/// `GET /admin/batches`
pub async fn index(State(app): State<App>, curator: Curator, layout: Layout) -> Result<Response> {
    let mut conn = app.db.read.acquire().await?;
    let page = IndexPage {
        layout: frame(layout, "Changes to many records"),
        curator,
        batches: store::batches(&mut conn, LISTED).await?,
    };
    Ok(Page(page).into_response())
}

#[derive(Template)]
#[template(path = "admin/batches/show.html")]
struct ShowPage {
    layout: Layout,
    curator: Curator,
    batch: Batch,
    records: Vec<BatchRecord>,
    /// The records that somebody has built on, which keep the batch from being undone.
    built_on: Vec<BatchRecord>,
    was_refused: bool,
}

async fn page(app: &App, curator: Curator, layout: Layout, id: i64) -> Result<ShowPage> {
    let mut conn = app.db.read.acquire().await?;
    let batch = store::batch(&mut conn, id).await?.ok_or(Error::NotFound)?;
    let built_on = if batch.undone.is_some() {
        Vec::new()
    } else {
        store::batch_records(&mut conn, id, true, NAMED).await?
    };
    Ok(ShowPage {
        layout: frame(layout, batch.label.clone()),
        curator,
        records: store::batch_records(&mut conn, id, false, NAMED).await?,
        batch,
        built_on,
        was_refused: false,
    })
}

/// `GET /admin/batches/{id}`
pub async fn show(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(id): Path<i64>,
) -> Result<Response> {
    Ok(Page(page(&app, curator, layout, id).await?).into_response())
}

/// `POST /admin/batches/{id}/undo`
pub async fn undo(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(id): Path<i64>,
) -> Result<Response> {
    let act = curator.act(&app);
    let mut transaction = app.db.begin().await?;
    let batch = store::batch(&mut transaction, id)
        .await?
        .ok_or(Error::NotFound)?;
    // Whoever imported drafts may take them back; what readers see is the editors'.
    if batch.kind != BatchKind::Import || batch.person != Some(curator.person.id) {
        curator.require(Role::Editor)?;
    }
    let batch = match store::undo(&mut transaction, id, act).await? {
        Undone::Done(batch) => batch,
        Undone::Missing => return Err(Error::NotFound),
        Undone::Already => return Ok(done(&app, &path(id), "It was undone already.")),
        Undone::BuiltOn(_) => {
            drop(transaction);
            let mut page = page(&app, curator, layout, id).await?;
            page.was_refused = true;
            return Ok((StatusCode::CONFLICT, Page(page)).into_response());
        }
    };
    if batch.kind == BatchKind::MergeTerms {
        unmerge(&mut transaction, &batch.detail, act).await?;
    }
    let detail = json!({"batch": id, "label": batch.label, "records": batch.records});
    audit(&mut transaction, "undone", None, &detail, act).await?;
    transaction.commit().await?;
    app.collection.refresh().await?;
    let said = match batch.records {
        0 => "Undone.".to_owned(),
        records => format!(
            "Undone: {} where it stood before.",
            words::count(records, "record stands", "records stand")
        ),
    };
    Ok(done(&app, &path(id), &said))
}
