//! The search of everything, grouped by kind.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::error::Result;
use crate::pages::built_in;
use crate::pages::page::Page as PageBody;
use crate::records::record::{Kind, Published};
use crate::records::store;
use crate::search::catalogue::Catalogue;
use crate::search::keywords::matching::{Matched, Respelt};
use crate::search::public::list::{INTERVENTIONS, List, STUDIES};
use crate::search::public::rows::{Row, rows};
use crate::search::query::{Search, tidy};
use crate::search::vain;
use crate::search::view::View;
use crate::web::layout::Layout;
use crate::web::page::Page;
use crate::web::words;

/// How many records of each kind the search of everything shows.
const SHOWN_OF_EACH: usize = 5;

#[derive(Template)]
#[template(path = "search/everything.html")]
struct EverythingPage<'a> {
    layout: Layout,
    catalogue: &'a Catalogue,
    words: &'a str,
    total: usize,
    respelt: Option<&'a Respelt>,
    groups: Vec<Group<'a>>,
    others: Vec<Other>,
}

/// The first results of one list.
struct Group<'a> {
    list: &'static List,
    total: usize,
    rows: Vec<Row<'a>>,
    url: String,
}

/// A theme, question or page that matches.
struct Other {
    kind: Kind,
    title: String,
    path: String,
    summary: String,
}

/// `GET /search`
pub async fn show(
    State(app): State<App>,
    layout: Layout,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let query = query.unwrap_or_default();
    let typed = form_urlencoded::parse(query.as_bytes())
        .filter(|(key, _)| key == "q")
        .last();
    let words = typed.map(|(_, words)| tidy(&words)).unwrap_or_default();
    let canonical = canonical_search(&words);
    if canonical
        .strip_prefix("/search")
        .map(|rest| rest.trim_start_matches('?'))
        != Some(&query)
    {
        return Ok(Redirect::temporary(&canonical).into_response());
    }
    let view = View::present(&app);
    let catalogue = &view.catalogue;
    let matched = view.matching(&app, &words).await?;
    let mut groups = Vec::new();
    let mut others = Vec::new();
    let mut total = 0;
    if let Some(matched) = &matched {
        for list in [&INTERVENTIONS, &STUDIES] {
            let search = Search::everything(list.kind).with_words(&words);
            let mut results = catalogue.search(&search, Some(matched));
            results.numbers.truncate(SHOWN_OF_EACH);
            total += results.total;
            if results.total > 0 {
                let rows = rows(&app, &view, list.kind, 3, &results.numbers, Some(matched)).await?;
                groups.push(Group {
                    list,
                    total: results.total,
                    rows,
                    url: search.url(),
                });
            }
        }
        others = other_matches(&app, catalogue, matched).await?;
        total += others.len();
    }
    if total == 0 && !words.is_empty() {
        vain::count(&app, &words);
    }
    let title = if words.is_empty() {
        "Search".to_owned()
    } else {
        format!("Search: {words}")
    };
    let page = EverythingPage {
        layout: layout
            .titled(
                title,
                "Search interventions, studies, themes and questions at once.",
            )
            .at(canonical)
            .unlisted()
            .searching(&words),
        catalogue,
        words: &words,
        total,
        respelt: matched
            .as_ref()
            .and_then(|matched| matched.respelt.as_ref()),
        groups,
        others,
    };
    Ok(Page(page).into_response())
}

/// The address of the search of everything for some words.
#[must_use]
pub fn canonical_search(words: &str) -> String {
    if words.is_empty() {
        return "/search".to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("q", words)
        .finish();
    format!("/search?{query}")
}

/// Themes, questions and pages, best match first.
async fn other_matches(app: &App, catalogue: &Catalogue, matched: &Matched) -> Result<Vec<Other>> {
    let mut records: Vec<_> = matched
        .records
        .iter()
        .filter(|record| catalogue.number(record.id).is_none())
        .collect();
    records.sort_by(|a, b| b.groups.cmp(&a.groups).then(b.score.total_cmp(&a.score)));
    let mut others = Vec::new();
    for record in records {
        let theme = catalogue.themes().iter().find(|card| card.id == record.id);
        let question = catalogue
            .questions()
            .iter()
            .find(|card| card.id == record.id);
        if let Some(card) = theme {
            others.push(Other {
                kind: Kind::Theme,
                title: card.body.title.clone(),
                path: Kind::Theme.path(&card.slug),
                summary: card.body.summary.clone(),
            });
        } else if let Some(card) = question {
            others.push(Other {
                kind: Kind::Question,
                title: card.body.question.clone(),
                path: Kind::Question.path(&card.slug),
                summary: String::new(),
            });
        } else if let Some(Published {
            slug, body: page, ..
        }) = store::find_by_id::<PageBody>(&app.db, record.id).await?
            && (built_in::PUBLIC.contains(&slug.as_str()) || slug.as_str() == "overview")
        {
            others.push(Other {
                kind: Kind::Page,
                title: page.title,
                path: Kind::Page.path(&slug),
                summary: page.lead,
            });
        }
    }
    Ok(others)
}
