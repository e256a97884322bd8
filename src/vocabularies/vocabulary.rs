//! The seven vocabularies and their terms.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::records::coding::Term;
use crate::vocabularies::synonyms::Synonyms;

/// The vocabularies that the code knows by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Vocabulary {
    DisadvantageFocus,
    Outcome,
    Stage,
    Design,
    PublicationType,
    Setting,
    Cost,
}

impl Vocabulary {
    pub const ALL: [Self; 7] = [
        Self::DisadvantageFocus,
        Self::Outcome,
        Self::Stage,
        Self::Design,
        Self::PublicationType,
        Self::Setting,
        Self::Cost,
    ];

    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::DisadvantageFocus => "disadvantage-focus",
            Self::Outcome => "outcome",
            Self::Stage => "stage",
            Self::Design => "design",
            Self::PublicationType => "publication-type",
            Self::Setting => "setting",
            Self::Cost => "cost",
        }
    }
}

/// One vocabulary with its terms in order: a row of `vocabularies.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermList {
    pub slug: Term,
    pub label: String,
    pub scope_note: String,
    pub terms: Vec<Entry>,
}

/// A term with what a coder and a reader need to know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub slug: Term,
    pub label: String,
    /// When to use the term, and what it means.
    pub scope_note: String,
}

/// Every vocabulary of the collection, and the synonyms of its readers.
#[derive(Clone, Debug, Default)]
pub struct Vocabularies {
    lists: Vec<TermList>,
    /// Position of each term in its list, by vocabulary and slug.
    positions: HashMap<(Vocabulary, Term), usize>,
    pub synonyms: Synonyms,
}

impl Vocabularies {
    #[must_use]
    pub fn new(lists: Vec<TermList>, synonyms: Synonyms) -> Self {
        let mut positions = HashMap::new();
        for vocabulary in Vocabulary::ALL {
            let entries = lists
                .iter()
                .find(|list| list.slug.as_str() == vocabulary.slug());
            for (position, entry) in entries.into_iter().flat_map(|list| &list.terms).enumerate() {
                positions.insert((vocabulary, entry.slug.clone()), position);
            }
        }
        Self {
            lists,
            positions,
            synonyms,
        }
    }

    #[must_use]
    pub fn lists(&self) -> &[TermList] {
        &self.lists
    }

    /// The terms of a vocabulary in their order.
    #[must_use]
    pub fn terms(&self, vocabulary: Vocabulary) -> &[Entry] {
        self.lists
            .iter()
            .find(|list| list.slug.as_str() == vocabulary.slug())
            .map_or(&[], |list| &list.terms)
    }

    /// Where a term stands in its vocabulary.
    #[must_use]
    pub fn position(&self, vocabulary: Vocabulary, term: &Term) -> Option<usize> {
        self.positions.get(&(vocabulary, term.clone())).copied()
    }

    #[must_use]
    pub fn contains(&self, vocabulary: Vocabulary, term: &Term) -> bool {
        self.position(vocabulary, term).is_some()
    }

    /// The label of a term; its slug when the term has left the vocabulary.
    #[must_use]
    pub fn label<'a>(&'a self, vocabulary: Vocabulary, term: &'a Term) -> &'a str {
        self.position(vocabulary, term)
            .map_or(term.as_str(), |position| {
                &self.terms(vocabulary)[position].label
            })
    }
}
