//! Who may pass: every request for a curators' page comes through here. Sessions, the token of each
//! form, and roles are checked before any handler runs.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;
use serde_json::json;

use crate::app::App;
use crate::error::{Error, Result};
use crate::people::person::Person;
use crate::people::role::Role;
use crate::people::session::{Alive, Kept};
use crate::people::token::{FormToken, Token};
use crate::people::{sign_in, store};
use crate::records::audit::{Act, audit};
use crate::web::form::{FieldErrors, Sent, TOKEN, Typed};
use crate::web::layout::Layout;

/// The largest form, in bytes.
pub const MAX_FORM: usize = 1_000_000;
/// The largest file of references, in bytes, with the form around it.
pub const MAX_UPLOAD: usize = 10_000_000;
/// Where files are sent.
const UPLOADS: [&str; 2] = ["/admin/imports", crate::retractions::admin::PATH];
/// A session's time of last use is written at most so often.
const TOUCH: SignedDuration = SignedDuration::from_secs(60);
/// The page that someone without a second factor is led to, where one is required.
pub const SECOND_FACTOR: &str = "/admin/account/second-factor";

/// The person who is logged in, whatever their role.
#[derive(Clone)]
pub struct Curator {
    pub person: Person,
    /// Names the session in which they ask.
    pub session: i64,
    pub has_second_factor: bool,
    /// Every form of theirs carries it.
    pub token: FormToken,
    /// What was just done, to be said on this page.
    pub said: Option<String>,
}

impl Curator {
    /// Whether the person's role is at least this one.
    #[must_use]
    pub fn may(&self, needed: Role) -> bool {
        self.person.role.may(needed)
    }

    #[must_use]
    pub fn is_editor(&self) -> bool {
        self.may(Role::Editor)
    }

    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.may(Role::Administrator)
    }

    /// # Errors
    /// [`Error::Forbidden`] when the person's role is less than this one.
    pub fn require(&self, needed: Role) -> Result<()> {
        if self.may(needed) {
            Ok(())
        } else {
            Err(Error::Forbidden)
        }
    }

    /// The person as the maker of a change.
    #[must_use]
    pub fn act(&self, app: &App) -> Act {
        Act {
            person: Some(self.person.id),
            time: app.now(),
        }
    }
}

impl FromRequestParts<App> for Curator {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        // A page that is not behind the guard knows nobody.
        parts.extensions.get().cloned().ok_or(Error::Forbidden)
    }
}

impl FromRequestParts<App> for Sent {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(parts.extensions.remove().unwrap_or_default())
    }
}

impl FromRequestParts<App> for Typed {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Sent::from_request_parts(parts, app).await?.typed)
    }
}

/// Lets a request through to the curators' pages, or answers it.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let had_said = Kept::Said.read(&app.config, request.headers()).is_some();
    let (path, is_page) = (
        request.uri().path().to_owned(),
        request.method() == Method::GET,
    );
    let request = match admit(&app, request).await {
        Ok(request) => request,
        Err(error) => return private(error.into_response()).await,
    };
    let request = match request {
        Admitted::In(request) => *request,
        Admitted::Answered(response) => return private(response).await,
    };
    let curator = request.extensions().get::<Curator>().cloned();
    let mut response = next.run(request).await;
    if response.status() == StatusCode::FORBIDDEN
        && let Some(curator) = curator
    {
        log_refusal(&app, &curator, &path).await;
    }
    if had_said && is_page && response.status().is_success() {
        Kept::Said.clear(&app.config, response.headers_mut());
    }
    private(response).await
}

/// What curators see is for them alone, and not to be kept anywhere; nor is what comes before a
/// session, with the token of its form.
pub async fn private(mut response: Response) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}

enum Admitted {
    In(Box<Request>),
    Answered(Response),
}

