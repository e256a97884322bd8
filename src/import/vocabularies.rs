//! Reading the vocabularies and synonyms that a source brings. They are few and read whole.

use std::collections::HashSet;

use serde_json::Value;

use crate::import::faults::{Fault, Faults};
use crate::import::fields::Fields;
use crate::import::folder::{SYNONYMS, Source, VOCABULARIES, of_file};
use crate::records::coding::{NOT_APPLICABLE, NOT_REPORTED};
use crate::records::slug::Slug;
use crate::search::cards::ANY;
use crate::vocabularies::synonyms::Synonyms;
use crate::vocabularies::vocabulary::{Entry, TermList, Vocabulary};

/// Values that every filter has beside its terms.
const RESERVED: [&str; 3] = [ANY, NOT_REPORTED, NOT_APPLICABLE];

/// The vocabularies of a source, as far as they are sound; none when it brings none.
#[must_use]
pub fn read_vocabularies(source: &Source, faults: &mut Faults) -> Option<Vec<TermList>> {
    let mut lists = Vec::new();
    for (number, value) in read_array(source, VOCABULARIES, faults)?
        .into_iter()
        .enumerate()
    {
        let name = value
            .get("slug")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let record = format!("vocabulary {} \"{name}\"", number + 1);
        if let Value::Object(values) = value {
            let mut fields = Fields::new(values, VOCABULARIES, &record, faults);
            lists.extend(term_list(&mut fields));
            fields.finish();
        } else {
            faults.push(fault(VOCABULARIES, record, "is not a JSON object"));
        }
    }
    Some(lists)
}

fn term_list(fields: &mut Fields<'_>) -> Option<TermList> {
    let slug = fields.required("slug", |fields| {
        fields.known(
            "slug",
            "one of the vocabularies that records are tagged with",
            |text| {
                let is_known = Vocabulary::ALL
                    .iter()
                    .any(|vocabulary| vocabulary.slug() == text);
                Slug::parse(text).filter(|_| is_known)
            },
        )
    });
    let label = fields.required_text("label");
    let scope_note = fields.text("scope_note").unwrap_or_default();
    let mut seen = HashSet::new();
    let terms = fields.objects("terms", |fields| {
        let slug = fields.required("slug", |fields| {
            fields.known("slug", "a slug that no filter uses already", |text| {
                Slug::parse(text).filter(|_| !RESERVED.contains(&text))
            })
        });
        let label = fields.required_text("label");
        let scope_note = fields.text("scope_note").unwrap_or_default();
        let slug = slug?;
        if !seen.insert(slug.clone()) {
            fields.fault(
                "slug",
                format!("\"{slug}\" stands in this vocabulary already"),
            );
        }
        (!label.is_empty()).then_some(Entry {
            slug,
            label,
            scope_note,
        })
    });
    let slug = slug.filter(|_| !label.is_empty())?;
    Some(TermList {
        slug,
        label,
        scope_note,
        terms,
    })
}

/// The synonyms of a source, as far as they are sound; none when it brings none.
#[must_use]
pub fn read_synonyms(source: &Source, faults: &mut Faults) -> Option<Synonyms> {
    let mut groups = Vec::new();
    for (number, value) in read_array(source, SYNONYMS, faults)?
        .into_iter()
        .enumerate()
    {
        let words = value
            .as_array()
            .map(|items| items.iter().map(words_of).collect());
        if let Some(Some(words)) = words {
            groups.push(words);
        } else {
            let record = format!("group {}", number + 1);
            faults.push(fault(
                SYNONYMS,
                record,
                "is not a list of words and phrases",
            ));
        }
    }
    Some(Synonyms::new(groups))
}

fn words_of(value: &Value) -> Option<String> {
    value
        .as_str()
        .map(|words| words.trim().to_lowercase())
        .filter(|words| !words.is_empty())
}

fn read_array(source: &Source, name: &str, faults: &mut Faults) -> Option<Vec<Value>> {
    let result = match source.open(name) {
        Ok(None) => return None,
        Ok(Some(reader)) => serde_json::from_reader(reader).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    result
        .map_err(|message| faults.push(of_file(name, message)))
        .ok()
}

fn fault(file: &str, record: String, message: &str) -> Fault {
    Fault {
        file: file.to_owned(),
        record: Some(record),
        field: None,
        message: message.to_owned(),
    }
}
