//! The copy of the public site that works from a folder: its own pages, as the router gives them,
//! with addresses made relative. What a copy cannot do, filtering above all, leads to the living
//! site; searching is done by a small script over an index that is part of the copy.

use std::time::Duration;

use anyhow::{Result, bail};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use serde_json::json;
use tower::ServiceExt;

use crate::app::App;
use crate::exchange::edition::Edition;
use crate::exchange::public::PATH as DATA;
use crate::exchange::snapshot::archive::Archive;
use crate::pages::built_in;
use crate::pages::sitemap::FIXED;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::search::query::list_path;
use crate::web::cache::Passing;
use crate::web::pagination::page_count;
use crate::web::words::long_date;

const FOLDER: &str = "site";
const SCRIPT: &str = include_str!("../../../assets/copy/search.js");
/// The page that the search script fills.
const SEARCH: &str = "/search";
/// How often a page is tried while the site is busy, and how long in between.
const ATTEMPTS: usize = 30;
const PAUSE: Duration = Duration::from_secs(2);
/// The most characters of a summary in the index.
const MOST_CHARACTERS: usize = 300;

/// Writes the copy into an archive.
///
/// # Errors
/// When a page cannot be made or the archive not be written.
pub async fn write(app: &App, router: &Router, edition: &Edition, archive: &Archive) -> Result<()> {
    let copy = Copy { edition };
    for (name, content) in app.assets.files() {
        let name = format!("{FOLDER}/assets/{name}");
        archive.whole(name, content.to_vec()).await?;
    }
    archive.whole(format!("{FOLDER}/search.js"), SCRIPT).await?;
    copy.write_index(archive).await?;
    for path in copy.paths() {
        let Some(html) = page(router, &path).await? else {
            continue;
        };
        let file = copy.file(&path).unwrap_or_default();
        let name = format!("{FOLDER}/{file}");
        archive.whole(name, copy.relative(&html, &file)).await?;
        // Readers of the site come first.
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// A page; none where it has gone since the edition was taken.
async fn page(router: &Router, path: &str) -> Result<Option<String>> {
    for _ in 0..ATTEMPTS {
        let mut request = Request::get(path).body(Body::empty())?;
        request.extensions_mut().insert(Passing);
        let response = router.clone().oneshot(request).await?;
        match response.status() {
            StatusCode::OK => {
                let body = to_bytes(response.into_body(), usize::MAX).await?;
                return Ok(Some(String::from_utf8(body.to_vec())?));
            }
            // Readers come first.
            StatusCode::SERVICE_UNAVAILABLE => tokio::time::sleep(PAUSE).await,
            status => {
                tracing::warn!(path, %status, "left out of the copy of the site");
                return Ok(None);
            }
        }
    }
    bail!("{path} could not be made: the site is too busy")
}

struct Copy<'a> {
    edition: &'a Edition,
}

impl Copy<'_> {
    /// Every page of the copy.
    fn paths(&self) -> impl Iterator<Item = String> {
        let catalogue = &self.edition.catalogue;
        let fixed = FIXED
            .into_iter()
            .filter(|path| *path != DATA)
            .chain([SEARCH]);
        let fixed = fixed.map(str::to_owned);
        let built_in = built_in::PUBLIC.into_iter().map(|slug| format!("/{slug}"));
        let more = [
            (Kind::Study, catalogue.studies().len()),
            (Kind::Intervention, catalogue.interventions().len()),
        ]
        .into_iter()
        .flat_map(|(kind, total)| {
            (2..=page_count(total)).map(move |page| format!("{}?page={page}", list_path(kind)))
        });
        let themes = catalogue.themes().iter();
        let themes = themes.map(|card| Kind::Theme.path(&card.slug));
        let questions = catalogue.questions().iter();
        let questions = questions.map(|card| Kind::Question.path(&card.slug));
        let interventions = catalogue.interventions().iter();
        let interventions = interventions.map(|card| Kind::Intervention.path(&card.slug));
        let studies = catalogue.studies().iter();
        let studies = studies.map(|card| Kind::Study.path(&card.slug));
        fixed
            .chain(built_in)
            .chain(more)
            .chain(themes)
            .chain(questions)
            .chain(interventions)
            .chain(studies)
    }

    /// The file of a path with its query; `None` for what is no part of the copy.
    fn file(&self, address: &str) -> Option<String> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let catalogue = &self.edition.catalogue;
        if let Some(page) = query.strip_prefix("page=") {
            let total = match path {
                "/studies" => catalogue.studies().len(),
                "/interventions" => catalogue.interventions().len(),
                _ => return None,
            };
            let number: usize = page.parse().ok()?;
            return (2..=page_count(total))
                .contains(&number)
                .then(|| format!("{}-page-{number}.html", &path[1..]));
        }
        if path == "/" && query.is_empty() {
            return Some("index.html".to_owned());
        }
        if !query.is_empty() {
            return None;
        }
        let name = path.strip_prefix('/')?;
        let is_fixed = FIXED.contains(&path) && path != DATA;
        if is_fixed || path == SEARCH || built_in::PUBLIC.contains(&name) {
            return Some(format!("{name}.html"));
        }
        if name.starts_with("assets/") {
            return Some(name.to_owned());
        }
        let (folder, slug) = name.split_once('/')?;
        let slug = Slug::parse(slug)?;
        let is_there = match folder {
            "studies" => catalogue.study(&slug).is_some_and(|card| card.slug == slug),
            "interventions" => catalogue
                .intervention(&slug)
                .is_some_and(|card| card.slug == slug),
            "evidence" => catalogue.theme(&slug).is_some_and(|card| card.slug == slug),
            "questions" => catalogue
                .question(&slug)
                .is_some_and(|card| card.slug == slug),
            _ => false,
        };
        is_there.then(|| format!("{name}.html"))
    }

    /// A page with its addresses as they are seen from its file, and a word on what it is.
    fn relative(&self, html: &str, file: &str) -> String {
        let up = "../".repeat(file.matches('/').count());
        let mut copy = String::with_capacity(html.len() + 4096);
        let mut rest = html;
        while let Some(place) = next_address(rest) {
            let (before, after) = rest.split_at(place);
            copy.push_str(before);
            let end = after.find('"').unwrap_or(after.len());
            let (address, after) = after.split_at(end);
            let is_form = before.ends_with("action=\"");
            copy.push_str(&self.seen_from(address, &up, is_form));
            rest = after;
        }
        copy.push_str(rest);
        let said = format!(
            "<aside class=\"banner\" aria-label=\"Which version this is\"><p class=\"wrap\"><strong>\
             This is a copy of {}.</strong> <a href=\"{}\">Go to the living site</a></p></aside>",
            long_date(self.edition.today),
            self.edition.absolute("/")
        );
        let copy = copy.replacen("<main ", &format!("{said}<main "), 1);
        let copy = without_module(&copy);
        if file == "search.html" {
            let scripts = "<script src=\"search-index.js\" defer></script>\
                           <script src=\"search.js\" defer></script></body>";
            copy.replacen("</body>", scripts, 1)
        } else {
            copy
        }
    }

    fn seen_from(&self, address: &str, up: &str, is_form: bool) -> String {
        let plain = address.replace("&amp;", "&");
        let (path, fragment) = match plain.split_once('#') {
            Some((path, fragment)) => (path, format!("#{fragment}")),
            None => (plain.as_str(), String::new()),
        };
        // Forms with filters need the server; the search has a script.
        let file = self.file(path).filter(|_| !is_form || path == SEARCH);
        match file {
            Some(file) => format!("{up}{file}{fragment}"),
            None => self.edition.absolute(address),
        }
    }

    /// The index: what the search script looks through.
    async fn write_index(&self, archive: &Archive) -> Result<()> {
        archive.file(format!("{FOLDER}/search-index.js")).await?;
        archive.write("window.INDEX = [\n").await?;
        let catalogue = &self.edition.catalogue;
        for card in catalogue.themes() {
            let body = &card.body;
            let entry = self.entry(Kind::Theme, &card.slug, &body.title, "Theme", &body.summary);
            archive.write(entry).await?;
        }
        for card in catalogue.interventions() {
            let body = &card.body;
            let entry = self.entry(
                Kind::Intervention,
                &card.slug,
                &body.name,
                "Intervention",
                &body.summary,
            );
            archive.write(entry).await?;
        }
        for card in catalogue.studies() {
            let by = format!("Study. {}, {}", card.byline, card.year);
            let entry = self.entry(Kind::Study, &card.slug, &card.title, &by, &card.summary);
            archive.write(entry).await?;
        }
        archive.write("];\n").await
    }

    fn entry(&self, kind: Kind, slug: &Slug, title: &str, by: &str, summary: &str) -> String {
        let file = self.file(&kind.path(slug)).unwrap_or_default();
        let summary: String = summary.chars().take(MOST_CHARACTERS).collect();
        let entry = json!([file, title, by, summary]).to_string();
        format!("{},\n", entry.replace('<', "\\u003c"))
    }
}

/// Where the next address of this site begins in HTML, after the quotation mark.
fn next_address(html: &str) -> Option<usize> {
    const ATTRIBUTES: [&str; 3] = [" href=\"/", " src=\"/", " action=\"/"];
    ATTRIBUTES
        .iter()
        .filter_map(|attribute| Some(html.find(attribute)? + attribute.len() - 1))
        .min()
}

/// Without the site's own script: browsers load no modules from a folder.
fn without_module(html: &str) -> String {
    let Some(end) = html.find("type=\"module\"></script>") else {
        return html.to_owned();
    };
    let Some(start) = html[..end].rfind("<script ") else {
        return html.to_owned();
    };
    let after = end + "type=\"module\"></script>".len();
    format!("{}{}", &html[..start], &html[after..])
}
