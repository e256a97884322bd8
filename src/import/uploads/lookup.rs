//! What a DOI stands for, asked of Crossref or of whatever answers like it
//! (<https://api.crossref.org/works/{doi}>). Never a host that a user names.

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::import::references::{Format, Reference, read};
use crate::web::outgoing::{Outgoing, Unanswered};

/// The longest answer that is read, in bytes: a work with thousands of references.
const MOST: usize = 4 << 20;

/// Why a DOI could not be looked up, in words for a curator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFound {
    #[error("Crossref does not know this DOI")]
    Unknown,
    #[error("Crossref asked to wait; try again later")]
    Busy,
    #[error("Crossref answered {0}")]
    Refused(u16),
    #[error("Crossref’s answer could not be read")]
    Unreadable,
    #[error("Crossref did not answer: {0}")]
    Silent(Unanswered),
}

/// Looks up a DOI at this address of a Crossref-shaped service.
///
/// # Errors
/// Why there is no reference.
pub async fn look_up(outgoing: &Outgoing, service: &str, doi: &str) -> Result<Reference, NotFound> {
    let encoded: String = form_urlencoded::byte_serialize(doi.as_bytes()).collect();
    let address = format!("{}/works/{encoded}", service.trim_end_matches('/'));
    let answer = outgoing
        .ask(Method::GET, &address, "application/json", MOST)
        .await
        .map_err(NotFound::Silent)?;
    match answer.status {
        200 => reference(&answer.body).ok_or(NotFound::Unreadable),
        404 => Err(NotFound::Unknown),
        429 | 503 => Err(NotFound::Busy),
        status => Err(NotFound::Refused(status)),
    }
}

/// Crossref's answer is nearly CSL-JSON: titles are lists, bodies are called `name`, and kinds have
/// names of their own.
fn reference(body: &[u8]) -> Option<Reference> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let message = answer.get("message")?.as_object()?;
    let mut item = Map::new();
    for (key, value) in message {
        let value = match (key.as_str(), value) {
            ("title" | "container-title" | "short-container-title", Value::Array(several)) => {
                several.first().cloned().unwrap_or_default()
            }
            ("author" | "editor", Value::Array(names)) => names.iter().map(name).collect(),
            ("type", Value::String(kind)) => json!(csl_type(kind)),
            // What cites the work, and what it cites, is of no use here.
            ("reference" | "relation" | "assertion", _) => continue,
            _ => value.clone(),
        };
        item.insert(key.clone(), value);
    }
    if let Some(subtitle) = first_text(message, "subtitle")
        && let Some(Value::String(title)) = item.get_mut("title")
        && !title.contains(&subtitle)
    {
        *title = format!("{title}: {subtitle}");
    }
    let text = serde_json::to_string(&item).ok()?;
    let found = read(Format::CslJson, &text).references.into_iter().next()?;
    Some(found.reference)
}

fn first_text(message: &Map<String, Value>, key: &str) -> Option<String> {
    let text = message.get(key)?.as_array()?.first()?.as_str()?;
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn name(name: &Value) -> Value {
    match name.get("name") {
        Some(body) => json!({"literal": body}),
        None => json!({"family": name.get("family"), "given": name.get("given")}),
    }
}

/// The kinds of Crossref that CSL calls something else.
fn csl_type(kind: &str) -> &str {
    match kind {
        "journal-article" => "article-journal",
        "book-chapter" | "book-section" | "book-part" => "chapter",
        "monograph" | "edited-book" | "reference-book" => "book",
        "proceedings-article" => "paper-conference",
        "dissertation" => "thesis",
        "posted-content" => "article",
        "report-series" | "report-component" => "report",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::references::PublicationKind;

    #[test]
    fn an_answer_becomes_a_reference() {
        let body = json!({"status": "ok", "message": {
            "DOI": "10.1000/Example", "type": "journal-article",
            "title": ["An example"], "subtitle": ["with a subtitle"],
            "container-title": ["Journal of Examples"],
            "author": [{"family": "Example", "given": "Ann", "sequence": "first", "affiliation": []},
                       {"name": "The Example Council", "sequence": "additional"}],
            "issued": {"date-parts": [[2011, 5]]}, "volume": "3", "page": "7-26",
            "reference": [{"key": "x"}]
        }});
        let reference = reference(body.to_string().as_bytes()).unwrap();
        assert_eq!(reference.title, "An example: with a subtitle");
        assert_eq!(reference.year, Some(2011));
        assert_eq!(reference.kind, Some(PublicationKind::JournalArticle));
        assert_eq!(reference.pages.as_deref(), Some("7-26"));
        assert_eq!(reference.authors.len(), 2);
        assert_eq!(reference.authors[1].family(), "The Example Council");
        assert_eq!(super::reference(b"{}"), None);
    }
}
