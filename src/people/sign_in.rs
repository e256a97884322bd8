//! Logging in and out. What someone had typed when their session ran out goes along through the
//! log-in and is offered to them again behind it.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::{Before, BeforeForm, Curator, alive, frame};
use crate::people::person::{self, Person, PersonId};
use crate::people::second_factor;
use crate::people::session::{self, Kept};
use crate::people::store::{self, Credential, NewSession};
use crate::people::token::{FormToken, recovery_hash};
use crate::records::audit::{Act, audit};
use crate::web::client::Client;
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};

/// Where people go who did not ask for a page.
const HOME: &str = "/admin";
/// Marks the fields that go through the log-in.
const KEPT: &str = "kept.";

#[derive(Default, Deserialize)]
pub struct Wish {
    #[serde(default)]
    to: String,
    #[serde(default)]
    said: String,
}

/// The page that someone wanted when they were asked to log in.
#[must_use]
pub fn wanted(uri: &Uri) -> String {
    uri.path_and_query()
        .map_or_else(|| HOME.to_owned(), |path| path.as_str().to_owned())
}

/// A path among the curators' pages; anything else leads to the first of them.
fn inside(to: &str) -> &str {
    let is_inside = (to == HOME || to.starts_with("/admin/") || to.starts_with("/admin?"))
        && !to.contains(['\\', '\n', '\r'])
        && !to.contains("//");
    if is_inside { to } else { HOME }
}

fn with_wish(path: &str, to: &str) -> String {
    let to: String = form_urlencoded::byte_serialize(inside(to).as_bytes()).collect();
    format!("{path}?to={to}")
}

/// The page that asks for the second factor.
#[must_use]
pub fn code_page(to: &str) -> String {
    with_wish("/log-in/code", to)
}

#[derive(Template)]
#[template(path = "people/log_in.html")]
struct LogInPage {
    layout: Layout,
    token: FormToken,
    to: String,
    kept: Typed,
    login: String,
    said: Option<&'static str>,
    errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "people/code.html")]
struct CodePage {
    layout: Layout,
    token: FormToken,
    to: String,
    kept: Typed,
    errors: FieldErrors,
}

/// What was typed before the session ran out, ready to be sent again.
#[derive(Template)]
#[template(path = "people/resume.html")]
struct ResumePage {
    layout: Layout,
    token: FormToken,
    to: String,
    kept: Typed,
}

/// Answers a request for a curators' page without a session. What a form held is kept.
pub async fn asked(app: &App, parts: &Parts, typed: Typed) -> Result<Response> {
    let wish = wanted(&parts.uri);
    if parts.method != Method::POST || parts.uri.path() == "/log-out" {
        return Ok(Redirect::to(&with_wish("/log-in", &wish)).into_response());
    }
    let before = Before::of(app, &parts.headers)?;
    let page = LogInPage {
        layout: frame(Layout::new(app, &parts.uri), "Log in to go on"),
        token: before.token.clone(),
        to: inside(&wish).to_owned(),
        kept: typed.without_token(),
        login: String::new(),
        said: Some(
            "Your session has ended, but nothing that you typed is lost. Log in, and you can save it.",
        ),
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
    Query(wish): Query<Wish>,
) -> Result<Response> {
    if let Some(token) = Kept::Session.token(&app.config, &headers)
        && let Some(alive) = alive(&app, &token).await?
        && !alive.is_partial
    {
        return Ok(Redirect::to(inside(&wish.to)).into_response());
    }
    let said = match wish.said.as_str() {
        "out" => Some("You are logged out."),
        "password" => Some("Your password is set. Log in with it."),
        _ => None,
    };
    let page = LogInPage {
        layout: frame(layout, "Log in"),
        token: before.token.clone(),
        to: inside(&wish.to).to_owned(),
        kept: Typed::default(),
        login: String::new(),
        said,
        errors: FieldErrors::default(),
    };
    Ok((before.cookie(&app), Page(page)).into_response())
}

/// Takes the fields that go through the log-in out of a form.
fn kept(typed: &Typed) -> Typed {
    let mut kept = Typed::default();
    for (name, value) in typed.iter() {
        if let Some(name) = name.strip_prefix(KEPT) {
            kept.push(name, value);
        }
    }
    kept
}

/// `POST /log-in`
pub async fn submit(
    State(app): State<App>,
    layout: Layout,
    client: Client,
    headers: HeaderMap,
    BeforeForm { before, typed }: BeforeForm,
) -> Result<Response> {
    let to = inside(typed.raw("to")).to_owned();
    let login = person::login(typed.raw("login")).unwrap_or_default();
    app.throttle
        .try_account(&login, client)
        .map_err(Error::TooMany)?;
    let person = store::find_by_login(&app.db, &login).await?;
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
        note(&app, "log-in-refused", None, &login, client).await?;
        let mut errors = FieldErrors::default();
        errors.add(
            "login",
            "Login and password do not belong together. Check both",
        );
        return Ok(unprocessable(LogInPage {
            layout: frame(layout, "Log in"),
            token: before.token,
            to,
            kept: kept(&typed),
            login: typed.raw("login").to_owned(),
            said: None,
            errors,
        }));
    };
    let entry = Entry {
        app: &app,
        headers: &headers,
        client,
        to,
        kept: kept(&typed),
    };
    if credential.totp_secret.is_none() {
        return entry.enter(layout, &person).await;
    }
    let token = entry.begin(person.id, true).await?;
    let mut response = if entry.kept.is_empty() {
        Redirect::to(&code_page(&entry.to)).into_response()
    } else {
        Page(CodePage {
            layout: frame(layout, "Enter your code"),
            token: before.token,
            to: entry.to,
            kept: entry.kept,
            errors: FieldErrors::default(),
        })
        .into_response()
    };
    Kept::Session.set(&app.config, response.headers_mut(), token);
    Ok(response)
}

