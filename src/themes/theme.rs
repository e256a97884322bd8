//! The theme record.

use serde::{Deserialize, Serialize};

use crate::records::record::{Document, Kind};
use crate::records::slug::Slug;

/// The body of a theme. Field order is the order of `themes.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theme {
    pub title: String,
    /// Place among the themes, from 1. Hue and icon follow from it.
    pub position: u32,
    /// The original site had this theme, but its name was not preserved.
    #[serde(default)]
    pub inferred: bool,
    /// The theme's address on the original site.
    #[serde(default)]
    pub original_url: Option<String>,
    pub summary: String,
    #[serde(default)]
    pub key_messages: Vec<KeyMessage>,
    /// Markdown with inline citations.
    #[serde(default)]
    pub narrative: String,
}

impl Document for Theme {
    const KIND: Kind = Kind::Theme;
}

/// One thing to remember, and the studies that carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyMessage {
    pub text: String,
    #[serde(default)]
    pub studies: Vec<Slug>,
}
