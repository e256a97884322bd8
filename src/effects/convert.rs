//! From what a paper reports to a standardised mean difference and its standard error, with the
//! working. Group 1 is the intervention, group 2 the comparison; a positive result favours the
//! intervention. Formulas only: what cannot be is refused in `impossible`, what looks implausible
//! is asked in `questions`, and pooling has its own place. Steps are computed with all digits and
//! shown rounded.

mod groups;
mod odds;
mod standardised;

use crate::effects::impossible::{Impossible, finite, impossible};
use crate::effects::metric::Metric;
use crate::effects::working::{Step, operand, shown, step};

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
        Reported::Means { mean, spread, n } => groups::from_means(mean, spread, n),
        Reported::T { t, n } => groups::from_t(t, n),
        Reported::P {
            p,
            favours_intervention,
            n,
        } => groups::from_p(p, favours_intervention, n),
        Reported::OddsRatio { ratio, interval } => odds::from_odds_ratio(ratio, interval),
        Reported::Table2x2 { events, n } => odds::from_table(events, n),
        Reported::StandardisedMeanDifference {
            kind,
            estimate,
            n,
            precision,
        } => standardised::from_smd(kind, estimate, n, precision),
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
