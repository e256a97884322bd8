//! One numeric result of a study. A positive estimate favours the intervention (an odds ratio
//! above one does).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::effects::metric::Metric;
use crate::effects::translate::{self, Translation};
use crate::records::coding::Term;

/// Half the width of a 95 % interval in standard errors.
pub(super) const Z_95: f64 = 1.96;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// A term of the outcome vocabulary.
    pub outcome: Term,
    /// The instrument and when it was applied.
    pub measure: String,
    pub metric: Metric,
    pub estimate: Figure,
    #[serde(default)]
    pub ci_low: Option<Figure>,
    #[serde(default)]
    pub ci_high: Option<Figure>,
    #[serde(default)]
    pub standard_error: Option<Figure>,
    #[serde(default)]
    pub n_treatment: Option<u32>,
    #[serde(default)]
    pub n_control: Option<u32>,
    /// What was compared with what.
    pub comparison: String,
    /// When it was measured, counted from the end of the intervention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<String>,
    /// Where in the paper, or in which other source, the number stands.
    pub source: String,
}

/// A finite number, written again as it was read: 11 stays 11 and 0.0 stays 0.0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Figure(serde_json::Number);

impl Figure {
    #[must_use]
    pub fn new(number: serde_json::Number) -> Self {
        Self(number)
    }

    /// A number as people type it: with a decimal comma, a true minus sign, or without the zero
    /// before the point. `None` when it is no number.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .collect();
        let text = text.replace(['−', '–'], "-");
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", text.strip_prefix('+').unwrap_or(&text)),
        };
        let mut digits = digits.to_owned();
        if digits.matches(',').count() == 1 && !digits.contains('.') {
            digits = digits.replace(',', ".");
        }
        if digits.ends_with('.') {
            digits.pop();
        }
        if digits.starts_with('.') {
            digits.insert(0, '0');
        }
        // JSON has no leading zeros: 007 is a slip, not a number.
        let number: serde_json::Number = format!("{sign}{digits}").parse().ok()?;
        number.as_f64().filter(|value| value.is_finite())?;
        Some(Self(number))
    }

    #[must_use]
    pub fn value(&self) -> f64 {
        self.0.as_f64().unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A 95 % interval and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
    /// Computed here from the standard error, not printed in the source.
    pub computed: bool,
}

impl Effect {
    /// The reported interval, or else estimate ± 1.96 standard errors. The latter is refused for
    /// ratios, whose standard error lives on the log scale and may have been reported on either.
    #[must_use]
    pub fn interval(&self) -> Option<Interval> {
        let estimate = self.estimate.value();
        let [low, high, error] = [&self.ci_low, &self.ci_high, &self.standard_error]
            .map(|figure| figure.as_ref().map(Figure::value));
        match (low, high, error) {
            (Some(low), Some(high), _) => Some(Interval {
                low,
                high,
                computed: false,
            }),
            (_, _, Some(error)) => match self.metric {
                Metric::OddsRatio | Metric::Correlation => None,
                Metric::HedgesG | Metric::CohensD | Metric::GlassDelta | Metric::Other => {
                    Some(Interval {
                        low: estimate - Z_95 * error,
                        high: estimate + Z_95 * error,
                        computed: true,
                    })
                }
            },
            _ => None,
        }
    }

    /// The estimate as a standardised mean difference, with its interval; `None` where the metric
    /// does not share that axis.
    #[must_use]
    pub fn standardised(&self) -> Option<(f64, Option<Interval>)> {
        let estimate = self.estimate.value();
        let convert: fn(f64) -> f64 = match self.metric {
            Metric::HedgesG | Metric::CohensD | Metric::GlassDelta => |value| value,
            Metric::OddsRatio if estimate > 0.0 => translate::odds_ratio_to_smd,
            Metric::OddsRatio | Metric::Correlation | Metric::Other => return None,
        };
        let interval = self.interval().map(|interval| Interval {
            low: convert(interval.low),
            high: convert(interval.high),
            computed: interval.computed,
        });
        Some((convert(estimate), interval))
    }

    /// The estimate in words that teachers use, all translations together.
    #[must_use]
    pub fn translation(&self) -> Option<Translation> {
        let (smd, interval) = self.standardised()?;
        Some(Translation::of(
            smd,
            interval.map(|interval| (interval.low, interval.high)),
        ))
    }
}

#[cfg(test)]
pub(super) mod example {
    use super::*;
    use crate::records::slug::Slug;

    pub fn figure(value: f64) -> Figure {
        Figure::new(serde_json::Number::from_f64(value).unwrap())
    }

    /// An effect with nothing but what every effect has.
    pub fn effect(metric: Metric, estimate: f64) -> Effect {
        Effect {
            outcome: Slug::parse("literacy").unwrap(),
            measure: "A test".into(),
            metric,
            estimate: figure(estimate),
            ci_low: None,
            ci_high: None,
            standard_error: None,
            n_treatment: None,
            n_control: None,
            comparison: "With and without".into(),
            follow_up: None,
            source: "Abstract".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::example::{effect, figure};
    use super::*;

    #[test]
    fn a_reported_interval_wins_over_a_computed_one() {
        let mut effect = effect(Metric::CohensD, 0.59);
        assert_eq!(effect.interval(), None);
        effect.standard_error = Some(figure(0.08));
        let interval = effect.interval().unwrap();
        assert!(interval.computed);
        assert!((interval.low - 0.4332).abs() < 1e-9 && (interval.high - 0.7468).abs() < 1e-9);
        (effect.ci_low, effect.ci_high) = (Some(figure(0.44)), Some(figure(0.75)));
        assert_eq!(
            effect.interval(),
            Some(Interval {
                low: 0.44,
                high: 0.75,
                computed: false
            })
        );
    }

    #[test]
    fn figures_are_written_as_they_were_read() {
        for figure in ["11", "0.0", "-0.14", "0.109"] {
            let read: Figure = serde_json::from_str(figure).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), figure);
        }
    }

    #[test]
    fn figures_are_read_as_people_type_them() {
        for (typed, kept) in [
            ("0.25", "0.25"),
            (" 11 ", "11"),
            ("0,25", "0.25"),
            ("−0.14", "-0.14"),
            ("–.5", "-0.5"),
            ("+3.", "3"),
            ("0.0", "0.0"),
            ("1e-3", "0.001"),
        ] {
            assert_eq!(Figure::parse(typed).unwrap().to_string(), kept, "{typed}");
        }
        for bad in [
            "", "-", ".", ",", "about 3", "1,2,3", "1.2,3", "1e999", "NaN", "inf", "--1", "0x1",
            "p < .05",
        ] {
            assert_eq!(Figure::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_ratio_gets_no_interval_from_an_error_of_unknown_scale() {
        let mut ratio = effect(Metric::OddsRatio, 1.8);
        ratio.standard_error = Some(figure(0.2));
        assert_eq!(ratio.interval(), None);
        let (smd, _) = ratio.standardised().unwrap();
        assert!((smd - 0.3241).abs() < 5e-5);
    }

    #[test]
    fn what_has_its_own_axis_is_not_translated() {
        assert_eq!(effect(Metric::Other, 11.0).translation(), None);
        assert_eq!(effect(Metric::Correlation, 0.3).translation(), None);
        assert_eq!(effect(Metric::OddsRatio, -1.0).translation(), None);
    }
}
