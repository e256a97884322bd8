//! The effects of all studies in one list.

use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::api::asked::{AsOf, Asked, Listing, Paging, StudyFilters, Takes, page};
use crate::api::refusals::OfList;
use crate::app::App;
use crate::error::Result;
use crate::exchange::list;
use crate::exchange::records::effect::EffectOut;
use crate::records::record::Kind;

/// Effects
///
/// Every numeric result of the studies that the filters let through, study by study. The effects of
/// one study are never divided between two answers, so an answer may hold a few more than `limit`.
#[utoipa::path(
    get,
    path = "/api/v1/effects",
    operation_id = "listEffects",
    tag = "Effects",
    params(StudyFilters, Paging, AsOf),
    responses(
        (status = 200, description = "A page of the list", body = Listing<EffectOut>),
        OfList,
    )
)]
pub async fn index(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response> {
    const PATH: &str = "/effects";
    let query = query.unwrap_or_default();
    let asked = Asked::read(&app, Kind::Study, &query, Takes::Order, &[]).await?;
    let edition = asked.edition(&app);
    let catalogue = &edition.catalogue;
    let matched = asked.view.matching(&app, &asked.search.words).await?;
    let mut numbers = catalogue.find(&asked.search, matched.as_ref());
    let count = |number: &usize| usize::from(catalogue.studies()[*number].effect_count);
    numbers.retain(|number| count(number) > 0);
    let total = numbers.iter().map(count).sum();
    let start = asked.start(&numbers);
    let mut end = start;
    let mut held = 0;
    while end < numbers.len() && (held == 0 || held + count(&numbers[end]) <= asked.limit) {
        held += count(&numbers[end]);
        end += 1;
    }
    let mut items = Vec::with_capacity(held);
    for study in list::studies(&app.db, &edition, &numbers[start..end]).await? {
        let effects = study.body.effects.iter().zip(1..);
        items.extend(
            effects.map(|(effect, number)| EffectOut::new(&edition, &study.slug, number, effect)),
        );
    }
    page(Listing {
        total,
        url: asked.url(&edition, PATH, asked.cursor),
        next: (end < numbers.len())
            .then(|| asked.url(&edition, PATH, Some(asked.after(&numbers, end - 1)))),
        as_of: edition.as_of.map(|day| day.to_string()),
        items,
    })
}
