//! What an intervention takes from its published studies: years, places, designs. Never typed.

use std::sync::Arc;

use crate::records::coding::{Coding, Term};
use crate::search::cards::StudyCard;
use crate::search::catalogue::Catalogue;
use crate::studies::study::Level;
use crate::vocabularies::countries::Country;
use crate::vocabularies::said::Said;
use crate::vocabularies::vocabulary::{Vocabularies, Vocabulary};
use crate::web::words;

/// What the studies of one intervention have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    pub study_count: usize,
    /// "2009–2013".
    pub years: Said,
    pub places: Said,
    /// "9 studies: Randomised controlled trial (4), Meta-analysis (2)".
    pub evidence: String,
    /// How many of the studies somebody has read in full.
    pub read_in_full: usize,
}

impl Derived {
    /// Of these studies, newest first.
    #[must_use]
    pub fn of(vocabularies: &Vocabularies, studies: &[&Arc<StudyCard>]) -> Self {
        let years = match (studies.last(), studies.first()) {
            (Some(oldest), Some(newest)) => words::span(oldest.year, newest.year),
            _ => String::new(),
        };

        let mut countries: Vec<Country> = studies
            .iter()
            .flat_map(|card| card.countries.iter().copied())
            .collect();
        countries.sort_unstable_by_key(|country| (*country != Country::UK, country.name()));
        countries.dedup();
        let mut places: Vec<&str> = countries.iter().map(Country::name).collect();
        if studies.iter().any(|card| card.countries.is_empty()) {
            places.push("reviews across countries");
        }

        // In the order of the vocabulary, which runs from reviews and trials to case studies.
        let mut designs: Vec<(usize, String, usize)> = Vec::new();
        for card in studies {
            let position = card
                .design
                .coded()
                .and_then(|design| vocabularies.position(Vocabulary::Design, design));
            let position = position.unwrap_or(usize::MAX);
            match designs.iter_mut().find(|(own, ..)| *own == position) {
                Some((_, _, count)) => *count += 1,
                None => designs.push((
                    position,
                    vocabularies.say(Vocabulary::Design, &card.design).words,
                    1,
                )),
            }
        }
        designs.sort_unstable_by_key(|(position, ..)| *position);
        let mut evidence = words::count(studies.len(), "study", "studies");
        for (index, (_, label, count)) in designs.iter().enumerate() {
            evidence.push_str(if index == 0 { ": " } else { ", " });
            evidence.push_str(label);
            if studies.len() > 1 {
                evidence.push_str(&format!(" ({count})"));
            }
        }

        Self {
            study_count: studies.len(),
            years: Said::or_not_reported(years),
            places: Said::or_not_reported(places.join(", ")),
            evidence,
            read_in_full: studies
                .iter()
                .filter(|card| card.level == Level::FullText)
                .count(),
        }
    }
}

/// A cost band as marks of money: how many are full, and how many there could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    pub said: Said,
    pub marks: String,
    pub blanks: String,
}

impl Cost {
    #[must_use]
    pub fn of(catalogue: &Catalogue, coding: &Coding<Term>) -> Self {
        let bands = catalogue.vocabularies.terms(Vocabulary::Cost).len();
        let full = coding
            .coded()
            .and_then(|band| catalogue.vocabularies.position(Vocabulary::Cost, band))
            .map_or(0, |position| position + 1);
        Self {
            said: catalogue.vocabularies.say(Vocabulary::Cost, coding),
            marks: "£".repeat(full),
            blanks: if full == 0 {
                String::new()
            } else {
                "£".repeat(bands - full)
            },
        }
    }
}
