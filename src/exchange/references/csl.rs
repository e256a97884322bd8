//! References as CSL-JSON items (<https://docs.citationstyles.org>). A file of them is an array.
//! Only keys of the schema occur, which allows no others.

use serde_json::{Map, Value, json};

use crate::exchange::references::entry::Entry;
use crate::import::references::{PublicationKind, joined_keywords};
use crate::studies::bibliography::Author;

#[must_use]
pub fn write(entry: &Entry) -> Value {
    let reference = &entry.reference;
    let code = code(entry);
    let mut item = Map::new();
    let mut put = |key: &str, value: Value| {
        item.insert(key.to_owned(), value);
    };
    put("id", json!(entry.key));
    put("type", json!(code));
    put("title", json!(reference.title));
    if !reference.authors.is_empty() {
        put("author", reference.authors.iter().map(name).collect());
    }
    if let Some(date) = entry.date {
        let parts = [
            i32::from(date.year()),
            date.month().into(),
            date.day().into(),
        ];
        put("issued", json!({"date-parts": [parts]}));
    } else if let Some(year) = reference.year {
        put("issued", json!({"date-parts": [[year]]}));
    }
    match reference.kind {
        Some(PublicationKind::WorkingPaper) => put("genre", json!("Working paper")),
        Some(PublicationKind::Thesis) => put("genre", json!("Thesis")),
        _ => {}
    }
    for (key, value) in [
        (container_key(code), &reference.container_title),
        ("publisher", &reference.publisher),
        ("volume", &reference.volume),
        (number_key(code), &reference.issue),
        ("page", &reference.pages),
        ("DOI", &reference.doi),
        ("URL", &reference.url),
        ("abstract", &reference.abstract_text),
        ("language", &reference.language),
        ("note", &reference.note),
    ] {
        if let Some(value) = value {
            put(key, json!(value));
        }
    }
    if !reference.keywords.is_empty() {
        put("keyword", json!(joined_keywords(&reference.keywords)));
    }
    Value::Object(item)
}

fn code(entry: &Entry) -> &'static str {
    match entry.reference.kind {
        Some(PublicationKind::JournalArticle) => "article-journal",
        Some(PublicationKind::Book) => "book",
        Some(PublicationKind::BookChapter) => "chapter",
        Some(PublicationKind::Report | PublicationKind::WorkingPaper) => "report",
        Some(PublicationKind::ConferencePaper) => "paper-conference",
        Some(PublicationKind::Thesis) => "thesis",
        None if entry.is_page() => "webpage",
        None => "document",
    }
}

/// What a report, a book or a thesis stands in is its series.
fn container_key(code: &str) -> &'static str {
    match code {
        "report" | "book" | "thesis" => "collection-title",
        _ => "container-title",
    }
}

fn number_key(code: &str) -> &'static str {
    if code == "report" { "number" } else { "issue" }
}

/// Small words within a family name ("de Example") are a particle that never drops.
fn name(author: &Author) -> Value {
    let (family, given) = match author {
        Author::Corporate(name) => return json!({"literal": name}),
        Author::Person { family, given } => (family, given),
    };
    let has_small_word = family
        .split(' ')
        .any(|word| word.starts_with(char::is_lowercase));
    match family.rsplit_once(' ').filter(|_| has_small_word) {
        Some((particle, family)) => {
            json!({"family": family, "given": given, "non-dropping-particle": particle})
        }
        None => json!({"family": family, "given": given}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::references::Reference;

    #[test]
    fn a_working_paper_has_keys_of_the_schema_only() {
        let reference = Reference {
            title: "An example study".to_owned(),
            authors: vec![
                Author::Person {
                    family: "de Example".to_owned(),
                    given: "Ann".to_owned(),
                },
                Author::Corporate("Sample, Inc.".to_owned()),
            ],
            year: Some(2011),
            kind: Some(PublicationKind::WorkingPaper),
            container_title: Some("Example Papers".to_owned()),
            issue: Some("7".to_owned()),
            keywords: vec!["a".to_owned(), "b".to_owned()],
            ..Reference::default()
        };
        let expected = json!({
            "id": "example-2011",
            "type": "report",
            "genre": "Working paper",
            "title": "An example study",
            "author": [
                {"family": "Example", "given": "Ann", "non-dropping-particle": "de"},
                {"literal": "Sample, Inc."},
            ],
            "issued": {"date-parts": [[2011]]},
            "collection-title": "Example Papers",
            "number": "7",
            "keyword": "a; b",
        });
        let entry = Entry {
            key: "example-2011".to_owned(),
            reference,
            date: None,
        };
        assert_eq!(write(&entry), expected);
    }
}
