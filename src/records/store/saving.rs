//! What a curator's form writes: a new record, the next text of one, another slug.

use anyhow::{Context, Result, bail};

use crate::db::Conn;
use crate::records::audit::Act;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::store::{Head, append, head, rename};

/// Makes a record as a draft. `None` when the slug is taken, now or by an earlier name.
///
/// # Errors
/// When the disk refuses.
pub async fn create(
    conn: &mut Conn,
    kind: Kind,
    slug: &Slug,
    body: &str,
    note: &str,
    act: Act,
) -> Result<Option<i64>> {
    if !is_free(conn, kind, slug, None).await? {
        return Ok(None);
    }
    let (kind, slug, time) = (kind.as_str(), slug.as_str(), act.time.to_string());
    let id = sqlx::query_scalar!(
        "INSERT INTO record (kind, slug, status, head) VALUES ($1, $2, 'draft', 1) RETURNING id",
        kind,
        slug
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO revision (record, number, person, time, note, body)
         VALUES ($1, 1, $2, $3, $4, $5)",
        id,
        act.person,
        time,
        note,
        body,
    )
    .execute(conn)
    .await?;
    Ok(Some(id))
}

/// Whether a record may take this slug: nobody has it, and no other record had it.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_free(conn: &mut Conn, kind: Kind, slug: &Slug, own: Option<i64>) -> Result<bool> {
    let (kind, slug, own) = (kind.as_str(), slug.as_str(), own.unwrap_or(-1));
    let taken = sqlx::query_scalar!(
        "SELECT (SELECT count(*) FROM record WHERE kind = $1 AND slug = $2 AND id <> $3)
              + (SELECT count(*) FROM old_slug WHERE kind = $1 AND slug = $2 AND record <> $3)
             AS \"n!: i64\"",
        kind,
        slug,
        own
    )
    .fetch_one(conn)
    .await?;
    Ok(taken == 0)
}

/// The wanted slug, or the first of `wanted-b`, `wanted-c`, … that is free.
///
/// # Errors
/// When the database cannot be read.
pub async fn free_slug(conn: &mut Conn, kind: Kind, wanted: &Slug) -> Result<Slug> {
    if is_free(conn, kind, wanted, None).await? {
        return Ok(wanted.clone());
    }
    let letters = ('b'..='z').map(|letter| letter.to_string());
    let numbers = (27..100_000).map(|number: i32| number.to_string());
    for suffix in letters.chain(numbers) {
        let room = Slug::MAX - suffix.len() - 1;
        let stem: String = wanted.as_str().chars().take(room).collect();
        let slug = Slug::parse(&format!("{}-{suffix}", stem.trim_end_matches('-')));
        if let Some(slug) = slug
            && is_free(conn, kind, &slug, None).await?
        {
            return Ok(slug);
        }
    }
    bail!("there is no free slug like {wanted}")
}

/// What became of a text that someone wanted to save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is the newest text now, with this number.
    Done(i64),
    /// It was the newest text already.
    Unchanged,
    /// Somebody else has saved since: nothing was written.
    Stale,
}

/// Saves a text over the one that its author had seen.
///
/// # Errors
/// When there is no such record or the disk refuses.
pub async fn save(
    conn: &mut Conn,
    id: i64,
    seen: i64,
    body: &str,
    note: &str,
    act: Act,
) -> Result<Saved> {
    let head = head(conn, id).await?.context("no such record")?;
    if head.number != seen {
        return Ok(Saved::Stale);
    }
    if head.body == body {
        return Ok(Saved::Unchanged);
    }
    Ok(Saved::Done(append(conn, id, body, note, act).await?))
}

/// Gives a record another slug if it may have it. Whether it may.
///
/// # Errors
/// When the disk refuses.
pub async fn rename_if_free(conn: &mut Conn, head: &Head, slug: &Slug, act: Act) -> Result<bool> {
    if head.slug == *slug {
        return Ok(true);
    }
    if !is_free(conn, head.kind, slug, Some(head.id)).await? {
        return Ok(false);
    }
    if head.was_published {
        rename(conn, head.id, slug, act).await?;
    } else {
        let slug = slug.as_str();
        sqlx::query!("UPDATE record SET slug = $2 WHERE id = $1", head.id, slug)
            .execute(conn)
            .await?;
    }
    Ok(true)
}
