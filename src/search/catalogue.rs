//! Every published record in memory: cards for lists, bitsets for filters and counts. A catalogue
//! never changes; publishing makes the next one from it.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use crate::interventions::derived::Derived;
use crate::records::record::{Change, Kind};
use crate::records::slug::Slug;
use crate::retractions::retraction::{Notice, Retractions};
use crate::search::aliases::Aliases;
use crate::search::bitset::Bitset;
use crate::search::cards::{Codes, InterventionCard, QuestionCard, RecordId, StudyCard, ThemeCard};
use crate::search::facets::{Column, Facets};
use crate::search::filter::Filter;
use crate::search::filter_values::{FilterValue, values_of};
use crate::search::keywords::words::Meanings;
use crate::search::links::Links;
use crate::search::query::Search;
use crate::themes::citations::CitingSentence;
use crate::vocabularies::vocabulary::Vocabularies;

/// The cards of the published records, in no order.
#[derive(Clone, Debug, Default)]
pub struct Cards {
    pub codes: Codes,
    /// Names that the cards do not use any more, but texts and addresses do.
    pub aliases: Arc<Aliases>,
    pub studies: Vec<Arc<StudyCard>>,
    pub interventions: Vec<Arc<InterventionCard>>,
    pub themes: Vec<Arc<ThemeCard>>,
    pub questions: Vec<Arc<QuestionCard>>,
    /// What editors have confirmed of notices about studies.
    pub retractions: Arc<Retractions>,
}

/// A sentence on the page of another record that cites a study.
#[derive(Clone, Copy, Debug)]
pub struct CitedIn<'a> {
    pub kind: Kind,
    pub slug: &'a Slug,
    pub title: &'a str,
    pub sentence: &'a CitingSentence,
}

/// What a study and an intervention have in common where either can be listed.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    pub id: RecordId,
    /// The number of the live revision.
    pub version: i64,
    pub slug: &'a Slug,
    pub title: &'a str,
    pub summary: &'a str,
    pub themes: &'a [Slug],
    /// When readers last saw something new of it: its text, or a notice about it.
    pub updated: Timestamp,
}

