//! BibTeX and BibLaTeX (<https://www.bibtex.org/Format/>; names after Nicolas Markey, "Tame the
//! `BeaST`"). A reader of our own: biblatex 0.12.0 overflows the stack on nested commands and on
//! `@string`s that name each other, which aborts the server; it loses an entry over a lone `$`, an
//! undefined abbreviation, parentheses around an entry or a quotation mark in braces. Here an
//! entry is cut out first ([`entries`]), then its fields ([`fields`]), then LaTeX is decoded
//! ([`latex`]), each in one pass without recursion.

mod entries;
mod fields;
mod latex;
mod people;

use super::collector::{Collector, Lines};
use super::{PublicationKind, Read, Reference, kinds, text, values};
use entries::{Entries, Piece};
use fields::{Abbreviations, Fields};

#[must_use]
pub fn read(text: &str) -> Read {
    let mut collector = Collector::default();
    let mut lines = Lines::of(text);
    let mut abbreviations = Abbreviations::for_file_of(text.len());
    for Piece { start, kind, body } in Entries::of(text) {
        let line = lines.at(start);
        let kind = kind.to_ascii_lowercase();
        match (kind.as_str(), body) {
            ("comment" | "preamble", _) => {}
            ("string", Ok(body)) => abbreviations.define(&body),
            (_, Ok(_)) if collector.is_full() => collector.broken(line, ""),
            (_, Ok(body)) => {
                let mut remarks = Vec::new();
                let fields = Fields::read(&body, &mut abbreviations, &mut remarks);
                let reference = reference(&kind, &fields, &mut remarks);
                collector.found(line, reference, remarks);
            }
            (_, Err(message)) => collector.broken(line, message),
        }
    }
    collector.finish()
}

/// Whether a line is one that entries begin with.
pub fn begins_entry(line: &str) -> bool {
    entries::head(line).is_some()
}

fn reference(kind: &str, fields: &Fields, remarks: &mut Vec<String>) -> Reference {
    let words = fields.text(&["type"]).unwrap_or_default();
    let date = fields.text(&["year", "date"]).unwrap_or_default();
    let how = fields.verbatim(&["howpublished"]);
    let how = how.filter(|how| how.contains("://"));
    Reference {
        title: title(fields),
        authors: fields.people(remarks),
        year: values::year(&date, remarks),
        kind: kind_of(kind, &words),
        container_title: fields.text(&[
            "journal",
            "journaltitle",
            "booktitle",
            "maintitle",
            "series",
        ]),
        publisher: fields.text(&["publisher", "institution", "school", "organization"]),
        volume: fields.text(&["volume"]),
        issue: fields.text(&["number", "issue"]),
        pages: fields.text(&["pages"]),
        doi: fields.verbatim(&["doi"]),
        url: fields.verbatim(&["url"]).or(how),
        abstract_text: fields.text(&["abstract"]),
        keywords: fields
            .text(&["keywords"])
            .map_or_else(Vec::new, |words| values::keyword_list(&words)),
        language: fields.text(&["language", "langid"]),
        note: fields.text(&["note", "annote"]),
        identifier: Some(text::clean(fields.key())),
    }
}

/// BibLaTeX keeps the part after the colon in a field of its own.
fn title(fields: &Fields) -> String {
    let title = fields.text(&["title"]).unwrap_or_default();
    match fields.text(&["subtitle"]) {
        Some(subtitle) if !title.is_empty() => format!("{title}: {subtitle}"),
        _ => title,
    }
}

fn kind_of(kind: &str, words: &str) -> Option<PublicationKind> {
    match kind {
        "article" | "periodical" | "suppperiodical" => Some(PublicationKind::JournalArticle),
        "book" | "mvbook" | "booklet" | "collection" | "mvcollection" | "proceedings" => {
            Some(PublicationKind::Book)
        }
        "inbook" | "incollection" | "bookinbook" | "suppbook" | "suppcollection" => {
            Some(PublicationKind::BookChapter)
        }
        "inproceedings" | "conference" => Some(PublicationKind::ConferencePaper),
        "phdthesis" | "mastersthesis" | "thesis" => Some(PublicationKind::Thesis),
        "techreport" | "report" if kinds::is_working_paper(words) => {
            Some(PublicationKind::WorkingPaper)
        }
        "techreport" | "report" | "manual" => Some(PublicationKind::Report),
        "unpublished" => Some(PublicationKind::WorkingPaper),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
