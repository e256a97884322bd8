//! The rows of a page of results: each record's card, and the passage that shows why it matched.

use askama::Template;

use crate::app::App;
use crate::db::Db;
use crate::error::Result;
use crate::exchange::edition::Edition;
use crate::exchange::references::coins;
use crate::exchange::references::entry::Entry;
use crate::interventions::row::InterventionRow;
use crate::records::record::Kind;
use crate::records::store;
use crate::search::cards::InterventionCard;
use crate::search::catalogue::Catalogue;
use crate::search::keywords::highlight::{Highlighter, Stretch};
use crate::search::keywords::matching::Matched;
use crate::search::keywords::texts;
use crate::search::view::View;
use crate::studies::row::StudyRow;
use crate::studies::study::Study;

/// A row of either list.
pub enum Row<'a> {
    Study(StudyRow<'a>),
    Intervention(InterventionRow<'a>),
}

impl std::fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let written = match self {
            Self::Study(row) => row.render_into(f),
            Self::Intervention(row) => row.render_into(f),
        };
        written.map_err(|_| std::fmt::Error)
    }
}

/// The rows of these records, whose headings are of this level.
pub async fn rows<'a>(
    app: &App,
    view: &'a View,
    kind: Kind,
    heading: u8,
    numbers: &[usize],
    matched: Option<&Matched>,
) -> Result<Vec<Row<'a>>> {
    let catalogue = &*view.catalogue;
    let mut passages = match matched {
        None => vec![Vec::new(); numbers.len()],
        Some(matched) => {
            let highlighter = view.keywords(app).await?.highlighter(matched)?;
            match kind {
                Kind::Intervention => of_interventions(catalogue, numbers, &highlighter),
                Kind::Study | Kind::Theme | Kind::Question | Kind::Page => {
                    of_studies(&app.db, catalogue, numbers, &highlighter).await?
                }
            }
        }
    };
    let edition = Edition::of(app, view);
    let row = |(number, passage): (&usize, &mut Passage)| {
        let passage = std::mem::take(passage);
        match kind {
            Kind::Intervention => Row::Intervention(InterventionRow {
                suffix: view.suffix(),
                passage,
                coins: coins_of(&edition, &catalogue.interventions()[*number]),
                ..InterventionRow::new(catalogue, *number, heading)
            }),
            Kind::Study | Kind::Theme | Kind::Question | Kind::Page => Row::Study(StudyRow {
                suffix: view.suffix(),
                passage,
                ..StudyRow::new(catalogue, &catalogue.studies()[*number], heading)
            }),
        }
    };
    Ok(numbers.iter().zip(&mut passages).map(row).collect())
}

fn coins_of(edition: &Edition, card: &InterventionCard) -> String {
    coins::write(&Entry::of_intervention(edition, &card.published()).reference)
}

type Passage = Vec<Stretch>;

/// The first of these texts that matches decides. A row shows the summary anyway, so the passage
/// comes from elsewhere if it can.
fn first_passage(highlighter: &Highlighter, texts: &[&str]) -> Passage {
    texts
        .iter()
        .map(|text| highlighter.passage(text))
        .find(|passage| !passage.is_empty())
        .unwrap_or_default()
}

fn of_interventions(
    catalogue: &Catalogue,
    numbers: &[usize],
    highlighter: &Highlighter,
) -> Vec<Passage> {
    let passage = |number: &usize| {
        let body = &catalogue.interventions()[*number].body;
        let description = texts::plain(&body.description);
        let rest = texts::of_intervention(0, body).rest;
        first_passage(highlighter, &[&description, &body.summary, &rest])
    };
    numbers.iter().map(passage).collect()
}

/// Most matches are in what the cards hold; the other studies are read in one statement.
async fn of_studies(
    db: &Db,
    catalogue: &Catalogue,
    numbers: &[usize],
    highlighter: &Highlighter,
) -> Result<Vec<Passage>> {
    let cards = || numbers.iter().map(|number| &catalogue.studies()[*number]);
    let mut passages: Vec<_> = cards()
        .map(|card| first_passage(highlighter, &[&card.findings, &card.summary]))
        .collect();
    let missing = |passages: &[Passage]| -> Vec<(i64, i64)> {
        let without = cards()
            .zip(passages)
            .filter(|(_, passage)| passage.is_empty());
        without.map(|(card, _)| (card.id, card.version)).collect()
    };
    for (id, body) in store::texts(db, &missing(&passages)).await? {
        let place = cards().position(|card| card.id == id);
        let study: Option<Study> = serde_json::from_str(&body).ok();
        if let (Some(place), Some(study)) = (place, study) {
            passages[place] = highlighter.passage(&texts::of_study(id, &study).rest);
        }
    }
    Ok(passages)
}
