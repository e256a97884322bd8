//! What a meta-analyst would ask about one effect before using it. Questions never refuse a save:
//! every one of them can have a good answer. What no study can have is refused in `impossible`.

use crate::effects::convert::standard_error_of_g;
use crate::effects::effect::{Effect, Figure};
use crate::effects::metric::Metric;
use crate::effects::working::shown;

/// Half the width of a 95% interval in standard errors.
const Z_95: f64 = 1.96;

/// Something to check in a field of an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The name of the field in the effect's JSON.
    pub field: &'static str,
    pub message: String,
}

/// The questions that the numbers of this effect raise; for most effects none.
#[must_use]
pub fn questions(effect: &Effect) -> Vec<Question> {
    const RULES: [fn(&Effect) -> Option<Question>; 14] = [
        estimate_off_the_scale,
        estimate_very_large,
        one_end_only,
        ends_off_the_scale,
        ends_in_disorder,
        estimate_outside_its_interval,
        interval_lopsided,
        error_not_positive,
        error_in_other_units,
        error_against_interval,
        error_against_sizes,
        one_size_only,
        intervention_group_very_small,
        comparison_group_very_small,
    ];
    RULES.iter().filter_map(|rule| rule(effect)).collect()
}

fn question(field: &'static str, message: String) -> Question {
    Question { field, message }
}

fn estimate_off_the_scale(effect: &Effect) -> Option<Question> {
    let estimate = effect.estimate.value();
    let text = shown(estimate);
    match effect.metric {
        Metric::Correlation if estimate.abs() >= 1.0 => Some(question(
            "estimate",
            format!(
                "A correlation lies between −1 and 1; this one is {text}. Is it mistyped, or \
                 another metric?"
            ),
        )),
        Metric::OddsRatio if estimate <= 0.0 => Some(question(
            "estimate",
            format!(
                "An odds ratio is above 0; this one is {text}. Is it the logarithm of the ratio?"
            ),
        )),
        Metric::HedgesG
        | Metric::CohensD
        | Metric::GlassDelta
        | Metric::OddsRatio
        | Metric::Correlation
        | Metric::Other => None,
    }
}

/// Two standard deviations are more than schooling does; raw points and percentages look like it.
fn estimate_very_large(effect: &Effect) -> Option<Question> {
    const VERY_LARGE: f64 = 2.0;
    let (smd, _) = effect.standardised()?;
    if smd.abs() <= VERY_LARGE {
        return None;
    }
    let text = shown(effect.estimate.value());
    let message = if effect.metric == Metric::OddsRatio {
        format!(
            "An odds ratio of {text} is as large as a difference of {smd:.1} standard deviations. \
             Is it mistyped, or a percentage?"
        )
    } else {
        format!(
            "A difference of {text} standard deviations is very rare. Is it mistyped, or in \
             points of the measure?"
        )
    };
    Some(question("estimate", message))
}

fn one_end_only(effect: &Effect) -> Option<Question> {
    let (missing, name) = match (&effect.ci_low, &effect.ci_high) {
        (Some(_), None) => ("ci_high", "upper"),
        (None, Some(_)) => ("ci_low", "lower"),
        (Some(_), Some(_)) | (None, None) => return None,
    };
    Some(question(
        missing,
        format!("The {name} end of the interval is missing. Does the source give it?"),
    ))
}

fn ends_off_the_scale(effect: &Effect) -> Option<Question> {
    let bounds = Bounds::of(effect)?;
    let (off, rule) = match effect.metric {
        Metric::Correlation => (
            bounds.low < -1.0 || bounds.high > 1.0,
            "A correlation lies between −1 and 1",
        ),
        Metric::OddsRatio => (bounds.low <= 0.0, "An odds ratio is above 0"),
        Metric::HedgesG | Metric::CohensD | Metric::GlassDelta | Metric::Other => return None,
    };
    if !off {
        return None;
    }
    Some(question(
        "ci_low",
        format!(
            "{rule}; the interval is {}. Was it built as the estimate ± 1.96 standard errors, \
             which is wrong here, or is it on another scale?",
            bounds.interval()
        ),
    ))
}

