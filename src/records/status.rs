//! Where the newest text of a record stands in its life.

/// A record's status, as the table `record` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Draft,
    InReview,
    Published,
    Withdrawn,
}

impl Status {
    pub const ALL: [Self; 4] = [
        Self::Draft,
        Self::InReview,
        Self::Published,
        Self::Withdrawn,
    ];

    /// The word for this status in SQL and in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in-review",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::InReview => "In review",
            Self::Published => "Published",
            Self::Withdrawn => "Withdrawn",
        }
    }
}
