//! Changes made to many records at once, which can be undone as a whole.

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::db::Conn;
use crate::people::person::PersonId;
use crate::records::audit::Act;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::status::Status;
use crate::records::store::{COMMAND_LINE, Step, discard, withdraw};

/// How many records a refusal names.
const NAMED: i64 = 20;
/// What readers of a record are told that an undone change had brought them.
const TAKEN_BACK: &str = "It was published by mistake and has been taken back.";

/// What made a change to many records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchKind {
    Import,
    Bulk,
    MergeTerms,
}

impl BatchKind {
    const ALL: [Self; 3] = [Self::Import, Self::Bulk, Self::MergeTerms];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Bulk => "bulk",
            Self::MergeTerms => "merge-terms",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Which of its texts a record points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub status: Status,
    pub head: i64,
    pub live: Option<i64>,
}

/// Which of its texts a record points at now.
///
/// # Errors
/// When the database cannot be read.
pub async fn place(conn: &mut Conn, id: i64) -> Result<Option<Place>> {
    let row = sqlx::query!("SELECT status, head, live FROM record WHERE id = $1", id)
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Place {
        status: Status::parse(&row.status).context("unknown status")?,
        head: row.head,
        live: row.live,
    }))
}

/// Begins a batch. `detail` is what else is to be put back when it is undone.
///
/// # Errors
/// When the disk refuses.
pub async fn begin_batch(
    conn: &mut Conn,
    kind: BatchKind,
    label: &str,
    detail: &Value,
    act: Act,
) -> Result<i64> {
    let (kind, time, detail) = (kind.as_str(), act.time.to_string(), detail.to_string());
    let id = sqlx::query_scalar!(
        "INSERT INTO batch (kind, person, time, label, detail) VALUES ($1, $2, $3, $4, $5)
         RETURNING id",
        kind,
        act.person,
        time,
        label,
        detail
    )
    .fetch_one(conn)
    .await?;
    Ok(id)
}

