//! One search of one list against the catalogue: how many, which, in what order, and what each
//! value of each filter would give. Plain Rust; pages, files and feeds show the same value.

use std::cmp::Ordering;

use crate::records::coding::{NOT_APPLICABLE, NOT_REPORTED};
use crate::records::record::Kind;
use crate::search::bitset::Bitset;
use crate::search::catalogue::{Catalogue, Number};
use crate::search::facets::{Facets, Intersections, count_through_studies};
use crate::search::filter::Filter;
use crate::search::keywords::matching::{Matched, MatchedRecord};
use crate::search::query::{Search, Sort};
use crate::web::pagination::PAGE_SIZE;

/// What a search gives.
#[derive(Debug)]
pub struct Results<'a> {
    pub total: usize,
    /// How many of them hold every word, where there are several.
    pub with_all_words: Option<usize>,
    /// The catalogue numbers of this page, in order.
    pub numbers: Vec<usize>,
    pub facets: Vec<Facet<'a>>,
    pub years: Vec<YearCount>,
    /// When nothing was found: which single filter to drop, and how many that would give.
    pub drops: Vec<Drop>,
}

/// A filter with the counts of its values.
#[derive(Debug)]
pub struct Facet<'a> {
    pub filter: Filter,
    pub values: Vec<FacetValue<'a>>,
}

/// One value: how many records it would give without this filter's own selection.
#[derive(Debug)]
pub struct FacetValue<'a> {
    pub slug: &'a str,
    pub label: &'a str,
    pub count: usize,
    pub chosen: bool,
}

impl Facet<'_> {
    #[must_use]
    pub fn chosen_count(&self) -> usize {
        self.values.iter().filter(|value| value.chosen).count()
    }
}

/// How many records a publication year would give without the choice of years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearCount {
    pub year: i16,
    pub count: usize,
    /// Within the chosen years, or no years are chosen.
    pub chosen: bool,
}

/// What may be dropped from a search that finds nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drop {
    pub dropped: Dropped,
    pub count: usize,
    pub url: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropped {
    Words,
    Years,
    Filter(Filter),
}

/// A record that matches the words, in this list.
#[derive(Clone, Copy)]
struct Ranked {
    number: usize,
    groups: u8,
    score: f32,
}

