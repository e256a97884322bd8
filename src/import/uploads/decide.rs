//! Taking references over as they were decided on: all of them in one change, which can be undone.

use anyhow::{Context, Result};
use serde_json::json;

use crate::db::Conn;
use crate::import::uploads::draft;
use crate::import::uploads::store;
use crate::import::uploads::upload::{Choice, Incoming, Upload};
use crate::records::audit::{Act, audit};
use crate::records::form::RecordForm;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::store::{self as records, BatchKind};
use crate::studies::study::Study;
use crate::vocabularies::vocabulary::Vocabularies;
use crate::web::words;

/// What an import did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    pub batch: i64,
    pub added: usize,
    pub merged: usize,
    pub skipped: usize,
}

/// Makes drafts of what is new and merges what belongs to a record. Published texts stay as they
/// are until somebody publishes the merged draft.
///
/// # Errors
/// When the disk refuses.
pub async fn import(
    conn: &mut Conn,
    upload: &Upload,
    known: &Vocabularies,
    act: Act,
) -> Result<Outcome> {
    let incoming = store::references(conn, upload.id, 0, -1).await?;
    let label = format!("Import of {}", upload.name);
    let detail = json!({"upload": upload.id});
    let batch = records::begin_batch(conn, BatchKind::Import, &label, &detail, act).await?;
    let mut outcome = Outcome {
        batch,
        ..Outcome::default()
    };
    for incoming in &incoming {
        match (incoming.choice, incoming.record) {
            (Choice::New, _) => {
                add(conn, upload, batch, incoming, known, act).await?;
                outcome.added += 1;
            }
            (Choice::Merge, Some(record)) => {
                merge(conn, upload, batch, incoming, record, known, act).await?;
                outcome.merged += 1;
            }
            (Choice::Merge, None) | (Choice::Skip, _) => outcome.skipped += 1,
        }
    }
    store::finish(conn, upload.id, batch).await?;
    let detail = json!({"file": upload.name, "batch": batch, "added": outcome.added, "merged": outcome.merged});
    audit(conn, "imported-references", None, &detail, act).await?;
    Ok(outcome)
}

async fn add(
    conn: &mut Conn,
    upload: &Upload,
    batch: i64,
    incoming: &Incoming,
    known: &Vocabularies,
    act: Act,
) -> Result<()> {
    let note = format!("Imported from {}; nobody has checked it yet.", upload.name);
    let study = draft::study(&incoming.reference, known, &note);
    let wanted = study.proposed_slug().or_else(|| Slug::parse("study"));
    let slug = records::free_slug(conn, Kind::Study, &wanted.context("no slug")?).await?;
    let body = serde_json::to_string(&study)?;
    let note = format!("Imported from {}", upload.name);
    let record = records::create(conn, Kind::Study, &slug, &body, &note, act).await?;
    let record = record.context("a free slug was taken")?;
    records::add_item(conn, batch, record, None).await?;
    store::choose(conn, upload.id, incoming.number, Choice::New, Some(record)).await
}

async fn merge(
    conn: &mut Conn,
    upload: &Upload,
    batch: i64,
    incoming: &Incoming,
    record: i64,
    known: &Vocabularies,
    act: Act,
) -> Result<()> {
    let head = records::head(conn, record)
        .await?
        .context("no such record")?;
    let mut study: Study = serde_json::from_str(&head.body)?;
    let lacking = draft::lacking(&study, &incoming.reference, known);
    let chosen: Vec<&str> = incoming.fields.iter().map(String::as_str).collect();
    let fields = if chosen.is_empty() { lacking } else { chosen };
    for field in &fields {
        draft::take(&mut study, &incoming.reference, field, known);
    }
    let body = serde_json::to_string(&study)?;
    if body == head.body {
        return Ok(());
    }
    let before = records::place(conn, record).await?;
    // Two references of one file may go into one record: the batch remembers the first state.
    let is_known = records::is_in_batch(conn, batch, record).await?;
    let note = format!(
        "Merged {} from {}",
        words::count(fields.len(), "field", "fields"),
        upload.name
    );
    records::append(conn, record, &body, &note, act).await?;
    if is_known {
        records::update_item(conn, batch, record).await
    } else {
        records::add_item(conn, batch, record, before).await
    }
}
