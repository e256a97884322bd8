use super::*;
use crate::effects::effect::example::{effect, figure};
use proptest::prelude::*;

fn with_interval(metric: Metric, estimate: f64, low: f64, high: f64) -> Effect {
    Effect {
        ci_low: Some(figure(low)),
        ci_high: Some(figure(high)),
        ..effect(metric, estimate)
    }
}

fn with_error(effect: Effect, error: f64) -> Effect {
    Effect {
        standard_error: Some(figure(error)),
        ..effect
    }
}

fn with_sizes(effect: Effect, treatment: u32, control: u32) -> Effect {
    Effect {
        n_treatment: Some(treatment),
        n_control: Some(control),
        ..effect
    }
}

#[track_caller]
fn asks(effect: &Effect, field: &str, words: &str) {
    let questions = questions(effect);
    assert!(
        questions.len() == 1 && questions[0].field == field && questions[0].message.contains(words),
        "{questions:?}"
    );
}

#[track_caller]
fn asks_nothing(effect: &Effect) {
    assert_eq!(questions(effect), []);
}

#[test]
fn an_interval_holds_its_estimate() {
    assert_eq!(
        questions(&with_interval(Metric::HedgesG, 0.35, 0.1, 0.3)),
        [Question {
            field: "ci_low",
            message: "The interval 0.10 to 0.30 does not hold the estimate 0.35. Is one of the \
                      three mistyped?"
                .to_owned(),
        }]
    );
    let turned = with_interval(Metric::HedgesG, 0.53, -0.72, -0.34);
    asks(&turned, "ci_low", "It would hold −0.53");
    let inverted = with_interval(Metric::OddsRatio, 0.5, 1.2, 3.3);
    asks(&inverted, "ci_low", "It would hold 2");
    let blank = with_interval(Metric::HedgesG, 0.0, 0.1, 0.3);
    asks(&blank, "ci_low", "left at 0");
}

#[test]
fn an_interval_has_two_ends_in_order() {
    let swapped = with_interval(Metric::HedgesG, 0.2, 0.3, 0.1);
    asks(&swapped, "ci_low", "swapped");
    let flat = with_interval(Metric::HedgesG, 0.2, 0.2, 0.2);
    asks(&flat, "ci_low", "Both ends");
    let mut open = with_interval(Metric::Other, 0.2, 0.1, 0.3);
    open.ci_high = None;
    asks(&open, "ci_high", "upper end");
}

#[test]
fn an_interval_is_symmetric_on_its_own_scale_up_to_rounding() {
    asks_nothing(&with_interval(Metric::HedgesG, 0.77, 0.59, 0.96));
    asks_nothing(&with_interval(Metric::HedgesG, 0.1, 0.0, 0.3));
    asks_nothing(&with_interval(Metric::OddsRatio, 1.8, 1.2, 2.7));
    asks_nothing(&with_interval(Metric::Correlation, 0.8, 0.64, 0.89));
    asks_nothing(&with_interval(Metric::Other, 3.0, 1.0, 11.0));
    let lopsided = with_interval(Metric::HedgesG, 0.32, 0.12, 0.92);
    asks(&lopsided, "ci_low", "reaches 0.2 below and 0.6 above");
    let wrong_scale = with_interval(Metric::OddsRatio, 1.8, 0.7, 2.9);
    asks(&wrong_scale, "ci_low", "± 1.96");
}

#[test]
fn a_standard_error_fits_its_interval() {
    let interval = || with_interval(Metric::CohensD, 0.59, 0.44, 0.75);
    asks_nothing(&with_error(interval(), 0.08));
    asks(
        &with_error(interval(), 0.18),
        "standard_error",
        "about 0.079, not 0.18",
    );
    let nine_tenths = with_interval(Metric::CohensD, 0.52, 0.22, 0.82);
    asks(&with_error(nine_tenths, 0.182), "standard_error", "90%");
    asks(
        &with_error(interval(), 0.155),
        "standard_error",
        "one standard error",
    );
    // ln 1.8 ± 0.405: 0.207 on the log scale, 0.37 on that of the ratio.
    let ratio = || with_interval(Metric::OddsRatio, 1.8, 1.2, 2.7);
    asks_nothing(&with_error(ratio(), 0.207));
    asks_nothing(&with_error(ratio(), 0.37));
    asks(&with_error(ratio(), 0.8), "standard_error", "log scale");
}

#[test]
fn a_standard_error_fits_the_group_sizes() {
    let groups = || with_sizes(effect(Metric::HedgesG, 0.2), 200, 200);
    asks_nothing(&groups());
    asks_nothing(&with_error(groups(), 0.1));
    asks_nothing(&with_error(groups(), 0.19));
    asks(
        &with_error(groups(), 0.3),
        "standard_error",
        "design effect of 9",
    );
    asks(
        &with_error(groups(), 0.03),
        "standard_error",
        "earlier scores",
    );
    let by_interval = with_sizes(with_interval(Metric::HedgesG, 0.2, 0.15, 0.25), 200, 200);
    asks(&by_interval, "ci_low", "means a standard error of 0.026");
}

