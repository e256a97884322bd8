//! What is kept about a person, as a file for them.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::error::Result;
use crate::people::access::Curator;
use crate::people::account::own::my_sessions;
use crate::people::store;

/// `GET /admin/account/data.json`
pub async fn show(State(app): State<App>, curator: Curator) -> Result<Response> {
    let data = store::own_data(&app.db, curator.person.id).await?;
    let sessions = my_sessions(&app, &curator).await?;
    let sessions = sessions.iter().map(|session| {
        json!({
            "browser": session.browser,
            "address": session.client,
            "begun": session.created_at.to_string(),
            "last seen": session.seen_at.to_string(),
        })
    });
    let person = &curator.person;
    let file = json!({
        "person": {
            "login": person.login,
            "name": person.name,
            "role": person.role.as_str(),
            "second factor": curator.has_second_factor,
        },
        "sessions": sessions.collect::<Vec<_>>(),
        "revisions": data.revisions,
        "comments": data.comments,
        "unsaved": data.unsaved,
        "uploads": data.uploads,
        "audit": data.audit,
    });
    let text = serde_json::to_string_pretty(&file).map_err(anyhow::Error::from)?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"my-data.json\"",
        ),
    ];
    Ok((headers, text).into_response())
}
