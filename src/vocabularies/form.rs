//! What editors type about vocabularies: labels and scope notes, the order of terms, synonyms.

use std::collections::HashMap;

use crate::records::coding::{NOT_APPLICABLE, NOT_REPORTED};
use crate::records::slug::Slug;
use crate::search::cards::ANY;
use crate::search::keywords::words::stems;
use crate::vocabularies::synonyms::Synonyms;
use crate::vocabularies::vocabulary::{Entry, TermList};
use crate::web::form::{FieldErrors, Typed};

/// Letters of a label: filters and chips hold no more.
const LABEL: usize = 80;
/// Letters of a scope note.
const NOTE: usize = 1_000;
/// Letters of a word or phrase that means the same as others.
const SYNONYM: usize = 80;
/// Groups of synonyms.
const GROUPS: usize = 2_000;

/// Label and scope note, of a vocabulary or a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    pub label: String,
    pub scope_note: String,
}

#[must_use]
pub fn described(typed: &Typed, errors: &mut FieldErrors) -> Described {
    let label = errors.required("label", typed, "Enter the label that readers see");
    let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
    if label.chars().count() > LABEL {
        errors.add("label", format!("Keep the label within {LABEL} letters"));
    }
    let scope_note = errors.required(
        "scope_note",
        typed,
        "Say when the term is used, and what it means",
    );
    if scope_note.chars().count() > NOTE {
        let message = format!("Keep the scope note within {NOTE} letters");
        errors.add("scope_note", message);
    }
    Described { label, scope_note }
}

/// Two terms that read alike cannot be told apart.
pub fn refuse_alike(list: &TermList, own: Option<&Slug>, label: &str, errors: &mut FieldErrors) {
    let label = label.to_lowercase();
    let mut others = list.terms.iter().filter(|entry| Some(&entry.slug) != own);
    if let Some(other) = others.find(|entry| entry.label.to_lowercase() == label) {
        let message = format!("There is a term “{}” in this list already", other.label);
        errors.add("label", message);
    }
}

/// The slug of a new term: nearest to its label, and free. It stays when the label changes.
#[must_use]
pub fn free_slug(list: &TermList, label: &str) -> Option<Slug> {
    let nearest = Slug::nearest(label)?;
    let is_free = |slug: &Slug| {
        !matches!(slug.as_str(), ANY | NOT_REPORTED | NOT_APPLICABLE)
            && list.terms.iter().all(|entry| entry.slug != *slug)
    };
    if is_free(&nearest) {
        return Some(nearest);
    }
    let room = nearest
        .as_str()
        .get(..Slug::MAX - 4)
        .unwrap_or(nearest.as_str());
    let stem = room.trim_end_matches('-');
    (2..1_000)
        .filter_map(|number| Slug::parse(&format!("{stem}-{number}")))
        .find(is_free)
}

/// The terms in the order that was asked for: by a button that moves one of them, or else by the
/// numbers typed beside them.
#[must_use]
pub fn ordered(typed: &Typed, terms: &[Entry]) -> Vec<Slug> {
    let mut slugs: Vec<Slug> = terms.iter().map(|entry| entry.slug.clone()).collect();
    let moved = typed.text("move").split_once('.');
    if let Some((direction, term)) = moved {
        let place = slugs.iter().position(|slug| slug.as_str() == term);
        match (direction, place) {
            ("up", Some(place)) if place > 0 => slugs.swap(place, place - 1),
            ("down", Some(place)) if place + 1 < slugs.len() => slugs.swap(place, place + 1),
            _ => {}
        }
        return slugs;
    }
    let mut keyed: Vec<_> = (1i64..)
        .zip(slugs)
        .map(|(place, slug)| {
            let number = typed.text(&format!("position.{slug}"));
            let wanted = number.parse().unwrap_or(place);
            // Who goes up takes the place of the one who stands there; who goes down, too.
            let turn = wanted.cmp(&place);
            ((wanted, turn, place), slug)
        })
        .collect();
    keyed.sort_unstable_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, slug)| slug).collect()
}

/// Synonyms as they were typed: one group a line, words separated by commas.
#[must_use]
pub fn typed_synonyms(synonyms: &Synonyms) -> String {
    let lines: Vec<_> = synonyms
        .groups()
        .iter()
        .map(|group| group.join(", "))
        .collect();
    lines.join("\n")
}

/// Synonyms as they are read, and what may not have been meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadSynonyms {
    pub synonyms: Synonyms,
    pub questions: Vec<String>,
}

