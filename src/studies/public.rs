//! The page of a study: the permanent address that every citation of it leads to.

use askama::Template;
use axum::response::Html;

use crate::app::App;
use crate::error::Result;
use crate::exchange::discovery::signposting::{self, TypedLink};
use crate::exchange::edition::Edition;
use crate::exchange::file;
use crate::exchange::format::Format;
use crate::exchange::linked::schema_org;
use crate::exchange::references::entry::Entry;
use crate::exchange::references::shown::CitationBox;
use crate::exchange::references::{coins, highwire};
use crate::interventions::row::InterventionRow;
use crate::records::public::PublicPage;
use crate::records::record::{Kind, Published};
use crate::retractions::retraction::Notice;
use crate::search::catalogue::{Catalogue, CitedIn};
use crate::studies::bibliography::{Author, author_year};
use crate::studies::effect_row::EffectRow;
use crate::studies::related::related;
use crate::studies::row::{BriefStudyRow, place};
use crate::studies::study::Study;
use crate::vocabularies::said::Said;
use crate::vocabularies::vocabulary::Vocabulary;
use crate::web::layout::Layout;
use crate::web::page::render;
use crate::web::words;

/// How many authors the head names before it counts the rest.
const AUTHORS_SHOWN: usize = 12;
const RELATED: usize = 4;

#[derive(Template)]
#[template(path = "studies/show.html")]
struct ShowPage<'a> {
    layout: Layout,
    catalogue: &'a Catalogue,
    study: &'a Study,
    short_name: String,
    authors: String,
    published_in: String,
    design: Said,
    place: String,
    facts: Vec<(&'static str, Said)>,
    interventions: Vec<InterventionRow<'a>>,
    effects: Vec<EffectRow>,
    cited_in: Vec<CitedIn<'a>>,
    /// Names and contents of the tags for reference managers.
    tags: Vec<(&'static str, String)>,
    coins: String,
    citation: CitationBox,
    related: Vec<BriefStudyRow<'a>>,
    notices: Vec<Notice>,
    version: i64,
    /// Where all versions are listed.
    versions: String,
    updated: String,
}

impl PublicPage for Study {
    async fn page(
        app: &App,
        layout: Layout,
        edition: &Edition,
        published: Published<Self>,
    ) -> Result<Html<String>> {
        let entry = Entry::of_study(edition, &published.slug, &published.body);
        let linked = schema_org::study(edition, &published);
        let Published {
            slug,
            version,
            updated,
            body: study,
        } = published;
        let catalogue = edition.catalogue.clone();
        let number = catalogue.study_number(&slug);
        let citation = CitationBox::new(app, edition, &layout, Kind::Study, &slug, &entry);
        let page = ShowPage {
            versions: format!("{}/versions", Kind::Study.path(&slug)),
            layout: layout
                .titled(study.title.clone(), description(&study))
                .at(Kind::Study.path(&slug))
                .described(&linked),
            tags: highwire::tags(&entry),
            coins: coins::write(&entry.reference),
            citation,
            short_name: author_year(&study.authors, study.year),
            authors: authors(&study.authors),
            published_in: published_in(&study),
            design: catalogue
                .vocabularies
                .say(Vocabulary::Design, &study.study_design),
            place: place(&study.countries),
            facts: facts(&study, &catalogue),
            interventions: number.map_or_else(Vec::new, |number| interventions(&catalogue, number)),
            effects: study
                .effects
                .iter()
                .map(|effect| EffectRow::new(effect, &catalogue.vocabularies))
                .collect(),
            cited_in: catalogue.cited_in(&slug).collect(),
            related: number.map_or_else(Vec::new, |number| related_rows(&catalogue, number)),
            notices: number.map_or_else(Vec::new, |number| {
                catalogue.notices(&catalogue.studies()[number]).to_vec()
            }),
            version,
            updated: words::long_date(updated.to_zoned_datetime(jiff::tz::TimeZone::UTC).date()),
            catalogue: &catalogue,
            study: &study,
        };
        Ok(render(&page)?)
    }

    fn file(edition: &Edition, published: &Published<Self>, format: Format) -> Option<String> {
        file::study(edition, published, format)
    }

    fn links(edition: &Edition, published: &Published<Self>) -> Vec<TypedLink> {
        signposting::links(edition, published)
    }
}

/// The summary, as far as a search engine shows it.
fn description(study: &Study) -> String {
    let named = author_year(&study.authors, study.year);
    if study.summary.is_empty() {
        named
    } else {
        format!("{} ({named})", study.summary)
    }
}

fn authors(authors: &[Author]) -> String {
    let mut names: Vec<_> = authors
        .iter()
        .take(AUTHORS_SHOWN)
        .map(Author::full_name)
        .collect();
    if authors.len() > AUTHORS_SHOWN {
        names.push(format!("{} others", authors.len() - AUTHORS_SHOWN));
    }
    if names.is_empty() {
        "Unknown author".to_owned()
    } else {
        words::list(&names, "and")
    }
}

/// "19(1), 7–26", after the title of the journal, or what there is of it.
fn published_in(study: &Study) -> String {
    let mut rest = study.volume.clone().unwrap_or_default();
    if let Some(issue) = &study.issue {
        rest.push_str(&format!("({issue})"));
    }
    let pages = study.pages.as_ref().map(|pages| pages.replace('-', "–"));
    [
        Some(rest).filter(|rest| !rest.is_empty()),
        pages,
        study.publisher.clone(),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ")
}

fn facts(study: &Study, catalogue: &Catalogue) -> Vec<(&'static str, Said)> {
    let vocabularies = &catalogue.vocabularies;
    let nations: Vec<_> = study
        .uk_nations
        .iter()
        .map(|nation| nation.name())
        .collect();
    let mut place = place(&study.countries);
    if !nations.is_empty() {
        place.push_str(&format!(" ({})", nations.join(", ")));
    }
    let sample_size = study
        .sample_size
        .map(|size| usize::try_from(size).map_or_else(|_| size.to_string(), words::number));
    vec![
        (
            "Kind of study",
            vocabularies.say(Vocabulary::Design, &study.study_design),
        ),
        ("Where", Said::or_not_reported(place)),
        (
            "Stages",
            vocabularies.say_all(Vocabulary::Stage, &study.stages),
        ),
        (
            "Who took part",
            Said::or_not_reported(study.sample_description.clone()),
        ),
        (
            "Sample size",
            Said::or_not_reported(sample_size.unwrap_or_default()),
        ),
        (
            "Disadvantage focus",
            vocabularies.say_all(Vocabulary::DisadvantageFocus, &study.disadvantage_focus),
        ),
        (
            "Outcomes",
            vocabularies.say_all(Vocabulary::Outcome, &study.outcomes),
        ),
        (
            "Kind of publication",
            vocabularies.say(Vocabulary::PublicationType, &study.publication_type),
        ),
    ]
}

fn interventions(catalogue: &Catalogue, number: usize) -> Vec<InterventionRow<'_>> {
    catalogue
        .interventions_of(number)
        .filter_map(|card| catalogue.intervention_number(&card.slug))
        .map(|number| InterventionRow::new(catalogue, number, 3))
        .collect()
}

fn related_rows(catalogue: &Catalogue, number: usize) -> Vec<BriefStudyRow<'_>> {
    related(catalogue, number, RELATED)
        .into_iter()
        .map(|number| BriefStudyRow {
            catalogue,
            card: &catalogue.studies()[number],
            heading: 3,
        })
        .collect()
}
