//! Vain searches in the database.

use anyhow::Result;
use jiff::civil::Date;

use crate::db::{Conn, Db};

/// How many different searches are kept.
pub const MOST: i64 = 2000;

/// Words that found nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VainSearch {
    pub words: String,
    pub count: i64,
    /// The latest, as a date of RFC 3339.
    pub day: String,
}

/// Adds to the count of a search.
pub async fn add(conn: &mut Conn, words: &str, count: i64, day: Date) -> Result<()> {
    let day = day.to_string();
    sqlx::query!(
        "INSERT INTO vain_search (words, count, day) VALUES ($1, $2, $3)
         ON CONFLICT (words) DO UPDATE SET count = vain_search.count + excluded.count, day = excluded.day",
        words,
        count,
        day,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets the searches that were not seen for longest, beyond the [`MOST`] that are kept.
pub async fn forget_surplus(conn: &mut Conn) -> Result<()> {
    sqlx::query!(
        "DELETE FROM vain_search WHERE words NOT IN
         (SELECT words FROM vain_search ORDER BY day DESC, count DESC, words LIMIT $1)",
        MOST
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The searches, those that were made most often first.
pub async fn all(db: &Db) -> Result<Vec<VainSearch>> {
    let searches = sqlx::query_as!(
        VainSearch,
        "SELECT words, count, day FROM vain_search ORDER BY count DESC, day DESC, words"
    )
    .fetch_all(&db.read)
    .await?;
    Ok(searches)
}

/// Forgets a search. Whether there was one.
pub async fn delete(conn: &mut Conn, words: &str) -> Result<bool> {
    let deleted = sqlx::query!("DELETE FROM vain_search WHERE words = $1", words)
        .execute(conn)
        .await?;
    Ok(deleted.rows_affected() > 0)
}
