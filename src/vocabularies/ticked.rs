//! Coded fields of a form: a box for each term and one for "not applicable", as a coding with its
//! three states. Nothing ticked is silence.

use crate::records::coding::{Coding, NOT_APPLICABLE, NOT_REPORTED, Term};
use crate::records::slug::Slug;
use crate::vocabularies::vocabulary::{Entry, Vocabularies, Vocabulary};
use crate::web::form::{FieldErrors, Typed};

/// Puts a coding with one term into a form.
pub fn type_term(typed: &mut Typed, name: &str, coding: &Coding<Term>) {
    match coding {
        Coding::Coded(term) => typed.push(name, term.as_str()),
        Coding::NotReported => {}
        Coding::NotApplicable => typed.push(name, NOT_APPLICABLE),
    }
}

/// Puts a coding with any number of terms into a form.
pub fn type_terms(typed: &mut Typed, name: &str, coding: &Coding<Vec<Term>>) {
    match coding {
        Coding::Coded(terms) => typed.push_all(name, terms.iter().map(Slug::as_str)),
        Coding::NotReported => {}
        Coding::NotApplicable => typed.push(name, NOT_APPLICABLE),
    }
}

/// What is ticked and has left the list. The form shows it, since a box that is not shown is not
/// sent: saving would drop the term without a word.
#[must_use]
pub fn left<'t>(typed: &'t Typed, name: &str, entries: &[Entry]) -> Vec<&'t str> {
    let mut left = Vec::new();
    for word in typed.all(name).map(str::trim) {
        let is_state = matches!(word, "" | NOT_REPORTED | NOT_APPLICABLE);
        let is_known = entries.iter().any(|entry| entry.slug.as_str() == word);
        if !is_state && !is_known && !left.contains(&word) {
            left.push(word);
        }
    }
    left
}

/// The one term that was chosen; nothing chosen means that the source does not say.
pub fn term(
    typed: &Typed,
    name: &str,
    vocabulary: Vocabulary,
    known: &Vocabularies,
    errors: &mut FieldErrors,
) -> Coding<Term> {
    match typed.text(name) {
        "" | NOT_REPORTED => Coding::NotReported,
        NOT_APPLICABLE => Coding::NotApplicable,
        word => known_term(name, word, vocabulary, known, errors)
            .map_or(Coding::NotReported, Coding::Coded),
    }
}

/// The terms that were ticked. A form sends them in the order of the vocabulary; while they are
/// those of `base`, they keep the order that they had, so that saving changes nothing.
pub fn terms(
    typed: &Typed,
    name: &str,
    vocabulary: Vocabulary,
    base: &Coding<Vec<Term>>,
    known: &Vocabularies,
    errors: &mut FieldErrors,
) -> Coding<Vec<Term>> {
    let mut terms: Vec<Term> = Vec::new();
    let mut is_applicable = true;
    for word in typed.all(name).map(str::trim) {
        match word {
            "" | NOT_REPORTED => {}
            NOT_APPLICABLE => is_applicable = false,
            word => {
                let term = known_term(name, word, vocabulary, known, errors);
                if let Some(term) = term.filter(|term| !terms.contains(term)) {
                    terms.push(term);
                }
            }
        }
    }
    if !is_applicable {
        if !terms.is_empty() {
            let message = "Untick “Not applicable”, or everything else: both cannot be true";
            errors.add(name, message);
        }
        return Coding::NotApplicable;
    }
    if terms.is_empty() {
        return Coding::NotReported;
    }
    Coding::Coded(in_order_of(base.terms(), terms))
}

/// The same items in the order of `before` if they are the same.
#[must_use]
pub fn in_order_of<T: PartialEq + Clone>(before: &[T], now: Vec<T>) -> Vec<T> {
    let is_same = before.len() == now.len() && before.iter().all(|item| now.contains(item));
    if is_same { before.to_vec() } else { now }
}

