//! The overview of what works, and the page of a theme.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};

use crate::app::App;
use crate::error::Result;
use crate::exchange::edition::Edition;
use crate::exchange::file;
use crate::exchange::format::Format;
use crate::exchange::linked::schema_org;
use crate::exchange::references::entry::Entry;
use crate::exchange::references::shown::CitationBox;
use crate::interventions::row::InterventionRow;
use crate::pages::public::page_text;
use crate::records::public::PublicPage;
use crate::records::record::{Kind, Published};
use crate::search::bitset::Bitset;
use crate::search::cards::{Identity, StudyCard, ThemeCard, key_message_anchor};
use crate::search::catalogue::Catalogue;
use crate::search::filter::Filter;
use crate::studies::row::StudyRow;
use crate::studies::study::{Level, Origin};
use crate::themes::cited::{Cited, cited};
use crate::themes::theme::Theme;
use crate::web::layout::Layout;
use crate::web::page::render;
use crate::web::words;

/// How many interventions and how many studies a theme shows; links lead to all.
const SHOWN: usize = 12;

/// A theme with how much there is of it.
pub struct ThemeSummary<'a> {
    pub card: &'a ThemeCard,
    pub interventions: usize,
    pub studies: usize,
}

impl<'a> ThemeSummary<'a> {
    #[must_use]
    pub fn of(catalogue: &'a Catalogue, card: &'a ThemeCard) -> Self {
        let count = |set: Option<&Bitset>| set.map_or(0, Bitset::count);
        let code = catalogue
            .filter_value(Filter::Theme, card.slug.as_str())
            .map(|value| value.code);
        Self {
            card,
            interventions: code.map_or(0, |code| {
                count(catalogue.intervention_facets.set(Filter::Theme, code))
            }),
            studies: code.map_or(0, |code| {
                count(catalogue.study_facets.set(Filter::Theme, code))
            }),
        }
    }

    #[must_use]
    pub fn counts(&self) -> String {
        format!(
            "{} · {}",
            words::count(self.interventions, "intervention", "interventions"),
            words::count(self.studies, "study", "studies")
        )
    }
}

/// Every theme in order.
#[must_use]
pub fn summaries(catalogue: &Catalogue) -> Vec<ThemeSummary<'_>> {
    catalogue
        .themes()
        .iter()
        .map(|card| ThemeSummary::of(catalogue, card))
        .collect()
}

#[derive(Template)]
#[template(path = "themes/index.html")]
struct IndexPage<'a> {
    layout: Layout,
    title: &'a str,
    lead: &'a str,
    catalogue: &'a Catalogue,
    body: Cited<'a>,
    themes: Vec<ThemeSummary<'a>>,
}

/// `GET /evidence`
pub async fn index(State(app): State<App>, layout: Layout) -> Result<Response> {
    let edition = Edition::of_today(&app);
    let catalogue = edition.catalogue.clone();
    let overview = page_text(&app, "overview").await?;
    let linked = schema_org::list(&edition, "/evidence", &overview.title, &overview.lead);
    let page = IndexPage {
        layout: layout
            .titled(overview.title.clone(), overview.lead.clone())
            .described(&linked),
        title: &overview.title,
        lead: &overview.lead,
        body: cited(&overview.body, &catalogue),
        themes: summaries(&catalogue),
        catalogue: &catalogue,
    };
    Ok(render(&page)?.into_response())
}

#[derive(Template)]
#[template(path = "themes/show.html")]
struct ShowPage<'a> {
    layout: Layout,
    catalogue: &'a Catalogue,
    theme: &'a Theme,
    summary: ThemeSummary<'a>,
    messages: Vec<Message<'a>>,
    narrative: Cited<'a>,
    interventions: Vec<InterventionRow<'a>>,
    studies: Vec<StudyRow<'a>>,
    citation: CitationBox,
    gaps: Vec<String>,
    version: i64,
    /// Where all versions are listed.
    versions: String,
    updated: String,
}

struct Message<'a> {
    anchor: String,
    text: &'a str,
    studies: Vec<&'a Arc<StudyCard>>,
}

