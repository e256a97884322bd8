use super::*;
use crate::vocabularies::synonyms::Synonyms;
use crate::vocabularies::vocabulary::{Entry, TermList};

fn known() -> Vocabularies {
    let slug = |text: &str| Slug::parse(text).unwrap();
    let list = TermList {
        slug: slug("outcome"),
        label: "Outcome".into(),
        scope_note: String::new(),
        terms: vec![Entry {
            slug: slug("literacy"),
            label: "Literacy".into(),
            scope_note: String::new(),
        }],
    };
    Vocabularies::new(vec![list], Synonyms::default())
}

/// Fields of the effect with this number.
fn with(typed: &mut Typed, number: usize, fields: &[(&str, &str)]) {
    for (name, value) in fields {
        typed.push(format!("effects.{number}.{name}"), value);
    }
}

const COMPLETE: [(&str, &str); 7] = [
    ("outcome", "literacy"),
    ("measure", "Reading test"),
    ("metric", "hedges_g"),
    ("estimate", "0,25"),
    ("comparison", "With and without"),
    ("source", "Table 3"),
    ("n_treatment", "1,024"),
];

fn read(typed: &Typed) -> (Vec<Effect>, FieldErrors) {
    let mut errors = FieldErrors::default();
    let effects = parse(typed, &known(), &mut errors);
    (effects, errors)
}

fn pressed(typed: &mut Typed, button: &str) -> FieldErrors {
    let mut errors = FieldErrors::default();
    press(typed, button, &mut errors);
    errors
}

fn measures(typed: &Typed) -> Vec<(usize, String)> {
    let groups = groups(typed);
    let measure = |group: &Group| (group.number, group.text("measure").to_owned());
    groups.iter().map(measure).collect()
}

/// Names and values as they are typed.
type Fields<'a> = &'a [(&'a str, &'a str)];

#[test]
fn a_blank_effect_drops_out_and_a_begun_one_is_to_be_finished() {
    let mut typed = Typed::default();
    with(
        &mut typed,
        0,
        &[("outcome", ""), ("measure", "  "), ("paper.given", "t")],
    );
    with(&mut typed, 3, &COMPLETE);
    let (effects, errors) = read(&typed);
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].estimate.to_string(), "0.25");
    assert_eq!(effects[0].n_treatment, Some(1024));

    with(&mut typed, 4, &[("follow_up", "A year")]);
    let (effects, errors) = read(&typed);
    assert_eq!(effects.len(), 1);
    let fields: Vec<_> = errors.iter().map(|(field, _)| field).collect();
    assert_eq!(
        fields,
        [
            "outcome",
            "measure",
            "metric",
            "estimate",
            "comparison",
            "source"
        ]
        .map(|field| format!("effects.4.{field}"))
    );
    assert_eq!(
        errors.of("effects.4.outcome"),
        Some("Effect 3: choose the outcome")
    );
}

#[test]
fn the_numbers_of_a_paper_are_not_lost_with_the_effect_that_they_belong_to() {
    let mut typed = Typed::default();
    with(&mut typed, 0, &[("paper.t", "2.1")]);
    assert!(!read(&typed).1.is_empty());
}

#[test]
fn every_number_that_is_none_is_named() {
    let mut typed = Typed::default();
    with(&mut typed, 0, &COMPLETE[..3]);
    let bad = [
        "estimate",
        "ci_low",
        "ci_high",
        "standard_error",
        "n_treatment",
        "n_control",
    ];
    with(&mut typed, 0, &bad.map(|field| (field, "p < .05")));
    with(&mut typed, 0, &COMPLETE[4..6]);
    let (effects, errors) = read(&typed);
    assert!(effects.is_empty());
    let fields: Vec<_> = errors.iter().map(|(field, _)| field.to_owned()).collect();
    assert_eq!(fields, bad.map(|field| format!("effects.0.{field}")));
}

