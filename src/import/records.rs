//! One JSON object of the starter collection's format → a record, or its faults.

use crate::effects::effect::Effect;
use crate::effects::metric::Metric;
use crate::import::fields::Fields;
use crate::interventions::intervention::Intervention;
use crate::pages::page::{Page, Question};
use crate::records::coding::Coding;
use crate::records::slug::Slug;
use crate::studies::bibliography::Author;
use crate::studies::identifiers::{is_doi, is_web_address};
use crate::studies::quotes::{self, Quote};
use crate::studies::study::{Level, Study, UkNation, Verification};
use crate::themes::citations::{Piece, pieces};
use crate::themes::theme::{KeyMessage, Theme};
use crate::vocabularies::countries::Country;
use crate::vocabularies::vocabulary::{Vocabularies, Vocabulary};

/// Years in which research can have been published.
const YEARS: std::ops::RangeInclusive<i16> = 1500..=2100;

pub fn study(fields: &mut Fields<'_>, known: &Vocabularies) -> Study {
    let study = Study {
        title: fields.required_text("title"),
        authors: fields.objects("authors", author),
        year: year(fields),
        publication_type: fields.term("publication_type", Vocabulary::PublicationType, known),
        container_title: fields.text("container_title"),
        publisher: fields.text("publisher"),
        volume: fields.text("volume"),
        issue: fields.text("issue"),
        pages: fields.text("pages"),
        doi: fields.known("doi", "a DOI such as 10.1000/182", doi),
        url: web_address(fields, "url"),
        open_access: fields.boolean("open_access"),
        countries: fields.all_known("countries", "an ISO 3166-1 alpha-2 code", Country::parse),
        uk_nations: fields.all_known(
            "uk_nations",
            "a nation of the United Kingdom",
            UkNation::parse,
        ),
        study_design: fields.term("study_design", Vocabulary::Design, known),
        stages: fields.terms("stages", Vocabulary::Stage, known),
        sample_size: fields.whole("sample_size", "a whole number from 0"),
        sample_description: fields.text("sample_description").unwrap_or_default(),
        disadvantage_focus: fields.terms(
            "disadvantage_focus",
            Vocabulary::DisadvantageFocus,
            known,
        ),
        outcomes: fields.terms("outcomes", Vocabulary::Outcome, known),
        themes: fields.slugs("themes"),
        interventions: fields.slugs("interventions"),
        summary: fields.text("summary").unwrap_or_default(),
        key_findings: fields.texts("key_findings"),
        implications_for_practice: fields.texts("implications_for_practice"),
        effects: fields.objects("effects", |fields| effect(fields, known)),
        quotes: quotes(fields),
        verified: verification(fields),
        editor_note: fields.text("editor_note"),
    };
    if !study.uk_nations.is_empty() && !study.countries.contains(&Country::UK) {
        fields.fault(
            "uk_nations",
            "names a nation, but the countries do not include GB",
        );
    }
    study
}

fn author(fields: &mut Fields<'_>) -> Option<Author> {
    if let Some(name) = fields.text("literal") {
        return Some(Author::Corporate(name));
    }
    let family = fields.required_text("family");
    let given = fields.text("given").unwrap_or_default();
    if family.is_empty() {
        return None;
    }
    Some(if given.is_empty() {
        Author::Corporate(family)
    } else {
        Author::Person { family, given }
    })
}

fn year(fields: &mut Fields<'_>) -> i16 {
    let year = fields.required("year", |fields| fields.whole::<i16>("year", "a year"));
    let plausible = year.filter(|year| YEARS.contains(year));
    if let (Some(year), None) = (year, plausible) {
        fields.fault("year", format!("{year} is not a year of publication"));
    }
    plausible.unwrap_or_default()
}

/// The words behind the coding, one quote for each coded field at most.
fn quotes(fields: &mut Fields<'_>) -> Vec<Quote> {
    let mut seen = Vec::new();
    fields.objects("quotes", |fields| {
        let field = fields.required("field", |fields| {
            fields.known("field", "a coded field such as stages", |name| {
                quotes::FIELDS.into_iter().find(|field| *field == name)
            })
        });
        let quote = fields.text("quote").unwrap_or_default();
        let page = fields.text("page").unwrap_or_default();
        if quote.is_empty() && page.is_empty() {
            fields.fault("quote", "a quote has words, a page or both");
        }
        let field = field?;
        if seen.contains(&field) {
            fields.fault("field", "has another quote already");
        }
        seen.push(field);
        Some(Quote {
            field: field.to_owned(),
            quote,
            page,
        })
    })
}

fn verification(fields: &mut Fields<'_>) -> Verification {
    let level = |fields: &mut Fields<'_>| {
        fields.known(
            "level",
            "full-text, abstract or bibliographic",
            Level::parse,
        )
    };
    let verified = fields.required("verified", |fields| {
        fields.object("verified", |fields| {
            Some(Verification {
                level: fields
                    .required("level", level)
                    .unwrap_or(Level::Bibliographic),
                sources: fields.texts("sources"),
            })
        })
    });
    verified.unwrap_or(Verification {
        level: Level::Bibliographic,
        sources: Vec::new(),
    })
}

