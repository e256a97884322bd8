//! What readers have seen of a record over time.

use anyhow::{Context, Result};
use jiff::Timestamp;

use crate::db::Db;
use crate::records::record::Kind;
use crate::records::slug::Slug;

/// A text that readers saw, from the day on which it was published.
#[derive(Clone, Debug)]
pub struct Version {
    pub number: i64,
    pub published: Timestamp,
    pub body: String,
}

/// The texts of a live record that were ever published, newest first; one that was published
/// again, after a withdrawal or an undone change, counts from the first time.
///
/// # Errors
/// When the database cannot be read.
pub async fn versions(db: &Db, id: i64) -> Result<Vec<Version>> {
    let rows = sqlx::query!(
        "SELECT number AS \"number!\", body AS \"body!\", published AS \"published!: String\"
           FROM revision JOIN (SELECT revision, min(time) AS published FROM change
                                WHERE record = $1 AND what = 'published' GROUP BY revision)
             ON revision = number
          WHERE record = $1 ORDER BY number DESC",
        id
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Version {
                number: row.number,
                published: row.published.parse()?,
                body: row.body,
            })
        })
        .collect()
}

/// What stood at an address at a moment.
#[derive(Clone, Debug)]
pub enum Stood {
    Live(Version),
    /// It had been withdrawn, for this reason.
    Withdrawn(String),
}

/// What readers found before a moment at a slug, or at a former slug, with the slug of today;
/// `None` when there was nothing.
///
/// # Errors
/// When the database cannot be read.
pub async fn stood_before(
    db: &Db,
    kind: Kind,
    slug: &Slug,
    time: &str,
) -> Result<Option<(Slug, Stood)>> {
    let (kind, slug) = (kind.as_str(), slug.as_str());
    let row = sqlx::query!(
        "SELECT slug AS \"slug!\", change.time AS \"time!\", reason AS \"reason!\",
                revision.number AS \"number?\", body AS \"body?\"
           FROM change JOIN record ON record.id = change.record
           LEFT JOIN revision ON revision.record = record.id AND revision.number = change.revision
          WHERE change.number =
                (SELECT max(number) FROM change
                  WHERE what IN ('published', 'withdrawn') AND time < $3 AND record = coalesce(
                        (SELECT id FROM record WHERE kind = $1 AND slug = $2),
                        (SELECT record FROM old_slug WHERE kind = $1 AND slug = $2)))",
        kind,
        slug,
        time
    )
    .fetch_optional(&db.read)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let stood = match row.number.zip(row.body) {
        None => Stood::Withdrawn(row.reason),
        Some((number, body)) => Stood::Live(Version {
            number,
            published: row.time.parse()?,
            body,
        }),
    };
    Ok(Some((
        Slug::parse(&row.slug).context("malformed slug")?,
        stood,
    )))
}

/// The id of the live record at a slug.
///
/// # Errors
/// When the database cannot be read.
pub async fn live_id(db: &Db, kind: Kind, slug: &Slug) -> Result<Option<i64>> {
    let (kind, slug) = (kind.as_str(), slug.as_str());
    let id = sqlx::query_scalar!(
        "SELECT id FROM record WHERE kind = $1 AND slug = $2 AND live IS NOT NULL",
        kind,
        slug
    )
    .fetch_optional(&db.read)
    .await?;
    Ok(id)
}

/// A change that readers could see.
#[derive(Clone, Debug)]
pub struct PublicChange {
    /// `published`, `withdrawn` or `renamed`.
    pub what: String,
    pub kind: Kind,
    /// The record's slug of today.
    pub slug: Slug,
    pub title: String,
    pub time: Timestamp,
    /// Why it was withdrawn.
    pub reason: String,
    /// The text that went live, and the one that readers saw before.
    pub after: Option<String>,
    pub before: Option<String>,
    /// Whether there is a page to link to.
    pub is_live: bool,
}

/// How many changes there are.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_changes(db: &Db) -> Result<usize> {
    let count =
        sqlx::query_scalar!("SELECT count(*) AS \"n!: i64\" FROM change WHERE record IS NOT NULL")
            .fetch_one(&db.read)
            .await?;
    Ok(usize::try_from(count)?)
}

/// The changes that readers could see, newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn changes(db: &Db, skip: usize, limit: usize) -> Result<Vec<PublicChange>> {
    let (skip, limit) = (i64::try_from(skip)?, i64::try_from(limit)?);
    let rows = sqlx::query!(
        "SELECT what, kind AS \"kind!\", slug AS \"slug!\", change.time, reason, live, after.body AS \"after?\",
                (SELECT body FROM revision JOIN change AS earlier
                     ON earlier.record = revision.record AND earlier.revision = revision.number
                  WHERE earlier.record = change.record AND earlier.number < change.number
                  ORDER BY earlier.number DESC LIMIT 1) AS \"before?: String\",
                (SELECT coalesce(nullif(body ->> '$.title', ''), body ->> '$.name', body ->> '$.question', slug)
                   FROM revision WHERE revision.record = record.id AND number = coalesce(live, head))
                  AS \"title!: String\"
           FROM change JOIN record ON record.id = change.record
           LEFT JOIN revision AS after ON after.record = change.record AND after.number = change.revision
          ORDER BY change.number DESC LIMIT $2 OFFSET $1",
        skip,
        limit
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(PublicChange {
                what: row.what,
                kind: Kind::parse(&row.kind).context("unknown kind of record")?,
                slug: Slug::parse(&row.slug).context("malformed slug")?,
                title: row.title,
                time: row.time.parse()?,
                reason: row.reason,
                after: row.after,
                before: row.before,
                is_live: row.live.is_some(),
            })
        })
        .collect()
}
