//! `COinS`: an `OpenURL` context object in a `span`, which reference managers find on a page
//! (ANSI/NISO Z39.88-2004; <https://en.wikipedia.org/wiki/COinS>).

use form_urlencoded::Serializer;

use crate::exchange::references::ris::first_and_last;
use crate::import::references::{PublicationKind, Reference};
use crate::studies::bibliography::Author;

/// The value of the span's `title`, still to be escaped for HTML.
#[must_use]
pub fn write(reference: &Reference) -> String {
    let Reference {
        title,
        authors,
        year,
        kind,
        container_title,
        publisher,
        volume,
        issue,
        pages,
        doi,
        url,
        ..
    } = reference;
    let mut pairs = Serializer::new(String::new());
    let mut add = |key: &str, value: &str| {
        if !value.is_empty() {
            pairs.append_pair(key, value);
        }
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (format, genre) = format(*kind);
    add("ctx_ver", "Z39.88-2004");
    add("rft_val_fmt", &format!("info:ofi/fmt:kev:mtx:{format}"));
    add("rft.genre", genre);
    match format {
        "journal" => {
            add("rft.atitle", title);
            add("rft.jtitle", &text(container_title));
        }
        "dissertation" => {
            add("rft.title", title);
            add("rft.inst", &text(publisher));
        }
        "dc" => {
            add("rft.type", "webpage");
            add("rft.title", title);
            add("rft.source", &text(container_title));
            add("rft.identifier", &text(url));
        }
        _ if is_part(*kind) => {
            add("rft.atitle", title);
            add("rft.btitle", &text(container_title));
        }
        _ => {
            add("rft.btitle", title);
            add("rft.series", &text(container_title));
        }
    }
    if !matches!(format, "journal" | "dissertation") {
        let key = if format == "dc" {
            "rft.publisher"
        } else {
            "rft.pub"
        };
        add(key, &text(publisher));
    }
    add(
        "rft.date",
        &year.map(|year| year.to_string()).unwrap_or_default(),
    );
    add("rft.volume", &text(volume));
    add("rft.issue", &text(issue));
    if let Some(pages) = pages {
        let (first, last) = first_and_last(pages);
        add("rft.spage", first);
        add("rft.epage", last.unwrap_or_default());
    }
    let key = if format == "dc" {
        "rft.creator"
    } else {
        "rft.au"
    };
    for author in authors {
        match author {
            Author::Person { family, given } => add(key, &format!("{family}, {given}")),
            Author::Corporate(name) => add(key, &without_comma(name)),
        }
    }
    match (doi, url) {
        (Some(doi), _) => add("rft_id", &format!("info:doi/{doi}")),
        (None, Some(url)) => add("rft_id", url),
        (None, None) => {}
    }
    pairs.finish()
}

/// A comma would make two people of a body.
#[must_use]
pub fn without_comma(name: &str) -> String {
    let words: Vec<_> = name.split(',').map(str::trim).collect();
    words.join(" ")
}

fn is_part(kind: Option<PublicationKind>) -> bool {
    matches!(
        kind,
        Some(PublicationKind::BookChapter | PublicationKind::ConferencePaper)
    )
}

/// The metadata format and the genre in it.
fn format(kind: Option<PublicationKind>) -> (&'static str, &'static str) {
    match kind {
        Some(PublicationKind::JournalArticle) => ("journal", "article"),
        Some(PublicationKind::Book) => ("book", "book"),
        Some(PublicationKind::BookChapter) => ("book", "bookitem"),
        Some(PublicationKind::Report | PublicationKind::WorkingPaper) => ("book", "report"),
        Some(PublicationKind::ConferencePaper) => ("book", "proceeding"),
        Some(PublicationKind::Thesis) => ("dissertation", ""),
        None => ("dc", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(kind: Option<PublicationKind>) -> Reference {
        Reference {
            title: "One & two".to_owned(),
            authors: vec![
                Author::Person {
                    family: "Éxample".to_owned(),
                    given: "Ann".to_owned(),
                },
                Author::Corporate("Centre, University".to_owned()),
            ],
            year: Some(2011),
            kind,
            container_title: Some("Examples".to_owned()),
            pages: Some("7-26".to_owned()),
            doi: Some("10.1000/x".to_owned()),
            ..Reference::default()
        }
    }

    #[test]
    fn an_article_is_written_to_the_letter() {
        assert_eq!(
            write(&reference(Some(PublicationKind::JournalArticle))),
            "ctx_ver=Z39.88-2004&rft_val_fmt=info%3Aofi%2Ffmt%3Akev%3Amtx%3Ajournal&rft.genre=article\
             &rft.atitle=One+%26+two&rft.jtitle=Examples&rft.date=2011&rft.spage=7&rft.epage=26\
             &rft.au=%C3%89xample%2C+Ann&rft.au=Centre+University&rft_id=info%3Adoi%2F10.1000%2Fx"
        );
    }

    #[test]
    fn what_stands_in_a_book_names_both() {
        let chapter = write(&reference(Some(PublicationKind::BookChapter)));
        assert!(chapter.contains("rft.genre=bookitem&rft.atitle=One+%26+two&rft.btitle=Examples"));
        let report = write(&reference(Some(PublicationKind::Report)));
        assert!(report.contains("rft.genre=report&rft.btitle=One+%26+two&rft.series=Examples"));
    }
}
