//! What is being typed and not saved: kept now and then, and thrown away when asked.

use anyhow::Context;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use serde_json::json;

use super::{BUTTON, KEPT_AT, SEEN, form_name, least_role, load};
use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::Curator;
use crate::records::form::RecordForm;
use crate::records::store::{self, Unsaved};
use crate::web::form::Typed;

/// The field that names the window in which something was typed.
const WINDOW: &str = "window";

/// `POST /admin/{kind}/{id}/keep` and `POST /admin/{kind}/new/keep`: what is being typed, every
/// now and then. Never a revision, never in anyone else's way. Answers the time, or 409 where
/// something newer was saved, or kept from another window.
pub async fn keep<F: RecordForm>(
    State(app): State<App>,
    curator: Curator,
    id: Option<Path<i64>>,
    mut typed: Typed,
) -> Result<Response> {
    curator.require(least_role(F::KIND))?;
    let seen = typed.text(SEEN).parse().unwrap_or_default();
    // Nothing is saved between looking and keeping.
    let mut transaction = app.db.begin().await?;
    let head = match id {
        Some(Path(id)) => store::head(&mut transaction, id).await?,
        None => None,
    };
    if id.is_some() && head.as_ref().is_none_or(|head| head.kind != F::KIND) {
        return Err(Error::NotFound);
    }
    if let Some(head) = &head {
        app.presence.note(head.id, &curator.person, app.now());
        if head.number != seen {
            let said = format!(
                "{} has saved a newer text meanwhile. Save yours to see both: nothing is overwritten.",
                head.author_name
            );
            return Ok((StatusCode::CONFLICT, Json(json!({"said": said}))).into_response());
        }
    }
    typed.remove(BUTTON);
    let name = form_name(F::KIND, head.as_ref());
    if let Some(kept) = store::unsaved(&app.db, curator.person.id, &name).await?
        && is_newer(&kept, &typed)
    {
        let said = "You have typed something newer into this form in another window. What you type \
                    here is kept again once you have saved it.";
        return Ok((StatusCode::CONFLICT, Json(json!({"said": said}))).into_response());
    }
    let unsaved = Unsaved {
        seen,
        time: app.now(),
        fields: serde_json::to_string(&typed).context("writing what was typed")?,
    };
    store::keep_unsaved(&mut transaction, curator.person.id, &name, &unsaved).await?;
    transaction.commit().await?;
    Ok(Json(json!({"kept_at": unsaved.time.to_string()})).into_response())
}

/// Whether what is kept comes from another window and is newer than what this one last saw.
fn is_newer(kept: &Unsaved, typed: &Typed) -> bool {
    let window = typed.text(WINDOW);
    let is_own = !window.is_empty()
        && serde_json::from_str::<Typed>(&kept.fields)
            .is_ok_and(|fields| fields.text(WINDOW) == window);
    let seen: Option<Timestamp> = typed.text(KEPT_AT).parse().ok();
    !is_own && seen.is_none_or(|seen| kept.time > seen)
}

/// `POST /admin/{kind}/{id}/forget` and `POST /admin/{kind}/new/forget`: throws away what was
/// typed and not saved.
pub async fn forget<F: RecordForm>(
    State(app): State<App>,
    curator: Curator,
    id: Option<Path<i64>>,
) -> Result<Response> {
    curator.require(least_role(F::KIND))?;
    let head = match id {
        Some(Path(id)) => Some(load::<F>(&app, &curator, id).await?.0),
        None => None,
    };
    let name = form_name(F::KIND, head.as_ref());
    let mut transaction = app.db.begin().await?;
    store::forget_unsaved(&mut transaction, curator.person.id, &name).await?;
    transaction.commit().await?;
    Ok(Redirect::to(&name).into_response())
}
