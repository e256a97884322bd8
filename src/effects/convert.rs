//! From what a paper reports to a standardised mean difference and its standard error, with the
//! working. Group 1 is the intervention, group 2 the comparison; a positive result favours the
//! intervention. Formulas only: what cannot be is refused in `impossible`, what looks implausible
//! is asked in `questions`, and pooling has its own place. Steps are computed with all digits and
//! shown rounded.

use std::f64::consts::PI;

use crate::effects::impossible::{
    Impossible, by_group, finite, holds, impossible, positive, two_or_more,
};
use crate::effects::metric::Metric;
use crate::effects::student_t::t_of_p;
use crate::effects::translate::odds_ratio_to_smd;
use crate::effects::working::{Step, operand, shown, step};

/// Half the width of a 95% interval in standard errors.
const Z_95: f64 = 1.96;

const BORENSTEIN: &str = "Borenstein and colleagues 2009";
const COCHRANE_ERRORS: &str = "Cochrane Handbook 6.3";
const COCHRANE_SPREADS: &str = "Cochrane Handbook 6.5.2";
const COX_LOGIT: &str = "Hasselblad & Hedges 1995";
const HEDGES: &str = "Hedges 1981";
const HEDGES_OLKIN: &str = "Hedges & Olkin 1985";
const LIPSEY_WILSON: &str = "Lipsey & Wilson 2001";
const REPORTED: &str = "The paper";

/// What a paper prints. Pairs are intervention first, comparison second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reported {
    /// Means of the two groups after the intervention, in the units of the measure. Where a lower
    /// score is better, turn the result round with [`Worked::reversed`].
    Means {
        mean: [f64; 2],
        spread: Spread,
        n: [u32; 2],
    },
    /// The t of two independent groups. Not of paired scores, of gains or of an analysis with
    /// covariates, whose error is not the spread of the scores.
    T { t: f64, n: [u32; 2] },
    /// The exact two-sided p of such a t test; "p < .05" is a bound, not a value.
    P {
        p: f64,
        favours_intervention: bool,
        n: [u32; 2],
    },
    /// An odds ratio above one where it favours the intervention, with its 95% interval.
    OddsRatio {
        ratio: f64,
        interval: Option<(f64, f64)>,
    },
    /// How many of each group had the event; the event is what is wished for.
    Table2x2 { events: [u32; 2], n: [u32; 2] },
    /// A difference that the paper itself standardised.
    StandardisedMeanDifference {
        kind: Kind,
        estimate: f64,
        n: Option<[u32; 2]>,
        precision: Option<Precision>,
    },
}

/// The spread of the scores in each group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spread {
    StandardDeviations([f64; 2]),
    /// Standard errors of the two means.
    StandardErrors([f64; 2]),
}

/// By which standard deviation the paper divided, and whether it corrected for small samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Pooled, corrected.
    HedgesG,
    /// Pooled, not corrected.
    CohensD,
    /// The comparison group's, not corrected.
    GlassDelta,
}

/// How exactly a standardised mean difference is known, as the paper says it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Precision {
    StandardError(f64),
    /// A 95% interval.
    Interval(f64, f64),
    /// The same difference in the units of the measure, with its standard error.
    Difference {
        difference: f64,
        standard_error: f64,
    },
}

/// Assignment of whole classes or schools that the reported analysis did not allow for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clustering {
    /// Pupils in an average cluster.
    pub size: f64,
    /// Intraclass correlation: the share of the variance that lies between clusters, 0 to 1.
    pub icc: f64,
}

/// A standardised mean difference and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Worked {
    pub g: f64,
    /// `None` where the paper reports too little.
    pub standard_error: Option<f64>,
    /// What `g` is: Hedges' g; Glass's delta, corrected for small samples, where the comparison
    /// group's deviation was used; Cohen's d, not corrected, where it comes from an odds ratio or
    /// the group sizes are unknown.
    pub metric: Metric,
    pub steps: Vec<Step>,
}

/// The reported numbers as a standardised mean difference, with its standard error widened for
/// clusters if these are given (leave them out where the analysis allowed for them). Fails on input
/// that cannot be, never on input that is only implausible.
pub fn convert(reported: &Reported, clustering: Option<Clustering>) -> Result<Worked, Impossible> {
    let worked = match *reported {
        Reported::Means { mean, spread, n } => from_means(mean, spread, n),
        Reported::T { t, n } => from_t(t, n),
        Reported::P {
            p,
            favours_intervention,
            n,
        } => from_p(p, favours_intervention, n),
        Reported::OddsRatio { ratio, interval } => from_odds_ratio(ratio, interval),
        Reported::Table2x2 { events, n } => from_table(events, n),
        Reported::StandardisedMeanDifference {
            kind,
            estimate,
            n,
            precision,
        } => from_smd(kind, estimate, n, precision),
    }?;
    match clustering {
        Some(clustering) => worked.clustered(clustering.checked()?).in_range(),
        None => worked.in_range(),
    }
}

