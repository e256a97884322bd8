//! Reading and writing vocabularies and synonyms.

use anyhow::Result;

use crate::db::Conn;
use crate::records::slug::Slug;
use crate::vocabularies::synonyms::Synonyms;
use crate::vocabularies::vocabulary::{Entry, TermList, Vocabularies};

/// Every vocabulary with its terms, and the synonyms.
///
/// # Errors
/// When the database cannot be read.
pub async fn load(conn: &mut Conn) -> Result<Vocabularies> {
    let mut lists: Vec<TermList> =
        sqlx::query!("SELECT slug, label, scope_note FROM vocabulary ORDER BY position, slug")
            .fetch_all(&mut *conn)
            .await?
            .into_iter()
            .filter_map(|row| {
                Some(TermList {
                    slug: Slug::parse(&row.slug)?,
                    label: row.label,
                    scope_note: row.scope_note,
                    terms: Vec::new(),
                })
            })
            .collect();
    let terms = sqlx::query!(
        "SELECT vocabulary, slug, label, scope_note FROM term ORDER BY vocabulary, position, slug"
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in terms {
        let list = lists
            .iter_mut()
            .find(|list| list.slug.as_str() == row.vocabulary);
        if let (Some(list), Some(slug)) = (list, Slug::parse(&row.slug)) {
            list.terms.push(Entry {
                slug,
                label: row.label,
                scope_note: row.scope_note,
            });
        }
    }
    let words = sqlx::query!("SELECT meaning, words FROM synonym ORDER BY meaning, rowid")
        .fetch_all(&mut *conn)
        .await?;
    let mut groups: Vec<(i64, Vec<String>)> = Vec::new();
    for row in words {
        match groups.last_mut() {
            Some((meaning, group)) if *meaning == row.meaning => group.push(row.words),
            _ => groups.push((row.meaning, vec![row.words])),
        }
    }
    let synonyms = Synonyms::new(groups.into_iter().map(|(_, group)| group).collect());
    Ok(Vocabularies::new(lists, synonyms))
}

/// Adds or rewrites vocabularies and their terms. Terms that are not named stay: records may be
/// tagged with them.
///
/// # Errors
/// When the disk refuses.
pub async fn merge(conn: &mut Conn, lists: &[TermList]) -> Result<()> {
    for (position, list) in (1i64..).zip(lists) {
        let vocabulary = list.slug.as_str();
        sqlx::query!(
            "INSERT INTO vocabulary (slug, position, label, scope_note) VALUES ($1, $2, $3, $4)
             ON CONFLICT (slug) DO UPDATE SET
             position = excluded.position, label = excluded.label, scope_note = excluded.scope_note",
            vocabulary,
            position,
            list.label,
            list.scope_note,
        )
        .execute(&mut *conn)
        .await?;
        for (position, entry) in (1i64..).zip(&list.terms) {
            let slug = entry.slug.as_str();
            sqlx::query!(
                "INSERT INTO term (vocabulary, slug, position, label, scope_note)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (vocabulary, slug) DO UPDATE SET
                 position = excluded.position, label = excluded.label, scope_note = excluded.scope_note",
                vocabulary,
                slug,
                position,
                entry.label,
                entry.scope_note,
            )
            .execute(&mut *conn)
            .await?;
        }
    }
    Ok(())
}

/// Replaces the synonyms.
///
/// # Errors
/// When the disk refuses.
pub async fn replace_synonyms(conn: &mut Conn, synonyms: &Synonyms) -> Result<()> {
    sqlx::query!("DELETE FROM synonym")
        .execute(&mut *conn)
        .await?;
    for (meaning, group) in (1i64..).zip(synonyms.groups()) {
        for words in group {
            sqlx::query!(
                "INSERT INTO synonym (meaning, words) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                meaning,
                words,
            )
            .execute(&mut *conn)
            .await?;
        }
    }
    Ok(())
}

/// Says anew what a vocabulary is called and when it is used.
///
/// # Errors
/// When the disk refuses.
pub async fn describe(
    conn: &mut Conn,
    vocabulary: &str,
    label: &str,
    scope_note: &str,
) -> Result<()> {
    sqlx::query!(
        "UPDATE vocabulary SET label = $2, scope_note = $3 WHERE slug = $1",
        vocabulary,
        label,
        scope_note
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Says anew what a term is called and when it is used. Its slug stays.
///
/// # Errors
/// When the disk refuses.
pub async fn describe_term(conn: &mut Conn, vocabulary: &str, entry: &Entry) -> Result<()> {
    let slug = entry.slug.as_str();
    sqlx::query!(
        "UPDATE term SET label = $3, scope_note = $4 WHERE vocabulary = $1 AND slug = $2",
        vocabulary,
        slug,
        entry.label,
        entry.scope_note
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds a term behind the others.
///
/// # Errors
/// When the slug is taken or the disk refuses.
pub async fn add_term(conn: &mut Conn, vocabulary: &str, entry: &Entry) -> Result<()> {
    let slug = entry.slug.as_str();
    sqlx::query!(
        "INSERT INTO term (vocabulary, slug, position, label, scope_note)
         SELECT $1, $2, coalesce(max(position), 0) + 1, $3, $4 FROM term WHERE vocabulary = $1",
        vocabulary,
        slug,
        entry.label,
        entry.scope_note
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts a term at a position, before the one that stands there, unless its slug is taken.
///
/// # Errors
/// When the disk refuses.
pub async fn insert_term(
    conn: &mut Conn,
    vocabulary: &str,
    entry: &Entry,
    position: i64,
) -> Result<()> {
    let slug = entry.slug.as_str();
    sqlx::query!(
        "UPDATE term SET position = position + 1
          WHERE vocabulary = $1 AND position >= $2
            AND EXISTS (SELECT 1 FROM term WHERE vocabulary = $1 AND position = $2)",
        vocabulary,
        position
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO term (vocabulary, slug, position, label, scope_note)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        vocabulary,
        slug,
        position,
        entry.label,
        entry.scope_note
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Where a term stands, as the table has it.
///
/// # Errors
/// When the database cannot be read.
pub async fn position(conn: &mut Conn, vocabulary: &str, term: &Slug) -> Result<Option<i64>> {
    let term = term.as_str();
    let position = sqlx::query_scalar!(
        "SELECT position FROM term WHERE vocabulary = $1 AND slug = $2",
        vocabulary,
        term
    )
    .fetch_optional(conn)
    .await?;
    Ok(position)
}

/// Gives the terms of a vocabulary the order of this list.
///
/// # Errors
/// When the disk refuses.
pub async fn order(conn: &mut Conn, vocabulary: &str, terms: &[Slug]) -> Result<()> {
    for (position, term) in (1i64..).zip(terms) {
        let term = term.as_str();
        sqlx::query!(
            "UPDATE term SET position = $3 WHERE vocabulary = $1 AND slug = $2",
            vocabulary,
            term,
            position
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Takes a term out of its vocabulary. That no record uses it is the caller's to see to.
///
/// # Errors
/// When the disk refuses.
pub async fn remove_term(conn: &mut Conn, vocabulary: &str, term: &Slug) -> Result<()> {
    let term = term.as_str();
    sqlx::query!(
        "DELETE FROM term WHERE vocabulary = $1 AND slug = $2",
        vocabulary,
        term
    )
    .execute(conn)
    .await?;
    Ok(())
}