#[test]
fn a_standard_error_is_above_zero_and_standardised() {
    asks(
        &with_error(effect(Metric::HedgesG, 0.2), 0.0),
        "standard_error",
        "above 0",
    );
    asks(
        &with_error(effect(Metric::HedgesG, 0.2), 4.29),
        "standard_error",
        "points",
    );
    asks_nothing(&with_error(effect(Metric::Other, 11.0), 4.29));
}

#[test]
fn an_estimate_lies_on_its_scale() {
    asks(&effect(Metric::CohensD, 2.4), "estimate", "very rare");
    asks(
        &effect(Metric::OddsRatio, 40.0),
        "estimate",
        "2.0 standard deviations",
    );
    asks(&effect(Metric::OddsRatio, -0.4), "estimate", "logarithm");
    asks(
        &effect(Metric::Correlation, 1.3),
        "estimate",
        "between −1 and 1",
    );
    asks_nothing(&effect(Metric::Other, 11.0));
    asks_nothing(&effect(Metric::CohensD, 1.25));
    asks(
        &with_interval(Metric::OddsRatio, 1.8, -0.2, 3.8),
        "ci_low",
        "above 0",
    );
    asks(
        &with_interval(Metric::Correlation, 0.9, 0.6, 1.2),
        "ci_low",
        "between",
    );
}

#[test]
fn groups_come_in_twos_and_are_not_tiny() {
    let mut alone = with_sizes(effect(Metric::CohensD, 0.72), 3325, 0);
    alone.n_control = None;
    asks(&alone, "n_control", "no comparison group");
    alone.metric = Metric::Other;
    asks_nothing(&alone);
    asks(
        &with_sizes(effect(Metric::CohensD, 0.2), 40, 8),
        "n_control",
        "size of 8",
    );
}

/// A new question is to be looked at, and either answered in the evidence or added here.
#[test]
fn the_evidence_raises_known_questions_only() {
    /// Parents before and after a course, without a comparison group.
    const KNOWN: [(&str, &str); 1] = [("lindsay-2013", "n_control")];
    #[derive(serde::Deserialize)]
    struct Study {
        slug: String,
        effects: Vec<Effect>,
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/evidence/studies.json");
    let studies: Vec<Study> =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for (slug, effect) in studies.iter().flat_map(|study| {
        study
            .effects
            .iter()
            .map(move |effect| (&study.slug, effect))
    }) {
        for Question { field, message } in questions(effect) {
            assert!(KNOWN.contains(&(slug.as_str(), field)), "{slug}: {message}");
        }
    }
}

fn any_effect() -> impl Strategy<Value = Effect> {
    let number = || {
        prop_oneof![
            -3.0..3.0f64,
            any::<f64>().prop_filter("finite", |value| value.is_finite())
        ]
    };
    let maybe = move || proptest::option::of(number().prop_map(figure));
    let size = || proptest::option::of(prop_oneof![0..20u32, any::<u32>()]);
    (
        proptest::sample::select(Metric::ALL.to_vec()),
        number(),
        [maybe(), maybe(), maybe()],
        [size(), size()],
    )
        .prop_map(
            |(metric, estimate, [ci_low, ci_high, standard_error], sizes)| Effect {
                ci_low,
                ci_high,
                standard_error,
                n_treatment: sizes[0],
                n_control: sizes[1],
                ..effect(metric, estimate)
            },
        )
}

proptest! {
    #[test]
    fn every_question_names_a_field_and_reads_as_words(effect in any_effect()) {
        let json = serde_json::to_value(&effect).unwrap();
        for Question { field, message } in questions(&effect) {
            prop_assert!(json.get(field).is_some(), "{}", field);
            prop_assert!(message.ends_with(['.', '?']), "{}", message);
            prop_assert!(!message.contains("NaN") && !message.contains("inf "), "{}", message);
        }
    }

    #[test]
    fn what_the_formulas_give_is_not_asked_about(
        g in -1.5..1.5f64, n in [12u32..3000, 12u32..3000]
    ) {
        let hundredth = |value: f64| (value * 100.0).round() / 100.0;
        let error = standard_error_of_g(g, n);
        let (low, high) = (g - Z_95 * error, g + Z_95 * error);
        let [g, low, high] = [g, low, high].map(hundredth);
        let sound = with_interval(Metric::HedgesG, g, low, high);
        let thousandth = (error * 1000.0).round() / 1000.0;
        let sound = with_error(with_sizes(sound, n[0], n[1]), thousandth);
        prop_assert_eq!(questions(&sound), []);
    }
}