/// √((n₁+n₂)/(n₁·n₂) + g²/(2(n₁+n₂−3.94))), for unclustered groups of two or more (Hedges 1981).
#[must_use]
pub fn standard_error_of_g(g: f64, n: [u32; 2]) -> f64 {
    let [n1, n2] = n.map(f64::from);
    ((n1 + n2) / (n1 * n2) + g * g / (2.0 * (n1 + n2 - 3.94))).sqrt()
}

impl Worked {
    /// The same difference where a lower score is better: its sign turned round.
    #[must_use]
    pub fn reversed(mut self) -> Self {
        let formula = format!("−1 · {}", operand(self.g));
        // Taken from zero and not negated, so that no difference stays a plain zero.
        let reversed = 0.0 - self.g;
        self.g = step(
            &mut self.steps,
            "Turned round, since a lower score is better",
            "A positive value favours the intervention",
            formula,
            reversed,
        );
        self
    }

    /// SE·√(1 + (m−1)·ICC): the standard error of pupils who were assigned in clusters of m.
    fn clustered(mut self, Clustering { size, icc }: Clustering) -> Self {
        let Some(error) = self.standard_error else {
            return self;
        };
        let effect = step(
            &mut self.steps,
            "Design effect",
            "Kish 1965",
            format!("1 + ({}−1)·{}", shown(size), shown(icc)),
            1.0 + (size - 1.0) * icc,
        );
        let widened = step(
            &mut self.steps,
            "Standard error, widened for clusters",
            "Kish 1965",
            format!("{} · √{}", shown(error), shown(effect)),
            error * effect.sqrt(),
        );
        self.standard_error = Some(widened);
        self
    }

    /// Refuses what overflowed or vanished on the way.
    fn in_range(self) -> Result<Self, Impossible> {
        let sound = self.steps.iter().all(|step| step.value.is_finite())
            && self.standard_error.is_none_or(|error| error > 0.0);
        if sound {
            Ok(self)
        } else {
            Err(impossible(
                "estimate",
                "These numbers are too large or too small to calculate with. Is one mistyped?"
                    .to_owned(),
            ))
        }
    }
}

impl Clustering {
    fn checked(self) -> Result<Self, Impossible> {
        finite("cluster_size", "cluster size", self.size)?;
        finite("icc", "intraclass correlation", self.icc)?;
        if self.size < 1.0 {
            let size = shown(self.size);
            return Err(impossible(
                "cluster_size",
                format!("The cluster size is {size}. A cluster has at least one pupil."),
            ));
        }
        if !(0.0..=1.0).contains(&self.icc) {
            let icc = shown(self.icc);
            return Err(impossible(
                "icc",
                format!("The intraclass correlation is {icc}. It lies between 0 and 1."),
            ));
        }
        Ok(self)
    }
}

/// g = (m₁−m₂)/s · J with the pooled s = √(((n₁−1)·s₁² + (n₂−1)·s₂²)/(n₁+n₂−2)) (Hedges 1981).
fn from_means(mean: [f64; 2], spread: Spread, n: [u32; 2]) -> Result<Worked, Impossible> {
    two_or_more(n)?;
    for (field, group, mean) in by_group(["mean_treatment", "mean_control"], mean) {
        finite(field, &format!("mean of the {group}"), mean)?;
    }
    let mut steps = Vec::new();
    let sd = deviations(&mut steps, spread, n)?;
    let [n1, n2] = n.map(f64::from);
    let pooled = step(
        &mut steps,
        "Pooled standard deviation",
        HEDGES,
        format!(
            "√((({n1}−1)·{}² + ({n2}−1)·{}²) ÷ ({n1}+{n2}−2))",
            shown(sd[0]),
            shown(sd[1])
        ),
        (((n1 - 1.0) * sd[0].powi(2) + (n2 - 1.0) * sd[1].powi(2)) / (n1 + n2 - 2.0)).sqrt(),
    );
    let d = step(
        &mut steps,
        "Difference in standard deviations (Cohen’s d)",
        HEDGES,
        format!(
            "({} − {}) ÷ {}",
            shown(mean[0]),
            operand(mean[1]),
            shown(pooled)
        ),
        (mean[0] - mean[1]) / pooled,
    );
    Ok(corrected(steps, d, n))
}

