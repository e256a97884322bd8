//! The synonyms that searches follow, in one text area.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::error::Result;
use crate::people::access::{Curator, done, frame};
use crate::records::audit::audit;
use crate::records::store::{What, announce};
use crate::vocabularies::admin::FOLDER;
use crate::vocabularies::form::{ReadSynonyms, read_synonyms, typed_synonyms};
use crate::vocabularies::store;
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};
use crate::web::words;

const PATH: &str = "/admin/vocabularies/synonyms";

#[derive(Template)]
#[template(path = "vocabularies/synonyms.html")]
struct SynonymsPage {
    layout: Layout,
    curator: Curator,
    typed: Typed,
    read: ReadSynonyms,
    /// Whether what is shown as read is in force.
    is_saved: bool,
    errors: FieldErrors,
}

/// `GET /admin/vocabularies/synonyms`
pub async fn show(State(app): State<App>, curator: Curator, layout: Layout) -> Result<Response> {
    let stored = store::load(&mut *app.db.read.acquire().await?).await?;
    let mut typed = Typed::default();
    typed.push("synonyms", &typed_synonyms(&stored.synonyms));
    let mut errors = FieldErrors::default();
    let page = SynonymsPage {
        layout: frame(layout, "Synonyms"),
        curator,
        read: read_synonyms(typed.raw("synonyms"), &mut errors),
        typed,
        is_saved: true,
        errors: FieldErrors::default(),
    };
    Ok(Page(page).into_response())
}

/// `POST /admin/vocabularies/synonyms`: saves them, or only shows how they are read.
pub async fn update(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    typed: Typed,
) -> Result<Response> {
    let mut errors = FieldErrors::default();
    let read = read_synonyms(typed.raw("synonyms"), &mut errors);
    let is_sound = errors.is_empty();
    if !is_sound || typed.text("button") == "read" {
        let title = if is_sound {
            "Synonyms"
        } else {
            "Error: Synonyms"
        };
        let page = SynonymsPage {
            layout: frame(layout, title),
            curator,
            typed,
            read,
            is_saved: false,
            errors,
        };
        return Ok(if is_sound {
            Page(page).into_response()
        } else {
            unprocessable(page)
        });
    }
    let act = curator.act(&app);
    let mut transaction = app.db.begin().await?;
    let before = store::load(&mut transaction).await?;
    if before.synonyms == read.synonyms {
        return Ok(done(&app, PATH, "Nothing had changed."));
    }
    store::replace_synonyms(&mut transaction, &read.synonyms).await?;
    announce(&mut transaction, What::Vocabularies, act).await?;
    let detail = json!({
        "before": typed_synonyms(&before.synonyms), "after": typed_synonyms(&read.synonyms),
    });
    audit(&mut transaction, "changed-synonyms", None, &detail, act).await?;
    transaction.commit().await?;
    app.collection.refresh().await?;
    let groups = words::count(read.synonyms.groups().len(), "group", "groups");
    let said = format!("Saved: {groups} of synonyms. Searches follow them now.");
    Ok(done(&app, PATH, &said))
}
