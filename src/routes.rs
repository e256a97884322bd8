//! Every URL of the site.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, Uri};
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

use crate::api;
use crate::app::App;
use crate::error::{self, Error};
use crate::exchange::discovery::{opensearch, unapi};
use crate::exchange::format::Format;
use crate::exchange::oai::public as oai;
use crate::exchange::snapshot::download;
use crate::exchange::{feed, list as list_file, negotiate};
use crate::import::uploads::admin as uploads;
use crate::interventions::intervention::Intervention;
use crate::pages::page::{Page, Question};
use crate::pages::{self, built_in, sitemap};
use crate::people::account::{data, factor, own};
use crate::people::{access, admin as people, one_time, sign_in};
use crate::records::admin::{batch, bulk, edit, history, life, list};
use crate::records::audit;
use crate::records::form::RecordForm;
use crate::records::public as records;
use crate::records::public::PublicPage;
use crate::records::record::Kind;
use crate::records::versions;
use crate::search::query::list_path;
use crate::studies::study::Study;
use crate::themes::theme::Theme;
use crate::vocabularies::admin as vocabularies;
use crate::web::{assets, cache, headers, overload};
use crate::{exchange, links, retractions, search, settings, suggestions, themes, work};

/// For making a page, in the worst case.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(25);
/// Between two pieces of a request's body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

