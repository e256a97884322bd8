//! What is kept about one person, for that person to take along.

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use crate::db::Db;
use crate::people::person::PersonId;

/// What somebody has typed into a form and not saved.
#[derive(Debug, Serialize)]
pub struct OwnUnsaved {
    pub form: String,
    pub time: String,
    pub fields: Value,
}

/// A file of references that somebody sent.
#[derive(Debug, Serialize)]
pub struct OwnUpload {
    pub time: String,
    pub name: String,
    pub format: String,
}

/// What someone wrote and did.
#[derive(Debug, Serialize)]
pub struct OwnData {
    pub revisions: Vec<OwnRevision>,
    pub comments: Vec<OwnComment>,
    pub unsaved: Vec<OwnUnsaved>,
    pub uploads: Vec<OwnUpload>,
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
    let unsaved = sqlx::query!(
        "SELECT form, time, fields FROM unsaved WHERE person = $1 ORDER BY form",
        person
    )
    .fetch_all(&db.read)
    .await?;
    let unsaved = unsaved.into_iter().map(|row| {
        Ok(OwnUnsaved {
            form: row.form,
            time: row.time,
            fields: serde_json::from_str(&row.fields)?,
        })
    });
    let uploads = sqlx::query_as!(
        OwnUpload,
        "SELECT time, name, format FROM upload WHERE person = $1 ORDER BY id",
        person
    )
    .fetch_all(&db.read)
    .await?;
    Ok(OwnData {
        revisions,
        comments,
        unsaved: unsaved.collect::<Result<_>>()?,
        uploads,
        audit: acts.collect::<Result<_>>()?,
    })
}
