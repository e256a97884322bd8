//! The table from our terms to concepts of the vocabulary, and coded fields as its annotations.
//! A term without counterpart, or one that curators have added, has no annotation: to the vocabulary
//! that means "not yet coded", whereas "not reported" would say that the paper is silent.

use serde_json::{Value, json};

use crate::effects::metric::Metric;
use crate::records::coding::{Coding, Term};

/// From the slug of a term to its concept.
pub type Mapping = fn(&str) -> Option<&'static str>;

/// The subject of every intervention of the collection: "Household and Community Engagement".
pub const ENGAGEMENT: &str = "esea:EducationThemeScheme/C00018";

/// A report may be a government's (C00013) or not (C00014), which we do not record.
#[must_use]
pub fn publication_type(slug: &str) -> Option<&'static str> {
    match slug {
        "journal-article" => Some("esea:DocumentTypeScheme/C00008"),
        "working-paper" => Some("esea:DocumentTypeScheme/C00009"),
        "book-chapter" => Some("esea:DocumentTypeScheme/C00010"),
        "conference-paper" => Some("esea:DocumentTypeScheme/C00011"),
        "thesis" => Some("esea:DocumentTypeScheme/C00012"),
        _ => None,
    }
}

#[must_use]
pub fn design(slug: &str) -> Option<&'static str> {
    match slug {
        "longitudinal" => Some("esea:StudyDesignScheme/C00192"),
        "quasi-experimental" => Some("esea:StudyDesignScheme/C00193"),
        "randomised-controlled-trial" => Some("esea:StudyDesignScheme/C00194"),
        "before-and-after" => Some("esea:StudyDesignScheme/C00195"),
        "literature-review" | "meta-analysis" => Some("esea:StudyDesignScheme/C00201"),
        "systematic-review" => Some("esea:StudyDesignScheme/C00202"),
        _ => None,
    }
}

/// Secondary would have to be lower or upper: both would claim both.
#[must_use]
pub fn stage(slug: &str) -> Option<&'static str> {
    match slug {
        "early-years" => Some("esea:EducationLevelScheme/C00001"),
        "primary" => Some("esea:EducationLevelScheme/C00002"),
        _ => None,
    }
}

/// Wellbeing and aspirations are pupils' or parents' with us; the vocabulary has the pupils' only.
#[must_use]
pub fn outcome(slug: &str) -> Option<&'static str> {
    match slug {
        "attendance" => Some("esea:OutcomeScheme/C00098"),
        "parental-engagement" | "home-learning" => Some("esea:OutcomeScheme/C00107"),
        "behaviour" => Some("esea:OutcomeScheme/C00118"),
        "attainment" => Some("esea:OutcomeScheme/C00122"),
        "literacy" | "numeracy" => Some("esea:OutcomeScheme/C00123"),
        "school-readiness" => Some("esea:OutcomeScheme/C00125"),
        _ => None,
    }
}

/// What a disadvantage focus says of the people.
#[must_use]
pub fn sample_feature(slug: &str) -> Option<&'static str> {
    match slug {
        "low-income" | "low-parental-education" => Some("esea:SampleFeaturesScheme/C00189"),
        "minority-ethnic" | "gypsy-traveller" => Some("esea:SampleFeaturesScheme/C00190"),
        _ => None,
    }
}

/// What a disadvantage focus says of the place.
#[must_use]
pub fn setting(slug: &str) -> Option<&'static str> {
    match slug {
        "rural-isolation" => Some("esea:SettingScheme/C00186"),
        _ => None,
    }
}

#[must_use]
pub fn metric(metric: Metric) -> Option<&'static str> {
    match metric {
        Metric::HedgesG => Some("evrepo:EffectSizeMetricScheme/hedgesG"),
        Metric::CohensD => Some("evrepo:EffectSizeMetricScheme/cohensD"),
        Metric::GlassDelta => Some("evrepo:EffectSizeMetricScheme/glassDelta"),
        Metric::OddsRatio => Some("evrepo:EffectSizeMetricScheme/oddsRatio"),
        Metric::Correlation => Some("evrepo:EffectSizeMetricScheme/correlationR"),
        Metric::Other => None,
    }
}

/// The class of what an intervention was compared to. Other designs may have no comparison group.
#[must_use]
pub fn comparison(design: &Coding<Term>) -> &'static str {
    match design.coded().map(Term::as_str) {
        Some("randomised-controlled-trial") => "ControlCondition",
        Some("before-and-after") => "TemporalCondition",
        _ => "Condition",
    }
}

/// Whether the sample of a design is people: that of a review may be studies or papers, which only
/// a private note tells.
#[must_use]
pub fn counts_people(design: &Coding<Term>) -> bool {
    matches!(
        design.coded().map(Term::as_str),
        Some(
            "randomised-controlled-trial"
                | "quasi-experimental"
                | "before-and-after"
                | "longitudinal"
        )
    )
}

