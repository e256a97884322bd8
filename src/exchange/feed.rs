//! Atom feeds (RFC 4287, paged by RFC 5005): new and changed evidence, all of it or what a list's
//! filters let through. An entry is a record; its id stays when the record is renamed.

use std::cmp::Reverse;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;

use crate::app::App;
use crate::error::{Error, Result};
use crate::exchange::edition::{Edition, KEEPER, LICENCE_NAME};
use crate::exchange::format::Format;
use crate::exchange::xml::Xml;
use crate::records::record::Kind;
use crate::search::catalogue::Catalogue;
use crate::search::query::list_path;
use crate::search::sentence::sentence;
use crate::search::view::View;
use crate::web::page::document;

const NAMESPACE: &str = "http://www.w3.org/2005/Atom";
const OPENSEARCH: &str = "http://a9.com/-/spec/opensearch/1.1/";
/// Entries of one page.
pub const PAGE_SIZE: usize = 50;
/// The year in which the site had its name, for the ids of entries (RFC 4151).
const NAMED: &str = "2026";

/// A record that is new or changed: its kind and its catalogue number, and what it is sorted by.
#[derive(Clone, Copy)]
struct Changed {
    kind: Kind,
    number: usize,
    updated: Timestamp,
    id: i64,
}

impl Changed {
    fn new(catalogue: &Catalogue, kind: Kind, number: usize) -> Self {
        let listed = catalogue.listed(kind, number);
        Self {
            kind,
            number,
            updated: listed.updated,
            id: listed.id,
        }
    }
}

