//! The page that asks which column of a table is what.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{find, path};
use crate::app::App;
use crate::error::Result;
use crate::import::references::csv::{self, Column};
use crate::import::uploads::upload::{Stage, Upload};
use crate::import::uploads::{store, work};
use crate::people::access::{Curator, frame};
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};

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

pub(super) async fn show_mapping(
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
