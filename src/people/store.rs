//! Every statement about people, their credentials, sessions and one-time links.

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};

use crate::db::{Conn, Db};
use crate::people::one_time::Purpose;
use crate::people::person::{Person, PersonId};
use crate::people::role::Role;
use crate::people::session::{Alive, Session};
use crate::people::token::Token;

/// What is asked of someone who logs in.
#[derive(Clone, Debug)]
pub struct Credential {
    /// PHC string of the password; none while an invitation is open.
    pub password: Option<String>,
    pub totp_secret: Option<Vec<u8>>,
}

struct Row {
    id: i64,
    login: String,
    name: String,
    role: String,
    disabled_at: Option<String>,
}

impl Row {
    fn person(self) -> Result<Person> {
        Ok(Person {
            id: self.id,
            login: self.login,
            name: self.name,
            role: Role::parse(&self.role).context("unknown role")?,
            is_disabled: self.disabled_at.is_some(),
        })
    }
}

/// Everybody, by name.
pub async fn list(db: &Db) -> Result<Vec<Person>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, login, name, role, disabled_at FROM person ORDER BY lower(name), id"
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter().map(Row::person).collect()
}

pub async fn find(db: &Db, id: PersonId) -> Result<Option<Person>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, login, name, role, disabled_at FROM person WHERE id = $1",
        id
    )
    .fetch_optional(&db.read)
    .await?;
    row.map(Row::person).transpose()
}

pub async fn find_by_login(db: &Db, login: &str) -> Result<Option<Person>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, login, name, role, disabled_at FROM person WHERE login = $1",
        login
    )
    .fetch_optional(&db.read)
    .await?;
    row.map(Row::person).transpose()
}

pub async fn count(db: &Db) -> Result<i64> {
    let count = sqlx::query_scalar!("SELECT count(*) AS \"n!: i64\" FROM person")
        .fetch_one(&db.read)
        .await?;
    Ok(count)
}

/// Administrators who can log in: there must always be one.
pub async fn administrators(conn: &mut Conn) -> Result<i64> {
    let count = sqlx::query_scalar!(
        "SELECT count(*) AS \"n!: i64\" FROM person JOIN credential ON credential.person = person.id
          WHERE role = 'administrator' AND disabled_at IS NULL"
    )
    .fetch_one(conn)
    .await?;
    Ok(count)
}

