//! Looking records up for readers.

use anyhow::{Context, Result};

use crate::db::{Conn, Db};
use crate::records::record::{Document, Found, Kind, Notice, Published};
use crate::records::slug::Slug;

/// Where a record stands, as an import needs to know it.
#[derive(Debug)]
pub struct Present {
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
        "SELECT record.id, revision.number AS \"number?\", revision.body AS \"body?\",
                (SELECT max(change.time) FROM change
                  WHERE change.record = record.id AND what = 'published') AS \"time: String\"
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
        // Whatever is being written in its place, readers know it as withdrawn.
        return Ok(match notice(db, row.id).await? {
            Some(notice) => Found::Withdrawn(notice),
            None => Found::Missing,
        });
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

/// Why a record that readers once saw is gone; `None` when they never saw it.
async fn notice(db: &Db, id: i64) -> Result<Option<Notice>> {
    let row = sqlx::query!(
        "SELECT change.reason, record.kind AS \"kind?\", record.slug AS \"slug?\"
           FROM change LEFT JOIN record ON record.id = change.successor
          WHERE change.record = $1 AND change.what = 'withdrawn'
          ORDER BY change.number DESC LIMIT 1",
        id,
    )
    .fetch_optional(&db.read)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let successor = row
        .kind
        .as_deref()
        .and_then(Kind::parse)
        .zip(row.slug.as_deref().and_then(Slug::parse))
        .map(|(kind, slug)| kind.path(&slug));
    Ok(Some(Notice {
        reason: row.reason,
        successor,
    }))
}

/// The record of a kind and slug, whether readers see it or not.
///
/// # Errors
/// When the database cannot be read.
pub async fn present(conn: &mut Conn, kind: Kind, slug: &Slug) -> Result<Option<Present>> {
    let (kind, slug) = (kind.as_str(), slug.as_str());
    let row = sqlx::query_as!(
        Present,
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
        "SELECT slug AS \"slug!\", version AS \"version!\", time AS \"time!: String\", body AS \"body!\"
           FROM live_record WHERE id = $1 AND kind = $2",
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
        version: row.version,
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
