//! Creating and editing a record of any kind: one flow for all forms.

use std::sync::Arc;

use anyhow::{Context, anyhow};
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::{Curator, done, frame};
use crate::people::role::Role;
use crate::records::admin::life::submit_draft;
use crate::records::admin::list::heading;
use crate::records::admin::naming::Names;
use crate::records::audit::audit;
use crate::records::diff::{self, Difference};
use crate::records::form::{Missing, Picker, RecordForm};
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::status::Status;
use crate::records::store::{self, Event, Head, Saved, Unsaved};
use crate::search::catalogue::Catalogue;
use crate::themes::citing::{Citing, Noted};
use crate::vocabularies::vocabulary::Vocabularies;
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
/// The field that names the window in which something was typed.
const WINDOW: &str = "window";

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

/// Everything that the page of a form shows beside the fields of its kind.
pub struct Editing {
    pub layout: Layout,
    pub curator: Curator,
    pub kind: Kind,
    /// The record; none while it is new.
    pub head: Option<Head>,
    pub title: String,
    /// The terms to choose from.
    pub vocabularies: Arc<Vocabularies>,
    pub today: Date,
    /// The number of the text that the form was made from.
    pub seen: i64,
    pub typed: Typed,
    pub errors: FieldErrors,
    /// What publishing still wants of the saved text.
    pub missing: Vec<Missing>,
    pub pickers: Vec<Picker>,
    /// Help with citations, where texts have any.
    pub citing: Option<Citing>,
    /// What readers see now, with the terms of all vocabularies.
    pub catalogue: Arc<Catalogue>,
    /// Who else has the record open.
    pub others: Vec<String>,
    /// When what the form shows was typed, if it was not saved.
    pub unsaved_since: Option<Timestamp>,
    pub stale: Option<Stale>,
    /// What colleagues said of it, newest first.
    pub events: Vec<Event>,
    /// Whether this person may publish this text, or why not.
    pub publishing: Publishing,
}

impl Editing {
    #[must_use]
    pub fn list_path(&self) -> &'static str {
        folder(self.kind)
    }

    #[must_use]
    pub fn list_heading(&self) -> &'static str {
        heading(self.kind)
    }

    /// Where the form is sent.
    #[must_use]
    pub fn action(&self) -> String {
        match &self.head {
            Some(head) => path(self.kind, head.id),
            None => folder(self.kind).to_owned(),
        }
    }

    /// Where what is being typed is kept.
    #[must_use]
    pub fn keep_action(&self) -> String {
        format!("{}/keep", form_name(self.kind, self.head.as_ref()))
    }

    /// Where what was typed and not saved is thrown away.
    #[must_use]
    pub fn forget_action(&self) -> String {
        format!("{}/forget", form_name(self.kind, self.head.as_ref()))
    }

    /// The picker of a field.
    ///
    /// # Errors
    /// When the kind has no such picker.
    pub fn picker(&self, name: &str) -> askama::Result<&Picker> {
        let picker = self.pickers.iter().find(|picker| picker.name == name);
        picker.ok_or_else(|| askama::Error::custom(anyhow!("no picker {name}")))
    }

    /// What is known of the citations in a field.
    #[must_use]
    pub fn noted(&self, name: &str) -> Option<&Noted> {
        self.citing.as_ref()?.of(name)
    }

    /// Whether the address may be chosen: before readers know the record, or by an editor.
    #[must_use]
    pub fn may_rename(&self) -> bool {
        self.curator.is_editor() || self.head.as_ref().is_none_or(|head| !head.was_published)
    }

    /// What to do next is said once.
    #[must_use]
    pub fn is_in(&self, status: Status) -> bool {
        self.head.as_ref().is_some_and(|head| head.status == status)
    }

    /// The latest word of a reviewer who sent the record back, while it is a draft again.
    #[must_use]
    pub fn sent_back(&self) -> Option<&Event> {
        let is_step =
            |event: &&Event| matches!(event.what.as_str(), "submitted" | "sent-back" | "published");
        let latest = self.events.iter().find(is_step)?;
        (latest.what == "sent-back" && self.is_in(Status::Draft)).then_some(latest)
    }
}

