//! The form on which readers suggest evidence. It sets no cookie, so there is no token in it; that it
//! was sent from a page of this site is checked by the router's cross-site layer.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::error::{Error, Result};
use crate::suggestions::form;
use crate::suggestions::store;
use crate::web::client::Client;
use crate::web::form::{FieldErrors, Sent, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};

/// The largest form, in bytes: a few times what its fields may hold.
const MAX_FORM: usize = 32_000;
/// More than the curators can look at is not taken, so that nobody can fill the disk.
const MAX_WAITING: i64 = 1000;
const THANKS: &str = "/suggest/thanks";

#[derive(Template)]
#[template(path = "suggestions/form.html")]
struct FormPage {
    layout: Layout,
    typed: Typed,
    errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "suggestions/thanks.html")]
struct ThanksPage {
    layout: Layout,
}

fn layout(layout: Layout, title: &str) -> Layout {
    layout.titled(
        title,
        "Do you know a study or a programme that is missing here? Tell the curators of the collection.",
    )
}

/// `GET /suggest`
pub async fn show(layout_: Layout) -> impl IntoResponse {
    Page(FormPage {
        layout: layout(layout_, "Suggest evidence").at("/suggest".to_owned()),
        typed: Typed::default(),
        errors: FieldErrors::default(),
    })
}

/// `POST /suggest`
pub async fn submit(
    State(app): State<App>,
    layout_: Layout,
    client: Client,
    request: Request,
) -> Result<Response> {
    app.throttle.try_address(client).map_err(Error::TooMany)?;
    let (parts, body) = request.into_parts();
    let typed = Sent::within(MAX_FORM, &parts.headers, body).await?.typed;
    if form::is_from_a_robot(&typed) {
        // It learns nothing from the answer.
        tracing::info!(
            client = client.truncated(),
            "a program filled in the suggestion form"
        );
        return Ok(Redirect::to(THANKS).into_response());
    }
    let mut errors = FieldErrors::default();
    let suggested = form::parse(&typed, &mut errors);
    if errors.is_empty() && store::waiting_count(&app.db).await? >= MAX_WAITING {
        errors.add(
            "work",
            "So many suggestions are waiting that we cannot take another one just now. Please try \
             again in a week",
        );
    }
    if !errors.is_empty() {
        let mut response = unprocessable(FormPage {
            layout: layout(layout_, "Error: Suggest evidence").unlisted(),
            typed,
            errors,
        });
        let no_store = HeaderValue::from_static("no-store");
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, no_store);
        return Ok(response);
    }
    let mut transaction = app.db.begin().await?;
    store::add(&mut transaction, &suggested, app.now()).await?;
    transaction.commit().await?;
    Ok(Redirect::to(THANKS).into_response())
}

/// `GET /suggest/thanks`
pub async fn thanks(layout_: Layout) -> impl IntoResponse {
    Page(ThanksPage {
        layout: layout(layout_, "Thank you for your suggestion").unlisted(),
    })
}
