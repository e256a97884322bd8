//! From two groups: their means, or the t or p of a test between them.

use super::{COCHRANE_SPREADS, HEDGES, LIPSEY_WILSON, Spread, Worked, corrected};
use crate::effects::impossible::{Impossible, by_group, finite, impossible, positive, two_or_more};
use crate::effects::student_t::t_of_p;
use crate::effects::working::{Step, operand, shown, step};

/// g = (m₁−m₂)/s · J with the pooled s = √(((n₁−1)·s₁² + (n₂−1)·s₂²)/(n₁+n₂−2)) (Hedges 1981).
pub(super) fn from_means(
    mean: [f64; 2],
    spread: Spread,
    n: [u32; 2],
) -> Result<Worked, Impossible> {
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
pub(super) fn from_t(t: f64, n: [u32; 2]) -> Result<Worked, Impossible> {
    two_or_more(n)?;
    finite("t", "t", t)?;
    Ok(standardised_t(Vec::new(), t, n))
}

/// The t with n₁+n₂−2 degrees of freedom whose two-sided p is this one, then as from t.
pub(super) fn from_p(
    p: f64,
    favours_intervention: bool,
    n: [u32; 2],
) -> Result<Worked, Impossible> {
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
