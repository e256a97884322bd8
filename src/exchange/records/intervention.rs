//! An intervention as other software sees it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::exchange::edition::Edition;
use crate::exchange::records::terms::{CodedTerm, CodedTerms, CountryOut, RecordLink};
use crate::interventions::intervention::Intervention;
use crate::records::record::{Kind, Published};
use crate::vocabularies::countries::Country;
use crate::vocabularies::vocabulary::Vocabulary;

/// A programme, service or strategy that a school can use.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Intervention)]
pub struct InterventionOut {
    /// Names the intervention here; its address ends with it.
    pub slug: String,
    /// The permanent address.
    pub url: String,
    /// The number of the published text.
    pub version: i64,
    /// When that text was published, RFC 3339, UTC.
    #[schema(format = DateTime)]
    pub updated: String,
    pub name: String,
    pub summary: String,
    /// Markdown; [@slug] cites a study of this collection.
    pub description: String,
    pub how_it_works: Vec<String>,
    pub who_delivers: String,
    pub setting: CodedTerms,
    pub stages: CodedTerms,
    pub duration: String,
    pub cost: CodedTerm,
    pub cost_note: String,
    pub disadvantage_focus: CodedTerms,
    pub outcomes: CodedTerms,
    pub themes: Vec<RecordLink>,
    /// Null where it is not known.
    pub available_in_uk: Option<bool>,
    /// The editors' reading, not the authors' words.
    pub implementation_tips: Vec<String>,
    pub website: Option<String>,
    /// The published studies about it, newest first.
    pub studies: Vec<RecordLink>,
    /// The countries of these studies.
    pub countries: Vec<CountryOut>,
    /// The years of publication of these studies, in order.
    pub years: Vec<i16>,
}

impl InterventionOut {
    #[must_use]
    pub fn new(edition: &Edition, published: &Published<Intervention>) -> Self {
        let Published {
            slug,
            version,
            updated,
            body,
        } = published;
        let catalogue = &*edition.catalogue;
        let vocabularies = &catalogue.vocabularies;
        let coded = |vocabulary, coding| CodedTerms::new(vocabularies, vocabulary, coding);
        let numbers = catalogue
            .intervention_number(slug)
            .map_or(&[][..], |number| &catalogue.links()[number]);
        let studies: Vec<_> = numbers
            .iter()
            .map(|number| &catalogue.studies()[*number as usize])
            .collect();
        let mut countries: Vec<Country> = Vec::new();
        for country in studies.iter().flat_map(|card| card.countries.iter()) {
            if !countries.contains(country) {
                countries.push(*country);
            }
        }
        let mut years: Vec<i16> = studies.iter().map(|card| card.year).collect();
        years.sort_unstable();
        years.dedup();
        Self {
            slug: slug.to_string(),
            url: edition.address(Kind::Intervention, slug),
            version: *version,
            updated: updated.to_string(),
            name: body.name.clone(),
            summary: body.summary.clone(),
            description: body.description.clone(),
            how_it_works: body.how_it_works.clone(),
            who_delivers: body.who_delivers.clone(),
            setting: coded(Vocabulary::Setting, &body.setting),
            stages: coded(Vocabulary::Stage, &body.stages),
            duration: body.duration.clone(),
            cost: CodedTerm::new(vocabularies, Vocabulary::Cost, &body.cost),
            cost_note: body.cost_note.clone(),
            disadvantage_focus: coded(Vocabulary::DisadvantageFocus, &body.disadvantage_focus),
            outcomes: coded(Vocabulary::Outcome, &body.outcomes),
            themes: RecordLink::themes(edition, &body.themes),
            available_in_uk: body.available_in_uk,
            implementation_tips: body.implementation_tips.clone(),
            website: body.website.clone(),
            studies: studies
                .iter()
                .map(|card| RecordLink::new(edition, Kind::Study, &card.slug, &card.title))
                .collect(),
            countries: countries.iter().map(CountryOut::from).collect(),
            years,
        }
    }
}
