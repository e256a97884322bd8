//! The shape of a study and its findings.

use std::sync::Arc;

use jiff::Timestamp;

use super::*;
use crate::retractions::retraction::{Nature, Notice, Retractions};
use crate::search::cards::{Identity, InterventionCard, StudyCard};
use crate::search::catalogue::{Cards, Catalogue};

const COMPARISON: &str = "Incredible Years parent course versus waiting list at six months; \
                          positive value means fewer problems";

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

/// A trial with two effects of one outcome, and an outcome without effects.
fn trial() -> Value {
    let effect = |scale: &str, estimate: f64| {
        json!({
            "outcome": "behaviour",
            "measure": format!("Eyberg Child Behavior Inventory, {scale} scale"),
            "metric": "cohens_d",
            "estimate": estimate,
            "n_treatment": 103,
            "n_control": 46,
            "comparison": COMPARISON,
            "source": "Abstract",
        })
    };
    json!({
        "title": "A parenting intervention for childhood behavioral problems",
        "authors": [{"family": "McGilloway", "given": "Sinéad"}],
        "year": 2012,
        "publication_type": "journal-article",
        "doi": "10.1037/a0026304",
        "countries": ["IE"],
        "study_design": "randomised-controlled-trial",
        "stages": ["early-years", "primary"],
        "sample_size": 149,
        "disadvantage_focus": ["area-deprivation", "low-income"],
        "outcomes": ["behaviour", "wellbeing", "parental-engagement"],
        "interventions": ["incredible-years"],
        "effects": [effect("Intensity", 0.7), effect("Problem", 0.75)],
        "quotes": [{"field": "outcomes", "quote": "PRIVATE", "page": "1"}],
        "verified": {"level": "abstract", "sources": []},
        "editor_note": "PRIVATE",
    })
}

