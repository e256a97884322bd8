//! The page of an intervention.

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use axum::response::Html;

use crate::app::App;
use crate::error::Result;
use crate::exchange::edition::Edition;
use crate::exchange::file;
use crate::exchange::format::Format;
use crate::exchange::linked::schema_org;
use crate::exchange::references::entry::Entry;
use crate::exchange::references::shown::CitationBox;
use crate::interventions::derived::{Cost, Derived};
use crate::interventions::intervention::Intervention;
use crate::interventions::row::InterventionRow;
use crate::records::coding::Coding;
use crate::records::public::PublicPage;
use crate::records::record::{Kind, Published};
use crate::records::slug::Slug;
use crate::records::store;
use crate::search::bitset::Bitset;
use crate::search::cards::StudyCard;
use crate::search::catalogue::Catalogue;
use crate::search::filter::Filter;
use crate::studies::effect_row::EffectRow;
use crate::studies::study::{Level, Study};
use crate::themes::cited::{Cited, cited};
use crate::vocabularies::said::Said;
use crate::vocabularies::vocabulary::Vocabulary;
use crate::web::layout::Layout;
use crate::web::page::render;
use crate::web::words;

const SIMILAR: usize = 3;
/// The newest so many studies are shown with their results; a list holds the rest.
const STUDIES_SHOWN: usize = 40;

#[derive(Template)]
#[template(path = "interventions/show.html")]
struct ShowPage<'a> {
    layout: Layout,
    catalogue: &'a Catalogue,
    intervention: &'a Intervention,
    description: Cited<'a>,
    derived: Cow<'a, Derived>,
    cost: Cost,
    stages: Said,
    setting: Said,
    focus: Said,
    outcomes: Said,
    certainty: Vec<String>,
    studies: Vec<StudyResult<'a>>,
    similar: Vec<InterventionRow<'a>>,
    citation: CitationBox,
    version: i64,
    /// Where all versions are listed.
    versions: String,
    updated: String,
}

/// A study of the intervention with what it found.
struct StudyResult<'a> {
    card: &'a StudyCard,
    finding: String,
    effects: Vec<EffectRow>,
}

impl PublicPage for Intervention {
    async fn page(
        app: &App,
        layout: Layout,
        edition: &Edition,
        published: Published<Self>,
    ) -> Result<Html<String>> {
        let entry = Entry::of_intervention(edition, &published);
        let linked_data = schema_org::intervention(edition, &published);
        let Published {
            slug,
            version,
            updated,
            body: intervention,
        } = published;
        let citation = CitationBox::new(app, edition, &layout, Kind::Intervention, &slug, &entry);
        let catalogue = edition.catalogue.clone();
        let vocabularies = &catalogue.vocabularies;
        let number = catalogue.intervention_number(&slug);
        // A draft may link to other studies than the text that the catalogue holds.
        let linked = linked_studies(&catalogue, number, &slug, &intervention.studies);
        let derived = match number {
            Some(number) if *catalogue.links()[number] == *linked => {
                Cow::Borrowed(catalogue.derived(number))
            }
            _ => Cow::Owned(Derived::of(
                &catalogue.vocabularies,
                &cards(&catalogue, &linked),
            )),
        };
        let page = ShowPage {
            versions: format!("{}/versions", Kind::Intervention.path(&slug)),
            layout: layout
                .titled(intervention.name.clone(), intervention.summary.clone())
                .at(Kind::Intervention.path(&slug))
                .described(&linked_data),
            citation,
            description: cited(&intervention.description, &catalogue),
            cost: Cost::of(&catalogue, &intervention.cost),
            stages: vocabularies.say_all(Vocabulary::Stage, &intervention.stages),
            setting: vocabularies.say_all(Vocabulary::Setting, &intervention.setting),
            focus: vocabularies.say_all(
                Vocabulary::DisadvantageFocus,
                &intervention.disadvantage_focus,
            ),
            outcomes: vocabularies.say_all(Vocabulary::Outcome, &intervention.outcomes),
            certainty: certainty(&catalogue, &cards(&catalogue, &linked)),
            similar: number.map_or_else(Vec::new, |number| similar(&catalogue, number)),
            updated: words::long_date(updated.to_zoned_datetime(jiff::tz::TimeZone::UTC).date()),
            derived,
            studies: study_results(app, &catalogue, &linked).await?,
            version,
            catalogue: &catalogue,
            intervention: &intervention,
        };
        Ok(render(&page)?)
    }

    fn file(edition: &Edition, published: &Published<Self>, format: Format) -> Option<String> {
        file::reference(&Entry::of_intervention(edition, published), format)
    }
}

/// The numbers of the studies of a text, newest first: those that it names, and those that name it.
fn linked_studies(
    catalogue: &Catalogue,
    number: Option<usize>,
    slug: &Slug,
    named: &[Slug],
) -> Vec<u32> {
    let known = number.map_or(&[][..], |number| &catalogue.links()[number]);
    let names_it = |number: &&u32| {
        let study = &catalogue.studies()[**number as usize];
        study.interventions.contains(slug)
    };
    let mut linked: Vec<u32> = known.iter().filter(names_it).copied().collect();
    let named = named.iter().filter_map(|slug| catalogue.study_number(slug));
    linked.extend(named.filter_map(|number| u32::try_from(number).ok()));
    linked.sort_unstable();
    linked.dedup();
    linked
}