pub fn router(app: App) -> Router {
    let mut public = Router::new()
        .route("/", get(pages::public::home))
        .route("/evidence", get(themes::public::index))
        .route("/interventions", get(search::public::list::interventions))
        .route("/studies", get(search::public::list::studies))
        .route("/search", get(search::public::everything::show))
        .route("/questions", get(pages::public::questions))
        .merge(record::<Theme>("/evidence"))
        .merge(record::<Intervention>("/interventions"))
        .merge(record::<Study>("/studies"))
        .merge(record::<Question>("/questions"))
        .route("/changes", get(versions::changes))
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
        .route("/sitemaps/{number}", get(sitemap::part))
        .route("/data", get(exchange::public::show))
        .route("/changes.atom", get(feed::changes))
        .route("/unapi", get(unapi::show))
        .route("/opensearch.xml", get(opensearch::description))
        .route("/suggestions", get(opensearch::suggestions));
    for slug in built_in::PUBLIC {
        public = public.route(&format!("/{slug}"), get(pages::public::show));
    }
    for kind in [Kind::Study, Kind::Intervention] {
        let path = format!("{}.atom", list_path(kind));
        public = public.route(&path, get(move |app, query| feed::list(kind, app, query)));
    }
    public
        .layer(middleware::from_fn_with_state(app.clone(), cache::pages))
        .layer(middleware::from_fn(negotiate::negotiate))
        .merge(
            Router::new()
                .nest(api::ROOT, api::routes::router())
                .layer(middleware::from_fn_with_state(app.clone(), cache::pages))
                .layer(api::routes::anybody()),
        )
        .merge(streamed())
        .layer(middleware::from_fn_with_state(app.clone(), overload::shed))
        .merge(
            before_log_in()
                .merge(curators(&app))
                .layer(middleware::from_fn_with_state(
                    app.clone(),
                    overload::few_forms,
                ))
                .layer(middleware::from_fn_with_state(app.clone(), overload::shed)),
        )
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

/// What is written while it is sent, or made for one harvester: never kept.
fn streamed() -> Router<App> {
    let mut router = Router::new()
        .route("/oai", get(oai::answer).post(oai::answer))
        .route("/data/{file}", get(download::show));
    for kind in [Kind::Study, Kind::Intervention] {
        for format in Format::of_list(kind).iter().copied() {
            let path = format!("{}.{}", list_path(kind), format.extension());
            let handler = move |app, query, headers, request: Request| {
                list_file::show(
                    kind,
                    format,
                    app,
                    query,
                    headers,
                    request.extensions().clone(),
                )
            };
            router = router.route(&path, get(handler));
        }
    }
    router.layer(api::routes::anybody())
}

/// What comes before a session.
fn before_log_in() -> Router<App> {
    Router::new()
        .route(
            "/log-in",
            get(sign_in::password::show).post(sign_in::password::submit),
        )
        .route(
            "/log-in/code",
            get(sign_in::code::show).post(sign_in::code::submit),
        )
        .route(
            "/welcome/{purpose}/{token}",
            get(one_time::show).post(one_time::submit),
        )
        .layer(middleware::map_response(access::private))
}

/// The curators' pages, by the least role that may ask for them.
fn curators(app: &App) -> Router<App> {
    let curator = Router::new()
        .route("/log-out", post(sign_in::out::log_out))
        .route("/admin", get(work::admin::show))
        .merge(own_account())
        .merge(editing::<Study>())
        .merge(editing::<Intervention>())
        .merge(editing::<Theme>())
        .merge(editing::<Question>())
        .merge(editing::<Page>())
        .nest("/admin/records/{id}", lives())
        .merge(outreach())
        .nest("/admin/imports", imports())
        .route("/admin/bulk", post(bulk::preview))
        .route("/admin/bulk/apply", post(bulk::apply))
        .route("/admin/batches", get(batch::index))
        .route("/admin/batches/{id}", get(batch::show))
        .route("/admin/batches/{id}/undo", post(batch::undo));
    let administrator = Router::new()
        .merge(accounts())
        .route(
            "/admin/settings",
            get(settings::admin::edit).post(settings::admin::update),
        )
        .route("/admin/audit", get(audit::admin::index))
        .route("/admin/audit.csv", get(audit::file::show))
        .route_layer(middleware::from_fn_with_state(
            app.clone(),
            access::administrators_only,
        ));
    // The last layer is the first to see a request: nobody's role is asked before they are known.
    curator
        .merge(editors(app))
        .merge(administrator)
        .layer(middleware::from_fn_with_state(app.clone(), access::guard))
}

/// What everybody does with their own account.
fn own_account() -> Router<App> {
    let factor = Router::new()
        .route("/", get(factor::show))
        .route("/begin", post(factor::begin))
        .route("/confirm", post(factor::confirm))
        .route("/codes", post(factor::renew_codes))
        .route("/off", post(factor::turn_off));
    Router::new()
        .route("/admin/account", get(own::show))
        .route("/admin/account/name", post(own::rename))
        .route("/admin/account/password", post(own::change_password))
        .route("/admin/account/sessions/end", post(own::end_other_sessions))
        .route("/admin/account/sessions/{id}/end", post(own::end_session))
        .route("/admin/account/data.json", get(data::show))
        .nest(access::SECOND_FACTOR, factor)
}

/// What administrators do with everybody's.
fn accounts() -> Router<App> {
    let buttons = Router::new()
        .route("/link", post(people::edit::give_link))
        .route("/second-factor", post(people::edit::turn_off_second_factor))
        .route("/sessions", post(people::edit::end_sessions))
        .route("/disable", post(people::edit::disable))
        .route("/enable", post(people::edit::enable));
    Router::new()
        .route(
            "/admin/people",
            get(people::index::index).post(people::index::create),
        )
        .route("/admin/people/new", get(people::index::new))
        .route(
            "/admin/people/{id}",
            get(people::edit::edit).post(people::edit::update),
        )
        .nest("/admin/people/{id}", buttons)
}

/// What only editors may ask for.
fn editors(app: &App) -> Router<App> {
    const VOCABULARIES: &str = "/admin/vocabularies";
    let list = format!("{VOCABULARIES}/{{slug}}");
    let term = format!("{list}/terms/{{term}}");
    Router::new()
        .route(VOCABULARIES, get(vocabularies::lists::index))
        .route(
            &format!("{VOCABULARIES}/synonyms"),
            get(vocabularies::synonyms::show).post(vocabularies::synonyms::update),
        )
        .route(
            &list,
            get(vocabularies::lists::show).post(vocabularies::lists::describe),
        )
        .route(&format!("{list}/terms"), post(vocabularies::lists::add))
        .route(&format!("{list}/order"), post(vocabularies::lists::order))
        .route(
            &term,
            get(vocabularies::terms::show).post(vocabularies::terms::update),
        )
        .route(&format!("{term}/remove"), post(vocabularies::terms::remove))
        .route(
            &format!("{term}/merge"),
            get(vocabularies::merge::ask).post(vocabularies::merge::merge),
        )
        .route_layer(middleware::from_fn_with_state(
            app.clone(),
            access::editors_only,
        ))
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
        .route(folder, get(list::index::<F>).post(edit::create::<F>))
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

/// The steps of a record's life and its history, the same for every kind.
fn lives() -> Router<App> {
    Router::new()
        .route("/preview", get(history::preview))
        .route("/history", get(history::show))
        .route("/history/{number}", get(history::version))
        .route("/compare", get(history::show_difference))
        .route("/comment", post(life::comment))
        .route("/restore", post(life::restore))
        .route("/submit", post(life::submit))
        .route("/send-back", post(life::send_back))
        .route("/publish", post(life::publish))
        .route("/withdraw", get(life::ask_withdraw).post(life::withdraw))
        .route("/republish", post(life::republish))
        .route("/discard", post(life::discard))
}

/// References on their way in.
fn imports() -> Router<App> {
    Router::new()
        .route("/", get(uploads::index).post(uploads::create))
        .route("/new", get(uploads::new))
        .route("/template.csv", get(uploads::template))
        .route("/{id}", get(uploads::show).post(uploads::decide))
        .route("/{id}/columns", post(uploads::map))
        .route(
            "/{id}/references/{number}",
            get(uploads::show_merge).post(uploads::merge),
        )
}

/// The page of one record and those of its versions.
fn record<P: PublicPage + 'static>(folder: &str) -> Router<App> {
    Router::new()
        .route(&format!("{folder}/{{slug}}"), get(records::show::<P>))
        .route(
            &format!("{folder}/{{slug}}/versions"),
            get(versions::index::<P>),
        )
        .route(
            &format!("{folder}/{{slug}}/versions/{{number}}"),
            get(versions::show::<P>),
        )
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