impl PublicPage for Theme {
    async fn page(
        app: &App,
        layout: Layout,
        edition: &Edition,
        published: Published<Self>,
    ) -> Result<Html<String>> {
        let entry = Entry::of_theme(edition, &published);
        let linked_data = schema_org::theme(edition, &published);
        let Published {
            slug,
            version,
            updated,
            body: theme,
        } = published;
        let citation = CitationBox::new(app, edition, &layout, Kind::Theme, &slug, &entry);
        let catalogue = edition.catalogue.clone();
        // The catalogue follows the database within moments of a first publication.
        let card = Arc::new(ThemeCard::new(
            Identity {
                id: 0,
                slug: slug.clone(),
                version,
                updated,
            },
            theme.clone(),
        ));
        let code = catalogue
            .filter_value(Filter::Theme, slug.as_str())
            .map(|value| value.code);
        let set = |facets: &crate::search::facets::Facets, length| {
            code.and_then(|code| facets.set(Filter::Theme, code).cloned())
                .unwrap_or_else(|| Bitset::empty(length))
        };
        let studies = set(&catalogue.study_facets, catalogue.studies().len());
        let interventions = set(
            &catalogue.intervention_facets,
            catalogue.interventions().len(),
        );
        let messages = theme
            .key_messages
            .iter()
            .enumerate()
            .map(|(index, message)| Message {
                anchor: key_message_anchor(index),
                text: &message.text,
                studies: message
                    .studies
                    .iter()
                    .filter_map(|slug| catalogue.study(slug))
                    .collect(),
            })
            .collect();
        let page = ShowPage {
            versions: format!("{}/versions", Kind::Theme.path(&slug)),
            layout: layout
                .titled(theme.title.clone(), theme.summary.clone())
                .at(Kind::Theme.path(&slug))
                .described(&linked_data),
            citation,
            summary: ThemeSummary::of(&catalogue, &card),
            messages,
            narrative: cited(&theme.narrative, &catalogue),
            interventions: interventions
                .slice(0, SHOWN)
                .into_iter()
                .map(|number| InterventionRow::new(&catalogue, number, 3))
                .collect(),
            studies: studies
                .slice(0, SHOWN)
                .into_iter()
                .map(|number| StudyRow::new(&catalogue, &catalogue.studies()[number], 3))
                .collect(),
            gaps: gaps(&catalogue, &studies),
            updated: words::long_date(updated.to_zoned_datetime(jiff::tz::TimeZone::UTC).date()),
            version,
            catalogue: &catalogue,
            theme: &theme,
        };
        Ok(render(&page)?)
    }

    fn file(edition: &Edition, published: &Published<Self>, format: Format) -> Option<String> {
        file::reference(&Entry::of_theme(edition, published), format)
    }
}

/// What the studies of a theme do not tell: what can be counted as missing.
fn gaps(catalogue: &Catalogue, studies: &Bitset) -> Vec<String> {
    let total = studies.count();
    if total == 0 {
        return vec!["No study of this collection has been filed under this theme yet.".to_owned()];
    }
    let counted = words::count(total, "study", "studies");
    let with = |filter: Filter, slug: &str| {
        catalogue
            .filter_value(filter, slug)
            .and_then(|value| catalogue.study_facets.set(filter, value.code))
            .map_or(0, |set| set.count_shared(studies))
    };
    let mut gaps = Vec::new();
    let read = with(Filter::Verified, Level::FullText.slug());
    gaps.push(if read == 0 {
        format!("None of the {counted} has been read in full for this collection yet.")
    } else {
        format!(
            "{} of the {counted} have been read in full for this collection.",
            words::number(read)
        )
    });
    let in_uk = with(Filter::Origin, Origin::Uk.slug());
    gaps.push(format!(
        "{} of the {counted} include the United Kingdom; what works elsewhere may work differently here.",
        words::number(in_uk)
    ));
    let silent = with(Filter::Focus, crate::records::coding::NOT_REPORTED);
    if silent > 0 {
        gaps.push(format!(
            "{} of them report no disadvantage focus, so we cannot say for whom the results hold.",
            words::number(silent)
        ));
    }
    for (filter, what) in [
        (Filter::Focus, "with a focus on"),
        (Filter::Outcome, "on the outcome"),
    ] {
        let missing: Vec<&str> = catalogue
            .filter_values(filter)
            .iter()
            .filter(|value| {
                filter.vocabulary().is_some_and(|vocabulary| {
                    let terms = catalogue.vocabularies.terms(vocabulary);
                    terms.iter().any(|term| term.slug.as_str() == value.slug)
                }) && with(filter, &value.slug) == 0
            })
            .map(|value| value.label.as_str())
            .collect();
        if !missing.is_empty() {
            gaps.push(format!("No study {what} {}.", words::list(&missing, "or")));
        }
    }
    gaps
}
