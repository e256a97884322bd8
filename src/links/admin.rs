//! Links that do not work, with the records in which they stand.

use std::collections::HashMap;
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt;

use crate::app::App;
use crate::error::{Error, Result};
use crate::links::check::{Checker, Tally};
use crate::links::link::{Link, Standing, links_of};
use crate::links::store;
use crate::people::access::{Curator, done, frame};
use crate::records::admin::edit;
use crate::records::record::Kind;
use crate::records::store as records;
use crate::search::catalogue::Number;
use crate::web::form::Typed;
use crate::web::layout::Layout;
use crate::web::page::Page;
use crate::web::words;

const PATH: &str = "/admin/links";
/// How much of an address is said.
const SHOWN: usize = 120;
/// How long a person waits for one look.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Template)]
#[template(path = "admin/links/index.html")]
struct LinksPage {
    layout: Layout,
    curator: Curator,
    groups: Vec<Group>,
    tally: Tally,
    /// Whether the server looks by itself.
    looks_nightly: bool,
}

/// Links that stand alike.
struct Group {
    id: &'static str,
    heading: &'static str,
    meaning: &'static str,
    links: Vec<(Link, Vec<Place>)>,
}

/// Where a link stands.
#[derive(Clone)]
struct Place {
    kind: Kind,
    id: i64,
    title: String,
    field: &'static str,
}

impl Place {
    fn path(&self) -> String {
        edit::path(self.kind, self.id)
    }
}

/// `GET /admin/links`
pub async fn index(State(app): State<App>, curator: Curator, layout: Layout) -> Result<Response> {
    let links = store::all(&app.db).await?;
    let mut tally = Tally::default();
    for link in &links {
        tally.count(link.standing());
    }
    let mut faulty: Vec<Link> = links;
    faulty.retain(|link| link.standing() != Standing::Works);
    let places = places(&app, &faulty).await?;
    let group = |standing, id, heading, meaning| {
        let alike = faulty.iter().filter(|link| link.standing() == standing);
        let links = alike.map(|link| {
            let places = places.get(&link.url).cloned().unwrap_or_default();
            (link.clone(), places)
        });
        Group {
            id,
            heading,
            meaning,
            links: links.collect(),
        }
    };
    let groups = vec![
        group(
            Standing::Dead,
            "dead",
            "Dead links",
            "Nothing is there any more, or three looks over at least two days found nothing.",
        ),
        group(
            Standing::Failing,
            "failing",
            "Failing, perhaps for a while only",
            "Looked at again each night. After three failures over two days a link counts as dead.",
        ),
        group(
            Standing::CouldNotLook,
            "barred",
            "Where we could not look",
            "The server answers people and not programs, so nothing is known. Open the link yourself.",
        ),
    ];
    Ok(Page(LinksPage {
        layout: frame(layout, "Links"),
        curator,
        groups,
        tally,
        looks_nightly: !app.config.no_link_checks,
    })
    .into_response())
}

/// The records in which these links stand.
async fn places(app: &App, links: &[Link]) -> Result<HashMap<String, Vec<Place>>> {
    let mut places: HashMap<String, Vec<Place>> = links
        .iter()
        .map(|link| (link.url.clone(), Vec::new()))
        .collect();
    if places.is_empty() {
        return Ok(places);
    }
    let catalogue = app.catalogue();
    let mut rows = records::live_since(&app.db, 0);
    while let Some(row) = rows.try_next().await? {
        let Some(kind) = Kind::parse(&row.kind) else {
            continue;
        };
        for (field, url) in links_of(kind, &row.body).unwrap_or_default() {
            if let Some(of_link) = places.get_mut(&url) {
                let title = match catalogue.number(row.id) {
                    Some(Number::Study(number)) => {
                        Some(catalogue.studies()[number as usize].title.to_string())
                    }
                    Some(Number::Intervention(number)) => {
                        let card = &catalogue.interventions()[number as usize];
                        Some(card.body.name.clone())
                    }
                    None => None,
                };
                of_link.push(Place {
                    kind,
                    id: row.id,
                    title: title.unwrap_or_else(|| row.slug.clone()),
                    field,
                });
            }
        }
    }
    Ok(places)
}

/// `POST /admin/links/check`: looks at one link again. Only at one that the collection has: nobody
/// names an address here that the server is to ask.
pub async fn check(State(app): State<App>, curator: Curator, typed: Typed) -> Result<Response> {
    let url = typed.raw("url");
    let known = store::find(&app.db, url).await?.ok_or(Error::NotFound)?;
    tracing::info!(person = curator.person.id, "a link is checked again");
    let look = tokio::time::timeout(PATIENCE, Checker::of(&app).check(&known.url)).await;
    // A cookie carries what is said, so it is kept short.
    let shown: String = url.chars().take(SHOWN).collect();
    let said = match look {
        Ok(link) => {
            let link = link?;
            match link.standing() {
                Standing::Works => format!("{shown} works."),
                _ => format!("{shown}: {}.", link.problem),
            }
        }
        Err(_) => format!("{shown}: no answer yet. Try again later."),
    };
    Ok(done(&app, PATH, &said))
}
