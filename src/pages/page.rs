//! Editorial pages, and the everyday questions that lead into the evidence.

use serde::{Deserialize, Serialize};

use crate::records::record::{Document, Kind};
use crate::records::slug::Slug;

/// The body of an editorial page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub title: String,
    pub lead: String,
    /// Markdown, with inline citations where wanted.
    pub body: String,
}

impl Document for Page {
    const KIND: Kind = Kind::Page;
}

/// The body of an everyday question: the way in for someone with a problem and no search terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub question: String,
    pub theme: Slug,
    pub interventions: Vec<Slug>,
}

impl Document for Question {
    const KIND: Kind = Kind::Question;
}
