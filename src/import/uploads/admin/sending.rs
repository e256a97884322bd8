//! The files that came in lately, and the page that sends one.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::path;
use crate::app::App;
use crate::error::Result;
use crate::import::references::csv::TEMPLATE;
use crate::import::references::{self, Format};
use crate::import::uploads::upload::{Stage, Upload};
use crate::import::uploads::{store, work};
use crate::people::access::{Curator, frame};
use crate::records::audit::audit;
use crate::web::form::{FieldErrors, Sent, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, document, unprocessable};

/// The longest name of a file that is kept, in characters.
const MAX_NAME: usize = 120;

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
