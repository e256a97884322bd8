//! Words of schooling that mean the same: fathers and dads, EAL and English as an additional
//! language. Curators keep them as data; search widens each word by its group.

/// Groups of words and phrases, lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Synonyms {
    groups: Vec<Vec<String>>,
}

impl Synonyms {
    #[must_use]
    pub fn new(groups: Vec<Vec<String>>) -> Self {
        Self { groups }
    }

    #[must_use]
    pub fn groups(&self) -> &[Vec<String>] {
        &self.groups
    }
}
