//! The data dictionary of a snapshot: a Frictionless data package
//! (<https://specs.frictionlessdata.io/data-package/>).

use serde_json::{Value, json};

use crate::exchange::edition::{Edition, KEEPER, LICENCE};
use crate::exchange::snapshot::tables::{Field, OF_STUDIES, TERMS, THEMES};
use crate::exchange::table::{Column, INTERVENTIONS, STUDIES};

/// The description of an archive's tables.
#[must_use]
pub fn package(edition: &Edition, version: &str) -> Value {
    let mut resources = vec![
        resource(
            "studies",
            "One row for each published study",
            &of_columns(STUDIES),
            &["slug"],
        ),
        resource(
            "interventions",
            "One row for each published intervention",
            &of_columns(INTERVENTIONS),
            &["slug"],
        ),
        resource(
            "themes",
            "One row for each theme",
            &of_fields(THEMES),
            &["slug"],
        ),
        resource(
            "terms",
            "The terms of all vocabularies",
            &of_fields(TERMS),
            &["vocabulary", "term"],
        ),
    ];
    for table in &OF_STUDIES {
        let mut described = resource(table.name, table.meaning, &of_fields(table.fields), &[]);
        described["schema"]["foreignKeys"] = json!([{
            "fields": ["study"],
            "reference": {"resource": "studies", "fields": ["slug"]},
        }]);
        resources.push(described);
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

fn resource(name: &str, description: &str, fields: &[Value], key: &[&str]) -> Value {
    let path = format!("csv/{name}.csv");
    let mut resource = json!({
        "profile": "tabular-data-resource",
        "name": name,
        "path": path,
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

fn of_columns<T>(columns: &[Column<T>]) -> Vec<Value> {
    columns
        .iter()
        .map(|column| field(column.name, column.kind, column.meaning))
        .collect()
}

fn of_fields(fields: &[Field]) -> Vec<Value> {
    fields
        .iter()
        .map(|(name, kind, meaning)| field(name, kind, meaning))
        .collect()
}

fn field(name: &str, kind: &str, meaning: &str) -> Value {
    json!({"name": name, "type": kind, "description": meaning})
}
