//! Addresses that work once and let someone choose a password: the first administrator, an
//! invitation, a forgotten password.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;
use serde_json::json;

use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::{form_frame, frame};
use crate::people::before::{Before, BeforeForm};
use crate::people::person::{self, Person};
use crate::people::role::Role;
use crate::people::token::Token;
use crate::people::{password, store};
use crate::records::audit::{Act, audit};
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};

/// What a one-time link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    FirstAdministrator,
    Invitation,
    Password,
}

impl Purpose {
    /// The word for this purpose in SQL and in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FirstAdministrator => "first-administrator",
            Self::Invitation => "invitation",
            Self::Password => "password",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::FirstAdministrator, Self::Invitation, Self::Password]
            .into_iter()
            .find(|purpose| purpose.as_str() == word)
    }

    /// How long a link works.
    #[must_use]
    pub fn lasts(self) -> SignedDuration {
        match self {
            Self::FirstAdministrator | Self::Invitation => SignedDuration::from_hours(7 * 24),
            Self::Password => SignedDuration::from_hours(24),
        }
    }

    /// The same in words.
    #[must_use]
    pub fn lasts_in_words(self) -> &'static str {
        match self {
            Self::FirstAdministrator | Self::Invitation => "within seven days",
            Self::Password => "within a day",
        }
    }

    /// The path of a link.
    #[must_use]
    pub fn path(self, token: &Token) -> String {
        format!("/welcome/{}/{}", self.as_str(), token.reveal())
    }
}

#[derive(Template)]
#[template(path = "people/one_time.html")]
struct OneTimePage {
    layout: Layout,
    before: Before,
    heading: &'static str,
    button: &'static str,
    /// Whose password it is; none for the first administrator, who says so in the form.
    person: Option<Person>,
    typed: Typed,
    errors: FieldErrors,
}

impl OneTimePage {
    fn new(layout: Layout, before: Before, purpose: Purpose, person: Option<Person>) -> Self {
        let (heading, button) = match purpose {
            Purpose::FirstAdministrator => ("Make the first administrator", "Make the account"),
            Purpose::Invitation => ("Welcome", "Choose this password"),
            Purpose::Password => ("Choose a new password", "Choose this password"),
        };
        Self {
            layout: frame(layout, heading),
            before,
            heading,
            button,
            person,
            typed: Typed::default(),
            errors: FieldErrors::default(),
        }
    }
}

/// The purpose and person of a link; 404 when it does not work (any more).
async fn open(app: &App, purpose: &str, token: &str) -> Result<(Purpose, Token, Option<Person>)> {
    let purpose = Purpose::parse(purpose).ok_or(Error::NotFound)?;
    let token = Token::parse(token).ok_or(Error::LinkUsed)?;
    let mut conn = app.db.read.acquire().await?;
    if purpose == Purpose::FirstAdministrator && !store::is_deserted(&mut conn).await? {
        return Err(Error::LinkUsed);
    }
    let person = store::link(&mut conn, purpose, &token, app.now())
        .await?
        .ok_or(Error::LinkUsed)?;
    let person = match person {
        Some(id) => store::find(&app.db, id).await?,
        None => None,
    };
    Ok((purpose, token, person))
}

/// `GET /welcome/{purpose}/{token}`
pub async fn show(
    State(app): State<App>,
    layout: Layout,
    before: Before,
    Path((purpose, token)): Path<(String, String)>,
) -> Result<Response> {
    let (purpose, _, person) = open(&app, &purpose, &token).await?;
    let cookie = before.cookie(&app);
    let page = OneTimePage::new(layout, before, purpose, person);
    Ok((cookie, Page(page)).into_response())
}

/// `POST /welcome/{purpose}/{token}`
pub async fn submit(
    State(app): State<App>,
    layout: Layout,
    Path((purpose, token)): Path<(String, String)>,
    BeforeForm { before, typed }: BeforeForm,
) -> Result<Response> {
    let (purpose, token, person) = open(&app, &purpose, &token).await?;
    let mut errors = FieldErrors::default();
    let (name, login) = if let Some(person) = &person {
        (Some(person.name.clone()), Some(person.login.clone()))
    } else {
        let name = person::name(typed.raw("name"));
        let login = person::login(typed.raw("login"));
        (
            errors.check("name", name, "Enter your name, as colleagues know you"),
            errors.check(
                "login",
                login,
                "Enter an e-mail address or a short name without blanks",
            ),
        )
    };
    let chosen = typed.raw("password");
    let own = [
        login.as_deref().unwrap_or_default(),
        name.as_deref().unwrap_or_default(),
        &app.settings().site_name,
    ];
    if let Some(fault) = password::fault(chosen, &own) {
        errors.add("password", fault);
    }
    let (true, Some(login), Some(name)) = (errors.is_empty(), login, name) else {
        return Ok(refused(layout, before, purpose, person, typed, errors));
    };

    let hash = app.hasher.hash(chosen.to_owned()).await?;
    let now = app.now();
    let mut transaction = app.db.begin().await?;
    // Two people may follow one link at the same time.
    let is_open = store::link(&mut transaction, purpose, &token, now)
        .await?
        .is_some();
    let is_late =
        purpose == Purpose::FirstAdministrator && !store::is_deserted(&mut transaction).await?;
    if !is_open || is_late {
        return Err(Error::LinkUsed);
    }
    let id = match &person {
        Some(person) => Some(person.id),
        None => store::add(&mut transaction, &login, &name, Role::Administrator, now).await?,
    };
    let Some(id) = id else {
        errors.add("login", "Somebody has this login already");
        return Ok(refused(layout, before, purpose, person, typed, errors));
    };
    store::set_password(&mut transaction, id, &hash, None, now).await?;
    store::use_up_link(&mut transaction, &token).await?;
    let act = Act {
        person: Some(id),
        time: now,
    };
    let detail = json!({"login": login, "through": purpose.as_str()});
    audit(&mut transaction, "password-chosen", None, &detail, act).await?;
    transaction.commit().await?;
    Ok(Redirect::to("/log-in?said=password").into_response())
}

fn refused(
    layout: Layout,
    before: Before,
    purpose: Purpose,
    person: Option<Person>,
    typed: Typed,
    errors: FieldErrors,
) -> Response {
    let mut page = OneTimePage::new(layout, before, purpose, person);
    page.layout = form_frame(page.layout, page.heading, &errors);
    (page.typed, page.errors) = (typed, errors);
    unprocessable(page)
}
