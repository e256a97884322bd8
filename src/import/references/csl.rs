//! CSL-JSON (<https://docs.citationstyles.org>, schema 1.0): an array of items, one item, or the
//! `{"items": […]}` of Zotero's web service. Every item is parsed by itself, so that a broken one
//! loses no other.

use serde_json::{Map, Value};

use super::collector::{Collector, Lines};
use super::{PublicationKind, Read, Reference, kinds, names, values};
use crate::studies::bibliography::Author;

type Item = Map<String, Value>;

#[must_use]
pub fn read(text: &str) -> Read {
    let mut collector = Collector::default();
    let mut lines = Lines::of(text);
    for (offset, item) in items(text) {
        add(lines.at(offset), item, &mut collector);
    }
    collector.finish()
}

fn add(line: usize, item: &str, collector: &mut Collector) {
    if collector.is_full() {
        return collector.broken(line, "");
    }
    match serde_json::from_str::<Item>(item) {
        Ok(item) => {
            let mut remarks = Vec::new();
            let reference = reference(&item, &mut remarks);
            collector.found(line, reference, remarks);
        }
        Err(error) => collector.broken(line, message(&error, line)),
    }
}

/// A parser counts the lines of the item alone.
fn message(error: &serde_json::Error, line: usize) -> String {
    let place = line + error.line().saturating_sub(1);
    if error.is_eof() || error.to_string().starts_with("control character") {
        "it is cut off: a bracket or a quotation mark is not closed".to_owned()
    } else if error.to_string().starts_with("recursion limit") {
        "it is nested too deeply".to_owned()
    } else {
        format!(
            "it is not well-formed JSON at line {place}: a comma or a quotation mark may be missing"
        )
    }
}

/// The objects of the outermost array, each with its offset; or the one object that the text is.
/// Brackets are counted rather than parsed, so that what is wrong within an item stays there.
fn items(text: &str) -> Vec<(usize, &str)> {
    let outer = usize::from(is_wrapper(text));
    let mut items = Vec::new();
    let mut open: Option<usize> = None;
    let mut depth = 0_usize;
    let mut is_string = false;
    let mut is_escaped = false;
    for (offset, byte) in text.bytes().enumerate() {
        if is_string {
            // No line ends within a string, so one that is not closed ends with its line.
            is_string = byte != b'\n' && (is_escaped || byte != b'"');
            is_escaped = !is_escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => is_string = true,
            b'{' => {
                if depth == outer {
                    open = Some(offset);
                }
                depth += 1;
            }
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == outer
                    && let Some(start) = open.take()
                {
                    items.push((start, &text[start..=offset]));
                }
            }
            _ => {}
        }
    }
    if let Some(start) = open {
        items.extend(apart(&text[start..], start, &text[..start]));
    }
    items
}

/// An item that is not closed has swallowed those after it. They begin, as it does, with a brace
/// at the same indentation.
fn apart<'t>(item: &'t str, offset: usize, before: &str) -> Vec<(usize, &'t str)> {
    let indentation = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
    let mut starts = vec![0];
    if indentation.trim().is_empty() {
        let next = format!("\n{indentation}{{");
        starts.extend(
            item.match_indices(&next)
                .map(|(start, _)| start + next.len() - 1),
        );
    }
    let ends = starts.iter().skip(1).copied().chain([item.len()]);
    let parts = starts.iter().zip(ends).map(|(start, end)| {
        // What is left of the array would be wrong behind an item.
        let part = item[*start..end].trim_end_matches([',', ']', ' ', '\n', '\t']);
        (offset + start, part)
    });
    parts.collect()
}

/// Whether the text is an object around the items rather than items.
fn is_wrapper(text: &str) -> bool {
    let Some(rest) = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .strip_prefix('{')
    else {
        return false;
    };
    let key = rest.trim_start().strip_prefix("\"items\"");
    let value = key.and_then(|rest| rest.trim_start().strip_prefix(':'));
    value.is_some_and(|rest| rest.trim_start().starts_with('['))
}

