//! The page that shows what a file holds, and takes a decision on each reference.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};

use super::{PAGE_SIZE, find, path};
use crate::app::App;
use crate::error::Result;
use crate::import::uploads::decide;
use crate::import::uploads::store::{self, Tally};
use crate::import::uploads::upload::{Choice, Incoming, Stage, Upload};
use crate::people::access::{Curator, done};
use crate::web::form::Typed;
use crate::web::layout::Layout;
use crate::web::page::Page;
use crate::web::pagination::{Pagination, Step};
use crate::web::words;

#[derive(Template)]
#[template(path = "admin/imports/preview.html")]
struct PreviewPage {
    layout: Layout,
    curator: Curator,
    upload: Upload,
    page: usize,
    tally: Tally,
    incoming: Vec<Incoming>,
    pagination: Option<Pagination>,
}

pub(super) async fn show_preview(
    app: &App,
    curator: Curator,
    layout: Layout,
    upload: Upload,
    uri: &Uri,
) -> Result<Response> {
    let typed = Typed::decode(uri.query().unwrap_or_default().as_bytes());
    let page: usize = typed.text("page").parse().unwrap_or(1).max(1);
    let tally = store::tally(&app.db, upload.id).await?;
    let total = usize::try_from(tally.new + tally.merge + tally.skip).unwrap_or_default();
    let skip = i64::try_from((page - 1).saturating_mul(PAGE_SIZE)).unwrap_or(i64::MAX);
    let mut conn = app.db.read.acquire().await?;
    let limit = i64::try_from(PAGE_SIZE).unwrap_or(i64::MAX);
    let incoming = store::references(&mut conn, upload.id, skip, limit).await?;
    let pages = total.div_ceil(PAGE_SIZE).max(1);
    let here = path(upload.id);
    Ok(Page(PreviewPage {
        pagination: Pagination::of_pages(page, pages, |page| format!("{here}?page={page}")),
        layout,
        curator,
        page,
        tally,
        incoming,
        upload,
    })
    .into_response())
}

/// `POST /admin/imports/{id}`: keeps the choices of a page, and goes on as the button says.
pub async fn decide(
    State(app): State<App>,
    curator: Curator,
    Path(id): Path<i64>,
    typed: Typed,
) -> Result<Response> {
    let upload = find(&app, id).await?;
    if upload.stage != Stage::Ready {
        return Ok(Redirect::to(&path(id)).into_response());
    }
    let act = curator.act(&app);
    let mut transaction = app.db.begin().await?;
    let mut conn = app.db.read.acquire().await?;
    let incoming = store::references(&mut conn, id, 0, -1).await?;
    drop(conn);
    for incoming in incoming {
        let chosen = typed
            .text(&format!("choice.{}", incoming.number))
            .to_owned();
        let known = |record: i64| {
            incoming
                .matches
                .iter()
                .any(|found| found.record == Some(record))
        };
        let (choice, record) = match chosen.split_once('.') {
            None if chosen.is_empty() => continue,
            Some(("merge", record)) => match record.parse().ok().filter(|record| known(*record)) {
                Some(record) => (Choice::Merge, Some(record)),
                None => continue,
            },
            _ if chosen == "different" => {
                let records: Vec<_> = incoming
                    .matches
                    .iter()
                    .filter_map(|found| found.record)
                    .collect();
                store::part(&mut transaction, &records, &incoming.fingerprint(), act).await?;
                (Choice::New, None)
            }
            _ => (Choice::parse(&chosen).unwrap_or(Choice::Skip), None),
        };
        store::choose(&mut transaction, id, incoming.number, choice, record).await?;
    }
    match typed.text("button") {
        "import" => {
            let vocabularies = app.catalogue().vocabularies.clone();
            let outcome = decide::import(&mut transaction, &upload, &vocabularies, act).await?;
            transaction.commit().await?;
            let said = format!(
                "Imported: {} added as drafts, {} merged, {} left out.",
                words::number(outcome.added),
                words::number(outcome.merged),
                words::number(outcome.skipped)
            );
            Ok(done(&app, &path(id), &said))
        }
        "discard" => {
            store::discard(&mut transaction, id).await?;
            transaction.commit().await?;
            Ok(done(
                &app,
                "/admin/imports",
                "The file is thrown away. Nothing of it was imported.",
            ))
        }
        _ => {
            transaction.commit().await?;
            let page = typed.text("page").parse::<usize>().unwrap_or(1);
            let here = format!("{}?page={page}", path(id));
            Ok(done(&app, &here, "Your choices are kept."))
        }
    }
}