async fn admit(app: &App, request: Request) -> Result<Admitted> {
    let (mut parts, body) = request.into_parts();
    let token = Kept::Session.token(&app.config, &parts.headers);
    let alive = match &token {
        Some(token) => alive(app, token).await?,
        None => None,
    };
    let is_upload = UPLOADS
        .iter()
        .any(|uploads| parts.uri.path().starts_with(uploads));
    // Strangers must not fill the memory with files that nobody will read.
    let limit = if is_upload && alive.is_some() {
        MAX_UPLOAD
    } else {
        MAX_FORM
    };
    let is_form = parts.method == Method::POST;
    let sent = if is_form {
        Sent::within(limit, &parts.headers, body).await?
    } else {
        Sent::default()
    };
    let (Some(token), Some(alive)) = (token, alive) else {
        return sign_in::password::asked(app, &parts, sent).map(Admitted::Answered);
    };
    if alive.is_partial {
        let to = sign_in::code_page(&sign_in::wanted(&parts.uri));
        return Ok(Admitted::Answered(Redirect::to(&to).into_response()));
    }
    let form_token = token.form_token();
    if is_form && !form_token.matches(sent.typed.raw(TOKEN)) {
        return Err(Error::Forbidden);
    }
    if app.now().duration_since(alive.seen_at) > TOUCH {
        touch(app, alive.session).await;
    }
    let path = parts.uri.path();
    if app.settings().second_factor_required
        && !alive.has_second_factor
        && !path.starts_with(SECOND_FACTOR)
        && path != "/log-out"
    {
        return Ok(Admitted::Answered(
            Redirect::to(SECOND_FACTOR).into_response(),
        ));
    }
    let said = Kept::Said
        .read(&app.config, &parts.headers)
        .and_then(|said| {
            Typed::decode(format!("said={said}").as_bytes())
                .filled("said")
                .map(str::to_owned)
        });
    parts.extensions.insert(Curator {
        person: alive.person,
        session: alive.session,
        has_second_factor: alive.has_second_factor,
        token: form_token,
        said,
    });
    parts.extensions.insert(Sent {
        typed: sent.typed.without_token(),
        files: sent.files,
    });
    Ok(Admitted::In(Box::new(Request::from_parts(
        parts,
        axum::body::Body::empty(),
    ))))
}

/// The session of a token, unless it has run out.
pub async fn alive(app: &App, token: &Token) -> Result<Option<Alive>> {
    let (settings, now) = (app.settings(), app.now());
    let seen_after = now - settings.idle();
    let begun_after = now - settings.longest();
    Ok(store::session(&app.db, token, seen_after, begun_after).await?)
}

/// A disk that is full must not keep people from reading, so this may fail.
async fn touch(app: &App, session: i64) {
    let touched = async {
        let mut transaction = app.db.begin().await?;
        store::touch_session(&mut transaction, session, app.now()).await?;
        anyhow::Ok(transaction.commit().await?)
    };
    if let Err(error) = touched.await {
        tracing::warn!(
            error = format!("{error:#}"),
            "a session could not be touched"
        );
    }
}

async fn log_refusal(app: &App, curator: &Curator, path: &str) {
    let detail = json!({"path": path, "role": curator.person.role.as_str()});
    let written = async {
        let mut transaction = app.db.begin().await?;
        audit(&mut transaction, "refused", None, &detail, curator.act(app)).await?;
        anyhow::Ok(transaction.commit().await?)
    };
    if let Err(error) = written.await {
        tracing::warn!(
            error = format!("{error:#}"),
            "a refusal could not be written down"
        );
    }
}

/// Refuses everyone below an editor.
pub async fn editors_only(curator: Curator, request: Request, next: Next) -> Result<Response> {
    curator.require(Role::Editor)?;
    Ok(next.run(request).await)
}

/// Refuses everyone below an administrator.
pub async fn administrators_only(
    curator: Curator,
    request: Request,
    next: Next,
) -> Result<Response> {
    curator.require(Role::Administrator)?;
    Ok(next.run(request).await)
}

/// Goes to a page of this site and says there what was done.
#[must_use]
pub fn done(app: &App, to: &str, said: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    let said = form_urlencoded::byte_serialize(said.as_bytes()).collect();
    Kept::Said.set(&app.config, response.headers_mut(), said);
    response
}

impl FromRequestParts<App> for crate::web::client::Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self::of(app, &parts.headers, &parts.extensions))
    }
}

/// The frame of a page before or behind log-in: never listed, never kept.
#[must_use]
pub fn frame(layout: Layout, title: impl Into<String>) -> Layout {
    layout
        .titled(title, "For the curators of this collection.")
        .unlisted()
}

/// The frame of a form. Where something is wrong with what was typed, the title begins with it.
#[must_use]
pub fn form_frame(layout: Layout, title: &str, errors: &FieldErrors) -> Layout {
    if errors.is_empty() {
        frame(layout, title)
    } else {
        frame(layout, format!("Error: {title}"))
    }
}

/// The curators' navigation: path, label, and the least role that it is for.
pub const NAVIGATION: [(&str, &str, Role); 12] = [
    ("/admin/studies", "Studies", Role::Curator),
    ("/admin/interventions", "Interventions", Role::Curator),
    ("/admin/themes", "Themes", Role::Curator),
    ("/admin/questions", "Questions", Role::Editor),
    ("/admin/pages", "Pages", Role::Editor),
    ("/admin/imports", "Import", Role::Curator),
    ("/admin/suggestions", "Suggestions", Role::Curator),
    ("/admin/links", "Links and retractions", Role::Curator),
    ("/admin/vocabularies", "Vocabularies", Role::Editor),
    ("/admin/people", "People", Role::Administrator),
    ("/admin/settings", "Settings", Role::Administrator),
    ("/admin/audit", "Audit log", Role::Administrator),
];
