//! Sessions: begun, found again by the token of their cookie, ended.

use anyhow::{Context, Result};
use jiff::Timestamp;

use crate::db::{Conn, Db};
use crate::people::person::{Person, PersonId};
use crate::people::role::Role;
use crate::people::session::{Alive, Session};
use crate::people::token::Token;

/// A new session.
pub struct NewSession<'a> {
    pub person: PersonId,
    pub browser: &'a str,
    pub client: &'a str,
    pub is_partial: bool,
    pub now: Timestamp,
}

/// Begins a session and returns the token that its cookie carries.
pub async fn begin_session(conn: &mut Conn, session: NewSession<'_>) -> Result<Token> {
    let token = Token::new()?;
    let (hash, now) = (token.hash(), session.now.to_string());
    sqlx::query!(
        "INSERT INTO session (hash, id, person, created_at, seen_at, browser, client, is_partial)
         VALUES ($1, (SELECT coalesce(max(id), 0) + 1 FROM session), $2, $3, $3, $4, $5, $6)",
        hash,
        session.person,
        now,
        session.browser,
        session.client,
        session.is_partial,
    )
    .execute(conn)
    .await?;
    Ok(token)
}

/// The session of a token, if it is alive: seen and begun after these times, its person not barred.
pub async fn session(
    db: &Db,
    token: &Token,
    seen_after: Timestamp,
    begun_after: Timestamp,
) -> Result<Option<Alive>> {
    let hash = token.hash();
    let row = sqlx::query!(
        "SELECT session.id AS session, seen_at, session.created_at, is_partial, person.id, login, name, role,
                totp_secret IS NOT NULL AS \"has_second_factor!: bool\"
           FROM session JOIN person ON person.id = session.person
           LEFT JOIN credential ON credential.person = person.id
          WHERE hash = $1 AND disabled_at IS NULL",
        hash
    )
    .fetch_optional(&db.read)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let (seen_at, begun_at): (Timestamp, Timestamp) =
        (row.seen_at.parse()?, row.created_at.parse()?);
    if seen_at < seen_after || begun_at < begun_after {
        return Ok(None);
    }
    Ok(Some(Alive {
        session: row.session,
        person: Person {
            id: row.id,
            login: row.login,
            name: row.name,
            role: Role::parse(&row.role).context("unknown role")?,
            is_disabled: false,
        },
        seen_at,
        is_partial: row.is_partial != 0,
        has_second_factor: row.has_second_factor,
    }))
}

pub async fn touch_session(conn: &mut Conn, session: i64, now: Timestamp) -> Result<()> {
    let now = now.to_string();
    sqlx::query!(
        "UPDATE session SET seen_at = $2 WHERE id = $1",
        session,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The sessions of a person that are alive: seen and begun after these times. Newest use first.
pub async fn sessions(
    db: &Db,
    person: PersonId,
    seen_after: Timestamp,
    begun_after: Timestamp,
) -> Result<Vec<Session>> {
    let rows = sqlx::query!(
        "SELECT id, created_at, seen_at, browser, client FROM session
          WHERE person = $1 AND is_partial = 0 ORDER BY seen_at DESC, id DESC",
        person
    )
    .fetch_all(&db.read)
    .await?;
    let mut sessions = Vec::with_capacity(rows.len());
    for row in rows {
        let session = Session {
            id: row.id,
            created_at: row.created_at.parse()?,
            seen_at: row.seen_at.parse()?,
            browser: row.browser,
            client: row.client,
        };
        if session.seen_at >= seen_after && session.created_at >= begun_after {
            sessions.push(session);
        }
    }
    Ok(sessions)
}

/// Ends one session of a person. Whether there was one.
pub async fn end_session(conn: &mut Conn, person: PersonId, session: i64) -> Result<bool> {
    let ended = sqlx::query!(
        "DELETE FROM session WHERE person = $1 AND id = $2",
        person,
        session
    )
    .execute(conn)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// Ends the sessions of a person, but for one that is kept.
pub async fn end_sessions(conn: &mut Conn, person: PersonId, kept: Option<i64>) -> Result<()> {
    let kept = kept.unwrap_or(-1);
    sqlx::query!(
        "DELETE FROM session WHERE person = $1 AND id <> $2",
        person,
        kept
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets sessions that began before this time, and links that have run out.
pub async fn forget_old(conn: &mut Conn, begun_before: Timestamp, now: Timestamp) -> Result<()> {
    let (begun_before, now) = (begun_before.to_string(), now.to_string());
    sqlx::query!("DELETE FROM session WHERE created_at < $1", begun_before)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("DELETE FROM one_time_link WHERE expires_at < $1", now)
        .execute(conn)
        .await?;
    Ok(())
}