fn cards<'a>(catalogue: &'a Catalogue, numbers: &[u32]) -> Vec<&'a Arc<StudyCard>> {
    let cards = numbers
        .iter()
        .map(|number| &catalogue.studies()[*number as usize]);
    cards.collect()
}

async fn study_results<'a>(
    app: &App,
    catalogue: &'a Catalogue,
    linked: &[u32],
) -> Result<Vec<StudyResult<'a>>> {
    let shown = &linked[..linked.len().min(STUDIES_SHOWN)];
    let cards = cards(catalogue, shown);
    let shown: Vec<_> = cards.iter().map(|card| (card.id, card.version)).collect();
    let bodies = store::texts(&app.db, &shown).await?;
    let mut results = Vec::with_capacity(cards.len());
    for card in cards {
        let body = bodies
            .iter()
            .find(|(id, _)| *id == card.id)
            .map(|(_, body)| body.as_str());
        let Some(study) = body.and_then(|body| serde_json::from_str::<Study>(body).ok()) else {
            continue;
        };
        results.push(StudyResult {
            card,
            effects: study
                .effects
                .iter()
                .map(|effect| EffectRow::new(effect, &catalogue.vocabularies))
                .collect(),
            finding: study.key_findings.into_iter().next().unwrap_or_default(),
        });
    }
    Ok(results)
}

/// How sure we are, and why: what can be counted, and what it does not mean.
fn certainty(catalogue: &Catalogue, studies: &[&Arc<StudyCard>]) -> Vec<String> {
    let total = studies.len();
    if total == 0 {
        return vec!["No study of this collection is about this intervention.".to_owned()];
    }
    let of_total = |count: usize| match (count, total) {
        (0, _) => "None".to_owned(),
        (count, total) if count == total => "All".to_owned(),
        (count, _) => words::number(count),
    };
    let at = |level: Level| studies.iter().filter(|card| card.level == level).count();
    let in_uk = studies
        .iter()
        .filter(|card| card.origin() == crate::studies::study::Origin::Uk)
        .count();
    let focus_silent = studies
        .iter()
        .filter(|card| card.focus == Coding::NotReported)
        .count();
    let counted = words::count(total, "study", "studies");
    let mut lines = vec![format!("The judgement rests on {counted}.")];
    lines.push(format!(
        "{} of them {} been read in full for this collection; {} checked against the abstract and {} \
         against the library record only.",
        of_total(at(Level::FullText)),
        if at(Level::FullText) == 1 { "has" } else { "have" },
        words::number(at(Level::Abstract)),
        words::number(at(Level::Bibliographic)),
    ));
    lines.push(match in_uk {
        0 => "None was done in the United Kingdom, so look for what may differ in your school."
            .to_owned(),
        count => format!("{} of them included the United Kingdom.", of_total(count)),
    });
    if focus_silent > 0 {
        lines.push(format!(
            "{} of them reported no disadvantage focus.",
            of_total(focus_silent)
        ));
    }
    let retracted = studies
        .iter()
        .filter(|card| catalogue.is_retracted(card))
        .count();
    if retracted > 0 {
        let (counted, verb) = (
            of_total(retracted),
            if retracted == 1 { "was" } else { "were" },
        );
        lines.push(format!(
            "{counted} of them {verb} retracted after publication and cannot be relied on."
        ));
    }
    lines.push(
        "More studies do not mean a larger effect, and a trial that found nothing counts as much as \
         one that found something."
            .to_owned(),
    );
    lines
}

/// The interventions with most in common.
fn similar(catalogue: &Catalogue, number: usize) -> Vec<InterventionRow<'_>> {
    const SHARED: [Filter; 4] = [Filter::Theme, Filter::Outcome, Filter::Stage, Filter::Focus];
    let own = &catalogue.interventions()[number].values;
    let mut candidates = Bitset::full(catalogue.interventions().len());
    if let Some(same_theme) = catalogue
        .intervention_facets
        .any_of(Filter::Theme, own.of(Filter::Theme))
    {
        candidates.intersect(&same_theme);
    }
    let mut scored: Vec<_> = candidates
        .iter()
        .filter(|other| *other != number)
        .map(|other| {
            let theirs = &catalogue.interventions()[other].values;
            let shared: usize = SHARED
                .iter()
                .map(|filter| {
                    let theirs = theirs.of(*filter);
                    own.of(*filter)
                        .iter()
                        .filter(|code| theirs.contains(code))
                        .count()
                })
                .sum();
            (std::cmp::Reverse(shared), other)
        })
        .collect();
    scored.sort_unstable();
    scored
        .into_iter()
        .take(SIMILAR)
        .map(|(_, other)| InterventionRow::new(catalogue, other, 3))
        .collect()
}
