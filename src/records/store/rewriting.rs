//! Changing what records say, many at a time, without changing where they stand.

use anyhow::{Context, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::db::Conn;
use crate::interventions::intervention::Intervention;
use crate::pages::page::{Page, Question};
use crate::records::audit::Act;
use crate::records::record::Kind;
use crate::records::status::Status;
use crate::records::store::{Head, append, head, publish, set_status};
use crate::studies::study::Study;
use crate::themes::theme::Theme;

/// Changes the texts of a record that anyone sees, each as a new revision: what readers see stays
/// published, a draft stays a draft and its author's. `change` says whether it changed anything.
/// Returns whether anything was.
///
/// # Errors
/// When there is no such record, the changed text is none of its kind, or the disk refuses.
pub async fn rewrite(
    conn: &mut Conn,
    id: i64,
    change: impl Fn(&mut Value) -> bool,
    note: &str,
    act: Act,
) -> Result<bool> {
    let newest = head(conn, id).await?.context("no such record")?;
    let changed_head = changed(newest.kind, &newest.body, &change)?;
    if newest.live == Some(newest.number) {
        let Some(body) = changed_head else {
            return Ok(false);
        };
        append(conn, id, &body, note, act).await?;
        publish(conn, id, act).await?;
        return Ok(true);
    }
    let changed_live = match newest.live {
        Some(number) => {
            let body = body_of(conn, id, number).await?;
            changed(newest.kind, &body, &change)?
        }
        None => None,
    };
    if changed_head.is_none() && changed_live.is_none() {
        return Ok(false);
    }
    if let Some(body) = changed_live {
        append(conn, id, &body, note, act).await?;
        publish(conn, id, act).await?;
    }
    // The draft comes last again, since the newest text is the one with the largest number.
    let body = changed_head.as_ref().unwrap_or(&newest.body);
    append(conn, id, body, note, by_author(&newest, act)).await?;
    // `append` makes a draft of whatever it was.
    if newest.status != Status::Draft {
        set_status(conn, id, newest.status).await?;
    }
    Ok(true)
}

/// Whoever must not publish their own draft must not get around that by someone else's rewriting.
fn by_author(head: &Head, act: Act) -> Act {
    Act {
        person: head.author,
        ..act
    }
}

async fn body_of(conn: &mut Conn, id: i64, number: i64) -> Result<String> {
    let body = sqlx::query_scalar!(
        "SELECT body FROM revision WHERE record = $1 AND number = $2",
        id,
        number
    )
    .fetch_one(conn)
    .await?;
    Ok(body)
}

/// The changed text, written as every text of its kind is; none when nothing changed.
fn changed(kind: Kind, body: &str, change: impl Fn(&mut Value) -> bool) -> Result<Option<String>> {
    fn written<D: DeserializeOwned + Serialize>(body: Value) -> Result<String> {
        let body: D = serde_json::from_value(body).context("reading a changed record")?;
        serde_json::to_string(&body).context("writing a changed record")
    }
    let mut body: Value = serde_json::from_str(body).context("reading a stored record")?;
    if !change(&mut body) {
        return Ok(None);
    }
    let body = match kind {
        Kind::Study => written::<Study>(body),
        Kind::Intervention => written::<Intervention>(body),
        Kind::Theme => written::<Theme>(body),
        Kind::Question => written::<Question>(body),
        Kind::Page => written::<Page>(body),
    };
    body.map(Some)
}
