//! My second factor: shown, confirmed with a first code, its recovery codes, turned off.

use askama::Template;
use askama::filters::Safe;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::{Curator, SECOND_FACTOR, done, form_frame, frame};
use crate::people::account::own::check_password;
use crate::people::token::{recovery_code, recovery_hash};
use crate::people::{second_factor, store};
use crate::records::audit::audit;
use crate::web::client::Client;
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};

/// How many recovery codes there are at first.
const RECOVERY_CODES: usize = 10;

/// What an authenticator takes in: by its camera, or typed.
struct Secret {
    picture: Safe<String>,
    letters: String,
}

#[derive(Template)]
#[template(path = "admin/account/second_factor.html")]
struct FactorPage {
    layout: Layout,
    curator: Curator,
    /// Shown until a first code confirms it.
    secret: Option<Secret>,
    recovery_codes: i64,
    is_required: bool,
    errors: FieldErrors,
}

impl FactorPage {
    async fn of(app: &App, layout: Layout, curator: Curator, errors: FieldErrors) -> Result<Self> {
        let settings = app.settings();
        let secret = app.pending.secret(&curator, app.now());
        let secret = secret.filter(|_| !curator.has_second_factor);
        let secret = secret.map(|secret| {
            let login = &curator.person.login;
            anyhow::Ok(Secret {
                picture: second_factor::picture(&secret, login, &settings.site_name)?,
                letters: second_factor::typed_secret(&secret),
            })
        });
        Ok(Self {
            layout: form_frame(layout, "Second factor", &errors),
            secret: secret.transpose()?,
            recovery_codes: store::recovery_codes_left(&app.db, curator.person.id).await?,
            is_required: settings.second_factor_required,
            curator,
            errors,
        })
    }
}

/// The recovery codes, this once.
#[derive(Template)]
#[template(path = "admin/account/codes.html")]
struct CodesPage {
    layout: Layout,
    curator: Curator,
    codes: Vec<String>,
    is_new: bool,
}

impl CodesPage {
    /// The answer to the form that made the codes: nothing stored could show them again.
    fn shown_once(layout: Layout, curator: Curator, codes: Vec<String>, is_new: bool) -> Response {
        let page = Self {
            layout: frame(layout, "Your recovery codes"),
            curator,
            codes,
            is_new,
        };
        Page(page).into_response()
    }
}

/// `GET /admin/account/second-factor`
pub async fn show(
    State(app): State<App>,
    layout: Layout,
    curator: Curator,
) -> Result<impl IntoResponse> {
    FactorPage::of(&app, layout, curator, FieldErrors::default())
        .await
        .map(Page)
}

/// `POST /admin/account/second-factor/begin`
pub async fn begin(State(app): State<App>, curator: Curator) -> Result<Redirect> {
    app.pending.begin(&curator, app.now())?;
    Ok(Redirect::to(SECOND_FACTOR))
}

/// `POST /admin/account/second-factor/confirm`: answers with the recovery codes, since nothing
/// that is kept could show them later.
pub async fn confirm(
    State(app): State<App>,
    layout: Layout,
    client: Client,
    mut curator: Curator,
    typed: Typed,
) -> Result<Response> {
    let now = app.now();
    let secret = app.pending.secret(&curator, now);
    let Some(secret) = secret.filter(|_| !curator.has_second_factor) else {
        let said = "The picture was shown too long ago. Begin again.";
        return Ok(done(&app, SECOND_FACTOR, said));
    };
    app.throttle
        .try_account(&format!("code {}", curator.person.login), client)
        .map_err(Error::TooMany)?;
    let Some(step) = second_factor::step(&secret, typed.text("code"), now) else {
        let mut errors = FieldErrors::default();
        errors.add(
            "code",
            "This code does not belong to the picture. Enter the one that is shown now",
        );
        let page = FactorPage::of(&app, layout, curator, errors).await?;
        return Ok(unprocessable(page));
    };
    let (codes, hashes) = new_codes()?;
    let (id, act) = (curator.person.id, curator.act(&app));
    let mut transaction = app.db.begin().await?;
    store::set_second_factor(&mut transaction, id, Some(&secret), &hashes).await?;
    // The first code is used up like any other.
    store::use_step(&mut transaction, id, step).await?;
    audit(&mut transaction, "second-factor-on", None, &json!({}), act).await?;
    transaction.commit().await?;
    app.pending.forget(&curator);
    curator.has_second_factor = true;
    Ok(CodesPage::shown_once(layout, curator, codes, true))
}

/// `POST /admin/account/second-factor/codes`: answers with new recovery codes.
pub async fn renew_codes(
    State(app): State<App>,
    layout: Layout,
    client: Client,
    curator: Curator,
    typed: Typed,
) -> Result<Response> {
    if !curator.has_second_factor {
        return Ok(Redirect::to(SECOND_FACTOR).into_response());
    }
    let (mut errors, field) = (FieldErrors::default(), "password-codes");
    check_password(&app, &curator, client, &typed, field, &mut errors).await?;
    if !errors.is_empty() {
        let page = FactorPage::of(&app, layout, curator, errors).await?;
        return Ok(unprocessable(page));
    }
    let (codes, hashes) = new_codes()?;
    let (id, act) = (curator.person.id, curator.act(&app));
    let mut transaction = app.db.begin().await?;
    store::set_recovery_codes(&mut transaction, id, &hashes).await?;
    audit(
        &mut transaction,
        "recovery-codes-made",
        None,
        &json!({}),
        act,
    )
    .await?;
    transaction.commit().await?;
    Ok(CodesPage::shown_once(layout, curator, codes, false))
}

/// `POST /admin/account/second-factor/off`
pub async fn turn_off(
    State(app): State<App>,
    layout: Layout,
    client: Client,
    curator: Curator,
    typed: Typed,
) -> Result<Response> {
    let (mut errors, field) = (FieldErrors::default(), "password-off");
    if app.settings().second_factor_required {
        errors.add(
            field,
            "Everybody needs a second factor here, so it stays on",
        );
    } else {
        check_password(&app, &curator, client, &typed, field, &mut errors).await?;
    }
    if !errors.is_empty() {
        let page = FactorPage::of(&app, layout, curator, errors).await?;
        return Ok(unprocessable(page));
    }
    let (id, act) = (curator.person.id, curator.act(&app));
    let mut transaction = app.db.begin().await?;
    store::set_second_factor(&mut transaction, id, None, &[]).await?;
    audit(&mut transaction, "second-factor-off", None, &json!({}), act).await?;
    transaction.commit().await?;
    Ok(done(&app, SECOND_FACTOR, "The second factor is off."))
}

/// Recovery codes, and what is stored of them.
fn new_codes() -> Result<(Vec<String>, Vec<Vec<u8>>)> {
    let codes: Vec<String> = (0..RECOVERY_CODES)
        .map(|_| recovery_code())
        .collect::<anyhow::Result<_>>()?;
    let hashes = codes.iter().map(|code| recovery_hash(code)).collect();
    Ok((codes, hashes))
}
