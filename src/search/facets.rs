//! Counting: for each value of a filter, how many records it would give without that filter's own
//! selection. One bitset per value; filters are intersected, values of one filter united.

use crate::search::bitset::Bitset;
use crate::search::cards::Values;
use crate::search::filter::Filter;

/// The records of one list by the values of its filters, and studies by their years.
#[derive(Clone, Debug)]
pub struct Facets {
    length: usize,
    /// By filter, then by code; a code that no record has may be beyond the end.
    sets: Vec<Vec<Option<Bitset>>>,
}

impl Facets {
    pub fn new<'a>(length: usize, cards: impl Iterator<Item = &'a Values>) -> Self {
        let mut sets: Vec<Vec<Option<Bitset>>> = vec![Vec::new(); Filter::ALL.len()];
        for (number, values) in cards.enumerate() {
            for filter in Filter::ALL {
                for code in values.of(filter) {
                    let code = usize::from(*code);
                    let by_code = &mut sets[filter as usize];
                    if by_code.len() <= code {
                        by_code.resize(code + 1, None);
                    }
                    by_code[code]
                        .get_or_insert_with(|| Bitset::empty(length))
                        .insert(number);
                }
            }
        }
        Self { length, sets }
    }

    #[must_use]
    pub fn set(&self, filter: Filter, code: u16) -> Option<&Bitset> {
        self.sets[filter as usize].get(usize::from(code))?.as_ref()
    }

    /// The records that have any of these values; `None` when there is no selection to satisfy.
    #[must_use]
    pub fn any_of(&self, filter: Filter, codes: &[u16]) -> Option<Bitset> {
        if codes.is_empty() {
            return None;
        }
        let mut union = Bitset::empty(self.length);
        for set in codes.iter().filter_map(|code| self.set(filter, *code)) {
            union.unite(set);
        }
        Some(union)
    }
}

/// The intersection of what several filters let through, whole and without each one of them.
pub struct Intersections {
    pub all: Bitset,
    without: Vec<Option<Bitset>>,
}

impl Intersections {
    /// `base` is what holds whatever is filtered: everything, or the records that match the words.
    #[must_use]
    pub fn new(base: &Bitset, chosen: &[Option<Bitset>]) -> Self {
        let intersect_except = |skipped: Option<usize>| {
            let mut result = base.clone();
            for (place, set) in chosen.iter().enumerate() {
                if let Some(set) = set.as_ref().filter(|_| Some(place) != skipped) {
                    result.intersect(set);
                }
            }
            result
        };
        let without = chosen
            .iter()
            .enumerate()
            .map(|(place, set)| set.as_ref().map(|_| intersect_except(Some(place))))
            .collect();
        Self {
            all: intersect_except(None),
            without,
        }
    }

    /// The intersection without the filter at `place`; the whole where it selects nothing.
    #[must_use]
    pub fn without(&self, place: usize) -> &Bitset {
        self.without[place].as_ref().unwrap_or(&self.all)
    }
}

/// The values of one filter for every record of a list, side by side in memory: following a card
/// for each of a hundred thousand links would wait for memory each time.
#[derive(Clone, Debug, Default)]
pub struct Column {
    codes: Vec<u16>,
    /// Where each record's values end.
    ends: Vec<u32>,
}

impl Column {
    pub fn new<'a>(values: impl Iterator<Item = &'a [u16]>) -> Self {
        let mut column = Self::default();
        for own in values {
            column.codes.extend_from_slice(own);
            column
                .ends
                .push(u32::try_from(column.codes.len()).unwrap_or(u32::MAX));
        }
        column
    }

    fn of(&self, number: usize) -> &[u16] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.codes[start as usize..self.ends[number] as usize]
    }
}

/// Counts interventions by something that their studies have.
///
/// For each intervention of `base`, every value that one of its studies within `studies` has
/// counts once. The result has a count for each value below `length`.
#[must_use]
pub fn count_through_studies(
    base: &Bitset,
    links: &[Box<[u32]>],
    studies: &Bitset,
    length: usize,
    column: &Column,
) -> Vec<usize> {
    let mut counts = vec![0; length];
    let mut last_seen = vec![usize::MAX; length];
    for intervention in base.iter() {
        for study in links[intervention].iter().map(|number| *number as usize) {
            if studies.contains(study) {
                for value in column.of(study).iter().map(|value| usize::from(*value)) {
                    if last_seen[value] != intervention {
                        last_seen[value] = intervention;
                        counts[value] += 1;
                    }
                }
            }
        }
    }
    counts
}
