//! The queue of suggestions: what waits, and what became of the rest.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::{Curator, done, form_frame, frame};
use crate::records::admin::edit;
use crate::records::audit::audit;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::store::{self as records, Step, Titled};
use crate::studies::identifiers::doi_address;
use crate::suggestions::store;
use crate::suggestions::suggestion::{Decided, Decision, Duplicate, Duplicates, Waiting, Work};
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};
use crate::web::words;

pub const QUEUE: &str = "/admin/suggestions";
/// How many of each half of the page are shown.
const SHOWN: i64 = 50;
/// How many records the search for one to join shows of each kind.
const FOUND: i64 = 20;
const MAX_REASON: usize = 2000;
const DECIDED_BY_ANOTHER: &str = "Somebody else has decided this suggestion meanwhile.";

#[derive(Template)]
#[template(path = "admin/suggestions/index.html")]
struct QueuePage {
    layout: Layout,
    curator: Curator,
    waiting: Vec<Entry>,
    total: i64,
    /// Whether more wait than are shown.
    is_cut: bool,
    decided: Vec<Decided>,
    /// What was typed into the form of one suggestion.
    typed: Typed,
    errors: FieldErrors,
}

/// A suggestion with what it may be a duplicate of.
struct Entry {
    waiting: Waiting,
    work: Work,
    duplicates: Vec<Duplicate>,
}

impl Entry {
    fn reason_field(&self) -> String {
        reason_field(self.waiting.id)
    }

    /// Where the work can be looked at.
    fn link(&self) -> Option<String> {
        let doi = self.work.doi.as_deref();
        doi.map(doi_address).or_else(|| self.work.address.clone())
    }
}

/// `GET /admin/suggestions`
pub async fn index(State(app): State<App>, curator: Curator, layout: Layout) -> Result<Response> {
    let page = queue(
        &app,
        curator,
        layout,
        Typed::default(),
        FieldErrors::default(),
    )
    .await?;
    Ok(Page(page).into_response())
}

async fn queue(
    app: &App,
    curator: Curator,
    layout: Layout,
    typed: Typed,
    errors: FieldErrors,
) -> Result<QueuePage> {
    let waiting = store::waiting(&app.db, SHOWN).await?;
    let known = if waiting.is_empty() {
        Vec::new()
    } else {
        store::known_studies(&app.db).await?
    };
    let duplicates = Duplicates::among(&known);
    let waiting = waiting.into_iter().map(|waiting| {
        let work = Work::read(&waiting.suggested.work);
        Entry {
            duplicates: duplicates.of(&work),
            work,
            waiting,
        }
    });
    let title = if errors.is_empty() {
        "Suggestions"
    } else {
        "Error: Suggestions"
    };
    let total = store::waiting_count(&app.db).await?;
    Ok(QueuePage {
        layout: frame(layout, title),
        curator,
        waiting: waiting.collect(),
        total,
        is_cut: total > SHOWN,
        decided: store::decided(&app.db, SHOWN).await?,
        typed,
        errors,
    })
}

/// What a record's history says of a suggestion.
fn remark(waiting: &Waiting) -> String {
    format!(
        "Suggested by a reader on {}: {}\n\n{}",
        words::moment(&waiting.time),
        waiting.suggested.work,
        waiting.suggested.why
    )
}

async fn find(app: &App, id: i64) -> Result<Option<Waiting>> {
    Ok(store::find_waiting(&app.db, id).await?)
}

/// `POST /admin/suggestions/{id}/accept`: begins a draft with what is known.
pub async fn accept(
    State(app): State<App>,
    curator: Curator,
    Path(id): Path<i64>,
) -> Result<Response> {
    let Some(waiting) = find(&app, id).await? else {
        return Ok(done(&app, QUEUE, DECIDED_BY_ANOTHER));
    };
    let work = Work::read(&waiting.suggested.work);
    let body = serde_json::to_string(&work.draft()).map_err(anyhow::Error::from)?;
    let wanted = work.slug(id).ok_or(Error::BadRequest)?;
    let act = curator.act(&app);
    let mut transaction = app.db.begin().await?;
    let slug = records::free_slug(&mut transaction, Kind::Study, &wanted).await?;
    let note = "Suggested by a reader";
    let record = records::create(&mut transaction, Kind::Study, &slug, &body, note, act)
        .await?
        .ok_or_else(|| anyhow::anyhow!("the free slug {slug} is taken"))?;
    records::add_step(
        &mut transaction,
        record,
        Step::Commented,
        &remark(&waiting),
        act,
    )
    .await?;
    if !store::decide(
        &mut transaction,
        id,
        Decision::Accepted,
        Some(record),
        "",
        act,
    )
    .await?
    {
        return Ok(done(&app, QUEUE, DECIDED_BY_ANOTHER));
    }
    let detail = json!({"suggestion": id});
    audit(
        &mut transaction,
        "suggestion-accepted",
        Some(record),
        &detail,
        act,
    )
    .await?;
    transaction.commit().await?;
    let said = "The suggestion is a draft now. What the reader wrote stands in its history.";
    Ok(done(&app, &edit::path(Kind::Study, record), said))
}

