//! Logging out.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use crate::app::App;
use crate::error::Result;
use crate::people::access::Curator;
use crate::people::session::Kept;
use crate::people::store;
use crate::records::audit::audit;

/// `POST /log-out`
pub async fn log_out(State(app): State<App>, curator: Curator) -> Result<Response> {
    let mut transaction = app.db.begin().await?;
    store::end_session(&mut transaction, curator.person.id, curator.session).await?;
    let detail = json!({});
    audit(
        &mut transaction,
        "log-out",
        None,
        &detail,
        curator.act(&app),
    )
    .await?;
    transaction.commit().await?;
    let mut response = Redirect::to("/log-in?said=out").into_response();
    Kept::Session.clear(&app.config, response.headers_mut());
    response.headers_mut().insert(
        header::HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"cookies\", \"storage\""),
    );
    Ok(response)
}
