//! One change to many records: first shown, then made, then undone if need be.

mod action;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::{Curator, done, frame};
use crate::records::admin::batch;
use crate::records::admin::bulk::action::{Action, goes_live, make, outcome};
use crate::records::admin::edit::{folder, least_role, path};
use crate::records::admin::list::{heading, title_of};
use crate::records::audit::audit;
use crate::records::record::Kind;
use crate::records::store::{self, BatchKind};
use crate::web::form::Typed;
use crate::web::layout::Layout;
use crate::web::page::Page;
use crate::web::words;

pub use action::{Choice, choices};

/// More are not changed at once.
const MOST: usize = 1_000;
/// What readers of withdrawn records are told when nobody said more.
const REASON: &str = "It was withdrawn by the editors.";

/// What a change would do to one record.
struct Effect {
    id: i64,
    title: String,
    path: String,
    /// Nothing when the record stays as it is, with the reason.
    change: Option<&'static str>,
    reason: String,
}

#[derive(Template)]
#[template(path = "admin/records/bulk.html")]
struct BulkPage {
    layout: Layout,
    curator: Curator,
    kind: Kind,
    heading: &'static str,
    list: &'static str,
    action: String,
    label: String,
    changing: usize,
    is_withdrawal: bool,
    effects: Vec<Effect>,
}

/// What a form asks for.
struct Asked {
    kind: Kind,
    action: Action,
    label: String,
    ids: Vec<i64>,
}

fn asked(app: &App, curator: &Curator, typed: &Typed) -> Result<Asked> {
    let kind = Kind::parse(typed.text("kind")).ok_or(Error::BadRequest)?;
    let action = Action::parse(kind, typed.text("action")).ok_or(Error::BadRequest)?;
    curator.require(least_role(kind))?;
    curator.require(action.needs())?;
    let choices = choices(kind, curator, &app.catalogue());
    let label = choices
        .into_iter()
        .find(|choice| choice.value == typed.text("action"))
        .map(|choice| choice.label)
        .ok_or(Error::BadRequest)?;
    let mut ids: Vec<i64> = typed
        .all("record")
        .filter_map(|id| id.parse().ok())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(MOST);
    Ok(Asked {
        kind,
        action,
        label,
        ids,
    })
}

/// `POST /admin/bulk`: shows what would change.
pub async fn preview(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    typed: Typed,
) -> Result<Response> {
    let asked = asked(&app, &curator, &typed)?;
    if asked.ids.is_empty() {
        return Ok(done(&app, folder(asked.kind), "Tick the records first."));
    }
    let mut effects = Vec::new();
    let mut conn = app.db.read.acquire().await?;
    for id in &asked.ids {
        let head = store::head(&mut conn, *id).await?;
        let Some(head) = head.filter(|head| head.kind == asked.kind) else {
            continue;
        };
        let outcome = outcome(&app, &curator, &asked.action, &head)?;
        effects.push(Effect {
            id: *id,
            title: title_of(&head),
            path: path(head.kind, *id),
            change: outcome.as_ref().ok().copied(),
            reason: outcome.err().unwrap_or_default(),
        });
    }
    Ok(Page(BulkPage {
        layout: frame(layout, asked.label.clone()),
        curator,
        kind: asked.kind,
        heading: heading(asked.kind),
        list: folder(asked.kind),
        action: typed.text("action").to_owned(),
        changing: effects
            .iter()
            .filter(|effect| effect.change.is_some())
            .count(),
        is_withdrawal: asked.action == Action::Withdraw,
        label: asked.label,
        effects,
    })
    .into_response())
}

/// `POST /admin/bulk/apply`
pub async fn apply(State(app): State<App>, curator: Curator, typed: Typed) -> Result<Response> {
    let asked = asked(&app, &curator, &typed)?;
    let act = curator.act(&app);
    let reason = typed.filled("reason").unwrap_or(REASON).to_owned();
    let mut transaction = app.db.begin().await?;
    let label = format!("{}: {}", heading(asked.kind), asked.label);
    let id = store::begin_batch(&mut transaction, BatchKind::Bulk, &label, &json!({}), act).await?;
    let mut changed = 0;
    for record in &asked.ids {
        let head = store::head(&mut transaction, *record).await?;
        let Some(head) = head.filter(|head| head.kind == asked.kind) else {
            continue;
        };
        if outcome(&app, &curator, &asked.action, &head)?.is_err() {
            continue;
        }
        let before = store::place(&mut transaction, *record).await?;
        make(
            &mut transaction,
            goes_live(&app, &curator),
            &asked.action,
            &head,
            &reason,
            act,
        )
        .await?;
        store::add_item(&mut transaction, id, *record, before).await?;
        changed += 1;
    }
    let detail = json!({"change": asked.label, "records": changed, "batch": id});
    audit(&mut transaction, "changed-many", None, &detail, act).await?;
    transaction.commit().await?;
    app.collection.refresh().await?;
    let said = format!("{} changed.", words::count(changed, "record", "records"));
    Ok(done(&app, &batch::path(id), &said))
}
