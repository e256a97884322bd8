//! What publishing an intervention wants.

use crate::interventions::intervention::Intervention;
use crate::records::coding::Coding;
use crate::records::form::{Missing, missing_links};
use crate::records::record::Kind;
use crate::search::catalogue::Catalogue;
use crate::themes::checks::missing_citations;

/// Everything that publishing still wants. Fields on which sources are silent want nothing:
/// readers are told that nothing was reported.
#[must_use]
pub fn missing(intervention: &Intervention, catalogue: &Catalogue) -> Vec<Missing> {
    let mut missing = Vec::new();
    if intervention.summary.is_empty() {
        missing.push(Missing::new("summary", "Write the summary"));
    }
    if intervention.description.is_empty() {
        missing.push(Missing::new("description", "Write the description"));
    }
    if intervention.themes.is_empty() {
        missing.push(Missing::new("themes", "Choose at least one theme"));
    }
    // An empty list of terms would be neither an outcome nor the statement that there is none.
    if intervention.outcomes == Coding::Coded(Vec::new()) {
        missing.push(Missing::new("outcomes", "Choose at least one outcome"));
    }
    let Intervention {
        description,
        themes,
        studies,
        ..
    } = intervention;
    missing.extend(missing_citations(catalogue, "description", description));
    missing.extend(missing_links(catalogue, "themes", Kind::Theme, themes));
    missing.extend(missing_links(catalogue, "studies", Kind::Study, studies));
    missing
}
