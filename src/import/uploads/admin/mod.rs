//! The pages on which references come in: sending a file, naming its columns, watching it being
//! read, deciding on each reference, merging field by field.

mod mapping;
mod merging;
mod preview;
mod sending;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Uri};
use axum::response::{IntoResponse, Response};

pub use self::mapping::map;
pub use self::merging::{merge, show_merge};
pub use self::preview::decide;
pub use self::sending::{create, index, new, template};
use crate::app::App;
use crate::error::{Error, Result};
use crate::import::uploads::store;
use crate::import::uploads::upload::{Stage, Upload};
use crate::people::access::{Curator, frame};
use crate::web::layout::Layout;
use crate::web::page::Page;

/// References on one page of a preview.
const PAGE_SIZE: usize = 100;
/// Seconds after which the page of a file that is being read asks again.
const LOOK_AGAIN: &str = "2";

fn path(id: i64) -> String {
    format!("/admin/imports/{id}")
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
        Stage::Mapping => mapping::show_mapping(&app, curator, layout, upload).await,
        Stage::Ready => preview::show_preview(&app, curator, layout, upload, &uri).await,
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
