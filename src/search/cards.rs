//! What the catalogue keeps of each published record: enough for filters, counts and a row of a
//! list. Everything else is read from the database when its page is asked for.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::exchange::references::{coins, entry};
use crate::interventions::intervention::Intervention;
use crate::pages::page::Question;
use crate::records::coding::{Coding, NOT_APPLICABLE, NOT_REPORTED, Term};
use crate::records::record::Published;
use crate::records::slug::Slug;
use crate::search::filter::Filter;
use crate::studies::bibliography::{Author, author_year, short_authors};
use crate::studies::study::{Level, Study};
use crate::themes::citations::{CitingSentence, citing_sentences};
use crate::themes::theme::Theme;
use crate::vocabularies::countries::Country;

/// The id of a record in the database.
pub type RecordId = i64;

/// The value that stands for a review across countries among the countries.
pub const ACROSS_COUNTRIES: &str = "across-countries";

/// The value of the disadvantage focus that stands for any named group.
pub const ANY: &str = "any";

/// Small numbers for the values of filters, handed out once and never taken back, so that cards
/// stay right when vocabularies change.
#[derive(Clone, Debug, Default)]
pub struct Codes {
    by_value: HashMap<Box<str>, u16>,
}

impl Codes {
    pub fn code(&mut self, value: &str) -> u16 {
        if let Some(code) = self.by_value.get(value) {
            return *code;
        }
        let next = u16::try_from(self.by_value.len()).unwrap_or(u16::MAX);
        self.by_value.insert(value.into(), next);
        next
    }

    /// How many numbers have been handed out.
    #[must_use]
    pub fn count(&self) -> usize {
        self.by_value.len()
    }

    fn of_terms(&mut self, coding: &Coding<Vec<Term>>) -> Vec<u16> {
        match coding {
            Coding::Coded(terms) => terms.iter().map(|term| self.code(term.as_str())).collect(),
            Coding::NotReported => vec![self.code(NOT_REPORTED)],
            Coding::NotApplicable => vec![self.code(NOT_APPLICABLE)],
        }
    }

    /// As [`Self::of_terms`], with the value "any" for a record that names a group at all.
    fn of_focus(&mut self, coding: &Coding<Vec<Term>>) -> Vec<u16> {
        let mut codes = self.of_terms(coding);
        if coding.coded().is_some() {
            codes.push(self.code(ANY));
        }
        codes
    }

    fn of_term(&mut self, coding: &Coding<Term>) -> Vec<u16> {
        vec![match coding {
            Coding::Coded(term) => self.code(term.as_str()),
            Coding::NotReported => self.code(NOT_REPORTED),
            Coding::NotApplicable => self.code(NOT_APPLICABLE),
        }]
    }

    fn of_slugs(&mut self, slugs: &[Slug]) -> Vec<u16> {
        slugs.iter().map(|slug| self.code(slug.as_str())).collect()
    }
}

/// The values of every filter that a record answers, in one allocation.
#[derive(Clone, Debug)]
pub struct Values {
    codes: Box<[u16]>,
    /// Where each filter's values end, by the filter's place in [`Filter::ALL`].
    ends: [u16; Filter::ALL.len()],
}

impl Values {
    fn collect(mut of: impl FnMut(Filter) -> Vec<u16>) -> Self {
        let mut codes = Vec::new();
        let ends = Filter::ALL.map(|filter| {
            let mut own = of(filter);
            own.sort_unstable();
            own.dedup();
            codes.append(&mut own);
            u16::try_from(codes.len()).unwrap_or(u16::MAX)
        });
        Self {
            codes: codes.into(),
            ends,
        }
    }

    #[must_use]
    pub fn of(&self, filter: Filter) -> &[u16] {
        let place = filter as usize;
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.codes[usize::from(start)..usize::from(self.ends[place])]
    }
}

/// Which record a card shows, and which text of it.
#[derive(Clone, Debug)]
pub struct Identity {
    pub id: RecordId,
    pub slug: Slug,
    /// The number of the live revision.
    pub version: i64,
    /// When readers first saw it.
    pub updated: Timestamp,
}