/// Adds a record that was just changed, with where it stood before; none when the batch made it.
///
/// # Errors
/// When there is no such record or the disk refuses.
pub async fn add_item(
    conn: &mut Conn,
    batch: i64,
    record: i64,
    before: Option<Place>,
) -> Result<()> {
    let status = before.map(|place| place.status.as_str());
    let (head, live) = (
        before.map(|place| place.head),
        before.and_then(|place| place.live),
    );
    sqlx::query!(
        "INSERT INTO batch_item (batch, record, status_before, head_before, live_before,
                                 status_after, head_after, live_after)
         SELECT $1, id, $3, $4, $5, status, head, live FROM record WHERE id = $2",
        batch,
        record,
        status,
        head,
        live
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds records that were just changed, with where they stood before.
///
/// # Errors
/// When the disk refuses.
pub async fn add_items(conn: &mut Conn, batch: i64, before: &[(i64, Place)]) -> Result<()> {
    let before: Vec<_> = before
        .iter()
        .map(|(id, place)| json!([id, place.status.as_str(), place.head, place.live]))
        .collect();
    let before = Value::from(before).to_string();
    sqlx::query!(
        "INSERT INTO batch_item (batch, record, status_before, head_before, live_before,
                                 status_after, head_after, live_after)
         SELECT $1, record.id, before.value ->> 1, before.value ->> 2, before.value ->> 3, status, head, live
           FROM json_each($2) AS before JOIN record ON record.id = before.value ->> 0",
        batch,
        before
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A batch as its page shows it.
#[derive(Clone, Debug)]
pub struct Batch {
    pub id: i64,
    pub kind: BatchKind,
    pub person: Option<PersonId>,
    pub person_name: String,
    pub time: Timestamp,
    pub label: String,
    pub undone: Option<(Timestamp, String)>,
    pub records: usize,
    pub detail: Value,
}

/// # Errors
/// When the database cannot be read.
pub async fn batch(conn: &mut Conn, id: i64) -> Result<Option<Batch>> {
    let row = sqlx::query!(
        "SELECT kind, batch.person, time, label, undone_at, detail, maker.name AS \"maker?\", undoer.name AS \"undoer?\",
                (SELECT count(*) FROM batch_item WHERE batch = batch.id) AS \"records!: i64\"
           FROM batch LEFT JOIN person AS maker ON maker.id = batch.person
           LEFT JOIN person AS undoer ON undoer.id = undone_by
          WHERE batch.id = $1",
        id
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let name = |name: Option<String>| name.unwrap_or_else(|| COMMAND_LINE.to_owned());
    let undone = match row.undone_at {
        Some(time) => Some((time.parse()?, name(row.undoer))),
        None => None,
    };
    Ok(Some(Batch {
        id,
        kind: BatchKind::parse(&row.kind).context("unknown kind of batch")?,
        person: row.person,
        person_name: name(row.maker),
        time: row.time.parse()?,
        label: row.label,
        undone,
        records: usize::try_from(row.records)?,
        detail: serde_json::from_str(&row.detail).context("reading a batch")?,
    }))
}

/// The newest batches, newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn batches(conn: &mut Conn, limit: i64) -> Result<Vec<Batch>> {
    let ids = sqlx::query_scalar!("SELECT id FROM batch ORDER BY id DESC LIMIT $1", limit)
        .fetch_all(&mut *conn)
        .await?;
    let mut batches = Vec::with_capacity(ids.len());
    for id in ids {
        batches.extend(batch(conn, id).await?);
    }
    Ok(batches)
}

/// A record of a batch, as its page names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchRecord {
    pub id: i64,
    pub kind: Kind,
    pub slug: Slug,
    pub title: String,
    pub status: Status,
    /// Whether the batch made it.
    pub is_new: bool,
}

/// The records of a batch by id: at most `limit`, and only those that somebody has built on since
/// where `built_on` says so.
///
/// # Errors
/// When the database cannot be read.
pub async fn batch_records(
    conn: &mut Conn,
    batch: i64,
    built_on: bool,
    limit: i64,
) -> Result<Vec<BatchRecord>> {
    let rows = sqlx::query!(
        "SELECT record.id AS \"id!\", kind AS \"kind!\", slug AS \"slug!\", status AS \"status!\", head_before,
                coalesce(nullif(body ->> '$.title', ''), body ->> '$.name', body ->> '$.question', slug) AS \"title!: String\"
           FROM batch_item JOIN record ON record.id = batch_item.record
           JOIN revision ON revision.record = record.id AND number = head
          WHERE batch = $1 AND (NOT $2 OR head <> head_after OR live IS NOT live_after)
          ORDER BY record.id LIMIT $3",
        batch,
        built_on,
        limit
    )
    .fetch_all(conn)
    .await?;
    let records = rows.into_iter().filter_map(|row| {
        Some(BatchRecord {
            id: row.id,
            kind: Kind::parse(&row.kind)?,
            slug: Slug::parse(&row.slug)?,
            title: row.title,
            status: Status::parse(&row.status)?,
            is_new: row.head_before.is_none(),
        })
    });
    Ok(records.collect())
}

/// What became of undoing a batch.
#[derive(Clone, Debug)]
pub enum Undone {
    /// Every record stands where it stood; what else the batch changed is the caller's to put back.
    Done(Batch),
    Already,
    /// Somebody has built on some of its records, so nothing was undone.
    BuiltOn(Vec<BatchRecord>),
    Missing,
}

/// Puts every record of a batch back where it stood, or none of them.
///
/// # Errors
/// When the disk refuses.
pub async fn undo(conn: &mut Conn, id: i64, act: Act) -> Result<Undone> {
    let Some(batch) = batch(conn, id).await? else {
        return Ok(Undone::Missing);
    };
    if batch.undone.is_some() {
        return Ok(Undone::Already);
    }
    let built_on = batch_records(conn, id, true, NAMED).await?;
    if !built_on.is_empty() {
        return Ok(Undone::BuiltOn(built_on));
    }
    put_back(conn, &batch, act).await?;
    let made = sqlx::query!(
        "SELECT record, live_after FROM batch_item
          WHERE batch = $1 AND head_before IS NULL ORDER BY record",
        id
    )
    .fetch_all(&mut *conn)
    .await?;
    for item in made {
        if item.live_after.is_some() {
            withdraw(conn, item.record, TAKEN_BACK, None, act).await?;
        } else {
            discard(conn, item.record, act).await?;
        }
    }
    let time = act.time.to_string();
    sqlx::query!(
        "UPDATE batch SET undone_at = $2, undone_by = $3 WHERE id = $1",
        id,
        time,
        act.person
    )
    .execute(conn)
    .await?;
    Ok(Undone::Done(batch))
}

/// Points the records that a batch changed at the texts that they pointed at before, and tells
/// readers of it. A few statements for all of them.
async fn put_back(conn: &mut Conn, batch: &Batch, act: Act) -> Result<()> {
    let (id, time) = (batch.id, act.time.to_string());
    let comment = format!("Undone: {}", batch.label);
    sqlx::query!(
        "UPDATE record SET status = status_before, head = head_before, live = live_before
           FROM batch_item
          WHERE batch = $1 AND batch_item.record = record.id AND head_before IS NOT NULL",
        id
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO change (what, record, revision, person, time, reason)
         SELECT CASE WHEN live_before IS NULL THEN 'withdrawn' ELSE 'published' END,
                record, live_before, $2, $3, CASE WHEN live_before IS NULL THEN $4 ELSE '' END
           FROM batch_item
          WHERE batch = $1 AND head_before IS NOT NULL AND live_before IS NOT live_after
          ORDER BY record",
        id,
        act.person,
        time,
        TAKEN_BACK
    )
    .execute(&mut *conn)
    .await?;
    let what = Step::Restored.as_str();
    sqlx::query!(
        "INSERT INTO step (record, revision, person, time, what, comment)
         SELECT record, head_before, $2, $3, $4, $5 FROM batch_item
          WHERE batch = $1 AND head_before IS NOT NULL ORDER BY record",
        id,
        act.person,
        time,
        what,
        comment
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO audit (time, person, action, record, detail)
         SELECT $3, $2, $4, record, json_object('batch', batch) FROM batch_item
          WHERE batch = $1 AND head_before IS NOT NULL ORDER BY record",
        id,
        act.person,
        time,
        what
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether a batch has changed a record already.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_in_batch(conn: &mut Conn, batch: i64, record: i64) -> Result<bool> {
    let known = sqlx::query_scalar!(
        "SELECT count(*) AS \"n!: i64\" FROM batch_item WHERE batch = $1 AND record = $2",
        batch,
        record
    )
    .fetch_one(conn)
    .await?;
    Ok(known > 0)
}

/// Takes note of where a record stands now that its batch has changed it once more.
///
/// # Errors
/// When the disk refuses.
pub async fn update_item(conn: &mut Conn, batch: i64, record: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE batch_item SET
            status_after = (SELECT status FROM record WHERE id = $2),
            head_after = (SELECT head FROM record WHERE id = $2),
            live_after = (SELECT live FROM record WHERE id = $2)
          WHERE batch = $1 AND record = $2",
        batch,
        record
    )
    .execute(conn)
    .await?;
    Ok(())
}
