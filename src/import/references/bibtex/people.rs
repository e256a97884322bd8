//! Names in BibTeX: separated by "and"; "Family, Given", "Family, Jr, Given" or "Given Family";
//! in braces of their own a body. Braces protect what they hold from being taken apart.

use super::latex;
use crate::import::references::names;
use crate::studies::bibliography::Author;

pub fn list(field: &str, remarks: &mut Vec<String>) -> Vec<Author> {
    let mut authors = Vec::new();
    let mut name: Vec<&str> = Vec::new();
    let words = outside_braces(field, char::is_whitespace);
    if field.contains(';') && !words.contains(&"and") && !is_braced(field.trim()) {
        return names::list(&latex::plain(field));
    }
    for word in words {
        if word.eq_ignore_ascii_case("and") {
            authors.extend(author(&name.join(" ")));
            name.clear();
        } else if !word.is_empty() {
            name.push(word);
        }
    }
    if name == ["others"] {
        remarks.push("the list of authors ends with “and others”: some are missing".to_owned());
    } else {
        authors.extend(author(&name.join(" ")));
    }
    authors
}

fn author(name: &str) -> Option<Author> {
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    if is_braced(name) {
        return Some(Author::Corporate(latex::plain(name)));
    }
    let parts = outside_braces(name, |character| character == ',');
    let parts: Vec<String> = parts
        .into_iter()
        .map(|part| latex::plain(part).trim().to_owned())
        .collect();
    match parts.as_slice() {
        [family, given] => Some(names::family_given(family, given)),
        [family, suffix, given, ..] if suffix.is_empty() => {
            Some(names::family_given(family, given))
        }
        [family, suffix, given @ ..] if !given.is_empty() => Some(names::family_given(
            family,
            &format!("{}, {suffix}", given.join(", ")),
        )),
        _ => Some(of_words(name)),
    }
}

/// A name without a comma. A single word is a body.
fn of_words(name: &str) -> Author {
    let words = outside_braces(name, char::is_whitespace);
    let words: Vec<String> = words.into_iter().map(latex::plain).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [only] => Author::Corporate((*only).to_owned()),
        words => names::person(words),
    }
}

/// Whether the braces that a name begins with are closed at its end.
fn is_braced(name: &str) -> bool {
    let mut depth = 0_usize;
    for (offset, byte) in name.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return offset > 0 && offset + 1 == name.len();
        }
    }
    false
}

/// The parts of a text between separators that are not in braces.
fn outside_braces(text: &str, is_separator: impl Fn(char) -> bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (offset, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 && is_separator(character) => {
                parts.push(&text[start..offset]);
                start = offset + character.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
