//! A reference as the draft of a study, and merged into one that exists.

use crate::import::references::Reference;
use crate::records::coding::Coding;
use crate::records::fields::fields;
use crate::records::form::RecordForm;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::studies::bibliography::Author;
use crate::studies::study::Study;
use crate::vocabularies::vocabulary::{Vocabularies, Vocabulary};

/// The fields that a reference knows of a study, by their keys in JSON.
pub const FIELDS: [&str; 11] = [
    "title",
    "authors",
    "year",
    "publication_type",
    "container_title",
    "publisher",
    "volume",
    "issue",
    "pages",
    "doi",
    "url",
];

/// What curators call a field.
#[must_use]
pub fn label(field: &str) -> &'static str {
    fields(Kind::Study)
        .iter()
        .find(|known| known.name == field)
        .map_or("", |known| known.label)
}

/// A draft with what the reference says. Abstracts and keywords are other people's words and stay
/// behind.
#[must_use]
pub fn study(reference: &Reference, known: &Vocabularies, note: &str) -> Study {
    let mut study = Study {
        editor_note: Some(note.to_owned()),
        ..Study::blank()
    };
    for field in FIELDS {
        take(&mut study, reference, field, known);
    }
    study
}

/// Takes a field over from a reference, if the reference has it.
pub fn take(study: &mut Study, reference: &Reference, field: &str, known: &Vocabularies) {
    let over = |own: &mut Option<String>, theirs: &Option<String>| {
        if theirs.is_some() {
            own.clone_from(theirs);
        }
    };
    match field {
        "title" if !reference.title.is_empty() => study.title.clone_from(&reference.title),
        "authors" if !reference.authors.is_empty() => {
            study.authors.clone_from(&reference.authors);
        }
        "year" => study.year = reference.year.unwrap_or(study.year),
        "publication_type" => {
            let term = reference.kind.and_then(|kind| Slug::parse(kind.slug()));
            let term = term.filter(|term| known.contains(Vocabulary::PublicationType, term));
            if let Some(term) = term {
                study.publication_type = Coding::Coded(term);
            }
        }
        "container_title" => over(&mut study.container_title, &reference.container_title),
        "publisher" => over(&mut study.publisher, &reference.publisher),
        "volume" => over(&mut study.volume, &reference.volume),
        "issue" => over(&mut study.issue, &reference.issue),
        "pages" => over(&mut study.pages, &reference.pages),
        "doi" => over(&mut study.doi, &reference.doi),
        "url" => over(&mut study.url, &reference.url),
        _ => {}
    }
}

/// A field in words; empty when there is nothing.
#[must_use]
pub fn said(study: &Study, field: &str, known: &Vocabularies) -> String {
    let text = |own: &Option<String>| own.clone().unwrap_or_default();
    match field {
        "title" => study.title.clone(),
        "authors" => {
            let names: Vec<_> = study.authors.iter().map(Author::full_name).collect();
            names.join("; ")
        }
        "year" if study.year != 0 => study.year.to_string(),
        "publication_type" => study
            .publication_type
            .coded()
            .map(|term| known.label(Vocabulary::PublicationType, term).to_owned())
            .unwrap_or_default(),
        "container_title" => text(&study.container_title),
        "publisher" => text(&study.publisher),
        "volume" => text(&study.volume),
        "issue" => text(&study.issue),
        "pages" => text(&study.pages),
        "doi" => text(&study.doi),
        "url" => text(&study.url),
        _ => String::new(),
    }
}

/// The fields that a study lacks and a reference has.
#[must_use]
pub fn lacking(study: &Study, reference: &Reference, known: &Vocabularies) -> Vec<&'static str> {
    let theirs = self::study(reference, known, "");
    FIELDS
        .into_iter()
        .filter(|field| {
            said(study, field, known).is_empty() && !said(&theirs, field, known).is_empty()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::references::PublicationKind;

    fn reference() -> Reference {
        Reference {
            title: "An example".into(),
            authors: vec![Author::Person {
                family: "Van Example".into(),
                given: "Ann".into(),
            }],
            year: Some(2011),
            kind: Some(PublicationKind::Report),
            publisher: Some("The Example Press".into()),
            ..Reference::default()
        }
    }

    #[test]
    fn a_merge_fills_what_is_empty_and_nothing_else() {
        let known = Vocabularies::default();
        let mut study = study(&reference(), &known, "");
        assert_eq!(study.proposed_slug().unwrap().as_str(), "van-example-2011");
        let other = Reference {
            title: "Another title".into(),
            doi: Some("10.1000/1".into()),
            ..Reference::default()
        };
        assert_eq!(lacking(&study, &other, &known), ["doi"]);
        take(&mut study, &other, "doi", &known);
        assert_eq!(study.doi.as_deref(), Some("10.1000/1"));
        assert_eq!(study.title, "An example");
        take(&mut study, &other, "year", &known);
        assert_eq!(study.year, 2011);
    }
}
