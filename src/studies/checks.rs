//! Whether a study is complete enough to publish.

use std::ops::RangeInclusive;

use crate::effects::effect::{Effect, Figure};
use crate::effects::metric::Metric;
use crate::records::coding::Coding;
use crate::records::form::{Missing, missing_links};
use crate::records::record::Kind;
use crate::search::catalogue::Catalogue;
use crate::studies::study::{Level, Study};
use crate::vocabularies::vocabulary::{Vocabularies, Vocabulary};

/// The first year in which research can have been published.
const EARLIEST: i16 = 1500;
/// Designs of studies that have no country of their own.
const REVIEWS: [&str; 3] = ["meta-analysis", "systematic-review", "literature-review"];

/// Years in which a study can have been published. Journals date ahead, by a year at most.
#[must_use]
pub fn years(this_year: i16) -> RangeInclusive<i16> {
    EARLIEST..=this_year.saturating_add(1)
}

/// What is to be asked about a year that may well be right.
#[must_use]
pub fn year_question(year: i16, this_year: i16) -> Option<String> {
    (year > this_year && years(this_year).contains(&year))
        .then(|| format!("{year} is still to come. Is it the year of the issue, or mistyped?"))
}

/// Everything that publishing still wants, in the order of the form.
#[must_use]
pub fn missing(study: &Study, catalogue: &Catalogue, this_year: i16) -> Vec<Missing> {
    let known = &catalogue.vocabularies;
    let mut missing = bibliography(study, known, this_year);
    if study.countries.is_empty() && !is_review(study) {
        missing.push(Missing::new(
            "countries",
            "Enter the countries, or choose a review as the design",
        ));
    }
    let terms = [
        ("stages", Vocabulary::Stage, &study.stages),
        (
            "disadvantage_focus",
            Vocabulary::DisadvantageFocus,
            &study.disadvantage_focus,
        ),
        ("outcomes", Vocabulary::Outcome, &study.outcomes),
    ];
    if !is_known(known, Vocabulary::Design, study.study_design.coded()) {
        missing.push(gone("study_design", "The design"));
    }
    for (field, vocabulary, coding) in terms {
        if !coding
            .terms()
            .iter()
            .all(|term| known.contains(vocabulary, term))
        {
            missing.push(gone(field, "One of these terms"));
        }
    }
    if study.summary.is_empty() {
        missing.push(Missing::new("summary", "Write the summary"));
    }
    if study.key_findings.is_empty() {
        missing.push(Missing::new("key_findings", "Write at least one finding"));
    }
    for (effect, number) in study.effects.iter().zip(0..) {
        missing.extend(of_effect(effect, number, known));
    }
    if study.themes.is_empty() {
        missing.push(Missing::new("themes", "Tick at least one theme"));
    }
    missing.extend(missing_links(
        catalogue,
        "themes",
        Kind::Theme,
        &study.themes,
    ));
    let interventions = &study.interventions;
    missing.extend(missing_links(
        catalogue,
        "interventions",
        Kind::Intervention,
        interventions,
    ));
    match study.verified.level {
        Level::FullText | Level::Abstract if study.verified.sources.is_empty() => {
            let message = "Say against which text or address the record was checked";
            missing.push(Missing::new("sources", message));
        }
        Level::FullText | Level::Abstract | Level::Bibliographic => {}
    }
    missing
}

fn bibliography(study: &Study, known: &Vocabularies, this_year: i16) -> Vec<Missing> {
    let mut missing = Vec::new();
    if study.title.is_empty() {
        missing.push(Missing::new("title", "Enter the title"));
    }
    if study.authors.is_empty() {
        missing.push(Missing::new("authors", "Enter at least one author"));
    }
    if study.year == 0 {
        missing.push(Missing::new("year", "Enter the year"));
    } else if !years(this_year).contains(&study.year) {
        let (from, to) = (EARLIEST, this_year.saturating_add(1));
        let message = format!("Enter a year from {from} to {to}; it is {}", study.year);
        missing.push(Missing::new("year", message));
    }
    match &study.publication_type {
        Coding::Coded(_) => {}
        Coding::NotReported | Coding::NotApplicable => {
            missing.push(Missing::new(
                "publication_type",
                "Choose the publication type",
            ));
        }
    }
    if !is_known(
        known,
        Vocabulary::PublicationType,
        study.publication_type.coded(),
    ) {
        missing.push(gone("publication_type", "The publication type"));
    }
    let is_article = study
        .publication_type
        .coded()
        .is_some_and(|term| term.as_str() == "journal-article");
    // A preprint of an article may name no journal; then the note tells the next curator.
    if is_article && study.container_title.is_none() && study.editor_note.is_none() {
        let message = "Enter the journal, or say in the editor’s note why it is not known";
        missing.push(Missing::new("container_title", message));
    }
    missing
}