#[derive(Template)]
#[template(path = "admin/suggestions/merge.html")]
struct MergePage {
    layout: Layout,
    curator: Curator,
    waiting: Waiting,
    words: String,
    found: Vec<(Kind, Vec<Titled>)>,
    errors: FieldErrors,
}

/// `GET /admin/suggestions/{id}/merge`: looks for the record that a suggestion joins.
pub async fn choose(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(id): Path<i64>,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let Some(waiting) = find(&app, id).await? else {
        return Ok(done(&app, QUEUE, DECIDED_BY_ANOTHER));
    };
    let query = Typed::decode(query.unwrap_or_default().as_bytes());
    let words = query.text("q").to_owned();
    let page = merge_page(
        &app,
        curator,
        layout,
        waiting,
        words,
        FieldErrors::default(),
    )
    .await?;
    Ok(Page(page).into_response())
}

async fn merge_page(
    app: &App,
    curator: Curator,
    layout: Layout,
    waiting: Waiting,
    words: String,
    errors: FieldErrors,
) -> Result<MergePage> {
    let mut found = Vec::new();
    for kind in [Kind::Study, Kind::Intervention] {
        let titles = records::titles(&app.db, kind, last_part(&words), FOUND).await?;
        if !titles.is_empty() {
            found.push((kind, titles));
        }
    }
    Ok(MergePage {
        layout: form_frame(layout, "Add a suggestion to a record", &errors),
        curator,
        waiting,
        words,
        found,
        errors,
    })
}

/// The slug of an address that someone pasted; other words as they are.
fn last_part(words: &str) -> &str {
    let last = words.trim_end_matches('/').rsplit('/').next();
    last.filter(|last| words.contains('/') && Slug::parse(last).is_some())
        .unwrap_or(words)
}

/// `POST /admin/suggestions/{id}/merge`: notes a suggestion at a record that is there already.
pub async fn merge(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(id): Path<i64>,
    typed: Typed,
) -> Result<Response> {
    let Some(waiting) = find(&app, id).await? else {
        return Ok(done(&app, QUEUE, DECIDED_BY_ANOTHER));
    };
    let mut transaction = app.db.begin().await?;
    let head = match typed.text("record").parse() {
        Ok(record) => records::head(&mut transaction, record).await?,
        Err(_) => None,
    };
    let head = head.filter(|head| matches!(head.kind, Kind::Study | Kind::Intervention));
    let Some(head) = head else {
        drop(transaction);
        let mut errors = FieldErrors::default();
        errors.add("record", "Choose the record to which it belongs");
        let words = typed.text("q").to_owned();
        let page = merge_page(&app, curator, layout, waiting, words, errors).await?;
        return Ok(unprocessable(page));
    };
    let act = curator.act(&app);
    let record = Some(head.id);
    if !store::decide(&mut transaction, id, Decision::Merged, record, "", act).await? {
        return Ok(done(&app, QUEUE, DECIDED_BY_ANOTHER));
    }
    records::add_step(
        &mut transaction,
        head.id,
        Step::Commented,
        &remark(&waiting),
        act,
    )
    .await?;
    let detail = json!({"suggestion": id});
    audit(&mut transaction, "suggestion-merged", record, &detail, act).await?;
    transaction.commit().await?;
    Ok(done(
        &app,
        QUEUE,
        "The suggestion stands in the history of the record now, as a comment.",
    ))
}

/// `POST /admin/suggestions/{id}/decline`
pub async fn decline(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(id): Path<i64>,
    typed: Typed,
) -> Result<Response> {
    let field = reason_field(id);
    let mut errors = FieldErrors::default();
    let reason = errors.required(&field, &typed, "Say why, for those who meet it again");
    if reason.chars().count() > MAX_REASON {
        errors.add(&field, format!("Shorten this to {MAX_REASON} characters"));
    }
    if !errors.is_empty() {
        if find(&app, id).await?.is_none() {
            return Ok(done(&app, QUEUE, DECIDED_BY_ANOTHER));
        }
        let page = queue(&app, curator, layout, typed, errors).await?;
        return Ok(unprocessable(page));
    }
    let act = curator.act(&app);
    let mut transaction = app.db.begin().await?;
    if !store::decide(&mut transaction, id, Decision::Declined, None, &reason, act).await? {
        return Ok(done(&app, QUEUE, DECIDED_BY_ANOTHER));
    }
    let detail = json!({"suggestion": id});
    audit(&mut transaction, "suggestion-declined", None, &detail, act).await?;
    transaction.commit().await?;
    Ok(done(&app, QUEUE, "The suggestion is declined."))
}

/// Several forms stand on one page, so each has a field name of its own.
fn reason_field(id: i64) -> String {
    format!("reason-{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_address_is_as_good_as_a_slug() {
        assert_eq!(last_part("https://x.org/studies/kraft-2013/"), "kraft-2013");
        assert_eq!(last_part("kraft-2013"), "kraft-2013");
        assert_eq!(
            last_part("Kraft and/or Dougherty"),
            "Kraft and/or Dougherty"
        );
    }
}