/// A field of one term.
#[must_use]
pub fn single(class: &str, coding: &Coding<Term>, mapping: Mapping) -> Option<Value> {
    match coding {
        Coding::Coded(term) => mapping(term.as_str()).map(|concept| coded(class, concept)),
        Coding::NotReported => Some(uncoded(class, "evrepo:notReported")),
        Coding::NotApplicable => Some(uncoded(class, "evrepo:notApplicable")),
    }
}

/// A field of several terms.
#[must_use]
pub fn list(class: &str, coding: &Coding<Vec<Term>>, mapping: Mapping) -> Option<Value> {
    match coding {
        Coding::Coded(terms) => concepts(class, terms, mapping),
        Coding::NotReported => Some(json!([uncoded(class, "evrepo:notReported")])),
        Coding::NotApplicable => Some(json!([uncoded(class, "evrepo:notApplicable")])),
    }
}

/// The concepts of terms, each once; none rather than an empty list.
#[must_use]
pub fn concepts(class: &str, terms: &[Term], mapping: Mapping) -> Option<Value> {
    let mut concepts: Vec<&str> = Vec::new();
    for concept in terms.iter().filter_map(|term| mapping(term.as_str())) {
        if !concepts.contains(&concept) {
            concepts.push(concept);
        }
    }
    filled(concepts.iter().map(|concept| coded(class, concept)))
}

/// A list, unless it would be empty.
#[must_use]
pub fn filled(values: impl Iterator<Item = Value>) -> Option<Value> {
    let values: Vec<Value> = values.collect();
    (!values.is_empty()).then(|| values.into())
}

#[must_use]
pub fn coded(class: &str, concept: &str) -> Value {
    json!({
        "@type": format!("{class}CodingAnnotation"),
        "status": "evrepo:coded",
        "codedValue": {"@id": concept},
    })
}

fn uncoded(class: &str, status: &str) -> Value {
    json!({"@type": format!("{class}CodingAnnotation"), "status": status})
}

#[must_use]
pub fn text(value: &str) -> Value {
    json!({
        "@type": "StringCodingAnnotation",
        "status": "evrepo:coded",
        "codedValue": {"@type": "xsd:string", "@value": value},
    })
}

#[must_use]
pub fn number(value: u64) -> Value {
    json!({
        "@type": "NumericCodingAnnotation",
        "status": "evrepo:coded",
        "codedValue": {"@type": "xsd:integer", "@value": value},
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::slug::Slug;

    fn terms(slugs: &[&str]) -> Vec<Term> {
        let slugs = slugs.iter().map(|slug| Slug::parse(slug).unwrap());
        slugs.collect()
    }

    #[test]
    fn the_three_states_are_told_apart() {
        let primary = json!({
            "@type": "EducationLevelCodingAnnotation",
            "status": "evrepo:coded",
            "codedValue": {"@id": "esea:EducationLevelScheme/C00002"},
        });
        let not_reported =
            json!({"@type": "EducationLevelCodingAnnotation", "status": "evrepo:notReported"});
        let not_applicable =
            json!({"@type": "EducationLevelCodingAnnotation", "status": "evrepo:notApplicable"});
        for (coding, annotation) in [
            (Coding::Coded(terms(&["primary"])), &primary),
            (Coding::NotReported, &not_reported),
            (Coding::NotApplicable, &not_applicable),
        ] {
            let written = list("EducationLevel", &coding, stage);
            assert_eq!(written, Some(json!([annotation])));
        }
        for (coding, annotation) in [
            (Coding::Coded(terms(&["primary"]).remove(0)), primary),
            (Coding::NotReported, not_reported),
            (Coding::NotApplicable, not_applicable),
        ] {
            let written = single("EducationLevel", &coding, stage);
            assert_eq!(written, Some(annotation));
        }
    }

    #[test]
    fn a_term_without_counterpart_is_not_coded_rather_than_not_reported() {
        for slug in ["secondary", "added-by-curators"] {
            let unknown = terms(&[slug]);
            let one = Coding::Coded(unknown[0].clone());
            assert_eq!(single("EducationLevel", &one, stage), None, "{slug}");
            let several = Coding::Coded(unknown);
            assert_eq!(list("EducationLevel", &several, stage), None, "{slug}");
        }
        let mixed = list(
            "EducationLevel",
            &Coding::Coded(terms(&["secondary", "primary"])),
            stage,
        );
        let primary = coded("EducationLevel", "esea:EducationLevelScheme/C00002");
        assert_eq!(mixed, Some(json!([primary])));
    }

    #[test]
    fn two_terms_of_one_concept_are_one_annotation() {
        let both = terms(&["literacy", "numeracy"]);
        let skills = coded("Outcome", "esea:OutcomeScheme/C00123");
        assert_eq!(concepts("Outcome", &both, outcome), Some(json!([skills])));
    }
}
