//! Finding records by what their newest texts say, for forms that refer to them.

use anyhow::{Context, Result};

use crate::db::{Conn, Db};
use crate::records::record::Kind;
use crate::records::slug::Slug;

/// The newest text of a record that is not withdrawn.
#[derive(Clone, Debug)]
pub struct HeadRow {
    pub slug: Slug,
    pub is_live: bool,
    pub body: String,
}

/// The words of a search as a JSON array, lower case.
#[must_use]
pub fn search_words(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
    serde_json::Value::from(words).to_string()
}

/// Records of a kind whose title, slug, authors and year hold all the words, by slug.
///
/// # Errors
/// When the database cannot be read.
pub async fn heads_matching(db: &Db, kind: Kind, words: &str, limit: i64) -> Result<Vec<HeadRow>> {
    let (kind, words) = (kind.as_str(), search_words(words));
    let rows = sqlx::query!(
        "SELECT slug, live, body
           FROM record JOIN revision ON revision.record = record.id AND number = head
          WHERE kind = $1 AND status <> 'withdrawn'
            AND NOT EXISTS (SELECT 1 FROM json_each($2) AS word
                 WHERE instr(lower(coalesce(body ->> '$.title', '') || ' ' || slug || ' '
                       || coalesce(body ->> '$.authors', '') || ' '
                       || coalesce(body ->> '$.year', '')), word.value) = 0)
          ORDER BY slug LIMIT $3",
        kind,
        words,
        limit
    )
    .fetch_all(&db.read)
    .await?;
    let found = rows.into_iter().filter_map(|row| {
        Some(HeadRow {
            slug: Slug::parse(&row.slug)?,
            is_live: row.live.is_some(),
            body: row.body,
        })
    });
    Ok(found.collect())
}

/// The records of these names, or of these former names, each with the name that was asked for.
///
/// # Errors
/// When the database cannot be read.
pub async fn heads_named(db: &Db, kind: Kind, slugs: &[Slug]) -> Result<Vec<(Slug, HeadRow)>> {
    if slugs.is_empty() {
        return Ok(Vec::new());
    }
    let kind = kind.as_str();
    let asked = serde_json::to_string(slugs).context("naming records")?;
    let rows = sqlx::query!(
        "SELECT CAST(asked.value AS TEXT) AS \"asked!: String\", slug AS \"slug!\", live, body AS \"body!\"
           FROM json_each($2) AS asked
           JOIN record ON record.id = coalesce(
                (SELECT own.id FROM record AS own WHERE own.kind = $1 AND own.slug = asked.value),
                (SELECT record FROM old_slug
                  WHERE old_slug.kind = $1 AND old_slug.slug = asked.value))
           JOIN revision ON revision.record = record.id AND number = head
          WHERE status <> 'withdrawn'",
        kind,
        asked
    )
    .fetch_all(&db.read)
    .await?;
    let found = rows.into_iter().filter_map(|row| {
        let head = HeadRow {
            slug: Slug::parse(&row.slug)?,
            is_live: row.live.is_some(),
            body: row.body,
        };
        Some((Slug::parse(&row.asked)?, head))
    });
    Ok(found.collect())
}

/// The slugs of a kind that are about as long as this one.
///
/// # Errors
/// When the database cannot be read.
pub async fn slugs_as_long(
    db: &Db,
    kind: Kind,
    slug: &Slug,
    tolerance: usize,
) -> Result<Vec<Slug>> {
    let kind = kind.as_str();
    let (length, tolerance) = (slug.as_str().len(), i64::try_from(tolerance)?);
    let length = i64::try_from(length)?;
    let slugs = sqlx::query_scalar!(
        "SELECT slug FROM record
          WHERE kind = $1 AND status <> 'withdrawn' AND abs(length(slug) - $2) <= $3",
        kind,
        length,
        tolerance
    )
    .fetch_all(&db.read)
    .await?;
    Ok(slugs.iter().filter_map(|slug| Slug::parse(slug)).collect())
}

/// A text of a record, whether readers see it or it is the newest one.
#[derive(Clone, Debug)]
pub struct CurrentText {
    pub id: i64,
    pub kind: Kind,
    pub body: String,
}

/// The newest and the live texts of all studies and interventions that hold this word in
/// quotation marks, as a term is written in JSON; of all of them for an empty word. By record.
///
/// # Errors
/// When the database cannot be read.
pub async fn coded_texts(
    conn: &mut Conn,
    word: &str,
    mut each: impl FnMut(CurrentText),
) -> Result<()> {
    use futures_util::TryStreamExt;
    let mut rows = sqlx::query!(
        "SELECT record.id AS \"id!\", kind AS \"kind!\", body
           FROM record JOIN revision ON revision.record = record.id AND number IN (head, live)
          WHERE kind IN ('study', 'intervention')
            AND ($1 = '' OR instr(body, '\"' || $1 || '\"') > 0)
          ORDER BY record.id",
        word
    )
    .fetch(conn);
    while let Some(row) = rows.try_next().await? {
        each(CurrentText {
            id: row.id,
            kind: Kind::parse(&row.kind).context("unknown kind of record")?,
            body: row.body,
        });
    }
    Ok(())
}
