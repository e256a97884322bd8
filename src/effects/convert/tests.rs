use std::f64::consts::PI;

use super::*;
use crate::effects::effect::Z_95;
use crate::effects::student_t::t_of_p;
use proptest::prelude::*;
use statrs::distribution::{ContinuousCDF, StudentsT};

fn means(mean: [f64; 2], sd: [f64; 2], n: [u32; 2]) -> Reported {
    Reported::Means {
        mean,
        spread: Spread::StandardDeviations(sd),
        n,
    }
}

fn smd(kind: Kind, estimate: f64, n: Option<[u32; 2]>, precision: Precision) -> Reported {
    Reported::StandardisedMeanDifference {
        kind,
        estimate,
        n,
        precision: Some(precision),
    }
}

fn worked(reported: Reported) -> Worked {
    convert(&reported, None).unwrap()
}

fn error(reported: Reported) -> f64 {
    worked(reported).standard_error.unwrap()
}

fn refused(reported: Reported) -> Impossible {
    convert(&reported, None).unwrap_err()
}

#[track_caller]
fn near(value: f64, expected: f64) {
    assert!((value - expected).abs() < 5e-5, "{value} is not {expected}");
}

#[test]
fn check_vectors_hold_with_their_working() {
    let worked = worked(means([24.7, 24.3], [4.29, 4.27], [199, 192]));
    near(worked.g, 0.0933);
    near(worked.standard_error.unwrap(), 0.1012);
    assert_eq!(worked.metric, Metric::HedgesG);
    let steps: Vec<_> = worked
        .steps
        .iter()
        .map(|step| format!("{} = {} = {}", step.label, step.formula, step.value_shown()))
        .collect();
    assert_eq!(
        steps,
        [
            "Pooled standard deviation = √(((199−1)·4.29² + (192−1)·4.27²) ÷ (199+192−2)) = \
             4.2802",
            "Difference in standard deviations (Cohen’s d) = (24.7 − 24.3) ÷ 4.2802 = 0.09345",
            "Small-sample correction J = 1 − 3 ÷ (4·(199+192) − 9) = 0.9981",
            "Hedges’ g = 0.09345 · 0.9981 = 0.09327",
            "Standard error from the group sizes = √((199+192) ÷ (199·192) + 0.09327² ÷ \
             (2·(199+192−3.94))) = 0.1012",
        ]
    );
}

#[test]
fn the_second_vector_of_means_holds() {
    let worked = worked(means([52.0, 47.0], [10.0, 10.0], [40, 42]));
    near(worked.g, 0.4953);
    near(worked.standard_error.unwrap(), 0.2245);
}

#[test]
fn an_odds_ratio_is_converted_and_its_interval_on_the_log_scale() {
    let worked = worked(Reported::OddsRatio {
        ratio: 1.8,
        interval: Some((1.2, 2.7)),
    });
    near(worked.g, 0.3241);
    // (ln 2.7 − ln 1.2) ÷ 3.92 = 0.20687; the ratio's own scale would give 0.3827.
    near(worked.standard_error.unwrap(), 0.20687 * 0.551_329);
    assert_eq!(worked.metric, Metric::CohensD);
    let alone = Reported::OddsRatio {
        ratio: 1.8,
        interval: None,
    };
    assert_eq!(convert(&alone, None).unwrap().standard_error, None);
}

#[test]
fn a_table_of_counts_gives_its_odds_ratio() {
    let full = worked(Reported::Table2x2 {
        events: [30, 20],
        n: [100, 100],
    });
    near(full.steps[0].value, 12.0 / 7.0);
    near(full.steps[1].value, 0.33184);
    let empty = worked(Reported::Table2x2 {
        events: [10, 4],
        n: [10, 10],
    });
    assert_eq!(empty.steps[0].formula, "(10.5·6.5) ÷ (0.5·4.5)");
}

