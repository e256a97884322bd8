use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::words::{Piece, compare, shorten};
use super::*;

/// Labels that show where they come from.
pub struct Labels;

impl Naming for Labels {
    fn term(&self, vocabulary: &str, slug: &str) -> String {
        format!("{vocabulary}:{slug}")
    }
    fn record(&self, kind: Kind, slug: &str) -> String {
        format!("{} {slug}", kind.as_str())
    }
    fn country(&self, code: &str) -> String {
        format!("Country {code}")
    }
}

fn studies(before: &Value, after: &Value) -> Vec<Difference> {
    differences(Kind::Study, before, after, &Labels)
}

/// The one change between two studies that have nothing but this field.
fn change(field: &str, before: Value, after: Value) -> Change {
    let body = |value: Value| Value::Object([(field.to_owned(), value)].into_iter().collect());
    let mut differences = studies(&body(before), &body(after));
    assert_eq!(differences.len(), 1, "{differences:?}");
    differences.remove(0).change
}

fn value(before: &str, after: &str) -> Change {
    Change::Value {
        before: before.into(),
        after: after.into(),
    }
}

pub fn pieces(before: &str, after: &str) -> Vec<Piece> {
    compare(before, after, Instant::now() + Duration::from_secs(5))
}

fn same(text: &str) -> Piece {
    Piece::Same(text.into())
}

fn removed(text: &str) -> Piece {
    Piece::Removed(text.into())
}

fn added(text: &str) -> Piece {
    Piece::Added(text.into())
}

#[test]
fn texts_differ_by_their_words() {
    assert_eq!(
        change(
            "title",
            json!("Texting parents"),
            json!("Texting all parents")
        ),
        Change::Words(vec![same("Texting "), added("all "), same("parents")])
    );
    assert_eq!(
        change("doi", json!("10.1000/182"), json!("10.1000/183")),
        Change::Words(vec![same("10.1000/"), removed("182"), added("183")])
    );
    assert_eq!(
        change("doi", Value::Null, json!("10.1000/182")),
        Change::Words(vec![added("10.1000/182")])
    );
}

#[test]
fn a_sentence_written_anew_is_replaced_as_one() {
    assert_eq!(
        pieces("We saw one two three.", "We saw four five six."),
        [
            same("We saw "),
            removed("one two three"),
            added("four five six"),
            same(".")
        ]
    );
}

#[test]
fn long_equal_stretches_are_shortened_beside_the_changes() {
    let words: Vec<_> = (1..=100).map(|n| format!("w{n} ")).collect();
    let long = words.concat();
    let short = shorten(pieces(
        &format!("a {long}b {long}"),
        &format!("x {long}y {long}"),
    ));
    assert_eq!(short[..2], [removed("a"), added("x")]);
    assert_eq!(short[3], Piece::Omitted(76));
    assert_eq!(short[4], same(&long[long.find("w89").unwrap()..]));
    assert_eq!(short[5..7], [removed("b"), added("y")]);
    assert_eq!(short[8..], [Piece::Omitted(88)]);
}

#[test]
fn the_states_of_a_coded_field_are_told_apart() {
    for silence in [json!(null), json!([]), json!("not-reported")] {
        assert_eq!(
            change("stages", silence, json!(["primary", "secondary"])),
            value("Not reported", "stage:primary, stage:secondary")
        );
    }
    assert_eq!(
        change("disadvantage_focus", json!([]), json!("not-applicable")),
        value("Not reported", "Not applicable")
    );
    assert_eq!(
        change("open_access", json!(null), json!(false)),
        value("Not known", "No")
    );
    assert_eq!(
        change("year", json!(2011), json!(2012)),
        value("2011", "2012")
    );
    assert_eq!(
        differences(
            Kind::Question,
            &json!({"theme": "a"}),
            &json!({"theme": "b"}),
            &Labels
        )[0]
        .change,
        value("theme a", "theme b")
    );
}

#[test]
fn one_silence_is_like_another() {
    let before = json!({
        "doi": null, "sample_description": "", "stages": [], "study_design": null,
        "effects": [{"measure": "A test", "ci_low": null}], "verified": {"level": "abstract"},
        "authors": [{"family": "Fictional Council"}],
    });
    let after = json!({
        "stages": "not-reported", "uk_nations": [], "key_findings": null,
        "effects": [{"measure": "A test"}], "verified": {"level": "abstract", "sources": []},
        "authors": [{"family": "Fictional Council", "given": ""}],
    });
    assert_eq!(studies(&before, &after), []);
    let theme = |body| differences(Kind::Theme, &json!({}), &body, &Labels);
    assert_eq!(theme(json!({"inferred": false})), []);
    assert_eq!(
        theme(json!({"inferred": true}))[0].change,
        value("No", "Yes")
    );
}

#[test]
fn items_are_removed_added_changed_and_reordered() {
    assert_eq!(
        change(
            "key_findings",
            json!(["Reading rose by a little.", "Nothing else moved."]),
            json!(["Costs were low.", "Reading rose by a lot."])
        ),
        Change::Items {
            removed: vec!["Nothing else moved.".into()],
            added: vec!["Costs were low.".into()],
            changed: vec![vec![
                same("Reading rose by a "),
                removed("little"),
                added("lot"),
                same(".")
            ]],
            reordered: false,
            total: 2,
        }
    );
    let people =
        |given: &str| json!([{"family": "Fox", "given": given}, {"family": "Hare", "given": "B."}]);
    let mut turned = people("Ada");
    turned.as_array_mut().unwrap().reverse();
    assert_eq!(
        change("authors", people("A."), turned),
        Change::Items {
            removed: vec![],
            added: vec![],
            changed: vec![vec![same("Fox, "), removed("A."), added("Ada")]],
            reordered: true,
            total: 2,
        }
    );
    assert_eq!(
        change("countries", json!(["KR"]), json!(["KP", "GB"])),
        Change::Items {
            removed: vec!["Country KR".into()],
            added: vec!["Country KP".into(), "Country GB".into()],
            changed: vec![],
            reordered: false,
            total: 2,
        }
    );
}