fn known_term(
    name: &str,
    word: &str,
    vocabulary: Vocabulary,
    known: &Vocabularies,
    errors: &mut FieldErrors,
) -> Option<Term> {
    const SHOWN: usize = 60;
    let term = Slug::parse(word).filter(|term| known.contains(vocabulary, term));
    if term.is_none() {
        let word: String = word.chars().take(SHOWN).collect();
        errors.add(
            name,
            format!("“{word}” is no longer in this list; choose again"),
        );
    }
    term
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabularies::synonyms::Synonyms;
    use crate::vocabularies::vocabulary::TermList;

    fn slug(text: &str) -> Slug {
        Slug::parse(text).unwrap()
    }

    fn known() -> Vocabularies {
        let terms = ["early-years", "primary", "secondary"].map(|term| Entry {
            slug: slug(term),
            label: term.to_owned(),
            scope_note: String::new(),
        });
        let list = TermList {
            slug: slug("stage"),
            label: "Stage".into(),
            scope_note: String::new(),
            terms: terms.into(),
        };
        Vocabularies::new(vec![list], Synonyms::default())
    }

    fn read(ticked: &[&str], base: &[&str]) -> (Coding<Vec<Term>>, Option<String>) {
        let mut typed = Typed::default();
        typed.push_all("stages", ticked);
        let base = Coding::Coded(base.iter().map(|term| slug(term)).collect());
        let mut errors = FieldErrors::default();
        let read = terms(
            &typed,
            "stages",
            Vocabulary::Stage,
            &base,
            &known(),
            &mut errors,
        );
        (read, errors.of("stages").map(str::to_owned))
    }

    fn coded(terms: &[&str]) -> Coding<Vec<Term>> {
        Coding::Coded(terms.iter().map(|term| slug(term)).collect())
    }

    #[test]
    fn the_three_states_are_read() {
        for silence in [&[] as &[&str], &[""], &["not-reported"]] {
            assert_eq!(read(silence, &["primary"]), (Coding::NotReported, None));
        }
        assert_eq!(
            read(&["not-applicable"], &[]),
            (Coding::NotApplicable, None)
        );
        assert_eq!(
            read(&["primary", "primary"], &[]),
            (coded(&["primary"]), None)
        );
    }

    #[test]
    fn not_applicable_beside_a_term_is_a_contradiction() {
        let (_, error) = read(&["primary", "not-applicable"], &[]);
        assert!(error.unwrap().starts_with("Untick “Not applicable”"));
    }

    #[test]
    fn a_term_that_has_left_its_list_is_named() {
        let (terms, error) = read(&["nursery", "primary"], &["primary", "nursery"]);
        assert_eq!(terms, coded(&["primary"]));
        assert_eq!(
            error.as_deref(),
            Some("“nursery” is no longer in this list; choose again")
        );
        let (_, error) = read(&["Not A Slug <b>"], &[]);
        assert!(error.unwrap().contains("“Not A Slug <b>”"));
    }

    #[test]
    fn a_term_that_has_left_its_list_stays_in_the_form() {
        let mut typed = Typed::default();
        type_terms(&mut typed, "stages", &coded(&["primary", "nursery"]));
        typed.push_all("stages", ["nursery", "", NOT_REPORTED, NOT_APPLICABLE]);
        let known = known();
        let entries = known.terms(Vocabulary::Stage);
        assert_eq!(left(&typed, "stages", entries), ["nursery"]);
    }

    #[test]
    fn one_term_is_chosen() {
        let one = |word: &str| {
            let mut typed = Typed::default();
            typed.push("stage", word);
            let mut errors = FieldErrors::default();
            let read = term(&typed, "stage", Vocabulary::Stage, &known(), &mut errors);
            (read, errors.of("stage").is_some())
        };
        assert_eq!(one("primary"), (Coding::Coded(slug("primary")), false));
        assert_eq!(one(""), (Coding::NotReported, false));
        assert_eq!(one("not-reported"), (Coding::NotReported, false));
        assert_eq!(one("not-applicable"), (Coding::NotApplicable, false));
        assert_eq!(one("nursery"), (Coding::NotReported, true));
    }

    #[test]
    fn an_order_stays_while_the_terms_do() {
        let (same, _) = read(&["early-years", "primary"], &["primary", "early-years"]);
        assert_eq!(same, coded(&["primary", "early-years"]));
        let (more, _) = read(
            &["early-years", "primary", "secondary"],
            &["primary", "early-years"],
        );
        assert_eq!(more, coded(&["early-years", "primary", "secondary"]));
    }
}
