//! Cleaning of text: HTML entities decoded, tags dropped, white space collapsed, control
//! characters dropped. One pass in which nothing that was decoded can hide an entity or a tag,
//! so that cleaning twice changes nothing, even where a text was escaped twice.

use super::MAX_FIELD;

/// Tags that stand within a line and leave nothing behind.
const INLINE: [&str; 14] = [
    "i", "b", "em", "strong", "sub", "sup", "u", "sc", "scp", "span", "small", "tt", "font",
    "style",
];
/// Tags that separate words.
const BLOCK: [&str; 8] = ["p", "br", "div", "title", "sec", "list", "li", "ul"];

/// The text on one line, without markup, at most [`MAX_FIELD`] characters.
pub fn clean(text: &str) -> String {
    let mut out = String::new();
    let mut waiting = Vec::new();
    for character in text.chars() {
        waiting.push(character);
        // What an entity stands for is pushed like anything else: it may complete another.
        while let Some(character) = waiting.pop() {
            push(&mut out, character, &mut waiting);
        }
        if out.len() > 4 * MAX_FIELD {
            break;
        }
    }
    if let Some((end, _)) = out.char_indices().nth(MAX_FIELD) {
        out.truncate(end);
    }
    out.truncate(out.trim_end().len());
    out
}

/// The text on one line, markup and all: for writing, where nothing is to be decoded.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The beginning of a text, for messages.
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn push(out: &mut String, character: char, waiting: &mut Vec<char>) {
    match character {
        _ if character.is_whitespace() => {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        }
        _ if character.is_control() || is_invisible(character) => {}
        ';' => {
            out.push(';');
            if let Some((start, meaning)) = entity_at_end(out) {
                out.truncate(start);
                waiting.extend(meaning.chars().rev());
            }
        }
        '>' => {
            out.push('>');
            if let Some((start, is_block)) = tag_at_end(out) {
                out.truncate(start);
                waiting.extend(is_block.then_some(' '));
            }
        }
        _ => out.push(character),
    }
}

/// Marks that files carry by accident: byte order mark, zero-width space, soft hyphen.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{feff}' | '\u{200b}' | '\u{ad}')
}

/// Where the entity begins that the text ends with, and what it stands for. Looking back stops at
/// the semicolon before, so that the whole of a text is looked at about once.
fn entity_at_end(text: &str) -> Option<(usize, String)> {
    let start = text[..text.len() - 1].rfind(['&', ';'])?;
    let entity = &text[start..];
    let name = entity.strip_prefix('&')?.strip_suffix(';')?;
    if name.is_empty() || name.len() > 32 {
        return None;
    }
    if let Some(number) = name.strip_prefix('#') {
        return Some((start, character_of(number)?.to_string()));
    }
    let meaning = html_escape::decode_html_entities(entity);
    (meaning != entity).then(|| (start, meaning.into_owned()))
}

/// The character of a numeric entity. Numbers 128 to 159 mean Windows-1252, as HTML has it.
fn character_of(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => number.parse().ok()?,
    };
    match u8::try_from(code) {
        Ok(byte @ 0x80..=0x9f) => {
            let bytes = [byte];
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
            text.chars().next()
        }
        _ => char::from_u32(code),
    }
}

/// Where the tag begins that the text ends with, and whether it separates words. Only tags of
/// HTML and JATS count: `p < .05 and x >` is prose.
fn tag_at_end(text: &str) -> Option<(usize, bool)> {
    let start = text[..text.len() - 1].rfind(['<', '>'])?;
    let inner = text[start..].strip_prefix('<')?.strip_suffix('>')?;
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let inner = inner.strip_suffix('/').unwrap_or(inner).trim_end();
    let (name, attributes) = inner.split_once(' ').unwrap_or((inner, "="));
    if !attributes.contains('=') {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("jats:").unwrap_or(&name);
    if BLOCK.contains(&name) {
        Some((start, true))
    } else {
        (INLINE.contains(&name) || name == "italic" || name == "bold").then_some((start, false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn entities_are_decoded_however_often_they_were_escaped() {
        assert_eq!(clean("Fish &amp; chips"), "Fish & chips");
        assert_eq!(clean("Fish &amp;amp; chips"), "Fish & chips");
        assert_eq!(
            clean("S&eacute;n&#233;chal&#x2019;s &#146;"),
            "Sénéchal’s ’"
        );
        assert_eq!(
            clean("AT&T; &nosuch; &#xFFFFFFFF; &;"),
            "AT&T; &nosuch; &#xFFFFFFFF; &;"
        );
        assert_eq!(clean("&semi&semi;"), "&semi;".replace("&semi;", ";"));
    }

    #[test]
    fn tags_vanish_and_prose_stays() {
        assert_eq!(
            clean("An <i>example</i> of H<sub>2</sub>O"),
            "An example of H2O"
        );
        assert_eq!(clean("&lt;i&gt;An&lt;/i&gt; example"), "An example");
        assert_eq!(
            clean("<jats:p>One.</jats:p><jats:p>Two.<br/>Three.</jats:p>"),
            "One. Two. Three."
        );
        assert_eq!(clean("<span class=\"x\">A</span>"), "A");
        let prose = "p < .05 and x > 3; a<b and i > 2; <15::AID>";
        assert_eq!(clean(prose), prose);
    }

    #[test]
    fn white_space_collapses_and_accidents_vanish() {
        assert_eq!(clean("  a\n\t b\u{a0}c\u{0}d\u{feff}\u{ad}e "), "a b cde");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(clean(&"é".repeat(MAX_FIELD + 9)).chars().count(), MAX_FIELD);
        assert!(clean(&"&semi".repeat(100_000)).len() <= 4 * MAX_FIELD);
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(text in "([&;#<>/a-z= ]|amp|&amp;|lt|semi|<i>|br|.){0,60}") {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once);
        }
    }
}
