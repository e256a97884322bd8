//! A study in a list: what decides whether someone opens it.

use askama::Template;

use crate::search::cards::StudyCard;
use crate::search::catalogue::Catalogue;
use crate::search::keywords::highlight::Stretch;
use crate::studies::study::Origin;
use crate::vocabularies::countries::Country;
use crate::vocabularies::said::Said;
use crate::vocabularies::vocabulary::Vocabulary;

#[derive(Template)]
#[template(path = "studies/_row.html")]
pub struct StudyRow<'a> {
    pub catalogue: &'a Catalogue,
    pub card: &'a StudyCard,
    /// The level of the row's heading.
    pub heading: u8,
    /// Why it matched, where there were words.
    pub passage: Vec<Stretch>,
    /// What follows the address, in a list of another day.
    pub suffix: String,
}

/// A study by name, kind and place only.
#[derive(Template)]
#[template(path = "studies/_brief.html")]
pub struct BriefStudyRow<'a> {
    pub catalogue: &'a Catalogue,
    pub card: &'a StudyCard,
    pub heading: u8,
}

impl<'a> StudyRow<'a> {
    #[must_use]
    pub fn new(catalogue: &'a Catalogue, card: &'a StudyCard, heading: u8) -> Self {
        Self {
            catalogue,
            card,
            heading,
            passage: Vec::new(),
            suffix: String::new(),
        }
    }
}

impl StudyCard {
    #[must_use]
    pub fn said_design(&self, catalogue: &Catalogue) -> Said {
        catalogue.vocabularies.say(Vocabulary::Design, &self.design)
    }

    #[must_use]
    pub fn said_stages(&self, catalogue: &Catalogue) -> Said {
        catalogue
            .vocabularies
            .say_all(Vocabulary::Stage, &self.stages)
    }

    #[must_use]
    pub fn said_focus(&self, catalogue: &Catalogue) -> Said {
        catalogue
            .vocabularies
            .say_all(Vocabulary::DisadvantageFocus, &self.focus)
    }

    #[must_use]
    pub fn place(&self) -> String {
        place(&self.countries)
    }

    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin::of(&self.countries)
    }
}

/// Where a study was done.
#[must_use]
pub fn place(countries: &[Country]) -> String {
    if countries.is_empty() {
        return "Across countries".to_owned();
    }
    countries
        .iter()
        .map(Country::name)
        .collect::<Vec<_>>()
        .join(", ")
}