#[test]
fn an_organisation_is_not_a_person_of_the_same_words() {
    let person = json!([{"family": "Children", "given": "Schools"}]);
    let body = json!([{"family": "Children, Schools"}]);
    assert!(!change("authors", person, body).is_empty());
}

#[test]
fn an_effect_is_named_by_its_measure() {
    let effect = |measure: &str, estimate: f64| json!({"measure": measure, "estimate": estimate, "metric": "hedges_g"});
    let Change::Parts { parts, total, .. } = change(
        "effects",
        json!([effect("Reading", 0.1), effect("Spelling", 0.2)]),
        json!([effect("Number", 0.5), effect("Reading", 0.3)]),
    ) else {
        panic!("effects have parts");
    };
    let fates: Vec<_> = parts
        .iter()
        .map(|part| (part.name.as_str(), part.fate))
        .collect();
    assert_eq!(
        fates,
        [
            ("Number", Fate::Added),
            ("Reading", Fate::Changed),
            ("Spelling", Fate::Removed)
        ]
    );
    assert_eq!(parts[1].differences.len(), 1);
    assert_eq!(parts[1].differences[0].field, "Estimate");
    assert_eq!(parts[1].differences[0].change, value("0.1", "0.3"));
    assert_eq!(
        parts[0].differences[1].change,
        value("Not reported", "Hedges’ g")
    );
    assert_eq!(total, 2);
}

#[test]
fn how_a_study_was_checked_is_two_fields() {
    let before = json!({"verified": {"level": "bibliographic", "sources": []}});
    let after = json!({"verified": {"level": "abstract", "sources": ["https://example.org"]}});
    let found = studies(&before, &after);
    let names: Vec<_> = found.iter().map(|found| found.name.as_ref()).collect();
    assert_eq!(names, ["verified.level", "verified.sources"]);
    assert_eq!(
        found[0].change,
        value(
            "Checked against the library record only",
            "Checked against the abstract"
        )
    );
}

#[test]
fn unknown_fields_and_odd_values_are_shown_as_they_are() {
    let found = studies(
        &json!({"year": "2011", "registration": "A 1", "countries": "GB"}),
        &json!({"year": 2011, "registration": "A 2", "countries": ["GB"]}),
    );
    let fields: Vec<_> = found.iter().map(|found| found.field.as_ref()).collect();
    assert_eq!(fields, ["Year", "Countries", "registration"]);
    assert_eq!(found[0].change, value("\"2011\"", "2011"));
    assert_eq!(found[1].change, value("\"GB\"", "[\"GB\"]"));
    assert_eq!(
        found[2].change,
        Change::Words(vec![same("A "), removed("1"), added("2")])
    );
    assert_eq!(
        studies(&json!("a"), &json!({}))[0].change,
        value("\"a\"", "{}")
    );
}

#[test]
fn the_summary_is_one_sentence_without_what_readers_never_see() {
    let before = json!({
        "title": "Texting", "summary": "A trial.", "year": 2011, "doi": "10.1000/1",
        "key_findings": ["Reading rose a little.", "Costs were low.", "Pupils liked it."],
        "authors": [{"family": "Fox", "given": "A."}], "editor_note": "Check the year.",
        "countries": ["GB"],
    });
    let after = json!({
        "title": "Texting parents", "summary": "A small trial.", "year": 2011,
        "key_findings": ["Reading rose a lot.", "Costs were very low.", "Pupils liked it."],
        "authors": [{"family": "Fox", "given": "A."}, {"family": "Hare", "given": "B."}],
        "effects": [{"measure": "Reading"}], "countries": [], "new_in_version_9": true,
    });
    assert_eq!(
        summary(&studies(&before, &after)),
        "Changed the title, the summary and 2 of 3 findings; added 1 author and 1 effect; \
         removed the DOI and 1 country"
    );
    let note = studies(&json!({"editor_note": "One"}), &json!({}));
    assert_eq!((note.len(), summary(&note)), (1, String::new()));
    let order = studies(
        &json!({"themes": ["a", "b"]}),
        &json!({"themes": ["b", "a"]}),
    );
    assert_eq!(summary(&order), "Reordered the themes");
}

#[test]
fn the_collection_has_no_differences_with_itself_written_again() {
    use crate::studies::study::Study;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/evidence/studies.json");
    let bodies: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for mut body in bodies {
        body.as_object_mut().unwrap().remove("slug");
        let study: Study = serde_json::from_value(body.clone()).unwrap();
        let again = serde_json::to_value(&study).unwrap();
        assert_eq!(studies(&body, &again), [], "{}", study.title);
    }
}

#[test]
fn a_megabyte_is_compared_in_time() {
    let text = |seed: u64| -> String {
        let mut state = seed;
        let words = std::iter::repeat_with(|| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            format!("{:x} ", state >> 50)
        });
        words.take(220_000).collect()
    };
    let (before, after) = (text(1), text(2));
    assert!(before.len() > 1_000_000);
    let start = Instant::now();
    let found = studies(&json!({"summary": before}), &json!({"summary": after}));
    assert_eq!(found.len(), 1);
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
}
