//! Storing records: every save is a revision, publishing points at one, nothing is overwritten.
//! Also what the catalogue reads to follow along.

use anyhow::{Context, Result};
use futures_core::stream::BoxStream;
use sqlx::{QueryBuilder, Row, Sqlite};

use crate::db::{Conn, Db};
use crate::records::audit::Act;
use crate::records::record::{Change, Document, Found, Kind, Notice, Published};
use crate::records::slug::Slug;

/// A published record as it is stored.
#[derive(Debug)]
pub struct LiveRow {
    pub id: i64,
    pub kind: String,
    pub slug: String,
    pub time: String,
    pub body: String,
}

/// Where a record stands, as an import needs to know it.
#[derive(Debug)]
pub struct Standing {
    pub id: i64,
    pub status: String,
    pub head: i64,
    pub live: Option<i64>,
    /// The newest text.
    pub body: String,
}

/// Looks up the record at a public address, given as it stands in the path.
///
/// # Errors
/// When the database cannot be read or a stored body is unreadable.
pub async fn find<D: Document>(db: &Db, address: &str) -> Result<Found<D>> {
    let Some(slug) = Slug::parse(address) else {
        return match Slug::nearest(address) {
            Some(nearest) if is_live(db, D::KIND, &nearest).await? => Ok(Found::Moved(nearest)),
            Some(nearest) => moved(db, D::KIND, &nearest).await,
            None => Ok(Found::Missing),
        };
    };
    let (kind, text) = (D::KIND.as_str(), slug.as_str());
    let row = sqlx::query!(
        "SELECT record.id, record.status, revision.number AS \"number?\",
                revision.time AS \"time?\", revision.body AS \"body?\"
           FROM record
           LEFT JOIN revision ON revision.record = record.id AND revision.number = record.live
          WHERE record.kind = $1 AND record.slug = $2",
        kind,
        text,
    )
    .fetch_optional(&db.read)
    .await?;
    let Some(row) = row else {
        return moved(db, D::KIND, &slug).await;
    };
    let (Some(version), Some(time), Some(body)) = (row.number, row.time, row.body) else {
        return if row.status == "withdrawn" {
            Ok(Found::Withdrawn(notice(db, row.id).await?))
        } else {
            Ok(Found::Missing)
        };
    };
    let body = serde_json::from_str(&body)
        .with_context(|| format!("reading the stored {kind} \"{slug}\""))?;
    Ok(Found::Live(Published {
        slug,
        version,
        updated: time.parse()?,
        body,
    }))
}

async fn is_live(db: &Db, kind: Kind, slug: &Slug) -> Result<bool> {
    let (kind, slug) = (kind.as_str(), slug.as_str());
    let found = sqlx::query_scalar!(
        "SELECT count(*) AS \"n!: i64\" FROM record
          WHERE kind = $1 AND slug = $2 AND live IS NOT NULL",
        kind,
        slug,
    )
    .fetch_one(&db.read)
    .await?;
    Ok(found > 0)
}

async fn moved<D>(db: &Db, kind: Kind, slug: &Slug) -> Result<Found<D>> {
    let mut conn = db.read.acquire().await?;
    let now = renamed_to(&mut conn, kind, slug).await?;
    Ok(now.map_or(Found::Missing, Found::Moved))
}

async fn notice(db: &Db, id: i64) -> Result<Notice> {
    let row = sqlx::query!(
        "SELECT change.reason, record.kind AS \"kind?\", record.slug AS \"slug?\"
           FROM change LEFT JOIN record ON record.id = change.successor
          WHERE change.record = $1 AND change.what = 'withdrawn'
          ORDER BY change.number DESC LIMIT 1",
        id,
    )
    .fetch_one(&db.read)
    .await?;
    let successor = row
        .kind
        .as_deref()
        .and_then(Kind::parse)
        .zip(row.slug.as_deref().and_then(Slug::parse))
        .map(|(kind, slug)| kind.path(&slug));
    Ok(Notice {
        reason: row.reason,
        successor,
    })
}

