//! What the page of a form shows beside the fields of its kind, and where it comes from.

use std::sync::Arc;

use anyhow::anyhow;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;

use super::{KEPT_AT, SEEN, folder, form_name, path};
use crate::app::App;
use crate::error::Result;
use crate::people::access::{Curator, frame};
use crate::records::admin::list::heading;
use crate::records::diff::Difference;
use crate::records::form::{Missing, Picker, RecordForm};
use crate::records::record::Kind;
use crate::records::status::Status;
use crate::records::store::{self, Event, Head, Titled};
use crate::search::catalogue::Catalogue;
use crate::themes::citing::{Citing, Noted};
use crate::vocabularies::vocabulary::Vocabularies;
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;

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
    /// The person's next draft of the kind: whoever has forty to fill in goes from one to the next.
    pub next_draft: Option<Titled>,
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

/// Gathers what the page of a form shows.
pub(super) struct Gathering<F> {
    pub(super) head: Option<Head>,
    pub(super) saved: F,
    pub(super) typed: Typed,
    pub(super) seen: i64,
    pub(super) errors: FieldErrors,
    pub(super) unsaved_since: Option<Timestamp>,
    pub(super) stale: Option<Stale>,
}

impl<F: RecordForm> Gathering<F> {
    pub(super) fn new(head: Option<Head>, saved: F) -> Self {
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

    pub(super) fn typed(mut self, typed: Typed) -> Self {
        self.seen = typed.text(SEEN).parse().unwrap_or(self.seen);
        self.typed = typed;
        self
    }

    /// Answers a button that only changes the form.
    pub(super) async fn pressed(
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

    pub(super) async fn show(
        self,
        app: &App,
        curator: Curator,
        layout: Layout,
    ) -> Result<Response> {
        let mut pickers = Vec::new();
        for (name, kind) in F::PICKERS {
            pickers.push(Picker::load(&app.db, name, *kind, &self.typed).await?);
        }
        let citing = if F::CITING.is_empty() {
            None
        } else {
            Some(Citing::load(&app.db, F::CITING, &self.typed).await?)
        };
        let (others, events, next_draft) = match &self.head {
            Some(head) => (
                app.presence.note(head.id, &curator.person, app.now()),
                store::events(&app.db, head.id).await?,
                store::next_draft(&app.db, F::KIND, curator.person.id, head.id).await?,
            ),
            None => (Vec::new(), Vec::new(), None),
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
            missing: self.saved.missing(&catalogue, app.today()),
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
            next_draft,
        };
        Ok(F::form(editing))
    }
}

/// Shows what someone had typed last time and not saved.
pub(super) async fn with_unsaved<F: RecordForm>(
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

/// Shows the form with what is wrong with it.
pub(super) async fn unprocessable<F: RecordForm>(
    gathering: Gathering<F>,
    app: &App,
    curator: Curator,
    layout: Layout,
) -> Result<Response> {
    let page = gathering.show(app, curator, layout).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
