//! All vocabularies, and one of them with its terms.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::error::Result;
use crate::people::access::{Curator, done, frame};
use crate::records::audit::audit;
use crate::records::store::{What, announce};
use crate::vocabularies::admin::{FOLDER, list, list_path, term_path};
use crate::vocabularies::form::{described, free_slug, ordered, refuse_alike};
use crate::vocabularies::store;
use crate::vocabularies::usage::Usage;
use crate::vocabularies::vocabulary::{Entry, TermList};
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};
use crate::web::words;

#[derive(Template)]
#[template(path = "vocabularies/index.html")]
struct IndexPage {
    layout: Layout,
    curator: Curator,
    lists: Vec<TermList>,
    usage: Usage,
    groups: usize,
}

/// `GET /admin/vocabularies`
pub async fn index(State(app): State<App>, curator: Curator, layout: Layout) -> Result<Response> {
    let mut conn = app.db.read.acquire().await?;
    let vocabularies = store::load(&mut conn).await?;
    let page = IndexPage {
        layout: frame(layout, "Vocabularies"),
        curator,
        usage: Usage::load(&mut conn).await?,
        lists: vocabularies.lists().to_vec(),
        groups: vocabularies.synonyms.groups().len(),
    };
    Ok(Page(page).into_response())
}

/// Which form of the page was sent and is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Nothing,
    NewTerm,
    Description,
}

#[derive(Template)]
#[template(path = "vocabularies/show.html")]
struct ShowPage {
    layout: Layout,
    curator: Curator,
    list: TermList,
    usage: Usage,
    sent: Sent,
    /// The form of a new term.
    new: Typed,
    /// The form of the vocabulary itself.
    own: Typed,
    errors: FieldErrors,
}

impl ShowPage {
    fn used(&self, entry: &Entry) -> String {
        let count = self
            .usage
            .of_term(self.list.slug.as_str(), entry.slug.as_str());
        words::count(count, "record", "records")
    }

    /// The errors of one of the two forms, whose fields have the same names.
    fn errors_of(&self, form: Sent) -> FieldErrors {
        if self.sent == form {
            self.errors.clone()
        } else {
            FieldErrors::default()
        }
    }
}

async fn page(
    app: &App,
    curator: Curator,
    layout: Layout,
    list: TermList,
    (sent, typed, errors): (Sent, Typed, FieldErrors),
) -> Result<ShowPage> {
    let mut conn = app.db.read.acquire().await?;
    let mut own = Typed::default();
    own.push("label", &list.label);
    own.push("scope_note", &list.scope_note);
    let title = if errors.is_empty() {
        list.label.clone()
    } else {
        format!("Error: {}", list.label)
    };
    let mut page = ShowPage {
        layout: frame(layout, title),
        curator,
        usage: Usage::load(&mut conn).await?,
        list,
        sent,
        new: Typed::default(),
        own,
        errors,
    };
    match sent {
        Sent::Nothing => {}
        Sent::NewTerm => page.new = typed,
        Sent::Description => page.own = typed,
    }
    Ok(page)
}

/// `GET /admin/vocabularies/{slug}`
pub async fn show(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(slug): Path<String>,
) -> Result<Response> {
    let list = list(&mut *app.db.read.acquire().await?, &slug).await?;
    let nothing = (Sent::Nothing, Typed::default(), FieldErrors::default());
    Ok(Page(page(&app, curator, layout, list, nothing).await?).into_response())
}

/// `POST /admin/vocabularies/{slug}`: what the vocabulary is called and when it is used.
pub async fn describe(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(slug): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let mut transaction = app.db.begin().await?;
    let list = list(&mut transaction, &slug).await?;
    let mut errors = FieldErrors::default();
    let new = described(&typed, &mut errors);
    if !errors.is_empty() {
        drop(transaction);
        let sent = (Sent::Description, typed, errors);
        let page = page(&app, curator, layout, list, sent).await?;
        return Ok(unprocessable(page));
    }
    let act = curator.act(&app);
    store::describe(&mut transaction, &slug, &new.label, &new.scope_note).await?;
    announce(&mut transaction, What::Vocabularies, act).await?;
    let detail = json!({"vocabulary": slug, "before": list.label, "label": new.label});
    audit(&mut transaction, "changed-vocabulary", None, &detail, act).await?;
    transaction.commit().await?;
    app.collection.refresh().await?;
    Ok(done(&app, &list_path(&list), "Saved. Readers see it now."))
}

/// `POST /admin/vocabularies/{slug}/terms`: one more term, behind the others.
pub async fn add(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(slug): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let mut transaction = app.db.begin().await?;
    let list = list(&mut transaction, &slug).await?;
    let mut errors = FieldErrors::default();
    let new = described(&typed, &mut errors);
    refuse_alike(&list, None, &new.label, &mut errors);
    let term = free_slug(&list, &new.label);
    if term.is_none() && errors.is_empty() {
        errors.add("label", "Enter a label with letters or digits");
    }
    let (true, Some(term)) = (errors.is_empty(), term) else {
        drop(transaction);
        let sent = (Sent::NewTerm, typed, errors);
        let page = page(&app, curator, layout, list, sent).await?;
        return Ok(unprocessable(page));
    };
    let act = curator.act(&app);
    let entry = Entry {
        slug: term,
        label: new.label,
        scope_note: new.scope_note,
    };
    store::add_term(&mut transaction, &slug, &entry).await?;
    announce(&mut transaction, What::Vocabularies, act).await?;
    let detail = json!({"vocabulary": slug, "term": entry.slug, "label": entry.label});
    audit(&mut transaction, "added-term", None, &detail, act).await?;
    transaction.commit().await?;
    app.collection.refresh().await?;
    let said = format!("“{}” is in the list now, as {}.", entry.label, entry.slug);
    Ok(done(&app, &list_path(&list), &said))
}

/// `POST /admin/vocabularies/{slug}/order`
pub async fn order(
    State(app): State<App>,
    curator: Curator,
    Path(slug): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let mut transaction = app.db.begin().await?;
    let list = list(&mut transaction, &slug).await?;
    let wanted = ordered(&typed, &list.terms);
    let is_same = list.terms.iter().map(|entry| &entry.slug).eq(&wanted);
    if is_same {
        return Ok(done(&app, &list_path(&list), "The order is as it was."));
    }
    let act = curator.act(&app);
    store::order(&mut transaction, &slug, &wanted).await?;
    announce(&mut transaction, What::Vocabularies, act).await?;
    let detail = json!({"vocabulary": slug, "order": wanted});
    audit(&mut transaction, "ordered-terms", None, &detail, act).await?;
    transaction.commit().await?;
    app.collection.refresh().await?;
    let said = "The new order is saved. Readers see it now.";
    Ok(done(&app, &format!("{}#terms", list_path(&list)), said))
}
