//! A reference as files of every format give it, and its tidy form: one line a field, no markup,
//! one spelling of DOIs and pages. Tidying twice changes nothing.

use serde::{Deserialize, Serialize};

use super::{MAX_AUTHORS, names, text, values};
use crate::studies::bibliography::Author;
use crate::studies::identifiers;

/// What a work is; the slugs are those of the vocabulary of publication types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PublicationKind {
    JournalArticle,
    Book,
    BookChapter,
    Report,
    WorkingPaper,
    ConferencePaper,
    Thesis,
}

impl PublicationKind {
    pub const ALL: [Self; 7] = [
        Self::JournalArticle,
        Self::Book,
        Self::BookChapter,
        Self::Report,
        Self::WorkingPaper,
        Self::ConferencePaper,
        Self::Thesis,
    ];

    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::JournalArticle => "journal-article",
            Self::Book => "book",
            Self::BookChapter => "book-chapter",
            Self::Report => "report",
            Self::WorkingPaper => "working-paper",
            Self::ConferencePaper => "conference-paper",
            Self::Thesis => "thesis",
        }
    }

    #[must_use]
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }
}

/// A work as a reference file describes it.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reference {
    pub title: String,
    pub authors: Vec<Author>,
    pub year: Option<i16>,
    pub kind: Option<PublicationKind>,
    /// What the work stands in: a journal, a book, the papers of a conference, or a series.
    pub container_title: Option<String>,
    /// Who published it: a house, an institution, a university.
    pub publisher: Option<String>,
    pub volume: Option<String>,
    /// The issue of a journal or the number of a report.
    pub issue: Option<String>,
    pub pages: Option<String>,
    pub doi: Option<String>,
    pub url: Option<String>,
    pub abstract_text: Option<String>,
    pub keywords: Vec<String>,
    pub language: Option<String>,
    pub note: Option<String>,
    /// What the file calls the work: an accession number, a PubMed number, or a key.
    pub identifier: Option<String>,
}

impl Reference {
    /// The tidy form of what a reader gathered. Whatever is left out on the way is remarked on.
    #[must_use]
    pub fn tidy(mut self, remarks: &mut Vec<String>) -> Self {
        self.title = text::clean(&self.title);
        for field in [
            &mut self.container_title,
            &mut self.publisher,
            &mut self.volume,
            &mut self.issue,
            &mut self.abstract_text,
            &mut self.language,
            &mut self.note,
            &mut self.identifier,
        ] {
            *field = tidied(field.take(), text::clean);
        }
        self.pages = tidied(self.pages, values::pages);
        self.year = self.year.filter(|year| values::YEARS.contains(year));
        self.keywords = values::keywords(&self.keywords);
        self.authors = tidy_authors(self.authors, remarks);
        self.tidy_addresses(remarks);
        self
    }

    /// The DOI and the address. An address that only repeats the DOI says nothing of its own.
    fn tidy_addresses(&mut self, remarks: &mut Vec<String>) {
        if let Some(given) = tidied(self.doi.take(), text::clean) {
            self.doi = identifiers::doi(&given).filter(is_plain);
            if self.doi.is_none() {
                remarks.push(format!(
                    "the DOI “{}” was ignored: it is not one",
                    text::excerpt(&given)
                ));
            }
        }
        let Some(given) = tidied(self.url.take(), text::clean) else {
            return;
        };
        if let Some(doi) = identifiers::doi_of_address(&given).filter(is_plain) {
            self.doi.get_or_insert(doi);
            return;
        }
        self.url = identifiers::web_address(&given);
        if self.url.is_none() {
            remarks.push(format!(
                "the address “{}” was ignored: it does not begin with http:// or https://",
                text::excerpt(&given)
            ));
        }
    }
}

/// Percent signs in an address can hide markup.
fn is_plain(doi: &String) -> bool {
    text::clean(doi) == *doi
}

fn tidied(field: Option<String>, tidy: fn(&str) -> String) -> Option<String> {
    field
        .map(|text| tidy(&text))
        .filter(|text| !text.is_empty())
}

fn tidy_authors(given: Vec<Author>, remarks: &mut Vec<String>) -> Vec<Author> {
    if given.len() > MAX_AUTHORS {
        remarks.push(format!(
            "only the first {MAX_AUTHORS} of {} authors were kept",
            given.len()
        ));
    }
    let mut authors = Vec::new();
    for author in given.into_iter().take(MAX_AUTHORS) {
        match names::tidy(author) {
            Some(author) if names::is_others(&author) => {
                remarks.push("the list of authors ends with “et al.”: some are missing".to_owned());
            }
            author => authors.extend(author),
        }
    }
    authors
}
