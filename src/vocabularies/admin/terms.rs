//! The page of one term: what it is called, when it is used, by which records, and how it leaves.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::error::Result;
use crate::people::access::{Curator, done, frame};
use crate::records::audit::audit;
use crate::records::store::{What, announce};
use crate::vocabularies::admin::{FOLDER, find, list, list_path, term, term_path, user_path};
use crate::vocabularies::form::{described, refuse_alike};
use crate::vocabularies::store;
use crate::vocabularies::usage::{User, users};
use crate::vocabularies::vocabulary::{Entry, TermList};
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};
use crate::web::words;

/// How many of the records that use a term are named.
const NAMED: usize = 50;

#[derive(Template)]
#[template(path = "vocabularies/term.html")]
struct TermPage {
    layout: Layout,
    curator: Curator,
    list: TermList,
    entry: Entry,
    users: Vec<User>,
    typed: Typed,
    errors: FieldErrors,
}

impl TermPage {
    fn named(&self) -> &[User] {
        &self.users[..self.users.len().min(NAMED)]
    }
}

async fn page(
    app: &App,
    curator: Curator,
    layout: Layout,
    (list, entry): (TermList, Entry),
    (typed, errors): (Typed, FieldErrors),
) -> Result<TermPage> {
    let mut conn = app.db.read.acquire().await?;
    let title = if errors.is_empty() {
        entry.label.clone()
    } else {
        format!("Error: {}", entry.label)
    };
    Ok(TermPage {
        layout: frame(layout, title),
        curator,
        users: users(&mut conn, list.slug.as_str(), entry.slug.as_str()).await?,
        list,
        entry,
        typed,
        errors,
    })
}

/// `GET /admin/vocabularies/{slug}/terms/{term}`
pub async fn show(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path((slug, term)): Path<(String, String)>,
) -> Result<Response> {
    let found = find(&app, &slug, &term).await?;
    let mut typed = Typed::default();
    typed.push("label", &found.1.label);
    typed.push("scope_note", &found.1.scope_note);
    let sent = (typed, FieldErrors::default());
    Ok(Page(page(&app, curator, layout, found, sent).await?).into_response())
}

/// `POST /admin/vocabularies/{slug}/terms/{term}`: another label or scope note. The slug stays.
pub async fn update(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path((slug, term_slug)): Path<(String, String)>,
    typed: Typed,
) -> Result<Response> {
    let mut transaction = app.db.begin().await?;
    let list = list(&mut transaction, &slug).await?;
    let entry = term(&list, &term_slug)?.clone();
    let mut errors = FieldErrors::default();
    let new = described(&typed, &mut errors);
    refuse_alike(&list, Some(&entry.slug), &new.label, &mut errors);
    if !errors.is_empty() {
        drop(transaction);
        let page = page(&app, curator, layout, (list, entry), (typed, errors)).await?;
        return Ok(unprocessable(page));
    }
    let act = curator.act(&app);
    let detail = json!({
        "vocabulary": slug, "term": entry.slug, "before": entry.label, "label": new.label,
    });
    let entry = Entry {
        label: new.label,
        scope_note: new.scope_note,
        ..entry
    };
    store::describe_term(&mut transaction, &slug, &entry).await?;
    announce(&mut transaction, What::Vocabularies, act).await?;
    audit(&mut transaction, "changed-term", None, &detail, act).await?;
    transaction.commit().await?;
    app.collection.refresh().await?;
    let said = "Saved. Readers see it now.";
    Ok(done(&app, &term_path(&list, &entry.slug), said))
}

/// `POST /admin/vocabularies/{slug}/terms/{term}/remove`: only what no record uses.
pub async fn remove(
    State(app): State<App>,
    curator: Curator,
    Path((slug, term_slug)): Path<(String, String)>,
) -> Result<Response> {
    let mut transaction = app.db.begin().await?;
    let list = list(&mut transaction, &slug).await?;
    let entry = term(&list, &term_slug)?;
    let users = users(&mut transaction, &slug, &term_slug).await?;
    if !users.is_empty() {
        let said = format!(
            "“{}” was not removed: {} it. Merge it into another term instead.",
            entry.label,
            words::count(users.len(), "record uses", "records use")
        );
        return Ok(done(&app, &term_path(&list, &entry.slug), &said));
    }
    let act = curator.act(&app);
    store::remove_term(&mut transaction, &slug, &entry.slug).await?;
    announce(&mut transaction, What::Vocabularies, act).await?;
    let detail = json!({
        "vocabulary": slug, "term": entry.slug, "label": entry.label,
        "scope_note": entry.scope_note,
    });
    audit(&mut transaction, "removed-term", None, &detail, act).await?;
    transaction.commit().await?;
    app.collection.refresh().await?;
    let said = format!("“{}” was removed.", entry.label);
    Ok(done(&app, &list_path(&list), &said))
}
