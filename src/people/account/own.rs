//! My account: name, password, and where I am logged in.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::{Curator, done, form_frame};
use crate::people::session::Session;
use crate::people::{password, person, store};
use crate::records::audit::audit;
use crate::web::client::Client;
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};

/// Where this page is.
const ACCOUNT: &str = "/admin/account";

#[derive(Template)]
#[template(path = "admin/account/show.html")]
struct AccountPage {
    layout: Layout,
    curator: Curator,
    sessions: Vec<Session>,
    recovery_codes: i64,
    is_second_factor_required: bool,
    typed: Typed,
    errors: FieldErrors,
}

impl AccountPage {
    async fn of(
        app: &App,
        layout: Layout,
        curator: Curator,
        typed: Typed,
        errors: FieldErrors,
    ) -> Result<Self> {
        Ok(Self {
            layout: form_frame(layout, "My account", &errors),
            sessions: my_sessions(app, &curator).await?,
            recovery_codes: store::recovery_codes_left(&app.db, curator.person.id).await?,
            is_second_factor_required: app.settings().second_factor_required,
            curator,
            typed,
            errors,
        })
    }
}

/// The sessions of a person that are alive, the newest use first.
pub async fn my_sessions(app: &App, curator: &Curator) -> Result<Vec<Session>> {
    let (settings, now) = (app.settings(), app.now());
    let (seen_after, begun_after) = (now - settings.idle(), now - settings.longest());
    Ok(store::sessions(&app.db, curator.person.id, seen_after, begun_after).await?)
}

/// `GET /admin/account`
pub async fn show(
    State(app): State<App>,
    layout: Layout,
    curator: Curator,
) -> Result<impl IntoResponse> {
    let mut typed = Typed::default();
    typed.push("name", &curator.person.name);
    AccountPage::of(&app, layout, curator, typed, FieldErrors::default())
        .await
        .map(Page)
}

/// `POST /admin/account/name`
pub async fn rename(
    State(app): State<App>,
    layout: Layout,
    curator: Curator,
    typed: Typed,
) -> Result<Response> {
    let mut errors = FieldErrors::default();
    let name = person::name(typed.raw("name"));
    let Some(name) = errors.check("name", name, "Enter your name, as colleagues know you") else {
        let page = AccountPage::of(&app, layout, curator, typed, errors).await?;
        return Ok(unprocessable(page));
    };
    if name == curator.person.name {
        return Ok(done(&app, ACCOUNT, "Nothing has changed."));
    }
    let mut transaction = app.db.begin().await?;
    let person = &curator.person;
    store::update(&mut transaction, person.id, &name, person.role).await?;
    let detail = json!({"before": person.name, "after": name});
    let act = curator.act(&app);
    audit(&mut transaction, "name-changed", None, &detail, act).await?;
    transaction.commit().await?;
    Ok(done(&app, ACCOUNT, "Your name is saved."))
}

/// `POST /admin/account/password`
pub async fn change_password(
    State(app): State<App>,
    layout: Layout,
    client: Client,
    curator: Curator,
    mut typed: Typed,
) -> Result<Response> {
    let mut errors = FieldErrors::default();
    let chosen = typed.raw("new-password").to_owned();
    let settings = app.settings();
    let own = [
        curator.person.login.as_str(),
        curator.person.name.as_str(),
        &settings.site_name,
    ];
    if let Some(fault) = password::fault(&chosen, &own) {
        errors.add("new-password", fault);
    }
    check_password(&app, &curator, client, &typed, "password", &mut errors).await?;
    if !errors.is_empty() {
        typed.set("name", &curator.person.name);
        let page = AccountPage::of(&app, layout, curator, typed, errors).await?;
        return Ok(unprocessable(page));
    }
    let hash = app.hasher.hash(chosen).await?;
    let (id, act) = (curator.person.id, curator.act(&app));
    let mut transaction = app.db.begin().await?;
    let kept = Some(curator.session);
    store::set_password(&mut transaction, id, &hash, kept, act.time).await?;
    audit(&mut transaction, "password-changed", None, &json!({}), act).await?;
    transaction.commit().await?;
    let said = "Your new password is set. Wherever else you were logged in, you are no longer.";
    Ok(done(&app, ACCOUNT, said))
}

/// Asks once more who sits there. Counted like a log-in, so that a browser left open is no place
/// to guess in.
pub async fn check_password(
    app: &App,
    curator: &Curator,
    client: Client,
    typed: &Typed,
    field: &str,
    errors: &mut FieldErrors,
) -> Result<()> {
    let typed = typed.raw(field);
    if typed.is_empty() {
        errors.add(field, "Enter your present password");
        return Ok(());
    }
    app.throttle
        .try_account(&curator.person.login, client)
        .map_err(Error::TooMany)?;
    let stored = store::credential(&app.db, curator.person.id)
        .await?
        .password;
    if !app.hasher.check(typed.to_owned(), stored).await? {
        errors.add(field, "This is not your present password");
    }
    Ok(())
}

/// `POST /admin/account/sessions/{id}/end`
pub async fn end_session(
    State(app): State<App>,
    curator: Curator,
    Path(session): Path<i64>,
) -> Result<Response> {
    let mut transaction = app.db.begin().await?;
    // Somebody else's session is none of theirs.
    if !store::end_session(&mut transaction, curator.person.id, session).await? {
        return Err(Error::NotFound);
    }
    let act = curator.act(&app);
    audit(&mut transaction, "session-ended", None, &json!({}), act).await?;
    transaction.commit().await?;
    Ok(done(&app, ACCOUNT, "That session has ended."))
}

/// `POST /admin/account/sessions/end`
pub async fn end_other_sessions(State(app): State<App>, curator: Curator) -> Result<Response> {
    let mut transaction = app.db.begin().await?;
    let kept = Some(curator.session);
    store::end_sessions(&mut transaction, curator.person.id, kept).await?;
    let act = curator.act(&app);
    audit(&mut transaction, "sessions-ended", None, &json!({}), act).await?;
    transaction.commit().await?;
    Ok(done(&app, ACCOUNT, "You are logged in only here now."))
}
