//! The first page of the curators: what waits for them.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::Result;
use crate::links;
use crate::people::access::{Curator, frame};
use crate::records::admin::edit;
use crate::records::audit::words::action;
use crate::records::record::Kind;
use crate::web::layout::Layout;
use crate::web::page::Page;
use crate::work::store::{self, Counts, Deed, Waiting};

impl Waiting {
    /// The page on which to go on.
    #[must_use]
    pub fn path(&self) -> String {
        edit::path(self.kind, self.id)
    }
}

impl Deed {
    /// What was done, after the name of whoever did it.
    #[must_use]
    pub fn said(&self) -> String {
        action(&self.action)
    }

    /// Page and title of the record.
    #[must_use]
    pub fn link(&self) -> Option<(String, &str)> {
        let (id, kind, title) = self.record.as_ref()?;
        Some((edit::path(*kind, *id), title))
    }
}

#[derive(Template)]
#[template(path = "admin/work.html")]
struct WorkPage {
    layout: Layout,
    curator: Curator,
    sent_back: Vec<Waiting>,
    drafts: Vec<Waiting>,
    to_review: Vec<Waiting>,
    counts: Counts,
    dead_links: i64,
    searches: Vec<(String, i64)>,
    deeds: Vec<Deed>,
}

/// `GET /admin`
pub async fn show(State(app): State<App>, curator: Curator, layout: Layout) -> Result<Response> {
    let person = curator.person.id;
    let sent_back = store::sent_back(&app.db, person).await?;
    let mut drafts = store::drafts(&app.db, person).await?;
    drafts.retain(|draft| sent_back.iter().all(|back| back.id != draft.id));
    let mut to_review = store::to_review(&app.db).await?;
    if !curator.is_editor() {
        to_review.retain(|waiting| !matches!(waiting.kind, Kind::Question | Kind::Page));
    }
    Ok(Page(WorkPage {
        layout: frame(layout, "Work at hand"),
        counts: store::counts(&app.db).await?,
        dead_links: links::store::count_dead(&app.db).await?,
        searches: store::vain_searches(&app.db).await?,
        deeds: store::deeds(&app.db).await?,
        sent_back,
        drafts,
        to_review,
        curator,
    })
    .into_response())
}
