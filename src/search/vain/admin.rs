//! What readers searched for in vain, for those who decide what the collection needs next.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::error::Result;
use crate::people::access::{Curator, done, frame};
use crate::people::role::Role;
use crate::records::audit::audit;
use crate::search::vain::store::{self, VainSearch};
use crate::web::form::Typed;
use crate::web::layout::Layout;
use crate::web::page::Page;
use crate::web::pagination::{PAGE_SIZE, Pagination, Step, page_count};
use crate::web::words;

const PATH: &str = "/admin/searches";

#[derive(Template)]
#[template(path = "admin/searches/index.html")]
struct SearchesPage {
    layout: Layout,
    curator: Curator,
    total: usize,
    searches: Vec<VainSearch>,
    pagination: Option<Pagination>,
}

/// `GET /admin/searches`
pub async fn index(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let query = Typed::decode(query.unwrap_or_default().as_bytes());
    let searches = store::all(&app.db).await?;
    let total = searches.len();
    let wanted = query.text("page").parse().unwrap_or(1_usize);
    let page = wanted.clamp(1, page_count(total));
    let shown = searches.into_iter().skip((page - 1) * PAGE_SIZE);
    Ok(Page(SearchesPage {
        layout: frame(layout, "Searches that found nothing"),
        curator,
        total,
        searches: shown.take(PAGE_SIZE).collect(),
        pagination: Pagination::new(page, total, |page| match page {
            1 => PATH.to_owned(),
            page => format!("{PATH}?page={page}"),
        }),
    })
    .into_response())
}

/// `POST /admin/searches/delete`: forgets a search, such as one that names somebody.
pub async fn delete(State(app): State<App>, curator: Curator, typed: Typed) -> Result<Response> {
    curator.require(Role::Editor)?;
    let mut transaction = app.db.begin().await?;
    let was_there = store::delete(&mut transaction, typed.raw("words")).await?;
    if was_there {
        // Not the words: the audit log is never changed, and they may be why it was forgotten.
        let act = curator.act(&app);
        audit(
            &mut transaction,
            "vain-search-deleted",
            None,
            &json!({}),
            act,
        )
        .await?;
    }
    transaction.commit().await?;
    Ok(done(&app, PATH, "The search is forgotten."))
}