/// A study in a list.
#[derive(Clone, Debug)]
pub struct StudyCard {
    pub id: RecordId,
    pub slug: Slug,
    /// The number of the live revision.
    pub version: i64,
    pub title: Box<str>,
    /// The authors as a row names them.
    pub byline: Box<str>,
    /// "Kraft & Dougherty, 2013".
    pub author_year: Box<str>,
    pub published_in: Option<Box<str>>,
    pub summary: Box<str>,
    /// The key findings in one text, to show why a study matched.
    pub findings: Box<str>,
    pub year: i16,
    pub level: Level,
    pub open_access: Option<bool>,
    pub design: Coding<Term>,
    pub publication_type: Coding<Term>,
    pub stages: Coding<Vec<Term>>,
    pub focus: Coding<Vec<Term>>,
    pub countries: Box<[Country]>,
    pub themes: Box<[Slug]>,
    pub interventions: Box<[Slug]>,
    /// How many effects are recorded as numbers.
    pub effect_count: u16,
    /// The reference, for the reference managers that read it off a list.
    pub coins: Box<str>,
    pub updated: Timestamp,
    pub values: Values,
}

impl StudyCard {
    #[must_use]
    pub fn new(identity: Identity, study: Study, codes: &mut Codes) -> Self {
        let Identity {
            id,
            slug,
            version,
            updated,
        } = identity;
        let coins = coins::write(&entry::work(&study)).into();
        let values = Values::collect(|filter| match filter {
            Filter::Theme => codes.of_slugs(&study.themes),
            Filter::Origin => vec![codes.code(study.origin().slug())],
            Filter::Country if study.countries.is_empty() => vec![codes.code(ACROSS_COUNTRIES)],
            Filter::Country => study
                .countries
                .iter()
                .map(|country| codes.code(&country_value(*country)))
                .collect(),
            Filter::Focus => codes.of_focus(&study.disadvantage_focus),
            Filter::Outcome => codes.of_terms(&study.outcomes),
            Filter::Stage => codes.of_terms(&study.stages),
            Filter::Design => codes.of_term(&study.study_design),
            Filter::Type => codes.of_term(&study.publication_type),
            Filter::Verified => vec![codes.code(study.verified.level.slug())],
            Filter::Setting | Filter::Cost => Vec::new(),
        });
        Self {
            id,
            slug,
            version,
            title: study.title.into(),
            byline: byline(&study.authors).into(),
            author_year: author_year(&study.authors, study.year).into(),
            published_in: study.container_title.or(study.publisher).map(Into::into),
            summary: study.summary.into(),
            findings: study.key_findings.join(" ").into(),
            year: study.year,
            level: study.verified.level,
            open_access: study.open_access,
            design: study.study_design,
            publication_type: study.publication_type,
            stages: study.stages,
            focus: study.disadvantage_focus,
            countries: study.countries.into(),
            themes: study.themes.into(),
            interventions: study.interventions.into(),
            effect_count: u16::try_from(study.effects.len()).unwrap_or(u16::MAX),
            coins,
            updated,
            values,
        }
    }
}

/// The value of a country among the filters: its code in lower case.
#[must_use]
pub fn country_value(country: Country) -> String {
    country.code().to_ascii_lowercase()
}

/// Up to three authors by name; of more, the first two and how many others.
fn byline(authors: &[Author]) -> String {
    let names: Vec<_> = authors.iter().take(3).map(Author::full_name).collect();
    match names.as_slice() {
        [] => short_authors(authors),
        [first, second, _] if authors.len() > 3 => {
            format!("{first}, {second} and {} others", authors.len() - 2)
        }
        [firsts @ .., last] if !firsts.is_empty() => format!("{} and {last}", firsts.join(", ")),
        [only, ..] => only.clone(),
    }
}

