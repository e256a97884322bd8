//! One record as a file: `/studies/{slug}.ris` and its like, and whatever `Accept` asks of the
//! record's own address.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::exchange::discovery::signposting;
use crate::exchange::edition::Edition;
use crate::exchange::format::Format;
use crate::exchange::linked::{esea, schema_org};
use crate::exchange::records::study::StudyOut;
use crate::exchange::references::entry::Entry;
use crate::exchange::references::{bibtex, csl, ris};
use crate::exchange::text::{self, Markup};
use crate::records::record::Published;
use crate::studies::study::Study;
use crate::web::headers::ROBOTS;

/// A study in a format; `None` in those that only lists have.
#[must_use]
pub fn study(edition: &Edition, published: &Published<Study>, format: Format) -> Option<String> {
    let entry = || Entry::of_study(edition, &published.slug, &published.body);
    Some(match format {
        Format::Ris | Format::BibTex | Format::CslJson => return reference(&entry(), format),
        Format::Json => json(&StudyOut::new(edition, published)),
        Format::JsonLd => json(&schema_org::document(&schema_org::study(
            edition, published,
        ))),
        Format::Esea => json(&serde_json::json!({
            "@context": esea::CONTEXT,
            "@graph": [esea::study(edition, published)],
        })),
        Format::Markdown => text::study(edition, published, Markup::Markdown),
        Format::Text => text::study(edition, published, Markup::Plain),
        Format::Linkset => json(&signposting::linkset(edition, published)),
        Format::Csv | Format::Atom => return None,
    })
}

/// A reference as a file of its own; `None` in formats that are none of references.
#[must_use]
pub fn reference(entry: &Entry, format: Format) -> Option<String> {
    match format {
        Format::Ris => Some(ris::write(entry)),
        Format::BibTex => Some(bibtex::write(entry)),
        Format::CslJson => Some(json(&[csl::write(entry)])),
        _ => None,
    }
}

/// JSON for people and machines, with a final newline.
fn json(value: &impl Serialize) -> String {
    // Our own shapes have string keys and finite numbers, so nothing can fail.
    let mut json = serde_json::to_string_pretty(value).unwrap_or_default();
    json.push('\n');
    json
}

/// Leads from a file to the page that it describes, which search engines should list instead.
pub fn describing(mut response: Response, page: &str) -> Result<Response> {
    let links = format!("<{page}>; rel=\"describes\"");
    let links = HeaderValue::from_str(&links).map_err(|error| Error::Internal(error.into()))?;
    let headers = response.headers_mut();
    headers.insert(header::LINK, links);
    headers.insert(ROBOTS, HeaderValue::from_static("noindex"));
    Ok(response)
}

/// The answer that is a file. `name` is what it is saved as, without the extension.
pub fn answer(format: Format, name: &str, body: impl IntoResponse) -> Result<Response> {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(format.content_type()),
    );
    let place = if format.is_download() {
        "attachment"
    } else {
        "inline"
    };
    let disposition = format!("{place}; filename=\"{name}.{}\"", format.extension());
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&disposition).map_err(|error| Error::Internal(error.into()))?,
    );
    Ok(response)
}