#[test]
fn effects_are_added_moved_and_removed() {
    let mut typed = Typed::default();
    typed.push("title", "Kept");
    pressed(&mut typed, "add-effect");
    assert_eq!(measures(&typed), [(0, String::new())]);
    for (number, measure) in [(0, "a"), (2, "b"), (7, "c")] {
        with(&mut typed, number, &[("measure", measure)]);
    }
    pressed(&mut typed, "effect-up.7");
    let named = |measures: &[&str]| -> Vec<(usize, String)> {
        let named = measures.iter().map(|measure| (*measure).to_owned());
        named.enumerate().collect()
    };
    assert_eq!(measures(&typed), named(&["a", "c", "b"]));
    pressed(&mut typed, "effect-up.0");
    pressed(&mut typed, "remove-effect.1");
    assert_eq!(measures(&typed), named(&["a", "b"]));
    for odd in [
        "remove-effect.9",
        "remove-effect",
        "effect-up.x",
        "work-out.-1",
        "explode",
        "find",
        ".",
    ] {
        assert!(pressed(&mut typed, odd).is_empty());
        assert_eq!(measures(&typed), named(&["a", "b"]), "{odd}");
    }
    assert_eq!(typed.text("title"), "Kept");
    // A number that nobody would type by hand neither panics nor stays.
    with(&mut typed, usize::MAX, &[("measure", "z")]);
    pressed(&mut typed, "add-effect");
    assert_eq!(measures(&typed), named(&["a", "b", "z", ""]));
}

fn of(typed: &Typed) -> EffectFields {
    EffectFields::of(typed, &FieldErrors::default()).remove(0)
}

#[test]
fn means_and_deviations_become_g_with_the_working() {
    let mut typed = Typed::default();
    let fields = [
        ("paper.given", "means-sd"),
        ("paper.mean_treatment", "24.7"),
        ("paper.mean_control", "24,3"),
        ("paper.sd_treatment", "4.29"),
        ("paper.sd_control", "4.27"),
        ("paper.n_treatment", "199"),
        ("n_control", "192"),
        ("ci_low", "0.1"),
        ("ci_high", "0.4"),
    ];
    with(&mut typed, 0, &fields);
    assert!(pressed(&mut typed, "work-out.0").is_empty());
    let effect = of(&typed);
    for (field, value) in [
        ("estimate", "0.0933"),
        ("standard_error", "0.1012"),
        ("metric", "hedges_g"),
        ("n_treatment", "199"),
        ("n_control", "192"),
        ("ci_low", ""),
    ] {
        assert_eq!(effect.group.text(field), value, "{field}");
    }
    assert!(
        effect
            .said()
            .contains("Hedges’ g 0.0933, standard error 0.1012")
    );
    assert!(effect.said().contains("interval from 0.1, interval to 0.4"));
    assert!(effect.is_paper_open());
    assert_eq!(effect.worked.unwrap().steps.len(), 5);
    // The next button's answer no longer says so.
    pressed(&mut typed, "add-effect");
    assert!(of(&typed).worked.is_none());

    typed.push("effects.0.paper.lower_is_better", "yes");
    pressed(&mut typed, "work-out.0");
    assert_eq!(of(&typed).group.text("estimate"), "-0.0933");
}

