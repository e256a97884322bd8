//! Lists of records for curators: where each stands, what it lacks, and many at once.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::Value;

use crate::app::App;
use crate::error::Result;
use crate::people::access::{Curator, frame};
use crate::records::admin::edit::{folder, least_role};
use crate::records::admin::kinds;
use crate::records::form::{Missing, RecordForm};
use crate::records::record::Kind;
use crate::records::store::{self, Head, Listed, Listing, Need, Order, Standing};
use crate::web::form::Typed;
use crate::web::layout::Layout;
use crate::web::page::Page;
use crate::web::pagination::{Pagination, Step};
use crate::web::words;

/// Records on one page.
const PAGE_SIZE: usize = 50;

/// What a record is called.
#[must_use]
pub fn title_of(head: &Head) -> String {
    let body: Value = serde_json::from_str(&head.body).unwrap_or_default();
    let named = ["title", "name", "question"]
        .into_iter()
        .find_map(|field| body.get(field)?.as_str().filter(|title| !title.is_empty()));
    named.map_or_else(|| format!("Untitled {}", head.kind.as_str()), str::to_owned)
}

/// The heading of a kind's list.
#[must_use]
pub fn heading(kind: Kind) -> &'static str {
    match kind {
        Kind::Study => "Studies",
        Kind::Intervention => "Interventions",
        Kind::Theme => "Themes",
        Kind::Question => "Everyday questions",
        Kind::Page => "Pages",
    }
}

/// A list as its address says it.
struct Wanted {
    listing: Listing,
    is_mine: bool,
    page: usize,
}

impl Wanted {
    /// Reads an address forgivingly: what is not understood is left out.
    fn read(kind: Kind, uri: &Uri, curator: &Curator) -> Self {
        let typed = Typed::decode(uri.query().unwrap_or_default().as_bytes());
        let needs = Need::of(kind)
            .iter()
            .filter(|need| typed.has("needs", need.slug()));
        let is_mine = typed.has("mine", "yes");
        Self {
            listing: Listing {
                kind,
                words: typed.text("q").chars().take(200).collect(),
                standing: Standing::ALL
                    .into_iter()
                    .find(|standing| standing.slug() == typed.text("status")),
                author: is_mine.then_some(curator.person.id),
                needs: needs.copied().collect(),
                order: Order::ALL
                    .into_iter()
                    .find(|order| order.slug() == typed.text("sort"))
                    .unwrap_or_default(),
            },
            is_mine,
            page: typed.text("page").parse().unwrap_or(1),
        }
    }

    /// The address of one page of this list.
    fn url(&self, page: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let listing = &self.listing;
        if !listing.words.is_empty() {
            query.append_pair("q", &listing.words);
        }
        if let Some(standing) = listing.standing {
            query.append_pair("status", standing.slug());
        }
        if self.is_mine {
            query.append_pair("mine", "yes");
        }
        for need in &listing.needs {
            query.append_pair("needs", need.slug());
        }
        if listing.order != Order::default() {
            query.append_pair("sort", listing.order.slug());
        }
        if page > 1 {
            query.append_pair("page", &page.to_string());
        }
        let query = query.finish();
        let folder = folder(listing.kind);
        if query.is_empty() {
            folder.to_owned()
        } else {
            format!("{folder}?{query}")
        }
    }

    fn is_in(&self, standing: &Standing) -> bool {
        self.listing.standing == Some(*standing)
    }

    fn is_ordered(&self, order: &Order) -> bool {
        self.listing.order == *order
    }

    fn is_narrowed(&self) -> bool {
        let listing = &self.listing;
        !listing.words.is_empty()
            || listing.standing.is_some()
            || self.is_mine
            || !listing.needs.is_empty()
    }
}

/// A record with what publishing would still want of it.
struct Row {
    listed: Listed,
    path: String,
    missing: Vec<Missing>,
    /// What still wants a check, by the editor's note.
    note: String,
}

#[derive(Template)]
#[template(path = "admin/records/list.html")]
struct ListPage {
    layout: Layout,
    curator: Curator,
    kind: Kind,
    heading: &'static str,
    folder: &'static str,
    wanted: Wanted,
    counted: String,
    rows: Vec<Row>,
    bulk: Vec<super::bulk::Choice>,
    pagination: Option<Pagination>,
}

/// The list of one kind, at its folder.
pub async fn show(
    app: App,
    curator: Curator,
    layout: Layout,
    uri: Uri,
    kind: Kind,
) -> Result<Response> {
    curator.require(least_role(kind))?;
    let wanted = Wanted::read(kind, &uri, &curator);
    let total = store::count(&app.db, &wanted.listing).await?;
    let pages = total.div_ceil(PAGE_SIZE).max(1);
    if wanted.page < 1 || wanted.page > pages {
        return Ok(Redirect::to(&wanted.url(1)).into_response());
    }
    let skip = (wanted.page - 1) * PAGE_SIZE;
    let listed = store::list(&app.db, &wanted.listing, skip, PAGE_SIZE).await?;
    let catalogue = app.catalogue();
    let rows = listed.into_iter().map(|listed| {
        let note = serde_json::from_str::<Value>(&listed.body).ok();
        let note = note.and_then(|body| Some(body.get("editor_note")?.as_str()?.to_owned()));
        Ok(Row {
            path: format!("{}/{}", folder(kind), listed.id),
            missing: kinds::missing(&app, kind, &listed.body)?,
            note: note.unwrap_or_default(),
            listed,
        })
    });
    Ok(Page(ListPage {
        layout: frame(layout, heading(kind)),
        kind,
        heading: heading(kind),
        folder: folder(kind),
        counted: words::count(total, "record", "records"),
        rows: rows.collect::<Result<_>>()?,
        bulk: super::bulk::choices(kind, &curator, &catalogue),
        pagination: Pagination::of_pages(wanted.page, pages, |page| wanted.url(page)),
        wanted,
        curator,
    })
    .into_response())
}

/// `GET /admin/studies`, `/admin/interventions` and so on.
pub async fn index<F: RecordForm>(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    uri: Uri,
) -> Result<Response> {
    show(app, curator, layout, uri, F::KIND).await
}
