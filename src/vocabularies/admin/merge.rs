//! Merging a term into another: first what would happen, then doing it.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::Result;
use crate::people::access::{Curator, done, frame};
use crate::records::admin::batch;
use crate::records::slug::Slug;
use crate::vocabularies::admin::{FOLDER, find, list, list_path, term, term_path, user_path};
use crate::vocabularies::merging;
use crate::vocabularies::usage::{User, users};
use crate::vocabularies::vocabulary::{Entry, TermList};
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};
use crate::web::words;

/// How many of the records that follow are named.
const NAMED: usize = 100;

#[derive(Template)]
#[template(path = "vocabularies/merge.html")]
struct MergePage {
    layout: Layout,
    curator: Curator,
    list: TermList,
    entry: Entry,
    /// The term that it is to be merged into, once that is chosen.
    into: Option<Entry>,
    users: Vec<User>,
    errors: FieldErrors,
}

impl MergePage {
    fn others(&self) -> impl Iterator<Item = &Entry> {
        let others = self.list.terms.iter();
        others.filter(|entry| entry.slug != self.entry.slug)
    }

    fn is_chosen(&self, entry: &Entry) -> bool {
        self.into.as_ref() == Some(entry)
    }

    fn named(&self) -> &[User] {
        &self.users[..self.users.len().min(NAMED)]
    }
}

/// The term of a list that another one is to be merged into.
fn target<'a>(
    list: &'a TermList,
    from: &Slug,
    typed: &Typed,
    errors: &mut FieldErrors,
) -> Option<&'a Entry> {
    let into = typed.text("into");
    let mut others = list.terms.iter().filter(|entry| entry.slug != *from);
    let found = others.find(|entry| entry.slug.as_str() == into);
    errors.check("into", found, "Choose the term that takes its place")
}

/// `GET /admin/vocabularies/{slug}/terms/{term}/merge?into=…`: which records would follow.
pub async fn ask(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path((slug, term)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let (list, entry) = find(&app, &slug, &term).await?;
    let asked = Typed::decode(query.unwrap_or_default().as_bytes());
    let mut errors = FieldErrors::default();
    let into = target(&list, &entry.slug, &asked, &mut errors).cloned();
    if !asked.contains("into") {
        errors = FieldErrors::default();
    }
    let page = MergePage {
        layout: frame(layout, format!("Merge “{}”", entry.label)),
        curator,
        users: users(&mut *app.db.read.acquire().await?, &slug, &term).await?,
        into,
        list,
        entry,
        errors,
    };
    Ok(Page(page).into_response())
}

/// `POST /admin/vocabularies/{slug}/terms/{term}/merge`
pub async fn merge(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path((slug, term_slug)): Path<(String, String)>,
    typed: Typed,
) -> Result<Response> {
    let mut transaction = app.db.begin().await?;
    let list = list(&mut transaction, &slug).await?;
    let entry = term(&list, &term_slug)?;
    let mut errors = FieldErrors::default();
    let Some(into) = target(&list, &entry.slug, &typed, &mut errors) else {
        let users = users(&mut transaction, &slug, &term_slug).await?;
        return Ok(unprocessable(MergePage {
            layout: frame(layout, format!("Error: Merge “{}”", entry.label)),
            curator,
            into: None,
            entry: entry.clone(),
            list: list.clone(),
            users,
            errors,
        }));
    };
    let act = curator.act(&app);
    let id = merging::merge(&mut transaction, &list, entry, into, act).await?;
    transaction.commit().await?;
    app.collection.refresh().await?;
    let said = format!("“{}” is “{}” now.", entry.label, into.label);
    Ok(done(&app, &batch::path(id), &said))
}
