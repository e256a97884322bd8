//! Pages of words: home, everyday questions, editorial pages, the glossary, and the small files
//! that browsers and search engines ask for.

use std::cmp::Reverse;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;

use crate::app::App;
use crate::error::{Error, Result};
use crate::exchange::edition::Edition;
use crate::exchange::format::Format;
use crate::exchange::linked::schema_org;
use crate::interventions::row::InterventionRow;
use crate::pages::built_in;
use crate::pages::page::{Page as PageBody, Question};
use crate::records::public::PublicPage;
use crate::records::record::{Found, Kind, Published};
use crate::records::store;
use crate::search::bitset::Bitset;
use crate::search::cards::{QuestionCard, StudyCard};
use crate::search::catalogue::{Catalogue, Number};
use crate::search::filter::Filter;
use crate::studies::study::{Level, Origin};
use crate::themes::cited::{Cited, cited};
use crate::themes::public::{ThemeSummary, summaries};
use crate::vocabularies::vocabulary::{Entry, TermList, Vocabulary};
use crate::web::layout::Layout;
use crate::web::page::{document, render};
use crate::web::{markdown, words};

const NEWEST: usize = 5;

#[derive(Template)]
#[template(path = "pages/home.html")]
struct HomePage<'a> {
    layout: Layout,
    catalogue: &'a Catalogue,
    lead: &'a str,
    themes: Vec<ThemeSummary<'a>>,
    /// The first list of the overview: what works, in a few sentences.
    sentences: Option<String>,
    newest: Vec<Newest<'a>>,
    extent: Extent,
}

/// A record that was added or changed lately.
struct Newest<'a> {
    kind: Kind,
    path: String,
    title: &'a str,
    is_retracted: bool,
    by: String,
    updated: String,
    updated_iso: String,
}

/// Size and span of the collection, honestly.
struct Extent {
    studies: usize,
    interventions: usize,
    span: String,
    uk: usize,
    international: usize,
    full_text: usize,
    abstracts: usize,
    bibliographic: usize,
}

impl Extent {
    fn of(catalogue: &Catalogue) -> Self {
        let with = |filter: Filter, slug: &str| {
            catalogue
                .filter_value(filter, slug)
                .and_then(|value| catalogue.study_facets.set(filter, value.code))
                .map_or(0, Bitset::count)
        };
        let years = catalogue.years();
        Self {
            studies: catalogue.studies().len(),
            interventions: catalogue.interventions().len(),
            span: match (years.last(), years.first()) {
                (Some((first, _)), Some((last, _))) if first == last => format!("in {first}"),
                (Some((first, _)), Some((last, _))) => format!("from {first} to {last}"),
                _ => String::new(),
            },
            uk: with(Filter::Origin, Origin::Uk.slug()),
            international: with(Filter::Origin, Origin::International.slug()),
            full_text: with(Filter::Verified, Level::FullText.slug()),
            abstracts: with(Filter::Verified, Level::Abstract.slug()),
            bibliographic: with(Filter::Verified, Level::Bibliographic.slug()),
        }
    }

    /// The share of the UK on a bar of 600 units.
    fn uk_width(&self) -> usize {
        (self.uk * 600)
            .checked_div(self.studies)
            .unwrap_or_default()
    }
}

/// `GET /`
pub async fn home(State(app): State<App>, layout: Layout) -> Result<Response> {
    let edition = Edition::of_today(&app);
    let catalogue = edition.catalogue.clone();
    let overview = page_text(&app, "overview").await?;
    let site_name = layout.site_name.to_string();
    let page = HomePage {
        layout: layout
            .titled(site_name, overview.lead.clone())
            .described(&[schema_org::site(&edition, &overview.lead)]),
        lead: &overview.lead,
        themes: summaries(&catalogue),
        sentences: first_list(&markdown::html(&overview.body)),
        newest: newest(&catalogue),
        extent: Extent::of(&catalogue),
        catalogue: &catalogue,
    };
    Ok(render(&page)?.into_response())
}

/// The items of the first numbered list of a text, each a paragraph.
fn first_list(html: &str) -> Option<String> {
    let (_, rest) = html.split_once("<ol>")?;
    let (items, _) = rest.split_once("</ol>")?;
    if items.contains("<p>") {
        return Some(items.to_owned());
    }
    Some(
        items
            .replace("<li>", "<li><p>")
            .replace("</li>", "</p></li>"),
    )
}

