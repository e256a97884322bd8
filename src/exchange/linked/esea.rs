//! Studies in the vocabulary of the Education Sector Evidence Architecture (ESEA, published 1.1),
//! as JSON-LD on the core ontology for evidence repositories: <https://vocab.esea.education/> and
//! <https://vocab.evidence-repository.org/>, whose source is at
//! <https://github.com/destiny-evidence/taxonomy-builder>. An effect is a finding. What the
//! vocabulary has no place for is in `dct:` or left out: to readers a bare unknown key is one of
//! its own.

mod terms;

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::effects::effect::{Effect, Figure};
use crate::effects::metric::Metric;
use crate::exchange::edition::Edition;
use crate::exchange::format::Format;
use crate::records::coding::Coding;
use crate::records::record::{Kind, Published};
use crate::records::slug::Slug;
use crate::studies::study::{Study, UkNation};
use crate::vocabularies::countries::Country;
use crate::vocabularies::vocabulary::{Vocabularies, Vocabulary};

/// The published context, which never changes. Readers want its address alone, not a list of
/// contexts nor its text; a later version needs the table of terms to be read again.
pub const CONTEXT: &str = "https://vocab.evidence-repository.org/published/019d9463-2780-7243-b4de-e547386f2a90/1.1/context.jsonld";

/// A study with its effects as one node, for documents with this context.
#[must_use]
pub fn study(edition: &Edition, published: &Published<Study>) -> Value {
    let address = edition.address(Kind::Study, &published.slug);
    let study = &published.body;
    json!({
        "@type": "LinkedDataEnhancement",
        "@id": format!("{address}.{}", Format::Esea.extension()),
        "dct:source": source(study),
        "dct:provenance": {
            "@type": "dct:ProvenanceStatement",
            "dct:identifier": study.verified.level.slug(),
            "dct:description": study.verified.level.label(),
        },
        "hasInvestigation": investigation(edition, published, &address),
    })
}

/// The work. Bibliography is outside the vocabulary.
fn source(study: &Study) -> Value {
    let mut node = json!({"dct:title": study.title});
    put(&mut node, "@id", study.original().map(Value::from));
    let year = (study.year > 0).then(|| format!("{:04}", study.year));
    put(&mut node, "dct:issued", year.map(Value::from));
    node
}

fn investigation(edition: &Edition, published: &Published<Study>, address: &str) -> Value {
    let study = &published.body;
    let mut node = json!({
        "@type": "Investigation",
        "@id": format!("{address}#investigation"),
        "dataSource": &*edition.site_name,
        "hasFinding": findings(edition, published, address),
    });
    let document_type = terms::single(
        "DocumentType",
        &study.publication_type,
        terms::publication_type,
    );
    let design = terms::single("StudyDesign", &study.study_design, terms::design);
    put(&mut node, "documentType", document_type);
    put(&mut node, "studyDesign", design);
    let catalogue = &edition.catalogue;
    let card = catalogue.study(&published.slug);
    // Never "false": that nobody told us is no proof.
    if card.is_some_and(|card| catalogue.is_retracted(card)) {
        node["isRetracted"] = json!(true);
    }
    node
}

fn findings(edition: &Edition, published: &Published<Study>, address: &str) -> Vec<Value> {
    let study = &published.body;
    let mut shared = Shared {
        study,
        slug: &published.slug,
        vocabularies: &edition.catalogue.vocabularies,
        intervention: only_intervention(edition, published),
        comparisons: Vec::new(),
        described: HashSet::new(),
    };
    let effects = study.effects.iter().zip(1..);
    let mut findings: Vec<Value> = effects
        .map(|(effect, number)| shared.finding(effect, number))
        .collect();
    findings.extend(shared.finding_without_effect());
    for (finding, number) in findings.iter_mut().zip(1..) {
        finding["@id"] = json!(format!("{address}#finding-{number}"));
    }
    findings
}

