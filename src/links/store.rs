//! What was last seen of links, in the database.

use anyhow::Result;

use crate::db::{Conn, Db};
use crate::links::link::{Link, Standing};

/// Everything that is known, by address.
pub async fn all(db: &Db) -> Result<Vec<Link>> {
    let rows = sqlx::query!(
        "SELECT url, checked_at, status, problem, failures, failing_since FROM link ORDER BY url"
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Link {
                url: row.url,
                checked_at: row.checked_at.parse()?,
                status: row.status.and_then(|status| u16::try_from(status).ok()),
                problem: row.problem,
                failures: row.failures,
                failing_since: row.failing_since.map(|time| time.parse()).transpose()?,
            })
        })
        .collect()
}

/// How many links are dead, as far as anybody has looked.
pub async fn count_dead(db: &Db) -> Result<i64> {
    let links = all(db).await?;
    let dead = links
        .iter()
        .filter(|link| link.standing() == Standing::Dead);
    Ok(i64::try_from(dead.count())?)
}

/// What is known of an address; `None` when it was never asked.
pub async fn find(db: &Db, url: &str) -> Result<Option<Link>> {
    let row = sqlx::query!(
        "SELECT url, checked_at, status, problem, failures, failing_since FROM link WHERE url = $1",
        url
    )
    .fetch_optional(&db.read)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Link {
        url: row.url,
        checked_at: row.checked_at.parse()?,
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        problem: row.problem,
        failures: row.failures,
        failing_since: row.failing_since.map(|time| time.parse()).transpose()?,
    }))
}

/// Keeps what was seen.
pub async fn save(conn: &mut Conn, link: &Link) -> Result<()> {
    let checked_at = link.checked_at.to_string();
    let failing_since = link.failing_since.map(|time| time.to_string());
    let status = link.status.map(i64::from);
    sqlx::query!(
        "INSERT INTO link (url, checked_at, status, problem, failures, failing_since)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (url) DO UPDATE SET
         checked_at = excluded.checked_at, status = excluded.status, problem = excluded.problem,
         failures = excluded.failures, failing_since = excluded.failing_since",
        link.url,
        checked_at,
        status,
        link.problem,
        link.failures,
        failing_since,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets an address that no record has any more.
pub async fn forget(conn: &mut Conn, url: &str) -> Result<()> {
    sqlx::query!("DELETE FROM link WHERE url = $1", url)
        .execute(conn)
        .await?;
    Ok(())
}
