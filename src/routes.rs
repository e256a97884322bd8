//! Every URL of the site.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, Uri};
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

use crate::app::App;
use crate::error::{self, Error};
use crate::interventions::intervention::Intervention;
use crate::pages::page::Question;
use crate::pages::{self, built_in, sitemap};
use crate::people::{access, one_time, sign_in};
use crate::records::admin::edit;
use crate::records::form::RecordForm;
use crate::records::public as records;
use crate::studies::study::Study;
use crate::themes::theme::Theme;
use crate::web::{assets, cache, headers, overload};
use crate::{links, retractions, search, suggestions, themes};

/// For making a page, in the worst case.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(25);
/// Between two pieces of a request's body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

pub fn router(app: App) -> Router {
    let mut public = Router::new()
        .route("/", get(pages::public::home))
        .route("/evidence", get(themes::public::index))
        .route("/evidence/{theme}", get(records::show::<Theme>))
        .route("/interventions", get(search::public::list::interventions))
        .route("/interventions/{slug}", get(records::show::<Intervention>))
        .route("/studies", get(search::public::list::studies))
        .route("/studies/{slug}", get(records::show::<Study>))
        .route("/search", get(search::public::everything::show))
        .route("/questions", get(pages::public::questions))
        .route("/questions/{slug}", get(records::show::<Question>))
        .route("/glossary", get(pages::public::glossary))
        .route(
            "/suggest",
            get(suggestions::public::show).post(suggestions::public::submit),
        )
        .route("/suggest/thanks", get(suggestions::public::thanks))
        .route("/robots.txt", get(pages::public::robots))
        .route("/site.webmanifest", get(pages::public::manifest))
        .route("/favicon.ico", get(pages::public::favicon))
        .route("/sitemap.xml", get(sitemap::index))
        .route("/sitemaps/{number}", get(sitemap::part));
    for slug in built_in::PUBLIC {
        public = public.route(&format!("/{slug}"), get(pages::public::show));
    }
    public
        .layer(middleware::from_fn_with_state(app.clone(), cache::pages))
        .layer(middleware::from_fn_with_state(app.clone(), overload::shed))
        .merge(before_log_in())
        .merge(curators(&app))
        .route("/assets/{name}", get(assets::show))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .fallback(missing)
        .method_not_allowed_fallback(|| async { Error::MethodNotAllowed })
        .layer(same_site(&app))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(DefaultBodyLimit::max(access::MAX_UPLOAD))
        .layer(RequestBodyTimeoutLayer::new(BODY_TIMEOUT))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            REQUEST_TIMEOUT,
        ))
        .layer(middleware::from_fn_with_state(app.clone(), error::dress))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            headers::on_every_response,
        ))
        .with_state(app)
}

/// What comes before a session.
fn before_log_in() -> Router<App> {
    Router::new()
        .route("/log-in", get(sign_in::show).post(sign_in::submit))
        .route(
            "/log-in/code",
            get(sign_in::ask_code).post(sign_in::check_code),
        )
        .route(
            "/welcome/{purpose}/{token}",
            get(one_time::show).post(one_time::submit),
        )
}

/// The curators' pages, by the least role that may ask for them.
fn curators(app: &App) -> Router<App> {
    let curator = Router::new()
        .route("/log-out", post(sign_in::log_out))
        .merge(editing::<Theme>())
        .merge(outreach());
    curator.layer(middleware::from_fn_with_state(app.clone(), access::guard))
}

/// What comes from outside: readers' suggestions and searches, links, retraction notices.
fn outreach() -> Router<App> {
    Router::new()
        .route("/admin/suggestions", get(suggestions::admin::index))
        .route(
            "/admin/suggestions/{id}/accept",
            post(suggestions::admin::accept),
        )
        .route(
            "/admin/suggestions/{id}/merge",
            get(suggestions::admin::choose).post(suggestions::admin::merge),
        )
        .route(
            "/admin/suggestions/{id}/decline",
            post(suggestions::admin::decline),
        )
        .route("/admin/searches", get(search::vain::admin::index))
        .route("/admin/searches/delete", post(search::vain::admin::delete))
        .route("/admin/links", get(links::admin::index))
        .route("/admin/links/check", post(links::admin::check))
        .route(
            "/admin/retractions",
            get(retractions::admin::index).post(retractions::admin::upload),
        )
        .route(
            "/admin/retractions/decide",
            post(retractions::admin::decide),
        )
}

/// The forms of one kind of record. What a role may edit is checked by kind.
fn editing<F: RecordForm>() -> Router<App> {
    let folder = edit::folder(F::KIND);
    Router::new()
        .route(folder, post(edit::create::<F>))
        .route(&format!("{folder}/new"), get(edit::new::<F>))
        .route(&format!("{folder}/new/keep"), post(edit::keep::<F>))
        .route(&format!("{folder}/new/forget"), post(edit::forget::<F>))
        .route(
            &format!("{folder}/{{id}}"),
            get(edit::edit::<F>).post(edit::update::<F>),
        )
        .route(&format!("{folder}/{{id}}/keep"), post(edit::keep::<F>))
        .route(&format!("{folder}/{{id}}/forget"), post(edit::forget::<F>))
}

/// Refuses what another site makes a browser send here.
fn same_site(app: &App) -> CsrfLayer<impl Fn(ProtectionError) -> Response + Clone + use<>> {
    let layer = CsrfLayer::new();
    // Behind a proxy the host may be another than the one that readers type.
    let layer = layer
        .clone()
        .add_trusted_origin(&app.base_url)
        .unwrap_or(layer);
    layer.with_rejection_response(|_| Error::Forbidden.into_response())
}

/// `GET /readyz`: whether the database answers. Being asked at all means that the catalogue is
/// loaded.
async fn ready(State(app): State<App>) -> Result<&'static str, Error> {
    crate::records::store::newest_change(&app.db)
        .await
        .map_err(|_| Error::Overloaded)?;
    Ok("ready\n")
}

/// The original site's addresses end in a slash; ours never do.
async fn missing(uri: Uri) -> Response {
    let trimmed = uri.path().trim_end_matches('/');
    // Two slashes, or a slash and a backslash, would lead to another site.
    let is_ours = trimmed.starts_with('/') && !trimmed[1..].starts_with(['/', '\\']);
    if trimmed.len() == uri.path().len() || !is_ours {
        return Error::NotFound.into_response();
    }
    let query = uri
        .query()
        .map_or_else(String::new, |query| format!("?{query}"));
    Redirect::permanent(&format!("{trimmed}{query}")).into_response()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer hands over the box"
)]
fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let words = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("of unknown cause");
    Error::Internal(anyhow::anyhow!("a panic: {words}")).into_response()
}