/// Adds a person, who cannot log in before they have a password. `None` when the login is taken.
pub async fn add(
    conn: &mut Conn,
    login: &str,
    name: &str,
    role: Role,
    now: Timestamp,
) -> Result<Option<PersonId>> {
    let (role, now) = (role.as_str(), now.to_string());
    let id = sqlx::query_scalar!(
        "INSERT INTO person (login, name, role, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (login) DO NOTHING RETURNING id",
        login,
        name,
        role,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(id)
}

pub async fn update(conn: &mut Conn, id: PersonId, name: &str, role: Role) -> Result<()> {
    let role = role.as_str();
    sqlx::query!(
        "UPDATE person SET name = $2, role = $3 WHERE id = $1",
        id,
        name,
        role
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Bars a person or lets them in again. Barring ends their sessions and open links.
pub async fn disable(conn: &mut Conn, id: PersonId, since: Option<Timestamp>) -> Result<()> {
    let time = since.map(|time| time.to_string());
    sqlx::query!("UPDATE person SET disabled_at = $2 WHERE id = $1", id, time)
        .execute(&mut *conn)
        .await?;
    if since.is_some() {
        end_sessions(conn, id, None).await?;
        sqlx::query!("DELETE FROM one_time_link WHERE person = $1", id)
            .execute(conn)
            .await?;
    }
    Ok(())
}

pub async fn credential(db: &Db, id: PersonId) -> Result<Credential> {
    let row = sqlx::query!(
        "SELECT password, totp_secret FROM credential WHERE person = $1",
        id
    )
    .fetch_optional(&db.read)
    .await?;
    Ok(row.map_or(
        Credential {
            password: None,
            totp_secret: None,
        },
        |row| Credential {
            password: Some(row.password),
            totp_secret: row.totp_secret,
        },
    ))
}

/// Sets a password and ends all sessions but the one in which it was changed.
pub async fn set_password(
    conn: &mut Conn,
    id: PersonId,
    hash: &str,
    kept: Option<i64>,
    now: Timestamp,
) -> Result<()> {
    let now = now.to_string();
    sqlx::query!(
        "INSERT INTO credential (person, password, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (person) DO UPDATE SET password = excluded.password, changed_at = excluded.changed_at",
        id,
        hash,
        now,
    )
    .execute(&mut *conn)
    .await?;
    end_sessions(conn, id, kept).await
}

/// Turns the second factor on or off. Recovery codes of before are worth nothing any more.
pub async fn set_second_factor(
    conn: &mut Conn,
    id: PersonId,
    secret: Option<&[u8]>,
    codes: &[Vec<u8>],
) -> Result<()> {
    sqlx::query!(
        "UPDATE credential SET totp_secret = $2, totp_step = 0 WHERE person = $1",
        id,
        secret
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("DELETE FROM recovery_code WHERE person = $1", id)
        .execute(&mut *conn)
        .await?;
    for code in codes {
        sqlx::query!(
            "INSERT INTO recovery_code (person, hash) VALUES ($1, $2)",
            id,
            code
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Takes note that the code of a time step was used. Whether it was the first time.
pub async fn use_step(conn: &mut Conn, id: PersonId, step: i64) -> Result<bool> {
    let used = sqlx::query!(
        "UPDATE credential SET totp_step = $2 WHERE person = $1 AND totp_step < $2",
        id,
        step
    )
    .execute(conn)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// Uses up a recovery code. Whether there was one.
pub async fn use_recovery_code(conn: &mut Conn, id: PersonId, hash: &[u8]) -> Result<bool> {
    let used = sqlx::query!(
        "DELETE FROM recovery_code WHERE person = $1 AND hash = $2",
        id,
        hash
    )
    .execute(conn)
    .await?;
    Ok(used.rows_affected() == 1)
}

pub async fn recovery_codes_left(db: &Db, id: PersonId) -> Result<i64> {
    let left = sqlx::query_scalar!(
        "SELECT count(*) AS \"n!: i64\" FROM recovery_code WHERE person = $1",
        id
    )
    .fetch_one(&db.read)
    .await?;
    Ok(left)
}

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

/// The sessions of a person that may still be alive, newest first.
pub async fn sessions(db: &Db, person: PersonId) -> Result<Vec<Session>> {
    let rows = sqlx::query!(
        "SELECT id, created_at, seen_at, browser, client FROM session
          WHERE person = $1 AND is_partial = 0 ORDER BY seen_at DESC",
        person
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Session {
                id: row.id,
                created_at: row.created_at.parse()?,
                seen_at: row.seen_at.parse()?,
                browser: row.browser,
                client: row.client,
            })
        })
        .collect()
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

/// Makes a one-time link. Earlier ones of the same purpose and person stop working.
pub async fn add_link(
    conn: &mut Conn,
    purpose: Purpose,
    person: Option<PersonId>,
    lasts: SignedDuration,
    now: Timestamp,
) -> Result<Token> {
    let word = purpose.as_str();
    sqlx::query!(
        "DELETE FROM one_time_link WHERE purpose = $1 AND person IS $2",
        word,
        person
    )
    .execute(&mut *conn)
    .await?;
    let token = Token::new()?;
    let (hash, expires) = (token.hash(), (now + lasts).to_string());
    sqlx::query!(
        "INSERT INTO one_time_link (hash, purpose, person, expires_at) VALUES ($1, $2, $3, $4)",
        hash,
        word,
        person,
        expires,
    )
    .execute(conn)
    .await?;
    Ok(token)
}

/// Whose link this is, while it works. `Some(None)`: the first administrator's.
pub async fn link(
    conn: &mut Conn,
    purpose: Purpose,
    token: &Token,
    now: Timestamp,
) -> Result<Option<Option<PersonId>>> {
    let (hash, word, now) = (token.hash(), purpose.as_str(), now.to_string());
    let row = sqlx::query!(
        "SELECT person FROM one_time_link WHERE hash = $1 AND purpose = $2 AND expires_at > $3",
        hash,
        word,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| row.person))
}

pub async fn use_up_link(conn: &mut Conn, token: &Token) -> Result<()> {
    let hash = token.hash();
    sqlx::query!("DELETE FROM one_time_link WHERE hash = $1", hash)
        .execute(conn)
        .await?;
    Ok(())
}
