//! The page on which a reference merges into a study, field by field.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{PAGE_SIZE, find, path};
use crate::app::App;
use crate::error::{Error, Result};
use crate::import::uploads::draft::{self, FIELDS};
use crate::import::uploads::store;
use crate::import::uploads::upload::{Choice, Incoming, Stage, Upload};
use crate::people::access::{Curator, done, frame};
use crate::records::admin::edit;
use crate::records::record::Kind;
use crate::records::store as records;
use crate::studies::study::Study;
use crate::web::form::Typed;
use crate::web::layout::Layout;
use crate::web::page::Page;

/// A field of a merge: what the record says and what the reference says.
struct FieldRow {
    name: &'static str,
    label: &'static str,
    own: String,
    theirs: String,
    takes_theirs: bool,
}

#[derive(Template)]
#[template(path = "admin/imports/merge.html")]
struct MergePage {
    layout: Layout,
    curator: Curator,
    upload: Upload,
    incoming: Incoming,
    record_path: String,
    title: String,
    rows: Vec<FieldRow>,
}

/// The study that a reference merges into.
async fn merged_study(app: &App, incoming: &Incoming) -> Result<(i64, Study)> {
    let matched = incoming.matches.iter().find_map(|found| found.record);
    let record = incoming.record.or(matched).ok_or(Error::NotFound)?;
    let mut conn = app.db.read.acquire().await?;
    let head = records::head(&mut conn, record)
        .await?
        .ok_or(Error::NotFound)?;
    let study = serde_json::from_str(&head.body).map_err(anyhow::Error::from)?;
    Ok((record, study))
}

/// `GET /admin/imports/{id}/references/{number}`
pub async fn show_merge(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path((id, number)): Path<(i64, i64)>,
) -> Result<Response> {
    let upload = find(&app, id).await?;
    let incoming = store::reference(&app.db, id, number)
        .await?
        .ok_or(Error::NotFound)?;
    let (record, study) = merged_study(&app, &incoming).await?;
    let known = app.catalogue().vocabularies.clone();
    let theirs = draft::study(&incoming.reference, &known, "");
    let lacking = draft::lacking(&study, &incoming.reference, &known);
    let rows = FIELDS.into_iter().map(|name| FieldRow {
        name,
        label: draft::label(name),
        own: draft::said(&study, name, &known),
        theirs: draft::said(&theirs, name, &known),
        takes_theirs: if incoming.fields.is_empty() {
            lacking.contains(&name)
        } else {
            incoming.fields.iter().any(|field| field == name)
        },
    });
    Ok(Page(MergePage {
        layout: frame(layout, format!("Merge record {number}")),
        curator,
        record_path: edit::path(Kind::Study, record),
        title: study.title.clone(),
        rows: rows.collect(),
        upload,
        incoming,
    })
    .into_response())
}

/// `POST /admin/imports/{id}/references/{number}`
pub async fn merge(
    State(app): State<App>,
    Path((id, number)): Path<(i64, i64)>,
    typed: Typed,
) -> Result<Response> {
    let upload = find(&app, id).await?;
    let incoming = store::reference(&app.db, id, number)
        .await?
        .ok_or(Error::NotFound)?;
    if upload.stage != Stage::Ready {
        return Ok(Redirect::to(&path(id)).into_response());
    }
    let (record, _) = merged_study(&app, &incoming).await?;
    let fields: Vec<_> = FIELDS
        .into_iter()
        .filter(|name| typed.text(&format!("take.{name}")) == "theirs")
        .collect();
    let mut transaction = app.db.begin().await?;
    store::choose(&mut transaction, id, number, Choice::Merge, Some(record)).await?;
    store::set_fields(&mut transaction, id, number, &fields).await?;
    transaction.commit().await?;
    let page = usize::try_from(number)
        .unwrap_or(1)
        .div_ceil(PAGE_SIZE)
        .max(1);
    let here = format!("{}?page={page}#reference-{number}", path(id));
    let said = format!("Record {number} will be merged as you chose.");
    Ok(done(&app, &here, &said))
}
