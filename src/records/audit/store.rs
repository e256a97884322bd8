//! Reading the audit log.

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde_json::Value;

use crate::db::Db;
use crate::records::record::Kind;

/// Which lines are wanted. What is none is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Who; 0 for lines that name nobody.
    pub person: Option<i64>,
    pub action: Option<String>,
    /// Slug, former slug or number of a record.
    pub record: Option<String>,
    /// The first moment, RFC 3339.
    pub from: Option<String>,
    /// The first moment that is too late.
    pub before: Option<String>,
}

/// A line of the log.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: i64,
    pub time: Timestamp,
    /// Login and name.
    pub person: Option<(String, String)>,
    pub action: String,
    pub record: Option<Named>,
    pub detail: Value,
}

/// A record as a line names it.
#[derive(Clone, Debug)]
pub struct Named {
    pub id: i64,
    pub kind: Kind,
    pub slug: String,
}

/// How many lines a filter finds.
pub async fn count(db: &Db, filter: &Filter) -> Result<usize> {
    let count = sqlx::query_scalar!(
        "SELECT count(*) AS \"n!: i64\" FROM audit
          WHERE ($1 IS NULL OR person IS nullif($1, 0))
            AND ($2 IS NULL OR action = $2)
            AND ($3 IS NULL OR record IN (
                  SELECT id FROM record WHERE slug = $3 OR CAST(id AS TEXT) = $3
                  UNION SELECT record FROM old_slug WHERE slug = $3))
            AND ($4 IS NULL OR time >= $4) AND ($5 IS NULL OR time < $5)",
        filter.person,
        filter.action,
        filter.record,
        filter.from,
        filter.before,
    )
    .fetch_one(&db.read)
    .await?;
    Ok(usize::try_from(count)?)
}

/// Lines that a filter finds, newest first: those older than a line, after skipping some.
pub async fn lines(
    db: &Db,
    filter: &Filter,
    older_than: Option<i64>,
    skipped: usize,
    most: usize,
) -> Result<Vec<Line>> {
    let (skipped, most) = (i64::try_from(skipped)?, i64::try_from(most)?);
    let older_than = older_than.unwrap_or(i64::MAX);
    let rows = sqlx::query!(
        "SELECT audit.id, audit.time, audit.action, audit.detail,
                login AS \"login?\", name AS \"name?\",
                audit.record, kind AS \"kind?\", slug AS \"slug?\"
           FROM audit LEFT JOIN person ON person.id = audit.person
           LEFT JOIN record ON record.id = audit.record
          WHERE audit.id < $6
            AND ($1 IS NULL OR audit.person IS nullif($1, 0))
            AND ($2 IS NULL OR action = $2)
            AND ($3 IS NULL OR audit.record IN (
                  SELECT id FROM record WHERE slug = $3 OR CAST(id AS TEXT) = $3
                  UNION SELECT record FROM old_slug WHERE slug = $3))
            AND ($4 IS NULL OR time >= $4) AND ($5 IS NULL OR time < $5)
          ORDER BY audit.id DESC LIMIT $8 OFFSET $7",
        filter.person,
        filter.action,
        filter.record,
        filter.from,
        filter.before,
        older_than,
        skipped,
        most,
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter()
        .map(|row| {
            let record = match (row.record, row.kind, row.slug) {
                (Some(id), Some(kind), Some(slug)) => Some(Named {
                    id,
                    kind: Kind::parse(&kind).context("unknown kind")?,
                    slug,
                }),
                _ => None,
            };
            Ok(Line {
                id: row.id,
                time: row.time.parse()?,
                person: row.login.zip(row.name),
                action: row.action,
                record,
                detail: serde_json::from_str(&row.detail)?,
            })
        })
        .collect()
}

/// Every action that the log names.
pub async fn actions(db: &Db) -> Result<Vec<String>> {
    let actions = sqlx::query_scalar!("SELECT DISTINCT action FROM audit")
        .fetch_all(&db.read)
        .await?;
    Ok(actions)
}