fn is_review(study: &Study) -> bool {
    let design = study.study_design.coded();
    design.is_some_and(|design| REVIEWS.contains(&design.as_str()))
}

fn is_known(
    known: &Vocabularies,
    vocabulary: Vocabulary,
    term: Option<&crate::records::coding::Term>,
) -> bool {
    term.is_none_or(|term| known.contains(vocabulary, term))
}

fn gone(field: &str, what: &str) -> Missing {
    Missing::new(
        field,
        format!("{what} is no longer in its list; choose again"),
    )
}

/// What an import of the published collection would refuse.
fn of_effect(effect: &Effect, number: usize, known: &Vocabularies) -> Vec<Missing> {
    let mut missing = Vec::new();
    let mut want = |field: &str, message: &str| {
        let message = format!("Effect {}: {message}", number + 1);
        missing.push(Missing::new(format!("effects.{number}.{field}"), message));
    };
    if !known.contains(Vocabulary::Outcome, &effect.outcome) {
        want(
            "outcome",
            "the outcome is no longer in its list; choose again",
        );
    }
    let value = |figure: &Option<Figure>| figure.as_ref().map(Figure::value);
    match (value(&effect.ci_low), value(&effect.ci_high)) {
        (Some(low), Some(high)) if low > high => {
            want("ci_low", "the interval starts above its end");
        }
        (Some(_), None) => want("ci_high", "enter the upper end of the interval too"),
        (None, Some(_)) => want("ci_low", "enter the lower end of the interval too"),
        _ => {}
    }
    let is_positive = |figure: Option<f64>| figure.is_none_or(|value| value > 0.0);
    if !is_positive(value(&effect.standard_error)) {
        want("standard_error", "a standard error is above 0");
    }
    if effect.metric == Metric::OddsRatio {
        for (field, figure) in [
            ("estimate", Some(effect.estimate.value())),
            ("ci_low", value(&effect.ci_low)),
            ("ci_high", value(&effect.ci_high)),
        ] {
            if !is_positive(figure) {
                want(field, "an odds ratio is above 0");
            }
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::records::form::RecordForm;
    use crate::records::slug::Slug;
    use crate::search::catalogue::Cards;

    fn catalogue() -> Catalogue {
        Catalogue::new(None, Arc::default(), Cards::default())
    }

    fn fields(study: &Study) -> Vec<String> {
        let missing = missing(study, &catalogue(), 2026);
        missing.into_iter().map(|missing| missing.field).collect()
    }

    #[test]
    fn a_blank_study_lacks_everything_once() {
        assert_eq!(
            fields(&Study::blank()),
            [
                "title",
                "authors",
                "year",
                "publication_type",
                "countries",
                "summary",
                "key_findings",
                "themes",
            ]
        );
    }

    #[test]
    fn a_year_may_be_ahead_by_one() {
        for (year, is_refused) in [(1499, true), (1500, false), (2027, false), (2028, true)] {
            let study = Study {
                year,
                ..Study::blank()
            };
            assert_eq!(
                fields(&study).contains(&"year".to_owned()),
                is_refused,
                "{year}"
            );
        }
        assert_eq!(year_question(2026, 2026), None);
        assert!(year_question(2027, 2026).is_some());
        assert_eq!(year_question(2028, 2026), None);
    }

    #[test]
    fn links_lead_to_what_readers_see_and_checks_name_their_sources() {
        let mut study = Study::blank();
        study.themes = vec![Slug::parse("nowhere").unwrap()];
        study.verified.level = Level::Abstract;
        let found = fields(&study);
        assert!(found.contains(&"themes".to_owned()) && found.contains(&"sources".to_owned()));
    }

    #[test]
    fn numbers_that_cannot_be_are_not_published() {
        let json = r#"{"outcome": "literacy", "measure": "m", "metric": "odds_ratio", "estimate": -1,
            "ci_low": 2, "ci_high": 1, "standard_error": 0, "comparison": "c", "source": "s"}"#;
        let effect = serde_json::from_str(json).unwrap();
        let found = of_effect(&effect, 0, &Vocabularies::default());
        let fields: Vec<_> = found.iter().map(|missing| missing.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "effects.0.outcome",
                "effects.0.ci_low",
                "effects.0.standard_error",
                "effects.0.estimate"
            ]
        );
    }
}
