//! What is written can be read: every format gives back the reference it was given.

use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::entry::Entry;
use super::{bibtex, csl, ris};
use crate::import::references::{Format, PublicationKind, Reference, read};
use crate::studies::bibliography::Author;

/// Text with whatever the formats give a meaning to, and any other characters.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z]{1,8}",
        2 => " |, |; |-|--|—|'|''|``|\"|&|%|\\$|#|_|~|\\^",
        1 => select(vec![
            "{", "}", "\\", "\\{", "{{", "\n", "\r\n", "@article{", "\nER  - ", "\nTY  - ", "&amp;", "&lt;i&gt;",
            "<i>", "</i>", " and ", "%K", "\\'e", "\\emph{", "$x$", "et al.", "é", "e\u{301}", "\u{200b}", "=", "//",
        ]).prop_map(str::to_owned),
        1 => "\\PC",
    ];
    prop::collection::vec(piece, 1..9).prop_map(|pieces| pieces.concat())
}

fn author() -> impl Strategy<Value = Author> {
    prop_oneof![
        ("[A-Z][a-z]{1,9}", "[A-Z][a-z]{1,9}|[A-Z]\\.")
            .prop_map(|(family, given)| Author::Person { family, given }),
        (text(), text()).prop_map(|(family, given)| Author::Person { family, given }),
        text().prop_map(Author::Corporate),
    ]
}

fn doi() -> impl Strategy<Value = String> {
    ("[0-9]{4,5}", "[a-zA-Z0-9()<>;:._/{}\\\\&%~-]{1,20}")
        .prop_map(|(registrant, name)| format!("10.{registrant}/{name}"))
}

fn url() -> impl Strategy<Value = String> {
    "https?://[a-z]{1,9}\\.org/[a-zA-Z0-9_~%&?=#{}\\\\$^-]{0,20}"
}

prop_compose! {
    /// A tidy reference with a title, which files cannot do without.
    fn reference()(
        (title, authors, year, kind, container_title, publisher) in (
            text(),
            prop::collection::vec(author(), 0..5),
            of(1000..=2999_i16),
            of(select(PublicationKind::ALL.to_vec())),
            of(text()),
            of(text()),
        ),
        (volume, issue, pages, doi, url) in (
            of(text()),
            of(prop_oneof![text(), Just("1234-5678".to_owned())]),
            of(prop_oneof![text(), Just("7-26".to_owned()), "[a-z]?[0-9]{1,3}-[0-9]{1,3}"]),
            of(doi()),
            of(url()),
        ),
        (abstract_text, keywords, language, note) in (
            of(text()),
            prop::collection::vec(text(), 0..4),
            of("[a-z]{2}"),
            of(text()),
        ),
    ) -> Reference {
        let title = format!("An example {title}");
        let identifier = Some("example-2011".to_owned());
        let given = Reference {
            title, authors, year, kind, container_title, publisher, volume, issue, pages, doi, url,
            abstract_text, keywords, language, note, identifier,
        };
        given.tidy(&mut Vec::new())
    }
}

fn entry(reference: &Reference) -> Entry {
    Entry {
        key: "example-2011".to_owned(),
        reference: reference.clone(),
        date: None,
    }
}

fn read_one(format: Format, text: &str) -> Reference {
    let read = read(format, text);
    assert_eq!(read.faults, [], "{text}");
    let [found] = read.references.try_into().expect("one reference");
    assert_eq!(found.remarks, Vec::<String>::new(), "{text}");
    found.reference
}

/// RIS has no way to write a comma within the name of a body.
fn without_commas_in_bodies(mut reference: Reference) -> Reference {
    for author in &mut reference.authors {
        if let Author::Corporate(name) = author {
            *name = name.replace(',', " ");
        }
    }
    reference.tidy(&mut Vec::new())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn tidying_twice_changes_nothing(reference in reference()) {
        prop_assert_eq!(reference.clone().tidy(&mut Vec::new()), reference);
    }

    #[test]
    fn ris_gives_back_what_it_was_given(reference in reference()) {
        let reference = without_commas_in_bodies(reference);
        let record = ris::write(&entry(&reference));
        prop_assert_eq!(read_one(Format::Ris, &record), reference, "{}", record);
    }

    #[test]
    fn bibtex_gives_back_what_it_was_given(reference in reference()) {
        let entry = bibtex::write(&entry(&reference));
        prop_assert_eq!(read_one(Format::BibTex, &entry), reference, "{}", entry);
    }

    #[test]
    fn csl_gives_back_what_it_was_given(reference in reference()) {
        let item = csl::write(&entry(&reference)).to_string();
        prop_assert_eq!(read_one(Format::CslJson, &item), reference, "{}", item);
    }
}
