//! DOIs, one a line or anywhere in a text: what people paste. The syntax is that of the DOI
//! Handbook (<https://www.doi.org/doi-handbook/HTML/>), `10.` registrant `/` name.

use std::collections::HashMap;

use super::collector::{Collector, Lines};
use super::{Read, Reference, addresses};

#[must_use]
pub fn read(text: &str) -> Read {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut found: Vec<(usize, &str, usize)> = Vec::new();
    let mut lines = Lines::of(text);
    for (offset, doi) in all(text) {
        // DOIs do not mind case.
        let place = *places.entry(doi.to_lowercase()).or_insert(found.len());
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
            doi: Some(doi.to_owned()),
            ..Reference::default()
        };
        collector.found(line, reference, remarks);
    }
    collector.finish()
}

/// Whether a text holds a DOI.
pub fn has_any(text: &str) -> bool {
    all(text).next().is_some()
}

/// Every DOI with its offset.
fn all(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    std::iter::from_fn(move || {
        while let Some(distance) = text[next..].find("10.") {
            let start = next + distance;
            next = start + 3;
            let is_inside_number =
                text[..start].ends_with(|before: char| before.is_ascii_digit() || before == '.');
            if is_inside_number {
                continue;
            }
            if let Some(doi) = addresses::doi_at_start(&text[start..]) {
                next = start + doi.len();
                return Some((start, doi));
            }
        }
        None
    })
}

#[cfg(test)]
mod tests;
