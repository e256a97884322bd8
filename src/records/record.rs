//! Kinds of record, where a record stands in its life, and what looking one up can find.

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use crate::records::slug::Slug;

/// The kinds of curated record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Study,
    Intervention,
    Theme,
    Question,
    Page,
}

impl Kind {
    pub const ALL: [Self; 5] = [
        Self::Study,
        Self::Intervention,
        Self::Theme,
        Self::Question,
        Self::Page,
    ];

    /// The word for this kind in SQL, in the index and in file names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Study => "study",
            Self::Intervention => "intervention",
            Self::Theme => "theme",
            Self::Question => "question",
            Self::Page => "page",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The address of one record's public page.
    #[must_use]
    pub fn path(self, slug: &Slug) -> String {
        match self {
            Self::Study => format!("/studies/{slug}"),
            Self::Intervention => format!("/interventions/{slug}"),
            Self::Theme => format!("/evidence/{slug}"),
            Self::Question => format!("/questions/{slug}"),
            // The overview opens the list of themes.
            Self::Page if slug.as_str() == "overview" => "/evidence".to_owned(),
            Self::Page => format!("/{slug}"),
        }
    }
}

/// A change to what readers see. The newest one tells which state of which database something was
/// made from: another database has another time at that number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub number: i64,
    /// RFC 3339, UTC.
    pub time: String,
}

/// The body of a kind of record: what a revision holds as JSON.
pub trait Document: Serialize + DeserializeOwned + Send + Unpin {
    const KIND: Kind;
}

/// A record as readers see it: the live revision.
#[derive(Clone, Debug)]
pub struct Published<D> {
    pub slug: Slug,
    /// The number of the live revision.
    pub version: i64,
    /// When readers first saw it, UTC.
    pub updated: Timestamp,
    pub body: D,
}

/// Why a withdrawn record is gone, and where to go instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub reason: String,
    /// The path of the record that takes its place.
    pub successor: Option<String>,
}

/// What stands at a permanent address.
#[derive(Clone, Debug)]
pub enum Found<D> {
    Live(Published<D>),
    /// The record was renamed, or the address was nearly right.
    Moved(Slug),
    Withdrawn(Notice),
    Missing,
}
