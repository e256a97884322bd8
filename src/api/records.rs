//! One record.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::api::ROOT;
use crate::api::asked::{AsOf, bad, nothing_but};
use crate::app::App;
use crate::error::{Error, Problem, Result};
use crate::exchange::edition::Edition;
use crate::exchange::records::intervention::InterventionOut;
use crate::exchange::records::study::StudyOut;
use crate::exchange::records::theme::ThemeOut;
use crate::exchange::references::cite::ReferenceStyle;
use crate::exchange::references::entry::Entry;
use crate::interventions::intervention::Intervention;
use crate::records::public::{PublicPage, find};
use crate::records::record::{Found, Published};
use crate::search::query::AS_OF;
use crate::studies::study::Study;
use crate::themes::theme::Theme;

/// What is at an address: the record, or the answer that leads elsewhere.
enum At<D> {
    Here(Edition, Published<D>),
    Elsewhere(Response),
}

async fn at<P: PublicPage>(
    app: &App,
    path: &str,
    slug: &str,
    query: &str,
    rest: &str,
) -> Result<At<P>> {
    let (edition, found) = find::<P>(app, slug, query).await?;
    match found {
        Found::Live(published) => Ok(At::Here(edition, published)),
        Found::Moved(slug) => {
            let mark = if query.is_empty() { "" } else { "?" };
            let moved = Redirect::permanent(&format!("{ROOT}{path}/{slug}{rest}{mark}{query}"));
            Ok(At::Elsewhere(moved.into_response()))
        }
        Found::Withdrawn(notice) => Err(Error::Gone(notice)),
        Found::Missing => Err(Error::NotFound),
    }
}

/// One study
#[utoipa::path(
    get,
    path = "/api/v1/studies/{slug}",
    operation_id = "getStudy",
    tag = "Studies",
    params(("slug" = String, Path, description = "The name of the study", pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 120), AsOf),
    responses(
        (status = 200, description = "The study", body = StudyOut),
        (status = 308, description = "It was renamed"),
        (status = 400, description = "A parameter cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such study", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "It was withdrawn; says why", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn study(
    State(app): State<App>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let query = query.unwrap_or_default();
    nothing_but(&query, &[AS_OF])?;
    Ok(
        match at::<Study>(&app, "/studies", &slug, &query, "").await? {
            At::Here(edition, published) => {
                Json(StudyOut::new(&edition, &published)).into_response()
            }
            At::Elsewhere(response) => response,
        },
    )
}

/// One intervention
#[utoipa::path(
    get,
    path = "/api/v1/interventions/{slug}",
    operation_id = "getIntervention",
    tag = "Interventions",
    params(("slug" = String, Path, description = "The name of the intervention", pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 120), AsOf),
    responses(
        (status = 200, description = "The intervention", body = InterventionOut),
        (status = 308, description = "It was renamed"),
        (status = 400, description = "A parameter cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such intervention", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "It was withdrawn; says why", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn intervention(
    State(app): State<App>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let query = query.unwrap_or_default();
    nothing_but(&query, &[AS_OF])?;
    let found = at::<Intervention>(&app, "/interventions", &slug, &query, "").await?;
    Ok(match found {
        At::Here(edition, published) => {
            Json(InterventionOut::new(&edition, &published)).into_response()
        }
        At::Elsewhere(response) => response,
    })
}

/// One theme
#[utoipa::path(
    get,
    path = "/api/v1/themes/{slug}",
    operation_id = "getTheme",
    tag = "Themes",
    params(("slug" = String, Path, description = "The name of the theme", pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 120), AsOf),
    responses(
        (status = 200, description = "The theme", body = ThemeOut),
        (status = 308, description = "It was renamed"),
        (status = 400, description = "A parameter cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such theme", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "It was withdrawn; says why", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn theme(
    State(app): State<App>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let query = query.unwrap_or_default();
    nothing_but(&query, &[AS_OF])?;
    Ok(
        match at::<Theme>(&app, "/themes", &slug, &query, "").await? {
            At::Here(edition, published) => {
                Json(ThemeOut::new(&edition, &published)).into_response()
            }
            At::Elsewhere(response) => response,
        },
    )
}

/// The style of a reference.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query string to utoipa")]
pub struct StyleAsked {
    #[param(inline)]
    style: Option<StyleOut>,
}

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case", default = "apa")]
#[expect(dead_code, reason = "describes the query string to utoipa")]
enum StyleOut {
    Apa,
    Harvard,
    Chicago,
    Vancouver,
}

/// A formatted reference.
#[derive(Debug, Serialize, ToSchema)]
pub struct Citation {
    pub style: &'static str,
    pub label: &'static str,
    /// For pasting.
    pub text: String,
    /// With italics, everything else escaped.
    pub html: String,
}

/// A study as a formatted reference
#[utoipa::path(
    get,
    path = "/api/v1/studies/{slug}/citation",
    operation_id = "citeStudy",
    tag = "Studies",
    params(("slug" = String, Path, description = "The name of the study", pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 120), StyleAsked, AsOf),
    responses(
        (status = 200, description = "The reference", body = Citation),
        (status = 308, description = "The study was renamed"),
        (status = 400, description = "A parameter cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such study", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "It was withdrawn; says why", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn citation(
    State(app): State<App>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let query = query.unwrap_or_default();
    nothing_but(&query, &["style", AS_OF])?;
    let asked = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "style");
    let style = match asked {
        None => ReferenceStyle::Apa,
        Some((key, word)) => ReferenceStyle::parse(&word)
            .ok_or_else(|| bad(&key, "is apa, harvard, chicago or vancouver"))?,
    };
    let (edition, published) =
        match at::<Study>(&app, "/studies", &slug, &query, "/citation").await? {
            At::Here(edition, published) => (edition, published),
            At::Elsewhere(response) => return Ok(response),
        };
    let entry = Entry::of_study(&edition, &published.slug, &published.body);
    let formatted = app.styles.reference(style, &entry).ok_or(Error::NotFound)?;
    Ok(Json(Citation {
        style: style.slug(),
        label: style.label(),
        text: formatted.text,
        html: formatted.html,
    })
    .into_response())
}