fn ends_in_disorder(effect: &Effect) -> Option<Question> {
    let bounds = Bounds::of(effect)?;
    if bounds.low < bounds.high {
        return None;
    }
    let (low, high) = (bounds.say(bounds.low), bounds.say(bounds.high));
    let message = if bounds.low > bounds.high {
        format!("The interval starts at {low} and ends at {high}. Are its ends swapped?")
    } else {
        format!("Both ends of the interval are {low}. Is one of them mistyped?")
    };
    Some(question("ci_low", message))
}

fn estimate_outside_its_interval(effect: &Effect) -> Option<Question> {
    let bounds = Bounds::of(effect).filter(Bounds::in_order)?;
    if bounds.hold(bounds.estimate) {
        return None;
    }
    let (interval, estimate) = (bounds.interval(), bounds.say(bounds.estimate));
    let mirrored = match effect.metric {
        Metric::OddsRatio => 1.0 / bounds.estimate,
        Metric::HedgesG
        | Metric::CohensD
        | Metric::GlassDelta
        | Metric::Correlation
        | Metric::Other => -bounds.estimate,
    };
    let guess = if bounds.estimate == 0.0 {
        "Was the estimate left at 0?".to_owned()
    } else if bounds.hold(mirrored) {
        format!(
            "It would hold {}: was the direction turned round for one and not for the other?",
            shown(mirrored)
        )
    } else {
        "Is one of the three mistyped?".to_owned()
    };
    Some(question(
        "ci_low",
        format!("The interval {interval} does not hold the estimate {estimate}. {guess}"),
    ))
}

/// Normal-theory intervals are symmetric on the scale of their metric, up to rounding.
fn interval_lopsided(effect: &Effect) -> Option<Question> {
    let scale = Scale::of(effect.metric)?;
    let bounds = Bounds::of(effect).filter(|bounds| bounds.hold(bounds.estimate))?;
    let [below, above] = bounds.arms(scale.to, 0.0);
    if !bounds.lopsided(scale.to) || !(below + above).is_finite() {
        return None;
    }
    let guess = if bounds.lopsided(|value| value) {
        "Is one of the three mistyped?"
    } else {
        "It is nearly so without that scale: was it built as the estimate ± 1.96 standard errors?"
    };
    Some(question(
        "ci_low",
        format!(
            "The interval {} is not symmetric around {}{}: it reaches {} below and {} above. \
             {guess}",
            bounds.interval(),
            bounds.say(bounds.estimate),
            scale.words,
            about(below),
            about(above),
        ),
    ))
}

fn error_not_positive(effect: &Effect) -> Option<Question> {
    let error = effect.standard_error.as_ref()?.value();
    if error > 0.0 {
        return None;
    }
    Some(question(
        "standard_error",
        format!(
            "The standard error is {}. It is above 0; is it mistyped, or rounded away?",
            shown(error)
        ),
    ))
}

/// A standardised difference has a standard error above one only in groups of a handful.
fn error_in_other_units(effect: &Effect) -> Option<Question> {
    let error = effect.standard_error.as_ref()?.value();
    if !is_standardised_difference(effect.metric) || error <= 1.0 {
        return None;
    }
    Some(question(
        "standard_error",
        format!(
            "A standard error of {} is very large for a standardised difference. Is it a standard \
             deviation, or in points of the measure?",
            shown(error)
        ),
    ))
}

/// The standard error that the interval means against the reported one, which may stand on the
/// scale of the interval or on that of the estimate.
fn error_against_interval(effect: &Effect) -> Option<Question> {
    /// Small groups, with t in place of 1.96, explain less; a 90% interval is further off.
    const TOLERANCE: f64 = 1.15;
    let scale = Scale::of(effect.metric)?;
    let bounds = Bounds::of(effect).filter(Bounds::in_order)?;
    let figure = effect.standard_error.as_ref()?;
    let (error, implied) = (figure.value(), bounds.error(scale.to, 0.0));
    if error <= 0.0 || !implied.is_finite() {
        return None;
    }
    let slack = half_unit(decimals(figure).max(bounds.decimals));
    let fits = |unit: f64| {
        (error + slack) / unit * TOLERANCE >= bounds.error(scale.to, -1.0)
            && (error - slack) / unit <= bounds.error(scale.to, 1.0) * TOLERANCE
    };
    if fits(1.0) || fits((scale.slope)(bounds.estimate)) {
        return None;
    }
    Some(question(
        "standard_error",
        format!(
            "The 95% interval {} means a standard error of about {}{}, not {}. {}",
            bounds.interval(),
            about(implied),
            scale.words,
            shown(error),
            other_interval(implied / error)
        ),
    ))
}

