//! The values of fields in the words of a curator.

use serde_json::Value;

use super::Naming;
use crate::effects::metric::Metric;
use crate::records::coding::{NOT_APPLICABLE, NOT_REPORTED};
use crate::records::fields::Shape;
use crate::studies::study::Level;

/// Whether a value says nothing. A missing field is null here.
#[must_use]
pub fn is_silence(shape: Shape, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::String(text) => {
            text.is_empty()
                || (text == NOT_REPORTED && matches!(shape, Shape::Term(_) | Shape::Terms(_)))
        }
        Value::Bool(value) => !value && shape == Shape::Flag,
        Value::Number(_) | Value::Object(_) => false,
    }
}

/// One value in words; JSON where the value is not of its shape.
#[must_use]
pub fn value(shape: Shape, value: &Value, say: &dyn Naming) -> String {
    if is_silence(shape, value) {
        return silence(shape).to_owned();
    }
    match (shape, value) {
        (Shape::YesNo | Shape::Flag, Value::Bool(yes)) => {
            if *yes { "Yes" } else { "No" }.to_owned()
        }
        (Shape::Term(_) | Shape::Terms(_), Value::String(word)) if word == NOT_APPLICABLE => {
            "Not applicable".to_owned()
        }
        (Shape::Term(vocabulary), Value::String(slug)) => say.term(vocabulary, slug),
        (Shape::Terms(vocabulary), Value::Array(slugs)) => {
            let term = |slug: &Value| slug.as_str().map(|slug| say.term(vocabulary, slug));
            let terms: Vec<_> = slugs
                .iter()
                .map(|slug| term(slug).unwrap_or_else(|| raw(slug)))
                .collect();
            terms.join(", ")
        }
        (Shape::Link(kind), Value::String(slug)) => say.record(kind, slug),
        (Shape::Metric, Value::String(word)) => {
            Metric::parse(word).map_or_else(|| word.clone(), |metric| metric.label().to_owned())
        }
        (Shape::Level, Value::String(word)) => {
            Level::parse(word).map_or_else(|| word.clone(), |level| level.label().to_owned())
        }
        _ => raw(value),
    }
}

fn silence(shape: Shape) -> &'static str {
    match shape {
        Shape::YesNo => "Not known",
        Shape::Flag => "No",
        Shape::Link(_) => "None",
        _ => "Not reported",
    }
}

/// One item of a list in words.
#[must_use]
pub fn item(shape: Shape, value: &Value, say: &dyn Naming) -> String {
    match (shape, value) {
        (Shape::Links(kind), Value::String(slug)) => say.record(kind, slug),
        (Shape::Countries, Value::String(code)) => say.country(code),
        (Shape::Lines | Shape::Nations, Value::String(text)) => text.clone(),
        (Shape::Authors, Value::Object(_)) => author(value),
        _ => raw(value),
    }
}

/// "Altschul, Inna"; a body that signs as one is named as such, or else the department for
/// "Children, Schools and Families" could not be told from a person.
fn author(author: &Value) -> String {
    let text = |name: &str| author[name].as_str().unwrap_or_default();
    let mut words = match (text("family"), text("given")) {
        (family, "") => format!("{family} (organisation)"),
        (family, given) => format!("{family}, {given}"),
    };
    for (name, value) in author.as_object().into_iter().flatten() {
        let told = matches!(name.as_str(), "family" | "given") && value.is_string();
        if !told && !value.is_null() {
            words.push_str(&format!(" ({name}: {})", raw(value)));
        }
    }
    words
}

/// The value as it is stored.
#[must_use]
pub fn raw(value: &Value) -> String {
    match value {
        Value::Null => "Nothing".to_owned(),
        value => value.to_string(),
    }
}

/// All that a value says, without the names of its fields.
#[must_use]
pub fn all_words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(items) => items.iter().map(all_words).collect::<Vec<_>>().join(" "),
        Value::Object(fields) => fields.values().map(all_words).collect::<Vec<_>>().join(" "),
    }
}
