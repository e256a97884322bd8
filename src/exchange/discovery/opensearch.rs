//! How browsers and search tools search this site: the `OpenSearch` 1.1 description, and the
//! suggestions that it promises.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde_json::json;

use crate::app::App;
use crate::exchange::edition::Edition;
use crate::exchange::xml::Xml;
use crate::records::record::Kind;
use crate::search::query::tidy;
use crate::web::page::document;

const NAMESPACE: &str = "http://a9.com/-/spec/opensearch/1.1/";
const SUGGESTIONS: &str = "application/x-suggestions+json";
/// The most suggestions of one answer.
const MOST: usize = 10;
/// The most characters that the short name may have.
const SHORT: usize = 16;

/// `GET /opensearch.xml`
pub async fn description(State(app): State<App>) -> Response {
    let edition = Edition::of_today(&app);
    let mut xml = Xml::new(None);
    xml.open("OpenSearchDescription", &[("xmlns", NAMESPACE)]);
    xml.element("ShortName", &[], &short(&edition.site_name));
    xml.element(
        "LongName",
        &[],
        &edition.site_name.chars().take(48).collect::<String>(),
    );
    xml.element(
        "Description",
        &[],
        "Search research evidence on schools and families working together.",
    );
    xml.element("Tags", &[], "education families schools evidence research");
    for (media_type, relation, template) in [
        ("text/html", "results", "/search?q={searchTerms}"),
        (
            "application/atom+xml",
            "results",
            "/studies.atom?q={searchTerms}&page={startPage?}",
        ),
        (SUGGESTIONS, "suggestions", "/suggestions?q={searchTerms}"),
        (
            "application/opensearchdescription+xml",
            "self",
            "/opensearch.xml",
        ),
    ] {
        xml.empty(
            "Url",
            &[
                ("type", media_type),
                ("rel", relation),
                ("template", &edition.absolute(template)),
            ],
        );
    }
    let icon = edition.absolute(app.assets.url("icon-192.png"));
    xml.element(
        "Image",
        &[("height", "192"), ("width", "192"), ("type", "image/png")],
        &icon,
    );
    xml.element("Language", &[], "en-GB");
    xml.element("OutputEncoding", &[], "UTF-8");
    xml.element("InputEncoding", &[], "UTF-8");
    xml.close("OpenSearchDescription");
    document("application/opensearchdescription+xml", xml.finish())
}

/// The name, or as many whole words of it as fit.
fn short(name: &str) -> String {
    let mut short = String::new();
    for word in name.split_whitespace() {
        let length = short.chars().count() + usize::from(!short.is_empty()) + word.chars().count();
        if length > SHORT {
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    if short.is_empty() {
        name.chars().take(SHORT).collect()
    } else {
        short
    }
}

/// `GET /suggestions?q=`: titles that hold what was typed, those that begin with it first.
pub async fn suggestions(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let typed = form_urlencoded::parse(query.as_bytes())
        .filter(|(key, _)| key == "q")
        .last();
    let words = typed.map(|(_, words)| tidy(&words)).unwrap_or_default();
    let edition = Edition::of_today(&app);
    let mut found: Vec<(usize, &str, String)> = Vec::new();
    if !words.is_empty() {
        let needle = words.to_lowercase();
        let catalogue = &edition.catalogue;
        let themes = catalogue.themes().iter();
        let themes = themes.map(|card| (Kind::Theme, &card.slug, card.body.title.as_str()));
        let interventions = catalogue.interventions().iter();
        let interventions =
            interventions.map(|card| (Kind::Intervention, &card.slug, card.body.name.as_str()));
        let studies = catalogue.studies().iter();
        let studies = studies.map(|card| (Kind::Study, &card.slug, card.title.as_ref()));
        for (kind, slug, title) in themes.chain(interventions).chain(studies) {
            if let Some(place) = title.to_lowercase().find(&needle) {
                found.push((place.min(1), title, edition.address(kind, slug)));
                // Whatever begins with the words may still come, but not from ever so many.
                if found.len() >= MOST * 20 {
                    break;
                }
            }
        }
        found.sort_by_key(|(place, _, _)| *place);
        found.truncate(MOST);
    }
    let titles: Vec<_> = found.iter().map(|(_, title, _)| *title).collect();
    let addresses: Vec<_> = found.iter().map(|(_, _, address)| address).collect();
    let kinds = vec!["In this collection"; titles.len()];
    document(
        SUGGESTIONS,
        json!([words, titles, kinds, addresses]).to_string(),
    )
}