/// Whether a text can go to readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publishing {
    Allowed,
    /// The person's role does not publish.
    NotByRole,
    /// Whoever publishes must be someone else than the last author.
    NotByAuthor,
}

impl Publishing {
    #[must_use]
    pub fn of(app: &App, curator: &Curator, author: Option<i64>) -> Self {
        if !curator.is_editor() {
            Self::NotByRole
        } else if app.settings().second_pair_of_eyes && author == Some(curator.person.id) {
            Self::NotByAuthor
        } else {
            Self::Allowed
        }
    }
}

/// Somebody saved while somebody else was typing.
pub struct Stale {
    pub author_name: String,
    pub time: Timestamp,
    pub number: i64,
    /// From their text to the typed one.
    pub differences: Vec<Difference>,
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

/// Gathers what the page of a form shows.
struct Gathering<F> {
    head: Option<Head>,
    saved: F,
    typed: Typed,
    seen: i64,
    errors: FieldErrors,
    unsaved_since: Option<Timestamp>,
    stale: Option<Stale>,
}

impl<F: RecordForm> Gathering<F> {
    fn new(head: Option<Head>, saved: F) -> Self {
        let mut typed = saved.typed();
        if let Some(head) = &head {
            typed.set("slug", head.slug.as_str());
        }
        Self {
            seen: head.as_ref().map_or(0, |head| head.number),
            head,
            saved,
            typed,
            errors: FieldErrors::default(),
            unsaved_since: None,
            stale: None,
        }
    }

    fn typed(mut self, typed: Typed) -> Self {
        self.seen = typed.text(SEEN).parse().unwrap_or(self.seen);
        self.typed = typed;
        self
    }

    /// Answers a button that only changes the form.
    async fn pressed(
        self,
        typed: Typed,
        app: &App,
        curator: Curator,
        layout: Layout,
    ) -> Result<Response> {
        let gathering = self.typed(typed);
        if gathering.errors.is_empty() {
            gathering.show(app, curator, layout).await
        } else {
            unprocessable(gathering, app, curator, layout).await
        }
    }

