//! Lists of records, with the filters and the order of the pages.

use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::api::asked::{
    AsOf, Asked, InterventionFilters, Listing, Paging, StudyFilters, Takes, nothing_but, page,
};
use crate::api::refusals::OfList;
use crate::app::App;
use crate::error::Result;
use crate::exchange::edition::Edition;
use crate::exchange::list;
use crate::exchange::records::intervention::InterventionOut;
use crate::exchange::records::study::StudyOut;
use crate::exchange::records::theme::ThemeOut;
use crate::records::record::Kind;
use crate::search::query::AS_OF;
use crate::search::view::View;

/// Studies
///
/// Published studies, with every field. In the order of years, following `next` gives each study
/// that stays published, and keeps its year, exactly once, whatever changes meanwhile.
#[utoipa::path(
    get,
    path = "/api/v1/studies",
    operation_id = "listStudies",
    tag = "Studies",
    params(StudyFilters, Paging, AsOf),
    responses(
        (status = 200, description = "A page of the list", body = Listing<StudyOut>),
        OfList,
    )
)]
pub async fn studies(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response> {
    let query = query.unwrap_or_default();
    let asked = Asked::read(&app, Kind::Study, &query, Takes::Order, &[]).await?;
    let (edition, numbers) = found(&app, &asked).await?;
    let start = asked.start(&numbers);
    let end = (start + asked.limit).min(numbers.len());
    let studies = list::studies(&app.db, &edition, &numbers[start..end]).await?;
    let items = studies.iter().map(|study| StudyOut::new(&edition, study));
    let items = items.collect();
    page(listing(&asked, &edition, "/studies", &numbers, end, items))
}

/// Interventions
///
/// Published interventions, with every field. Years, places and designs are those of their studies,
/// of which a single one must satisfy all that is asked.
#[utoipa::path(
    get,
    path = "/api/v1/interventions",
    operation_id = "listInterventions",
    tag = "Interventions",
    params(StudyFilters, InterventionFilters, Paging, AsOf),
    responses(
        (status = 200, description = "A page of the list", body = Listing<InterventionOut>),
        OfList,
    )
)]
pub async fn interventions(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response> {
    let query = query.unwrap_or_default();
    let asked = Asked::read(&app, Kind::Intervention, &query, Takes::Order, &[]).await?;
    let (edition, numbers) = found(&app, &asked).await?;
    let start = asked.start(&numbers);
    let end = (start + asked.limit).min(numbers.len());
    let cards = numbers[start..end]
        .iter()
        .map(|number| &edition.catalogue.interventions()[*number]);
    let items = cards.map(|card| InterventionOut::new(&edition, &card.published()));
    let items = items.collect();
    page(listing(
        &asked,
        &edition,
        "/interventions",
        &numbers,
        end,
        items,
    ))
}

async fn found(app: &App, asked: &Asked) -> Result<(Edition, Vec<usize>)> {
    let matched = asked.view.matching(app, &asked.search.words).await?;
    let numbers = asked.view.catalogue.find(&asked.search, matched.as_ref());
    Ok((asked.edition(app), numbers))
}

/// A page that ends before this place of the list.
fn listing<T: utoipa::ToSchema>(
    asked: &Asked,
    edition: &Edition,
    path: &str,
    numbers: &[usize],
    end: usize,
    items: Vec<T>,
) -> Listing<T> {
    let has_more = end < numbers.len() && end > 0;
    Listing {
        total: numbers.len(),
        url: asked.url(edition, path, asked.cursor),
        next: has_more.then(|| asked.url(edition, path, Some(asked.after(numbers, end - 1)))),
        as_of: edition.as_of.map(|day| day.to_string()),
        items,
    }
}

/// Themes
///
/// All themes, by position.
#[utoipa::path(
    get,
    path = "/api/v1/themes",
    operation_id = "listThemes",
    tag = "Themes",
    params(AsOf),
    responses(
        (status = 200, description = "All of them", body = Listing<ThemeOut>),
        OfList,
    )
)]
pub async fn themes(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response> {
    let query = query.unwrap_or_default();
    nothing_but(&query, &[AS_OF])?;
    let view = View::asked(&app, &query).await?;
    let edition = Edition::of(&app, &view);
    let cards = edition.catalogue.themes().iter();
    let items: Vec<_> = cards
        .map(|card| ThemeOut::new(&edition, &card.published()))
        .collect();
    let day = edition.as_of.map(|day| day.to_string());
    let query = day.as_ref().map(|day| format!("?{AS_OF}={day}"));
    page(Listing {
        total: items.len(),
        url: edition.absolute(&format!(
            "{}/themes{}",
            super::ROOT,
            query.unwrap_or_default()
        )),
        next: None,
        as_of: day,
        items,
    })
}
