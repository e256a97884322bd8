//! A theme as other software sees it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::exchange::edition::Edition;
use crate::exchange::records::terms::RecordLink;
use crate::records::record::{Kind, Published};
use crate::themes::theme::Theme;

/// One of the key themes of the collection.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Theme)]
pub struct ThemeOut {
    /// Names the theme here; its address ends with it.
    pub slug: String,
    /// The permanent address.
    pub url: String,
    /// The number of the published text.
    pub version: i64,
    /// When that text was published, RFC 3339, UTC.
    #[schema(format = DateTime)]
    pub updated: String,
    pub title: String,
    /// Its place among the themes, from 1.
    pub position: u32,
    pub summary: String,
    pub key_messages: Vec<KeyMessageOut>,
    /// Markdown; [@slug] cites a study of this collection.
    pub narrative: String,
}

/// One thing to remember, and the studies that carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = KeyMessage)]
pub struct KeyMessageOut {
    pub text: String,
    pub studies: Vec<RecordLink>,
}

impl ThemeOut {
    #[must_use]
    pub fn new(edition: &Edition, published: &Published<Theme>) -> Self {
        let Published {
            slug,
            version,
            updated,
            body,
        } = published;
        Self {
            slug: slug.to_string(),
            url: edition.address(Kind::Theme, slug),
            version: *version,
            updated: updated.to_string(),
            title: body.title.clone(),
            position: body.position,
            summary: body.summary.clone(),
            key_messages: body
                .key_messages
                .iter()
                .map(|message| KeyMessageOut {
                    text: message.text.clone(),
                    studies: RecordLink::studies(edition, &message.studies),
                })
                .collect(),
            narrative: body.narrative.clone(),
        }
    }
}
