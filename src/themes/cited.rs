//! A text with its citations, ready for a page: readable author-year links, and a card for each
//! cited study.

use std::sync::Arc;

use askama::Template;

use crate::records::slug::Slug;
use crate::search::cards::StudyCard;
use crate::search::catalogue::Catalogue;
use crate::themes::citations::anchor;
use crate::web::markdown;

/// HTML of a text, and the studies it cites, each once, in the order of their first citation.
pub struct Cited<'a> {
    pub html: String,
    pub studies: Vec<&'a Arc<StudyCard>>,
}

/// One pair of brackets.
#[derive(Template)]
#[template(path = "themes/_citation.html")]
struct Citation<'a> {
    items: Vec<Item<'a>>,
}

struct Item<'a> {
    anchor: String,
    slug: &'a Slug,
    /// Author and year, while the study is published.
    name: Option<String>,
    is_retracted: bool,
}

#[must_use]
pub fn cited<'a>(text: &str, catalogue: &'a Catalogue) -> Cited<'a> {
    let mut studies: Vec<&Arc<StudyCard>> = Vec::new();
    let html = markdown::html_with_citations(text, |first, slugs| {
        let items = slugs
            .iter()
            .enumerate()
            .map(|(index, slug)| {
                let card = catalogue.study(slug);
                Item {
                    anchor: anchor(first + index),
                    slug: card.map_or(slug, |card| &card.slug),
                    name: card.map(|card| catalogue.author_year(card)),
                    is_retracted: card.is_some_and(|card| catalogue.is_retracted(card)),
                }
            })
            .collect();
        for card in slugs.iter().filter_map(|slug| catalogue.study(slug)) {
            if !studies.iter().any(|known| known.slug == card.slug) {
                studies.push(card);
            }
        }
        Citation { items }.render().unwrap_or_default()
    });
    Cited { html, studies }
}
