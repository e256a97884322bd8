//! Every published record in memory: cards for lists, bitsets for filters and counts. A catalogue
//! never changes; publishing makes the next one from it.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::interventions::derived::Derived;
use crate::records::coding::{NOT_APPLICABLE, NOT_REPORTED};
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::search::bitset::Bitset;
use crate::search::cards::{
    ACROSS_COUNTRIES, ANY, Codes, InterventionCard, QuestionCard, RecordId, StudyCard, ThemeCard,
};
use crate::search::facets::{Column, Facets};
use crate::search::filter::Filter;
use crate::search::keywords::words::Meanings;
use crate::studies::study::{Level, Origin};
use crate::themes::citations::CitingSentence;
use crate::vocabularies::countries::Country;
use crate::vocabularies::vocabulary::Vocabularies;

/// The cards of the published records, in no order.
#[derive(Clone, Debug, Default)]
pub struct Cards {
    pub codes: Codes,
    pub studies: Vec<Arc<StudyCard>>,
    pub interventions: Vec<Arc<InterventionCard>>,
    pub themes: Vec<Arc<ThemeCard>>,
    pub questions: Vec<Arc<QuestionCard>>,
}

/// One value that a filter offers.
#[derive(Clone, Debug)]
pub struct FilterValue {
    pub code: u16,
    pub slug: String,
    pub label: String,
}

/// A sentence on the page of another record that cites a study.
#[derive(Clone, Copy, Debug)]
pub struct CitedIn<'a> {
    pub kind: Kind,
    pub slug: &'a Slug,
    pub title: &'a str,
    pub sentence: &'a CitingSentence,
}

/// The published collection at one version.
#[derive(Debug)]
pub struct Catalogue {
    /// The number of the newest change that it holds.
    pub version: i64,
    pub vocabularies: Arc<Vocabularies>,
    /// The synonyms, ready for searching.
    pub meanings: Meanings,
    codes: Codes,
    /// By year, newest first, then by id: a study's catalogue number is its place here.
    studies: Vec<Arc<StudyCard>>,
    /// By name.
    interventions: Vec<Arc<InterventionCard>>,
    /// By position.
    themes: Vec<Arc<ThemeCard>>,
    /// In the order in which they were added.
    questions: Vec<Arc<QuestionCard>>,
    study_numbers: HashMap<Slug, u32>,
    intervention_numbers: HashMap<Slug, u32>,
    /// Catalogue numbers by record id; what is neither study nor intervention is not there.
    numbers: Vec<Option<Number>>,
    pub study_facets: Facets,
    pub intervention_facets: Facets,
    /// The studies of each intervention, by catalogue number, newest first.
    links: Vec<Box<[u32]>>,
    /// What each intervention takes from its studies.
    derived: Vec<Derived>,
    /// The values of the filters that interventions take from their studies, by filter.
    columns: Vec<Column>,
    /// The place of each study's year in `years`.
    year_column: Column,
    /// The interventions of each study.
    back_links: HashMap<u32, Vec<u32>>,
    /// Each year that has studies, newest first, with the range of their numbers.
    years: Vec<(i16, std::ops::Range<usize>)>,
    filter_values: Vec<Vec<FilterValue>>,
    /// Letters for cited studies that would otherwise be named alike: "Scott et al., 2010a".
    letters: HashMap<Slug, char>,
    study_titles: OnceLock<Vec<u32>>,
}

/// Where a record stands in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    Study(u32),
    Intervention(u32),
}

