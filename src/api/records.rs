//! One record.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::api::ROOT;
use crate::api::asked::{AsOf, Named, bad, nothing_but};
use crate::api::refusals::OfRecord;
use crate::app::App;
use crate::error::{Error, Result};
use crate::exchange::edition::Edition;
use crate::exchange::records::intervention::InterventionOut;
use crate::exchange::records::study::StudyOut;
use crate::exchange::records::theme::ThemeOut;
use crate::exchange::references::cite::ReferenceStyle;
use crate::exchange::references::entry::Entry;
use crate::interventions::intervention::Intervention;
use crate::records::public::moved;
use crate::records::record::{Document, Found, Published};
use crate::search::query::AS_OF;
use crate::studies::study::Study;
use crate::themes::theme::Theme;

/// A kind of record that the API gives.
trait Shown: Document {
    type Out: Serialize;
    /// Its lists, under the root of the API.
    const PATH: &str;

    fn out(edition: &Edition, published: &Published<Self>) -> Self::Out;
}

impl Shown for Study {
    type Out = StudyOut;
    const PATH: &str = "/studies";

    fn out(edition: &Edition, published: &Published<Self>) -> StudyOut {
        StudyOut::new(edition, published)
    }
}

impl Shown for Intervention {
    type Out = InterventionOut;
    const PATH: &str = "/interventions";

    fn out(edition: &Edition, published: &Published<Self>) -> InterventionOut {
        InterventionOut::new(edition, published)
    }
}

impl Shown for Theme {
    type Out = ThemeOut;
    const PATH: &str = "/themes";

    fn out(edition: &Edition, published: &Published<Self>) -> ThemeOut {
        ThemeOut::new(edition, published)
    }
}

/// What is at an address: the record, or the answer that leads elsewhere.
enum At<D> {
    Here(Edition, Published<D>),
    Elsewhere(Response),
}

/// `rest` is what follows the name in the address.
async fn at<S: Shown>(app: &App, slug: &str, rest: &str, query: &str) -> Result<At<S>> {
    let (edition, found) = Edition::find::<S>(app, slug, query).await?;
    match found {
        Found::Live(published) => Ok(At::Here(edition, published)),
        Found::Moved(slug) => {
            let mark = if query.is_empty() { "" } else { "?" };
            let path = S::PATH;
            let moved = moved(&format!("{ROOT}{path}/{slug}{rest}{mark}{query}"));
            Ok(At::Elsewhere(moved))
        }
        Found::Withdrawn(notice) => Err(Error::Gone(notice)),
        Found::Missing => Err(Error::NotFound),
    }
}

/// The record of a kind and a name, as it stands or stood.
async fn one<S: Shown>(app: &App, slug: &str, query: Option<String>) -> Result<Response> {
    let query = query.unwrap_or_default();
    nothing_but(&query, &[AS_OF])?;
    Ok(match at::<S>(app, slug, "", &query).await? {
        At::Here(edition, published) => Json(S::out(&edition, &published)).into_response(),
        At::Elsewhere(response) => response,
    })
}

/// One study
#[utoipa::path(
    get,
    path = "/api/v1/studies/{slug}",
    operation_id = "getStudy",
    tag = "Studies",
    params(Named, AsOf),
    responses(
        (status = 200, description = "The study", body = StudyOut),
        OfRecord,
    )
)]
pub async fn study(
    State(app): State<App>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    one::<Study>(&app, &slug, query).await
}

/// One intervention
#[utoipa::path(
    get,
    path = "/api/v1/interventions/{slug}",
    operation_id = "getIntervention",
    tag = "Interventions",
    params(Named, AsOf),
    responses(
        (status = 200, description = "The intervention", body = InterventionOut),
        OfRecord,
    )
)]
pub async fn intervention(
    State(app): State<App>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    one::<Intervention>(&app, &slug, query).await
}

/// One theme
#[utoipa::path(
    get,
    path = "/api/v1/themes/{slug}",
    operation_id = "getTheme",
    tag = "Themes",
    params(Named, AsOf),
    responses(
        (status = 200, description = "The theme", body = ThemeOut),
        OfRecord,
    )
)]
pub async fn theme(
    State(app): State<App>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    one::<Theme>(&app, &slug, query).await
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
    params(Named, StyleAsked, AsOf),
    responses(
        (status = 200, description = "The reference", body = Citation),
        OfRecord,
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
    let (edition, published) = match at::<Study>(&app, &slug, "/citation", &query).await? {
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
