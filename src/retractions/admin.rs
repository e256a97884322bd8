//! Retraction notices: a file of them, and what an editor makes of those that are about studies of
//! the collection.

use std::io::Cursor;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::{Curator, done, frame};
use crate::people::role::Role;
use crate::records::audit::audit;
use crate::retractions::file::{Taken, take_in};
use crate::retractions::retraction::{Nature, Retraction, Status};
use crate::retractions::store::{self, Key};
use crate::web::form::{FieldErrors, Sent, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};
use crate::web::words;

/// Where files of notices are sent.
pub const PATH: &str = "/admin/retractions";

#[derive(Template)]
#[template(path = "admin/retractions/index.html")]
struct RetractionsPage {
    layout: Layout,
    curator: Curator,
    groups: [Group; 3],
    errors: FieldErrors,
}

/// Notices of one status.
struct Group {
    status: Status,
    heading: &'static str,
    retractions: Vec<Retraction>,
}

impl Group {
    fn id(&self) -> &'static str {
        self.status.as_str()
    }

    /// The buttons that an editor has: what is asked for, and what it is called.
    fn buttons(&self) -> &'static [(&'static str, &'static str)] {
        match self.status {
            Status::Found => &[
                ("confirmed", "Confirm: tell readers"),
                ("dismissed", "Dismiss"),
            ],
            Status::Confirmed | Status::Dismissed => &[("found", "Decide again")],
        }
    }
}

/// `GET /admin/retractions`
pub async fn index(State(app): State<App>, curator: Curator, layout: Layout) -> Result<Response> {
    let page = page(&app, curator, layout, FieldErrors::default()).await?;
    Ok(Page(page).into_response())
}

async fn page(
    app: &App,
    curator: Curator,
    layout: Layout,
    errors: FieldErrors,
) -> Result<RetractionsPage> {
    let mut all = store::all(&app.db).await?;
    let mut group = |status: Status, heading| {
        let (own, rest) = std::mem::take(&mut all)
            .into_iter()
            .partition(|retraction| retraction.status == status);
        all = rest;
        Group {
            status,
            heading,
            retractions: own,
        }
    };
    let title = if errors.is_empty() {
        "Retractions"
    } else {
        "Error: Retractions"
    };
    Ok(RetractionsPage {
        layout: frame(layout, title),
        curator,
        groups: [
            group(Status::Found, "To be decided"),
            group(Status::Confirmed, "Confirmed: readers are told"),
            group(Status::Dismissed, "Dismissed"),
        ],
        errors,
    })
}

/// What a file brought, in words.
#[must_use]
pub fn said(taken: &Taken) -> String {
    let mut said = format!(
        "{} read. {} about studies of this collection, {} new.",
        words::count(taken.rows, "notice", "notices"),
        match taken.matching {
            0 => "None is".to_owned(),
            1 => "1 is".to_owned(),
            matching => format!("{} are", words::number(matching)),
        },
        words::number(taken.new),
    );
    if taken.unknown > 0 {
        let unknown = words::count(taken.unknown, "notice is", "notices are");
        said.push_str(&format!(" {unknown} of a kind that is not known here."));
    }
    said
}

/// `POST /admin/retractions`: takes in a file.
pub async fn upload(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    sent: Sent,
) -> Result<Response> {
    let file = sent
        .files
        .into_iter()
        .find(|file| file.field == "file" && !file.bytes.is_empty());
    let mut errors = FieldErrors::default();
    match file {
        None => errors.add("file", "Choose the file with the notices"),
        Some(file) => {
            let act = curator.act(&app);
            match take_in(&app.db, Cursor::new(file.bytes), act).await {
                Ok(taken) => return Ok(done(&app, PATH, &said(&taken))),
                Err(error) if error.is::<sqlx::Error>() => return Err(error.into()),
                Err(error) => errors.add("file", sentence(&error)),
            }
        }
    }
    Ok(unprocessable(page(&app, curator, layout, errors).await?))
}

/// "The file has no column Reason": what is wrong with a file, without what lies behind.
fn sentence(error: &anyhow::Error) -> String {
    let words = error.to_string();
    let mut letters = words.chars();
    letters.next().map_or(words.clone(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// `POST /admin/retractions/decide`
pub async fn decide(State(app): State<App>, curator: Curator, typed: Typed) -> Result<Response> {
    curator.require(Role::Editor)?;
    let (from, to) = Status::parse(typed.raw("from"))
        .zip(Status::parse(typed.raw("to")))
        .ok_or(Error::BadRequest)?;
    let key = Key {
        record: typed.raw("record").parse().map_err(|_| Error::BadRequest)?,
        nature: Nature::parse(typed.raw("nature")).ok_or(Error::BadRequest)?,
        date: typed.raw("date"),
    };
    let act = curator.act(&app);
    let mut transaction = app.db.begin().await?;
    if !store::decide(&mut transaction, &key, from, to, act).await? {
        let said = "Somebody else has decided this meanwhile.";
        return Ok(done(&app, PATH, said));
    }
    let action = format!("retraction-{}", to.as_str());
    let detail = json!({"nature": key.nature.as_str(), "date": key.date});
    audit(&mut transaction, &action, Some(key.record), &detail, act).await?;
    transaction.commit().await?;
    app.collection.refresh().await?;
    let said = match to {
        Status::Confirmed => {
            "Confirmed. Readers see it on the study’s page and wherever it is cited."
        }
        Status::Dismissed => "Dismissed. Readers are told nothing.",
        Status::Found => "It waits for a decision again.",
    };
    Ok(done(&app, PATH, said))
}
