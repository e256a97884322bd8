//! The pages on which references come in: sending a file, naming its columns, watching it being
//! read, deciding on each reference, merging field by field.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use crate::app::App;
use crate::error::{Error, Result};
use crate::import::references::csv::{self, Column, TEMPLATE};
use crate::import::references::{self, Format};
use crate::import::uploads::draft::{self, FIELDS};
use crate::import::uploads::store::{self, Tally};
use crate::import::uploads::upload::{Choice, Incoming, Stage, Upload};
use crate::import::uploads::{decide, work};
use crate::people::access::{Curator, done, frame};
use crate::records::admin::edit;
use crate::records::audit::audit;
use crate::records::record::Kind;
use crate::records::store as records;
use crate::studies::study::Study;
use crate::web::form::{FieldErrors, Sent, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, document, unprocessable};
use crate::web::pagination::{Pagination, Step};
use crate::web::words;

/// References on one page of a preview.
const PAGE_SIZE: usize = 100;
/// Seconds after which the page of a file that is being read asks again.
const LOOK_AGAIN: &str = "2";
/// The longest name of a file that is kept, in characters.
const MAX_NAME: usize = 120;

fn path(id: i64) -> String {
    format!("/admin/imports/{id}")
}

#[derive(Template)]
#[template(path = "admin/imports/index.html")]
struct IndexPage {
    layout: Layout,
    curator: Curator,
    uploads: Vec<Upload>,
}

/// `GET /admin/imports`
pub async fn index(State(app): State<App>, curator: Curator, layout: Layout) -> Result<Response> {
    Ok(Page(IndexPage {
        layout: frame(layout, "Import references"),
        uploads: store::latest(&app.db).await?,
        curator,
    })
    .into_response())
}

#[derive(Template)]
#[template(path = "admin/imports/new.html")]
struct NewPage {
    layout: Layout,
    curator: Curator,
    typed: Typed,
    errors: FieldErrors,
}

/// `GET /admin/imports/new`
pub async fn new(curator: Curator, layout: Layout) -> Response {
    Page(NewPage {
        layout: frame(layout, "Import references"),
        curator,
        typed: Typed::default(),
        errors: FieldErrors::default(),
    })
    .into_response()
}

/// `GET /admin/imports/template.csv`
pub async fn template() -> Response {
    let mut response = document("text/csv; charset=utf-8", TEMPLATE);
    let name = HeaderValue::from_static("attachment; filename=\"references.csv\"");
    response
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, name);
    response
}

/// `POST /admin/imports`
pub async fn create(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    sent: Sent,
) -> Result<Response> {
    let Sent { typed, files } = sent;
    let mut errors = FieldErrors::default();
    let file = files.into_iter().find(|file| !file.bytes.is_empty());
    let (name, decoded) = match &file {
        Some(file) => (shown_name(&file.name), references::decode(&file.bytes)),
        None => (
            "a pasted text".to_owned(),
            references::decode(typed.raw("text").as_bytes()),
        ),
    };
    let text = decoded.text.trim();
    let format = match typed.filled("format") {
        Some(slug) => Format::parse(slug),
        None => references::detect(text),
    };
    if text.is_empty() {
        errors.add("file", "Choose a file, or paste references into the box");
    } else if format.is_none() {
        let message = "This does not look like any of the formats below. Say which one it is";
        errors.add("format", message);
    }
    let (true, Some(format)) = (errors.is_empty(), format) else {
        return Ok(unprocessable(NewPage {
            layout: frame(layout, "Error: Import references"),
            curator,
            typed,
            errors,
        }));
    };
    let stage = if format == Format::Csv {
        Stage::Mapping
    } else {
        Stage::Reading
    };
    let act = curator.act(&app);
    let mut transaction = app.db.begin().await?;
    let person = curator.person.id;
    let id = store::add(&mut transaction, person, &name, format, text, stage, act).await?;
    if decoded.replaced {
        let message = format!(
            "Some characters of the file were not {}; they stand as \u{fffd}.",
            decoded.encoding
        );
        store::set_stage(&mut transaction, id, stage, &message).await?;
    }
    let detail = json!({"file": name, "format": format.slug()});
    audit(&mut transaction, "upload", None, &detail, act).await?;
    transaction.commit().await?;
    if stage == Stage::Reading {
        work::begin(&app, id);
    }
    Ok(Redirect::to(&path(id)).into_response())
}

