//! From odds: a ratio with its interval, or how many of each group had the event.

use std::f64::consts::PI;

use super::{COCHRANE_ERRORS, COX_LOGIT, Worked};
use crate::effects::effect::Z_95;
use crate::effects::impossible::{Impossible, by_group, holds, impossible, positive, two_or_more};
use crate::effects::metric::Metric;
use crate::effects::translate::odds_ratio_to_smd;
use crate::effects::working::{Step, shown, step};

/// ln(OR)·√3/π; the standard error from the interval of the logarithm, by the same factor
/// (Hasselblad & Hedges 1995).
pub(super) fn from_odds_ratio(
    ratio: f64,
    interval: Option<(f64, f64)>,
) -> Result<Worked, Impossible> {
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
pub(super) fn from_table(events: [u32; 2], n: [u32; 2]) -> Result<Worked, Impossible> {
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
