//! The log-in page: login and password.

use askama::Template;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::{alive, form_frame, frame};
use crate::people::before::{Before, BeforeForm};
use crate::people::session::Kept;
use crate::people::sign_in::code::CodePage;
use crate::people::sign_in::entry::Entry;
use crate::people::sign_in::{Carried, code_page, inside, note, parameter, wanted, with_wish};
use crate::people::store::Credential;
use crate::people::token::FormToken;
use crate::people::{person, store};
use crate::web::client::Client;
use crate::web::form::{FieldErrors, Sent};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};

#[derive(Template)]
#[template(path = "people/log_in.html")]
struct LogInPage {
    layout: Layout,
    token: FormToken,
    carried: Carried,
    login: String,
    said: Option<&'static str>,
    errors: FieldErrors,
}

/// Answers a request for a curators' page without a session. What a form held is kept.
pub fn asked(app: &App, parts: &Parts, sent: Sent) -> Result<Response> {
    let wish = wanted(&parts.uri);
    if parts.method != Method::POST || parts.uri.path() == "/log-out" {
        return Ok(Redirect::to(&with_wish("/log-in", &wish)).into_response());
    }
    let before = Before::of(app, &parts.headers)?;
    let page = LogInPage {
        layout: frame(Layout::new(app, &parts.uri), "Log in to go on"),
        token: before.token.clone(),
        carried: Carried::form(&wish, sent.typed),
        login: String::new(),
        said: Some(if sent.files.is_empty() {
            "Your session has ended, but nothing that you typed is lost. Log in, and you can go on."
        } else {
            "Your session has ended. What you typed is kept, but the file is to be chosen again. \
             Log in, and you can go on."
        }),
        errors: FieldErrors::default(),
    };
    Ok((StatusCode::UNAUTHORIZED, before.cookie(app), Page(page)).into_response())
}

/// `GET /log-in`
pub async fn show(
    State(app): State<App>,
    layout: Layout,
    before: Before,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response> {
    if let Some(token) = Kept::Session.token(&app.config, &headers)
        && let Some(alive) = alive(&app, &token).await?
        && !alive.is_partial
    {
        return Ok(Redirect::to(inside(&parameter(&uri, "to"))).into_response());
    }
    let said = match parameter(&uri, "said").as_str() {
        "out" => Some("You are logged out."),
        "password" => Some("Your password is set. Log in with it."),
        _ => None,
    };
    let page = LogInPage {
        layout: frame(layout, "Log in"),
        token: before.token.clone(),
        carried: Carried::link(&parameter(&uri, "to")),
        login: String::new(),
        said,
        errors: FieldErrors::default(),
    };
    Ok((before.cookie(&app), Page(page)).into_response())
}

/// `POST /log-in`
pub async fn submit(
    State(app): State<App>,
    layout: Layout,
    client: Client,
    headers: HeaderMap,
    BeforeForm { before, typed }: BeforeForm,
) -> Result<Response> {
    let login = person::login(typed.raw("login")).unwrap_or_default();
    app.throttle
        .try_account(&login, client)
        .map_err(Error::TooMany)?;
    let person = store::find_by_login(&app.db, &login).await?;
    // Only a login that exists is written down: what else is typed there may be a password.
    let known = person.as_ref().map(|person| person.login.clone());
    let (person, credential) = match person {
        Some(person) if !person.is_disabled => {
            let credential = store::credential(&app.db, person.id).await?;
            (Some(person), credential)
        }
        // Checked all the same, against nobody's password, so that the answer takes as long.
        _ => (
            None,
            Credential {
                password: None,
                totp_secret: None,
            },
        ),
    };
    let password = typed.raw("password").to_owned();
    let is_right = app.hasher.check(password, credential.password).await?;
    let (true, Some(person)) = (is_right, person) else {
        let login = known.as_deref().unwrap_or("not one of ours");
        note(&app, "log-in-refused", None, login, client).await?;
        let mut errors = FieldErrors::default();
        errors.add(
            "login",
            "Login and password do not belong together. Check both",
        );
        return Ok(unprocessable(LogInPage {
            layout: form_frame(layout, "Log in", &errors),
            token: before.token,
            carried: Carried::read(&typed),
            login: typed.raw("login").to_owned(),
            said: None,
            errors,
        }));
    };
    let entry = Entry {
        app: &app,
        headers: &headers,
        client,
        carried: Carried::read(&typed),
    };
    if credential.totp_secret.is_none() {
        return entry.enter(layout, &person).await;
    }
    let token = entry.begin(person.id, true).await?;
    let mut response = if entry.carried.is_form {
        Page(CodePage::new(layout, before.token, entry.carried)).into_response()
    } else {
        Redirect::to(&code_page(&entry.carried.to)).into_response()
    };
    Kept::Session.set(&app.config, response.headers_mut(), token);
    Ok(response)
}