fn newest(catalogue: &Catalogue) -> Vec<Newest<'_>> {
    let studies = catalogue
        .studies()
        .iter()
        .map(|card| (card.updated, card.id, Kind::Study));
    let interventions = catalogue
        .interventions()
        .iter()
        .map(|card| (card.updated, card.id, Kind::Intervention));
    let mut latest: Vec<(Reverse<Timestamp>, Reverse<i64>, Kind)> = Vec::new();
    for (updated, id, kind) in studies.chain(interventions) {
        let key = (Reverse(updated), Reverse(id), kind);
        if latest.len() < NEWEST || latest.last().is_some_and(|last| key < *last) {
            let place = latest.partition_point(|other| *other < key);
            latest.insert(place, key);
            latest.truncate(NEWEST);
        }
    }
    let day = |time: Timestamp| time.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    latest
        .into_iter()
        .filter_map(|(Reverse(updated), Reverse(id), kind)| {
            let (path, title, is_retracted, by) = match catalogue.number(id)? {
                Number::Study(number) => {
                    let card = &catalogue.studies()[number as usize];
                    let by = format!("{}, {}. ", card.byline, card.year);
                    let is_retracted = catalogue.is_retracted(card);
                    (kind.path(&card.slug), card.title.as_ref(), is_retracted, by)
                }
                Number::Intervention(number) => {
                    let card = &catalogue.interventions()[number as usize];
                    (
                        kind.path(&card.slug),
                        card.body.name.as_str(),
                        false,
                        String::new(),
                    )
                }
            };
            let day = day(updated);
            let (updated, updated_iso) = (words::long_date(day), day.to_string());
            Some(Newest {
                kind,
                path,
                title,
                is_retracted,
                by,
                updated,
                updated_iso,
            })
        })
        .collect()
}

#[derive(Template)]
#[template(path = "pages/show.html")]
struct ShowPage<'a> {
    layout: Layout,
    title: &'a str,
    lead: &'a str,
    catalogue: &'a Catalogue,
    body: String,
    cited: Vec<&'a Arc<StudyCard>>,
    headings: Vec<(String, String)>,
}

/// `GET /about` and the other editorial pages.
pub async fn show(State(app): State<App>, layout: Layout) -> Result<Response> {
    let slug = layout.path().trim_start_matches('/').to_owned();
    let text = page_text(&app, &slug).await?;
    Ok(text_page(&app, layout, &text)?.into_response())
}

fn text_page(app: &App, layout: Layout, text: &PageBody) -> Result<Html<String>> {
    let catalogue = app.catalogue();
    let Cited { html, studies } = cited(&text.body, &catalogue);
    let (body, headings) = with_anchors(&html);
    let page = ShowPage {
        layout: layout.titled(text.title.clone(), text.lead.clone()),
        title: &text.title,
        lead: &text.lead,
        catalogue: &catalogue,
        body,
        cited: studies,
        headings,
    };
    Ok(render(&page)?)
}

impl PublicPage for PageBody {
    async fn page(
        app: &App,
        layout: Layout,
        _edition: &Edition,
        published: Published<Self>,
    ) -> Result<Html<String>> {
        text_page(app, layout, &published.body)
    }
}

/// An editorial page as curators have published it, or else as the program carries it.
pub async fn page_text(app: &App, slug: &str) -> Result<PageBody> {
    match store::find::<PageBody>(&app.db, slug).await? {
        Found::Live(Published { body, .. }) => Ok(body),
        Found::Moved(_) | Found::Withdrawn(_) | Found::Missing => {
            built_in::page(slug).cloned().ok_or(Error::NotFound)
        }
    }
}

/// Gives the headings of a text anchors. Returns them, as anchor and words, for the contents.
fn with_anchors(html: &str) -> (String, Vec<(String, String)>) {
    let mut headings = Vec::new();
    let mut anchored = String::with_capacity(html.len() + 256);
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<h2>") {
        let (heading, after) = after.split_once("</h2>").unwrap_or((after, ""));
        let anchor = crate::records::slug::Slug::nearest(heading).map_or_else(
            || format!("section-{}", headings.len() + 1),
            |slug| slug.to_string(),
        );
        anchored.push_str(before);
        anchored.push_str(&format!("<h2 id=\"{anchor}\">{heading}</h2>"));
        headings.push((anchor, heading.to_owned()));
        rest = after;
    }
    anchored.push_str(rest);
    (anchored, headings)
}

/// The hue of a question is that of its theme.
#[must_use]
pub fn hue_of(catalogue: &Catalogue, question: &QuestionCard) -> u32 {
    catalogue
        .theme(&question.body.theme)
        .map_or(1, |theme| theme.hue())
}

#[derive(Template)]
#[template(path = "pages/questions.html")]
struct QuestionsPage<'a> {
    layout: Layout,
    catalogue: &'a Catalogue,
}

/// `GET /questions`
pub async fn questions(State(app): State<App>, layout: Layout) -> Result<Response> {
    let catalogue = app.catalogue();
    let page = QuestionsPage {
        layout: layout.titled(
            "Everyday questions",
            "Questions that teachers bring, each with a theme and the interventions that answer it.",
        ),
        catalogue: &catalogue,
    };
    Ok(render(&page)?.into_response())
}

#[derive(Template)]
#[template(path = "pages/question.html")]
struct QuestionPage<'a> {
    layout: Layout,
    catalogue: &'a Catalogue,
    question: &'a Question,
    theme: Option<ThemeSummary<'a>>,
    interventions: Vec<InterventionRow<'a>>,
}

