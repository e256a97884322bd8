//! The tables of a snapshot beside those that lists have too: a row for each part of a record.

use crate::exchange::records::effect::EffectOut;
use crate::exchange::records::study::StudyOut;
use crate::exchange::records::theme::ThemeOut;
use crate::exchange::table::{Column, columns, or_nothing};
use crate::vocabularies::vocabulary::TermList;

/// Who wrote a study.
pub struct AuthorRow {
    study: String,
    position: usize,
    family: String,
    given: String,
}

impl AuthorRow {
    /// The authors of a study, in order.
    #[must_use]
    pub fn of(study: &StudyOut) -> Vec<Self> {
        let authors = study.authors.iter().zip(1..);
        authors
            .map(|(author, position)| Self {
                study: study.slug.clone(),
                position,
                family: author.family.clone(),
                given: author.given.clone().unwrap_or_default(),
            })
            .collect()
    }
}

/// What a study is tagged with: a term, or that a field is not reported or not applicable.
pub struct StudyTermRow {
    study: String,
    vocabulary: &'static str,
    status: &'static str,
    term: String,
}

impl StudyTermRow {
    /// All that a study is tagged with.
    #[must_use]
    pub fn of(study: &StudyOut) -> Vec<Self> {
        let mut rows = Vec::new();
        let mut add = |vocabulary, status, term: &str| {
            rows.push(Self {
                study: study.slug.clone(),
                vocabulary,
                status,
                term: term.to_owned(),
            });
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
}

/// What the record of a study was checked against.
pub struct SourceRow {
    study: String,
    source: String,
}

impl SourceRow {
    /// The sources of a study's record.
    #[must_use]
    pub fn of(study: &StudyOut) -> Vec<Self> {
        let sources = study.verification.sources.iter();
        sources
            .map(|source| Self {
                study: study.slug.clone(),
                source: source.clone(),
            })
            .collect()
    }
}

/// A term of a vocabulary.
pub struct TermRow {
    vocabulary: String,
    position: usize,
    term: String,
    label: String,
    scope_note: String,
}

impl TermRow {
    /// The terms of a vocabulary, in order.
    #[must_use]
    pub fn of(list: &TermList) -> Vec<Self> {
        let terms = list.terms.iter().zip(1..);
        terms
            .map(|(term, position)| Self {
                vocabulary: list.slug.to_string(),
                position,
                term: term.slug.to_string(),
                label: term.label.clone(),
                scope_note: term.scope_note.clone(),
            })
            .collect()
    }
}

/// Who wrote each study.
pub const AUTHORS: &[Column<AuthorRow>] = columns! { AuthorRow:
    "study", "string", "Slug of the study" => |row| row.study.clone();
    "position", "integer", "From 1" => |row| row.position.to_string();
    "family", "string", "Family name, or the name of a body" => |row| row.family.clone();
    "given", "string", "Given names; empty for a body" => |row| row.given.clone();
};

/// What each study is tagged with.
pub const STUDY_TERMS: &[Column<StudyTermRow>] = columns! { StudyTermRow:
    "study", "string", "Slug of the study" => |row| row.study.clone();
    "vocabulary", "string", "Slug of the vocabulary, or theme, intervention, country" => |row| row.vocabulary.to_owned();
    "status", "string", "coded, not-reported or not-applicable" => |row| row.status.to_owned();
    "term", "string", "Slug of the term; empty unless coded" => |row| row.term.clone();
};

/// Every numeric result.
pub const EFFECTS: &[Column<EffectOut>] = columns! { EffectOut:
    "study", "string", "Slug of the study" => |effect| effect.study.clone();
    "number", "integer", "Place in the study, from 1" => |effect| effect.number.to_string();
    "outcome", "string", "Term of the vocabulary outcome" => |effect| effect.outcome.slug.clone();
    "measure", "string", "Instrument and when it was applied" => |effect| effect.measure.clone();
    "metric", "string", "hedges_g, cohens_d, glass_delta, odds_ratio, correlation or other" => |effect| effect.metric.as_str().to_owned();
    "estimate", "number", "As reported" => |effect| effect.estimate.to_string();
    "ci_low", "number", "Lower end of the reported 95 % interval" => |effect| or_nothing(effect.ci_low.as_ref());
    "ci_high", "number", "Upper end of the reported 95 % interval" => |effect| or_nothing(effect.ci_high.as_ref());
    "standard_error", "number", "As reported" => |effect| or_nothing(effect.standard_error.as_ref());
    "n_treatment", "integer", "Size of the group with the intervention" => |effect| or_nothing(effect.n_treatment.as_ref());
    "n_control", "integer", "Size of the comparison group" => |effect| or_nothing(effect.n_control.as_ref());
    "comparison", "string", "What was compared with what" => |effect| effect.comparison.clone();
    "follow_up", "string", "Counted from the end of the intervention" => |effect| or_nothing(effect.follow_up.as_ref());
    "source", "string", "Where the number stands" => |effect| effect.source.clone();
    "standardised", "number", "In standard deviations, where the metric shares that axis" => |effect| or_nothing(effect.standardised.map(|own| own.estimate).as_ref());
};

/// What each record of a study was checked against.
pub const SOURCES: &[Column<SourceRow>] = columns! { SourceRow:
    "study", "string", "Slug of the study" => |row| row.study.clone();
    "source", "string", "An address or a description" => |row| row.source.clone();
};

/// The themes.
pub const THEMES: &[Column<ThemeOut>] = columns! { ThemeOut:
    "slug", "string", "Names the theme; its permanent address ends with it" => |theme| theme.slug.clone();
    "url", "string", "The permanent address of the record" => |theme| theme.url.clone();
    "version", "integer", "The number of the published text" => |theme| theme.version.to_string();
    "updated", "string", "When that text was published, RFC 3339, UTC" => |theme| theme.updated.clone();
    "position", "integer", "Place among the themes, from 1" => |theme| theme.position.to_string();
    "title", "string", "Title" => |theme| theme.title.clone();
    "summary", "string", "Summary" => |theme| theme.summary.clone();
    "key_messages", "string", "What to remember" => messages;
    "narrative", "string", "Markdown; [@slug] cites a study" => |theme| theme.narrative.clone();
};

/// The terms of all vocabularies.
pub const TERMS: &[Column<TermRow>] = columns! { TermRow:
    "vocabulary", "string", "Slug of the vocabulary" => |row| row.vocabulary.clone();
    "position", "integer", "Place in the vocabulary, from 1" => |row| row.position.to_string();
    "term", "string", "Slug of the term" => |row| row.term.clone();
    "label", "string", "What pages call it" => |row| row.label.clone();
    "scope_note", "string", "When it is used and what it means" => |row| row.scope_note.clone();
};

fn messages(theme: &ThemeOut) -> String {
    let messages = theme.key_messages.iter();
    let messages: Vec<_> = messages.map(|message| message.text.as_str()).collect();
    messages.join("; ")
}