/// An intervention in a list.
#[derive(Clone, Debug)]
pub struct InterventionCard {
    pub id: RecordId,
    /// The number of the live revision.
    pub version: i64,
    pub slug: Slug,
    pub updated: Timestamp,
    pub values: Values,
    pub citing: Vec<CitingSentence>,
    pub body: Intervention,
}

impl InterventionCard {
    #[must_use]
    pub fn new(identity: Identity, body: Intervention, codes: &mut Codes) -> Self {
        let Identity {
            id,
            slug,
            version,
            updated,
        } = identity;
        let values = Values::collect(|filter| match filter {
            Filter::Theme => codes.of_slugs(&body.themes),
            Filter::Focus => codes.of_focus(&body.disadvantage_focus),
            Filter::Outcome => codes.of_terms(&body.outcomes),
            Filter::Stage => codes.of_terms(&body.stages),
            Filter::Setting => codes.of_terms(&body.setting),
            Filter::Cost => codes.of_term(&body.cost),
            Filter::Origin | Filter::Country | Filter::Design | Filter::Type | Filter::Verified => {
                Vec::new()
            }
        });
        Self {
            id,
            slug,
            version,
            updated,
            values,
            citing: citing_sentences(&body.description),
            body,
        }
    }

    /// The intervention as its page finds it.
    #[must_use]
    pub fn published(&self) -> Published<Intervention> {
        Published {
            slug: self.slug.clone(),
            version: self.version,
            updated: self.updated,
            body: self.body.clone(),
        }
    }
}

/// A theme, whole: there are few.
#[derive(Clone, Debug)]
pub struct ThemeCard {
    pub id: RecordId,
    /// The number of the live revision.
    pub version: i64,
    pub slug: Slug,
    pub updated: Timestamp,
    pub citing: Vec<CitingSentence>,
    pub body: Theme,
}

impl ThemeCard {
    #[must_use]
    pub fn new(identity: Identity, body: Theme) -> Self {
        let Identity {
            id,
            slug,
            version,
            updated,
        } = identity;
        let messages = body
            .key_messages
            .iter()
            .enumerate()
            .flat_map(|(index, message)| {
                message.studies.iter().map(move |study| CitingSentence {
                    study: study.clone(),
                    anchor: key_message_anchor(index),
                    text: message.text.clone(),
                })
            });
        let citing = messages.chain(citing_sentences(&body.narrative)).collect();
        Self {
            id,
            version,
            slug,
            updated,
            citing,
            body,
        }
    }

    /// The theme as its page finds it.
    #[must_use]
    pub fn published(&self) -> Published<Theme> {
        Published {
            slug: self.slug.clone(),
            version: self.version,
            updated: self.updated,
            body: self.body.clone(),
        }
    }

    /// The theme's hue and icon, numbered from 1: they follow from its position.
    #[must_use]
    pub fn hue(&self) -> u32 {
        const HUES: u32 = 8;
        self.body.position.saturating_sub(1) % HUES + 1
    }
}

/// The fragment that leads to the key message of this index (from 0) on its theme's page.
#[must_use]
pub fn key_message_anchor(index: usize) -> String {
    format!("key-message-{}", index + 1)
}

/// An everyday question, whole.
#[derive(Clone, Debug)]
pub struct QuestionCard {
    pub id: RecordId,
    pub slug: Slug,
    pub updated: Timestamp,
    pub body: Question,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_authors_are_counted() {
        let authors = |count: usize| -> Vec<Author> {
            (1..=count)
                .map(|n| Author::Person {
                    given: "A.".into(),
                    family: format!("Author{n}"),
                })
                .collect()
        };
        assert_eq!(byline(&authors(1)), "A. Author1");
        assert_eq!(byline(&authors(2)), "A. Author1 and A. Author2");
        assert_eq!(byline(&authors(3)), "A. Author1, A. Author2 and A. Author3");
        assert_eq!(byline(&authors(40)), "A. Author1, A. Author2 and 38 others");
        assert_eq!(byline(&[]), "Unknown author");
    }
}
