//! What is kept about one person, for that person to take along.

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use crate::db::Db;
use crate::people::person::PersonId;

/// What someone wrote and did.
#[derive(Debug, Serialize)]
pub struct OwnData {
    pub revisions: Vec<OwnRevision>,
    pub comments: Vec<OwnComment>,
    pub audit: Vec<OwnAct>,
}

/// A text that someone saved.
#[derive(Debug, Serialize)]
pub struct OwnRevision {
    pub kind: String,
    pub record: String,
    pub number: i64,
    pub time: String,
    pub note: String,
}

/// A step in a record's life that someone took, with what they said.
#[derive(Debug, Serialize)]
pub struct OwnComment {
    pub kind: String,
    pub record: String,
    pub time: String,
    pub what: String,
    pub comment: String,
}

/// A line of the audit log.
#[derive(Debug, Serialize)]
pub struct OwnAct {
    pub time: String,
    pub action: String,
    pub record: Option<String>,
    pub detail: Value,
}

/// Everything that carries a person's name, oldest first.
pub async fn own_data(db: &Db, person: PersonId) -> Result<OwnData> {
    let revisions = sqlx::query_as!(
        OwnRevision,
        "SELECT kind, slug AS record, number, time, note
           FROM revision JOIN record ON record.id = revision.record
          WHERE person = $1 ORDER BY time, record.id, number",
        person
    )
    .fetch_all(&db.read)
    .await?;
    let comments = sqlx::query_as!(
        OwnComment,
        "SELECT kind, slug AS record, time, what, comment
           FROM step JOIN record ON record.id = step.record
          WHERE person = $1 ORDER BY step.id",
        person
    )
    .fetch_all(&db.read)
    .await?;
    let acts = sqlx::query!(
        "SELECT time, action, slug AS \"slug?\", detail
           FROM audit LEFT JOIN record ON record.id = audit.record
          WHERE person = $1 ORDER BY audit.id",
        person
    )
    .fetch_all(&db.read)
    .await?;
    let acts = acts.into_iter().map(|row| {
        Ok(OwnAct {
            time: row.time,
            action: row.action,
            record: row.slug,
            detail: serde_json::from_str(&row.detail)?,
        })
    });
    Ok(OwnData {
        revisions,
        comments,
        audit: acts.collect::<Result<_>>()?,
    })
}
