//! The second step of a log-in: a code of the authenticator, or a recovery code.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::{alive, form_frame, frame};
use crate::people::before::{Before, BeforeForm};
use crate::people::person::PersonId;
use crate::people::session::{self, Kept};
use crate::people::sign_in::entry::Entry;
use crate::people::sign_in::{Carried, note, parameter, with_wish};
use crate::people::token::{FormToken, recovery_hash};
use crate::people::{second_factor, store};
use crate::web::client::Client;
use crate::web::form::FieldErrors;
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};

#[derive(Template)]
#[template(path = "people/code.html")]
pub struct CodePage {
    layout: Layout,
    token: FormToken,
    carried: Carried,
    errors: FieldErrors,
}

impl CodePage {
    pub fn new(layout: Layout, token: FormToken, carried: Carried) -> Self {
        Self {
            layout: frame(layout, "Enter your code"),
            token,
            carried,
            errors: FieldErrors::default(),
        }
    }
}

/// `GET /log-in/code`
pub async fn show(State(app): State<App>, layout: Layout, before: Before, uri: Uri) -> Response {
    let carried = Carried::link(&parameter(&uri, "to"));
    let page = CodePage::new(layout, before.token.clone(), carried);
    (before.cookie(&app), Page(page)).into_response()
}

/// `POST /log-in/code`
pub async fn submit(
    State(app): State<App>,
    layout: Layout,
    client: Client,
    headers: HeaderMap,
    BeforeForm { before, typed }: BeforeForm,
) -> Result<Response> {
    let carried = Carried::read(&typed);
    let half = match Kept::Session.token(&app.config, &headers) {
        Some(token) => alive(&app, &token).await?.filter(|alive| alive.is_partial),
        None => None,
    };
    let is_fresh = |seen_at| {
        let waited = app.now().duration_since(seen_at);
        waited.as_mins() < session::PARTIAL_MINUTES
    };
    let Some(half) = half.filter(|half| is_fresh(half.seen_at)) else {
        return Ok(Redirect::to(&with_wish("/log-in", &carried.to)).into_response());
    };
    let person = half.person;
    let account = format!("code {}", person.login);
    app.throttle
        .try_account(&account, client)
        .map_err(Error::TooMany)?;
    if !is_code(&app, person.id, typed.text("code")).await? {
        note(&app, "code-refused", Some(person.id), &person.login, client).await?;
        let mut errors = FieldErrors::default();
        errors.add(
            "code",
            "This code is wrong or was used before. Wait for the next one",
        );
        let mut page = CodePage::new(layout, before.token, carried);
        page.layout = form_frame(page.layout, "Enter your code", &errors);
        page.errors = errors;
        return Ok(unprocessable(page));
    }
    let entry = Entry {
        app: &app,
        headers: &headers,
        client,
        carried,
    };
    entry.enter(layout, &person).await
}

/// Whether this is the code of the moment, or a recovery code; either is used up by it.
async fn is_code(app: &App, person: PersonId, code: &str) -> Result<bool> {
    let secret = store::credential(&app.db, person).await?.totp_secret;
    let step = secret.and_then(|secret| second_factor::step(&secret, code, app.now()));
    let mut transaction = app.db.begin().await?;
    let is_code = match step {
        Some(step) => store::use_step(&mut transaction, person, step).await?,
        None => store::use_recovery_code(&mut transaction, person, &recovery_hash(code)).await?,
    };
    transaction.commit().await?;
    Ok(is_code)
}
