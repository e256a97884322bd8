//! Passwords, second factors and recovery codes.

use anyhow::Result;
use jiff::Timestamp;

use crate::db::{Conn, Db};
use crate::people::person::PersonId;
use crate::people::store::end_sessions;

/// What is asked of someone who logs in.
#[derive(Clone, Debug)]
pub struct Credential {
    /// PHC string of the password; none while an invitation is open.
    pub password: Option<String>,
    pub totp_secret: Option<Vec<u8>>,
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
    set_recovery_codes(conn, id, codes).await
}

/// Replaces the recovery codes.
pub async fn set_recovery_codes(conn: &mut Conn, id: PersonId, codes: &[Vec<u8>]) -> Result<()> {
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
