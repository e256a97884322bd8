//! Everybody's accounts, and inviting somebody.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::error::Result;
use crate::people::access::{Curator, form_frame, frame};
use crate::people::admin::link;
use crate::people::one_time::Purpose;
use crate::people::person::{self, Person};
use crate::people::role::Role;
use crate::people::store::{self, Account};
use crate::records::audit::audit;
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};
use crate::web::words;

#[derive(Template)]
#[template(path = "admin/people/index.html")]
struct IndexPage {
    layout: Layout,
    curator: Curator,
    accounts: Vec<Account>,
}

#[derive(Template)]
#[template(path = "admin/people/new.html")]
struct NewPage {
    layout: Layout,
    curator: Curator,
    typed: Typed,
    errors: FieldErrors,
}

impl NewPage {
    fn new(layout: Layout, curator: Curator, typed: Typed, errors: FieldErrors) -> Self {
        Self {
            layout: form_frame(layout, "Invite somebody", &errors),
            curator,
            typed,
            errors,
        }
    }
}

/// `GET /admin/people`
pub async fn index(
    State(app): State<App>,
    layout: Layout,
    curator: Curator,
) -> Result<impl IntoResponse> {
    Ok(Page(IndexPage {
        layout: frame(layout, "People"),
        curator,
        accounts: store::accounts(&app.db).await?,
    }))
}

/// `GET /admin/people/new`
pub async fn new(layout: Layout, curator: Curator) -> impl IntoResponse {
    let mut typed = Typed::default();
    typed.push("role", Role::Curator.as_str());
    Page(NewPage::new(layout, curator, typed, FieldErrors::default()))
}

/// `POST /admin/people`: answers with the invitation's link.
pub async fn create(
    State(app): State<App>,
    layout: Layout,
    curator: Curator,
    typed: Typed,
) -> Result<Response> {
    let mut errors = FieldErrors::default();
    let login = person::login(typed.raw("login"));
    let name = errors.check("name", person::name(typed.raw("name")), NAME_MISSING);
    let login = errors.check("login", login, LOGIN_MISSING);
    let role = errors.check("role", Role::parse(typed.text("role")), ROLE_MISSING);
    let (Some(name), Some(login), Some(role)) = (name, login, role) else {
        let page = NewPage::new(layout, curator, typed, errors);
        return Ok(unprocessable(page));
    };
    let act = curator.act(&app);
    let mut transaction = app.db.begin().await?;
    let Some(id) = store::add(&mut transaction, &login, &name, role, act.time).await? else {
        errors.add("login", "Somebody has this login already");
        let page = NewPage::new(layout, curator, typed, errors);
        return Ok(unprocessable(page));
    };
    let person = Person {
        id,
        login,
        name,
        role,
        is_disabled: false,
    };
    let token = link::make(&mut transaction, &person, Purpose::Invitation, act.time).await?;
    let detail = json!({"whom": person.said(), "role": role.as_str()});
    audit(&mut transaction, "person-invited", None, &detail, act).await?;
    transaction.commit().await?;
    Ok(link::show(&app, layout, curator, person, Purpose::Invitation, &token).await)
}

/// What is said beside the fields of an account.
pub const NAME_MISSING: &str = "Enter their name, as colleagues know them";
const LOGIN_MISSING: &str = "Enter an e-mail address or a short name without blanks";
pub const ROLE_MISSING: &str = "Choose what they may do";
