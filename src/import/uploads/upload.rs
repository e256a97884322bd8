//! A file of references and what is to become of each.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::import::references::{Format, Reference};
use crate::people::person::PersonId;
use crate::studies::identifiers::doi_key;

/// How far a file has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A table whose columns somebody has to name.
    Mapping,
    Reading,
    /// Every reference can be looked at and decided on.
    Ready,
    Imported,
    Discarded,
    Failed,
}

impl Stage {
    const ALL: [Self; 6] = [
        Self::Mapping,
        Self::Reading,
        Self::Ready,
        Self::Imported,
        Self::Discarded,
        Self::Failed,
    ];

    /// The word in SQL.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mapping => "mapping",
            Self::Reading => "reading",
            Self::Ready => "ready",
            Self::Imported => "imported",
            Self::Discarded => "discarded",
            Self::Failed => "failed",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == word)
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Mapping => "Wants its columns named",
            Self::Reading => "Being read",
            Self::Ready => "Ready to be looked at",
            Self::Imported => "Imported",
            Self::Discarded => "Thrown away",
            Self::Failed => "Could not be read",
        }
    }
}

/// A file that somebody sent.
#[derive(Clone, Debug)]
pub struct Upload {
    pub id: i64,
    pub person: PersonId,
    pub person_name: String,
    pub time: Timestamp,
    /// What the curator's machine calls the file.
    pub name: String,
    pub format: Format,
    /// What each column of a table holds, as slugs; empty for other formats.
    pub mapping: Vec<String>,
    pub stage: Stage,
    pub done: i64,
    pub total: i64,
    /// Why it failed, or how it was decoded.
    pub message: String,
    /// What could not be read.
    pub faults: Vec<Fault>,
    pub batch: Option<i64>,
}

/// A record of a file that could not be read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fault {
    pub number: usize,
    pub line: usize,
    pub message: String,
}

/// What is to become of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    New,
    /// Into the record that it names.
    Merge,
    Skip,
}

impl Choice {
    /// The word in SQL and in forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Merge => "merge",
            Self::Skip => "skip",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::New, Self::Merge, Self::Skip]
            .into_iter()
            .find(|choice| choice.as_str() == word)
    }
}

/// A reference of a file, as it would be taken over.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub number: i64,
    pub line: i64,
    pub reference: Reference,
    pub remarks: Vec<String>,
    pub matches: Vec<Match>,
    pub choice: Choice,
    /// The record that it merges into, or became.
    pub record: Option<i64>,
    /// The fields that a merge takes over; none: those that the record lacks.
    pub fields: Vec<String>,
}

/// A record of the collection that may be the same, or an earlier reference of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The record; none for a reference of the same file.
    pub record: Option<i64>,
    pub title: String,
    /// "certain", "likely" or "possible".
    pub certainty: String,
    pub reason: String,
}

impl Incoming {
    /// What names a reference for good, so that "not the same" is remembered: its DOI, or else
    /// title, year and first author.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.reference)
    }

    /// Whether it is to be merged into this record.
    #[must_use]
    pub fn merges_into(&self, record: &i64) -> bool {
        self.choice == Choice::Merge && self.record == Some(*record)
    }

    /// "Example, 2011".
    #[must_use]
    pub fn author_year(&self) -> String {
        let authors = crate::studies::bibliography::short_authors(&self.reference.authors);
        match self.reference.year {
            Some(year) => format!("{authors}, {year}"),
            None => format!("{authors}, no year"),
        }
    }
}

/// What names a reference for good.
#[must_use]
pub fn fingerprint(reference: &Reference) -> String {
    if let Some(doi) = &reference.doi {
        return format!("doi:{}", doi_key(doi));
    }
    let author = reference
        .authors
        .first()
        .map_or("", |author| author.family());
    let year = reference.year.map(|year| year.to_string());
    let words = format!("{} {author} {}", reference.title, year.unwrap_or_default());
    let letters = deunicode::deunicode(&words).to_lowercase();
    let words: Vec<_> = letters
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}