#[test]
fn every_way_of_reporting_is_worked_out() {
    const SIZES: [(&str, &str); 2] = [("paper.n_treatment", "40"), ("paper.n_control", "42")];
    let cases: [(&str, Fields<'_>, &str); 7] = [
        (
            "means-se",
            &[
                ("mean_treatment", "52"),
                ("mean_control", "47"),
                ("se_treatment", "1.58"),
                ("se_control", "1.54"),
            ],
            "hedges_g",
        ),
        ("t", &[("t", "2.26")], "hedges_g"),
        (
            "p",
            &[("p", "0.026"), ("favours", "comparison")],
            "hedges_g",
        ),
        (
            "odds-ratio",
            &[("ratio", "1.8"), ("ci_low", "1.1"), ("ci_high", "2.95")],
            "cohens_d",
        ),
        (
            "table",
            &[("events_treatment", "30"), ("events_control", "20")],
            "cohens_d",
        ),
        (
            "smd",
            &[("estimate", "0.5"), ("ci_low", "0.06"), ("ci_high", "0.94")],
            "hedges_g",
        ),
        (
            "smd",
            &[
                ("estimate", "0.5"),
                ("kind", "glass_delta"),
                ("cluster_size", "25"),
                ("icc", "0.15"),
            ],
            "glass_delta",
        ),
    ];
    for (given, fields, metric) in cases {
        let mut typed = Typed::default();
        with(&mut typed, 0, &[("paper.given", given)]);
        with(&mut typed, 0, &SIZES);
        for (name, value) in fields {
            typed.push(format!("effects.0.paper.{name}"), value);
        }
        let errors = pressed(&mut typed, "work-out.0");
        assert!(errors.is_empty(), "{given}: {errors:?}");
        let effect = of(&typed);
        assert_eq!(effect.group.text("metric"), metric, "{given}");
        assert!(Figure::parse(effect.group.text("estimate")).is_some());
        assert!(
            Figure::parse(effect.group.text("standard_error"))
                .unwrap()
                .value()
                > 0.0
        );
        assert_eq!(effect.group.text("estimate").starts_with('-'), given == "p");
    }
}

#[test]
fn what_is_missing_or_cannot_be_is_said_at_its_field() {
    let cases: [(Fields<'_>, &str, &str); 9] = [
        (&[], "given", "choose what the paper reports"),
        (&[("given", "guess")], "given", "choose"),
        (&[("given", "t")], "t", "enter the t value"),
        (
            &[
                ("given", "t"),
                ("t", "x"),
                ("n_treatment", "9"),
                ("n_control", "9"),
            ],
            "t",
            "as a number",
        ),
        (
            &[
                ("given", "t"),
                ("t", "2"),
                ("n_treatment", "1"),
                ("n_control", "9"),
            ],
            "n_treatment",
            "two or more",
        ),
        (
            &[
                ("given", "p"),
                ("p", "1.2"),
                ("n_treatment", "9"),
                ("n_control", "9"),
            ],
            "p",
            "between 0 and 1",
        ),
        (
            &[("given", "odds-ratio"), ("ratio", "2"), ("ci_low", "1")],
            "ci_high",
            "too",
        ),
        (
            &[("given", "odds-ratio"), ("ratio", "2"), ("icc", "0.1")],
            "cluster_size",
            "too",
        ),
        (
            &[
                ("given", "table"),
                ("events_treatment", "10"),
                ("events_control", "1"),
                ("n_treatment", "9"),
                ("n_control", "9"),
            ],
            "events_treatment",
            "only 9",
        ),
    ];
    for (fields, at, said) in cases {
        let mut typed = Typed::default();
        with(&mut typed, 0, &[("measure", "m")]);
        for (name, value) in fields {
            typed.push(format!("effects.0.paper.{name}"), value);
        }
        let before = groups(&typed)[0].typed.clone();
        let errors = pressed(&mut typed, "work-out.0");
        let message = errors
            .of(&format!("effects.0.paper.{at}"))
            .unwrap_or_default();
        assert!(
            message.contains(said) && message.starts_with("Effect 1: "),
            "{at}: {errors:?}"
        );
        assert_eq!(groups(&typed)[0].typed, before);
    }
}

#[test]
fn implausible_numbers_are_asked_about_before_the_effect_is_complete() {
    let mut typed = Typed::default();
    let fields = [
        ("metric", "hedges_g"),
        ("estimate", "0.5"),
        ("ci_low", "0.6"),
        ("ci_high", "0.9"),
    ];
    with(&mut typed, 0, &fields);
    let effect = of(&typed);
    assert_eq!(effect.questions[0].field, "ci_low");
    assert_eq!(effect.legend(), "Effect 1");
}