#[test]
fn clusters_widen_the_standard_error() {
    let clusters = Some(Clustering {
        size: 25.0,
        icc: 0.15,
    });
    let reported = smd(Kind::HedgesG, 0.2, None, Precision::StandardError(0.1));
    let worked = convert(&reported, clusters).unwrap();
    near(worked.steps[2].value, 4.6);
    assert_eq!(worked.steps[2].formula, "1 + (25−1)·0.15");
    near(worked.standard_error.unwrap(), 0.1 * 2.1448);
}

#[test]
fn deviations_come_from_errors_with_each_groups_own_size() {
    let from_errors = worked(Reported::Means {
        mean: [52.0, 47.0],
        spread: Spread::StandardErrors([1.0, 2.0]),
        n: [100, 25],
    });
    near(from_errors.steps[0].value, 10.0);
    near(from_errors.steps[1].value, 10.0);
}

#[test]
fn an_exact_p_gives_its_t() {
    // Tables of Student's t; with two degrees of freedom t = u·√(2/(1−u²)), u = 1−p.
    for (p, freedom, t) in [
        (0.05, 2.0, 4.302_653),
        (1e-6, 2.0, 999.999_25),
        (0.05, 10.0, 2.228_139),
        (0.01, 30.0, 2.749_996),
        (0.05, 120.0, 1.979_930),
        (0.05, 1e9, 1.959_964),
    ] {
        let found = t_of_p(p, freedom);
        assert!((found / t - 1.0).abs() < 1e-6, "{found} is not {t}");
    }
    let worked = worked(Reported::P {
        p: 0.05,
        favours_intervention: false,
        n: [6, 6],
    });
    // −2.228139 · √(12/36) · (1 − 3/39)
    near(worked.g, -1.18747);
}

#[test]
fn a_reported_d_is_corrected_and_a_reported_g_is_not() {
    let interval = Precision::Interval(0.1, 0.9);
    let d = worked(smd(Kind::CohensD, 0.5, Some([10, 10]), interval));
    let j = 1.0 - 3.0 / 71.0;
    near(d.g, 0.5 * j);
    near(d.standard_error.unwrap(), 0.8 / 3.92 * j);
    assert_eq!(d.metric, Metric::HedgesG);

    let g = worked(smd(Kind::HedgesG, 0.5, Some([10, 10]), interval));
    near(g.g, 0.5);
    near(g.standard_error.unwrap(), 0.8 / 3.92);

    let unsized_d = worked(smd(Kind::CohensD, 0.5, None, interval));
    near(unsized_d.g, 0.5);
    assert_eq!(unsized_d.metric, Metric::CohensD);
}

#[test]
fn a_glass_delta_is_corrected_by_its_comparison_group() {
    let worked = worked(Reported::StandardisedMeanDifference {
        kind: Kind::GlassDelta,
        estimate: 0.5,
        n: Some([30, 11]),
        precision: None,
    });
    let g = 0.5 * (1.0 - 3.0 / 39.0);
    near(worked.g, g);
    near(
        worked.standard_error.unwrap(),
        (41.0 / 330.0 + g * g / 20.0f64).sqrt(),
    );
    assert_eq!(worked.metric, Metric::GlassDelta);
}

#[test]
fn the_error_of_a_difference_is_rescaled() {
    for (estimate, difference, standard_error, expected) in
        [(0.18, 2.64, 0.90, 0.0614), (0.25, 5.65, 2.34, 0.1035)]
    {
        near(
            error(smd(
                Kind::CohensD,
                estimate,
                None,
                Precision::Difference {
                    difference,
                    standard_error,
                },
            )),
            expected,
        );
    }
}

