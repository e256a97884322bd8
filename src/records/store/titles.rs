//! Records by their titles, to choose from.

use anyhow::Result;

use crate::db::Db;
use crate::people::person::PersonId;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::store::search_words;

/// A record as it stands in a list to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Titled {
    pub id: i64,
    pub slug: Slug,
    pub title: String,
    pub is_live: bool,
}

/// Records of a kind that are not withdrawn, by title; those whose title, slug, authors and year
/// hold all the words, at most `limit`.
///
/// # Errors
/// When the database cannot be read.
pub async fn titles(db: &Db, kind: Kind, words: &str, limit: i64) -> Result<Vec<Titled>> {
    let (kind, words) = (kind.as_str(), search_words(words));
    let rows = sqlx::query!(
        "SELECT record.id AS \"id!\", slug AS \"slug!\", live,
                coalesce(nullif(body ->> '$.title', ''), body ->> '$.name', body ->> '$.question', slug) AS \"title!: String\"
           FROM record JOIN revision ON revision.record = record.id AND number = head
          WHERE kind = $1 AND status <> 'withdrawn'
            AND NOT EXISTS (SELECT 1 FROM json_each($2) AS word
                 WHERE instr(lower(coalesce(body ->> '$.title', body ->> '$.name', body ->> '$.question', '')
                       || ' ' || slug || ' ' || coalesce(body ->> '$.authors', '') || ' '
                       || coalesce(body ->> '$.year', '')), word.value) = 0)
          ORDER BY 4 COLLATE NOCASE LIMIT $3",
        kind,
        words,
        limit
    )
    .fetch_all(&db.read)
    .await?;
    let titled = rows.into_iter().filter_map(|row| {
        Some(Titled {
            id: row.id,
            slug: Slug::parse(&row.slug)?,
            title: row.title,
            is_live: row.live.is_some(),
        })
    });
    Ok(titled.collect())
}

/// The record of a kind and slug, or of this former slug, as a list to choose from shows it.
///
/// # Errors
/// When the database cannot be read.
pub async fn titled(db: &Db, kind: Kind, slug: &Slug) -> Result<Option<Titled>> {
    let (kind, text) = (kind.as_str(), slug.as_str());
    let row = sqlx::query!(
        "SELECT record.id AS \"id!\", slug, live,
                coalesce(nullif(body ->> '$.title', ''), body ->> '$.name', body ->> '$.question', slug) AS \"title!: String\"
           FROM record JOIN revision ON revision.record = record.id AND number = head
          WHERE record.id = coalesce(
                (SELECT own.id FROM record AS own WHERE own.kind = $1 AND own.slug = $2),
                (SELECT record FROM old_slug WHERE old_slug.kind = $1 AND old_slug.slug = $2))",
        kind,
        text
    )
    .fetch_optional(&db.read)
    .await?;
    Ok(row.map(|row| Titled {
        id: row.id,
        slug: Slug::parse(&row.slug).unwrap_or_else(|| slug.clone()),
        title: row.title,
        is_live: row.live.is_some(),
    }))
}

/// The next draft of a kind whose newest text is this person's: the first one after a record, or
/// else the first of all.
///
/// # Errors
/// When the database cannot be read.
pub async fn next_draft(
    db: &Db,
    kind: Kind,
    person: PersonId,
    after: i64,
) -> Result<Option<Titled>> {
    let kind = kind.as_str();
    let row = sqlx::query!(
        "SELECT record.id AS \"id!\", slug AS \"slug!\", live,
                coalesce(nullif(body ->> '$.title', ''), body ->> '$.name', body ->> '$.question', slug) AS \"title!: String\"
           FROM record JOIN revision ON revision.record = record.id AND number = head
          WHERE kind = $1 AND status = 'draft' AND person = $2 AND record.id <> $3
          ORDER BY record.id < $3, record.id LIMIT 1",
        kind,
        person,
        after
    )
    .fetch_optional(&db.read)
    .await?;
    Ok(row.and_then(|row| {
        Some(Titled {
            id: row.id,
            slug: Slug::parse(&row.slug)?,
            title: row.title,
            is_live: row.live.is_some(),
        })
    }))
}