impl Catalogue {
    /// Answers a search of studies or interventions. `matched` is what the index found for its
    /// words, where it has any.
    #[must_use]
    pub fn search(&self, search: &Search, matched: Option<&Matched>) -> Results<'_> {
        let ranked = matched.map(|matched| self.ranked(search.kind, matched));
        let base = self.base(search.kind, ranked.as_deref());
        let counted = match search.kind {
            Kind::Intervention => self.count_interventions(search, &base),
            Kind::Study | Kind::Theme | Kind::Question | Kind::Page => {
                self.count_studies(search, &base)
            }
        };
        let Counted {
            hits,
            facets,
            years,
            mut drops,
        } = counted;
        let total = hits.count();
        if total > 0 {
            drops.clear();
        } else if !search.words.is_empty() {
            let without_words = search.with_words("");
            let count = self.search(&without_words, None).total;
            drops.push(Drop {
                dropped: Dropped::Words,
                count,
                url: without_words.url(),
            });
        }
        drops.retain(|drop| drop.count > 0);
        let groups = matched.map_or(0, |matched| matched.groups);
        let with_all_words = ranked.as_ref().filter(|_| groups > 1).map(|ranked| {
            let has_all = |record: &&Ranked| {
                usize::from(record.groups) >= groups && hits.contains(record.number)
            };
            ranked.iter().filter(has_all).count()
        });
        let skip = search.page.saturating_sub(1).saturating_mul(PAGE_SIZE);
        let ranked = ranked.as_deref().unwrap_or_default();
        let numbers = self.in_order(search, &hits, ranked, skip, PAGE_SIZE);
        Results {
            total,
            with_all_words,
            numbers,
            facets,
            years,
            drops,
        }
    }

    /// The catalogue numbers of all that a search finds, in its order, whatever its page.
    #[must_use]
    pub fn find(&self, search: &Search, matched: Option<&Matched>) -> Vec<usize> {
        let ranked = matched.map(|matched| self.ranked(search.kind, matched));
        let base = self.base(search.kind, ranked.as_deref());
        let hits = match search.kind {
            Kind::Intervention => self.count_interventions(search, &base).hits,
            Kind::Study | Kind::Theme | Kind::Question | Kind::Page => {
                self.count_studies(search, &base).hits
            }
        };
        let ranked = ranked.unwrap_or_default();
        self.in_order(search, &hits, &ranked, 0, usize::MAX)
    }

    /// What the words let through; everything where there are none.
    fn base(&self, kind: Kind, ranked: Option<&[Ranked]>) -> Bitset {
        let length = self.length(kind);
        let Some(ranked) = ranked else {
            return Bitset::full(length);
        };
        let mut set = Bitset::empty(length);
        for record in ranked {
            set.insert(record.number);
        }
        set
    }

    fn length(&self, kind: Kind) -> usize {
        match kind {
            Kind::Intervention => self.interventions().len(),
            Kind::Study | Kind::Theme | Kind::Question | Kind::Page => self.studies().len(),
        }
    }

    fn ranked(&self, kind: Kind, matched: &Matched) -> Vec<Ranked> {
        let in_list = |record: &MatchedRecord| {
            let number = match (self.number(record.id)?, kind) {
                (Number::Study(number), Kind::Study)
                | (Number::Intervention(number), Kind::Intervention) => number as usize,
                _ => return None,
            };
            Some(Ranked {
                number,
                groups: record.groups,
                score: record.score,
            })
        };
        matched.records.iter().filter_map(in_list).collect()
    }

    fn chosen_set(&self, facets: &Facets, search: &Search, filter: Filter) -> Option<Bitset> {
        let codes: Vec<u16> = search
            .chosen(filter)
            .iter()
            .filter_map(|slug| self.filter_value(filter, slug))
            .map(|value| value.code)
            .collect();
        facets.any_of(filter, &codes)
    }

    fn count_studies(&self, search: &Search, base: &Bitset) -> Counted<'_> {
        let filters = Filter::OF_STUDIES;
        let mut chosen: Vec<_> = filters
            .iter()
            .map(|filter| self.chosen_set(&self.study_facets, search, *filter))
            .collect();
        chosen.push(self.studies_between(search.from, search.to));
        let sets = Intersections::new(base, &chosen);
        let facets = filters
            .iter()
            .enumerate()
            .map(|(place, filter)| {
                let among = sets.without(place);
                self.facet(search, *filter, &self.study_facets, |code| {
                    self.study_facets
                        .set(*filter, code)
                        .map_or(0, |set| set.count_shared(among))
                })
            })
            .collect();
        let among = sets.without(filters.len());
        let years = self.year_counts(search, |_, range| among.count_range(range.start, range.end));
        let drops = drops(search, &filters, |place| sets.without(place).count());
        Counted {
            hits: sets.all,
            facets,
            years,
            drops,
        }
    }

    /// An intervention answers some filters by itself and the others through its studies, of which
    /// a single one must satisfy them all.
    fn count_interventions(&self, search: &Search, base: &Bitset) -> Counted<'_> {
        let filters = Filter::ALL;
        let (through, own): (Vec<Filter>, Vec<Filter>) = filters
            .iter()
            .partition(|filter| filter.is_answered_by_studies());

        let mut chosen: Vec<_> = through
            .iter()
            .map(|filter| self.chosen_set(&self.study_facets, search, *filter))
            .collect();
        chosen.push(self.studies_between(search.from, search.to));
        let asks_studies = chosen.iter().filter(|set| set.is_some()).count();
        let studies = Intersections::new(&Bitset::full(self.studies().len()), &chosen);

        // Interventions with a suitable study; all where nothing is asked of studies.
        let suitable = |studies: &Bitset, is_asked: bool| {
            let mut set = base.clone();
            if is_asked {
                let mut any = Bitset::empty(base_length(self));
                for (number, linked) in self.links().iter().enumerate() {
                    if linked.iter().any(|study| studies.contains(*study as usize)) {
                        any.insert(number);
                    }
                }
                set.intersect(&any);
            }
            set
        };
        let base_with_study = suitable(&studies.all, asks_studies > 0);

        let own_chosen: Vec<_> = own
            .iter()
            .map(|filter| self.chosen_set(&self.intervention_facets, search, *filter))
            .collect();
        let sets = Intersections::new(&base_with_study, &own_chosen);
        let mut own_only = base.clone();
        for set in own_chosen.iter().flatten() {
            own_only.intersect(set);
        }

        let facets = filters
            .iter()
            .map(|filter| {
                if let Some(place) = own.iter().position(|own| own == filter) {
                    let among = sets.without(place);
                    return self.facet(search, *filter, &self.intervention_facets, |code| {
                        self.intervention_facets
                            .set(*filter, code)
                            .map_or(0, |set| set.count_shared(among))
                    });
                }
                let place = through
                    .iter()
                    .position(|own| own == filter)
                    .unwrap_or_default();
                let counts = count_through_studies(
                    &own_only,
                    self.links(),
                    studies.without(place),
                    self.code_count(),
                    self.column(*filter),
                );
                self.facet(search, *filter, &self.study_facets, |code| {
                    counts[usize::from(code)]
                })
            })
            .collect();

        let by_year = count_through_studies(
            &own_only,
            self.links(),
            studies.without(through.len()),
            self.years().len(),
            self.year_column(),
        );
        let years = self.year_counts(search, |place, _| by_year[place]);

        let mut drops = drops(search, &own, |place| sets.without(place).count());
        let drop_of_studies = |place: usize| {
            let mut left = suitable(studies.without(place), asks_studies > 1);
            left.intersect(&own_only);
            left.count()
        };
        let through_drops = self::drops(search, &through, drop_of_studies);
        drops.extend(through_drops);
        Counted {
            hits: sets.all,
            facets,
            years,
            drops,
        }
    }

    fn facet(
        &self,
        search: &Search,
        filter: Filter,
        facets: &Facets,
        count: impl Fn(u16) -> usize,
    ) -> Facet<'_> {
        let values = self
            .filter_values(filter)
            .iter()
            .filter_map(|value| {
                let chosen = search.has_chosen(filter, &value.slug);
                // A state that no record is in is no value of the filter.
                let is_state = matches!(value.slug.as_str(), NOT_REPORTED | NOT_APPLICABLE);
                if is_state && !chosen && facets.set(filter, value.code).is_none() {
                    return None;
                }
                let count = count(value.code);
                Some(FacetValue {
                    slug: &value.slug,
                    label: &value.label,
                    count,
                    chosen,
                })
            })
            .collect();
        Facet { filter, values }
    }

    /// Every year from the first to the last that has studies, oldest first.
    fn year_counts(
        &self,
        search: &Search,
        count: impl Fn(usize, &std::ops::Range<usize>) -> usize,
    ) -> Vec<YearCount> {
        self.years()
            .iter()
            .enumerate()
            .rev()
            .map(|(place, (year, range))| YearCount {
                year: *year,
                count: count(place, range),
                chosen: search.from.is_none_or(|from| *year >= from)
                    && search.to.is_none_or(|to| *year <= to),
            })
            .collect()
    }

    fn in_order(
        &self,
        search: &Search,
        hits: &Bitset,
        ranked: &[Ranked],
        skip: usize,
        count: usize,
    ) -> Vec<usize> {
        match (search.sort(), search.kind) {
            (Sort::Best, _) => best(hits, ranked, skip, count),
            (Sort::Title, Kind::Intervention) => hits.slice(skip, count),
            (Sort::Title, _) => self
                .studies_by_title()
                .iter()
                .map(|number| *number as usize)
                .filter(|number| hits.contains(*number))
                .skip(skip)
                .take(count)
                .collect(),
            (sort @ (Sort::Newest | Sort::Oldest), Kind::Intervention) => {
                let mut numbers: Vec<_> = hits.iter().collect();
                // Links are ordered by year, newest first; without studies comes last.
                let key = |number: &usize| {
                    let links = &self.links()[*number];
                    match sort {
                        Sort::Oldest => links.last().map_or(u32::MAX, |study| u32::MAX - 1 - study),
                        _ => links.first().map_or(u32::MAX, |study| *study),
                    }
                };
                numbers.sort_by_key(key);
                numbers.into_iter().skip(skip).take(count).collect()
            }
            (Sort::Newest, _) => hits.slice(skip, count),
            (Sort::Oldest, _) => hits.slice_reversed(skip, count),
        }
    }
}

