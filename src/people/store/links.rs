//! One-time links.

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};

use crate::db::Conn;
use crate::people::one_time::Purpose;
use crate::people::person::PersonId;
use crate::people::token::Token;

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

/// A link for the first administrator is worth nothing once there is anybody.
pub async fn forget_first_links(conn: &mut Conn) -> Result<()> {
    sqlx::query!("DELETE FROM one_time_link WHERE purpose = 'first-administrator'")
        .execute(conn)
        .await?;
    Ok(())
}