/// Which interval would fit the standard error, were it not one of 95%.
fn other_interval(ratio: f64) -> &'static str {
    let near = |z: f64| (ratio * Z_95 / z - 1.0).abs() < 0.04;
    if near(1.645) {
        "A 90% interval would fit: is it one?"
    } else if near(2.576) {
        "A 99% interval would fit: is it one?"
    } else if near(1.0) {
        "An interval of one standard error to each side would fit: is it one?"
    } else {
        "Is one of them mistyped, or does only one of them allow for clusters?"
    }
}

/// The standard error, or the one that the interval means, against that of unclustered groups of
/// these sizes (Hedges 1981).
fn error_against_sizes(effect: &Effect) -> Option<Question> {
    const FACTOR: f64 = 2.0;
    let n = [effect.n_treatment?, effect.n_control?];
    if !is_standardised_difference(effect.metric) || n.iter().any(|n| *n < 2) {
        return None;
    }
    let (field, name, error) = stated_error(effect)?;
    let expected = standard_error_of_g(effect.estimate.value(), n);
    let ratio = error / expected;
    if !(ratio * ratio).is_normal() {
        return None;
    }
    let guess = if ratio > FACTOR {
        format!(
            "Assignment of whole classes or schools would explain that with a design effect of \
             {}. Otherwise, is it a standard deviation, or is one of the numbers mistyped?",
            about(ratio * ratio)
        )
    } else if ratio * FACTOR < 1.0 {
        "Allowing for earlier scores can explain some of that, clusters cannot. Is one of the \
         numbers mistyped, or are the sizes those of classes or schools?"
            .to_owned()
    } else {
        return None;
    };
    Some(question(
        field,
        format!(
            "{name} is {} times the {} of groups of {} and {}. {guess}",
            about(ratio),
            about(expected),
            n[0],
            n[1]
        ),
    ))
}

/// The field, its name and number at the start of a sentence, and the standard error.
fn stated_error(effect: &Effect) -> Option<(&'static str, String, f64)> {
    if let Some(figure) = &effect.standard_error {
        let error = figure.value();
        let name = format!("The standard error {}", shown(error));
        return (error > 0.0).then_some(("standard_error", name, error));
    }
    let bounds = Bounds::of(effect).filter(Bounds::in_order)?;
    let error = bounds.error(|value| value, 0.0);
    let name = format!(
        "The interval {} means a standard error of {}, which",
        bounds.interval(),
        about(error)
    );
    Some(("ci_low", name, error))
}

fn one_size_only(effect: &Effect) -> Option<Question> {
    let compares = is_standardised_difference(effect.metric) || effect.metric == Metric::OddsRatio;
    let (missing, message) = match (effect.n_treatment, effect.n_control) {
        (Some(n), None) => (
            "n_control",
            format!(
                "Only the intervention group has a size, {n}. Was there no comparison group? A \
                 change from before to after has the metric “{}”.",
                Metric::Other.label()
            ),
        ),
        (None, Some(n)) => (
            "n_treatment",
            format!("Only the comparison group has a size, {n}. Does the source give the other?"),
        ),
        (Some(_), Some(_)) | (None, None) => return None,
    };
    compares.then(|| question(missing, message))
}

fn intervention_group_very_small(effect: &Effect) -> Option<Question> {
    very_small("n_treatment", "intervention", effect.n_treatment?)
}

fn comparison_group_very_small(effect: &Effect) -> Option<Question> {
    very_small("n_control", "comparison", effect.n_control?)
}

