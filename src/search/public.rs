//! The pages that find evidence: the two filtered lists, and the search of everything.

use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::error::Result;
use crate::interventions::row::InterventionRow;
use crate::pages::built_in;
use crate::records::record::Kind;
use crate::records::store;
use crate::search::catalogue::Catalogue;
use crate::search::filter::Filter;
use crate::search::histogram::Histogram;
use crate::search::keywords::{Matched, Respelt, Stretch};
use crate::search::query::{Search, Sort, tidy};
use crate::search::results::{Drop, Dropped, Results};
use crate::search::sentence::{Chip, Part, chips, sentence};
use crate::search::texts::{self, StudyLead};
use crate::studies::row::StudyRow;
use crate::studies::study::Study;
use crate::web::layout::Layout;
use crate::web::page::{Page, render};
use crate::web::pagination::{PAGE_SIZE, Pagination, Step, page_count};
use crate::web::words;

/// How the two lists differ in words.
struct List {
    kind: Kind,
    path: &'static str,
    heading: &'static str,
    one: &'static str,
    many: &'static str,
    lead: &'static str,
}

const STUDIES: List = List {
    kind: Kind::Study,
    path: "/studies",
    heading: "Studies",
    one: "study",
    many: "studies",
    lead: "Published research about schools and families, good news or bad, with how far we checked \
           each record.",
};

const INTERVENTIONS: List = List {
    kind: Kind::Intervention,
    path: "/interventions",
    heading: "Interventions",
    one: "intervention",
    many: "interventions",
    lead: "Programmes, services and strategies that a school can use, each with the studies behind it.",
};

impl List {
    fn noun(&self, count: &usize) -> &'static str {
        if *count == 1 { self.one } else { self.many }
    }

    /// The legend of a filter; an intervention's studies answer some of them.
    fn legend(&self, filter: &Filter) -> &'static str {
        match (self.kind, filter) {
            (Kind::Intervention, Filter::Origin) => "Where it was tried",
            (Kind::Intervention, Filter::Design) => "Kinds of study behind it",
            (Kind::Intervention, Filter::Focus) => "Whom it is for (disadvantage focus)",
            (_, filter) => filter.label(),
        }
    }

    /// Whether a filter is open before anything of it is chosen: those that most people use.
    fn opens(&self, filter: &Filter) -> bool {
        match self.kind {
            Kind::Intervention => matches!(filter, Filter::Theme | Filter::Stage | Filter::Cost),
            _ => matches!(filter, Filter::Theme | Filter::Origin | Filter::Focus),
        }
    }

    fn opens_years(&self) -> bool {
        self.kind == Kind::Study
    }
}

#[derive(Template)]
#[template(path = "search/list.html")]
struct ListPage<'a> {
    layout: Layout,
    list: &'static List,
    catalogue: &'a Catalogue,
    search: &'a Search,
    results: &'a Results<'a>,
    rows: Vec<Row<'a>>,
    /// How many records the list has without any filter.
    whole: usize,
    /// The place of the first row in the whole list.
    first: usize,
    chips: Vec<Chip>,
    sentence: Vec<Part>,
    sorts: Vec<(Sort, String)>,
    histogram: Histogram,
    respelt: Option<&'a Respelt>,
    pagination: Option<Pagination>,
}

/// One end of the range of years: every year of the data, and the chosen one if it lies outside.
struct YearChoice {
    key: &'static str,
    label: &'static str,
    chosen: Option<i16>,
    years: Vec<i16>,
}

impl YearChoice {
    fn is_chosen(&self, year: &i16) -> bool {
        self.chosen == Some(*year)
    }
}

/// A row of either list.
enum Row<'a> {
    Study(StudyRow<'a>),
    Intervention(InterventionRow<'a>),
}

impl std::fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let written = match self {
            Self::Study(row) => row.render_into(f),
            Self::Intervention(row) => row.render_into(f),
        };
        written.map_err(|_| std::fmt::Error)
    }
}

