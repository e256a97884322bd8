//! An effect as other software sees it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::effects::effect::{Effect, Figure};
use crate::effects::metric::Metric;
use crate::exchange::edition::Edition;
use crate::exchange::records::terms::TermOut;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::vocabularies::vocabulary::Vocabulary;

/// One numeric result of a study. A positive estimate favours the intervention; an odds ratio
/// above 1 does.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Effect)]
pub struct EffectOut {
    /// The slug of the study.
    pub study: String,
    /// The permanent address of the study.
    pub study_url: String,
    /// The place of the effect in its study, from 1.
    #[schema(minimum = 1)]
    pub number: usize,
    pub outcome: TermOut,
    /// The instrument and when it was applied.
    pub measure: String,
    pub metric: Metric,
    pub estimate: f64,
    /// The lower end of the 95 % interval as reported.
    pub ci_low: Option<f64>,
    pub ci_high: Option<f64>,
    pub standard_error: Option<f64>,
    pub n_treatment: Option<u32>,
    pub n_control: Option<u32>,
    /// What was compared with what.
    pub comparison: String,
    /// When it was measured, counted from the end of the intervention.
    pub follow_up: Option<String>,
    /// Where the number stands.
    pub source: String,
    /// The estimate in standard deviations; null where the metric does not share that axis.
    pub standardised: Option<Standardised>,
}

/// A standardised mean difference. An odds ratio is converted as ln(OR) · √3 / π.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Standardised {
    pub estimate: f64,
    pub ci_low: Option<f64>,
    pub ci_high: Option<f64>,
    /// The interval was worked out from the standard error and not reported.
    pub computed_interval: bool,
}

impl EffectOut {
    #[must_use]
    pub fn new(edition: &Edition, study: &Slug, number: usize, effect: &Effect) -> Self {
        let value = |figure: &Option<Figure>| figure.as_ref().map(Figure::value);
        let vocabularies = &edition.catalogue.vocabularies;
        Self {
            study: study.to_string(),
            study_url: edition.address(Kind::Study, study),
            number,
            outcome: TermOut::new(vocabularies, Vocabulary::Outcome, &effect.outcome),
            measure: effect.measure.clone(),
            metric: effect.metric,
            estimate: effect.estimate.value(),
            ci_low: value(&effect.ci_low),
            ci_high: value(&effect.ci_high),
            standard_error: value(&effect.standard_error),
            n_treatment: effect.n_treatment,
            n_control: effect.n_control,
            comparison: effect.comparison.clone(),
            follow_up: effect.follow_up.clone(),
            source: effect.source.clone(),
            standardised: effect
                .standardised()
                .map(|(estimate, interval)| Standardised {
                    estimate,
                    ci_low: interval.map(|interval| interval.low),
                    ci_high: interval.map(|interval| interval.high),
                    computed_interval: interval.is_some_and(|interval| interval.computed),
                }),
        }
    }
}
