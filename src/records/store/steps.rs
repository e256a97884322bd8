//! The steps of a record's life that readers do not see.

use anyhow::{Context, Result};

use crate::db::Conn;
use crate::records::audit::{Act, audit};
use crate::records::status::Status;
use crate::records::store::{append, head};

/// A step of a record's life that readers do not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Submitted,
    SentBack,
    Commented,
    Discarded,
    Restored,
}

impl Step {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::SentBack => "sent-back",
            Self::Commented => "commented",
            Self::Discarded => "discarded",
            Self::Restored => "restored",
        }
    }
}

/// Writes a step into a record's history.
///
/// # Errors
/// When there is no such record or the disk refuses.
pub async fn add_step(conn: &mut Conn, id: i64, step: Step, comment: &str, act: Act) -> Result<()> {
    let (what, time) = (step.as_str(), act.time.to_string());
    sqlx::query!(
        "INSERT INTO step (record, revision, person, time, what, comment)
         SELECT id, head, $2, $3, $4, $5 FROM record WHERE id = $1",
        id,
        act.person,
        time,
        what,
        comment,
    )
    .execute(&mut *conn)
    .await?;
    audit(conn, what, Some(id), &serde_json::json!({}), act).await
}

/// Moves the newest text between draft and review.
///
/// # Errors
/// When there is no such record or the disk refuses.
pub async fn set_status(conn: &mut Conn, id: i64, status: Status) -> Result<()> {
    let status = status.as_str();
    sqlx::query!("UPDATE record SET status = $2 WHERE id = $1", id, status)
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives up the newest text: what readers see is the newest again, and a record that they have
/// never seen leaves the lists and frees its slug. Its texts stay in the history.
///
/// # Errors
/// When there is no such record or the disk refuses.
pub async fn discard(conn: &mut Conn, id: i64, act: Act) -> Result<()> {
    add_step(conn, id, Step::Discarded, "", act).await?;
    let head = head(conn, id).await?.context("no such record")?;
    match head.live {
        Some(_) => {
            sqlx::query!(
                "UPDATE record SET head = live, status = 'published' WHERE id = $1",
                id
            )
            .execute(conn)
            .await?;
        }
        None if head.was_published => set_status(conn, id, Status::Withdrawn).await?,
        None => {
            let slug = format!("discarded-{id}");
            sqlx::query!(
                "UPDATE record SET status = 'withdrawn', slug = $2 WHERE id = $1",
                id,
                slug
            )
            .execute(conn)
            .await?;
        }
    }
    Ok(())
}

/// Makes an earlier text the newest one again, as a draft.
///
/// # Errors
/// When there is no such text or the disk refuses.
pub async fn restore(conn: &mut Conn, id: i64, number: i64, act: Act) -> Result<i64> {
    let body = sqlx::query_scalar!(
        "SELECT body FROM revision WHERE record = $1 AND number = $2",
        id,
        number
    )
    .fetch_one(&mut *conn)
    .await?;
    let note = format!("Restored version {number}");
    let restored = append(conn, id, &body, &note, act).await?;
    add_step(conn, id, Step::Restored, "", act).await?;
    Ok(restored)
}
