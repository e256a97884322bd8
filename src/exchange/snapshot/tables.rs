//! The tables of a snapshot that have a row for each part of a record.

use crate::exchange::records::study::StudyOut;
use crate::exchange::records::theme::ThemeOut;
use crate::vocabularies::vocabulary::TermList;

/// A column: name, type of a Frictionless table schema, and what it holds.
pub type Field = (&'static str, &'static str, &'static str);

/// A table that is made of the studies.
pub struct StudyTable {
    pub name: &'static str,
    pub meaning: &'static str,
    pub fields: &'static [Field],
    pub rows: fn(&StudyOut) -> Vec<Vec<String>>,
}

pub const OF_STUDIES: [StudyTable; 4] = [
    StudyTable {
        name: "study-authors",
        meaning: "Who wrote each study, in order",
        fields: &[
            ("study", "string", "Slug of the study"),
            ("position", "integer", "From 1"),
            ("family", "string", "Family name, or the name of a body"),
            ("given", "string", "Given names; empty for a body"),
        ],
        rows: |study| {
            let authors = study.authors.iter().zip(1..);
            authors
                .map(|(author, position): (_, usize)| {
                    vec![
                        study.slug.clone(),
                        position.to_string(),
                        author.family.clone(),
                        author.given.clone().unwrap_or_default(),
                    ]
                })
                .collect()
        },
    },
    StudyTable {
        name: "study-terms",
        meaning: "What each study is tagged with: one row for a term, or for a field that is not \
                  reported or not applicable",
        fields: &[
            ("study", "string", "Slug of the study"),
            (
                "vocabulary",
                "string",
                "Slug of the vocabulary, or theme, intervention, country",
            ),
            ("status", "string", "coded, not-reported or not-applicable"),
            ("term", "string", "Slug of the term; empty unless coded"),
        ],
        rows: terms,
    },
    StudyTable {
        name: "effects",
        meaning: "Every numeric result. A positive estimate favours the intervention; an odds ratio \
                  above 1 does",
        fields: &[
            ("study", "string", "Slug of the study"),
            ("number", "integer", "Place in the study, from 1"),
            ("outcome", "string", "Term of the vocabulary outcome"),
            ("measure", "string", "Instrument and when it was applied"),
            (
                "metric",
                "string",
                "hedges_g, cohens_d, glass_delta, odds_ratio, correlation or other",
            ),
            ("estimate", "number", "As reported"),
            (
                "ci_low",
                "number",
                "Lower end of the reported 95 % interval",
            ),
            (
                "ci_high",
                "number",
                "Upper end of the reported 95 % interval",
            ),
            ("standard_error", "number", "As reported"),
            (
                "n_treatment",
                "integer",
                "Size of the group with the intervention",
            ),
            ("n_control", "integer", "Size of the comparison group"),
            ("comparison", "string", "What was compared with what"),
            (
                "follow_up",
                "string",
                "Counted from the end of the intervention",
            ),
            ("source", "string", "Where the number stands"),
            (
                "standardised",
                "number",
                "In standard deviations, where the metric shares that axis",
            ),
        ],
        rows: effects,
    },
    StudyTable {
        name: "study-sources",
        meaning: "What each record was checked against",
        fields: &[
            ("study", "string", "Slug of the study"),
            ("source", "string", "An address or a description"),
        ],
        rows: |study| {
            let sources = study.verification.sources.iter();
            sources
                .map(|source| vec![study.slug.clone(), source.clone()])
                .collect()
        },
    },
];

fn terms(study: &StudyOut) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut add = |vocabulary: &str, status: &str, term: &str| {
        let cells = [study.slug.as_str(), vocabulary, status, term];
        rows.push(cells.map(str::to_owned).to_vec());
    };
    for (vocabulary, coded) in [
        ("publication-type", &study.publication_type),
        ("design", &study.design),
    ] {
        let term = coded.term.as_ref().map_or("", |term| &term.slug);
        add(vocabulary, coded.status.slug(), term);
    }
    for (vocabulary, coded) in [
        ("stage", &study.stages),
        ("disadvantage-focus", &study.disadvantage_focus),
        ("outcome", &study.outcomes),
    ] {
        if coded.terms.is_empty() {
            add(vocabulary, coded.status.slug(), "");
        }
        for term in &coded.terms {
            add(vocabulary, coded.status.slug(), &term.slug);
        }
    }
    for (vocabulary, links) in [
        ("theme", &study.themes),
        ("intervention", &study.interventions),
    ] {
        for link in links {
            add(vocabulary, "coded", &link.slug);
        }
    }
    for country in &study.countries {
        add("country", "coded", &country.code);
    }
    rows
}

fn effects(study: &StudyOut) -> Vec<Vec<String>> {
    fn cell(value: Option<impl ToString>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let effects = study.effects.iter();
    effects
        .map(|effect| {
            vec![
                study.slug.clone(),
                effect.number.to_string(),
                effect.outcome.slug.clone(),
                effect.measure.clone(),
                effect.metric.as_str().to_owned(),
                effect.estimate.to_string(),
                cell(effect.ci_low),
                cell(effect.ci_high),
                cell(effect.standard_error),
                cell(effect.n_treatment),
                cell(effect.n_control),
                effect.comparison.clone(),
                cell(effect.follow_up.as_ref()),
                effect.source.clone(),
                cell(
                    effect
                        .standardised
                        .map(|standardised| standardised.estimate),
                ),
            ]
        })
        .collect()
}

pub const THEMES: &[Field] = &[
    (
        "slug",
        "string",
        "Names the theme; its permanent address ends with it",
    ),
    ("url", "string", "The permanent address of the record"),
    ("version", "integer", "The number of the published text"),
    (
        "updated",
        "string",
        "When that text was published, RFC 3339, UTC",
    ),
    ("position", "integer", "Place among the themes, from 1"),
    ("title", "string", "Title"),
    ("summary", "string", "Summary"),
    ("key_messages", "string", "What to remember"),
    ("narrative", "string", "Markdown; [@slug] cites a study"),
];

#[must_use]
pub fn theme(theme: &ThemeOut) -> Vec<String> {
    let messages: Vec<_> = theme
        .key_messages
        .iter()
        .map(|message| message.text.as_str())
        .collect();
    vec![
        theme.slug.clone(),
        theme.url.clone(),
        theme.version.to_string(),
        theme.updated.clone(),
        theme.position.to_string(),
        theme.title.clone(),
        theme.summary.clone(),
        messages.join("; "),
        theme.narrative.clone(),
    ]
}

pub const TERMS: &[Field] = &[
    ("vocabulary", "string", "Slug of the vocabulary"),
    ("position", "integer", "Place in the vocabulary, from 1"),
    ("term", "string", "Slug of the term"),
    ("label", "string", "What pages call it"),
    ("scope_note", "string", "When it is used and what it means"),
];

#[must_use]
pub fn terms_of(list: &TermList) -> Vec<Vec<String>> {
    let terms = list.terms.iter().zip(1..);
    terms
        .map(|(term, position): (_, usize)| {
            vec![
                list.slug.to_string(),
                position.to_string(),
                term.slug.to_string(),
                term.label.clone(),
                term.scope_note.clone(),
            ]
        })
        .collect()
}