/// `GET /log-in/code`
pub async fn ask_code(
    State(app): State<App>,
    layout: Layout,
    before: Before,
    Query(wish): Query<Wish>,
) -> Response {
    let page = CodePage {
        layout: frame(layout, "Enter your code"),
        token: before.token.clone(),
        to: inside(&wish.to).to_owned(),
        kept: Typed::default(),
        errors: FieldErrors::default(),
    };
    (before.cookie(&app), Page(page)).into_response()
}

/// `POST /log-in/code`
pub async fn check_code(
    State(app): State<App>,
    layout: Layout,
    client: Client,
    headers: HeaderMap,
    BeforeForm { before, typed }: BeforeForm,
) -> Result<Response> {
    let to = inside(typed.raw("to")).to_owned();
    let half = match Kept::Session.token(&app.config, &headers) {
        Some(token) => alive(&app, &token).await?.filter(|alive| alive.is_partial),
        None => None,
    };
    let is_fresh = |seen_at| {
        let waited = app.now().duration_since(seen_at);
        waited.as_mins() < session::PARTIAL_MINUTES
    };
    let Some(half) = half.filter(|half| is_fresh(half.seen_at)) else {
        return Ok(Redirect::to(&with_wish("/log-in", &to)).into_response());
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
        return Ok(unprocessable(CodePage {
            layout: frame(layout, "Enter your code"),
            token: before.token,
            to,
            kept: kept(&typed),
            errors,
        }));
    }
    let entry = Entry {
        app: &app,
        headers: &headers,
        client,
        to,
        kept: kept(&typed),
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

/// Someone who has proved who they are.
struct Entry<'a> {
    app: &'a App,
    headers: &'a HeaderMap,
    client: Client,
    to: String,
    kept: Typed,
}

impl Entry<'_> {
    /// Begins a session, ends the one that this browser had, and returns the new cookie.
    async fn begin(&self, person: PersonId, is_partial: bool) -> Result<String> {
        let now = self.app.now();
        let former = Kept::Session.token(&self.app.config, self.headers);
        let former = match former {
            Some(token) => alive(self.app, &token).await?,
            None => None,
        };
        let mut transaction = self.app.db.begin().await?;
        store::forget_old(&mut transaction, now - self.app.settings().longest(), now).await?;
        if let Some(former) = former {
            store::end_session(&mut transaction, former.person.id, former.session).await?;
        }
        let session = NewSession {
            person,
            browser: &session::browser(self.headers),
            client: &self.client.truncated(),
            is_partial,
            now,
        };
        let token = store::begin_session(&mut transaction, session).await?;
        if !is_partial {
            let act = Act {
                person: Some(person),
                time: now,
            };
            let detail = json!({"from": self.client.truncated()});
            audit(&mut transaction, "log-in", None, &detail, act).await?;
        }
        transaction.commit().await?;
        Ok(token.reveal().to_owned())
    }

    async fn enter(self, layout: Layout, person: &Person) -> Result<Response> {
        let cookie = self.begin(person.id, false).await?;
        let config = &self.app.config;
        let mut response = if self.kept.is_empty() {
            Redirect::to(&self.to).into_response()
        } else {
            let token = crate::people::token::Token::parse(&cookie).ok_or(Error::Forbidden)?;
            Page(ResumePage {
                layout: frame(layout, "Save what you had typed"),
                token: token.form_token(),
                to: self.to,
                kept: self.kept,
            })
            .into_response()
        };
        Kept::Session.set(config, response.headers_mut(), cookie);
        Kept::Before.clear(config, response.headers_mut());
        Ok(response)
    }
}

/// Writes down a log-in that was refused.
async fn note(
    app: &App,
    action: &str,
    person: Option<PersonId>,
    login: &str,
    client: Client,
) -> Result<()> {
    let act = Act {
        person,
        time: app.now(),
    };
    let detail = json!({"login": login, "from": client.truncated()});
    let mut transaction = app.db.begin().await?;
    audit(&mut transaction, action, None, &detail, act).await?;
    Ok(transaction.commit().await?)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_logging_in() {
        for good in ["/admin", "/admin/studies/12?said=x", "/admin?x=1"] {
            assert_eq!(inside(good), good);
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "/admin/\\evil",
            "https://evil.example/admin",
            "/administration",
            "/admin//x",
        ] {
            assert_eq!(inside(bad), HOME, "{bad}");
        }
    }
}