impl Catalogue {
    #[must_use]
    #[expect(
        clippy::too_many_lines,
        reason = "one derived part after another, each used once"
    )]
    pub fn new(version: i64, vocabularies: Arc<Vocabularies>, cards: Cards) -> Self {
        let Cards {
            mut codes,
            mut studies,
            mut interventions,
            mut themes,
            mut questions,
        } = cards;
        studies.sort_unstable_by_key(|card| (Reverse(card.year), card.id));
        interventions.sort_by_cached_key(|card| (sort_key(&card.body.name), card.id));
        themes.sort_unstable_by_key(|card| (card.body.position, card.id));
        questions.sort_unstable_by_key(|card| card.id);

        let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let study_numbers: HashMap<_, _> = studies
            .iter()
            .enumerate()
            .map(|(at, card)| (card.slug.clone(), number(at)))
            .collect();
        let intervention_numbers: HashMap<_, _> = interventions
            .iter()
            .enumerate()
            .map(|(at, card)| (card.slug.clone(), number(at)))
            .collect();

        let mut numbers = Vec::new();
        let mut place_record = |id: RecordId, number| {
            let id = usize::try_from(id).unwrap_or_default();
            if numbers.len() <= id {
                numbers.resize(id + 1, None);
            }
            numbers[id] = Some(number);
        };
        for (at, card) in studies.iter().enumerate() {
            place_record(card.id, Number::Study(number(at)));
        }
        for (at, card) in interventions.iter().enumerate() {
            place_record(card.id, Number::Intervention(number(at)));
        }

        let links = link(
            &studies,
            &interventions,
            &study_numbers,
            &intervention_numbers,
        );
        let mut back_links: HashMap<u32, Vec<u32>> = HashMap::new();
        for (at, linked) in links.iter().enumerate() {
            for study in linked {
                back_links.entry(*study).or_default().push(number(at));
            }
        }

        let mut years: Vec<(i16, std::ops::Range<usize>)> = Vec::new();
        for (at, card) in studies.iter().enumerate() {
            match years.last_mut() {
                Some((year, range)) if *year == card.year => range.end = at + 1,
                _ => years.push((card.year, at..at + 1)),
            }
        }

        let study_facets = Facets::new(studies.len(), studies.iter().map(|card| &card.values));
        let intervention_facets = Facets::new(
            interventions.len(),
            interventions.iter().map(|card| &card.values),
        );
        let filter_values = Filter::ALL
            .iter()
            .map(|filter| values_of(*filter, &vocabularies, &themes, &studies, &mut codes))
            .collect();

        let derived = links
            .iter()
            .map(|linked| {
                let own: Vec<_> = linked
                    .iter()
                    .map(|number| &studies[*number as usize])
                    .collect();
                Derived::of(&vocabularies, &own)
            })
            .collect();
        let columns = Filter::ALL
            .iter()
            .map(|filter| {
                let values = studies.iter().map(|card| card.values.of(*filter));
                if filter.is_answered_by_studies() {
                    Column::new(values)
                } else {
                    Column::default()
                }
            })
            .collect();
        let year_places: Vec<u16> = years
            .iter()
            .zip(0u16..)
            .flat_map(|((_, range), place)| std::iter::repeat_n(place, range.len()))
            .collect();
        let year_column = Column::new(year_places.chunks(1));

        let letters = letters(&themes, &interventions, &studies, &study_numbers);
        Self {
            version,
            meanings: Meanings::new(&vocabularies.synonyms),
            vocabularies,
            codes,
            studies,
            interventions,
            themes,
            questions,
            study_numbers,
            intervention_numbers,
            numbers,
            study_facets,
            intervention_facets,
            links,
            derived,
            columns,
            year_column,
            back_links,
            years,
            filter_values,
            letters,
            study_titles: OnceLock::new(),
        }
    }

    /// The cards again, to build the next catalogue from.
    #[must_use]
    pub fn cards(&self) -> Cards {
        Cards {
            codes: self.codes.clone(),
            studies: self.studies.clone(),
            interventions: self.interventions.clone(),
            themes: self.themes.clone(),
            questions: self.questions.clone(),
        }
    }

    #[must_use]
    pub fn studies(&self) -> &[Arc<StudyCard>] {
        &self.studies
    }

    #[must_use]
    pub fn interventions(&self) -> &[Arc<InterventionCard>] {
        &self.interventions
    }

    #[must_use]
    pub fn themes(&self) -> &[Arc<ThemeCard>] {
        &self.themes
    }

    #[must_use]
    pub fn questions(&self) -> &[Arc<QuestionCard>] {
        &self.questions
    }

    #[must_use]
    pub fn study(&self, slug: &Slug) -> Option<&Arc<StudyCard>> {
        self.study_number(slug).map(|number| &self.studies[number])
    }

    #[must_use]
    pub fn study_number(&self, slug: &Slug) -> Option<usize> {
        self.study_numbers.get(slug).map(|number| *number as usize)
    }

    #[must_use]
    pub fn intervention(&self, slug: &Slug) -> Option<&Arc<InterventionCard>> {
        self.intervention_number(slug)
            .map(|number| &self.interventions[number])
    }

    #[must_use]
    pub fn intervention_number(&self, slug: &Slug) -> Option<usize> {
        self.intervention_numbers
            .get(slug)
            .map(|number| *number as usize)
    }

    #[must_use]
    pub fn theme(&self, slug: &Slug) -> Option<&Arc<ThemeCard>> {
        self.themes.iter().find(|card| card.slug == *slug)
    }

    #[must_use]
    pub fn question(&self, slug: &Slug) -> Option<&Arc<QuestionCard>> {
        self.questions.iter().find(|card| card.slug == *slug)
    }

    /// Where the record of this id stands, if it is a study or an intervention.
    #[must_use]
    pub fn number(&self, id: RecordId) -> Option<Number> {
        self.numbers
            .get(usize::try_from(id).ok()?)
            .copied()
            .flatten()
    }

    /// The studies of each intervention, by catalogue number.
    #[must_use]
    pub fn links(&self) -> &[Box<[u32]>] {
        &self.links
    }

    /// What an intervention takes from its studies.
    #[must_use]
    pub fn derived(&self, intervention: usize) -> &Derived {
        &self.derived[intervention]
    }

    /// The values that every study has for a filter that interventions answer through them.
    #[must_use]
    pub fn column(&self, filter: Filter) -> &Column {
        &self.columns[filter as usize]
    }

    /// The place of every study's year in [`Self::years`].
    #[must_use]
    pub fn year_column(&self) -> &Column {
        &self.year_column
    }

    /// The studies of an intervention, newest first.
    pub fn studies_of(
        &self,
        intervention: usize,
    ) -> impl ExactSizeIterator<Item = &Arc<StudyCard>> {
        self.links[intervention]
            .iter()
            .map(|number| &self.studies[*number as usize])
    }

    /// The interventions of a study, by name.
    pub fn interventions_of(&self, study: usize) -> impl Iterator<Item = &Arc<InterventionCard>> {
        let number = u32::try_from(study).unwrap_or(u32::MAX);
        self.back_links
            .get(&number)
            .into_iter()
            .flatten()
            .map(|number| &self.interventions[*number as usize])
    }

    /// Each year that has studies, newest first, with the range of their catalogue numbers.
    #[must_use]
    pub fn years(&self) -> &[(i16, std::ops::Range<usize>)] {
        &self.years
    }

    /// The catalogue numbers of the studies published from one year to another, both inclusive.
    #[must_use]
    pub fn studies_between(&self, from: Option<i16>, to: Option<i16>) -> Option<Bitset> {
        if from.is_none() && to.is_none() {
            return None;
        }
        let start = to.map_or(0, |to| self.studies.partition_point(|card| card.year > to));
        let end = from.map_or(self.studies.len(), |from| {
            self.studies.partition_point(|card| card.year >= from)
        });
        Some(Bitset::range(self.studies.len(), start, end))
    }

    /// The values that a filter offers, in order.
    #[must_use]
    pub fn filter_values(&self, filter: Filter) -> &[FilterValue] {
        &self.filter_values[filter as usize]
    }

    #[must_use]
    pub fn filter_value(&self, filter: Filter, slug: &str) -> Option<&FilterValue> {
        self.filter_values(filter)
            .iter()
            .find(|value| value.slug == slug)
    }

    /// One more than the largest code of a value.
    #[must_use]
    pub fn code_count(&self) -> usize {
        self.codes.len()
    }

    /// The catalogue numbers of the studies by title. Made when first asked for.
    #[must_use]
    pub fn studies_by_title(&self) -> &[u32] {
        self.study_titles.get_or_init(|| {
            let mut keyed: Vec<_> = (0u32..)
                .zip(&self.studies)
                .map(|(number, card)| (sort_key(&card.title), number))
                .collect();
            keyed.sort_unstable();
            keyed.into_iter().map(|(_, number)| number).collect()
        })
    }

    /// Author and year as a sentence of this collection cites them.
    #[must_use]
    pub fn author_year(&self, card: &StudyCard) -> String {
        let letter = self
            .letters
            .get(&card.slug)
            .map(char::to_string)
            .unwrap_or_default();
        format!("{}{letter}", card.author_year)
    }

    /// Every sentence of a theme or an intervention that cites a study.
    pub fn cited_in<'a>(&'a self, study: &'a Slug) -> impl Iterator<Item = CitedIn<'a>> {
        let in_themes = self.themes.iter().flat_map(|card| {
            card.citing.iter().map(|sentence| CitedIn {
                kind: Kind::Theme,
                slug: &card.slug,
                title: &card.body.title,
                sentence,
            })
        });
        let in_interventions = self.interventions.iter().flat_map(|card| {
            card.citing.iter().map(|sentence| CitedIn {
                kind: Kind::Intervention,
                slug: &card.slug,
                title: &card.body.name,
                sentence,
            })
        });
        in_themes
            .chain(in_interventions)
            .filter(move |cited| cited.sentence.study == *study)
    }
}