#[test]
fn a_scale_where_lower_is_better_is_turned_round() {
    let worked = worked(means([10.0, 12.0], [4.0, 4.0], [50, 50]));
    assert!(worked.g < 0.0);
    let (g, turned) = (worked.g, worked.reversed());
    near(turned.g, -g);
    assert_eq!(turned.steps[5].formula, "−1 · (−0.4962)");
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let fine = ([1.0, 2.0], [1.0, 1.0], [20, 20]);
    let t = |n| Reported::T { t: 2.0, n };
    let p = |p| Reported::P {
        p,
        favours_intervention: true,
        n: [20, 20],
    };
    let ratio = |ratio, interval| Reported::OddsRatio {
        ratio,
        interval: Some(interval),
    };
    let table = |events| Reported::Table2x2 {
        events,
        n: [20, 20],
    };
    let d = |n, precision| smd(Kind::GlassDelta, 0.3, n, precision);
    let difference = Precision::Difference {
        difference: 0.0,
        standard_error: 1.0,
    };
    for (reported, field) in [
        (t([1, 20]), "n_treatment"),
        (t([20, 0]), "n_control"),
        (means([f64::NAN, 2.0], fine.1, fine.2), "mean_treatment"),
        (means(fine.0, [1.0, 0.0], fine.2), "sd_control"),
        (means(fine.0, [-1.0, 1.0], fine.2), "sd_treatment"),
        (means([1e300, -1e300], [1e-300; 2], fine.2), "estimate"),
        (means(fine.0, [1e200; 2], fine.2), "estimate"),
        (p(0.0), "p"),
        (p(1.0), "p"),
        (p(f64::INFINITY), "p"),
        (ratio(-0.4, (0.1, 1.0)), "ratio"),
        (ratio(0.4, (-0.1, 1.0)), "ci_low"),
        (ratio(0.4, (0.5, 1.0)), "ci_low"),
        (table([21, 3]), "events_treatment"),
        (table([20, 20]), "events_treatment"),
        (d(None, Precision::Interval(0.5, 0.1)), "ci_low"),
        (d(None, Precision::StandardError(0.0)), "standard_error"),
        (d(None, difference), "difference"),
        (d(Some([20, 2]), Precision::StandardError(0.1)), "n_control"),
    ] {
        assert_eq!(refused(reported).field, field, "{reported:?}");
    }
    for (size, icc, field) in [
        (0.5, 0.1, "cluster_size"),
        (20.0, 1.2, "icc"),
        (20.0, -0.1, "icc"),
    ] {
        let clusters = Some(Clustering { size, icc });
        assert_eq!(convert(&t([20, 20]), clusters).unwrap_err().field, field);
    }
    assert_eq!(
        refused(means(fine.0, [1.0, -2.5], fine.2)).to_string(),
        "The standard deviation of the comparison group is −2.5. It must be above 0."
    );
}

fn sizes() -> impl Strategy<Value = [u32; 2]> {
    [2u32..5000, 2u32..5000]
}

fn groups() -> impl Strategy<Value = ([f64; 2], [f64; 2], [u32; 2])> {
    (
        [-100.0..100.0f64, -100.0..100.0f64],
        [0.1..50.0f64, 0.1..50.0f64],
        sizes(),
    )
}

fn any_reported() -> impl Strategy<Value = Reported> {
    let f = any::<f64>;
    let pair = || any::<[f64; 2]>();
    let n = || {
        [
            prop_oneof![any::<u32>(), 0..9u32],
            prop_oneof![any::<u32>(), 0..9u32],
        ]
    };
    let kind = prop_oneof![
        Just(Kind::HedgesG),
        Just(Kind::CohensD),
        Just(Kind::GlassDelta)
    ];
    prop_oneof![
        (pair(), pair(), n()).prop_map(|(mean, sd, n)| means(mean, sd, n)),
        (pair(), pair(), n()).prop_map(|(mean, se, n)| Reported::Means {
            mean,
            spread: Spread::StandardErrors(se),
            n
        }),
        (f(), n()).prop_map(|(t, n)| Reported::T { t, n }),
        (prop_oneof![f(), 0.0..1.0], any::<bool>(), n()).prop_map(
            |(p, favours_intervention, n)| Reported::P {
                p,
                favours_intervention,
                n
            }
        ),
        (f(), proptest::option::of((f(), f())))
            .prop_map(|(ratio, interval)| Reported::OddsRatio { ratio, interval }),
        (n(), n()).prop_map(|(events, n)| Reported::Table2x2 { events, n }),
        (kind, f(), proptest::option::of(n()), pair()).prop_map(
            |(kind, estimate, n, [low, high])| smd(
                kind,
                estimate,
                n,
                Precision::Interval(low, high)
            )
        ),
    ]
}

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0)
}

