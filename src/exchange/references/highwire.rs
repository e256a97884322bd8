//! Highwire Press tags (`citation_*`) for the head of a page, as Zotero and Google Scholar read
//! them. Which tag is present decides the type of the work and the last one wins, so there is
//! exactly one that does.

use crate::exchange::references::coins::without_comma;
use crate::exchange::references::entry::Entry;
use crate::exchange::references::ris::first_and_last;
use crate::import::references::PublicationKind;
use crate::studies::bibliography::Author;

const NOT_REPORTED: &str = "Not reported";

/// Names and contents of the tags, in order.
#[must_use]
pub fn tags(entry: &Entry) -> Vec<(&'static str, String)> {
    let reference = &entry.reference;
    let container = reference.container_title.as_ref();
    let publisher = reference.publisher.as_ref();
    let mut tags = Tags(vec![("citation_title", reference.title.clone())]);
    for author in &reference.authors {
        let name = match author {
            Author::Person { family, given } => format!("{family}, {given}"),
            Author::Corporate(name) => without_comma(name),
        };
        tags.0.push(("citation_author", name));
    }
    tags.add(
        "citation_publication_date",
        reference.year.map(|year| year.to_string()).as_ref(),
    );
    let corporate_author = reference.authors.iter().find_map(|author| match author {
        Author::Corporate(name) => Some(without_comma(name)),
        Author::Person { .. } => None,
    });
    match reference.kind {
        Some(PublicationKind::JournalArticle) => tags.decide("citation_journal_title", container),
        Some(PublicationKind::BookChapter) => tags.decide("citation_inbook_title", container),
        Some(PublicationKind::ConferencePaper) => {
            tags.decide("citation_conference_title", container);
        }
        Some(PublicationKind::Thesis) => {
            tags.decide("citation_dissertation_institution", publisher);
        }
        Some(PublicationKind::Report | PublicationKind::WorkingPaper) | None => {
            let body = publisher.or(container).or(corporate_author.as_ref());
            tags.decide("citation_technical_report_institution", body);
            tags.add("citation_series_title", container);
            tags.add("citation_technical_report_number", reference.issue.as_ref());
        }
        // Books have no tag of their own: readers go by an ISBN, which is not kept here.
        Some(PublicationKind::Book) => {
            tags.decide("citation_book_title", Some(&reference.title));
        }
    }
    let is_in_print = matches!(
        reference.kind,
        Some(
            PublicationKind::JournalArticle
                | PublicationKind::Book
                | PublicationKind::BookChapter
                | PublicationKind::ConferencePaper
        )
    );
    if is_in_print {
        tags.add("citation_publisher", publisher);
        tags.add("citation_issue", reference.issue.as_ref());
    }
    tags.add("citation_volume", reference.volume.as_ref());
    if let Some((first, last)) = reference.pages.as_deref().map(first_and_last) {
        tags.add("citation_firstpage", Some(&first.to_owned()));
        tags.add("citation_lastpage", last.map(str::to_owned).as_ref());
    }
    tags.add("citation_doi", reference.doi.as_ref());
    tags.add("citation_public_url", reference.url.as_ref());
    tags.add("citation_abstract", reference.abstract_text.as_ref());
    tags.add("citation_keywords", Some(&reference.keywords.join("; ")));
    tags.0
}

struct Tags(Vec<(&'static str, String)>);

impl Tags {
    /// A tag, unless there is nothing to say.
    fn add(&mut self, name: &'static str, value: Option<&String>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.0.push((name, value.clone()));
        }
    }

    /// The tag that decides the type. One without content decides nothing, so where nothing is known
    /// of what it names, that is what it says.
    fn decide(&mut self, name: &'static str, value: Option<&String>) {
        let value = value.filter(|value| !value.is_empty());
        let value = value.map_or(NOT_REPORTED, String::as_str);
        self.0.push((name, value.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::references::Reference;

    #[test]
    fn exactly_one_tag_decides_the_type() {
        const DECISIVE: [&str; 8] = [
            "citation_journal_title",
            "citation_technical_report_institution",
            "citation_conference_title",
            "citation_conference",
            "citation_book_title",
            "citation_inbook_title",
            "citation_dissertation_institution",
            "citation_isbn",
        ];
        let kinds = PublicationKind::ALL.into_iter().map(Some).chain([None]);
        for kind in kinds {
            let entry = Entry {
                key: "x".to_owned(),
                reference: Reference {
                    title: "An example".to_owned(),
                    kind,
                    container_title: Some("Examples".to_owned()),
                    publisher: Some("A house".to_owned()),
                    ..Reference::default()
                },
                date: None,
            };
            let tags = tags(&entry);
            let decisive = tags.iter().filter(|(name, _)| DECISIVE.contains(name));
            assert_eq!(decisive.count(), 1, "{kind:?}: {tags:?}");
        }
    }
}