/// The name of the intervention, if the study is of one only. One that readers cannot see has no
/// name here, but counts.
fn only_intervention<'a>(edition: &'a Edition, published: &'a Published<Study>) -> Option<&'a str> {
    let catalogue = &edition.catalogue;
    let number = catalogue.study_number(&published.slug)?;
    let mut linked = catalogue.interventions_of(number);
    let only = linked.next()?;
    let is_only = |slug: &Slug| {
        let card = catalogue.intervention(slug);
        card.is_some_and(|card| card.id == only.id)
    };
    (linked.next().is_none() && published.body.interventions.iter().all(is_only))
        .then_some(only.body.name.as_str())
}

/// What the findings of a study have in common.
struct Shared<'a> {
    study: &'a Study,
    slug: &'a Slug,
    vocabularies: &'a Vocabularies,
    /// The name of the only intervention.
    intervention: Option<&'a str>,
    /// The comparisons up to here, each once.
    comparisons: Vec<&'a str>,
    /// The nodes that a finding up to here has described.
    described: HashSet<String>,
}

impl<'a> Shared<'a> {
    fn finding(&mut self, effect: &'a Effect, number: usize) -> Value {
        // With several interventions, or none, an effect does not say which is its own.
        let intervention = match self.intervention {
            Some(_) => "intervention".to_owned(),
            None => format!("intervention-{number}"),
        };
        let comparison = self.comparison_name(&effect.comparison);
        let mut node = json!({
            "@type": "Finding",
            "evaluates": self.node(&intervention, self.intervention_node()),
            "comparedTo": self.node(&comparison, self.comparison_node(effect)),
            "hasContext": self.node("context", context(self.study)),
            "hasOutcome": self.outcome(effect),
        });
        put(&mut node, "sampleSize", self.sample_size());
        let arms = [
            (intervention, effect.n_treatment),
            (comparison, effect.n_control),
        ];
        let results = arms.into_iter().filter_map(|(condition, n)| {
            let condition = self.label(&condition);
            Some(json!({"@type": "ObservedResult", "forCondition": condition, "n": n?}))
        });
        put(&mut node, "hasArmData", terms::filled(results));
        let estimate = estimate(effect).map(|estimate| json!([estimate]));
        put(&mut node, "hasEffectEstimate", estimate);
        node
    }

    /// The outcomes that no effect has; none where the effects say all. A study without effects
    /// has such a finding in any case.
    fn finding_without_effect(&mut self) -> Option<Value> {
        let Study {
            effects, outcomes, ..
        } = self.study;
        let mut outcomes = outcomes.clone();
        if let Coding::Coded(left) = &mut outcomes {
            left.retain(|term| effects.iter().all(|effect| effect.outcome != *term));
        }
        let outcome = terms::list("Outcome", &outcomes, terms::outcome);
        let is_left = outcomes.coded().is_some() && outcome.is_some();
        if !effects.is_empty() && !is_left {
            return None;
        }
        let mut node = json!({
            "@type": "Finding",
            "hasContext": self.node("context", context(self.study)),
        });
        if self.intervention.is_some() {
            node["evaluates"] = self.node("intervention", self.intervention_node());
        }
        if effects.is_empty() {
            put(&mut node, "sampleSize", self.sample_size());
        }
        let outcome = outcome.map(|outcome| json!({"@type": "Outcome", "outcome": outcome}));
        put(&mut node, "hasOutcome", outcome);
        Some(node)
    }

    /// A node whole at its first use, and its label from then on: readers take an object with
    /// nothing but a label for a new node.
    fn node(&mut self, name: &str, mut node: Value) -> Value {
        let label = self.label(name);
        if self.described.contains(&label) {
            return label.into();
        }
        node["@id"] = json!(label);
        self.described.insert(label);
        node
    }

    /// The label of a blank node. In one document with other studies it must not be theirs.
    fn label(&self, name: &str) -> String {
        format!("_:{}-{name}", self.slug)
    }

    fn intervention_node(&self) -> Value {
        let mut node = json!({"@type": "Intervention"});
        if let Some(name) = self.intervention {
            node["name"] = json!(name);
            node["educationTheme"] = json!([terms::coded("EducationTheme", terms::ENGAGEMENT)]);
        }
        node
    }