fn reference(item: &Item, remarks: &mut Vec<String>) -> Reference {
    let genre = text(item, &["genre"]).unwrap_or_default();
    let code = text(item, &["type"]).unwrap_or_default();
    Reference {
        title: text(item, &["title", "title-short"]).unwrap_or_default(),
        authors: authors(item, remarks),
        year: year(item, remarks),
        kind: kind(&code, &genre),
        container_title: text(
            item,
            &["container-title", "collection-title", "event-title"],
        ),
        publisher: text(item, &["publisher"]),
        volume: text(item, &["volume"]),
        issue: text(item, &["issue", "number"]),
        pages: text(item, &["page"]),
        doi: text(item, &["DOI"]),
        url: text(item, &["URL"]),
        abstract_text: text(item, &["abstract"]),
        keywords: text(item, &["keyword"])
            .map_or_else(Vec::new, |words| values::keyword_list(&words)),
        language: text(item, &["language"]),
        note: text(item, &["note"]),
        identifier: text(item, &["id"]),
    }
}

/// The first of the keys that holds a text or a number. Crossref puts titles into arrays.
fn text(item: &Item, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| plain(item.get(*key)?))
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => values
            .first()
            .filter(|value| !value.is_array())
            .and_then(plain),
        Value::Null | Value::Bool(_) | Value::Object(_) => None,
    }
}

fn kind(code: &str, genre: &str) -> Option<PublicationKind> {
    match code {
        "article-journal" | "article-magazine" | "article-newspaper" | "review" | "review-book"
        | "journal-article" => Some(PublicationKind::JournalArticle),
        "book" | "collection" | "classic" | "monograph" => Some(PublicationKind::Book),
        "chapter" | "entry" | "entry-dictionary" | "entry-encyclopedia" | "book-chapter" => {
            Some(PublicationKind::BookChapter)
        }
        "report" if kinds::is_working_paper(genre) => Some(PublicationKind::WorkingPaper),
        "report" => Some(PublicationKind::Report),
        // Since CSL 1.0.2 an article without a journal is a preprint.
        "article" | "manuscript" => Some(PublicationKind::WorkingPaper),
        "paper-conference" | "speech" | "proceedings-article" => {
            Some(PublicationKind::ConferencePaper)
        }
        "thesis" | "dissertation" => Some(PublicationKind::Thesis),
        _ => None,
    }
}

/// The authors; the editors where there are none.
fn authors(item: &Item, remarks: &mut Vec<String>) -> Vec<Author> {
    let named = |key| match item.get(key) {
        Some(Value::Array(names)) => names.iter().filter_map(author).collect(),
        Some(Value::String(names)) => names::list(names),
        _ => Vec::new(),
    };
    let authors: Vec<Author> = named("author");
    let editors = if authors.is_empty() {
        named("editor")
    } else {
        Vec::new()
    };
    if editors.is_empty() {
        return authors;
    }
    remarks.push("the editors were taken as authors".to_owned());
    editors
}

/// Particles belong to the family name, a suffix follows the given names.
fn author(name: &Value) -> Option<Author> {
    let name = match name {
        Value::Object(name) => name,
        Value::String(name) => return names::author(name),
        _ => return None,
    };
    if let Some(body) = text(name, &["literal", "name"]) {
        return Some(Author::Corporate(body));
    }
    let joined = |keys: &[&str], between: &str| {
        let parts: Vec<String> = keys.iter().filter_map(|key| text(name, &[key])).collect();
        parts.join(between)
    };
    let family = joined(
        &["dropping-particle", "non-dropping-particle", "family"],
        " ",
    );
    let given = joined(&["given", "suffix"], ", ");
    Some(names::family_given(&family, &given))
}

/// `{"date-parts": [[2013, 5, 1]]}` with numbers or texts, `{"raw": …}`, `{"literal": …}`, or an
/// EDTF text like `2013-05` or `2013~`.
fn year(item: &Item, remarks: &mut Vec<String>) -> Option<i16> {
    ["issued", "published", "published-print", "published-online"]
        .iter()
        .find_map(|key| {
            let date = match item.get(*key)? {
                Value::Object(date) => date
                    .get("date-parts")
                    .and_then(|parts| plain(parts.as_array()?.first()?))
                    .or_else(|| text(date, &["raw", "literal", "edtf"]))?,
                other => plain(other)?,
            };
            values::year(&date, remarks)
        })
}

#[cfg(test)]
mod tests;
