//! unAPI (<https://unapi.info/specs/>): the formats of a study, by the id that its page carries.
//! Reference managers prefer it to everything else on the page, and read reports and grey
//! literature better from RIS than from any tag.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use form_urlencoded::Serializer;

use crate::app::App;
use crate::error::{Error, Result};
use crate::exchange::edition::Edition;
use crate::exchange::file;
use crate::exchange::format::Format;
use crate::exchange::xml::Xml;
use crate::records::public::moved;
use crate::records::record::{Found, Kind};
use crate::records::store;
use crate::studies::study::Study;
use crate::web::page::document;

/// The names that clients look for.
const FORMATS: [(&str, Format); 2] = [("ris", Format::Ris), ("bibtex", Format::BibTex)];

/// `GET /unapi`, `/unapi?id=…`, `/unapi?id=…&format=ris`
pub async fn show(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response> {
    let query = query.unwrap_or_default();
    let value = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let pair = pairs.find(|(key, value)| key == name && !value.is_empty());
        pair.map(|(_, value)| value.into_owned())
    };
    let Some(id) = value("id") else {
        return Ok(formats(None));
    };
    let edition = Edition::of_today(&app);
    let folder = edition.absolute("/studies/");
    let slug = id.strip_prefix(&folder).unwrap_or(&id);
    let published = match store::find::<Study>(&app.db, slug).await? {
        Found::Live(published) => published,
        Found::Moved(slug) => {
            let mut pairs = Serializer::new(String::new());
            pairs.append_pair("id", &edition.address(Kind::Study, &slug));
            if let Some(format) = value("format") {
                pairs.append_pair("format", &format);
            }
            return Ok(moved(&format!("/unapi?{}", pairs.finish())));
        }
        Found::Withdrawn(notice) => return Err(Error::Gone(notice)),
        Found::Missing => return Err(Error::NotFound),
    };
    let Some(name) = value("format") else {
        let mut response = formats(Some(&edition.address(Kind::Study, &published.slug)));
        *response.status_mut() = StatusCode::MULTIPLE_CHOICES;
        return Ok(response);
    };
    let format = FORMATS.iter().find(|(own, _)| *own == name);
    let Some((_, format)) = format else {
        return Ok(StatusCode::NOT_ACCEPTABLE.into_response());
    };
    let body = file::study(&edition, &published, *format).ok_or(Error::NotFound)?;
    file::answer(*format, published.slug.as_str(), body)
}

fn formats(id: Option<&str>) -> Response {
    let mut xml = Xml::new(None);
    match id {
        Some(id) => xml.open("formats", &[("id", id)]),
        None => xml.open("formats", &[]),
    }
    for (name, format) in FORMATS {
        xml.empty("format", &[("name", name), ("type", format.media_type())]);
    }
    xml.close("formats");
    document("application/xml; charset=utf-8", xml.finish())
}
