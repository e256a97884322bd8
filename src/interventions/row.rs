//! An intervention in a list: what it is, for whom, where it was tried, how sure, at what cost.

use askama::Template;

use crate::interventions::derived::{Cost, Derived};
use crate::search::cards::InterventionCard;
use crate::search::catalogue::Catalogue;
use crate::search::keywords::highlight::Stretch;
use crate::vocabularies::said::Said;
use crate::vocabularies::vocabulary::Vocabulary;

#[derive(Template)]
#[template(path = "interventions/_row.html")]
pub struct InterventionRow<'a> {
    pub catalogue: &'a Catalogue,
    pub card: &'a InterventionCard,
    pub derived: &'a Derived,
    pub cost: Cost,
    pub heading: u8,
    /// Why it matched, where there were words.
    pub passage: Vec<Stretch>,
    /// What follows the address, in a list of another day.
    pub suffix: String,
    /// The page as a reference, for reference managers, in a list of nothing but interventions.
    pub coins: String,
}

impl<'a> InterventionRow<'a> {
    /// The row of the intervention with this catalogue number.
    #[must_use]
    pub fn new(catalogue: &'a Catalogue, number: usize, heading: u8) -> Self {
        let card = &catalogue.interventions()[number];
        Self {
            catalogue,
            card,
            derived: catalogue.derived(number),
            cost: Cost::of(catalogue, &card.body.cost),
            heading,
            passage: Vec::new(),
            suffix: String::new(),
            coins: String::new(),
        }
    }

    fn stages(&self) -> Said {
        self.catalogue
            .vocabularies
            .say_all(Vocabulary::Stage, &self.card.body.stages)
    }
}

/// One dot a study, up to as many as a row has room for; decorative beside the words.
#[must_use]
pub fn dots(count: &usize) -> Vec<usize> {
    const MOST: usize = 20;
    const APART: usize = 12;
    (0..MOST.min(*count))
        .map(|index| 6 + index * APART)
        .collect()
}
