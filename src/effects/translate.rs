//! One standardised mean difference in the words of schools. The same effect is judged very
//! differently by its translation (Lortie-Forgues and colleagues 2021; Baird & Pane 2019), so the
//! translations are always shown together, percentiles first and months never alone.

use std::f64::consts::PI;

use statrs::distribution::{ContinuousCDF, Normal};

/// Standardised mean difference of an odds ratio: ln(OR)·√3/π (Hasselblad & Hedges 1995).
#[must_use]
pub fn odds_ratio_to_smd(odds_ratio: f64) -> f64 {
    odds_ratio.ln() * 3f64.sqrt() / PI
}

/// Percentile gain of a pupil at the comparison group's average: (Φ(g) − 0.5)·100, the
/// improvement index of the What Works Clearinghouse handbook.
#[must_use]
pub fn percentile_gain(smd: f64) -> f64 {
    (normal_cdf(smd) - 0.5) * 100.0
}

/// Of 100 pupils who took part, how many end above the comparison group's average: Φ(g)·100
/// (Cohen's U3).
#[must_use]
pub fn above_average_of_100(smd: f64) -> f64 {
    normal_cdf(smd) * 100.0
}

/// Months of progress by the conversion of the EEF Toolkit, on g rounded to two decimals and
/// mirrored below zero. `None` beyond its table, which ends at one standard deviation.
#[must_use]
pub fn months(smd: f64) -> Option<i8> {
    /// The largest g, in hundredths, of each number of months.
    const UPPER: [f64; 13] = [
        1.0, 9.0, 18.0, 26.0, 35.0, 44.0, 52.0, 61.0, 69.0, 78.0, 87.0, 95.0, 100.0,
    ];
    let hundredths = (smd.abs() * 100.0).round();
    let months = UPPER.iter().position(|upper| hundredths <= *upper)?;
    let months = i8::try_from(months).ok()?;
    Some(if smd < 0.0 { -months } else { months })
}

fn normal_cdf(x: f64) -> f64 {
    Normal::standard().cdf(x)
}

/// A value and, where there is an interval, the same translation of its two ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranged<T> {
    pub value: T,
    pub range: Option<(T, T)>,
}

impl<T> Ranged<T> {
    fn of(smd: f64, interval: Option<(f64, f64)>, translate: impl Fn(f64) -> T) -> Self {
        Self {
            value: translate(smd),
            range: interval.map(|(low, high)| (translate(low), translate(high))),
        }
    }
}

/// All translations of one standardised mean difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Translation {
    pub percentile_gain: Ranged<f64>,
    pub above_average_of_100: Ranged<f64>,
    pub months: Ranged<Option<i8>>,
}

impl Translation {
    #[must_use]
    pub fn of(smd: f64, interval: Option<(f64, f64)>) -> Self {
        Self {
            percentile_gain: Ranged::of(smd, interval, percentile_gain),
            above_average_of_100: Ranged::of(smd, interval, above_average_of_100),
            months: Ranged::of(smd, interval, months),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_vectors_hold() {
        for (g, index, month) in [
            (0.09, 3.59, 1),
            (0.10, 3.98, 2),
            (0.44, 17.00, 5),
            (0.45, 17.36, 6),
        ] {
            assert!((percentile_gain(g) - index).abs() < 0.005, "{g}");
            assert!(
                (above_average_of_100(g) - 50.0 - index).abs() < 0.005,
                "{g}"
            );
            assert_eq!(months(g), Some(month), "{g}");
        }
        assert!((odds_ratio_to_smd(1.8) - 0.3241).abs() < 5e-5);
    }

    #[test]
    fn months_are_rounded_first_mirrored_and_end_with_the_table() {
        assert_eq!(months(0.0933), Some(1));
        assert_eq!(months(0.014), Some(0));
        assert_eq!(months(-0.14), Some(-2));
        assert_eq!(months(1.0), Some(12));
        assert_eq!(months(1.11), None);
        assert_eq!(months(f64::NAN), None);
    }
}
