//! A suggestion, what it names, and which records it may name again.

use jiff::Timestamp;

use crate::import::duplicates::{Candidate, Finder, Known};
use crate::records::admin::edit;
use crate::records::form::RecordForm;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::studies::identifiers::{
    doi_key, doi_of_address, find_doi, is_web_address, without_scheme,
};
use crate::studies::study::Study;

/// What a reader sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggested {
    /// A DOI, an address or a title, as it was typed.
    pub work: String,
    pub why: String,
    /// Empty when the reader gave none.
    pub email: String,
}

/// A suggestion that waits for a decision.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: i64,
    pub time: Timestamp,
    pub suggested: Suggested,
}

/// What became of a suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It became a draft.
    Accepted,
    /// It joined a record that was there already.
    Merged,
    Declined,
}

impl Decision {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Merged => "merged",
            Self::Declined => "declined",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Accepted, Self::Merged, Self::Declined]
            .into_iter()
            .find(|decision| decision.as_str() == word)
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Accepted => "Accepted as a draft",
            Self::Merged => "Added to a record",
            Self::Declined => "Declined",
        }
    }
}

/// A suggestion that was decided. Its e-mail address is gone.
#[derive(Clone, Debug)]
pub struct Decided {
    pub work: String,
    pub why: String,
    pub decision: Decision,
    pub person_name: String,
    pub time: Timestamp,
    pub reason: String,
    /// The draft, or the record that it joined.
    pub record: Option<Named>,
}

/// A record by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub id: i64,
    pub kind: Kind,
    pub title: String,
}

impl Named {
    /// The record's form.
    #[must_use]
    pub fn path(&self) -> String {
        edit::path(self.kind, self.id)
    }
}

/// A study of the collection, draft or published, as far as telling duplicates takes.
#[derive(Clone, Debug)]
pub struct KnownStudy {
    pub id: i64,
    pub title: String,
    pub doi: Option<String>,
    pub url: Option<String>,
    pub year: Option<i16>,
    pub first_author: String,
}

/// A record that a suggestion may name again, and why one may think so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    pub id: i64,
    pub title: String,
    pub reason: String,
}

/// What the typed words name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    pub doi: Option<String>,
    pub address: Option<String>,
    pub title: Option<String>,
}

impl Work {
    #[must_use]
    pub fn read(typed: &str) -> Self {
        let typed = typed.trim();
        let doi = find_doi(typed).map(|doi| doi_key(&doi));
        if is_web_address(typed) {
            let is_resolver = doi_of_address(typed).is_some();
            return Self {
                address: (!is_resolver).then(|| typed.to_owned()),
                doi,
                title: None,
            };
        }
        let is_doi_alone = doi.is_some() && typed.split_whitespace().count() <= 2;
        Self {
            title: (!is_doi_alone && !typed.is_empty())
                .then(|| typed.split_whitespace().collect::<Vec<_>>().join(" ")),
            doi,
            address: None,
        }
    }

    /// A study of which no more is known.
    #[must_use]
    pub fn draft(&self) -> Study {
        Study {
            title: self.title.clone().unwrap_or_default(),
            doi: self.doi.clone(),
            url: self.address.clone(),
            ..Study::blank()
        }
    }

    /// The address that the draft gets.
    #[must_use]
    pub fn slug(&self, id: i64) -> Option<Slug> {
        /// Words of a title in a slug.
        const WORDS: usize = 8;
        let from_title = self.title.as_ref().and_then(|title| {
            let words: Vec<_> = title.split_whitespace().take(WORDS).collect();
            Slug::nearest(&words.join(" "))
        });
        from_title.or_else(|| Slug::parse(&format!("suggestion-{id}")))
    }
}

/// The studies of the collection, ready to be searched for duplicates.
pub struct Duplicates<'a> {
    known: &'a [KnownStudy],
    finder: Finder,
}

impl<'a> Duplicates<'a> {
    #[must_use]
    pub fn among(known: &'a [KnownStudy]) -> Self {
        let as_known: Vec<_> = known
            .iter()
            .map(|study| Known {
                id: study.id,
                doi: study.doi.clone(),
                title: study.title.clone(),
                year: study.year,
                first_author: study.first_author.clone(),
            })
            .collect();
        Self {
            known,
            finder: Finder::new(&as_known),
        }
    }

