//! What the catalogue and the search index read to follow along.

use anyhow::Result;
use futures_core::stream::BoxStream;
use jiff::Timestamp;

use crate::db::{Conn, Db};
use crate::records::record::{Change, Kind};
use crate::records::slug::Slug;

/// The newest change; none in an empty collection.
///
/// # Errors
/// When the database cannot be read.
pub async fn newest_change(db: &Db) -> Result<Option<Change>> {
    let row = sqlx::query_as!(
        Change,
        "SELECT number, time FROM change ORDER BY number DESC LIMIT 1"
    )
    .fetch_optional(&db.read)
    .await?;
    Ok(row)
}

/// When the change of this number was made.
///
/// # Errors
/// When the database cannot be read.
pub async fn time_of_change(db: &Db, number: i64) -> Result<Option<String>> {
    let time = sqlx::query_scalar!("SELECT time FROM change WHERE number = $1", number)
        .fetch_optional(&db.read)
        .await?;
    Ok(time)
}

/// The ids of the records that changed for readers after `since`.
///
/// # Errors
/// When the database cannot be read.
pub async fn touched(db: &Db, since: i64) -> Result<Vec<i64>> {
    let ids = sqlx::query_scalar!(
        "SELECT DISTINCT record AS \"record!: i64\" FROM change
          WHERE number > $1 AND record IS NOT NULL",
        since,
    )
    .fetch_all(&db.read)
    .await?;
    Ok(ids)
}

/// Whether a vocabulary or the synonyms changed after `since`.
///
/// # Errors
/// When the database cannot be read.
pub async fn vocabulary_changed(db: &Db, since: i64) -> Result<bool> {
    let changes = sqlx::query_scalar!(
        "SELECT count(*) AS \"n!: i64\" FROM change WHERE number > $1 AND record IS NULL",
        since,
    )
    .fetch_one(&db.read)
    .await?;
    Ok(changes > 0)
}

/// A published record as it is stored.
#[derive(Debug)]
pub struct LiveRow {
    pub id: i64,
    pub kind: String,
    pub slug: String,
    /// The number of the live revision.
    pub version: i64,
    /// When readers first saw it.
    pub time: String,
    pub body: String,
}

/// Every published record that changed after `since`, by id; all of them from 0.
pub fn live_since(db: &Db, since: i64) -> BoxStream<'_, sqlx::Result<LiveRow>> {
    if since == 0 {
        return sqlx::query_as!(
            LiveRow,
            "SELECT id AS \"id!\", kind AS \"kind!\", slug AS \"slug!\", version AS \"version!\", body AS \"body!\",
                time AS \"time!: String\"
           FROM live_record
          ORDER BY id"
        )
        .fetch(&db.read);
    }
    sqlx::query_as!(
        LiveRow,
        "SELECT id AS \"id!\", kind AS \"kind!\", slug AS \"slug!\", version AS \"version!\", body AS \"body!\",
                time AS \"time!: String\"
           FROM live_record
          WHERE id IN (SELECT record FROM change WHERE number > $1)
          ORDER BY id",
        since,
    )
    .fetch(&db.read)
}

/// The published records among these, given as a JSON array of ids.
pub fn live_among<'a>(db: &'a Db, ids: &'a str) -> BoxStream<'a, sqlx::Result<LiveRow>> {
    sqlx::query_as!(
        LiveRow,
        "SELECT id AS \"id!\", kind AS \"kind!\", slug AS \"slug!\", version AS \"version!\", body AS \"body!\",
                time AS \"time!: String\"
           FROM live_record
          WHERE id IN (SELECT value FROM json_each($1))
          ORDER BY id",
        ids,
    )
    .fetch(&db.read)
}

