//! What the citation engine gets wrong in a formatted reference, put right after it: punctuation
//! around parts that are missing, and names and titles whose capitals are their own.

use crate::exchange::references::cite::Letter;
use crate::import::references::Reference;

/// Ties the words of a family name together while the engine works.
pub const TIE: &str = "\u{a0}";

/// Words that title case leaves small (CSL 1.0.2, "Title case conversion").
const SMALL: [&str; 24] = [
    "a", "an", "and", "as", "at", "but", "by", "down", "for", "from", "in", "into", "nor", "of",
    "on", "onto", "or", "over", "so", "the", "till", "to", "up", "with",
];

pub fn mend(letters: &mut Vec<Letter>, reference: &Reference) {
    for (letter, _) in letters.iter_mut() {
        if TIE.contains(*letter) {
            *letter = ' ';
        }
    }
    let Reference {
        title,
        container_title,
        publisher,
        issue,
        ..
    } = reference;
    if let Some(start) = find(letters, title, Search::First) {
        spell_title(&mut letters[start..], title);
    }
    for name in [container_title, publisher, issue].into_iter().flatten() {
        // These stand behind the title.
        if let Some(start) = find(letters, name, Search::Last) {
            for ((letter, _), own) in letters[start..].iter_mut().zip(name.chars()) {
                *letter = own;
            }
        }
    }
    *letters = without_slips(letters);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Search {
    First,
    Last,
}

/// Where a text begins, whatever its case and its quotation marks, outside addresses.
fn find(letters: &[Letter], text: &str, search: Search) -> Option<usize> {
    let text: Vec<char> = text.chars().collect();
    let in_address = addresses(letters);
    let is_here = |start: &usize| {
        let found = letters.get(*start..*start + text.len());
        !in_address[*start]
            && found.is_some_and(|found| {
                let mut pairs = found.iter().zip(&text);
                pairs.all(|((letter, _), own)| is_same(*letter, *own))
            })
    };
    let mut places = 0..letters.len();
    match search {
        Search::First => places.find(is_here),
        Search::Last => places.rfind(is_here),
    }
}

fn is_same(a: char, b: char) -> bool {
    let is_quote = |letter: char| "\"'\u{2018}\u{2019}\u{201c}\u{201d}".contains(letter);
    a == b || a.to_lowercase().eq(b.to_lowercase()) || (is_quote(a) && is_quote(b))
}

/// Which letters belong to addresses.
fn addresses(letters: &[Letter]) -> Vec<bool> {
    let mut in_address = false;
    let is_start = |place: usize| {
        let next: String = letters[place..]
            .iter()
            .take(4)
            .map(|(letter, _)| *letter)
            .collect();
        next == "http" || next == "doi:"
    };
    (0..letters.len())
        .map(|place| {
            in_address = (in_address && !letters[place].0.is_whitespace()) || is_start(place);
            in_address
        })
        .collect()
}

/// Gives back the words of a title that title case must not touch: those with capitals inside
/// ("PEIP", "iPads"), and small ones after a comma.
fn spell_title(letters: &mut [Letter], title: &str) {
    let mut start = 0;
    let mut before = ' ';
    for word in title.split_inclusive(|letter: char| !letter.is_alphanumeric()) {
        let own: Vec<char> = word.chars().collect();
        let bare = word.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        let has_capitals = bare.chars().skip(1).any(char::is_uppercase);
        let is_small = SMALL.contains(&bare) && before == ',';
        if has_capitals || is_small {
            let found = letters[start..].iter_mut().zip(bare.chars());
            for ((letter, _), own) in found {
                *letter = own;
            }
        }
        start += own.len();
        if let Some(last) = own.iter().rfind(|letter| !letter.is_whitespace()) {
            before = *last;
        }
    }
}

/// Takes out punctuation that the engine leaves where a part is missing, or sets twice: "(2009,)",
/// "schools?.", "In:.", "121 : 63". Addresses stay as they are.
fn without_slips(letters: &[Letter]) -> Vec<Letter> {
    let in_address = addresses(letters);
    let mut tidy: Vec<Letter> = Vec::with_capacity(letters.len());
    for (place, (letter, is_italic)) in letters.iter().enumerate() {
        let nth_before = |n: usize| tidy.iter().rev().nth(n).map(|(letter, _)| *letter);
        let after = letters.get(place + 1).map(|(letter, _)| *letter);
        let ends_sentence = |letter: Option<char>| matches!(letter, Some('?' | '!'));
        let is_slip = match letter {
            ',' => matches!(after, Some(')' | '.')),
            '.' => match nth_before(0) {
                Some('?' | '!' | ':' | '.') => true,
                Some('\u{2019}' | '\u{201d}') => ends_sentence(nth_before(1)),
                _ => false,
            },
            ' ' => after == Some(':') && nth_before(0).is_some_and(|last| last.is_ascii_digit()),
            _ => false,
        };
        if in_address[place] || !is_slip {
            tidy.push((*letter, *is_italic));
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str, reference: &Reference) -> String {
        let mut letters: Vec<Letter> = text.chars().map(|letter| (letter, false)).collect();
        mend(&mut letters, reference);
        letters.into_iter().map(|(letter, _)| letter).collect()
    }

    #[test]
    fn punctuation_is_set_once_and_addresses_are_left_alone() {
        let nothing = Reference::default();
        for (given, expected) in [
            (
                "A (2009,). What works?. In:. Book,.",
                "A (2009). What works? In: Book.",
            ),
            (
                "\u{2018}What works?\u{2019}. Journal 121 : 63.",
                "\u{2018}What works?\u{2019} Journal 121: 63.",
            ),
            (
                "x. https://x.org/?.a,). End?.",
                "x. https://x.org/?.a,). End?",
            ),
            ("Van\u{a0}Voorhis, F.", "Van Voorhis, F."),
        ] {
            assert_eq!(mended(given, &nothing), expected);
        }
    }

    #[test]
    fn names_are_spelt_as_they_are_but_not_in_addresses() {
        let reference = Reference {
            container_title: Some("TechTrends".to_owned()),
            publisher: Some("BMJ".to_owned()),
            issue: Some("RR176".to_owned()),
            ..Reference::default()
        };
        assert_eq!(
            mended(
                "Techtrends, no. Rr176. Bmj. http://jech.bmj.com",
                &reference
            ),
            "TechTrends, no. RR176. BMJ. http://jech.bmj.com"
        );
    }

    #[test]
    fn a_title_keeps_its_own_capitals_and_its_small_words() {
        let reference = Reference {
            title: "ParentCorps: a \"school\", and more (PEIP) in Leeds, UK".to_owned(),
            ..Reference::default()
        };
        assert_eq!(
            mended(
                "A. \u{2018}Parentcorps: A \u{201c}School\u{201d}, And More (Peip) in Leeds, Uk\u{2019}.",
                &reference
            ),
            "A. \u{2018}ParentCorps: A \u{201c}School\u{201d}, and More (PEIP) in Leeds, UK\u{2019}."
        );
    }
}