proptest! {
    #[test]
    fn means_and_their_t_give_the_same_g((mean, sd, n) in groups()) {
        let [n1, n2] = n.map(f64::from);
        let squares = (n1 - 1.0) * sd[0] * sd[0] + (n2 - 1.0) * sd[1] * sd[1];
        let variance = squares / (n1 + n2 - 2.0) * (1.0 / n1 + 1.0 / n2);
        let t = (mean[0] - mean[1]) / variance.sqrt();
        let (by_means, by_t) = (worked(means(mean, sd, n)), worked(Reported::T { t, n }));
        prop_assert!(close(by_means.g, by_t.g));
        prop_assert!(close(by_means.standard_error.unwrap(), by_t.standard_error.unwrap()));
    }

    #[test]
    fn a_t_and_its_p_give_the_same_g(t in -6.0..6.0f64, n in sizes()) {
        let [n1, n2] = n.map(f64::from);
        let p = 2.0 * StudentsT::new(0.0, 1.0, n1 + n2 - 2.0).unwrap().sf(t.abs());
        prop_assume!(p < 1.0);
        let by_p = worked(Reported::P { p, favours_intervention: t > 0.0, n });
        let by_t = worked(Reported::T { t, n });
        prop_assert!((by_p.g - by_t.g).abs() < 1e-6);
    }

    #[test]
    fn swapped_groups_turn_the_sign_only(([m1, m2], [s1, s2], [n1, n2]) in groups()) {
        let one = worked(means([m1, m2], [s1, s2], [n1, n2]));
        let other = worked(means([m2, m1], [s2, s1], [n2, n1]));
        prop_assert!(close(one.g, -other.g));
        prop_assert!(close(one.standard_error.unwrap(), other.standard_error.unwrap()));
    }

    #[test]
    fn the_unit_of_the_measure_does_not_matter(
        (mean, sd, n) in groups(), factor in 0.01..100.0f64, shift in -50.0..50.0f64
    ) {
        let one = worked(means(mean, sd, n));
        let other = worked(means(
            mean.map(|mean| mean * factor + shift),
            sd.map(|sd| sd * factor),
            n,
        ));
        prop_assert!((one.g - other.g).abs() <= 1e-6 * one.g.abs().max(1.0));
    }

    #[test]
    fn errors_of_means_are_deviations_in_disguise((mean, sd, n) in groups()) {
        let se = [0, 1].map(|group| sd[group] / f64::from(n[group]).sqrt());
        let by_errors = worked(Reported::Means { mean, spread: Spread::StandardErrors(se), n });
        prop_assert!(close(by_errors.g, worked(means(mean, sd, n)).g));
    }

    #[test]
    fn an_interval_gives_back_the_error_it_was_made_of(g in -3.0..3.0f64, se in 0.001..2.0f64) {
        let interval = Precision::Interval(g - Z_95 * se, g + Z_95 * se);
        prop_assert!(close(error(smd(Kind::HedgesG, g, None, interval)), se));
        let ratio = error(Reported::OddsRatio {
            ratio: g.exp(),
            interval: Some(((g - Z_95 * se).exp(), (g + Z_95 * se).exp())),
        });
        prop_assert!(close(ratio, se * 3f64.sqrt() / PI));
    }

    #[test]
    fn clusters_never_narrow(
        t in -9.0..9.0f64, n in sizes(), size in 1.0..100.0f64, icc in 0.0..=1.0f64
    ) {
        let reported = Reported::T { t, n };
        let widened = convert(&reported, Some(Clustering { size, icc })).unwrap();
        prop_assert!(widened.standard_error.unwrap() >= error(reported));
    }

    #[test]
    fn any_input_is_worked_or_refused_in_words(reported in any_reported()) {
        match convert(&reported, None) {
            Ok(worked) => {
                prop_assert!(worked.g.is_finite());
                prop_assert!(worked.standard_error.is_none_or(|error| error > 0.0));
                prop_assert!(!worked.steps.is_empty());
            }
            Err(impossible) => prop_assert!(impossible.message.ends_with(['.', '?'])),
        }
    }
}
