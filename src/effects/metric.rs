//! What kind of number an effect is, and which numbers share an axis.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The metric of an estimate as its source reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    HedgesG,
    CohensD,
    GlassDelta,
    OddsRatio,
    Correlation,
    /// Percentage points, before/after without a comparison group and the like: shown in its own
    /// words, never drawn or pooled with the rest.
    Other,
}

impl Metric {
    pub const ALL: [Self; 6] = [
        Self::HedgesG,
        Self::CohensD,
        Self::GlassDelta,
        Self::OddsRatio,
        Self::Correlation,
        Self::Other,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HedgesG => "hedges_g",
            Self::CohensD => "cohens_d",
            Self::GlassDelta => "glass_delta",
            Self::OddsRatio => "odds_ratio",
            Self::Correlation => "correlation",
            Self::Other => "other",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.as_str() == word)
    }

    /// The name as a table shows it; its meaning stands in the glossary.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::HedgesG => "Hedges’ g",
            Self::CohensD => "Cohen’s d",
            Self::GlassDelta => "Glass’s delta",
            Self::OddsRatio => "Odds ratio",
            Self::Correlation => "Correlation",
            Self::Other => "In the study’s own units",
        }
    }

    /// When to choose it.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::HedgesG => "a difference in standard deviations, corrected for small samples",
            Self::CohensD => {
                "a difference in standard deviations, not corrected, or not known to be"
            }
            Self::GlassDelta => "a difference in standard deviations of the comparison group",
            Self::OddsRatio => "how many times the odds; above 1 favours the intervention",
            Self::Correlation => "how two things go together, from −1 to 1",
            Self::Other => "percentage points, a change from before to after, points of a test",
        }
    }
}
