//! A record as a reference on its way out: a study is the work that it describes, everything else a
//! page of this site.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::exchange::edition::Edition;
use crate::import::references::{PublicationKind, Reference, text};
use crate::interventions::intervention::Intervention;
use crate::records::coding::{Coding, Term};
use crate::records::record::{Kind, Published};
use crate::records::slug::Slug;
use crate::studies::bibliography::Author;
use crate::studies::study::Study;
use crate::themes::theme::Theme;
use crate::vocabularies::vocabulary::Vocabulary;

/// A reference with what only files need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Names the reference in its file: the slug, which never changes hands.
    pub key: String,
    pub reference: Reference,
    /// The day of the version, for pages of this site.
    pub date: Option<Date>,
}

impl Entry {
    /// A work that was published elsewhere.
    #[must_use]
    pub fn of_study(edition: &Edition, slug: &Slug, study: &Study) -> Self {
        let reference = Reference {
            abstract_text: summary(edition, &study.summary),
            keywords: keywords(edition, study),
            note: Some(note(edition, slug)),
            ..work(study)
        };
        Self::new(slug, reference, None)
    }

    /// The page of an intervention.
    #[must_use]
    pub fn of_intervention(edition: &Edition, published: &Published<Intervention>) -> Self {
        let reference = page(edition, &published.body.name, &published.body.summary);
        Self::of_page(edition, published, reference)
    }

    /// The page of a theme.
    #[must_use]
    pub fn of_theme(edition: &Edition, published: &Published<Theme>) -> Self {
        let reference = page(edition, &published.body.title, &published.body.summary);
        Self::of_page(edition, published, reference)
    }

    /// The whole collection, on a day.
    #[must_use]
    pub fn of_collection(edition: &Edition) -> Self {
        let reference = Reference {
            year: Some(edition.day().year()),
            url: Some(edition.absolute("/")),
            ..page(
                edition,
                "Evidence on schools and families working together",
                "",
            )
        };
        Self {
            key: "collection".to_owned(),
            reference,
            date: Some(edition.day()),
        }
    }

    fn of_page<D>(edition: &Edition, published: &Published<D>, mut reference: Reference) -> Self
    where
        D: crate::records::record::Document,
    {
        let date = day(published.updated);
        reference.year = Some(date.year());
        reference.url = Some(edition.address(D::KIND, &published.slug));
        Self::new(&published.slug, reference, Some(date))
    }

    fn new(slug: &Slug, reference: Reference, date: Option<Date>) -> Self {
        Self {
            key: slug.to_string(),
            reference,
            date,
        }
    }

    /// Whether it is a page of this site.
    #[must_use]
    pub fn is_page(&self) -> bool {
        self.date.is_some()
    }
}

/// The work that a study record describes, without anything that we say of it.
#[must_use]
pub fn work(study: &Study) -> Reference {
    Reference {
        title: study.title.clone(),
        authors: study.authors.clone(),
        year: (study.year > 0).then_some(study.year),
        kind: kind(&study.publication_type),
        container_title: study.container_title.clone(),
        publisher: study.publisher.clone(),
        volume: study.volume.clone(),
        issue: study.issue.clone(),
        pages: study.pages.clone(),
        doi: study.doi.clone(),
        url: study.url.clone(),
        ..Reference::default()
    }
}

/// The day of a moment, UTC.
#[must_use]
pub fn day(time: Timestamp) -> Date {
    time.to_zoned_datetime(TimeZone::UTC).date()
}

/// Terms that curators add to the publication types are of no kind that formats know.
#[must_use]
pub fn kind(publication_type: &Coding<Slug>) -> Option<PublicationKind> {
    let term = publication_type.coded()?;
    PublicationKind::parse(term.as_str())
}

fn page(edition: &Edition, title: &str, lead: &str) -> Reference {
    Reference {
        title: title.to_owned(),
        authors: vec![Author::Corporate(edition.site_name.to_string())],
        abstract_text: Some(text::one_line(lead)).filter(|lead| !lead.is_empty()),
        ..Reference::default()
    }
}

/// A summary is ours and says so: the field is the authors' in most files.
fn summary(edition: &Edition, summary: &str) -> Option<String> {
    (!summary.is_empty()).then(|| format!("Summary by {}: {summary}", edition.site_name))
}

/// Where our record is, and what journals have said of the study since.
fn note(edition: &Edition, slug: &Slug) -> String {
    let mut note = String::new();
    if let Some(card) = edition.catalogue.study(slug) {
        for notice in edition.catalogue.notices(card) {
            note.push_str(&notice.sentence());
            note.push(' ');
        }
    }
    let address = edition.address(Kind::Study, slug);
    note.push_str(&format!("Record in {}: {address}", edition.site_name));
    note
}

/// What the study is filed under, in the words of pages.
#[must_use]
pub fn keywords(edition: &Edition, study: &Study) -> Vec<String> {
    let catalogue = &edition.catalogue;
    let themes = study.themes.iter().filter_map(|slug| catalogue.theme(slug));
    let mut keywords: Vec<String> = themes.map(|card| card.body.title.clone()).collect();
    let labels = |vocabulary, coding: &Coding<Vec<Term>>| -> Vec<String> {
        let terms = coding.terms().iter();
        terms
            .map(|term| catalogue.vocabularies.label(vocabulary, term).to_owned())
            .collect()
    };
    keywords.extend(labels(Vocabulary::Outcome, &study.outcomes));
    keywords.extend(labels(Vocabulary::Stage, &study.stages));
    keywords.extend(labels(
        Vocabulary::DisadvantageFocus,
        &study.disadvantage_focus,
    ));
    keywords
}