/// `GET /changes.atom`: all studies and interventions.
pub async fn changes(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response> {
    let edition = Edition::of_today(&app);
    let catalogue = edition.catalogue.clone();
    let page = page_asked(query.as_deref().unwrap_or_default());
    let studies =
        (0..catalogue.studies().len()).map(|number| Changed::new(&catalogue, Kind::Study, number));
    let interventions = (0..catalogue.interventions().len())
        .map(|number| Changed::new(&catalogue, Kind::Intervention, number));
    let feed = Feed {
        title: format!("{}: new and changed evidence", edition.site_name),
        path: "/changes.atom".to_owned(),
        alternate: "/changes".to_owned(),
        query: String::new(),
        words: String::new(),
        page,
    };
    feed.answer(&edition, studies.chain(interventions).collect())
}

/// `GET /studies.atom` and `/interventions.atom`, with the filters of the list.
pub async fn list(
    kind: Kind,
    State(app): State<App>,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let query = query.unwrap_or_default();
    let view = View::present(&app);
    let catalogue = view.catalogue.clone();
    // A feed has an order of its own, and no other day than today.
    let search = catalogue.read(kind, &query).without_sort().of_today();
    let path = format!("{}.atom", list_path(kind));
    if search.to_query() != query {
        return Ok(Redirect::temporary(&search.url_at(&path)).into_response());
    }
    let matched = view.matching(&app, &search.words).await?;
    let found = catalogue.find(&search, matched.as_ref());
    let heading = match kind {
        Kind::Intervention => "Interventions",
        _ => "Studies",
    };
    let edition = Edition::of(&app, &view);
    let is_filtered = !search.words.is_empty() || search.filter_count() > 0;
    let said = if is_filtered {
        let parts = sentence(&search, &catalogue, heading);
        parts.into_iter().map(|part| part.text).collect()
    } else {
        heading.to_owned()
    };
    let feed = Feed {
        title: format!("{}: {}", edition.site_name, said.trim_end_matches('.')),
        path,
        alternate: search.with_page(1).url(),
        query: search.with_page(1).to_query(),
        words: search.words.clone(),
        page: search.page,
    };
    let records = found
        .into_iter()
        .map(|number| Changed::new(&catalogue, kind, number));
    feed.answer(&edition, records.collect())
}

fn page_asked(query: &str) -> usize {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let page = pairs.filter(|(key, _)| key == "page").last();
    page.and_then(|(_, page)| page.parse().ok())
        .unwrap_or(1)
        .max(1)
}

struct Feed {
    title: String,
    path: String,
    alternate: String,
    /// The canonical query string of the list without its page.
    query: String,
    /// What was searched for.
    words: String,
    page: usize,
}

impl Feed {
    fn url(&self, edition: &Edition, page: usize) -> String {
        let mut query = self.query.clone();
        if page > 1 {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(&format!("page={page}"));
        }
        let mark = if query.is_empty() { "" } else { "?" };
        edition.absolute(&format!("{}{mark}{query}", self.path))
    }

    /// The page of the feed, what changed last first.
    fn answer(&self, edition: &Edition, mut records: Vec<Changed>) -> Result<Response> {
        records.sort_unstable_by_key(|record| Reverse((record.updated, record.id)));
        let pages = records.len().div_ceil(PAGE_SIZE).max(1);
        if self.page > pages {
            return Err(Error::NotFound);
        }
        let mut xml = Xml::new(None);
        xml.open(
            "feed",
            &[
                ("xmlns", NAMESPACE),
                ("xmlns:os", OPENSEARCH),
                ("xml:lang", "en-GB"),
            ],
        );
        xml.element("id", &[], &self.url(edition, 1));
        xml.element("title", &[], &self.title);
        xml.element("updated", &[], &Self::updated(edition, &records));
        xml.open("author", &[]);
        xml.element("name", &[], &edition.site_name);
        xml.element("uri", &[], &edition.absolute("/"));
        xml.close("author");
        xml.element("rights", &[], &format!("{LICENCE_NAME}, {KEEPER}"));
        xml.element("icon", &[], &edition.absolute("/favicon.ico"));
        self.links(edition, &mut xml, pages);
        let start = (self.page - 1) * PAGE_SIZE;
        xml.element("os:totalResults", &[], &records.len().to_string());
        xml.element("os:startIndex", &[], &(start + 1).to_string());
        xml.element("os:itemsPerPage", &[], &PAGE_SIZE.to_string());
        xml.empty(
            "os:Query",
            &[
                ("role", "request"),
                ("searchTerms", &self.words),
                ("startPage", &self.page.to_string()),
            ],
        );
        for record in records.iter().skip(start).take(PAGE_SIZE) {
            entry(edition, &mut xml, record);
        }
        xml.close("feed");
        Ok(document(Format::Atom.content_type(), xml.finish()))
    }

    /// When the newest of its records changed; an empty feed is as old as the collection.
    fn updated(edition: &Edition, records: &[Changed]) -> String {
        let newest = records.first().map(|record| record.updated.to_string());
        let change = edition.catalogue.change.as_ref();
        newest
            .or_else(|| change.map(|change| change.time.clone()))
            .unwrap_or_else(|| format!("{}T00:00:00Z", edition.today))
    }

    fn links(&self, edition: &Edition, xml: &mut Xml, pages: usize) {
        let mut link = |relation: &str, media_type: &str, href: &str| {
            xml.empty(
                "link",
                &[("rel", relation), ("type", media_type), ("href", href)],
            );
        };
        let atom = Format::Atom.media_type();
        link("self", atom, &self.url(edition, self.page));
        link("alternate", "text/html", &edition.absolute(&self.alternate));
        link("first", atom, &self.url(edition, 1));
        link("last", atom, &self.url(edition, pages));
        if self.page > 1 {
            link("previous", atom, &self.url(edition, self.page - 1));
        }
        if self.page < pages {
            link("next", atom, &self.url(edition, self.page + 1));
        }
        link(
            "search",
            "application/opensearchdescription+xml",
            &edition.absolute("/opensearch.xml"),
        );
    }
}

fn entry(edition: &Edition, xml: &mut Xml, record: &Changed) {
    let catalogue = &edition.catalogue;
    let listed = catalogue.listed(record.kind, record.number);
    xml.open("entry", &[]);
    xml.element("id", &[], &id(edition, record));
    xml.element("title", &[], listed.title);
    xml.element("updated", &[], &record.updated.to_string());
    let address = edition.address(record.kind, listed.slug);
    xml.empty(
        "link",
        &[
            ("rel", "alternate"),
            ("type", "text/html"),
            ("href", &address),
        ],
    );
    let themes = listed.themes.iter();
    for theme in themes.filter_map(|slug| catalogue.theme(slug)) {
        xml.empty(
            "category",
            &[
                ("term", theme.slug.as_str()),
                ("scheme", &edition.absolute("/evidence")),
                ("label", &theme.body.title),
            ],
        );
    }
    xml.element(
        "summary",
        &[],
        summary(catalogue, record, listed.summary).trim(),
    );
    xml.close("entry");
}

/// What the record says, after who wrote a study and what journals have said of it since.
fn summary(catalogue: &Catalogue, record: &Changed, summary: &str) -> String {
    if record.kind != Kind::Study {
        return summary.to_owned();
    }
    let card = &catalogue.studies()[record.number];
    let mut said = String::new();
    for notice in catalogue.notices(card) {
        said.push_str(&notice.sentence());
        said.push(' ');
    }
    format!("{said}{}, {}. {summary}", card.byline, card.year)
}

/// A tag URI (RFC 4151) of the number under which the record is stored.
fn id(edition: &Edition, record: &Changed) -> String {
    let host = edition.domain();
    format!("tag:{host},{NAMED}:{}/{}", record.kind.as_str(), record.id)
}
