//! A study as other software sees it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::exchange::edition::Edition;
use crate::exchange::records::effect::EffectOut;
use crate::exchange::records::terms::{CodedTerm, CodedTerms, CountryOut, RecordLink, TermOut};
use crate::records::record::{Kind, Published};
use crate::studies::bibliography::Author;
use crate::studies::study::Study;
use crate::vocabularies::vocabulary::Vocabulary;

/// One piece of published evidence.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Study)]
pub struct StudyOut {
    /// Names the study here; its address ends with it.
    pub slug: String,
    /// The permanent address.
    pub url: String,
    /// The number of the published text.
    pub version: i64,
    /// When that text was published, RFC 3339, UTC.
    #[schema(format = DateTime)]
    pub updated: String,
    pub title: String,
    pub authors: Vec<AuthorOut>,
    /// The year of publication; null where nobody knows it.
    pub year: Option<i16>,
    pub publication_type: CodedTerm,
    pub container_title: Option<String>,
    pub publisher: Option<String>,
    pub volume: Option<String>,
    pub issue: Option<String>,
    pub pages: Option<String>,
    /// Without any resolver, like 10.1000/182.
    pub doi: Option<String>,
    /// Where the work itself is.
    pub original_url: Option<String>,
    /// Whether the full text can be read without paying; null where nobody has looked.
    pub open_access: Option<bool>,
    /// The United Kingdom if its countries include it, international otherwise.
    pub origin: TermOut,
    /// Empty for a review across countries.
    pub countries: Vec<CountryOut>,
    pub uk_nations: Vec<String>,
    pub design: CodedTerm,
    pub stages: CodedTerms,
    pub sample_size: Option<u64>,
    pub sample_description: String,
    pub disadvantage_focus: CodedTerms,
    pub outcomes: CodedTerms,
    pub themes: Vec<RecordLink>,
    pub interventions: Vec<RecordLink>,
    /// In plain English, in our words.
    pub summary: String,
    pub key_findings: Vec<String>,
    /// The editors' reading, not the authors' words.
    pub implications_for_practice: Vec<String>,
    pub effects: Vec<EffectOut>,
    pub verification: VerificationOut,
    /// What journals have said of the study since.
    pub notices: Vec<NoticeOut>,
}

/// Who wrote a study: a person with both names, or a body with one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Author)]
pub struct AuthorOut {
    /// The family name, or the name of the body.
    pub family: String,
    /// Null for a body.
    pub given: Option<String>,
}

impl From<&Author> for AuthorOut {
    fn from(author: &Author) -> Self {
        match author {
            Author::Person { family, given } => Self {
                family: family.clone(),
                given: Some(given.clone()),
            },
            Author::Corporate(name) => Self {
                family: name.clone(),
                given: None,
            },
        }
    }
}

impl AuthorOut {
    /// "Family, Given", or the name of the body.
    #[must_use]
    pub fn inverted(&self) -> String {
        match &self.given {
            Some(given) => format!("{}, {given}", self.family),
            None => self.family.clone(),
        }
    }
}

/// How far the record was checked, and against what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Verification)]
pub struct VerificationOut {
    pub level: TermOut,
    pub sources: Vec<String>,
}

/// A retraction, a correction, an expression of concern, or a reinstatement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Notice)]
pub struct NoticeOut {
    pub nature: String,
    #[schema(format = Date)]
    pub date: Option<String>,
    pub reason: String,
    pub doi: Option<String>,
    /// The notice in a sentence.
    pub said: String,
}

impl StudyOut {
    #[must_use]
    pub fn new(edition: &Edition, published: &Published<Study>) -> Self {
        let Published {
            slug,
            version,
            updated,
            body: study,
        } = published;
        let catalogue = &*edition.catalogue;
        let vocabularies = &catalogue.vocabularies;
        let coded = |vocabulary, coding| CodedTerms::new(vocabularies, vocabulary, coding);
        let number = catalogue.study_number(slug);
        let interventions = number.map_or_else(Vec::new, |number| {
            let cards = catalogue.interventions_of(number);
            cards
                .map(|card| {
                    RecordLink::new(edition, Kind::Intervention, &card.slug, &card.body.name)
                })
                .collect()
        });
        let notices = number.map_or(&[][..], |number| {
            catalogue.notices(&catalogue.studies()[number])
        });
        let level = study.verified.level;
        let effects = study.effects.iter().zip(1..);
        Self {
            slug: slug.to_string(),
            url: edition.address(Kind::Study, slug),
            version: *version,
            updated: updated.to_string(),
            title: study.title.clone(),
            authors: study.authors.iter().map(AuthorOut::from).collect(),
            year: (study.year > 0).then_some(study.year),
            publication_type: CodedTerm::new(
                vocabularies,
                Vocabulary::PublicationType,
                &study.publication_type,
            ),
            container_title: study.container_title.clone(),
            publisher: study.publisher.clone(),
            volume: study.volume.clone(),
            issue: study.issue.clone(),
            pages: study.pages.clone(),
            doi: study.doi.clone(),
            original_url: study.original(),
            open_access: study.open_access,
            origin: TermOut {
                slug: study.origin().slug().to_owned(),
                label: study.origin().label().to_owned(),
            },
            countries: study.countries.iter().map(CountryOut::from).collect(),
            uk_nations: study
                .uk_nations
                .iter()
                .map(|nation| nation.name().to_owned())
                .collect(),
            design: CodedTerm::new(vocabularies, Vocabulary::Design, &study.study_design),
            stages: coded(Vocabulary::Stage, &study.stages),
            sample_size: study.sample_size,
            sample_description: study.sample_description.clone(),
            disadvantage_focus: coded(Vocabulary::DisadvantageFocus, &study.disadvantage_focus),
            outcomes: coded(Vocabulary::Outcome, &study.outcomes),
            themes: RecordLink::themes(edition, &study.themes),
            interventions,
            summary: study.summary.clone(),
            key_findings: study.key_findings.clone(),
            implications_for_practice: study.implications_for_practice.clone(),
            effects: effects
                .map(|(effect, number)| EffectOut::new(edition, slug, number, effect))
                .collect(),
            verification: VerificationOut {
                level: TermOut {
                    slug: level.slug().to_owned(),
                    label: level.label().to_owned(),
                },
                sources: study.verified.sources.clone(),
            },
            notices: notices
                .iter()
                .map(|notice| NoticeOut {
                    nature: notice.nature.as_str().to_owned(),
                    date: notice.date.map(|date| date.to_string()),
                    reason: notice.reason.clone(),
                    doi: notice.doi.clone(),
                    said: notice.sentence(),
                })
                .collect(),
        }
    }
}