fn very_small(field: &'static str, group: &str, n: u32) -> Option<Question> {
    const VERY_SMALL: u32 = 10;
    if n >= VERY_SMALL {
        return None;
    }
    Some(question(
        field,
        format!(
            "The {group} group has a size of {n}. Is it mistyped, or the number of classes or \
             schools?"
        ),
    ))
}

fn is_standardised_difference(metric: Metric) -> bool {
    match metric {
        Metric::HedgesG | Metric::CohensD | Metric::GlassDelta => true,
        Metric::OddsRatio | Metric::Correlation | Metric::Other => false,
    }
}

/// Where the intervals of a metric are symmetric.
struct Scale {
    to: fn(f64) -> f64,
    /// How far the estimate moves for a small step on this scale.
    slope: fn(f64) -> f64,
    words: &'static str,
}

impl Scale {
    /// None for the study's own units, which may be ratios or differences.
    fn of(metric: Metric) -> Option<Self> {
        Some(match metric {
            Metric::HedgesG | Metric::CohensD | Metric::GlassDelta => Self {
                to: |value| value,
                slope: |_| 1.0,
                words: "",
            },
            Metric::OddsRatio => Self {
                to: f64::ln,
                slope: |ratio| ratio,
                words: " on the log scale",
            },
            Metric::Correlation => Self {
                to: f64::atanh,
                slope: |correlation| 1.0 - correlation * correlation,
                words: " on Fisher’s z scale",
            },
            Metric::Other => return None,
        })
    }
}

/// A reported interval with its estimate, all written with the same number of decimals.
struct Bounds {
    estimate: f64,
    low: f64,
    high: f64,
    decimals: usize,
}

impl Bounds {
    fn of(effect: &Effect) -> Option<Self> {
        let (low, high) = (effect.ci_low.as_ref()?, effect.ci_high.as_ref()?);
        let estimate = &effect.estimate;
        Some(Self {
            estimate: estimate.value(),
            low: low.value(),
            high: high.value(),
            decimals: decimals(estimate).max(decimals(low)).max(decimals(high)),
        })
    }

    fn in_order(&self) -> bool {
        self.low < self.high
    }

    fn hold(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// How far the interval reaches below and above the estimate, with every number moved by so
    /// many half units of its last decimal to make both shorter (−1) or longer (1).
    fn arms(&self, to: impl Fn(f64) -> f64, rounding: f64) -> [f64; 2] {
        let slack = rounding * half_unit(self.decimals);
        [
            to(self.estimate + slack) - to(self.low - slack),
            to(self.high + slack) - to(self.estimate - slack),
        ]
    }

    /// One arm is half as long again as the other, however the numbers were rounded.
    fn lopsided(&self, to: impl Fn(f64) -> f64) -> bool {
        const FAR: f64 = 1.5;
        let [least_below, least_above] = self.arms(&to, -1.0);
        let [most_below, most_above] = self.arms(&to, 1.0);
        least_below > FAR * most_above || least_above > FAR * most_below
    }

    /// The standard error that a 95% interval means, with its ends moved as in [`Self::arms`].
    fn error(&self, to: impl Fn(f64) -> f64, rounding: f64) -> f64 {
        let slack = rounding * half_unit(self.decimals);
        (to(self.high + slack) - to(self.low - slack)) / (2.0 * Z_95)
    }

    fn interval(&self) -> String {
        format!("{} to {}", self.say(self.low), self.say(self.high))
    }

    fn say(&self, value: f64) -> String {
        format!("{value:.*}", self.decimals).replace('-', "−")
    }
}

fn decimals(figure: &Figure) -> usize {
    let text = figure.value().to_string();
    text.split_once('.').map_or(0, |(_, digits)| digits.len())
}

/// Half a unit of the last decimal: how far rounding may have moved a number.
fn half_unit(decimals: usize) -> f64 {
    (0..decimals).fold(0.5, |unit, _| unit / 10.0)
}

/// A worked number to two digits.
fn about(value: f64) -> String {
    shown(format!("{value:.1e}").parse().unwrap_or(value))
}

#[cfg(test)]
mod tests;
