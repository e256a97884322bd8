//! The words of a record that can be searched, sorted by how much they say about it. A passage that
//! shows why a record matched is cut from the same texts.

use crate::interventions::intervention::Intervention;
use crate::pages::page::{Page, Question};
use crate::search::cards::RecordId;
use crate::studies::bibliography::Author;
use crate::studies::study::Study;
use crate::themes::citations::{Piece, pieces};
use crate::themes::theme::Theme;

/// The words of one record, by how much they say about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordText {
    pub id: RecordId,
    pub title: String,
    /// Summary and findings.
    pub lead: String,
    pub authors: String,
    pub rest: String,
}

#[must_use]
pub fn of_study(id: RecordId, study: &Study) -> RecordText {
    let mut rest = vec![study.sample_description.as_str()];
    rest.extend(study.implications_for_practice.iter().map(String::as_str));
    rest.extend(
        [&study.container_title, &study.publisher]
            .into_iter()
            .flatten()
            .map(String::as_str),
    );
    rest.extend(
        study
            .countries
            .iter()
            .map(|country| -> &str { country.name() }),
    );
    rest.extend(study.uk_nations.iter().map(|nation| nation.name()));
    for effect in &study.effects {
        rest.extend([effect.measure.as_str(), effect.comparison.as_str()]);
    }
    let authors: Vec<_> = study.authors.iter().map(Author::full_name).collect();
    RecordText {
        id,
        title: study.title.clone(),
        lead: join(
            [study.summary.as_str()]
                .into_iter()
                .chain(strs(&study.key_findings)),
        ),
        authors: authors.join("; "),
        rest: join(rest.into_iter()),
    }
}

#[must_use]
pub fn of_intervention(id: RecordId, intervention: &Intervention) -> RecordText {
    let own = [
        &intervention.who_delivers,
        &intervention.duration,
        &intervention.cost_note,
    ];
    let rest = own
        .into_iter()
        .map(String::as_str)
        .chain(strs(&intervention.how_it_works))
        .chain(strs(&intervention.implementation_tips));
    RecordText {
        id,
        title: intervention.name.clone(),
        lead: join(
            [
                intervention.summary.as_str(),
                &plain(&intervention.description),
            ]
            .into_iter(),
        ),
        authors: String::new(),
        rest: join(rest),
    }
}

#[must_use]
pub fn of_theme(id: RecordId, theme: &Theme) -> RecordText {
    let messages = theme
        .key_messages
        .iter()
        .map(|message| message.text.as_str());
    RecordText {
        id,
        title: theme.title.clone(),
        lead: join([theme.summary.as_str()].into_iter().chain(messages)),
        authors: String::new(),
        rest: plain(&theme.narrative),
    }
}

#[must_use]
pub fn of_question(id: RecordId, question: &Question) -> RecordText {
    RecordText {
        id,
        title: question.question.clone(),
        ..RecordText::default()
    }
}

#[must_use]
pub fn of_page(id: RecordId, page: &Page) -> RecordText {
    RecordText {
        id,
        title: page.title.clone(),
        lead: page.lead.clone(),
        authors: String::new(),
        rest: plain(&page.body),
    }
}

fn strs(texts: &[String]) -> impl Iterator<Item = &str> {
    texts.iter().map(String::as_str)
}

fn join<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Markdown without its citations and signs, well enough for words.
#[must_use]
pub fn plain(markdown: &str) -> String {
    let mut text = String::new();
    for piece in pieces(markdown) {
        match piece {
            Piece::Text(words) | Piece::Malformed(words) => text.push_str(words),
            Piece::Cited(_) => text.truncate(text.trim_end().len()),
        }
    }
    text.replace(['*', '#', '_', '`'], "")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
