//! Names of authors. The rule for a name that a format does not take apart itself:
//!
//! 1. With a comma it is "Family, Given"; what follows a second comma ("Jr.") stays with the given
//!    names. With nothing after the comma it is a body: EndNote marks bodies so.
//! 2. Without a comma it is a body when it is a single word, longer than three words, or has a
//!    word of [`BODY_WORDS`].
//! 3. Otherwise it is a person: "Family G" when the last words are initials, else "Given Family",
//!    the family beginning at the first small word ("Jan van Dijk") or with the last word.
//!
//! So a short body without a telling word ("Save the Children") is taken for a person; readers
//! remark on it with [`is_guessed`].

use super::text::clean;
use crate::studies::bibliography::Author;

/// Words that people are not called.
const BODY_WORDS: [&str; 26] = [
    "agency",
    "association",
    "centre",
    "center",
    "college",
    "commission",
    "committee",
    "consortium",
    "council",
    "department",
    "foundation",
    "government",
    "group",
    "institute",
    "ministry",
    "network",
    "office",
    "organisation",
    "organization",
    "panel",
    "project",
    "service",
    "society",
    "team",
    "trust",
    "university",
];

/// The author of a name as it stands in a file. `None` for a name of nothing.
pub fn author(name: &str) -> Option<Author> {
    let name = clean(name);
    let bare = name.trim_matches([',', ' ']);
    if bare.is_empty() {
        return None;
    }
    if let Some((family, given)) = bare.split_once(',') {
        return Some(family_given(family.trim(), given.trim()));
    }
    let words: Vec<&str> = bare.split(' ').collect();
    let is_body =
        name.ends_with(',') || words.len() == 1 || words.len() > 3 || has_body_word(&words);
    Some(if is_body {
        Author::Corporate(bare.to_owned())
    } else {
        person(&words)
    })
}

/// The authors of a field that may hold several, separated by semicolons.
pub fn list(field: &str) -> Vec<Author> {
    clean(field).split(';').filter_map(author).collect()
}

/// The authors of a cell of a table: separated by semicolons or lines, or, in older exports of
/// Scopus, by commas between names of the form "Family G.".
pub fn cell(field: &str) -> Vec<Author> {
    let text = clean(field);
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let is_initialed = |part: &&str| trailing_initials(&part.split(' ').collect::<Vec<_>>()) > 0;
    if parts.len() > 1 && parts.iter().all(is_initialed) {
        return parts.into_iter().filter_map(author).collect();
    }
    field.lines().flat_map(list).collect()
}

/// Whether a name without a comma was taken for a person on no more than its length.
pub fn is_guessed(name: &str) -> bool {
    let name = clean(name);
    let is_person = |author: &Author| matches!(author, Author::Person { .. }) && !is_others(author);
    !name.contains(',')
        && author(&name).as_ref().is_some_and(is_person)
        && trailing_initials(&name.split(' ').collect::<Vec<_>>()) == 0
}

pub fn guess_remark(name: &str) -> String {
    format!(
        "“{}” has no comma and was read as a person",
        super::text::excerpt(&clean(name))
    )
}

pub fn family_given(family: &str, given: &str) -> Author {
    Author::Person {
        family: family.to_owned(),
        given: given.to_owned(),
    }
}

/// The person of a name's words: "Family G" or "Given Family".
pub fn person(words: &[&str]) -> Author {
    let initials = trailing_initials(words);
    if initials > 0 {
        let (family, given) = words.split_at(words.len() - initials);
        return family_given(&family.join(" "), &given.join(" "));
    }
    let is_small = |word: &&str| word.starts_with(char::is_lowercase);
    let family = words
        .iter()
        .position(is_small)
        .unwrap_or(words.len().saturating_sub(1));
    let (given, family) = words.split_at(family);
    family_given(&family.join(" "), &given.join(" "))
}