fn base_length(catalogue: &Catalogue) -> usize {
    catalogue.interventions().len()
}

/// All words first, then some; the better match first; then the newer record.
fn best(hits: &Bitset, ranked: &[Ranked], skip: usize, count: usize) -> Vec<usize> {
    let mut hits: Vec<Ranked> = ranked
        .iter()
        .filter(|record| hits.contains(record.number))
        .copied()
        .collect();
    let order = |a: &Ranked, b: &Ranked| -> Ordering {
        b.groups
            .cmp(&a.groups)
            .then(b.score.total_cmp(&a.score))
            .then(a.number.cmp(&b.number))
    };
    // Only what is shown, and what comes before it, needs sorting.
    let end = skip.saturating_add(count);
    if end < hits.len() {
        hits.select_nth_unstable_by(end, order);
        hits.truncate(end);
    }
    hits.sort_unstable_by(order);
    hits.into_iter()
        .skip(skip)
        .map(|record| record.number)
        .collect()
}

struct Counted<'a> {
    hits: Bitset,
    facets: Vec<Facet<'a>>,
    years: Vec<YearCount>,
    drops: Vec<Drop>,
}

/// What dropping each filter that selects something would give. `left` counts without the filter
/// at a place; the years, if the filters share it, stand after the last.
fn drops(search: &Search, filters: &[Filter], left: impl Fn(usize) -> usize) -> Vec<Drop> {
    let mut drops: Vec<Drop> = filters
        .iter()
        .enumerate()
        .filter(|(_, filter)| !search.chosen(**filter).is_empty())
        .map(|(place, filter)| Drop {
            dropped: Dropped::Filter(*filter),
            count: left(place),
            url: search.without(*filter).url(),
        })
        .collect();
    let shares_years = filters.contains(&Filter::Origin);
    if search.has_years() && shares_years {
        drops.push(Drop {
            dropped: Dropped::Years,
            count: left(filters.len()),
            url: search.without_years().url(),
        });
    }
    drops
}