/// Tells cited studies of the same authors and year apart, in the order of their slugs.
fn letters(
    themes: &[Arc<ThemeCard>],
    interventions: &[Arc<InterventionCard>],
    studies: &[Arc<StudyCard>],
    study_numbers: &HashMap<Slug, u32>,
) -> HashMap<Slug, char> {
    let in_themes = themes.iter().flat_map(|card| &card.citing);
    let in_interventions = interventions.iter().flat_map(|card| &card.citing);
    let mut cited: Vec<&StudyCard> = in_themes
        .chain(in_interventions)
        .filter_map(|sentence| study_numbers.get(&sentence.study))
        .map(|number| studies[*number as usize].as_ref())
        .collect();
    cited.sort_unstable_by_key(|card| (&card.author_year, &card.slug));
    cited.dedup_by_key(|card| &card.slug);
    cited
        .chunk_by(|a, b| a.author_year == b.author_year)
        .filter(|alike| alike.len() > 1)
        .flat_map(|alike| alike.iter().zip('a'..='z'))
        .map(|(card, letter)| (card.slug.clone(), letter))
        .collect()
}

/// The studies of each intervention. A link counts whichever side names it.
fn link(
    studies: &[Arc<StudyCard>],
    interventions: &[Arc<InterventionCard>],
    study_numbers: &HashMap<Slug, u32>,
    intervention_numbers: &HashMap<Slug, u32>,
) -> Vec<Box<[u32]>> {
    let mut links: Vec<Vec<u32>> = interventions
        .iter()
        .map(|card| {
            card.body
                .studies
                .iter()
                .filter_map(|slug| study_numbers.get(slug).copied())
                .collect()
        })
        .collect();
    for (number, card) in (0u32..).zip(studies) {
        for intervention in &card.interventions {
            if let Some(intervention) = intervention_numbers.get(intervention) {
                links[*intervention as usize].push(number);
            }
        }
    }
    links
        .into_iter()
        .map(|mut linked| {
            linked.sort_unstable();
            linked.dedup();
            linked.into()
        })
        .collect()
}