/// The form every author has once read: no semicolons, which separate authors, no comma in a
/// family name, and a body where one half of a name is missing.
pub fn tidy(author: Author) -> Option<Author> {
    let part = |text: &str| clean(&clean(text).replace(';', " "));
    match author {
        Author::Corporate(name) => body(part(&name).trim_matches([',', ' '])),
        Author::Person { family, given } => {
            let family = clean(&part(&family).replace(',', " "));
            let given = part(&given).trim_matches([',', ' ']).to_owned();
            match (family.is_empty(), given.is_empty()) {
                (false, false) => Some(Author::Person { family, given }),
                (false, true) => body(&family),
                (true, _) => body(&given),
            }
        }
    }
}

/// Whether the name stands for those that are not named.
pub fn is_others(author: &Author) -> bool {
    let name = author.full_name().to_lowercase();
    matches!(
        name.trim_matches(['.', '[', ']', ' ']),
        "et al" | "al. et" | "al et" | "others"
    )
}

fn body(name: &str) -> Option<Author> {
    (!name.is_empty()).then(|| Author::Corporate(name.to_owned()))
}

fn has_body_word(words: &[&str]) -> bool {
    words
        .iter()
        .any(|word| BODY_WORDS.contains(&word.to_lowercase().as_str()))
}

/// How many of the last words are initials, leaving one for the family name.
fn trailing_initials(words: &[&str]) -> usize {
    let later = words.iter().skip(1).rev();
    later.take_while(|word| is_initials(word)).count()
}

/// Up to three capitals, with or without stops and hyphens: "J", "JA", "J.-P.".
fn is_initials(word: &str) -> bool {
    let mut letters = word
        .chars()
        .filter(|letter| !matches!(letter, '.' | '-'))
        .peekable();
    letters.peek().is_some() && letters.clone().count() <= 3 && letters.all(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(family: &str, given: &str) -> Author {
        family_given(family, given)
    }

    fn tidied(name: &str) -> Author {
        tidy(author(name).unwrap()).unwrap()
    }

    #[test]
    fn a_name_is_taken_apart_by_its_comma_or_its_words() {
        for (name, family, given) in [
            ("Example, Ann B.", "Example", "Ann B."),
            ("Example,A.", "Example", "A."),
            ("Example, Ann, Jr.", "Example", "Ann, Jr."),
            ("Example, A.,", "Example", "A."),
            ("Ann Example", "Example", "Ann"),
            ("Ann B. Example", "Example", "Ann B."),
            ("Jan van Sample", "van Sample", "Jan"),
            ("de Sample, Jan", "de Sample", "Jan"),
            ("Example AB", "Example", "AB"),
            ("Example A. B.", "Example", "A. B."),
            ("Ex&aacute;mple, &Aacute;gnes", "Exámple", "Ágnes"),
        ] {
            assert_eq!(tidied(name), person(family, given), "{name}");
        }
    }

    #[test]
    fn bodies_are_known_by_length_by_word_and_by_a_last_comma() {
        for name in [
            "Centre for Example Research and Practice",
            "ExampleOrg",
            "Example Foundation",
            "Sample the Examples,",
        ] {
            let body = Author::Corporate(name.trim_end_matches(',').to_owned());
            assert_eq!(tidied(name), body, "{name}");
        }
        assert!(is_guessed("Sample the Examples"));
        assert!(!is_guessed("Example Foundation"));
        assert!(!is_guessed("Example AB"));
    }

    #[test]
    fn a_field_holds_several_names() {
        let two = [person("Example", "A."), person("Sample", "B.")];
        assert_eq!(list("Example, A.; Sample, B.").len(), 2);
        assert_eq!(cell("Example A., Sample B.")[..], two);
        assert_eq!(cell("Example, A.\nSample, B.")[..], two);
        assert_eq!(list("Example A.; Sample B.;")[..], two);
        assert_eq!(cell("Example, A.B.").len(), 1);
    }

    #[test]
    fn nothing_is_no_author_and_half_a_name_is_a_body() {
        assert_eq!(author(" , "), None);
        assert_eq!(tidy(person(";", ",")), None);
        assert_eq!(
            tidy(person("", "Ann")),
            Some(Author::Corporate("Ann".into()))
        );
        assert!(is_others(&tidied("et al.")));
    }
}