/// The published collection at one version.
#[derive(Debug)]
pub struct Catalogue {
    /// The newest change that it holds; none in an empty collection.
    pub change: Option<Change>,
    pub vocabularies: Arc<Vocabularies>,
    /// The synonyms, ready for searching.
    pub meanings: Meanings,
    codes: Codes,
    aliases: Arc<Aliases>,
    /// By year, newest first, then by id: a study's catalogue number is its place here.
    studies: Vec<Arc<StudyCard>>,
    /// By name.
    interventions: Vec<Arc<InterventionCard>>,
    /// By position.
    themes: Vec<Arc<ThemeCard>>,
    /// In the order in which they were added.
    questions: Vec<Arc<QuestionCard>>,
    retractions: Arc<Retractions>,
    study_numbers: HashMap<Slug, u32>,
    intervention_numbers: HashMap<Slug, u32>,
    /// Catalogue numbers by record id; what is neither study nor intervention is not there.
    numbers: Vec<Option<Number>>,
    pub study_facets: Facets,
    pub intervention_facets: Facets,
    links: Links,
    /// What each intervention takes from its studies.
    derived: Vec<Derived>,
    /// The values of the filters that interventions take from their studies, by filter.
    columns: Vec<Column>,
    /// The place of each study's year in `years`.
    year_column: Column,
    /// Each year that has studies, newest first, with the range of their numbers.
    years: Vec<(i16, Range<usize>)>,
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
    pub fn new(change: Option<Change>, vocabularies: Arc<Vocabularies>, cards: Cards) -> Self {
        let Cards {
            mut codes,
            aliases,
            mut studies,
            mut interventions,
            mut themes,
            mut questions,
            retractions,
        } = cards;
        studies.sort_unstable_by_key(|card| (Reverse(card.year), card.id));
        interventions.sort_by_cached_key(|card| (sort_key(&card.body.name), card.id));
        themes.sort_unstable_by_key(|card| (card.body.position, card.id));
        questions.sort_unstable_by_key(|card| card.id);

        let study_numbers = numbers_by_slug(studies.iter().map(|card| &card.slug));
        let intervention_numbers = numbers_by_slug(interventions.iter().map(|card| &card.slug));
        let links = Links::new(
            &studies,
            &interventions,
            &study_numbers,
            &intervention_numbers,
        );
        let years = year_ranges(&studies);

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
            .studies()
            .iter()
            .map(|linked| {
                let own = linked.iter().map(|number| &studies[*number as usize]);
                Derived::of(&vocabularies, &own.collect::<Vec<_>>())
            })
            .collect();
        let columns = Filter::ALL
            .iter()
            .map(|filter| {
                if filter.is_answered_by_studies() {
                    Column::new(studies.iter().map(|card| card.values.of(*filter)))
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

        let letters = letters(&themes, &interventions, &studies, &study_numbers);
        Self {
            change,
            numbers: numbers_by_id(&studies, &interventions),
            meanings: Meanings::new(&vocabularies.synonyms),
            vocabularies,
            codes,
            aliases,
            studies,
            interventions,
            themes,
            questions,
            retractions,
            study_numbers,
            intervention_numbers,
            study_facets,
            intervention_facets,
            links,
            derived,
            columns,
            year_column: Column::new(year_places.chunks(1)),
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
            aliases: self.aliases.clone(),
            studies: self.studies.clone(),
            interventions: self.interventions.clone(),
            themes: self.themes.clone(),
            questions: self.questions.clone(),
            retractions: self.retractions.clone(),
        }
    }

    /// The former names of records.
    #[must_use]
    pub fn aliases(&self) -> &Aliases {
        &self.aliases
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

    /// The record of a number in the list of interventions or in that of studies.
    #[must_use]
    pub fn listed(&self, kind: Kind, number: usize) -> Listed<'_> {
        match kind {
            Kind::Intervention => {
                let card = &self.interventions[number];
                Listed {
                    id: card.id,
                    version: card.version,
                    slug: &card.slug,
                    title: &card.body.name,
                    summary: &card.body.summary,
                    themes: &card.body.themes,
                    updated: card.updated,
                }
            }
            Kind::Study | Kind::Theme | Kind::Question | Kind::Page => {
                let card = &self.studies[number];
                Listed {
                    id: card.id,
                    version: card.version,
                    slug: &card.slug,
                    title: &card.title,
                    summary: &card.summary,
                    themes: &card.themes,
                    updated: self
                        .retractions
                        .since(card.id)
                        .map_or(card.updated, |told| told.max(card.updated)),
                }
            }
        }
    }

    #[must_use]
    pub fn study(&self, slug: &Slug) -> Option<&Arc<StudyCard>> {
        self.study_number(slug).map(|number| &self.studies[number])
    }

    #[must_use]
    pub fn study_number(&self, slug: &Slug) -> Option<usize> {
        let slug = self.aliases.current(Kind::Study, slug);
        self.study_numbers.get(slug).map(|number| *number as usize)
    }

    #[must_use]
    pub fn intervention(&self, slug: &Slug) -> Option<&Arc<InterventionCard>> {
        self.intervention_number(slug)
            .map(|number| &self.interventions[number])
    }

    #[must_use]
    pub fn intervention_number(&self, slug: &Slug) -> Option<usize> {
        let slug = self.aliases.current(Kind::Intervention, slug);
        self.intervention_numbers
            .get(slug)
            .map(|number| *number as usize)
    }

    #[must_use]
    pub fn theme(&self, slug: &Slug) -> Option<&Arc<ThemeCard>> {
        let slug = self.aliases.current(Kind::Theme, slug);
        self.themes.iter().find(|card| card.slug == *slug)
    }

    #[must_use]
    pub fn question(&self, slug: &Slug) -> Option<&Arc<QuestionCard>> {
        let slug = self.aliases.current(Kind::Question, slug);
        self.questions.iter().find(|card| card.slug == *slug)
    }

    /// What journals said of a study since, where an editor has confirmed it.
    #[must_use]
    pub fn notices(&self, study: &StudyCard) -> &[Notice] {
        self.retractions.of(study.id)
    }

    /// Whether a study stands retracted.
    #[must_use]
    pub fn is_retracted(&self, study: &StudyCard) -> bool {
        self.retractions.is_retracted(study.id)
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
        self.links.studies()
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

    /// The interventions of a study, by name.
    pub fn interventions_of(&self, study: usize) -> impl Iterator<Item = &Arc<InterventionCard>> {
        let numbers = self.links.interventions(study).iter();
        numbers.map(|number| &self.interventions[*number as usize])
    }

    /// Each year that has studies, newest first, with the range of their catalogue numbers.
    #[must_use]
    pub fn years(&self) -> &[(i16, Range<usize>)] {
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

    /// The value of this name, or of this former name.
    #[must_use]
    pub fn filter_value(&self, filter: Filter, slug: &str) -> Option<&FilterValue> {
        let former = Slug::parse(slug).filter(|_| filter == Filter::Theme);
        let slug = former.as_ref().map_or(slug, |former| {
            self.aliases.current(Kind::Theme, former).as_str()
        });
        self.filter_values(filter)
            .iter()
            .find(|value| value.slug == slug)
    }

    /// Reads a query string; values that filters do not offer drop out.
    #[must_use]
    pub fn read(&self, kind: Kind, query: &str) -> Search {
        Search::read(kind, query, |filter, value| {
            let value = self.filter_value(filter, value)?;
            Some(value.slug.clone())
        })
    }

    /// One more than the largest code of a value.
    #[must_use]
    pub fn code_count(&self) -> usize {
        self.codes.count()
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

fn numbers_by_slug<'a>(slugs: impl Iterator<Item = &'a Slug>) -> HashMap<Slug, u32> {
    slugs.cloned().zip(0..).collect()
}

fn numbers_by_id(
    studies: &[Arc<StudyCard>],
    interventions: &[Arc<InterventionCard>],
) -> Vec<Option<Number>> {
    let studies = studies
        .iter()
        .zip(0..)
        .map(|(card, number)| (card.id, Number::Study(number)));
    let interventions = interventions
        .iter()
        .zip(0..)
        .map(|(card, number)| (card.id, Number::Intervention(number)));
    let mut numbers = Vec::new();
    for (id, number) in studies.chain(interventions) {
        let id = usize::try_from(id).unwrap_or_default();
        if numbers.len() <= id {
            numbers.resize(id + 1, None);
        }
        numbers[id] = Some(number);
    }
    numbers
}

/// Each year of studies that are ordered by year, with the range of their places.
fn year_ranges(studies: &[Arc<StudyCard>]) -> Vec<(i16, Range<usize>)> {
    let mut years: Vec<(i16, Range<usize>)> = Vec::new();
    for (place, card) in studies.iter().enumerate() {
        match years.last_mut() {
            Some((year, range)) if *year == card.year => range.end = place + 1,
            _ => years.push((card.year, place..place + 1)),
        }
    }
    years
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
