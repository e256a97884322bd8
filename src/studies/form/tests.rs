use std::fs;

use serde_json::Value;

use super::*;
use crate::vocabularies::synonyms::Synonyms;
use crate::vocabularies::vocabulary::TermList;

fn collection(file: &str) -> Value {
    let path = format!("{}/assets/evidence/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn known() -> Vocabularies {
    let lists: Vec<TermList> = serde_json::from_value(collection("vocabularies.json")).unwrap();
    Vocabularies::new(lists, Synonyms::default())
}

fn studies() -> Vec<Study> {
    let studies = collection("studies.json");
    let study = |study: &Value| serde_json::from_value(study.clone()).unwrap();
    studies.as_array().unwrap().iter().map(study).collect()
}

fn read(typed: &Typed, base: &Study) -> (Study, FieldErrors) {
    let mut errors = FieldErrors::default();
    let study = Study::parse(typed, base, &known(), &mut errors);
    (study, errors)
}

/// A form with a title and these fields, and the message at a field.
fn message(fields: &[(&str, &str)], at: &str) -> Option<String> {
    let mut typed = Typed::default();
    typed.push("title", "A title");
    for (name, value) in fields {
        typed.push(*name, value);
    }
    let (_, errors) = read(&typed, &Study::blank());
    errors.of(at).map(str::to_owned)
}

#[test]
fn every_study_of_the_starter_collection_survives_its_form() {
    let studies = studies();
    assert_eq!(studies.len(), 119);
    for study in studies {
        let (again, errors) = read(&study.typed(), &Study::blank());
        assert_eq!(errors, FieldErrors::default());
        assert_eq!(again, study);
        assert_eq!(
            serde_json::to_string(&again).unwrap(),
            serde_json::to_string(&study).unwrap()
        );
    }
}

#[test]
fn what_the_starter_collection_has_none_of_survives_too() {
    let quote = |field: &str, page: &str| crate::studies::quotes::Quote {
        field: field.into(),
        quote: "aged 5\nto 7".into(),
        page: page.into(),
    };
    let mut study = studies().swap_remove(0);
    study.year = 0;
    study.open_access = Some(false);
    study.stages = Coding::NotApplicable;
    study.study_design = Coding::NotApplicable;
    study.quotes = vec![quote("stages", ""), quote("outcomes", "xiv")];
    study.countries = vec![Country::parse("BQ").unwrap(), Country::UK];
    study.uk_nations = UkNation::ALL.to_vec();
    let (again, errors) = read(&study.typed(), &study);
    assert_eq!(errors, FieldErrors::default());
    assert_eq!(again, study);
}

#[test]
fn a_title_is_enough_to_save() {
    let mut typed = Typed::default();
    typed.push("title", "Reading at home");
    let (study, errors) = read(&typed, &Study::blank());
    assert!(errors.is_empty());
    let blank = Study::blank();
    assert_eq!(
        study,
        Study {
            title: "Reading at home".into(),
            ..blank
        }
    );
    assert_eq!(study.proposed_slug().unwrap().as_str(), "reading-at-home");
    let (_, errors) = read(&Typed::default(), &Study::blank());
    assert_eq!(errors.of("title"), Some("Enter the title"));
}

#[test]
fn the_slug_is_author_and_year() {
    let mut typed = Typed::default();
    typed.push("title", "A title");
    typed.push("authors", "Sénéchal, Monique\nYoung, Laura");
    assert_eq!(
        read(&typed, &Study::blank())
            .0
            .proposed_slug()
            .unwrap()
            .as_str(),
        "senechal"
    );
    typed.push("year", "2008");
    assert_eq!(
        read(&typed, &Study::blank())
            .0
            .proposed_slug()
            .unwrap()
            .as_str(),
        "senechal-2008"
    );
    typed.set("authors", &"x".repeat(500));
    let slug = read(&typed, &Study::blank()).0.proposed_slug().unwrap();
    assert!(slug.as_str().ends_with("-2008"));
}

#[test]
fn what_cannot_be_kept_is_said_at_its_field() {
    for (name, value, said) in [
        ("year", "soon", "four digits"),
        ("year", "19", "four digits"),
        ("year", "99999", "four digits"),
        ("authors", "Smith,", "Author in line 1"),
        ("publication_type", "pamphlet", "“pamphlet”"),
        ("study_design", "guess", "“guess”"),
        ("stages", "nursery", "“nursery”"),
        ("outcomes", "luck", "“luck”"),
        ("disadvantage_focus", "rich", "“rich”"),
        ("doi", "n/a", "10.1000/182"),
        ("url", "javascript:alert(1)", "https://"),
        ("open_access", "maybe", "free to read"),
        ("sample_size", "about 100", "whole number"),
        ("sample_size", "99999999999", "whole number"),
        ("countries", "Narnia, Oz, France", "“Narnia” or “Oz”"),
        ("countries", "Scotland", "tick Scotland"),
        ("uk_nations", "Wales", "Add United Kingdom"),
        ("level", "guess", "checked"),
    ] {
        let message = message(&[(name, value)], name).unwrap_or_default();
        assert!(message.contains(said), "{name}: {message}");
    }
    let both = [("stages", "primary"), ("stages", "not-applicable")];
    assert!(message(&both, "stages").unwrap().contains("Not applicable"));
    let many = "x,\n".repeat(500);
    assert!(message(&[("authors", &many)], "authors").unwrap().len() < 1000);
}

#[test]
fn what_is_pasted_is_put_in_order() {
    let mut typed = Typed::default();
    for (name, value) in [
        ("title", " A title\nof two lines "),
        ("doi", "https://doi.org/10.1000/182"),
        ("sample_size", "1,240"),
        ("countries", "gb; the United States\nEire, Ireland,, IE"),
        ("uk_nations", "Scotland"),
        ("uk_nations", "Atlantis"),
        ("key_findings", "One.\n\n  Two. \n"),
        ("status", "published"),
        ("themes", "Not A Slug"),
        ("themes", "a-theme"),
        ("themes", "a-theme"),
    ] {
        typed.push(name, value);
    }
    let (study, errors) = read(&typed, &Study::blank());
    assert_eq!(errors.iter().count(), 1, "{errors:?}");
    assert!(errors.of("countries").unwrap().contains("“Eire”"));
    assert_eq!(study.title, "A title of two lines");
    assert_eq!(study.doi.as_deref(), Some("10.1000/182"));
    assert_eq!(study.sample_size, Some(1240));
    let codes: Vec<_> = study
        .countries
        .iter()
        .map(|country| country.code().to_owned())
        .collect();
    assert_eq!(codes, ["GB", "US", "IE"]);
    assert_eq!(study.uk_nations, [UkNation::Scotland]);
    assert_eq!(study.key_findings, ["One.", "Two."]);
    assert_eq!(study.themes.len(), 1);
}