#[must_use]
pub fn read_synonyms(text: &str, errors: &mut FieldErrors) -> ReadSynonyms {
    let mut groups: Vec<Vec<String>> = Vec::new();
    let mut questions = Vec::new();
    // The line in which a word stands first, by its stems: search knows words by these alone.
    let mut lines: HashMap<Vec<String>, usize> = HashMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut group: Vec<String> = Vec::new();
        for words in line.split(',') {
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            let words = words.to_lowercase();
            if words.is_empty() || group.contains(&words) {
                continue;
            }
            if words.chars().count() > SYNONYM {
                let message = format!("Line {number}: keep each within {SYNONYM} letters");
                errors.add("synonyms", message);
                continue;
            }
            let stems = stems(&words);
            if stems.is_empty() {
                let message = format!("Line {number}: there is no word in “{words}”");
                errors.add("synonyms", message);
                continue;
            }
            match lines.get(&stems) {
                Some(line) if *line == number => questions.push(format!(
                    "Line {number}: search takes “{words}” for another form of a word in this line, so it adds nothing."
                )),
                Some(line) => questions.push(format!(
                    "“{words}” stands in line {line} and in line {number}: search follows both."
                )),
                None => {
                    lines.insert(stems, number);
                }
            }
            group.push(words);
        }
        match group.as_slice() {
            [] => {}
            [only] => errors.add(
                "synonyms",
                format!(
                    "Line {number}: “{only}” stands alone; add what means the same, after a comma"
                ),
            ),
            _ => groups.push(group),
        }
    }
    if groups.len() > GROUPS {
        errors.add("synonyms", format!("Keep it within {GROUPS} lines"));
    }
    ReadSynonyms {
        synonyms: Synonyms::new(groups),
        questions,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(slugs: &[&str]) -> TermList {
        let entry = |slug: &&str| Entry {
            slug: Slug::parse(slug).unwrap(),
            label: slug.to_uppercase(),
            scope_note: String::new(),
        };
        TermList {
            slug: Slug::parse("outcome").unwrap(),
            label: "Outcome".into(),
            scope_note: String::new(),
            terms: slugs.iter().map(entry).collect(),
        }
    }

    fn order(fields: &[(&str, &str)]) -> String {
        let mut typed = Typed::default();
        for (name, value) in fields {
            typed.push(*name, value);
        }
        let slugs = ordered(&typed, &list(&["a", "b", "c", "d", "e"]).terms);
        let slugs: Vec<_> = slugs.iter().map(Slug::as_str).collect();
        slugs.join("")
    }

    #[test]
    fn a_typed_number_is_the_place_that_the_term_gets() {
        assert_eq!(order(&[]), "abcde");
        assert_eq!(order(&[("position.e", "2")]), "aebcd");
        assert_eq!(order(&[("position.b", "4")]), "acdbe");
        assert_eq!(order(&[("position.c", "1"), ("position.a", "99")]), "cbdea");
        assert_eq!(order(&[("position.c", "first")]), "abcde");
        assert_eq!(order(&[("position.c", "-9223372036854775808")]), "cabde");
    }

    #[test]
    fn a_button_moves_a_term_by_one() {
        assert_eq!(order(&[("move", "up.c"), ("position.c", "5")]), "acbde");
        assert_eq!(order(&[("move", "down.e")]), "abcde");
        assert_eq!(order(&[("move", "up.a")]), "abcde");
        assert_eq!(order(&[("move", "up.zzz")]), "abcde");
    }

    #[test]
    fn a_new_term_gets_a_slug_that_is_free_and_means_nothing_else() {
        let list = list(&["reading", "reading-2"]);
        let slug = |label: &str| free_slug(&list, label).map(|slug| slug.to_string());
        assert_eq!(slug("Reading").as_deref(), Some("reading-3"));
        assert_eq!(slug("Not reported").as_deref(), Some("not-reported-2"));
        assert_eq!(slug("Any").as_deref(), Some("any-2"));
        assert_eq!(slug("…"), None);
    }

    #[test]
    fn synonyms_are_read_line_by_line() {
        let mut errors = FieldErrors::default();
        let text = "Fathers,  dads ,dads\n\nEAL, English as an  additional language";
        let read = read_synonyms(text, &mut errors);
        assert_eq!(
            typed_synonyms(&read.synonyms),
            "fathers, dads\neal, english as an additional language"
        );
        assert!(errors.is_empty() && read.questions.is_empty());
    }

    #[test]
    fn lines_that_mean_nothing_are_named() {
        let mut errors = FieldErrors::default();
        let read = read_synonyms("mums\nfathers, father, dads\npapas, dads, !?", &mut errors);
        let errors: Vec<_> = errors.iter().map(|(_, message)| message).collect();
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert_eq!(
            read.questions,
            [
                "Line 2: search takes “father” for another form of a word in this line, so it adds nothing.",
                "“dads” stands in line 2 and in line 3: search follows both.",
            ]
        );
    }

    proptest! {
        #[test]
        fn synonyms_that_were_read_are_read_again(text in "[a-zÉß,\\n '!-]{0,80}") {
            let read = read_synonyms(&text, &mut FieldErrors::default());
            let mut errors = FieldErrors::default();
            let again = read_synonyms(&typed_synonyms(&read.synonyms), &mut errors);
            prop_assert_eq!(again.synonyms, read.synonyms);
            prop_assert!(errors.is_empty());
        }
    }
}