impl ListPage<'_> {
    fn hue(&self, theme: &str) -> Option<u32> {
        let theme = self
            .catalogue
            .themes()
            .iter()
            .find(|card| card.slug.as_str() == theme);
        theme.map(|card| card.hue())
    }

    fn year_choices(&self) -> [YearChoice; 2] {
        [
            ("from", "From", self.search.from),
            ("to", "To", self.search.to),
        ]
        .map(|(key, label, chosen)| {
            let data = self.results.years.iter().map(|count| count.year);
            let mut years: Vec<i16> = data.chain(chosen).collect();
            years.sort_unstable();
            years.dedup();
            YearChoice {
                key,
                label,
                chosen,
                years,
            }
        })
    }

    /// ", 12 with every word", where some of the results hold only some of the words.
    fn with_every_word(&self) -> String {
        match self.results.with_all_words {
            Some(0) if self.results.total > 0 => ", none with every word".to_owned(),
            Some(all) if all < self.results.total => {
                format!(", {} with every word", words::number(all))
            }
            _ => String::new(),
        }
    }

    fn dropped(&self, drop: &Drop) -> String {
        match drop.dropped {
            Dropped::Words => format!("the words “{}”", self.search.words),
            Dropped::Years => "the years".to_owned(),
            Dropped::Filter(filter) => {
                let labels: Vec<_> = self
                    .search
                    .chosen(filter)
                    .iter()
                    .filter_map(|slug| self.catalogue.filter_value(filter, slug))
                    .map(|value| value.label.as_str())
                    .collect();
                format!("{}: {}", filter.label(), words::list(&labels, "or"))
            }
        }
    }
}

/// `GET /studies`
pub async fn studies(
    State(app): State<App>,
    layout: Layout,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    list(&app, layout, &STUDIES, query.as_deref().unwrap_or_default()).await
}

/// `GET /interventions`
pub async fn interventions(
    State(app): State<App>,
    layout: Layout,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    list(
        &app,
        layout,
        &INTERVENTIONS,
        query.as_deref().unwrap_or_default(),
    )
    .await
}

async fn list(app: &App, layout: Layout, list: &'static List, query: &str) -> Result<Response> {
    let catalogue = app.catalogue();
    let search = Search::read(list.kind, query, |filter, value| {
        catalogue.filter_value(filter, value).is_some()
    });
    if search.to_query() != query {
        return Ok(Redirect::temporary(&search.url()).into_response());
    }
    let matched = matching(app, &catalogue, &search.words)?;
    let results = catalogue.search(&search, matched.as_ref());
    if search.page > page_count(results.total) {
        return Ok(Redirect::temporary(&search.with_page(1).url()).into_response());
    }
    let passages = match &matched {
        Some(matched) => passages(app, &catalogue, list.kind, &results.numbers, matched).await?,
        None => Vec::new(),
    };
    let whole = match list.kind {
        Kind::Intervention => catalogue.interventions().len(),
        _ => catalogue.studies().len(),
    };
    let page = ListPage {
        layout: list_layout(layout, list, &search, &results, &catalogue),
        list,
        catalogue: &catalogue,
        rows: rows(&catalogue, list.kind, 2, &results.numbers, passages),
        whole,
        first: (search.page - 1) * PAGE_SIZE + 1,
        chips: chips(&search, &catalogue),
        sentence: sentence(&search, &catalogue, list.heading),
        sorts: search
            .sorts()
            .iter()
            .map(|sort| (*sort, search.with_sort(*sort).url()))
            .collect(),
        histogram: Histogram::new(&results.years, list.heading),
        respelt: matched
            .as_ref()
            .and_then(|matched| matched.respelt.as_ref()),
        pagination: Pagination::new(search.page, results.total, |page| {
            search.with_page(page).url()
        }),
        search: &search,
        results: &results,
    };
    Ok(render(&page)?.into_response())
}

