//! Roles and what each may do.

/// What a person is to the collection. A later role may do all that an earlier one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Creates and edits drafts, imports, submits for review.
    Curator,
    /// Also publishes, withdraws, restores, merges, edits vocabularies and pages.
    Editor,
    /// Also keeps accounts and settings.
    Administrator,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Curator, Self::Editor, Self::Administrator];

    /// The word for this role in SQL, forms and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Curator => "curator",
            Self::Editor => "editor",
            Self::Administrator => "administrator",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Curator => "Curator",
            Self::Editor => "Editor",
            Self::Administrator => "Administrator",
        }
    }

    /// What the role may do, in a sentence beside the choice.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Curator => "Creates and edits drafts, imports references, submits for review.",
            Self::Editor => {
                "All that, and publishes, withdraws and restores, edits vocabularies and pages."
            }
            Self::Administrator => "All that, and accounts, settings and the audit log.",
        }
    }

    /// Whether the role is at least `needed`.
    #[must_use]
    pub fn may(self, needed: Self) -> bool {
        self >= needed
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::parse(word).ok_or_else(|| "one of curator, editor, administrator".to_owned())
    }
}