    /// What a work may be the same as, the surest first.
    #[must_use]
    pub fn of(&self, work: &Work) -> Vec<Duplicate> {
        let mut found: Vec<Duplicate> = Vec::new();
        let mut add = |id: i64, reason: String| {
            let study = self.known.iter().find(|study| study.id == id);
            if let Some(study) = study
                && !found.iter().any(|known| known.id == id)
            {
                found.push(Duplicate {
                    id,
                    title: study.title.clone(),
                    reason,
                });
            }
        };
        let candidate = Candidate {
            doi: work.doi.clone(),
            title: work.title.clone().unwrap_or_default(),
            year: None,
            first_author: String::new(),
        };
        for same in self.finder.matches(&candidate) {
            // Without a title there is nothing that differs.
            let is_by_doi_alone = work.title.is_none();
            add(
                same.id,
                if is_by_doi_alone {
                    "the same DOI".to_owned()
                } else {
                    same.reason
                },
            );
        }
        for study in self.known {
            let same_address = work.address.as_deref().zip(study.url.as_deref());
            if same_address.is_some_and(|(one, other)| without_scheme(one) == without_scheme(other))
            {
                add(study.id, "the same address".to_owned());
            }
            // The finder does not trust short titles; a person can look.
            let same_title = work.title.as_deref().is_some_and(|title| {
                !title.is_empty() && title.to_lowercase() == study.title.to_lowercase()
            });
            if same_title {
                add(study.id, "the same title".to_owned());
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_a_doi_an_address_or_a_title() {
        let doi = |text: &str| Some(text.to_owned());
        for typed in ["10.1000/x", "doi: 10.1000/X", "https://doi.org/10.1000/x"] {
            let work = Work::read(typed);
            assert_eq!(work.doi, doi("10.1000/x"), "{typed}");
            assert_eq!((work.address, work.title), (None, None), "{typed}");
        }
        let work = Work::read("https://www.example.org/full/10.1000/x");
        assert_eq!(work.doi, doi("10.1000/x"));
        assert_eq!(
            work.address.as_deref(),
            Some("https://www.example.org/full/10.1000/x")
        );
        let work = Work::read(" Reading  at home ");
        assert_eq!(work.title.as_deref(), Some("Reading at home"));
        let work = Work::read("javascript:alert(1)");
        assert!(work.address.is_none() && work.doi.is_none());
        assert_eq!(work.slug(7).unwrap().as_str(), "javascript-alert-1");
        assert_eq!(
            Work::read("10.1000/x").slug(7).unwrap().as_str(),
            "suggestion-7"
        );
    }

    #[test]
    fn a_draft_holds_what_is_known() {
        let draft = Work::read("Reading at home, 10.1000/x").draft();
        assert_eq!(draft.title, "Reading at home, 10.1000/x");
        assert_eq!(draft.doi.as_deref(), Some("10.1000/x"));
    }

    #[test]
    fn duplicates_are_found_by_doi_address_and_title() {
        let study = |id: i64, title: &str, doi: Option<&str>, url: Option<&str>| KnownStudy {
            id,
            title: title.to_owned(),
            doi: doi.map(str::to_owned),
            url: url.map(str::to_owned),
            year: Some(2013),
            first_author: "Kraft".to_owned(),
        };
        let known = [
            study(
                1,
                "The effect of teacher-family communication",
                Some("10.1000/X"),
                None,
            ),
            study(2, "Letterbox", None, Some("http://example.org/report/")),
        ];
        let duplicates = Duplicates::among(&known);
        let of = |typed: &str| -> Vec<(i64, String)> {
            let found = duplicates.of(&Work::read(typed)).into_iter();
            found.map(|found| (found.id, found.reason)).collect()
        };
        assert_eq!(of("https://doi.org/10.1000/x")[0].0, 1);
        assert_eq!(of("the effect of teacher family communication")[0].0, 1);
        assert_eq!(
            of("https://www.example.org/report"),
            [(2, "the same address".to_owned())]
        );
        assert_eq!(of("letterbox"), [(2, "the same title".to_owned())]);
        assert!(of("Something else that nobody has written").is_empty());
    }
}
