//! Writing records: every save is a revision, publishing points at one, nothing is overwritten.

use anyhow::Result;
use sqlx::{QueryBuilder, Sqlite};

use crate::db::Conn;
use crate::records::audit::Act;
use crate::records::record::Kind;
use crate::records::slug::Slug;

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
        "UPDATE record SET status = 'draft',
                head = (SELECT max(number) + 1 FROM revision WHERE record = $1)
          WHERE id = $1 RETURNING head",
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

/// What readers see beside records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Vocabularies, their terms, synonyms.
    Vocabularies,
    /// The site's settings, such as its name.
    Settings,
    /// Which studies are known to be retracted.
    Retractions,
}

/// Moves the version of the public collection, so that catalogue and pages read anew what is not
/// what it was.
///
/// # Errors
/// When the disk refuses.
pub async fn announce(conn: &mut Conn, what: What, act: Act) -> Result<()> {
    let (what, reason) = match what {
        What::Vocabularies => ("vocabulary", ""),
        What::Settings => ("settings", ""),
        What::Retractions => ("settings", "retraction"),
    };
    let time = act.time.to_string();
    sqlx::query!(
        "INSERT INTO change (what, person, time, reason) VALUES ($1, $2, $3, $4)",
        what,
        act.person,
        time,
        reason,
    )
    .execute(conn)
    .await?;
    Ok(())
}