/// What a filter offers: the terms of its vocabulary, then the states of a coded field.
fn values_of(
    filter: Filter,
    vocabularies: &Vocabularies,
    themes: &[Arc<ThemeCard>],
    studies: &[Arc<StudyCard>],
    codes: &mut Codes,
) -> Vec<FilterValue> {
    let mut values: Vec<(String, String)> = match filter {
        Filter::Theme => themes
            .iter()
            .map(|card| (card.slug.to_string(), card.body.title.clone()))
            .collect(),
        Filter::Origin => Origin::ALL
            .map(|origin| (origin.slug().to_owned(), origin.label().to_owned()))
            .into(),
        Filter::Verified => Level::ALL
            .map(|level| (level.slug().to_owned(), level.label().to_owned()))
            .into(),
        Filter::Country => country_values(studies),
        Filter::Focus
        | Filter::Outcome
        | Filter::Stage
        | Filter::Design
        | Filter::Type
        | Filter::Setting
        | Filter::Cost => {
            let any =
                (filter == Filter::Focus).then(|| (ANY.to_owned(), "Any named group".to_owned()));
            let terms = filter
                .vocabulary()
                .into_iter()
                .flat_map(|vocabulary| vocabularies.terms(vocabulary))
                .map(|entry| (entry.slug.to_string(), entry.label.clone()));
            let states = [
                (NOT_REPORTED.to_owned(), "Not reported".to_owned()),
                (NOT_APPLICABLE.to_owned(), "Not applicable".to_owned()),
            ];
            any.into_iter().chain(terms).chain(states).collect()
        }
    };
    values
        .drain(..)
        .map(|(slug, label)| FilterValue {
            code: codes.code(&slug),
            slug,
            label,
        })
        .collect()
}

/// The countries that studies come from, by name, then the reviews across countries.
fn country_values(studies: &[Arc<StudyCard>]) -> Vec<(String, String)> {
    let mut countries: Vec<Country> = studies
        .iter()
        .flat_map(|card| card.countries.iter().copied())
        .collect();
    countries.sort_unstable_by_key(|country| (country.name(), *country));
    countries.dedup();
    countries
        .into_iter()
        .map(|country| {
            (
                crate::search::cards::country_value(country),
                country.name().to_owned(),
            )
        })
        .chain([(
            ACROSS_COUNTRIES.to_owned(),
            "Across countries (reviews)".to_owned(),
        )])
        .collect()
}

/// Titles sort without regard to case, accents and an opening article or quotation mark.
fn sort_key(title: &str) -> String {
    let folded = deunicode::deunicode(title).to_lowercase();
    let folded = folded.trim_start_matches(|character: char| !character.is_alphanumeric());
    let without_article = ["the ", "a ", "an "]
        .iter()
        .find_map(|article| folded.strip_prefix(article))
        .unwrap_or(folded);
    without_article.to_owned()
}