/// A moment as a bound for the times that rows hold. Those may have parts of a second, which sort
/// before the letter at the end: a bound goes without it.
#[must_use]
pub fn bound(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// The newest change of a record before a moment; none before the first.
///
/// # Errors
/// When the database cannot be read.
pub async fn newest_change_before(db: &Db, time: &str) -> Result<Option<Change>> {
    let row = sqlx::query_as!(
        Change,
        "SELECT number, time FROM change WHERE record IS NOT NULL AND time < $1
          ORDER BY number DESC LIMIT 1",
        time
    )
    .fetch_optional(&db.read)
    .await?;
    Ok(row)
}

/// Every record that readers could see at a moment, with the text of that time, by id.
pub fn live_before<'a>(db: &'a Db, time: &'a str) -> BoxStream<'a, sqlx::Result<LiveRow>> {
    sqlx::query_as!(
        LiveRow,
        "SELECT record.id AS \"id!\", kind AS \"kind!\", slug AS \"slug!\",
                revision.number AS \"version!\", body AS \"body!\", change.time AS \"time!\"
           FROM (SELECT max(number) AS newest FROM change
                  WHERE what IN ('published', 'withdrawn') AND time < $1 GROUP BY record)
           JOIN change ON change.number = newest AND what = 'published'
           JOIN record ON record.id = change.record
           JOIN revision ON revision.record = record.id AND revision.number = change.revision
          ORDER BY record.id",
        time,
    )
    .fetch(&db.read)
}

/// Whether any record was renamed after `since`.
///
/// # Errors
/// When the database cannot be read.
pub async fn renamed_since(db: &Db, since: i64) -> Result<bool> {
    let changes = sqlx::query_scalar!(
        "SELECT count(*) AS \"n!: i64\" FROM change WHERE number > $1 AND what = 'renamed'",
        since,
    )
    .fetch_one(&db.read)
    .await?;
    Ok(changes > 0)
}

/// Every former slug, by kind, with the slug that its record has now.
///
/// # Errors
/// When the database cannot be read.
pub async fn old_slugs(db: &Db) -> Result<Vec<(Kind, Slug, Slug)>> {
    let rows = sqlx::query!(
        "SELECT old_slug.kind, old_slug.slug AS former, record.slug AS present
           FROM old_slug JOIN record ON record.id = old_slug.record"
    )
    .fetch_all(&db.read)
    .await?;
    let read = rows.iter().filter_map(|row| {
        Some((
            Kind::parse(&row.kind)?,
            Slug::parse(&row.former)?,
            Slug::parse(&row.present)?,
        ))
    });
    Ok(read.collect())
}

/// Every published record of a kind, by slug, or by age where order is the editors' own.
pub fn live_of_kind(conn: &mut Conn, kind: Kind) -> BoxStream<'_, sqlx::Result<LiveRow>> {
    let by_slug = match kind {
        Kind::Study | Kind::Intervention => true,
        Kind::Theme | Kind::Question | Kind::Page => false,
    };
    let kind = kind.as_str();
    if by_slug {
        return sqlx::query_as!(
            LiveRow,
            "SELECT id AS \"id!\", kind AS \"kind!\", slug AS \"slug!\", version AS \"version!\", body AS \"body!\",
                time AS \"time!: String\"
           FROM live_record
          WHERE kind = $1 ORDER BY slug",
            kind,
        )
        .fetch(conn);
    }
    sqlx::query_as!(
        LiveRow,
        "SELECT id AS \"id!\", kind AS \"kind!\", slug AS \"slug!\", version AS \"version!\", body AS \"body!\",
                time AS \"time!: String\"
           FROM live_record
          WHERE kind = $1 ORDER BY id",
        kind,
    )
    .fetch(conn)
}

/// The bodies of these revisions, each named by record and number, in this order. What is not
/// there is left out.
///
/// # Errors
/// When the database cannot be read.
pub async fn texts(db: &Db, revisions: &[(i64, i64)]) -> Result<Vec<(i64, String)>> {
    if revisions.is_empty() {
        return Ok(Vec::new());
    }
    let asked = serde_json::to_string(revisions)?;
    let rows = sqlx::query!(
        "SELECT record AS \"record!\", body AS \"body!\"
           FROM json_each($1) AS asked
           JOIN revision ON record = asked.value ->> 0 AND number = asked.value ->> 1
          ORDER BY asked.key",
        asked
    )
    .fetch_all(&db.read)
    .await?;
    Ok(rows.into_iter().map(|row| (row.record, row.body)).collect())
}
