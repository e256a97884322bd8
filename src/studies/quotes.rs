//! The words of a study behind its coding: a quote and its page for a coded field. For curators.

use serde::{Deserialize, Serialize};

use crate::records::fields;
use crate::records::record::Kind;
use crate::web::form::Typed;

/// The fields that can have a quote, in the order of the form.
pub const FIELDS: [&str; 5] = [
    "study_design",
    "stages",
    "countries",
    "disadvantage_focus",
    "outcomes",
];

/// Where a source says what a field codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// One of [`FIELDS`].
    pub field: String,
    #[serde(default)]
    pub quote: String,
    /// As it stands in the source: "12", "xiv", "table 3".
    #[serde(default)]
    pub page: String,
}

/// What a curator calls the field that a quote stands behind.
#[must_use]
pub fn label(field: &str) -> &str {
    fields::fields(Kind::Study)
        .iter()
        .find(|own| own.name == field)
        .map_or(field, |own| own.label)
}

/// The name of a part of a quote in a form.
#[must_use]
pub fn name(field: &str, part: &str) -> String {
    format!("quotes.{field}.{part}")
}

/// Puts the quotes into a form.
pub fn type_quotes(typed: &mut Typed, quotes: &[Quote]) {
    for quote in quotes {
        typed.push(name(&quote.field, "quote"), &quote.quote);
        typed.push(name(&quote.field, "page"), &quote.page);
    }
}

/// The quotes of a form.
#[must_use]
pub fn read(typed: &Typed) -> Vec<Quote> {
    let quotes = FIELDS.map(|field| Quote {
        field: field.to_owned(),
        quote: typed.text(&name(field, "quote")).to_owned(),
        page: typed.text(&name(field, "page")).to_owned(),
    });
    let says = |quote: &Quote| !quote.quote.is_empty() || !quote.page.is_empty();
    quotes.into_iter().filter(says).collect()
}
