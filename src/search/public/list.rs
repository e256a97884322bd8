//! The two filtered lists, of studies and of interventions.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;

use crate::app::App;
use crate::error::Result;
use crate::exchange::edition::Edition;
use crate::exchange::format::Format;
use crate::exchange::linked::schema_org;
use crate::records::record::Kind;
use crate::search::catalogue::Catalogue;
use crate::search::filter::Filter;
use crate::search::histogram::Histogram;
use crate::search::keywords::matching::Respelt;
use crate::search::public::rows::{Row, rows};
use crate::search::query::{Search, Sort, list_path};
use crate::search::results::{Drop, Dropped, Results};
use crate::search::sentence::{Chip, Part, chips, sentence};
use crate::search::vain;
use crate::search::view::View;
use crate::web::layout::{Banner, Layout};
use crate::web::page::render;
use crate::web::pagination::{PAGE_SIZE, Pagination, Step, page_count};
use crate::web::words;

/// How the two lists differ in words.
pub struct List {
    pub kind: Kind,
    pub path: &'static str,
    pub heading: &'static str,
    pub one: &'static str,
    pub many: &'static str,
    pub lead: &'static str,
}

pub const STUDIES: List = List {
    kind: Kind::Study,
    path: "/studies",
    heading: "Studies",
    one: "study",
    many: "studies",
    lead: "Published research about schools and families, good news or bad, with how far we checked \
           each record.",
};

pub const INTERVENTIONS: List = List {
    kind: Kind::Intervention,
    path: "/interventions",
    heading: "Interventions",
    one: "intervention",
    many: "interventions",
    lead: "Programmes, services and strategies that a school can use, each with the studies behind it.",
};

impl List {
    #[must_use]
    pub fn noun(&self, count: &usize) -> &'static str {
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
    /// The same list as a file: label and address.
    files: Vec<(&'static str, String)>,
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
    let view = View::asked(app, query).await?;
    let catalogue = &view.catalogue;
    let search = catalogue.read(list.kind, query);
    if search.to_query() != query {
        return Ok(Redirect::temporary(&search.url()).into_response());
    }
    let matched = view.matching(app, &search.words).await?;
    let results = catalogue.search(&search, matched.as_ref());
    if search.page > page_count(results.total) {
        return Ok(Redirect::temporary(&search.with_page(1).url()).into_response());
    }
    let is_vain = results.total == 0 && !search.words.is_empty() && search.filter_count() == 0;
    if is_vain && search.as_of.is_none() {
        vain::count(app, &search.words);
    }
    let rows = rows(app, &view, list.kind, 2, &results.numbers, matched.as_ref()).await?;
    let whole = match list.kind {
        Kind::Intervention => catalogue.interventions().len(),
        _ => catalogue.studies().len(),
    };
    let page = ListPage {
        layout: list_layout(
            &Edition::of_today(app),
            layout,
            list,
            &search,
            &results,
            catalogue,
        ),
        list,
        catalogue,
        rows,
        whole,
        first: (search.page - 1) * PAGE_SIZE + 1,
        chips: chips(&search, catalogue),
        sentence: sentence(&search, catalogue, list.heading),
        sorts: search
            .sorts()
            .iter()
            .map(|sort| (*sort, search.with_sort(*sort).url()))
            .collect(),
        histogram: Histogram::new(&results.years, list.heading),
        respelt: matched
            .as_ref()
            .and_then(|matched| matched.respelt.as_ref()),
        files: files(&search),
        pagination: Pagination::new(search.page, results.total, |page| {
            search.with_page(page).url()
        }),
        search: &search,
        results: &results,
    };
    Ok(render(&page)?.into_response())
}

fn list_layout(
    edition: &Edition,
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
    let linked = schema_org::list(edition, &search.url(), &title, &description);
    let feed = format!("{} of this list, new and changed", list.heading);
    let mut layout = layout
        .titled(title, description)
        .at(search.url())
        .with_feed(feed_url(search), feed)
        .described(&linked);
    if let Some(day) = search.as_of {
        layout = layout.with_banner(past(day, search));
    }
    // Combinations are endless; a search engine needs each record once.
    let is_plain = search.words.is_empty() && search.filter_count() <= 1 && search.as_of.is_none();
    if is_plain { layout } else { layout.unlisted() }
}

/// The whole list as a file of every format, and as a feed.
fn files(search: &Search) -> Vec<(&'static str, String)> {
    let whole = search.with_page(1);
    let formats = Format::of_list(search.kind).iter().map(|format| {
        let path = format!("{}.{}", list_path(search.kind), format.extension());
        (format.label(), whole.url_at(&path))
    });
    formats
        .chain([(Format::Atom.label(), feed_url(search))])
        .collect()
}

/// The feed of a list. It has an order of its own.
fn feed_url(search: &Search) -> String {
    let search = search.with_page(1).without_sort().of_today();
    let path = format!("{}.{}", list_path(search.kind), Format::Atom.extension());
    search.url_at(&path)
}

/// Says of which day a list is, and leads to today's.
fn past(day: Date, search: &Search) -> Banner {
    let now = search.with_page(1).of_today();
    Banner {
        words: format!(
            "This list shows the collection as it stood on {}.",
            words::long_date(day)
        ),
        link: Some((now.url(), "See it as it stands".to_owned())),
    }
}
