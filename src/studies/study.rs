//! The study record: bibliography, what was studied, what was found, and how it was checked.

use serde::{Deserialize, Serialize};

use crate::effects::effect::Effect;
use crate::records::coding::{Coding, Term};
use crate::records::record::{Document, Kind};
use crate::records::slug::Slug;
use crate::studies::bibliography::Author;
use crate::studies::identifiers::doi_address;
use crate::studies::quotes::Quote;
use crate::vocabularies::countries::Country;

/// The body of a study. Field order is the order of `studies.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Study {
    pub title: String,
    pub authors: Vec<Author>,
    /// 0 in a draft: not known yet.
    #[serde(default)]
    pub year: i16,
    pub publication_type: Coding<Term>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container_title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doi: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
    /// Whether the full text can be read without paying; `None` when nobody has looked.
    #[serde(default)]
    pub open_access: Option<bool>,
    /// Empty for a review across countries.
    #[serde(default)]
    pub countries: Vec<Country>,
    #[serde(default)]
    pub uk_nations: Vec<UkNation>,
    #[serde(default)]
    pub study_design: Coding<Term>,
    #[serde(default)]
    pub stages: Coding<Vec<Term>>,
    /// People, unless the editor's note says that it counts schools, studies or papers.
    #[serde(default)]
    pub sample_size: Option<u64>,
    #[serde(default)]
    pub sample_description: String,
    #[serde(default)]
    pub disadvantage_focus: Coding<Vec<Term>>,
    #[serde(default)]
    pub outcomes: Coding<Vec<Term>>,
    #[serde(default)]
    pub themes: Vec<Slug>,
    #[serde(default)]
    pub interventions: Vec<Slug>,
    #[serde(default)]
    pub summary: String,
    #[serde(default)]
    pub key_findings: Vec<String>,
    /// The editors' reading, not the authors' words.
    #[serde(default)]
    pub implications_for_practice: Vec<String>,
    #[serde(default)]
    pub effects: Vec<Effect>,
    /// For curators: the words behind the coding. Never public.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<Quote>,
    pub verified: Verification,
    /// For curators: what still wants a check. Never public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub editor_note: Option<String>,
}

impl Document for Study {
    const KIND: Kind = Kind::Study;
}

impl Study {
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin::of(&self.countries)
    }

    /// The same without what is for curators alone.
    #[must_use]
    pub fn without_private(self) -> Self {
        Self {
            quotes: Vec::new(),
            editor_note: None,
            ..self
        }
    }

    /// Where the study itself can be read: its DOI, or else its address.
    #[must_use]
    pub fn original(&self) -> Option<String> {
        self.doi
            .as_deref()
            .map(doi_address)
            .or_else(|| self.url.clone())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UkNation {
    England,
    Scotland,
    Wales,
    #[serde(rename = "Northern Ireland")]
    NorthernIreland,
}

impl UkNation {
    pub const ALL: [Self; 4] = [
        Self::England,
        Self::Scotland,
        Self::Wales,
        Self::NorthernIreland,
    ];

    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|nation| nation.name() == name)
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::England => "England",
            Self::Scotland => "Scotland",
            Self::Wales => "Wales",
            Self::NorthernIreland => "Northern Ireland",
        }
    }
}

/// Derived, never typed: a study that includes the United Kingdom is a UK study.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Uk,
    International,
}

impl Origin {
    pub const ALL: [Self; 2] = [Self::Uk, Self::International];

    #[must_use]
    pub fn of(countries: &[Country]) -> Self {
        if countries.contains(&Country::UK) {
            Self::Uk
        } else {
            Self::International
        }
    }

    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Uk => "uk",
            Self::International => "international",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Uk => "United Kingdom",
            Self::International => "International",
        }
    }
}

/// How a record was checked, and against what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    pub level: Level,
    #[serde(default)]
    pub sources: Vec<String>,
}

/// Against how much of the study its record was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    FullText,
    Abstract,
    Bibliographic,
}

impl Level {
    pub const ALL: [Self; 3] = [Self::FullText, Self::Abstract, Self::Bibliographic];

    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::FullText => "full-text",
            Self::Abstract => "abstract",
            Self::Bibliographic => "bibliographic",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.slug() == word)
    }

    /// The level in a row of facts.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::FullText => "Read in full",
            Self::Abstract => "Checked against the abstract",
            Self::Bibliographic => "Checked against the library record only",
        }
    }

    /// What the level means for a reader who wants to rely on the record.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::FullText => {
                "Someone has read the whole study and checked this record against it."
            }
            Self::Abstract => {
                "Nobody has read this study in full for this collection yet. What is said here \
                 was checked against its abstract or a published summary."
            }
            Self::Bibliographic => {
                "Nobody has read this study in full for this collection yet. Only its title, \
                 authors and place of publication were checked, so take what is said here with care."
            }
        }
    }
}
