//! Numbers that no study can have, refused with the input's name and a reason in plain words. What
//! is merely implausible is asked in `questions`.

use crate::effects::working::shown;

/// The groups in the words of messages.
const GROUPS: [&str; 2] = ["intervention group", "comparison group"];

/// An input that no study can have, with the input's name and the reason in plain words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Impossible {
    /// Such as `n_treatment`, `sd_control`, `ci_low`, `icc`.
    pub field: &'static str,
    pub message: String,
}

pub(super) fn impossible(field: &'static str, message: String) -> Impossible {
    Impossible { field, message }
}

/// Each group's field, name and value.
pub(super) fn by_group<T>(
    fields: [&'static str; 2],
    values: [T; 2],
) -> impl Iterator<Item = (&'static str, &'static str, T)> {
    fields
        .into_iter()
        .zip(GROUPS)
        .zip(values)
        .map(|((field, group), value)| (field, group, value))
}

pub(super) fn two_or_more(n: [u32; 2]) -> Result<(), Impossible> {
    for (field, group, n) in by_group(["n_treatment", "n_control"], n) {
        if n < 2 {
            return Err(impossible(
                field,
                format!(
                    "The size of the {group} is {n}. A group has two or more, or its scores have \
                     no spread."
                ),
            ));
        }
    }
    Ok(())
}

pub(super) fn finite(field: &'static str, name: &str, value: f64) -> Result<(), Impossible> {
    if value.is_finite() {
        return Ok(());
    }
    Err(impossible(field, format!("The {name} is not a number.")))
}

pub(super) fn positive(field: &'static str, name: &str, value: f64) -> Result<(), Impossible> {
    finite(field, name, value)?;
    if value > 0.0 {
        return Ok(());
    }
    Err(impossible(
        field,
        format!("The {name} is {}. It must be above 0.", shown(value)),
    ))
}

/// A standard error can be worked out only of an interval around its estimate.
pub(super) fn holds(low: f64, high: f64, estimate: f64) -> Result<(), Impossible> {
    let (low_shown, high_shown) = (shown(low), shown(high));
    if low >= high {
        return Err(impossible(
            "ci_low",
            format!(
                "The lower end of the interval, {low_shown}, is not below its upper end, \
                 {high_shown}."
            ),
        ));
    }
    if (low..=high).contains(&estimate) {
        return Ok(());
    }
    Err(impossible(
        "ci_low",
        format!(
            "The interval {low_shown} to {high_shown} does not hold the estimate {}.",
            shown(estimate)
        ),
    ))
}
