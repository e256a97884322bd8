//! The filters of the two lists: what each is called, where its values come from, and whether an
//! intervention answers it by itself or through its studies.

use crate::records::record::Kind;
use crate::vocabularies::vocabulary::Vocabulary;

/// A filter with named values. Publication year is a range and stands beside these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Filter {
    Theme,
    Origin,
    Country,
    Focus,
    Outcome,
    Stage,
    Design,
    Type,
    Verified,
    Setting,
    Cost,
}

impl Filter {
    /// In the order of the canonical query string.
    pub const ALL: [Self; 11] = [
        Self::Theme,
        Self::Origin,
        Self::Country,
        Self::Focus,
        Self::Outcome,
        Self::Stage,
        Self::Design,
        Self::Type,
        Self::Verified,
        Self::Setting,
        Self::Cost,
    ];

    /// The filters that a study answers.
    pub const OF_STUDIES: [Self; 9] = [
        Self::Theme,
        Self::Origin,
        Self::Country,
        Self::Focus,
        Self::Outcome,
        Self::Stage,
        Self::Design,
        Self::Type,
        Self::Verified,
    ];

    /// The filters that a list of this kind offers, in order.
    #[must_use]
    pub fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Study => &Self::OF_STUDIES,
            Kind::Intervention => &Self::ALL,
            Kind::Theme | Kind::Question | Kind::Page => &[],
        }
    }

    /// Whether an intervention takes its answer from its studies.
    #[must_use]
    pub fn is_answered_by_studies(self) -> bool {
        match self {
            Self::Origin | Self::Country | Self::Design | Self::Type | Self::Verified => true,
            Self::Theme
            | Self::Focus
            | Self::Outcome
            | Self::Stage
            | Self::Setting
            | Self::Cost => false,
        }
    }

    /// The vocabulary behind the filter, where curators own its values.
    #[must_use]
    pub fn vocabulary(self) -> Option<Vocabulary> {
        match self {
            Self::Focus => Some(Vocabulary::DisadvantageFocus),
            Self::Outcome => Some(Vocabulary::Outcome),
            Self::Stage => Some(Vocabulary::Stage),
            Self::Design => Some(Vocabulary::Design),
            Self::Type => Some(Vocabulary::PublicationType),
            Self::Setting => Some(Vocabulary::Setting),
            Self::Cost => Some(Vocabulary::Cost),
            Self::Theme | Self::Origin | Self::Country | Self::Verified => None,
        }
    }

    /// The key in the query string.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Theme => "theme",
            Self::Origin => "origin",
            Self::Country => "country",
            Self::Focus => "focus",
            Self::Outcome => "outcome",
            Self::Stage => "stage",
            Self::Design => "design",
            Self::Type => "type",
            Self::Verified => "verified",
            Self::Setting => "setting",
            Self::Cost => "cost",
        }
    }

    /// The legend above the values, and the first words of a chip.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Theme => "Theme",
            Self::Origin => "Origin",
            Self::Country => "Country",
            Self::Focus => "Disadvantage focus",
            Self::Outcome => "Outcome",
            Self::Stage => "Stage",
            Self::Design => "Kind of study",
            Self::Type => "Kind of publication",
            Self::Verified => "How far checked",
            Self::Setting => "Setting",
            Self::Cost => "Cost",
        }
    }

    /// How the values read in the sentence that says the whole filter.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Theme => "about",
            Self::Origin => "with the origin",
            Self::Country => "from",
            Self::Focus => "with a focus on",
            Self::Outcome => "on the outcome",
            Self::Stage => "at the stage",
            Self::Design => "of the design",
            Self::Type => "published as",
            Self::Verified => "with the check",
            Self::Setting => "set in",
            Self::Cost => "with the cost",
        }
    }
}
