//! What is chosen, in words: a chip for each value, and one sentence for all of it.

use crate::search::catalogue::Catalogue;
use crate::search::filter::Filter;
use crate::search::query::Search;

/// One chosen value, with the address that drops it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    pub filter: &'static str,
    pub value: String,
    pub url: String,
}

/// A stretch of the sentence; marked where it is the reader's choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub text: String,
    pub marked: bool,
}

#[must_use]
pub fn chips(search: &Search, catalogue: &Catalogue) -> Vec<Chip> {
    let mut chips = Vec::new();
    if !search.words.is_empty() {
        chips.push(Chip {
            filter: "Words",
            value: search.words.clone(),
            url: search.with_words("").url(),
        });
    }
    for filter in Filter::of(search.kind) {
        if *filter == Filter::Origin
            && let Some(years) = years(search)
        {
            chips.push(Chip {
                filter: "Years",
                value: years,
                url: search.without_years().url(),
            });
        }
        for value in search.chosen(*filter) {
            let label = catalogue
                .filter_value(*filter, value)
                .map_or(value.as_str(), |v| &v.label);
            chips.push(Chip {
                filter: filter.label(),
                value: label.to_owned(),
                url: search.without_value(*filter, value).url(),
            });
        }
    }
    chips
}

fn years(search: &Search) -> Option<String> {
    match (search.from, search.to) {
        (Some(from), Some(to)) if from == to => Some(from.to_string()),
        (Some(from), Some(to)) => Some(format!("{from} to {to}")),
        (Some(from), None) => Some(format!("{from} or later")),
        (None, Some(to)) => Some(format!("{to} or earlier")),
        (None, None) => None,
    }
}

/// "Studies that mention *texting*, about *Communications and Actions*, published *2010 to 2012*."
#[must_use]
pub fn sentence(search: &Search, catalogue: &Catalogue, heading: &str) -> Vec<Part> {
    let plain = |text: &str| Part {
        text: text.to_owned(),
        marked: false,
    };
    let marked = |text: &str| Part {
        text: text.to_owned(),
        marked: true,
    };
    let mut parts = vec![plain(heading)];
    let mut clauses = 0;
    let mut open = |parts: &mut Vec<Part>, phrase: &str| {
        let comma = if clauses == 0 { "" } else { "," };
        parts.push(plain(&format!("{comma} {phrase} ")));
        clauses += 1;
    };
    if !search.words.is_empty() {
        open(&mut parts, "that mention");
        parts.push(marked(&search.words));
    }
    for filter in Filter::of(search.kind) {
        if *filter == Filter::Origin
            && let Some(years) = years(search)
        {
            open(&mut parts, "published");
            parts.push(marked(&years));
        }
        let chosen = search.chosen(*filter);
        if chosen.is_empty() {
            continue;
        }
        open(&mut parts, filter.phrase());
        for (index, value) in chosen.iter().enumerate() {
            if index > 0 {
                parts.push(plain(if index + 1 == chosen.len() {
                    " or "
                } else {
                    ", "
                }));
            }
            let label = catalogue
                .filter_value(*filter, value)
                .map_or(value.as_str(), |v| &v.label);
            parts.push(marked(label));
        }
    }
    parts.push(plain("."));
    parts
}