/// SD = SE·√n, with each group's own n.
fn deviations(steps: &mut Vec<Step>, spread: Spread, n: [u32; 2]) -> Result<[f64; 2], Impossible> {
    match spread {
        Spread::StandardDeviations(sd) => {
            for (field, group, sd) in by_group(["sd_treatment", "sd_control"], sd) {
                positive(field, &format!("standard deviation of the {group}"), sd)?;
            }
            Ok(sd)
        }
        Spread::StandardErrors(se) => {
            for (field, group, se) in by_group(["se_treatment", "se_control"], se) {
                positive(field, &format!("standard error of the {group}’s mean"), se)?;
            }
            let mut deviation = |label, se: f64, n| {
                step(
                    steps,
                    label,
                    COCHRANE_SPREADS,
                    format!("{} · √{n}", shown(se)),
                    se * f64::from(n).sqrt(),
                )
            };
            Ok([
                deviation("Standard deviation, intervention group", se[0], n[0]),
                deviation("Standard deviation, comparison group", se[1], n[1]),
            ])
        }
    }
}

/// d = t·√((n₁+n₂)/(n₁·n₂)), then corrected as any d (Lipsey & Wilson 2001).
fn from_t(t: f64, n: [u32; 2]) -> Result<Worked, Impossible> {
    two_or_more(n)?;
    finite("t", "t", t)?;
    Ok(standardised_t(Vec::new(), t, n))
}

/// The t with n₁+n₂−2 degrees of freedom whose two-sided p is this one, then as from t.
fn from_p(p: f64, favours_intervention: bool, n: [u32; 2]) -> Result<Worked, Impossible> {
    two_or_more(n)?;
    finite("p", "p", p)?;
    if p <= 0.0 || p >= 1.0 {
        return Err(impossible(
            "p",
            format!(
                "The p is {}. It lies between 0 and 1 and is neither of them.",
                shown(p)
            ),
        ));
    }
    let freedom = f64::from(n[0]) + f64::from(n[1]) - 2.0;
    let (label, sign) = if favours_intervention {
        ("t, favouring the intervention", 1.0)
    } else {
        ("t, favouring the comparison", -1.0)
    };
    let mut steps = Vec::new();
    let t = step(
        &mut steps,
        label,
        LIPSEY_WILSON,
        format!(
            "the t with {}+{}−2 degrees of freedom for a two-sided p of {}",
            n[0],
            n[1],
            shown(p)
        ),
        sign * t_of_p(p, freedom),
    );
    Ok(standardised_t(steps, t, n))
}

fn standardised_t(mut steps: Vec<Step>, t: f64, n: [u32; 2]) -> Worked {
    let [n1, n2] = n.map(f64::from);
    let d = step(
        &mut steps,
        "Difference in standard deviations (Cohen’s d)",
        LIPSEY_WILSON,
        format!("{} · √(({n1}+{n2}) ÷ ({n1}·{n2}))", operand(t)),
        t * ((n1 + n2) / (n1 * n2)).sqrt(),
    );
    corrected(steps, d, n)
}

/// ln(OR)·√3/π; the standard error from the interval of the logarithm, by the same factor
/// (Hasselblad & Hedges 1995).
fn from_odds_ratio(ratio: f64, interval: Option<(f64, f64)>) -> Result<Worked, Impossible> {
    positive("ratio", "odds ratio", ratio)?;
    let mut steps = Vec::new();
    let log_error = match interval {
        Some((low, high)) => {
            positive("ci_low", "lower end of the odds ratio’s interval", low)?;
            positive("ci_high", "upper end of the odds ratio’s interval", high)?;
            holds(low, high, ratio)?;
            Some(step(
                &mut steps,
                "Standard error of the log odds ratio",
                COCHRANE_ERRORS,
                format!("(ln({}) − ln({})) ÷ (2·{Z_95})", shown(high), shown(low)),
                (high.ln() - low.ln()) / (2.0 * Z_95),
            ))
        }
        None => None,
    };
    Ok(from_log_odds(steps, ratio, log_error))
}

