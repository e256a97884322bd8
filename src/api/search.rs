//! Searching, with how many records every value of every filter would give.

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::api::asked::{AsOf, Asked, InterventionFilters, StudyFilters, Takes, bad};
use crate::api::refusals::OfList;
use crate::app::App;
use crate::error::Result;
use crate::exchange::records::terms::RecordLink;
use crate::records::record::Kind;
use crate::search::filter::Filter;
use crate::search::results::Dropped;

const KIND: &str = "kind";

/// What is searched.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query string to utoipa")]
pub struct KindAsked {
    /// The list to search. Settings and costs filter interventions alone.
    #[param(inline)]
    kind: Option<KindOut>,
}

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case", default = "studies")]
#[expect(dead_code, reason = "describes the query string to utoipa")]
enum KindOut {
    Studies,
    Interventions,
}

/// What a search gives.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Search)]
pub struct SearchOut {
    pub total: usize,
    /// The canonical address of this answer.
    pub url: String,
    /// The page of the site that shows the same.
    pub page: String,
    #[schema(format = Date)]
    pub as_of: Option<String>,
    /// What the words were taken for, where the collection does not know them as they were typed.
    pub respelt: Option<String>,
    pub facets: Vec<FacetOut>,
    /// Every year from the first to the last that has studies.
    pub years: Vec<YearOut>,
    /// When nothing was found: which single filter to drop, and how many that would give.
    pub drops: Vec<DropOut>,
    /// The first twenty, in the order of the list.
    pub items: Vec<RecordLink>,
}

/// A filter.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Facet)]
pub struct FacetOut {
    /// The parameter.
    pub filter: &'static str,
    pub label: &'static str,
    pub values: Vec<ValueOut>,
}

/// A value, with how many records it would give without this filter's own selection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Value)]
pub struct ValueOut {
    pub slug: String,
    pub label: String,
    pub count: usize,
    pub chosen: bool,
}

/// A year of publication, with how many records it would give without the choice of years.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Year)]
pub struct YearOut {
    pub year: i16,
    pub count: usize,
    pub chosen: bool,
}

/// What may be dropped.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Drop)]
pub struct DropOut {
    /// `q`, `years`, or the parameter of a filter.
    pub dropped: &'static str,
    pub count: usize,
}

/// Search with counts
///
/// Counts as the pages show them: values of one filter widen the result, different filters narrow
/// it, and every count leaves out its own filter's selection.
#[utoipa::path(
    get,
    path = "/api/v1/search",
    operation_id = "search",
    tag = "Search",
    params(KindAsked, StudyFilters, InterventionFilters, AsOf),
    responses(
        (status = 200, description = "Counts, and the first records", body = SearchOut),
        OfList,
    )
)]
pub async fn index(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Json<SearchOut>> {
    let query = query.unwrap_or_default();
    let named = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == KIND);
    let kind = match named.as_ref().map(|(_, kind)| kind.as_ref()) {
        None | Some("studies") => Kind::Study,
        Some("interventions") => Kind::Intervention,
        Some(_) => return Err(bad(KIND, "is studies or interventions")),
    };
    let asked = Asked::read(&app, kind, &query, Takes::NoOrder, &[KIND]).await?;
    let edition = asked.edition(&app);
    let catalogue = &edition.catalogue;
    let matched = asked.view.matching(&app, &asked.search.words).await?;
    let results = catalogue.search(&asked.search, matched.as_ref());
    let items = results.numbers.iter().map(|number| {
        let listed = catalogue.listed(kind, *number);
        RecordLink::new(&edition, kind, listed.slug, listed.title)
    });
    let facets = results.facets.iter().map(|facet| FacetOut {
        filter: facet.filter.key(),
        label: facet.filter.label(),
        values: facet
            .values
            .iter()
            .map(|value| ValueOut {
                slug: value.slug.to_owned(),
                label: value.label.to_owned(),
                count: value.count,
                chosen: value.chosen,
            })
            .collect(),
    });
    Ok(Json(SearchOut {
        total: results.total,
        url: asked.url(&edition, "/search", None),
        page: edition.absolute(&asked.search.url()),
        as_of: edition.as_of.map(|day| day.to_string()),
        respelt: matched
            .as_ref()
            .and_then(|matched| matched.respelt.as_ref())
            .map(|respelt| respelt.corrected.clone()),
        facets: facets.collect(),
        years: results
            .years
            .iter()
            .map(|year| YearOut {
                year: year.year,
                count: year.count,
                chosen: year.chosen,
            })
            .collect(),
        drops: results
            .drops
            .iter()
            .map(|drop| DropOut {
                dropped: match drop.dropped {
                    Dropped::Words => "q",
                    Dropped::Years => "years",
                    Dropped::Filter(filter) => Filter::key(filter),
                },
                count: drop.count,
            })
            .collect(),
        items: items.collect(),
    }))
}