fn effect(fields: &mut Fields<'_>, known: &Vocabularies) -> Option<Effect> {
    let outcome = fields.required("outcome", |fields| {
        match fields.term("outcome", Vocabulary::Outcome, known) {
            Coding::Coded(outcome) => Some(outcome),
            Coding::NotReported | Coding::NotApplicable => None,
        }
    });
    let metric = fields.required("metric", |fields| {
        fields.known(
            "metric",
            "a metric such as hedges_g or other",
            Metric::parse,
        )
    });
    let estimate = fields.required("estimate", |fields| fields.figure("estimate"));
    let measure = fields.required_text("measure");
    let (ci_low, ci_high) = (fields.figure("ci_low"), fields.figure("ci_high"));
    match (&ci_low, &ci_high) {
        (Some(low), Some(high)) if low.value() > high.value() => {
            fields.fault("ci_low", "lies above the other end of the interval");
        }
        (Some(_), None) | (None, Some(_)) => {
            fields.fault("ci_low", "an interval has two ends");
        }
        _ => {}
    }
    let standard_error = fields.figure("standard_error");
    if standard_error
        .as_ref()
        .is_some_and(|error| error.value() <= 0.0)
    {
        fields.fault("standard_error", "is above zero");
    }
    if metric == Some(Metric::OddsRatio) {
        for (field, figure) in [
            ("estimate", &estimate),
            ("ci_low", &ci_low),
            ("ci_high", &ci_high),
        ] {
            if figure.as_ref().is_some_and(|figure| figure.value() <= 0.0) {
                fields.fault(field, "an odds ratio is above zero");
            }
        }
    }
    let n_treatment = fields.whole("n_treatment", "a whole number from 0");
    let n_control = fields.whole("n_control", "a whole number from 0");
    let comparison = fields.text("comparison").unwrap_or_default();
    let follow_up = fields.text("follow_up");
    let source = fields.text("source").unwrap_or_default();
    Some(Effect {
        outcome: outcome?,
        measure,
        metric: metric?,
        estimate: estimate?,
        ci_low,
        ci_high,
        standard_error,
        n_treatment,
        n_control,
        comparison,
        follow_up,
        source,
    })
}

pub fn intervention(fields: &mut Fields<'_>, known: &Vocabularies) -> Intervention {
    Intervention {
        name: fields.required_text("name"),
        summary: fields.text("summary").unwrap_or_default(),
        description: markdown(fields, "description"),
        how_it_works: fields.texts("how_it_works"),
        who_delivers: fields.text("who_delivers").unwrap_or_default(),
        setting: fields.terms("setting", Vocabulary::Setting, known),
        stages: fields.terms("stages", Vocabulary::Stage, known),
        duration: fields.text("duration").unwrap_or_default(),
        cost: fields.term("cost", Vocabulary::Cost, known),
        cost_note: fields.text("cost_note").unwrap_or_default(),
        disadvantage_focus: fields.terms(
            "disadvantage_focus",
            Vocabulary::DisadvantageFocus,
            known,
        ),
        outcomes: fields.terms("outcomes", Vocabulary::Outcome, known),
        themes: fields.slugs("themes"),
        countries: fields.all_known("countries", "an ISO 3166-1 alpha-2 code", Country::parse),
        available_in_uk: fields.boolean("available_in_uk"),
        implementation_tips: fields.texts("implementation_tips"),
        studies: fields.slugs("studies"),
        website: web_address(fields, "website"),
    }
}

pub fn theme(fields: &mut Fields<'_>) -> Theme {
    Theme {
        title: fields.required_text("title"),
        position: fields
            .required("position", |fields| {
                fields.whole("position", "a whole number from 1")
            })
            .unwrap_or_default(),
        inferred: fields.boolean("inferred").unwrap_or_default(),
        original_url: web_address(fields, "original_url"),
        summary: fields.text("summary").unwrap_or_default(),
        key_messages: fields.objects("key_messages", |fields| {
            Some(KeyMessage {
                text: fields.required_text("text"),
                studies: fields.slugs("studies"),
            })
        }),
        narrative: markdown(fields, "narrative"),
    }
}

pub fn question(fields: &mut Fields<'_>) -> Option<Question> {
    let question = fields.required_text("question");
    let theme = fields.required("theme", |fields| {
        fields.known("theme", "the slug of a theme", Slug::parse)
    });
    let interventions = fields.slugs("interventions");
    Some(Question {
        question,
        theme: theme?,
        interventions,
    })
}

pub fn page(fields: &mut Fields<'_>) -> Page {
    Page {
        title: fields.required_text("title"),
        lead: fields.text("lead").unwrap_or_default(),
        body: markdown(fields, "body"),
    }
}

/// Markdown whose citations are well formed.
fn markdown(fields: &mut Fields<'_>, field: &str) -> String {
    let text = fields.text(field).unwrap_or_default();
    for piece in pieces(&text) {
        if let Piece::Malformed(brackets) = piece {
            let message = format!("{brackets} is not a citation; write [@slug] or [@slug; @slug]");
            fields.fault(field, message);
        }
    }
    text
}

fn web_address(fields: &mut Fields<'_>, field: &str) -> Option<String> {
    let expected = "an address that begins with https:// or http://";
    fields.known(field, expected, |text| {
        is_web_address(text).then(|| text.to_owned())
    })
}

fn doi(text: &str) -> Option<String> {
    is_doi(text).then(|| text.to_owned())
}
