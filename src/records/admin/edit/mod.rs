//! Creating and editing a record of any kind: one flow for all forms.

mod editing;
mod keeping;

use anyhow::Context;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

pub use self::editing::{Editing, Publishing, Stale};
use self::editing::{Gathering, unprocessable, with_unsaved};
pub use self::keeping::{forget, keep};
use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::{Curator, done};
use crate::people::role::Role;
use crate::records::admin::life::submit_draft;
use crate::records::admin::naming::Names;
use crate::records::audit::audit;
use crate::records::diff;
use crate::records::form::RecordForm;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::status::Status;
use crate::records::store::{self, Head, Saved};
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;

/// The field with the number of the text that a form shows.
pub const SEEN: &str = "seen";
/// The field that says which button was pressed.
const BUTTON: &str = "button";
/// The button that saves and hands the text to a reviewer.
const SUBMIT: &str = "submit";
/// The field with the time of the kept text that a window last saw.
const KEPT_AT: &str = "kept_at";

/// The folder of a kind's pages.
#[must_use]
pub fn folder(kind: Kind) -> &'static str {
    match kind {
        Kind::Study => "/admin/studies",
        Kind::Intervention => "/admin/interventions",
        Kind::Theme => "/admin/themes",
        Kind::Question => "/admin/questions",
        Kind::Page => "/admin/pages",
    }
}

/// The page on which a record is edited.
#[must_use]
pub fn path(kind: Kind, id: i64) -> String {
    format!("{}/{id}", folder(kind))
}

/// The least role that edits records of a kind. Questions and pages speak for the house.
#[must_use]
pub fn least_role(kind: Kind) -> Role {
    match kind {
        Kind::Study | Kind::Intervention | Kind::Theme => Role::Curator,
        Kind::Question | Kind::Page => Role::Editor,
    }
}

/// The name under which what is typed into a form is kept.
fn form_name(kind: Kind, head: Option<&Head>) -> String {
    match head {
        Some(head) => path(kind, head.id),
        None => format!("{}/new", folder(kind)),
    }
}

/// The record that a page is about, if it is of this kind and not beyond the person's role.
async fn load<F: RecordForm>(app: &App, curator: &Curator, id: i64) -> Result<(Head, F)> {
    let mut conn = app.db.read.acquire().await?;
    let head = store::head(&mut conn, id).await?;
    let head = head
        .filter(|head| head.kind == F::KIND)
        .ok_or(Error::NotFound)?;
    curator.require(least_role(F::KIND))?;
    let body = read(&head.body)?;
    Ok((head, body))
}

fn read<F: RecordForm>(body: &str) -> Result<F> {
    let body = serde_json::from_str(body).context("reading a stored record")?;
    Ok(body)
}

/// `GET /admin/{kind}/new`
pub async fn new<F: RecordForm>(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    curator.require(least_role(F::KIND))?;
    let mut gathering = Gathering::new(None, F::blank());
    let asked = Typed::decode(query.unwrap_or_default().as_bytes());
    if let Some(begun) = F::begun(&asked) {
        gathering = gathering.typed(begun);
    }
    let gathering = with_unsaved(&app, &curator, gathering).await?;
    gathering.show(&app, curator, layout).await
}

/// `POST /admin/{kind}`
pub async fn create<F: RecordForm>(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    mut typed: Typed,
) -> Result<Response> {
    curator.require(least_role(F::KIND))?;
    let button = typed.text(BUTTON).to_owned();
    typed.remove(BUTTON);
    let mut gathering = Gathering::new(None, F::blank());
    if is_within(&button) {
        F::press(&mut typed, &button, &mut gathering.errors);
        return gathering.pressed(typed, &app, curator, layout).await;
    }
    let known = app.catalogue().vocabularies.clone();
    let mut errors = FieldErrors::default();
    let body = F::parse(&typed, &gathering.saved, &known, &mut errors);
    let slug = wanted_slug(&typed, &body, &mut errors);
    let (true, Some(slug)) = (errors.is_empty(), slug) else {
        gathering.errors = errors;
        return unprocessable(gathering.typed(typed), &app, curator, layout).await;
    };
    let act = curator.act(&app);
    let json = serde_json::to_string(&body).context("writing a record")?;
    let mut transaction = app.db.begin().await?;
    let slug = if typed.filled("slug").is_some() {
        slug
    } else {
        store::free_slug(&mut transaction, F::KIND, &slug).await?
    };
    let note = typed.text("note");
    let created = store::create(&mut transaction, F::KIND, &slug, &json, note, act).await?;
    let Some(id) = created else {
        gathering
            .errors
            .add("slug", "Another record has or had this address");
        return unprocessable(gathering.typed(typed), &app, curator, layout).await;
    };
    let detail = json!({"slug": slug.as_str()});
    audit(&mut transaction, "created", Some(id), &detail, act).await?;
    let name = form_name(F::KIND, None);
    store::forget_unsaved(&mut transaction, curator.person.id, &name).await?;
    let mut said = format!("Saved as a draft at the address “{slug}”");
    if button == SUBMIT {
        submit_draft(&mut transaction, id, act).await?;
        said.push_str(" and submitted for review");
    }
    transaction.commit().await?;
    let said = format!("{said}.");
    Ok(done(&app, &after(F::KIND, id, &button), &said))
}

