//! People and what they may do.

use anyhow::{Context, Result};
use jiff::Timestamp;

use crate::db::{Conn, Db};
use crate::people::person::{Person, PersonId};
use crate::people::role::Role;
use crate::people::store::end_sessions;

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

/// Whether nobody has an account yet.
pub async fn is_deserted(conn: &mut Conn) -> Result<bool> {
    let count = sqlx::query_scalar!("SELECT count(*) AS \"n!: i64\" FROM person")
        .fetch_one(conn)
        .await?;
    Ok(count == 0)
}

/// A person as administrators see them.
#[derive(Clone, Debug)]
pub struct Account {
    pub person: Person,
    /// Otherwise their invitation is still open.
    pub has_password: bool,
    pub has_second_factor: bool,
    /// When they last did anything; none before their first log-in.
    pub seen_at: Option<Timestamp>,
}

/// Everybody's accounts, by name.
pub async fn accounts(db: &Db) -> Result<Vec<Account>> {
    let rows = sqlx::query!(
        "SELECT person.id, login, name, role, disabled_at,
                credential.person IS NOT NULL AS \"has_password!: bool\",
                totp_secret IS NOT NULL AS \"has_second_factor!: bool\",
                (SELECT max(seen_at) FROM session WHERE session.person = person.id AND is_partial = 0) AS \"seen_at: String\",
                acted.time AS \"acted_at: String\"
           FROM person LEFT JOIN credential ON credential.person = person.id
           LEFT JOIN (SELECT person, max(time) AS time FROM audit
                       WHERE action <> 'code-refused' GROUP BY person) AS acted ON acted.person = person.id
          ORDER BY disabled_at IS NOT NULL, lower(name), person.id"
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter()
        .map(|row| {
            let seen_at = row.seen_at.max(row.acted_at);
            let person = Row {
                id: row.id,
                login: row.login,
                name: row.name,
                role: row.role,
                disabled_at: row.disabled_at,
            };
            Ok(Account {
                person: person.person()?,
                has_password: row.has_password,
                has_second_factor: row.has_second_factor,
                seen_at: seen_at.map(|time| time.parse()).transpose()?,
            })
        })
        .collect()
}

/// Whether an administrator is left who can log in: there must always be one.
pub async fn has_administrator(conn: &mut Conn) -> Result<bool> {
    let count = sqlx::query_scalar!(
        "SELECT count(*) AS \"n!: i64\" FROM person JOIN credential ON credential.person = person.id
          WHERE role = 'administrator' AND disabled_at IS NULL"
    )
    .fetch_one(conn)
    .await?;
    Ok(count > 0)
}

/// Administrators who can log in without a second factor.
pub async fn unguarded_administrators(db: &Db) -> Result<i64> {
    let count = sqlx::query_scalar!(
        "SELECT count(*) AS \"n!: i64\" FROM person JOIN credential ON credential.person = person.id
          WHERE role = 'administrator' AND disabled_at IS NULL AND totp_secret IS NULL"
    )
    .fetch_one(&db.read)
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
