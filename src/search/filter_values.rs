//! The values that each filter offers, in order.

use std::sync::Arc;

use crate::records::coding::{NOT_APPLICABLE, NOT_REPORTED};
use crate::search::cards::{ACROSS_COUNTRIES, ANY, Codes, StudyCard, ThemeCard, country_value};
use crate::search::filter::Filter;
use crate::studies::study::{Level, Origin};
use crate::vocabularies::countries::Country;
use crate::vocabularies::vocabulary::Vocabularies;

/// One value that a filter offers.
#[derive(Clone, Debug)]
pub struct FilterValue {
    pub code: u16,
    pub slug: String,
    pub label: String,
}

/// What a filter offers: the terms of its vocabulary, then the states of a coded field.
#[must_use]
pub fn values_of(
    filter: Filter,
    vocabularies: &Vocabularies,
    themes: &[Arc<ThemeCard>],
    studies: &[Arc<StudyCard>],
    codes: &mut Codes,
) -> Vec<FilterValue> {
    let mut values: Vec<(String, String)> = match filter {
        Filter::Theme => themes
            .iter()
            .map(|card| (card.slug.to_string(), card.body.title.clone()))
            .collect(),
        Filter::Origin => Origin::ALL
            .map(|origin| (origin.slug().to_owned(), origin.label().to_owned()))
            .into(),
        Filter::Verified => Level::ALL
            .map(|level| (level.slug().to_owned(), level.label().to_owned()))
            .into(),
        Filter::Country => country_values(studies),
        Filter::Focus
        | Filter::Outcome
        | Filter::Stage
        | Filter::Design
        | Filter::Type
        | Filter::Setting
        | Filter::Cost => {
            let any =
                (filter == Filter::Focus).then(|| (ANY.to_owned(), "Any named group".to_owned()));
            let terms = filter
                .vocabulary()
                .into_iter()
                .flat_map(|vocabulary| vocabularies.terms(vocabulary))
                .map(|entry| (entry.slug.to_string(), entry.label.clone()));
            let states = [
                (NOT_REPORTED.to_owned(), "Not reported".to_owned()),
                (NOT_APPLICABLE.to_owned(), "Not applicable".to_owned()),
            ];
            any.into_iter().chain(terms).chain(states).collect()
        }
    };
    values
        .drain(..)
        .map(|(slug, label)| FilterValue {
            code: codes.code(&slug),
            slug,
            label,
        })
        .collect()
}

/// The countries that studies come from, by name, then the reviews across countries.
fn country_values(studies: &[Arc<StudyCard>]) -> Vec<(String, String)> {
    let mut countries: Vec<Country> = studies
        .iter()
        .flat_map(|card| card.countries.iter().copied())
        .collect();
    countries.sort_unstable_by_key(|country| (country.name(), *country));
    countries.dedup();
    countries
        .into_iter()
        .map(|country| (country_value(country), country.name().to_owned()))
        .chain([(
            ACROSS_COUNTRIES.to_owned(),
            "Across countries (reviews)".to_owned(),
        )])
        .collect()
}
