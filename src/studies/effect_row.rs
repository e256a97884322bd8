//! An effect in words: never without its interval or the words that there is none, never in one
//! translation alone.

use crate::effects::effect::Effect;
use crate::effects::metric::Metric;
use crate::effects::translate::Translation;
use crate::vocabularies::vocabulary::{Vocabularies, Vocabulary};
use crate::web::words::decimal;

/// Digits after the point that a table shows.
const DIGITS: usize = 3;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectRow {
    pub measure: String,
    pub outcome: String,
    pub comparison: String,
    pub estimate: String,
    pub interval: String,
    pub metric: &'static str,
    /// Who was measured, and when.
    pub details: Vec<String>,
    pub source: String,
    /// Value, unit and range; empty where the number shares no axis with others.
    pub translations: Vec<TranslationLine>,
    /// Why there are no translations.
    pub untranslated: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranslationLine {
    pub value: String,
    pub unit: &'static str,
    pub range: Option<String>,
}

impl EffectRow {
    #[must_use]
    pub fn new(effect: &Effect, vocabularies: &Vocabularies) -> Self {
        let interval = match effect.interval() {
            Some(interval) => {
                let (low, high) = (
                    decimal(interval.low, DIGITS),
                    decimal(interval.high, DIGITS),
                );
                let computed = if interval.computed {
                    ", worked out here from the standard error"
                } else {
                    ""
                };
                format!("95% interval {low} to {high}{computed}")
            }
            None => match &effect.standard_error {
                Some(error) => {
                    format!(
                        "no interval was reported; standard error {}",
                        decimal(error.value(), DIGITS)
                    )
                }
                None => "no interval was reported".to_owned(),
            },
        };
        let mut details = Vec::new();
        if let Some(count) = effect.n_treatment {
            details.push(format!("{count} took part"));
        }
        if let Some(count) = effect.n_control {
            details.push(format!("{count} compared"));
        }
        if let Some(follow_up) = &effect.follow_up {
            details.push(format!("follow-up: {follow_up}"));
        }
        Self {
            measure: effect.measure.clone(),
            outcome: vocabularies
                .label(Vocabulary::Outcome, &effect.outcome)
                .to_owned(),
            comparison: effect.comparison.clone(),
            estimate: decimal(effect.estimate.value(), DIGITS),
            interval,
            metric: effect.metric.label(),
            details,
            source: effect.source.clone(),
            translations: effect.translation().map_or_else(Vec::new, lines),
            untranslated: match effect.metric {
                Metric::Correlation => {
                    "A correlation says how two things go together; it is not a gain."
                }
                Metric::OddsRatio
                | Metric::HedgesG
                | Metric::CohensD
                | Metric::GlassDelta
                | Metric::Other => {
                    "In the study’s own units; it cannot be compared with other effects."
                }
            },
        }
    }
}

fn lines(translation: Translation) -> Vec<TranslationLine> {
    let signed = |value: f64| {
        let text = decimal(value, 0);
        if value > 0.0 && text != "0" {
            format!("+{text}")
        } else {
            text
        }
    };
    let plain = |value: f64| decimal(value, 0);
    let range = |ends: Option<(f64, f64)>, say: &dyn Fn(f64) -> String| {
        ends.map(|(low, high)| format!("{} to {}", say(low), say(high)))
    };
    let gain = translation.percentile_gain;
    let above = translation.above_average_of_100;
    let months = translation.months;
    let month_range = months
        .range
        .zip(gain.range)
        .map(|((low, high), (low_gain, high_gain))| {
            format!(
                "{} to {}",
                in_months(low, low_gain),
                in_months(high, high_gain)
            )
        });
    vec![
        TranslationLine {
            value: signed(gain.value),
            unit: "percentile points",
            range: range(gain.range, &signed),
        },
        TranslationLine {
            value: plain(above.value),
            unit: "of 100 above the comparison’s average",
            range: range(above.range, &plain),
        },
        TranslationLine {
            value: in_months(months.value, gain.value),
            unit: "months of progress (EEF scale)",
            range: month_range,
        },
    ]
}

/// Months with their sign; the table ends at twelve.
fn in_months(months: Option<i8>, gain: f64) -> String {
    match months {
        Some(months) if months > 0 => format!("+{months}"),
        Some(months) => decimal(f64::from(months), 0),
        None if gain < 0.0 => "below −12".to_owned(),
        None => "over 12".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::effect::Figure;
    use crate::records::slug::Slug;

    fn figure(value: f64) -> Figure {
        Figure::new(serde_json::Number::from_f64(value).unwrap())
    }

    fn row(metric: Metric, estimate: f64, interval: Option<(f64, f64)>) -> EffectRow {
        let effect = Effect {
            outcome: Slug::parse("literacy").unwrap(),
            measure: "Words".into(),
            metric,
            estimate: figure(estimate),
            ci_low: interval.map(|ends| figure(ends.0)),
            ci_high: interval.map(|ends| figure(ends.1)),
            standard_error: None,
            n_treatment: Some(40),
            n_control: None,
            comparison: String::new(),
            follow_up: None,
            source: String::new(),
        };
        EffectRow::new(&effect, &Vocabularies::default())
    }

    #[test]
    fn an_effect_is_told_in_three_ways_each_with_its_range() {
        let row = row(Metric::CohensD, 0.59, Some((0.44, 0.75)));
        assert_eq!(row.interval, "95% interval 0.44 to 0.75");
        let lines: Vec<_> = row
            .translations
            .iter()
            .map(|line| format!("{} ({})", line.value, line.range.as_deref().unwrap_or("-")))
            .collect();
        assert_eq!(
            lines,
            ["+22 (+17 to +27)", "72 (67 to 77)", "+7 (+5 to +9)"]
        );
    }

    #[test]
    fn what_is_missing_is_said() {
        let alone = row(Metric::HedgesG, -0.14, None);
        assert_eq!(alone.interval, "no interval was reported");
        assert_eq!(alone.translations[2].value, "−2");
        assert_eq!(
            row(Metric::CohensD, 1.11, None).translations[2].value,
            "over 12"
        );
        assert!(row(Metric::Other, 11.0, None).translations.is_empty());
    }
}