impl PublicPage for Question {
    async fn page(
        _app: &App,
        layout: Layout,
        edition: &Edition,
        published: Published<Self>,
    ) -> Result<Html<String>> {
        let catalogue = edition.catalogue.clone();
        let question = &published.body;
        let interventions: Vec<_> = question
            .interventions
            .iter()
            .filter_map(|slug| catalogue.intervention_number(slug))
            .map(|number| InterventionRow::new(&catalogue, number, 2))
            .collect();
        let names: Vec<_> = interventions
            .iter()
            .map(|row| row.card.body.name.as_str())
            .collect();
        let description = if names.is_empty() {
            question.question.clone()
        } else {
            format!("What research offers: {}.", words::list(&names, "and"))
        };
        let page = QuestionPage {
            layout: layout
                .titled(question.question.clone(), description)
                .at(Kind::Question.path(&published.slug)),
            theme: catalogue
                .theme(&question.theme)
                .map(|card| ThemeSummary::of(&catalogue, card)),
            interventions,
            question,
            catalogue: &catalogue,
        };
        Ok(render(&page)?)
    }
}

#[derive(Template)]
#[template(path = "pages/glossary.html")]
struct GlossaryPage<'a> {
    layout: Layout,
    catalogue: &'a Catalogue,
    lists: Vec<&'a TermList>,
}

impl GlossaryPage<'_> {
    /// The list of the studies that a term is given to, and how many they are.
    fn used(&self, list: &TermList, term: &Entry) -> Option<(String, String)> {
        let filter = Filter::OF_STUDIES.into_iter().find(|filter| {
            let vocabulary = filter.vocabulary().map(Vocabulary::slug);
            vocabulary.unwrap_or(match filter {
                Filter::Verified => "verification",
                _ => filter.key(),
            }) == list.slug.as_str()
        })?;
        let value = self.catalogue.filter_value(filter, term.slug.as_str())?;
        let studies = self
            .catalogue
            .study_facets
            .set(filter, value.code)
            .map_or(0, Bitset::count);
        let url = format!("/studies?{}={}", filter.key(), term.slug);
        Some((url, words::count(studies, "study", "studies")))
    }
}

/// `GET /glossary`
pub async fn glossary(State(app): State<App>, layout: Layout) -> Result<Response> {
    let catalogue = app.catalogue();
    let page = GlossaryPage {
        layout: layout.titled(
            "Glossary",
            "Every label that this collection uses, with what it means and when it is given.",
        ),
        lists: built_in::notions()
            .iter()
            .chain(catalogue.vocabularies.lists())
            .collect(),
        catalogue: &catalogue,
    };
    Ok(render(&page)?.into_response())
}

/// `GET /robots.txt`
pub async fn robots(layout: Layout) -> Response {
    let sitemap = layout.absolute("/sitemap.xml");
    // Filtered lists are endless, and each of their files would be made for a crawler alone.
    let formats = Format::of_list(Kind::Study).iter().chain(&[Format::Atom]);
    let files = formats.map(|format| format!("Disallow: /*.{}?\n", format.extension()));
    let files: String = files.collect();
    document(
        "text/plain; charset=utf-8",
        format!(
            "User-agent: *\nAllow: /\nDisallow: /search\nDisallow: /*as-of=\n{files}\nSitemap: {sitemap}\n"
        ),
    )
}

/// `GET /site.webmanifest`
pub async fn manifest(State(app): State<App>) -> Response {
    let icon = |name: &str, sizes: &str, kind: &str| serde_json::json!({"src": app.assets.url(name), "sizes": sizes, "type": kind});
    let manifest = serde_json::json!({
        "name": app.settings().site_name.as_ref(),
        "short_name": app.settings().site_name.as_ref(),
        "lang": "en-GB",
        "start_url": "/",
        "display": "browser",
        "background_color": "#faf6ef",
        "theme_color": "#faf6ef",
        "icons": [
            icon("icon.svg", "any", "image/svg+xml"),
            icon("icon-192.png", "192x192", "image/png"),
            icon("icon-512.png", "512x512", "image/png"),
        ],
    });
    document("application/manifest+json", manifest.to_string())
}

/// `GET /favicon.ico`: browsers ask for it whatever the page says.
pub async fn favicon(State(app): State<App>) -> Redirect {
    Redirect::temporary(app.assets.url("icon-192.png"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_get_anchors() {
        let (html, headings) = with_anchors("<h2>Who it is for</h2><p>x</p><h2>…</h2>");
        assert_eq!(
            html,
            "<h2 id=\"who-it-is-for\">Who it is for</h2><p>x</p><h2 id=\"section-2\">…</h2>"
        );
        assert_eq!(
            headings[0],
            ("who-it-is-for".to_owned(), "Who it is for".to_owned())
        );
    }
}
