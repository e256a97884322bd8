//! Lists of records for curators.

use serde_json::Value;

use crate::records::record::Kind;
use crate::records::store::Head;

/// What a record is called.
#[must_use]
pub fn title_of(head: &Head) -> String {
    let body: Value = serde_json::from_str(&head.body).unwrap_or_default();
    let named = ["title", "name", "question"]
        .into_iter()
        .find_map(|field| body.get(field)?.as_str().filter(|title| !title.is_empty()));
    named.map_or_else(|| format!("Untitled {}", head.kind.as_str()), str::to_owned)
}

/// The heading of a kind's list.
#[must_use]
pub fn heading(kind: Kind) -> &'static str {
    match kind {
        Kind::Study => "Studies",
        Kind::Intervention => "Interventions",
        Kind::Theme => "Themes",
        Kind::Question => "Questions",
        Kind::Page => "Pages",
    }
}
