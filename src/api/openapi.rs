//! What the API offers, for machines: the OpenAPI document, made from the handlers, with the values
//! that filters have today.

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{OpenApi, ToSchema};

use crate::api::asked::nothing_but;
use crate::api::problem::Problem;
use crate::api::refusals::OfFixed;
use crate::api::{ROOT, effects, lists, records, search, vocabularies};
use crate::app::App;
use crate::error::Result;
use crate::exchange::edition::{Edition, LICENCE, LICENCE_NAME};
use crate::search::filter::Filter;

/// Everything that is described.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Engaging with Families",
        version = "1",
        description = "Evidence on schools and families working together, as JSON, for reading. \
                       Fields and parameters are only ever added; a change that could break a \
                       client gets a new number in the address."
    ),
    paths(
        index,
        document,
        lists::studies,
        records::study,
        records::citation,
        lists::interventions,
        records::intervention,
        lists::themes,
        records::theme,
        effects::index,
        search::index,
        vocabularies::index,
        vocabularies::show,
    ),
    components(schemas(Problem))
)]
pub struct Described;

/// Where things are.
#[derive(Debug, Serialize, ToSchema)]
pub struct Index {
    pub name: String,
    /// The version of the API.
    pub version: &'static str,
    pub licence: &'static str,
    /// For people.
    pub documentation: String,
    pub openapi: String,
    pub studies: String,
    pub interventions: String,
    pub themes: String,
    pub effects: String,
    pub search: String,
    pub vocabularies: String,
}

/// Where things are
#[utoipa::path(
    get,
    path = "/api/v1",
    operation_id = "getIndex",
    tag = "About",
    responses(
        (status = 200, description = "Addresses", body = Index),
        OfFixed,
    )
)]
pub async fn index(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Json<Index>> {
    nothing_but(query.as_deref().unwrap_or_default(), &[])?;
    let edition = Edition::of_today(&app);
    let at = |path: &str| edition.absolute(&format!("{ROOT}{path}"));
    Ok(Json(Index {
        name: edition.site_name.to_string(),
        version: "1",
        licence: LICENCE,
        documentation: edition.absolute("/data"),
        openapi: at("/openapi.json"),
        studies: at("/studies"),
        interventions: at("/interventions"),
        themes: at("/themes"),
        effects: at("/effects"),
        search: at("/search"),
        vocabularies: at("/vocabularies"),
    }))
}

/// This document
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    operation_id = "getOpenApi",
    tag = "About",
    responses(
        (status = 200, description = "OpenAPI 3.1", body = Object),
        OfFixed,
    )
)]
pub async fn document(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Json<Value>> {
    nothing_but(query.as_deref().unwrap_or_default(), &[])?;
    let edition = Edition::of_today(&app);
    let mut document = serde_json::to_value(Described::openapi()).map_err(anyhow::Error::from)?;
    document["info"]["title"] = json!(&*edition.site_name);
    document["info"]["license"] = json!({"name": LICENCE_NAME, "url": LICENCE});
    document["servers"] = json!([{"url": &*edition.base_url}]);
    document["externalDocs"] = json!({"url": edition.absolute("/data")});
    let paths = document["paths"].as_object_mut();
    let operations = paths.into_iter().flat_map(|paths| paths.values_mut());
    for operation in operations {
        // Indexing would put in what is not there.
        let parameters = operation.pointer_mut("/get/parameters");
        let parameters = parameters.and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            add_values(parameter, &edition);
        }
    }
    Ok(Json(document))
}

/// Says what values a filter has.
fn add_values(parameter: &mut Value, edition: &Edition) {
    let name = parameter["name"].as_str().unwrap_or_default();
    let Some(filter) = Filter::ALL.into_iter().find(|filter| filter.key() == name) else {
        return;
    };
    let values = edition.catalogue.filter_values(filter).iter();
    let slugs: Vec<_> = values.map(|value| value.slug.as_str()).collect();
    if slugs.is_empty() {
        return;
    }
    parameter["schema"] = json!({
        "type": "array",
        "items": {"type": "string", "enum": slugs},
    });
    parameter["style"] = json!("form");
    parameter["explode"] = json!(true);
}
