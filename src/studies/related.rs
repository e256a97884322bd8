//! Which other studies someone who reads this one may want: those with most in common.

use std::cmp::Reverse;

use crate::search::bitset::Bitset;
use crate::search::catalogue::Catalogue;
use crate::search::filter::Filter;

/// How much each value in common counts.
const WEIGHTS: [(Filter, usize); 5] = [
    (Filter::Theme, 2),
    (Filter::Outcome, 2),
    (Filter::Focus, 1),
    (Filter::Stage, 1),
    (Filter::Design, 1),
];
/// An intervention in common says more than any term.
const SHARED_INTERVENTION: usize = 6;
/// The newest so many candidates are compared.
const CANDIDATES: usize = 2_000;

/// The catalogue numbers of up to `count` studies, the closest first; newer ones before older.
#[must_use]
pub fn related(catalogue: &Catalogue, number: usize, count: usize) -> Vec<usize> {
    let own = &catalogue.studies()[number];
    let facets = &catalogue.study_facets;
    let sharing = |filter| facets.any_of(filter, own.values.of(filter));
    let mut candidates = Bitset::full(catalogue.studies().len());
    for set in [sharing(Filter::Theme), sharing(Filter::Outcome)]
        .into_iter()
        .flatten()
    {
        candidates.intersect(&set);
    }
    let mut numbers = candidates.slice(0, CANDIDATES);
    for intervention in &own.interventions {
        if let Some(place) = catalogue.intervention_number(intervention) {
            numbers.extend(
                catalogue.links()[place]
                    .iter()
                    .map(|linked| *linked as usize),
            );
        }
    }
    numbers.sort_unstable();
    numbers.dedup();

    let closeness = |other: usize| {
        let other = &catalogue.studies()[other];
        let terms: usize = WEIGHTS
            .iter()
            .map(|(filter, weight)| {
                let theirs = other.values.of(*filter);
                let shared = own
                    .values
                    .of(*filter)
                    .iter()
                    .filter(|code| theirs.contains(code));
                weight * shared.count()
            })
            .sum();
        let theirs = &other.interventions;
        let shared = own
            .interventions
            .iter()
            .filter(|slug| theirs.contains(slug))
            .count();
        terms + SHARED_INTERVENTION * shared
    };
    let mut scored: Vec<_> = numbers
        .into_iter()
        .filter(|other| *other != number)
        .map(|other| (Reverse(closeness(other)), other))
        .collect();
    scored.sort_unstable();
    scored
        .into_iter()
        .take(count)
        .map(|(_, other)| other)
        .collect()
}