    async fn show(self, app: &App, curator: Curator, layout: Layout) -> Result<Response> {
        let mut pickers = Vec::new();
        for (name, kind) in F::PICKERS {
            pickers.push(Picker::load(&app.db, name, *kind, &self.typed).await?);
        }
        let citing = if F::CITING.is_empty() {
            None
        } else {
            Some(Citing::load(&app.db, F::CITING, &self.typed).await?)
        };
        let (others, events) = match &self.head {
            Some(head) => (
                app.presence.note(head.id, &curator.person, app.now()),
                store::events(&app.db, head.id).await?,
            ),
            None => (Vec::new(), Vec::new()),
        };
        let name = match self.saved.title() {
            "" if self.head.is_none() => format!("New {}", F::KIND.as_str()),
            "" => format!("Untitled {}", F::KIND.as_str()),
            title => title.to_owned(),
        };
        let title = if self.errors.is_empty() {
            name.clone()
        } else {
            format!("Error: {name}")
        };
        let catalogue = app.catalogue();
        let author = self.head.as_ref().and_then(|head| head.author);
        let editing = Editing {
            layout: frame(layout, title),
            publishing: Publishing::of(app, &curator, author),
            missing: self.saved.missing(&catalogue),
            curator,
            kind: F::KIND,
            head: self.head,
            title: name,
            vocabularies: catalogue.vocabularies.clone(),
            today: app.today(),
            seen: self.seen,
            typed: self.typed,
            errors: self.errors,
            pickers,
            citing,
            catalogue,
            others,
            unsaved_since: self.unsaved_since,
            stale: self.stale,
            events,
        };
        Ok(F::form(editing))
    }
}

/// Shows what someone had typed last time and not saved.
async fn with_unsaved<F: RecordForm>(
    app: &App,
    curator: &Curator,
    gathering: Gathering<F>,
) -> Result<Gathering<F>> {
    let name = form_name(F::KIND, gathering.head.as_ref());
    let Some(unsaved) = store::unsaved(&app.db, curator.person.id, &name).await? else {
        return Ok(gathering);
    };
    let Ok(mut typed) = serde_json::from_str::<Typed>(&unsaved.fields) else {
        return Ok(gathering);
    };
    // Somebody who asks for one page does not want another that was begun earlier.
    let asked = gathering.typed.text("slug");
    if gathering.head.is_none() && !asked.is_empty() && asked != typed.text("slug") {
        return Ok(gathering);
    }
    typed.set(SEEN, &unsaved.seen.to_string());
    typed.set(KEPT_AT, &unsaved.time.to_string());
    Ok(Gathering {
        unsaved_since: Some(unsaved.time),
        ..gathering.typed(typed)
    })
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

async fn unprocessable<F: RecordForm>(
    gathering: Gathering<F>,
    app: &App,
    curator: Curator,
    layout: Layout,
) -> Result<Response> {
    let page = gathering.show(app, curator, layout).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
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

/// `POST /admin/{kind}/{id}/keep` and `POST /admin/{kind}/new/keep`: what is being typed, every
/// now and then. Never a revision, never in anyone else's way. Answers the time, or 409 where
/// something newer was saved, or kept from another window.
pub async fn keep<F: RecordForm>(
    State(app): State<App>,
    curator: Curator,
    id: Option<Path<i64>>,
    mut typed: Typed,
) -> Result<Response> {
    curator.require(least_role(F::KIND))?;
    let seen = typed.text(SEEN).parse().unwrap_or_default();
    // Nothing is saved between looking and keeping.
    let mut transaction = app.db.begin().await?;
    let head = match id {
        Some(Path(id)) => store::head(&mut transaction, id).await?,
        None => None,
    };
    if id.is_some() && head.as_ref().is_none_or(|head| head.kind != F::KIND) {
        return Err(Error::NotFound);
    }
    if let Some(head) = &head {
        app.presence.note(head.id, &curator.person, app.now());
        if head.number != seen {
            let said = format!(
                "{} has saved a newer text meanwhile. Save yours to see both: nothing is overwritten.",
                head.author_name
            );
            return Ok((StatusCode::CONFLICT, Json(json!({"said": said}))).into_response());
        }
    }
    typed.remove(BUTTON);
    let name = form_name(F::KIND, head.as_ref());
    if let Some(kept) = store::unsaved(&app.db, curator.person.id, &name).await?
        && is_newer(&kept, &typed)
    {
        let said = "You have typed something newer into this form in another window. What you type \
                    here is kept again once you have saved it.";
        return Ok((StatusCode::CONFLICT, Json(json!({"said": said}))).into_response());
    }
    let unsaved = Unsaved {
        seen,
        time: app.now(),
        fields: serde_json::to_string(&typed).context("writing what was typed")?,
    };
    store::keep_unsaved(&mut transaction, curator.person.id, &name, &unsaved).await?;
    transaction.commit().await?;
    Ok(Json(json!({"kept_at": unsaved.time.to_string()})).into_response())
}

/// Whether what is kept comes from another window and is newer than what this one last saw.
fn is_newer(kept: &Unsaved, typed: &Typed) -> bool {
    let window = typed.text(WINDOW);
    let is_own = !window.is_empty()
        && serde_json::from_str::<Typed>(&kept.fields)
            .is_ok_and(|fields| fields.text(WINDOW) == window);
    let seen: Option<Timestamp> = typed.text(KEPT_AT).parse().ok();
    !is_own && seen.is_none_or(|seen| kept.time > seen)
}

/// `POST /admin/{kind}/{id}/forget` and `POST /admin/{kind}/new/forget`: throws away what was
/// typed and not saved.
pub async fn forget<F: RecordForm>(
    State(app): State<App>,
    curator: Curator,
    id: Option<Path<i64>>,
) -> Result<Response> {
    let head = match id {
        Some(Path(id)) => Some(load::<F>(&app, &curator, id).await?.0),
        None => None,
    };
    let name = form_name(F::KIND, head.as_ref());
    let mut transaction = app.db.begin().await?;
    store::forget_unsaved(&mut transaction, curator.person.id, &name).await?;
    transaction.commit().await?;
    Ok(Redirect::to(&name).into_response())
}
