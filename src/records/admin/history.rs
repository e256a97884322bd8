//! What became of a record: its texts, who wrote them, what was said of it; any text as readers
//! would see it, any two compared.

use anyhow::Context;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use serde_json::Value;

use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::{Curator, frame};
use crate::records::admin::edit::{folder, path};
use crate::records::admin::kinds::{self, Text};
use crate::records::admin::life;
use crate::records::admin::list::{heading, title_of};
use crate::records::admin::naming::Names;
use crate::records::diff::{self, Difference};
use crate::records::status::Status;
use crate::records::store::{self, Event, Head, Revision};
use crate::web::form::Typed;
use crate::web::layout::{Banner, Layout};
use crate::web::page::Page;
use crate::web::words::moment;

/// So many of the newest texts are compared with the one before; older ones on demand.
const SUMMARISED: usize = 50;

/// A line of a history.
pub enum Line {
    Text {
        revision: Revision,
        /// What it changed, in a sentence.
        summary: String,
        is_live: bool,
    },
    Event(Event),
}

impl Line {
    fn time(&self) -> Timestamp {
        match self {
            Self::Text { revision, .. } => revision.time,
            Self::Event(event) => event.time,
        }
    }
}

impl Event {
    /// What happened, after the name of whoever did it.
    #[must_use]
    pub fn said(&self) -> String {
        let what = match self.what.as_str() {
            "published" => "published",
            "withdrawn" => "withdrew the record from readers",
            "renamed" => "gave the record another address",
            "submitted" => "submitted",
            "sent-back" => "sent back",
            "commented" => "commented",
            "discarded" => "discarded the draft",
            "restored" => "took up again",
            other => other,
        };
        match self.number {
            Some(number) if !matches!(self.what.as_str(), "commented" | "discarded") => {
                format!("{what} version {number}")
            }
            _ => what.to_owned(),
        }
    }
}

#[derive(Template)]
#[template(path = "admin/records/history.html")]
struct HistoryPage {
    layout: Layout,
    curator: Curator,
    head: Head,
    title: String,
    back: String,
    list: &'static str,
    list_heading: &'static str,
    lines: Vec<Line>,
    numbers: Vec<i64>,
}

/// `GET /admin/records/{id}/history`
pub async fn show(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(id): Path<i64>,
) -> Result<Response> {
    let head = life::head(&app, &curator, id).await?;
    let revisions = store::revisions(&app.db, id).await?;
    let numbers: Vec<_> = revisions.iter().map(|revision| revision.number).collect();
    let names = Names::of(&app);
    let summaries: Vec<_> = revisions
        .iter()
        .enumerate()
        .map(|(place, revision)| match revisions.get(place + 1) {
            None => Ok("The first text".to_owned()),
            Some(_) if place >= SUMMARISED => Ok(String::new()),
            Some(before) => summary(&head, before, revision, &names),
        })
        .collect::<Result<_>>()?;
    let texts = revisions.into_iter().zip(summaries);
    let texts = texts.map(|(revision, summary)| Line::Text {
        is_live: head.live == Some(revision.number),
        summary,
        revision,
    });
    let events = store::events(&app.db, id)
        .await?
        .into_iter()
        .map(Line::Event);
    // What happened to a text stands above it.
    let mut lines: Vec<_> = events.chain(texts).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.time()));
    let title = title_of(&head);
    Ok(Page(HistoryPage {
        layout: frame(layout, format!("History of {title}")),
        curator,
        back: path(head.kind, id),
        list: folder(head.kind),
        list_heading: heading(head.kind),
        title,
        head,
        lines,
        numbers,
    })
    .into_response())
}

fn summary(head: &Head, before: &Revision, after: &Revision, names: &Names) -> Result<String> {
    let differences = compare(head, before, after, names)?;
    let summary = diff::summary(&differences);
    Ok(match differences.len() {
        0 => "Nothing changed".to_owned(),
        _ if summary.is_empty() => "Changed what only curators see".to_owned(),
        _ => summary,
    })
}

fn compare(
    head: &Head,
    before: &Revision,
    after: &Revision,
    names: &Names,
) -> Result<Vec<Difference>> {
    let read = |body: &str| serde_json::from_str::<Value>(body).context("reading a stored record");
    let (before, after) = (read(&before.body)?, read(&after.body)?);
    Ok(diff::differences(head.kind, &before, &after, names))
}

#[derive(Template)]
#[template(path = "admin/records/compare.html")]
struct ComparePage {
    layout: Layout,
    curator: Curator,
    head: Head,
    title: String,
    from: Revision,
    to: Revision,
    differences: Vec<Difference>,
}

/// `GET /admin/records/{id}/compare?from=1&to=2`
pub async fn show_difference(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(id): Path<i64>,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let head = life::head(&app, &curator, id).await?;
    let typed = Typed::decode(query.unwrap_or_default().as_bytes());
    let number = |name| {
        typed
            .text(name)
            .parse::<i64>()
            .map_err(|_| Error::BadRequest)
    };
    let mut pair = [number("from")?, number("to")?];
    pair.sort_unstable();
    let [from, to] = pair;
    let from = store::revision(&app.db, id, from)
        .await?
        .ok_or(Error::NotFound)?;
    let to = store::revision(&app.db, id, to)
        .await?
        .ok_or(Error::NotFound)?;
    let title = title_of(&head);
    Ok(Page(ComparePage {
        layout: frame(
            layout,
            format!("Versions {} and {}: {title}", from.number, to.number),
        ),
        differences: compare(&head, &from, &to, &Names::of(&app))?,
        curator,
        head,
        title,
        from,
        to,
    })
    .into_response())
}

/// `GET /admin/records/{id}/preview`: the newest text as readers would see it.
pub async fn preview(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(id): Path<i64>,
) -> Result<Html<String>> {
    let head = life::head(&app, &curator, id).await?;
    let words = match head.status {
        Status::Published => format!("This is version {}, which readers see.", head.number),
        Status::Draft | Status::InReview | Status::Withdrawn => format!(
            "Preview of version {}: {}. Readers do not see it.",
            head.number,
            head.standing().to_lowercase()
        ),
    };
    let layout = layout.with_banner(Banner {
        words,
        link: Some((path(head.kind, id), "Back to the form".to_owned())),
    });
    let text = Text {
        kind: head.kind,
        slug: &head.slug,
        number: head.number,
        time: head.time,
        body: &head.body,
    };
    kinds::page(&app, layout.unlisted(), &text).await
}

/// `GET /admin/records/{id}/history/{number}`: an earlier text as readers would see it.
pub async fn version(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path((id, number)): Path<(i64, i64)>,
) -> Result<Html<String>> {
    let head = life::head(&app, &curator, id).await?;
    let revision = store::revision(&app.db, id, number)
        .await?
        .ok_or(Error::NotFound)?;
    let layout = layout.with_banner(Banner {
        words: format!(
            "Version {number}, saved by {} on {}.",
            revision.author_name,
            moment(&revision.time)
        ),
        link: Some((
            format!("/admin/records/{id}/history"),
            "Back to the history".to_owned(),
        )),
    });
    let text = Text {
        kind: head.kind,
        slug: &head.slug,
        number,
        time: revision.time,
        body: &revision.body,
    };
    kinds::page(&app, layout.unlisted(), &text).await
}
