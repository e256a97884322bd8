//! Coded fields as a form has them: a box for each term, and one for "not applicable". Nothing
//! ticked is silence.

use crate::records::coding::{Coding, NOT_APPLICABLE, NOT_REPORTED, Term};
use crate::records::slug::Slug;
use crate::vocabularies::vocabulary::{Vocabularies, Vocabulary};
use crate::web::form::{FieldErrors, Typed};

/// Ticks what a list of terms says.
pub fn tick_all(typed: &mut Typed, name: &str, coding: &Coding<Vec<Term>>) {
    match coding {
        Coding::Coded(terms) => typed.push_all(name, terms.iter().map(Term::as_str)),
        Coding::NotReported => {}
        Coding::NotApplicable => typed.push(name, NOT_APPLICABLE),
    }
}

/// Chooses what a single term says.
pub fn tick(typed: &mut Typed, name: &str, coding: &Coding<Term>) {
    match coding {
        Coding::Coded(term) => typed.push(name, term.as_str()),
        Coding::NotReported => {}
        Coding::NotApplicable => typed.push(name, NOT_APPLICABLE),
    }
}

/// The terms that were ticked. Those that were there before keep their order.
pub fn ticked_all(
    typed: &Typed,
    name: &str,
    (vocabulary, known): (Vocabulary, &Vocabularies),
    before: &Coding<Vec<Term>>,
    errors: &mut FieldErrors,
) -> Coding<Vec<Term>> {
    let mut terms: Vec<Term> = Vec::new();
    let mut is_applicable = true;
    for value in typed.all(name).map(str::trim) {
        match value {
            "" | NOT_REPORTED => {}
            NOT_APPLICABLE => is_applicable = false,
            value => {
                if let Some(term) = known_term(value, name, (vocabulary, known), errors)
                    && !terms.contains(&term)
                {
                    terms.push(term);
                }
            }
        }
    }
    let place = |term: &Term| {
        let place = before.terms().iter().position(|own| own == term);
        place.unwrap_or(usize::MAX)
    };
    terms.sort_by_key(place);
    match (terms.is_empty(), is_applicable) {
        (true, true) => Coding::NotReported,
        (true, false) => Coding::NotApplicable,
        (false, true) => Coding::Coded(terms),
        (false, false) => {
            errors.add(
                name,
                "Tick what applies, or “Not applicable” alone, not both",
            );
            Coding::Coded(terms)
        }
    }
}

/// The term that was chosen.
pub fn ticked(
    typed: &Typed,
    name: &str,
    known: (Vocabulary, &Vocabularies),
    errors: &mut FieldErrors,
) -> Coding<Term> {
    match typed.text(name) {
        "" | NOT_REPORTED => Coding::NotReported,
        NOT_APPLICABLE => Coding::NotApplicable,
        value => match known_term(value, name, known, errors) {
            Some(term) => Coding::Coded(term),
            None => Coding::NotReported,
        },
    }
}

/// A term may have left its vocabulary while the form was open.
fn known_term(
    value: &str,
    name: &str,
    (vocabulary, known): (Vocabulary, &Vocabularies),
    errors: &mut FieldErrors,
) -> Option<Term> {
    let term = Slug::parse(value).filter(|term| known.contains(vocabulary, term));
    if term.is_none() {
        let shown: String = value.chars().take(60).collect();
        let message = format!("The term “{shown}” is not in the list any more: choose again");
        errors.add(name, message);
    }
    term
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabularies::synonyms::Synonyms;
    use crate::vocabularies::vocabulary::{Entry, TermList};

    fn known() -> Vocabularies {
        let term = |slug: &str| Entry {
            slug: Slug::parse(slug).unwrap(),
            label: slug.to_owned(),
            scope_note: String::new(),
        };
        let stages = TermList {
            slug: Slug::parse("stage").unwrap(),
            label: "Stage".into(),
            scope_note: String::new(),
            terms: ["early-years", "primary", "secondary"].map(term).into(),
        };
        Vocabularies::new(vec![stages], Synonyms::default())
    }

    fn read(values: &[&str], before: &[&str]) -> (Coding<Vec<Term>>, FieldErrors) {
        let mut typed = Typed::default();
        typed.push_all("stages", values);
        let mut errors = FieldErrors::default();
        let before = before.iter().filter_map(|slug| Slug::parse(slug)).collect();
        let coding = ticked_all(
            &typed,
            "stages",
            (Vocabulary::Stage, &known()),
            &Coding::Coded(before),
            &mut errors,
        );
        (coding, errors)
    }

    fn slugs(coding: &Coding<Vec<Term>>) -> Vec<&str> {
        coding.terms().iter().map(Term::as_str).collect()
    }

    #[test]
    fn ticked_terms_keep_the_order_that_they_had() {
        let (coding, errors) = read(
            &["early-years", "primary", "secondary"],
            &["secondary", "primary"],
        );
        assert_eq!(slugs(&coding), ["secondary", "primary", "early-years"]);
        assert!(errors.is_empty());
    }

    #[test]
    fn silence_and_what_does_not_apply_are_told_apart() {
        assert_eq!(read(&[], &[]).0, Coding::NotReported);
        assert_eq!(read(&["not-applicable"], &[]).0, Coding::NotApplicable);
        let (_, errors) = read(&["primary", "not-applicable"], &[]);
        assert!(errors.of("stages").is_some());
    }

    #[test]
    fn a_term_that_has_left_its_vocabulary_is_named() {
        let (coding, errors) = read(&["nursery", "primary"], &[]);
        assert_eq!(slugs(&coding), ["primary"]);
        assert_eq!(
            errors.of("stages"),
            Some("The term “nursery” is not in the list any more: choose again")
        );
    }
}
