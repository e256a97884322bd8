//! Markdown of editors → clean HTML. Raw HTML in the text is dropped, links lead only to web and
//! mail addresses, and citations become what the page makes of them.

use std::collections::HashSet;
use std::fmt::Write;
use std::sync::LazyLock;

use pulldown_cmark::{Event, Options, Parser};

use crate::records::slug::Slug;
use crate::themes::citations::{Piece, pieces};

/// Frame the number of a citation while Markdown and cleaning run. Private use characters, which
/// no text holds: what an editor typed of them is dropped first.
const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::default();
    cleaner.url_schemes(HashSet::from(["http", "https", "mailto"]));
    cleaner.link_rel(None);
    cleaner
});

/// HTML without citations.
#[must_use]
pub fn html(markdown: &str) -> String {
    html_with_citations(markdown, |_, _| String::new())
}

/// HTML in which each pair of citation brackets is replaced by what `cite` makes of it. It gets
/// the number of the first citation in the text, from 1, and the studies that the brackets hold.
pub fn html_with_citations(
    markdown: &str,
    mut cite: impl FnMut(usize, &[Slug]) -> String,
) -> String {
    let mut marked = String::with_capacity(markdown.len());
    let mut groups: Vec<(usize, Vec<Slug>)> = Vec::new();
    let mut number = 1;
    for piece in pieces(markdown) {
        match piece {
            Piece::Text(text) | Piece::Malformed(text) => {
                marked.extend(
                    text.chars()
                        .filter(|character| ![OPEN, CLOSE].contains(character)),
                );
            }
            Piece::Cited(slugs) => {
                let _ = write!(marked, "{OPEN}{}{CLOSE}", groups.len());
                let first = number;
                number += slugs.len();
                groups.push((first, slugs));
            }
        }
    }
    let events = Parser::new_ext(&marked, Options::ENABLE_TABLES)
        .filter(|event| !matches!(event, Event::Html(_) | Event::InlineHtml(_)));
    let mut html = String::with_capacity(marked.len() * 2);
    pulldown_cmark::html::push_html(&mut html, events);
    let clean = CLEANER.clean(&html).to_string();

    let mut finished = String::with_capacity(clean.len() + groups.len() * 200);
    let mut rest = clean.as_str();
    while let Some(start) = rest.find(OPEN) {
        finished.push_str(&rest[..start]);
        let inside = &rest[start + OPEN.len_utf8()..];
        let Some(length) = inside.find(CLOSE) else {
            break;
        };
        if let Some((first, slugs)) = inside[..length]
            .parse()
            .ok()
            .and_then(|at: usize| groups.get(at))
        {
            finished.push_str(&cite(*first, slugs));
        }
        rest = &inside[length + CLOSE.len_utf8()..];
    }
    finished.push_str(rest);
    finished
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_markup_does_not_survive() {
        let text = "<script>alert(1)</script>\n\n[x](javascript:alert(1)) <b onclick=x>b</b> \
                    ![i](data:text/html,x) **bold** \u{E000}0\u{E001}";
        let html = html(text);
        for bad in ["<script", "javascript:", "onclick", "data:", "\u{E000}"] {
            assert!(!html.contains(bad), "{html}");
        }
        assert!(html.contains("<strong>bold</strong>"));
    }

    #[test]
    fn citations_are_numbered_one_by_one() {
        let html = html_with_citations("A [@a; @b]. B [@c].", |first, slugs| {
            format!("<a id=\"cite-{first}\">{}</a>", slugs.len())
        });
        assert_eq!(
            html,
            "<p>A <a id=\"cite-1\">2</a>. B <a id=\"cite-3\">1</a>.</p>\n"
        );
    }
}
