//! What a coded field says, in words: its labels, or that nothing was reported.

use crate::records::coding::{Coding, Term};
use crate::vocabularies::vocabulary::{Vocabularies, Vocabulary};

/// A fact as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub words: String,
    /// Whether there is something to say; else the words say that there is not.
    pub reported: bool,
}

impl Said {
    /// Words, or "Not reported" where there are none.
    #[must_use]
    pub fn or_not_reported(words: impl Into<String>) -> Self {
        let words = words.into();
        if words.is_empty() {
            Self {
                words: "Not reported".to_owned(),
                reported: false,
            }
        } else {
            Self {
                words,
                reported: true,
            }
        }
    }

    fn not_applicable() -> Self {
        Self {
            words: "Not applicable".to_owned(),
            reported: false,
        }
    }
}

impl Vocabularies {
    #[must_use]
    pub fn say(&self, vocabulary: Vocabulary, coding: &Coding<Term>) -> Said {
        match coding {
            Coding::Coded(term) => Said::or_not_reported(self.label(vocabulary, term)),
            Coding::NotReported => Said::or_not_reported(""),
            Coding::NotApplicable => Said::not_applicable(),
        }
    }

    #[must_use]
    pub fn say_all(&self, vocabulary: Vocabulary, coding: &Coding<Vec<Term>>) -> Said {
        match coding {
            Coding::Coded(terms) => {
                let labels: Vec<_> = terms
                    .iter()
                    .map(|term| self.label(vocabulary, term))
                    .collect();
                Said::or_not_reported(labels.join(", "))
            }
            Coding::NotReported => Said::or_not_reported(""),
            Coding::NotApplicable => Said::not_applicable(),
        }
    }
}
