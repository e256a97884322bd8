//! The data dictionary of a snapshot: a Frictionless data package
//! (<https://specs.frictionlessdata.io/data-package/>).

use serde_json::{Value, json};

use crate::exchange::edition::{Edition, KEEPER, LICENCE};
use crate::exchange::snapshot::tables::{AUTHORS, EFFECTS, SOURCES, STUDY_TERMS, TERMS, THEMES};
use crate::exchange::table::{Column, INTERVENTIONS, STUDIES};

/// The description of an archive's tables.
#[must_use]
pub fn package(edition: &Edition, version: &str) -> Value {
    let mut resources = vec![
        resource(
            "studies",
            "One row for each published study",
            STUDIES,
            &["slug"],
        ),
        resource(
            "interventions",
            "One row for each published intervention",
            INTERVENTIONS,
            &["slug"],
        ),
        resource("themes", "One row for each theme", THEMES, &["slug"]),
        resource(
            "terms",
            "The terms of all vocabularies",
            TERMS,
            &["vocabulary", "term"],
        ),
    ];
    for mut of_studies in [
        resource(
            "study-authors",
            "Who wrote each study, in order",
            AUTHORS,
            &[],
        ),
        resource(
            "study-terms",
            "What each study is tagged with: one row for a term, or for a field that is not \
             reported or not applicable",
            STUDY_TERMS,
            &[],
        ),
        resource(
            "study-sources",
            "What each record was checked against",
            SOURCES,
            &[],
        ),
        resource(
            "effects",
            "Every numeric result. A positive estimate favours the intervention; an odds ratio \
             above 1 does",
            EFFECTS,
            &["study", "number"],
        ),
    ] {
        of_studies["schema"]["foreignKeys"] = json!([{
            "fields": ["study"],
            "reference": {"resource": "studies", "fields": ["slug"]},
        }]);
        resources.push(of_studies);
    }
    json!({
        "profile": "tabular-data-package",
        "name": "engaging-with-families",
        "id": edition.absolute("/data"),
        "title": &*edition.site_name,
        "description": "Published evidence on schools and families working together.",
        "homepage": edition.absolute("/"),
        "version": version,
        "created": format!("{}T00:00:00Z", edition.today),
        "licenses": [{
            "name": "CC-BY-4.0",
            "path": LICENCE,
            "title": "Creative Commons Attribution 4.0 International",
        }],
        "contributors": [{"title": KEEPER, "role": "publisher"}],
        "keywords": ["education", "families", "schools", "evidence", "attainment gap"],
        "resources": resources,
    })
}

fn resource<T>(name: &str, description: &str, columns: &[Column<T>], key: &[&str]) -> Value {
    let fields: Vec<_> = columns
        .iter()
        .map(|column| {
            json!({"name": column.name, "type": column.kind, "description": column.meaning})
        })
        .collect();
    let mut resource = json!({
        "profile": "tabular-data-resource",
        "name": name,
        "path": format!("csv/{name}.csv"),
        "description": description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"lineTerminator": "\r\n"},
        "schema": {"fields": fields, "missingValues": [""]},
    });
    if !key.is_empty() {
        resource["schema"]["primaryKey"] = json!(key);
    }
    resource
}