/// The trial with other values in some fields.
fn trial_with(changes: &Value) -> Value {
    let mut body = trial();
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

/// A study in a collection with one intervention, and with a notice about it.
fn written_with(body: Value, nature: Nature) -> Value {
    let published = Published {
        slug: slug("mcgilloway-2012"),
        version: 1,
        updated: Timestamp::UNIX_EPOCH,
        body: serde_json::from_value::<Study>(body).unwrap(),
    };
    let identity = |id, slug| Identity {
        id,
        slug,
        version: 1,
        updated: Timestamp::UNIX_EPOCH,
    };
    let intervention = json!({"name": "Incredible Years parent groups", "summary": ""});
    let intervention = serde_json::from_value(intervention).unwrap();
    let notice = Notice {
        nature,
        date: None,
        reason: String::new(),
        doi: None,
    };
    let mut cards = Cards {
        retractions: Arc::new(Retractions::from_iter([(1, notice, Timestamp::UNIX_EPOCH)])),
        ..Cards::default()
    };
    let card = StudyCard::new(
        identity(1, published.slug.clone()),
        published.body.clone(),
        &mut cards.codes,
    );
    cards.studies.push(Arc::new(card));
    let card = InterventionCard::new(
        identity(2, slug("incredible-years")),
        intervention,
        &mut cards.codes,
    );
    cards.interventions.push(Arc::new(card));
    let edition = Edition {
        catalogue: Arc::new(Catalogue::new(None, Arc::default(), cards)),
        site_name: "Example".into(),
        base_url: "https://example.org".into(),
        as_of: None,
        today: jiff::civil::date(2026, 3, 1),
    };
    study(&edition, &published)
}

fn written(body: Value) -> Value {
    written_with(body, Nature::Correction)
}

fn findings_of(body: Value) -> Vec<Value> {
    let document = written(body);
    let findings = &document["hasInvestigation"]["hasFinding"];
    findings.as_array().unwrap().clone()
}

fn coded(class: &str, concept: &str) -> Value {
    json!({
        "@type": format!("{class}CodingAnnotation"),
        "status": "evrepo:coded",
        "codedValue": {"@id": format!("esea:{class}Scheme/{concept}")},
    })
}

/// The second effect of the trial.
fn second_finding() -> Value {
    json!({
        "@type": "Finding",
        "@id": "https://example.org/studies/mcgilloway-2012#finding-2",
        "evaluates": "_:mcgilloway-2012-intervention",
        "comparedTo": "_:mcgilloway-2012-comparison-1",
        "hasContext": "_:mcgilloway-2012-context",
        "sampleSize": "_:mcgilloway-2012-sample-size",
        "hasOutcome": {
            "@type": "Outcome",
            "name": "Eyberg Child Behavior Inventory, Problem scale",
            "outcome": [coded("Outcome", "C00118")],
        },
        "hasArmData": [
            {"@type": "ObservedResult", "forCondition": "_:mcgilloway-2012-intervention", "n": 103},
            {"@type": "ObservedResult", "forCondition": "_:mcgilloway-2012-comparison-1", "n": 46},
        ],
        "hasEffectEstimate": [{
            "@type": "EffectEstimate",
            "pointEstimate": {"@type": "xsd:decimal", "@value": "0.75"},
            "effectSizeMetric": "evrepo:EffectSizeMetricScheme/cohensD",
            "sourceLocation": "Abstract",
        }],
    })
}

/// The first effect, which describes what both have in common.
fn first_finding() -> Value {
    let mut node = second_finding();
    node["@id"] = json!("https://example.org/studies/mcgilloway-2012#finding-1");
    node["evaluates"] = json!({
        "@id": "_:mcgilloway-2012-intervention",
        "@type": "Intervention",
        "name": "Incredible Years parent groups",
        "educationTheme": [coded("EducationTheme", "C00018")],
    });
    node["comparedTo"] = json!({
        "@id": "_:mcgilloway-2012-comparison-1",
        "@type": "ControlCondition",
        "description": COMPARISON,
    });
    node["hasContext"] = json!({
        "@id": "_:mcgilloway-2012-context",
        "@type": "Context",
        "country": [{
            "@type": "StringCodingAnnotation",
            "status": "evrepo:coded",
            "codedValue": {"@type": "xsd:string", "@value": "IE"},
        }],
        "educationLevel": [coded("EducationLevel", "C00001"), coded("EducationLevel", "C00002")],
        "sampleFeatures": [coded("SampleFeatures", "C00189")],
    });
    node["sampleSize"] = json!({
        "@id": "_:mcgilloway-2012-sample-size",
        "@type": "NumericCodingAnnotation",
        "status": "evrepo:coded",
        "codedValue": {"@type": "xsd:integer", "@value": 149},
    });
    node["hasOutcome"]["name"] = json!("Eyberg Child Behavior Inventory, Intensity scale");
    node["hasEffectEstimate"][0]["pointEstimate"]["@value"] = json!("0.7");
    node
}

#[test]
fn a_trial_is_written_to_the_letter() {
    let third = json!({
        "@type": "Finding",
        "@id": "https://example.org/studies/mcgilloway-2012#finding-3",
        "evaluates": "_:mcgilloway-2012-intervention",
        "hasContext": "_:mcgilloway-2012-context",
        "hasOutcome": {"@type": "Outcome", "outcome": [coded("Outcome", "C00107")]},
    });
    let expected = json!({
        "@type": "LinkedDataEnhancement",
        "@id": "https://example.org/studies/mcgilloway-2012.esea.jsonld",
        "dct:source": {
            "@id": "https://doi.org/10.1037/a0026304",
            "dct:title": "A parenting intervention for childhood behavioral problems",
            "dct:issued": "2012",
        },
        "dct:provenance": {
            "@type": "dct:ProvenanceStatement",
            "dct:identifier": "abstract",
            "dct:description": "Checked against the abstract",
        },
        "hasInvestigation": {
            "@type": "Investigation",
            "@id": "https://example.org/studies/mcgilloway-2012#investigation",
            "documentType": coded("DocumentType", "C00008"),
            "studyDesign": coded("StudyDesign", "C00194"),
            "dataSource": "Example",
            "hasFinding": [first_finding(), second_finding(), third],
        },
    });
    assert_eq!(written(trial()), expected);
}

#[test]
fn the_three_states_are_told_apart_without_effects() {
    for (value, status) in [
        (json!([]), json!("evrepo:notReported")),
        (json!("not-applicable"), json!("evrepo:notApplicable")),
        (json!(["behaviour"]), json!("evrepo:coded")),
    ] {
        let body = trial_with(&json!({"effects": [], "outcomes": value, "stages": []}));
        let [finding]: [Value; 1] = findings_of(body).try_into().unwrap();
        assert_eq!(finding["hasOutcome"]["outcome"][0]["status"], status);
        let level = &finding["hasContext"]["educationLevel"];
        assert_eq!(level[0]["status"], "evrepo:notReported");
        assert_eq!(finding["sampleSize"]["codedValue"]["@value"], 149);
    }
}

#[test]
fn an_effect_in_units_of_its_own_has_no_estimate() {
    let effect = json!({
        "outcome": "attendance",
        "measure": "Days of absence",
        "metric": "other",
        "estimate": 11,
        "comparison": "Before and after",
        "source": "Table 2",
    });
    let body = trial_with(&json!({"effects": [effect], "outcomes": ["attendance"]}));
    let [finding]: [Value; 1] = findings_of(body).try_into().unwrap();
    assert_eq!(finding.get("hasEffectEstimate"), None);
    assert_eq!(finding.get("hasArmData"), None);
    assert_eq!(finding["hasOutcome"]["name"], "Days of absence");
}

#[test]
fn an_unknown_term_is_told_in_words_where_there_is_room() {
    let mut body = trial_with(&json!({
        "publication_type": "podcast",
        "stages": ["nursery-plus"],
        "outcomes": ["belonging"],
    }));
    body["effects"][0]["outcome"] = json!("belonging");
    let document = written(body);
    let investigation = &document["hasInvestigation"];
    assert_eq!(investigation.get("documentType"), None);
    let finding = &investigation["hasFinding"][0];
    assert_eq!(finding["hasContext"].get("educationLevel"), None);
    assert_eq!(finding["hasOutcome"].get("outcome"), None);
    assert_eq!(finding["hasOutcome"]["description"], "belonging");
}

#[test]
fn figures_are_written_out_with_their_digits() {
    let mut body = trial();
    let effect = &mut body["effects"][0];
    effect["estimate"] = json!(1e-7);
    effect["standard_error"] = json!(0.0);
    effect["ci_low"] = json!(-1);
    effect["ci_high"] = json!(0.10);
    let estimate = &findings_of(body)[0]["hasEffectEstimate"][0];
    for (key, digits) in [
        ("pointEstimate", "0.0000001"),
        ("standardError", "0.0"),
        ("confidenceIntervalLower", "-1"),
        ("confidenceIntervalUpper", "0.1"),
        ("confidenceLevel", "0.95"),
    ] {
        assert_eq!(estimate[key]["@value"], digits, "{key}");
    }
}

#[test]
fn no_effect_is_claimed_for_one_of_several_interventions() {
    let body = trial_with(&json!({"interventions": ["incredible-years", "a-draft"]}));
    let findings = findings_of(body);
    for (finding, number) in findings.iter().zip(1..3) {
        let label = format!("_:mcgilloway-2012-intervention-{number}");
        let bare = json!({"@type": "Intervention", "@id": label});
        assert_eq!(finding["evaluates"], bare);
        assert_eq!(finding["hasArmData"][0]["forCondition"], label);
    }
    assert_eq!(findings[2].get("evaluates"), None);
}

#[test]
fn what_is_private_stays_here_and_a_retraction_is_told() {
    let document = written_with(trial(), Nature::Retraction);
    assert!(!document.to_string().contains("PRIVATE"));
    assert_eq!(document["hasInvestigation"]["isRetracted"], true);
}