/// The record of a kind and slug, whether readers see it or not.
///
/// # Errors
/// When the database cannot be read.
pub async fn standing(conn: &mut Conn, kind: Kind, slug: &Slug) -> Result<Option<Standing>> {
    let (kind, slug) = (kind.as_str(), slug.as_str());
    let row = sqlx::query_as!(
        Standing,
        "SELECT record.id, status, head, live, body
           FROM record JOIN revision ON revision.record = record.id AND revision.number = head
          WHERE kind = $1 AND slug = $2",
        kind,
        slug,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// Makes records of one kind from their bodies and shows them to readers at once. A few statements
/// for all of them: an import brings a million.
///
/// # Errors
/// When a slug is taken or the disk refuses.
pub async fn add_published(
    conn: &mut Conn,
    kind: Kind,
    records: &[(Slug, String)],
    note: &str,
    act: Act,
) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    let time = act.time.to_string();
    // Records are never deleted, and the write lock is held, so ids can be handed out ahead.
    let last = sqlx::query_scalar!("SELECT max(id) AS \"id: i64\" FROM record")
        .fetch_one(&mut *conn)
        .await?;
    let numbered = || (last.unwrap_or_default() + 1..).zip(records);
    QueryBuilder::<Sqlite>::new("INSERT INTO record (id, kind, slug, status, head, live) ")
        .push_values(numbered(), |mut row, (id, (slug, _))| {
            row.push_bind(id)
                .push_bind(kind.as_str())
                .push_bind(slug.as_str());
            row.push("'published'").push("1").push("1");
        })
        .build()
        .execute(&mut *conn)
        .await?;
    QueryBuilder::<Sqlite>::new("INSERT INTO revision (record, number, person, time, note, body) ")
        .push_values(numbered(), |mut row, (id, (_, body))| {
            row.push_bind(id)
                .push("1")
                .push_bind(act.person)
                .push_bind(&time);
            row.push_bind(note).push_bind(body);
        })
        .build()
        .execute(&mut *conn)
        .await?;
    QueryBuilder::<Sqlite>::new("INSERT INTO change (what, record, revision, person, time) ")
        .push_values(numbered(), |mut row, (id, _)| {
            row.push("'published'").push_bind(id).push("1");
            row.push_bind(act.person).push_bind(&time);
        })
        .build()
        .execute(conn)
        .await?;
    Ok(())
}

/// Appends a revision as a draft beside whatever readers see. Returns its number.
///
/// # Errors
/// When there is no such record or the disk refuses.
pub async fn append(conn: &mut Conn, id: i64, body: &str, note: &str, act: Act) -> Result<i64> {
    let time = act.time.to_string();
    let number = sqlx::query_scalar!(
        "UPDATE record SET head = head + 1, status = 'draft' WHERE id = $1 RETURNING head",
        id,
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO revision (record, number, person, time, note, body)
         VALUES ($1, $2, $3, $4, $5, $6)",
        id,
        number,
        act.person,
        time,
        note,
        body,
    )
    .execute(conn)
    .await?;
    Ok(number)
}

/// Shows the newest revision to readers.
///
/// # Errors
/// When there is no such record or the disk refuses.
pub async fn publish(conn: &mut Conn, id: i64, act: Act) -> Result<()> {
    let time = act.time.to_string();
    let number = sqlx::query_scalar!(
        "UPDATE record SET live = head, status = 'published' WHERE id = $1 RETURNING head",
        id,
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO change (what, record, revision, person, time)
         VALUES ('published', $1, $2, $3, $4)",
        id,
        number,
        act.person,
        time,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a record from readers, who are told why and where to go instead.
///
/// # Errors
/// When there is no such record or the disk refuses.
pub async fn withdraw(
    conn: &mut Conn,
    id: i64,
    reason: &str,
    successor: Option<i64>,
    act: Act,
) -> Result<()> {
    let time = act.time.to_string();
    sqlx::query!(
        "UPDATE record SET live = NULL, status = 'withdrawn' WHERE id = $1",
        id
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO change (what, record, person, time, reason, successor)
         VALUES ('withdrawn', $1, $2, $3, $4, $5)",
        id,
        act.person,
        time,
        reason,
        successor,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives a record a new slug. The old one leads there for ever.
///
/// # Errors
/// When the slug is taken, there is no such record, or the disk refuses.
pub async fn rename(conn: &mut Conn, id: i64, slug: &Slug, act: Act) -> Result<()> {
    let (slug, time) = (slug.as_str(), act.time.to_string());
    sqlx::query!(
        "INSERT INTO old_slug (kind, slug, record) SELECT kind, slug, id FROM record WHERE id = $1
         ON CONFLICT (kind, slug) DO UPDATE SET record = excluded.record",
        id,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("UPDATE record SET slug = $1 WHERE id = $2", slug, id)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "INSERT INTO change (what, record, person, time) VALUES ('renamed', $1, $2, $3)",
        id,
        act.person,
        time,
    )
    .execute(conn)
    .await?;
    Ok(())
}

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

/// Every published record that changed after `since`, by id; all of them from 0.
pub fn live_since(db: &Db, since: i64) -> BoxStream<'_, sqlx::Result<LiveRow>> {
    if since == 0 {
        return sqlx::query_as!(
            LiveRow,
            "SELECT record.id, kind, slug, time, body
               FROM record JOIN revision ON revision.record = record.id AND number = live
              ORDER BY record.id"
        )
        .fetch(&db.read);
    }
    sqlx::query_as!(
        LiveRow,
        "SELECT record.id, kind, slug, time, body
           FROM record JOIN revision ON revision.record = record.id AND number = live
          WHERE record.id IN (SELECT record FROM change WHERE number > $1)
          ORDER BY record.id",
        since,
    )
    .fetch(&db.read)
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
            "SELECT record.id, kind, slug, time, body
               FROM record JOIN revision ON revision.record = record.id AND number = live
              WHERE kind = $1 ORDER BY slug",
            kind,
        )
        .fetch(conn);
    }
    sqlx::query_as!(
        LiveRow,
        "SELECT record.id, kind, slug, time, body
           FROM record JOIN revision ON revision.record = record.id AND number = live
          WHERE kind = $1 ORDER BY record.id",
        kind,
    )
    .fetch(conn)
}

/// The live bodies of a few records, by id, in one statement.
///
/// # Errors
/// When the database cannot be read.
pub async fn live_bodies(db: &Db, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT record.id, body FROM record
           JOIN revision ON revision.record = record.id AND number = live WHERE record.id IN (",
    );
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(*id);
    }
    query.push(")");
    let rows = query.build().fetch_all(&db.read).await?;
    rows.into_iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

/// The kinds of which there is any record.
///
/// # Errors
/// When the database cannot be read.
pub async fn kinds(conn: &mut Conn) -> Result<Vec<Kind>> {
    let kinds = sqlx::query_scalar!("SELECT DISTINCT kind FROM record")
        .fetch_all(conn)
        .await?;
    Ok(kinds.iter().filter_map(|kind| Kind::parse(kind)).collect())
}

/// The published record of a kind by its id.
///
/// # Errors
/// When the database cannot be read or the stored body is unreadable.
pub async fn find_by_id<D: Document>(db: &Db, id: i64) -> Result<Option<Published<D>>> {
    let kind = D::KIND.as_str();
    let row = sqlx::query!(
        "SELECT slug, number, time, body
           FROM record JOIN revision ON revision.record = record.id AND number = live
          WHERE record.id = $1 AND kind = $2",
        id,
        kind,
    )
    .fetch_optional(&db.read)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Published {
        slug: Slug::parse(&row.slug).context("malformed slug")?,
        version: row.number,
        updated: row.time.parse()?,
        body: serde_json::from_str(&row.body)?,
    }))
}

/// The slugs of the published records of a kind.
pub async fn live_slugs(conn: &mut Conn, kind: Kind) -> Result<Vec<Slug>> {
    let kind = kind.as_str();
    let slugs = sqlx::query_scalar!(
        "SELECT slug FROM record WHERE kind = $1 AND live IS NOT NULL",
        kind,
    )
    .fetch_all(conn)
    .await?;
    Ok(slugs.iter().filter_map(|slug| Slug::parse(slug)).collect())
}

/// The slug that a record of this former name has now.
pub async fn renamed_to(conn: &mut Conn, kind: Kind, slug: &Slug) -> Result<Option<Slug>> {
    let (kind, slug) = (kind.as_str(), slug.as_str());
    let now = sqlx::query_scalar!(
        "SELECT record.slug FROM old_slug JOIN record ON record.id = old_slug.record
          WHERE old_slug.kind = $1 AND old_slug.slug = $2",
        kind,
        slug,
    )
    .fetch_optional(conn)
    .await?;
    Ok(now.as_deref().and_then(Slug::parse))
}