/// `GET /admin/{kind}/{id}`
pub async fn edit<F: RecordForm>(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(id): Path<i64>,
) -> Result<Response> {
    let (head, body) = load::<F>(&app, &curator, id).await?;
    let gathering = Gathering::new(Some(head), body);
    let gathering = with_unsaved(&app, &curator, gathering).await?;
    gathering.show(&app, curator, layout).await
}

/// `POST /admin/{kind}/{id}`
pub async fn update<F: RecordForm>(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(id): Path<i64>,
    mut typed: Typed,
) -> Result<Response> {
    let (head, saved) = load::<F>(&app, &curator, id).await?;
    let button = typed.text(BUTTON).to_owned();
    typed.remove(BUTTON);
    let mut gathering = Gathering::new(Some(head.clone()), saved);
    if is_within(&button) {
        F::press(&mut typed, &button, &mut gathering.errors);
        return gathering.pressed(typed, &app, curator, layout).await;
    }
    let known = app.catalogue().vocabularies.clone();
    let mut errors = FieldErrors::default();
    let body = F::parse(&typed, &gathering.saved, &known, &mut errors);
    let slug = if typed.contains("slug") {
        wanted_slug(&typed, &body, &mut errors)
    } else {
        Some(head.slug.clone())
    };
    let (true, Some(slug)) = (errors.is_empty(), slug) else {
        gathering.errors = errors;
        return unprocessable(gathering.typed(typed), &app, curator, layout).await;
    };
    let act = curator.act(&app);
    let seen = typed.text(SEEN).parse().unwrap_or_default();
    let json = serde_json::to_string(&body).context("writing a record")?;
    let mut transaction = app.db.begin().await?;
    // Somebody may have published it since it was read: then its address is no longer anybody's.
    let head = store::head(&mut transaction, id)
        .await?
        .ok_or(Error::NotFound)?;
    if slug != head.slug && head.was_published {
        curator.require(Role::Editor)?;
    }
    let saved = store::save(&mut transaction, id, seen, &json, typed.text("note"), act).await?;
    if saved == Saved::Stale {
        transaction.rollback().await?;
        return stale(gathering, &typed, &json, &app, curator, layout).await;
    }
    if !store::rename_if_free(&mut transaction, &head, &slug, act).await? {
        transaction.rollback().await?;
        gathering
            .errors
            .add("slug", "Another record has or had this address");
        return unprocessable(gathering.typed(typed), &app, curator, layout).await;
    }
    let mut said = match saved {
        Saved::Done(number) => {
            let detail = json!({"version": number});
            audit(&mut transaction, "saved", Some(id), &detail, act).await?;
            format!("Saved as version {number}.")
        }
        Saved::Unchanged | Saved::Stale => "Nothing had changed.".to_owned(),
    };
    let is_draft = matches!(saved, Saved::Done(_)) || head.status == Status::Draft;
    if button == SUBMIT && is_draft {
        submit_draft(&mut transaction, id, act).await?;
        said.push_str(" Submitted for review.");
    }
    let name = form_name(F::KIND, Some(&head));
    store::forget_unsaved(&mut transaction, curator.person.id, &name).await?;
    transaction.commit().await?;
    app.presence.leave(id, curator.person.id);
    if slug != head.slug && head.live.is_some() {
        app.collection.refresh().await?;
    }
    Ok(done(&app, &after(F::KIND, id, &button), &said))
}

/// Whether a button only changes the form that it stands in.
fn is_within(button: &str) -> bool {
    !matches!(button, "" | "save" | "preview" | SUBMIT)
}

/// Where saving leads.
fn after(kind: Kind, id: i64, button: &str) -> String {
    match button {
        "preview" => format!("/admin/records/{id}/preview"),
        _ => path(kind, id),
    }
}

fn wanted_slug<F: RecordForm>(typed: &Typed, body: &F, errors: &mut FieldErrors) -> Option<Slug> {
    let message = "Use lower-case letters and digits, joined by single hyphens";
    match typed.filled("slug") {
        Some(slug) => errors.check("slug", Slug::parse(slug), message),
        None => Some(
            body.proposed_slug()
                .or_else(|| Slug::parse(F::KIND.as_str()))?,
        ),
    }
}

/// Shows both texts: theirs is saved, the typed one stands in the form and can still be.
async fn stale<F: RecordForm>(
    gathering: Gathering<F>,
    typed: &Typed,
    mine: &str,
    app: &App,
    curator: Curator,
    layout: Layout,
) -> Result<Response> {
    let head = gathering
        .head
        .as_ref()
        .context("a new record is never stale")?;
    let (theirs, mine): (Value, Value) = (parsed(&head.body)?, parsed(mine)?);
    let stale = Stale {
        author_name: head.author_name.clone(),
        time: head.time,
        number: head.number,
        differences: diff::differences(F::KIND, &theirs, &mine, &Names::of(app)),
    };
    let mut typed = typed.clone();
    // Whoever saves after having seen both means it.
    typed.set(SEEN, &head.number.to_string());
    let gathering = Gathering {
        stale: Some(stale),
        ..gathering.typed(typed)
    };
    let page = gathering.show(app, curator, layout).await?;
    Ok((StatusCode::CONFLICT, page).into_response())
}

fn parsed(body: &str) -> Result<Value> {
    Ok(serde_json::from_str(body).context("reading a stored record")?)
}
