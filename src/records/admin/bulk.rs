//! One change to many records: first shown, then made, then undone if need be.

use crate::people::access::Curator;
use crate::records::record::Kind;
use crate::search::catalogue::Catalogue;

/// Something that can be done to many records at once.
pub struct Choice {
    pub value: String,
    pub label: String,
}

/// What this person may do to many records of a kind.
#[must_use]
pub fn choices(_kind: Kind, _curator: &Curator, _catalogue: &Catalogue) -> Vec<Choice> {
    Vec::new()
}