/// The name of a file as people know it: never a path.
fn shown_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name
        .chars()
        .filter(|letter| !letter.is_control())
        .take(MAX_NAME)
        .collect();
    if name.trim().is_empty() {
        "a file without a name".to_owned()
    } else {
        name
    }
}

async fn find(app: &App, id: i64) -> Result<Upload> {
    store::find(&app.db, id).await?.ok_or(Error::NotFound)
}

/// `GET /admin/imports/{id}`: whatever this file needs next.
pub async fn show(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(id): Path<i64>,
    uri: Uri,
) -> Result<Response> {
    let upload = find(&app, id).await?;
    let layout = frame(layout, format!("Import of {}", upload.name));
    match upload.stage {
        Stage::Mapping => show_mapping(&app, curator, layout, upload).await,
        Stage::Ready => show_preview(&app, curator, layout, upload, &uri).await,
        Stage::Reading | Stage::Imported | Stage::Discarded | Stage::Failed => {
            Ok(show_stage(curator, layout, upload))
        }
    }
}

#[derive(Template)]
#[template(path = "admin/imports/stage.html")]
struct StagePage {
    layout: Layout,
    curator: Curator,
    upload: Upload,
}

fn show_stage(curator: Curator, layout: Layout, upload: Upload) -> Response {
    let is_reading = upload.stage == Stage::Reading;
    let page = StagePage {
        layout,
        curator,
        upload,
    };
    let mut response = Page(page).into_response();
    if is_reading {
        let again = HeaderValue::from_static(LOOK_AGAIN);
        response.headers_mut().insert("refresh", again);
    }
    response
}

#[derive(Template)]
#[template(path = "admin/imports/mapping.html")]
struct MappingPage {
    layout: Layout,
    curator: Curator,
    upload: Upload,
    /// Heading, the column that it seems to be, and what stands below it.
    columns: Vec<(String, Column, Vec<String>)>,
    errors: FieldErrors,
}

async fn mapping_page(
    app: &App,
    curator: Curator,
    layout: Layout,
    upload: Upload,
) -> Result<MappingPage> {
    let text = store::text(&app.db, upload.id).await?;
    let headings = csv::headings(&text);
    let guessed = csv::guess(&headings);
    let samples = csv::samples(&text, 3);
    let columns = headings.into_iter().enumerate().map(|(place, heading)| {
        let column = guessed.0.get(place).copied().unwrap_or(Column::Ignore);
        let below = samples.iter().filter_map(|row| row.get(place).cloned());
        (heading, column, below.collect())
    });
    Ok(MappingPage {
        layout,
        curator,
        upload,
        columns: columns.collect(),
        errors: FieldErrors::default(),
    })
}

async fn show_mapping(
    app: &App,
    curator: Curator,
    layout: Layout,
    upload: Upload,
) -> Result<Response> {
    let page = mapping_page(app, curator, layout, upload).await?;
    Ok(Page(page).into_response())
}

/// `POST /admin/imports/{id}/columns`
pub async fn map(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(id): Path<i64>,
    typed: Typed,
) -> Result<Response> {
    let upload = find(&app, id).await?;
    if upload.stage != Stage::Mapping {
        return Ok(Redirect::to(&path(id)).into_response());
    }
    let columns: Vec<_> = typed
        .all("column")
        .map(|slug| Column::parse(slug).unwrap_or(Column::Ignore))
        .collect();
    if !csv::Mapping(columns.clone()).is_useful() {
        let layout = frame(layout, "Error: Name the columns");
        let mut page = mapping_page(&app, curator, layout, upload).await?;
        for ((_, own, _), chosen) in page.columns.iter_mut().zip(columns) {
            *own = chosen;
        }
        let message = "Say which column holds the title, or the DOI";
        page.errors.add("column-0", message);
        return Ok(unprocessable(page));
    }
    let mapping: Vec<_> = columns.iter().map(|column| column.slug()).collect();
    let mut transaction = app.db.begin().await?;
    store::set_mapping(&mut transaction, id, &mapping).await?;
    transaction.commit().await?;
    work::begin(&app, id);
    Ok(Redirect::to(&path(id)).into_response())
}

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