fn list_layout(
    layout: Layout,
    list: &List,
    search: &Search,
    results: &Results<'_>,
    catalogue: &Catalogue,
) -> Layout {
    let mut title = list.heading.to_owned();
    if !search.words.is_empty() {
        title.push_str(&format!(": {}", search.words));
    }
    if results.total > PAGE_SIZE {
        title.push_str(&format!(
            " (page {} of {})",
            search.page,
            page_count(results.total)
        ));
    }
    let is_filtered = search.filter_count() > 0 || !search.words.is_empty();
    let description = if is_filtered {
        let said: String = sentence(search, catalogue, list.heading)
            .into_iter()
            .map(|part| part.text)
            .collect();
        format!(
            "{} {}: {said}",
            words::number(results.total),
            list.noun(&results.total)
        )
    } else {
        list.lead.to_owned()
    };
    let layout = layout.titled(title, description).at(search.url());
    // Combinations are endless; a search engine needs each record once.
    let is_plain = search.words.is_empty() && search.filter_count() <= 1;
    if is_plain { layout } else { layout.unlisted() }
}

/// What the index finds for some words; none where there are no words.
fn matching(app: &App, catalogue: &Arc<Catalogue>, words: &str) -> Result<Option<Matched>> {
    if words.is_empty() {
        return Ok(None);
    }
    let matched = app
        .collection
        .keywords()
        .matching(words, &catalogue.meanings)?;
    Ok(Some(matched))
}

/// The passage of each record on a page that shows why it matched.
async fn passages(
    app: &App,
    catalogue: &Catalogue,
    kind: Kind,
    numbers: &[usize],
    matched: &Matched,
) -> Result<Vec<Vec<Stretch>>> {
    let highlighter = app.collection.keywords().highlighter(matched)?;
    let best = |lead: &str, rest: &dyn Fn() -> Option<String>| {
        let passage = highlighter.passage(lead);
        if passage.is_empty() {
            rest().map_or_else(Vec::new, |rest| highlighter.passage(&rest))
        } else {
            passage
        }
    };
    if kind == Kind::Intervention {
        let passage = |number: &usize| {
            let text = texts::of_intervention(0, &catalogue.interventions()[*number].body);
            best(&text.lead, &|| Some(text.rest.clone()))
        };
        return Ok(numbers.iter().map(passage).collect());
    }
    let ids: Vec<i64> = numbers
        .iter()
        .map(|number| catalogue.studies()[*number].id)
        .collect();
    let bodies = store::live_bodies(&app.db, &ids).await?;
    let passage = |id: &i64| {
        let Some((_, body)) = bodies.iter().find(|(own, _)| own == id) else {
            return Vec::new();
        };
        let lead = serde_json::from_str::<StudyLead>(body).map(|lead| lead.text());
        best(&lead.unwrap_or_default(), &|| {
            let study: Study = serde_json::from_str(body).ok()?;
            Some(texts::of_study(0, &study).rest)
        })
    };
    Ok(ids.iter().map(passage).collect())
}

fn rows<'a>(
    catalogue: &'a Catalogue,
    kind: Kind,
    heading: u8,
    numbers: &[usize],
    passages: Vec<Vec<Stretch>>,
) -> Vec<Row<'a>> {
    let passages = passages.into_iter().chain(std::iter::repeat_with(Vec::new));
    numbers
        .iter()
        .zip(passages)
        .map(|(number, passage)| match kind {
            Kind::Intervention => Row::Intervention(InterventionRow {
                passage,
                ..InterventionRow::new(catalogue, *number, heading)
            }),
            Kind::Study | Kind::Theme | Kind::Question | Kind::Page => Row::Study(StudyRow {
                passage,
                ..StudyRow::new(catalogue, &catalogue.studies()[*number], heading)
            }),
        })
        .collect()
}

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
pub async fn everything(
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
    let catalogue = app.catalogue();
    let matched = matching(&app, &catalogue, &words)?;
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
                let passages =
                    passages(&app, &catalogue, list.kind, &results.numbers, matched).await?;
                groups.push(Group {
                    list,
                    total: results.total,
                    rows: rows(&catalogue, list.kind, 3, &results.numbers, passages),
                    url: search.url(),
                });
            }
        }
        others = other_matches(&app, &catalogue, matched).await?;
        total += others.len();
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
        catalogue: &catalogue,
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
        } else if let Some((slug, page)) = store::live_page(&app.db, record.id).await?
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
