//! Lists of records for curators.

use crate::records::record::Kind;

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
