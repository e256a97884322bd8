//! Which studies are about which intervention, by catalogue number.

use std::collections::HashMap;
use std::sync::Arc;

use crate::records::slug::Slug;
use crate::search::cards::{InterventionCard, StudyCard};

/// The links, both ways. A link counts whichever side names it.
#[derive(Debug)]
pub struct Links {
    /// The studies of each intervention, newest first.
    studies: Vec<Box<[u32]>>,
    /// The interventions of each study that has any.
    interventions: HashMap<u32, Vec<u32>>,
}

impl Links {
    #[must_use]
    pub fn new(
        studies: &[Arc<StudyCard>],
        interventions: &[Arc<InterventionCard>],
        study_numbers: &HashMap<Slug, u32>,
        intervention_numbers: &HashMap<Slug, u32>,
    ) -> Self {
        let mut linked: Vec<Vec<u32>> = interventions
            .iter()
            .map(|card| {
                let slugs = card.body.studies.iter();
                slugs
                    .filter_map(|slug| study_numbers.get(slug).copied())
                    .collect()
            })
            .collect();
        for (number, card) in (0u32..).zip(studies) {
            for intervention in &card.interventions {
                if let Some(intervention) = intervention_numbers.get(intervention) {
                    linked[*intervention as usize].push(number);
                }
            }
        }
        let mut back: HashMap<u32, Vec<u32>> = HashMap::new();
        for (number, own) in (0u32..).zip(&mut linked) {
            own.sort_unstable();
            own.dedup();
            for study in own {
                back.entry(*study).or_default().push(number);
            }
        }
        Self {
            studies: linked.into_iter().map(Into::into).collect(),
            interventions: back,
        }
    }

    /// The studies of each intervention, newest first.
    #[must_use]
    pub fn studies(&self) -> &[Box<[u32]>] {
        &self.studies
    }

    /// The interventions of a study, by name.
    #[must_use]
    pub fn interventions(&self, study: usize) -> &[u32] {
        u32::try_from(study)
            .ok()
            .and_then(|study| self.interventions.get(&study))
            .map_or(&[], Vec::as_slice)
    }
}
