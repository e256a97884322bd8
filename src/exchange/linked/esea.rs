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
mod tests;
