//! DOIs, one a line or anywhere in a text: what people paste.

use std::collections::HashMap;

use super::collector::{Collector, Lines};
use super::{Read, Reference};
use crate::studies::identifiers::{doi_key, dois, find_doi};

#[must_use]
pub fn read(text: &str) -> Read {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut found: Vec<(usize, String, usize)> = Vec::new();
    let mut lines = Lines::of(text);
    for (offset, doi) in dois(text) {
        let place = *places.entry(doi_key(&doi)).or_insert(found.len());
        match found.get_mut(place) {
            Some((_, _, times)) => *times += 1,
            None => found.push((lines.at(offset), doi, 1)),
        }
    }
    let mut collector = Collector::without_titles();
    for (line, doi, times) in found {
        let remarks = match times {
            1 => Vec::new(),
            _ => vec![format!("it was listed {times} times")],
        };
        let reference = Reference {
            doi: Some(doi),
            ..Reference::default()
        };
        collector.found(line, reference, remarks);
    }
    collector.finish()
}

/// Whether a text holds a DOI.
pub fn has_any(text: &str) -> bool {
    find_doi(text).is_some()
}

#[cfg(test)]
mod tests;