async fn show_preview(
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

/// A field of a merge: what the record says and what the reference says.
struct FieldRow {
    name: &'static str,
    label: &'static str,
    own: String,
    theirs: String,
    takes_theirs: bool,
}

#[derive(Template)]
#[template(path = "admin/imports/merge.html")]
struct MergePage {
    layout: Layout,
    curator: Curator,
    upload: Upload,
    incoming: Incoming,
    record_path: String,
    title: String,
    rows: Vec<FieldRow>,
}

/// The study that a reference merges into.
async fn merged_study(app: &App, incoming: &Incoming) -> Result<(i64, Study)> {
    let matched = incoming.matches.iter().find_map(|found| found.record);
    let record = incoming.record.or(matched).ok_or(Error::NotFound)?;
    let mut conn = app.db.read.acquire().await?;
    let head = records::head(&mut conn, record)
        .await?
        .ok_or(Error::NotFound)?;
    let study = serde_json::from_str(&head.body).map_err(anyhow::Error::from)?;
    Ok((record, study))
}

/// `GET /admin/imports/{id}/references/{number}`
pub async fn show_merge(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path((id, number)): Path<(i64, i64)>,
) -> Result<Response> {
    let upload = find(&app, id).await?;
    let incoming = store::reference(&app.db, id, number)
        .await?
        .ok_or(Error::NotFound)?;
    let (record, study) = merged_study(&app, &incoming).await?;
    let known = app.catalogue().vocabularies.clone();
    let theirs = draft::study(&incoming.reference, &known, "");
    let lacking = draft::lacking(&study, &incoming.reference, &known);
    let rows = FIELDS.into_iter().map(|name| FieldRow {
        name,
        label: draft::label(name),
        own: draft::said(&study, name, &known),
        theirs: draft::said(&theirs, name, &known),
        takes_theirs: if incoming.fields.is_empty() {
            lacking.contains(&name)
        } else {
            incoming.fields.iter().any(|field| field == name)
        },
    });
    Ok(Page(MergePage {
        layout: frame(layout, format!("Merge record {number}")),
        curator,
        record_path: edit::path(Kind::Study, record),
        title: study.title.clone(),
        rows: rows.collect(),
        upload,
        incoming,
    })
    .into_response())
}

/// `POST /admin/imports/{id}/references/{number}`
pub async fn merge(
    State(app): State<App>,
    Path((id, number)): Path<(i64, i64)>,
    typed: Typed,
) -> Result<Response> {
    let upload = find(&app, id).await?;
    let incoming = store::reference(&app.db, id, number)
        .await?
        .ok_or(Error::NotFound)?;
    if upload.stage != Stage::Ready {
        return Ok(Redirect::to(&path(id)).into_response());
    }
    let (record, _) = merged_study(&app, &incoming).await?;
    let fields: Vec<_> = FIELDS
        .into_iter()
        .filter(|name| typed.text(&format!("take.{name}")) == "theirs")
        .collect();
    let mut transaction = app.db.begin().await?;
    store::choose(&mut transaction, id, number, Choice::Merge, Some(record)).await?;
    store::set_fields(&mut transaction, id, number, &fields).await?;
    transaction.commit().await?;
    let page = usize::try_from(number)
        .unwrap_or(1)
        .div_ceil(PAGE_SIZE)
        .max(1);
    let here = format!("{}?page={page}#reference-{number}", path(id));
    let said = format!("Record {number} will be merged as you chose.");
    Ok(done(&app, &here, &said))
}
