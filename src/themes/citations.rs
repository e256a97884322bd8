//! Inline citations: `[@kraft-2013]` or `[@kraft-2013; @see-2012]` in the Markdown of themes and
//! interventions. A citation is numbered by its place in the text, so that the study's own page
//! can link back to it.

use pulldown_cmark::{Event, Parser, TagEnd};
use unicode_segmentation::UnicodeSegmentation;

use crate::records::slug::Slug;

/// A stretch of text, or the citations in one pair of brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Cited(Vec<Slug>),
    /// Brackets that open like a citation and do not hold slugs.
    Malformed(&'a str),
}

/// The text cut at its citations. Joining the pieces gives the text again.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("[@") {
        let Some(length) = rest[start..].find(']') else {
            break;
        };
        let (before, brackets) = (&rest[..start], &rest[start..=start + length]);
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        let slugs: Option<Vec<_>> = brackets[1..brackets.len() - 1]
            .split(';')
            .map(|item| item.trim().strip_prefix('@').and_then(Slug::parse))
            .collect();
        pieces.push(slugs.map_or(Piece::Malformed(brackets), Piece::Cited));
        rest = &rest[start + length + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// A sentence that cites a study, and where on the page it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitingSentence {
    pub study: Slug,
    /// Fragment of the page's address.
    pub anchor: String,
    /// Plain text, without the brackets.
    pub text: String,
}

/// The fragment that leads to the nth citation (from 1) of a text.
#[must_use]
pub fn anchor(number: usize) -> String {
    format!("cite-{number}")
}

/// Every sentence of a Markdown text that cites a study, once per citation, in order.
#[must_use]
pub fn citing_sentences(markdown: &str) -> Vec<CitingSentence> {
    let mut found = Vec::new();
    let mut number = 0;
    for block in blocks(markdown) {
        for sentence in block.unicode_sentences() {
            let pieces = pieces(sentence);
            let text = without_citations(&pieces);
            for study in pieces.into_iter().filter_map(cited).flatten() {
                number += 1;
                found.push(CitingSentence {
                    study,
                    anchor: anchor(number),
                    text: text.clone(),
                });
            }
        }
    }
    found
}

fn cited(piece: Piece<'_>) -> Option<Vec<Slug>> {
    match piece {
        Piece::Cited(slugs) => Some(slugs),
        Piece::Text(_) | Piece::Malformed(_) => None,
    }
}

fn without_citations(pieces: &[Piece<'_>]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Cited(_) => text.truncate(text.trim_end().len()),
            Piece::Text(words) | Piece::Malformed(words) => text.push_str(words),
        }
    }
    text.trim().to_owned()
}

/// The plain text of each paragraph, heading or list item.
fn blocks(markdown: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    for event in Parser::new(markdown) {
        if let Some(block) = blocks.last_mut() {
            match event {
                Event::Text(text) | Event::Code(text) => block.push_str(&text),
                Event::SoftBreak | Event::HardBreak => block.push(' '),
                Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item) => {
                    blocks.push(String::new());
                }
                _ => {}
            }
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sentences_are_found_with_their_places() {
        let text = "First point [@a-1]. *Second* point, and\nmore [@b-2; @a-1]: so there.\n\nThird [@b-2].";
        let found: Vec<_> = citing_sentences(text)
            .into_iter()
            .map(|cited| format!("{} {} {}", cited.anchor, cited.study, cited.text))
            .collect();
        assert_eq!(
            found,
            [
                "cite-1 a-1 First point.",
                "cite-2 b-2 Second point, and more: so there.",
                "cite-3 a-1 Second point, and more: so there.",
                "cite-4 b-2 Third.",
            ]
        );
    }

    #[test]
    fn brackets_that_hold_no_slugs_are_named() {
        assert_eq!(
            pieces("x [@Not a slug] y")[1],
            Piece::Malformed("[@Not a slug]")
        );
        assert_eq!(pieces("[@open"), [Piece::Text("[@open")]);
        assert_eq!(pieces("[link](/x)"), [Piece::Text("[link](/x)")]);
    }

    proptest! {
        #[test]
        fn no_text_is_lost(text in "[ab\\[\\]@; -]{0,40}") {
            let mut joined = String::new();
            for piece in pieces(&text) {
                match piece {
                    Piece::Text(words) | Piece::Malformed(words) => joined.push_str(words),
                    Piece::Cited(slugs) => {
                        let names: Vec<_> = slugs.iter().map(|slug| format!("@{slug}")).collect();
                        joined.push_str(&format!("[{}]", names.join(";")));
                    }
                }
            }
            let without_blanks = |text: &str| text.replace(' ', "");
            prop_assert_eq!(without_blanks(&joined), without_blanks(&text));
            let _ = citing_sentences(&text);
        }
    }
}