    fn comparison_name(&mut self, comparison: &'a str) -> String {
        let known = self.comparisons.iter().position(|own| *own == comparison);
        let place = known.unwrap_or(self.comparisons.len());
        if known.is_none() {
            self.comparisons.push(comparison);
        }
        format!("comparison-{}", place + 1)
    }

    fn comparison_node(&self, effect: &Effect) -> Value {
        let mut node = json!({"@type": terms::comparison(&self.study.study_design)});
        put(&mut node, "description", text(&effect.comparison));
        node
    }

    /// An outcome without counterpart is told in words.
    fn outcome(&self, effect: &Effect) -> Value {
        let mut node = json!({"@type": "Outcome"});
        put(&mut node, "name", text(&effect.measure));
        let term = &effect.outcome;
        if let Some(concept) = terms::outcome(term.as_str()) {
            node["outcome"] = json!([terms::coded("Outcome", concept)]);
        } else {
            let label = self.vocabularies.label(Vocabulary::Outcome, term);
            node["description"] = json!(label);
        }
        node
    }

    fn sample_size(&mut self) -> Option<Value> {
        let size = self.study.sample_size?;
        terms::counts_people(&self.study.study_design)
            .then(|| self.node("sample-size", terms::number(size)))
    }
}

fn context(study: &Study) -> Value {
    let mut node = json!({"@type": "Context"});
    let countries = study.countries.iter().map(Country::code);
    let nations = study.uk_nations.iter().copied().map(UkNation::name);
    let stages = terms::list("EducationLevel", &study.stages, terms::stage);
    // Silence on disadvantage is not silence on the sample.
    let focus = study.disadvantage_focus.terms();
    let features = terms::concepts("SampleFeatures", focus, terms::sample_feature);
    let settings = terms::concepts("Setting", focus, terms::setting);
    for (key, value) in [
        ("country", terms::filled(countries.map(terms::text))),
        ("countryLevel1", terms::filled(nations.map(terms::text))),
        ("educationLevel", stages),
        ("sampleFeatures", features),
        ("setting", settings),
    ] {
        put(&mut node, key, value);
    }
    node
}

/// None for a metric of the study's own: a bare number would be pooled.
fn estimate(effect: &Effect) -> Option<Value> {
    let mut node = json!({
        "@type": "EffectEstimate",
        "pointEstimate": decimal(&effect.estimate),
        "effectSizeMetric": terms::metric(effect.metric)?,
    });
    // Only what was reported, never what we compute; our forms ask for the 95 % interval.
    if let (Some(low), Some(high)) = (&effect.ci_low, &effect.ci_high) {
        node["confidenceLevel"] = json!({"@type": "xsd:decimal", "@value": "0.95"});
        node["confidenceIntervalLower"] = decimal(low);
        node["confidenceIntervalUpper"] = decimal(high);
    }
    let error = match effect.metric {
        Metric::HedgesG | Metric::CohensD | Metric::GlassDelta => effect.standard_error.as_ref(),
        // It may have been reported on either scale.
        Metric::OddsRatio | Metric::Correlation | Metric::Other => None,
    };
    put(&mut node, "standardError", error.map(decimal));
    put(&mut node, "sourceLocation", text(&effect.source));
    Some(node)
}

/// A typed text with the digits as they stand: a JSON number would be read as `7.0E-1`, which is no
/// `xsd:decimal`, nor is any other number with an exponent.
fn decimal(figure: &Figure) -> Value {
    let mut digits = figure.to_string();
    if digits.contains(['e', 'E']) {
        digits = figure.value().to_string();
    }
    json!({"@type": "xsd:decimal", "@value": digits})
}

fn text(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| json!(text))
}

fn put(node: &mut Value, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        node[key] = value;
    }
}

#[cfg(test)]
mod tests {
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
            retractions: Arc::new(Retractions::from_iter([(1, notice)])),
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
}
