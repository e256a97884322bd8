//! The addresses of the API. A test compares them with the OpenAPI document.

use axum::Router;
use axum::http::{Method, header};
use axum::routing::get;
use tower_http::cors::{Any, CorsLayer};

use crate::api::{effects, lists, openapi, records, search, vocabularies};
use crate::app::App;
use crate::error::Error;

/// Everything under [`super::ROOT`].
pub fn router() -> Router<App> {
    Router::new()
        .route("/", get(openapi::index))
        .route("/openapi.json", get(openapi::document))
        .route("/studies", get(lists::studies))
        .route("/studies/{slug}", get(records::study))
        .route("/studies/{slug}/citation", get(records::citation))
        .route("/interventions", get(lists::interventions))
        .route("/interventions/{slug}", get(records::intervention))
        .route("/themes", get(lists::themes))
        .route("/themes/{slug}", get(records::theme))
        .route("/effects", get(effects::index))
        .route("/search", get(search::index))
        .route("/vocabularies", get(vocabularies::index))
        .route("/vocabularies/{slug}", get(vocabularies::show))
        .fallback(|| async { Error::NotFound })
        .method_not_allowed_fallback(|| async { Error::MethodNotAllowed })
}

/// Pages of other sites may read, and nothing else.
pub fn anybody() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD])
        .allow_headers([header::ACCEPT, header::IF_NONE_MATCH])
        .expose_headers([header::ETAG, header::LINK])
}
