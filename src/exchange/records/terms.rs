//! Terms, links and coded fields within a record.

use serde::Serialize;
use utoipa::ToSchema;

use crate::exchange::edition::Edition;
use crate::records::coding::{Coding, Term};
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::vocabularies::countries::Country;
use crate::vocabularies::vocabulary::{Vocabularies, Vocabulary};

/// A term of a vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Term)]
pub struct TermOut {
    /// The name that filters use.
    pub slug: String,
    pub label: String,
}

/// Whether a field was coded, or why not. *Not reported* is no "no".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CodingStatus {
    Coded,
    NotReported,
    NotApplicable,
}

impl CodingStatus {
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Coded => "coded",
            Self::NotReported => "not-reported",
            Self::NotApplicable => "not-applicable",
        }
    }

    fn of<T>(coding: &Coding<T>) -> Self {
        match coding {
            Coding::Coded(_) => Self::Coded,
            Coding::NotReported => Self::NotReported,
            Coding::NotApplicable => Self::NotApplicable,
        }
    }
}

/// A field with one term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CodedTerm {
    pub status: CodingStatus,
    /// Null unless the field was coded.
    pub term: Option<TermOut>,
}

/// A field with any number of terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CodedTerms {
    pub status: CodingStatus,
    /// Empty unless the field was coded.
    pub terms: Vec<TermOut>,
}

impl TermOut {
    #[must_use]
    pub fn new(vocabularies: &Vocabularies, vocabulary: Vocabulary, term: &Term) -> Self {
        Self {
            slug: term.to_string(),
            label: vocabularies.label(vocabulary, term).to_owned(),
        }
    }
}

impl CodedTerm {
    #[must_use]
    pub fn new(vocabularies: &Vocabularies, vocabulary: Vocabulary, coding: &Coding<Term>) -> Self {
        let term = coding.coded();
        Self {
            status: CodingStatus::of(coding),
            term: term.map(|term| TermOut::new(vocabularies, vocabulary, term)),
        }
    }
}

impl CodedTerms {
    #[must_use]
    pub fn new(
        vocabularies: &Vocabularies,
        vocabulary: Vocabulary,
        coding: &Coding<Vec<Term>>,
    ) -> Self {
        let terms = coding.terms().iter();
        Self {
            status: CodingStatus::of(coding),
            terms: terms
                .map(|term| TermOut::new(vocabularies, vocabulary, term))
                .collect(),
        }
    }
}

/// A country by its ISO 3166-1 code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Country)]
pub struct CountryOut {
    /// Two letters.
    pub code: String,
    pub name: String,
}

impl From<&Country> for CountryOut {
    fn from(country: &Country) -> Self {
        Self {
            code: country.code().to_owned(),
            name: country.name().to_owned(),
        }
    }
}

/// Another record of the collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecordLink {
    pub slug: String,
    pub title: String,
    /// Its permanent address.
    pub url: String,
}

impl RecordLink {
    #[must_use]
    pub fn new(edition: &Edition, kind: Kind, slug: &Slug, title: &str) -> Self {
        Self {
            slug: slug.to_string(),
            title: title.to_owned(),
            url: edition.address(kind, slug),
        }
    }

    /// The published themes among these.
    #[must_use]
    pub fn themes(edition: &Edition, slugs: &[Slug]) -> Vec<Self> {
        let cards = slugs
            .iter()
            .filter_map(|slug| edition.catalogue.theme(slug));
        cards
            .map(|card| Self::new(edition, Kind::Theme, &card.slug, &card.body.title))
            .collect()
    }

    /// The published studies among these.
    #[must_use]
    pub fn studies(edition: &Edition, slugs: &[Slug]) -> Vec<Self> {
        let cards = slugs
            .iter()
            .filter_map(|slug| edition.catalogue.study(slug));
        cards
            .map(|card| Self::new(edition, Kind::Study, &card.slug, &card.title))
            .collect()
    }
}
