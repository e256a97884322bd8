//! The vocabularies with their terms, and what each term means.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::asked::{Named, nothing_but};
use crate::api::refusals::{OfFixed, OfNamed};
use crate::app::App;
use crate::error::{Error, Result};
use crate::vocabularies::vocabulary::TermList;

/// A list of terms that records are tagged with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Vocabulary)]
pub struct VocabularyOut {
    pub slug: String,
    pub label: String,
    pub scope_note: String,
    /// In the order of the pages.
    pub terms: Vec<TermNote>,
}

/// A term with when it is used and what it means.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermNote {
    pub slug: String,
    pub label: String,
    pub scope_note: String,
}

impl From<&TermList> for VocabularyOut {
    fn from(list: &TermList) -> Self {
        Self {
            slug: list.slug.to_string(),
            label: list.label.clone(),
            scope_note: list.scope_note.clone(),
            terms: list
                .terms
                .iter()
                .map(|term| TermNote {
                    slug: term.slug.to_string(),
                    label: term.label.clone(),
                    scope_note: term.scope_note.clone(),
                })
                .collect(),
        }
    }
}

/// Vocabularies
#[utoipa::path(
    get,
    path = "/api/v1/vocabularies",
    operation_id = "listVocabularies",
    tag = "Vocabularies",
    responses(
        (status = 200, description = "All of them", body = Vec<VocabularyOut>),
        OfFixed,
    )
)]
pub async fn index(
    State(app): State<App>,
    RawQuery(query): RawQuery,
) -> Result<Json<Vec<VocabularyOut>>> {
    nothing_but(query.as_deref().unwrap_or_default(), &[])?;
    let catalogue = app.catalogue();
    let lists = catalogue.vocabularies.lists().iter();
    Ok(Json(lists.map(VocabularyOut::from).collect()))
}

/// One vocabulary
#[utoipa::path(
    get,
    path = "/api/v1/vocabularies/{slug}",
    operation_id = "getVocabulary",
    tag = "Vocabularies",
    params(Named),
    responses(
        (status = 200, description = "The vocabulary", body = VocabularyOut),
        OfNamed,
    )
)]
pub async fn show(
    State(app): State<App>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<VocabularyOut>> {
    nothing_but(query.as_deref().unwrap_or_default(), &[])?;
    let catalogue = app.catalogue();
    let mut lists = catalogue.vocabularies.lists().iter();
    let list = lists.find(|list| list.slug.as_str() == slug);
    Ok(Json(list.ok_or(Error::NotFound)?.into()))
}
