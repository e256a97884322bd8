//! The sitemap: <https://www.sitemaps.org/protocol.html>. One file, or an index of files where
//! there are more addresses than one may hold.

use std::fmt::Write;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use quick_xml::escape::escape;

use crate::app::App;
use crate::error::{Error, Result};
use crate::pages::built_in;
use crate::records::record::Kind;
use crate::search::catalogue::Catalogue;
use crate::web::layout::Layout;
use crate::web::page::document;

/// The most addresses of one file.
const MOST: usize = 50_000;
const XML: &str = "application/xml; charset=utf-8";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// Pages that stand by themselves.
pub const FIXED: [&str; 7] = [
    "/",
    "/evidence",
    "/interventions",
    "/studies",
    "/questions",
    "/glossary",
    "/data",
];

/// `GET /sitemap.xml`
pub async fn index(State(app): State<App>, layout: Layout) -> Response {
    let entries = entries(&app.catalogue());
    if entries.len() <= MOST {
        return document(XML, urls(&entries, &layout));
    }
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"{NAMESPACE}\">\n"
    );
    for number in 1..=entries.len().div_ceil(MOST) {
        let address = layout.absolute(&format!("/sitemaps/{number}"));
        let _ = writeln!(xml, "<sitemap><loc>{}</loc></sitemap>", escape(address));
    }
    xml.push_str("</sitemapindex>\n");
    document(XML, xml)
}

/// `GET /sitemaps/{number}`
pub async fn part(
    State(app): State<App>,
    layout: Layout,
    Path(number): Path<String>,
) -> Result<Response> {
    let number: usize = number.parse().map_err(|_| Error::NotFound)?;
    let entries = entries(&app.catalogue());
    let part = number
        .checked_sub(1)
        .and_then(|place| entries.chunks(MOST).nth(place));
    Ok(document(XML, urls(part.ok_or(Error::NotFound)?, &layout)))
}

type Entry = (String, Option<Timestamp>);

fn entries(catalogue: &Catalogue) -> Vec<Entry> {
    let fixed = FIXED.into_iter().map(|path| (path.to_owned(), None));
    let pages = built_in::PUBLIC
        .into_iter()
        .map(|slug| (format!("/{slug}"), None));
    let themes = catalogue
        .themes()
        .iter()
        .map(|card| (Kind::Theme.path(&card.slug), Some(card.updated)));
    let questions = catalogue
        .questions()
        .iter()
        .map(|card| (Kind::Question.path(&card.slug), Some(card.updated)));
    let interventions = catalogue
        .interventions()
        .iter()
        .map(|card| (Kind::Intervention.path(&card.slug), Some(card.updated)));
    let studies = catalogue
        .studies()
        .iter()
        .map(|card| (Kind::Study.path(&card.slug), Some(card.updated)));
    fixed
        .chain(pages)
        .chain(themes)
        .chain(questions)
        .chain(interventions)
        .chain(studies)
        .collect()
}

fn urls(entries: &[Entry], layout: &Layout) -> String {
    let mut xml =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"{NAMESPACE}\">\n");
    for (path, updated) in entries {
        let _ = write!(xml, "<url><loc>{}</loc>", escape(layout.absolute(path)));
        if let Some(updated) = updated {
            let _ = write!(
                xml,
                "<lastmod>{}</lastmod>",
                updated.strftime("%Y-%m-%dT%H:%M:%SZ")
            );
        }
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    xml
}
