//! From a difference that the paper itself standardised.

use super::{
    BORENSTEIN, COCHRANE_ERRORS, HEDGES, Kind, Precision, REPORTED, Worked, correction,
    error_by_sizes,
};
use crate::effects::effect::Z_95;
use crate::effects::impossible::{Impossible, finite, holds, impossible, positive, two_or_more};
use crate::effects::metric::Metric;
use crate::effects::working::{Step, operand, shown, step};

/// As reported, times J where it was not corrected. A reported standard error shrinks with it; one
/// that was not reported is worked out from the group sizes.
pub(super) fn from_smd(
    kind: Kind,
    estimate: f64,
    n: Option<[u32; 2]>,
    precision: Option<Precision>,
) -> Result<Worked, Impossible> {
    finite("estimate", "estimate", estimate)?;
    if let Some(n) = n {
        two_or_more(n)?;
    }
    let mut steps = Vec::new();
    step(
        &mut steps,
        kind.label(),
        REPORTED,
        shown(estimate),
        estimate,
    );
    let reported_error = match precision {
        Some(precision) => Some(error_of(&mut steps, estimate, precision)?),
        None => None,
    };
    let (metric, correction) = kind.correction(&mut steps, n)?;
    let g = correction.map_or(estimate, |j| {
        step(
            &mut steps,
            "Corrected for small samples",
            HEDGES,
            format!("{} · {}", operand(estimate), shown(j)),
            estimate * j,
        )
    });
    let standard_error = match (reported_error, correction) {
        (Some(error), Some(j)) => Some(step(
            &mut steps,
            "Standard error, corrected likewise",
            BORENSTEIN,
            format!("{} · {}", shown(error), shown(j)),
            error * j,
        )),
        (Some(error), None) => Some(error),
        (None, _) => n.map(|n| error_by_sizes(&mut steps, kind, g, n)),
    };
    Ok(Worked {
        g,
        standard_error,
        metric,
        steps,
    })
}

impl Kind {
    fn label(self) -> &'static str {
        match self {
            Self::HedgesG => "Hedges’ g, as reported",
            Self::CohensD => "Cohen’s d, as reported",
            Self::GlassDelta => "Glass’s delta, as reported",
        }
    }

    /// What the number is afterwards, and the factor that corrects it: none where it is corrected
    /// already or the group sizes are unknown.
    fn correction(
        self,
        steps: &mut Vec<Step>,
        n: Option<[u32; 2]>,
    ) -> Result<(Metric, Option<f64>), Impossible> {
        Ok(match (self, n) {
            (Self::HedgesG, _) => (Metric::HedgesG, None),
            (Self::CohensD, None) => (Metric::CohensD, None),
            (Self::CohensD, Some(n)) => (Metric::HedgesG, Some(correction(steps, n))),
            (Self::GlassDelta, None) => (Metric::GlassDelta, None),
            (Self::GlassDelta, Some([_, control])) => {
                (Metric::GlassDelta, Some(glass_correction(steps, control)?))
            }
        })
    }
}

/// The standard error on the scale of the reported estimate.
fn error_of(steps: &mut Vec<Step>, estimate: f64, precision: Precision) -> Result<f64, Impossible> {
    match precision {
        Precision::StandardError(error) => {
            positive("standard_error", "standard error", error)?;
            Ok(step(
                steps,
                "Standard error, as reported",
                REPORTED,
                shown(error),
                error,
            ))
        }
        Precision::Interval(low, high) => {
            finite("ci_low", "lower end of the interval", low)?;
            finite("ci_high", "upper end of the interval", high)?;
            holds(low, high, estimate)?;
            Ok(step(
                steps,
                "Standard error from the 95% interval",
                COCHRANE_ERRORS,
                format!("({} − {}) ÷ (2·{Z_95})", shown(high), operand(low)),
                (high - low) / (2.0 * Z_95),
            ))
        }
        Precision::Difference {
            difference,
            standard_error,
        } => {
            positive(
                "standard_error",
                "standard error of the difference",
                standard_error,
            )?;
            finite("difference", "difference", difference)?;
            if difference == 0.0 || estimate == 0.0 {
                return Err(impossible(
                    "difference",
                    "The difference or the estimate is 0, so the one cannot be measured by the \
                     other. Give the standard error of the estimate itself."
                        .to_owned(),
                ));
            }
            Ok(step(
                steps,
                "Standard error of the difference, rescaled as the estimate was",
                "By definition of the estimate",
                format!(
                    "{} · {} ÷ {}",
                    shown(standard_error),
                    shown(estimate.abs()),
                    shown(difference.abs())
                ),
                standard_error * (estimate / difference).abs(),
            ))
        }
    }
}

/// J with the n₂−1 degrees of freedom of the comparison group's own deviation; it vanishes for a
/// group of two (Hedges 1981).
fn glass_correction(steps: &mut Vec<Step>, n_control: u32) -> Result<f64, Impossible> {
    if n_control < 3 {
        return Err(impossible(
            "n_control",
            "A Glass’s delta needs three or more in the comparison group.".to_owned(),
        ));
    }
    Ok(step(
        steps,
        "Small-sample correction J",
        HEDGES,
        format!("1 − 3 ÷ (4·({n_control}−1) − 1)"),
        1.0 - 3.0 / (4.0 * (f64::from(n_control) - 1.0) - 1.0),
    ))
}
