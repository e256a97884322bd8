//! Reading and writing vocabularies and synonyms.

use anyhow::Result;

use crate::db::Conn;
use crate::records::audit::Act;
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

/// Tells the catalogue that vocabularies or synonyms are not what they were.
///
/// # Errors
/// When the disk refuses.
pub async fn announce(conn: &mut Conn, act: Act) -> Result<()> {
    let time = act.time.to_string();
    sqlx::query!(
        "INSERT INTO change (what, person, time) VALUES ('vocabulary', $1, $2)",
        act.person,
        time,
    )
    .execute(conn)
    .await?;
    Ok(())
}