/// OR = a·d/(b·c), SE(ln OR) = √(1/a + 1/b + 1/c + 1/d) (Woolf 1955), with ½ added to each cell
/// if one is empty (Haldane 1956).
fn from_table(events: [u32; 2], n: [u32; 2]) -> Result<Worked, Impossible> {
    two_or_more(n)?;
    for (field, group, (events, n)) in by_group(
        ["events_treatment", "events_control"],
        [(events[0], n[0]), (events[1], n[1])],
    ) {
        if events > n {
            return Err(impossible(
                field,
                format!("{events} of the {group} had the event, but the group has only {n}."),
            ));
        }
    }
    let others = [n[0] - events[0], n[1] - events[1]];
    if events == [0, 0] || others == [0, 0] {
        return Err(impossible(
            "events_treatment",
            "The event happened to none or to all of both groups, which says nothing of the \
             difference between them."
                .to_owned(),
        ));
    }
    let empty = events.contains(&0) || others.contains(&0);
    let (label, source, added) = if empty {
        ("Odds ratio, with ½ added to each cell", "Haldane 1956", 0.5)
    } else {
        ("Odds ratio", "Woolf 1955", 0.0)
    };
    let cells = [events, others].map(|counts| counts.map(|count| f64::from(count) + added));
    let [[with_1, with_2], [without_1, without_2]] = cells;
    let mut steps = Vec::new();
    let ratio = step(
        &mut steps,
        label,
        source,
        format!("({with_1}·{without_2}) ÷ ({without_1}·{with_2})"),
        (with_1 * without_2) / (without_1 * with_2),
    );
    let log_error = step(
        &mut steps,
        "Standard error of the log odds ratio",
        "Woolf 1955",
        format!("√(1÷{with_1} + 1÷{without_1} + 1÷{with_2} + 1÷{without_2})"),
        cells
            .as_flattened()
            .iter()
            .map(|count| 1.0 / count)
            .sum::<f64>()
            .sqrt(),
    );
    Ok(from_log_odds(steps, ratio, Some(log_error)))
}

fn from_log_odds(mut steps: Vec<Step>, ratio: f64, log_error: Option<f64>) -> Worked {
    let g = step(
        &mut steps,
        "Standardised mean difference",
        COX_LOGIT,
        format!("ln({}) · √3 ÷ π", shown(ratio)),
        odds_ratio_to_smd(ratio),
    );
    let standard_error = log_error.map(|error| {
        step(
            &mut steps,
            "Standard error",
            COX_LOGIT,
            format!("{} · √3 ÷ π", shown(error)),
            error * 3f64.sqrt() / PI,
        )
    });
    Worked {
        g,
        standard_error,
        metric: Metric::CohensD,
        steps,
    }
}

/// As reported, times J where it was not corrected. A reported standard error shrinks with it; one
/// that was not reported is worked out from the group sizes.
fn from_smd(
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

/// d times J, with the standard error from the group sizes.
fn corrected(mut steps: Vec<Step>, d: f64, n: [u32; 2]) -> Worked {
    let j = correction(&mut steps, n);
    let g = step(
        &mut steps,
        "Hedges’ g",
        HEDGES,
        format!("{} · {}", operand(d), shown(j)),
        d * j,
    );
    let standard_error = error_by_sizes(&mut steps, Kind::HedgesG, g, n);
    Worked {
        g,
        standard_error: Some(standard_error),
        metric: Metric::HedgesG,
        steps,
    }
}

/// J = 1 − 3/(4(n₁+n₂) − 9) (Hedges 1981).
fn correction(steps: &mut Vec<Step>, n: [u32; 2]) -> f64 {
    let [n1, n2] = n.map(f64::from);
    step(
        steps,
        "Small-sample correction J",
        HEDGES,
        format!("1 − 3 ÷ (4·({n1}+{n2}) − 9)"),
        1.0 - 3.0 / (4.0 * (n1 + n2) - 9.0),
    )
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

/// The standard error of unclustered groups; for Glass's delta
/// √((n₁+n₂)/(n₁·n₂) + g²/(2(n₂−1))) (Hedges & Olkin 1985).
fn error_by_sizes(steps: &mut Vec<Step>, kind: Kind, g: f64, n: [u32; 2]) -> f64 {
    let [n1, n2] = n.map(f64::from);
    let (source, divisor, value) = match kind {
        Kind::HedgesG | Kind::CohensD => (
            HEDGES,
            format!("({n1}+{n2}−3.94)"),
            standard_error_of_g(g, n),
        ),
        Kind::GlassDelta => (
            HEDGES_OLKIN,
            format!("({n2}−1)"),
            ((n1 + n2) / (n1 * n2) + g * g / (2.0 * (n2 - 1.0))).sqrt(),
        ),
    };
    step(
        steps,
        "Standard error from the group sizes",
        source,
        format!(
            "√(({n1}+{n2}) ÷ ({n1}·{n2}) + {}² ÷ (2·{divisor}))",
            operand(g)
        ),
        value,
    )
}

#[cfg(test)]
mod tests;
