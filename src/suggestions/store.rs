//! Suggestions in the database.

use anyhow::{Context, Result};
use jiff::Timestamp;

use crate::db::{Conn, Db};
use crate::records::audit::Act;
use crate::records::record::Kind;
use crate::records::store::COMMAND_LINE;
use crate::suggestions::suggestion::{Decided, Decision, KnownStudy, Named, Suggested, Waiting};

/// Puts a suggestion into the queue.
pub async fn add(conn: &mut Conn, suggested: &Suggested, time: Timestamp) -> Result<()> {
    let time = time.to_string();
    sqlx::query!(
        "INSERT INTO suggestion (time, work, why, email, status) VALUES ($1, $2, $3, $4, 'waiting')",
        time,
        suggested.work,
        suggested.why,
        suggested.email,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many suggestions wait.
pub async fn waiting_count(db: &Db) -> Result<i64> {
    let count = sqlx::query_scalar!(
        "SELECT count(*) AS \"n!: i64\" FROM suggestion WHERE status = 'waiting'"
    )
    .fetch_one(&db.read)
    .await?;
    Ok(count)
}

/// The suggestions that wait, the oldest first.
pub async fn waiting(db: &Db, limit: i64) -> Result<Vec<Waiting>> {
    let rows = sqlx::query!(
        "SELECT id, time, work, why, email FROM suggestion
          WHERE status = 'waiting' ORDER BY id LIMIT $1",
        limit
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Waiting {
                id: row.id,
                time: row.time.parse()?,
                suggested: Suggested {
                    work: row.work,
                    why: row.why,
                    email: row.email,
                },
            })
        })
        .collect()
}

/// The suggestion of this number, if it still waits.
pub async fn find_waiting(db: &Db, id: i64) -> Result<Option<Waiting>> {
    let row = sqlx::query!(
        "SELECT id, time, work, why, email FROM suggestion WHERE id = $1 AND status = 'waiting'",
        id
    )
    .fetch_optional(&db.read)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Waiting {
        id: row.id,
        time: row.time.parse()?,
        suggested: Suggested {
            work: row.work,
            why: row.why,
            email: row.email,
        },
    }))
}

/// The suggestions that were decided, the latest first.
pub async fn decided(db: &Db, limit: i64) -> Result<Vec<Decided>> {
    let rows = sqlx::query!(
        "SELECT suggestion.work, suggestion.why, suggestion.status, suggestion.decided_at AS \"decided_at!\",
                suggestion.reason, person.name AS \"name?\", record.id AS \"record?\",
                record.kind AS \"kind?\",
                coalesce(nullif(coalesce(body ->> '$.title', body ->> '$.name'), ''), record.slug) AS \"title?: String\"
           FROM suggestion
           LEFT JOIN person ON person.id = suggestion.person
           LEFT JOIN record ON record.id = suggestion.record
           LEFT JOIN revision ON revision.record = record.id AND number = head
          WHERE suggestion.status <> 'waiting'
          ORDER BY suggestion.decided_at DESC, suggestion.id DESC LIMIT $1",
        limit
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = row.kind.as_deref().and_then(Kind::parse);
            let record = row.record.zip(kind).map(|(id, kind)| Named {
                id,
                kind,
                title: row.title.unwrap_or_default(),
            });
            Ok(Decided {
                work: row.work,
                why: row.why,
                decision: Decision::parse(&row.status).context("unknown decision")?,
                person_name: row.name.unwrap_or_else(|| COMMAND_LINE.to_owned()),
                time: row.decided_at.parse()?,
                reason: row.reason,
                record,
            })
        })
        .collect()
}

/// Decides a suggestion and erases its e-mail address. Whether it was still waiting.
pub async fn decide(
    conn: &mut Conn,
    id: i64,
    decision: Decision,
    record: Option<i64>,
    reason: &str,
    act: Act,
) -> Result<bool> {
    let (status, time) = (decision.as_str(), act.time.to_string());
    let decided = sqlx::query!(
        "UPDATE suggestion SET status = $2, person = $3, decided_at = $4, record = $5, reason = $6, email = ''
          WHERE id = $1 AND status = 'waiting'",
        id,
        status,
        act.person,
        time,
        record,
        reason,
    )
    .execute(conn)
    .await?;
    Ok(decided.rows_affected() > 0)
}

/// Erases the e-mail addresses of suggestions from before this time, decided or not. How many.
pub async fn erase_emails(conn: &mut Conn, before: Timestamp) -> Result<u64> {
    let before = before.to_string();
    let erased = sqlx::query!(
        "UPDATE suggestion SET email = '' WHERE email <> '' AND time < $1",
        before
    )
    .execute(conn)
    .await?;
    Ok(erased.rows_affected())
}

/// Every study that is not withdrawn, in its newest text.
pub async fn known_studies(db: &Db) -> Result<Vec<KnownStudy>> {
    let rows = sqlx::query!(
        "SELECT record.id, body ->> '$.title' AS \"title?: String\", body ->> '$.doi' AS \"doi?: String\",
                body ->> '$.url' AS \"url?: String\", body ->> '$.year' AS \"year?: i64\",
                body ->> '$.authors[0].family' AS \"author?: String\"
           FROM record JOIN revision ON revision.record = record.id AND number = head
          WHERE kind = 'study' AND status <> 'withdrawn' ORDER BY record.id"
    )
    .fetch_all(&db.read)
    .await?;
    let known = rows.into_iter().map(|row| KnownStudy {
        id: row.id,
        title: row.title.unwrap_or_default(),
        doi: row.doi,
        url: row.url,
        year: row
            .year
            .and_then(|year| i16::try_from(year).ok())
            .filter(|year| *year > 0),
        first_author: row.author.unwrap_or_default(),
    });
    Ok(known.collect())
}
