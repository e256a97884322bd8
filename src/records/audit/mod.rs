//! The audit log: who did what, when, to which record. Append-only; read by administrators.

pub mod admin;
pub mod file;
pub mod store;
pub mod words;

use anyhow::Result;
use jiff::Timestamp;
use serde_json::Value;

use crate::db::Conn;

/// Who makes a change, and when. No person: the command line.
#[derive(Clone, Copy, Debug)]
pub struct Act {
    pub person: Option<i64>,
    pub time: Timestamp,
}

/// Writes a line. `detail` is for people, never read back by code.
///
/// # Errors
/// When the disk refuses.
pub async fn audit(
    conn: &mut Conn,
    action: &str,
    record: Option<i64>,
    detail: &Value,
    act: Act,
) -> Result<()> {
    let (time, detail) = (act.time.to_string(), detail.to_string());
    sqlx::query!(
        "INSERT INTO audit (time, person, action, record, detail) VALUES ($1, $2, $3, $4, $5)",
        time,
        act.person,
        action,
        record,
        detail,
    )
    .execute(conn)
    .await?;
    Ok(())
}
