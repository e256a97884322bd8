//! Where the bodies of records hold terms, as the table of fields has it: finding them, and putting
//! one term in the place of another.

use serde_json::Value;

use crate::records::fields::{Field, Shape, fields};
use crate::records::record::Kind;

/// Calls `found` with the vocabulary and the slug of every term in a body.
pub fn each_term(kind: Kind, body: &Value, mut found: impl FnMut(&'static str, &str)) {
    each_within(fields(kind), body, &mut found);
}

fn each_within(fields: &'static [Field], body: &Value, found: &mut impl FnMut(&'static str, &str)) {
    for field in fields {
        let Some(value) = body.get(field.name) else {
            continue;
        };
        match field.shape {
            Shape::Term(vocabulary) => {
                if let Some(term) = value.as_str() {
                    found(vocabulary, term);
                }
            }
            Shape::Terms(vocabulary) => {
                let terms = value.as_array().into_iter().flatten();
                for term in terms.filter_map(Value::as_str) {
                    found(vocabulary, term);
                }
            }
            shape => {
                let Some(parts) = shape.parts() else {
                    continue;
                };
                let alone = std::slice::from_ref(value);
                for part in value.as_array().map_or(alone, Vec::as_slice) {
                    each_within(parts, part, found);
                }
            }
        }
    }
}

/// Whether a body holds a term of a vocabulary.
#[must_use]
pub fn holds(kind: Kind, body: &Value, vocabulary: &str, term: &str) -> bool {
    let mut is_held = false;
    each_term(kind, body, |of, slug| {
        is_held |= of == vocabulary && slug == term;
    });
    is_held
}

/// Puts `into` in the place of `from` wherever a body holds it. Whether it did.
pub fn replace_term(
    kind: Kind,
    body: &mut Value,
    vocabulary: &str,
    from: &str,
    into: &str,
) -> bool {
    replace_within(fields(kind), body, vocabulary, from, into)
}

fn replace_within(
    fields: &[Field],
    body: &mut Value,
    vocabulary: &str,
    from: &str,
    into: &str,
) -> bool {
    let mut has_changed = false;
    for field in fields {
        let Some(value) = body.get_mut(field.name) else {
            continue;
        };
        match field.shape {
            Shape::Term(of) if of == vocabulary && value == from => {
                *value = into.into();
                has_changed = true;
            }
            Shape::Terms(of) if of == vocabulary => {
                if let Some(terms) = value.as_array_mut() {
                    has_changed |= replace_in_list(terms, from, into);
                }
            }
            shape => {
                let Some(parts) = shape.parts() else {
                    continue;
                };
                let parts_of = match value {
                    Value::Array(items) => items.as_mut_slice(),
                    other => std::slice::from_mut(other),
                };
                for part in parts_of {
                    has_changed |= replace_within(parts, part, vocabulary, from, into);
                }
            }
        }
    }
    has_changed
}

/// A record that had both terms keeps the one, where it stood.
fn replace_in_list(terms: &mut Vec<Value>, from: &str, into: &str) -> bool {
    let Some(place) = terms.iter().position(|term| term == from) else {
        return false;
    };
    if terms.iter().any(|term| term == into) {
        terms.retain(|term| term != from);
    } else {
        terms[place] = into.into();
        terms.retain(|term| term != from);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_term_is_replaced_wherever_it_stands() {
        let mut body = json!({
            "outcomes": ["reading", "attainment", "literacy"],
            "stages": ["reading"],
            "study_design": "reading",
            "title": "reading",
            "effects": [{"outcome": "reading"}, {"outcome": "attainment"}],
        });
        assert!(replace_term(
            Kind::Study,
            &mut body,
            "outcome",
            "reading",
            "literacy"
        ));
        assert_eq!(
            body,
            json!({
                "outcomes": ["attainment", "literacy"],
                "stages": ["reading"],
                "study_design": "reading",
                "title": "reading",
                "effects": [{"outcome": "literacy"}, {"outcome": "attainment"}],
            })
        );
        assert!(!replace_term(
            Kind::Study,
            &mut body,
            "outcome",
            "reading",
            "literacy"
        ));
        assert!(holds(Kind::Study, &body, "outcome", "literacy"));
        assert!(holds(Kind::Study, &body, "design", "reading"));
        assert!(!holds(Kind::Study, &body, "outcome", "reading"));
    }

    #[test]
    fn silence_holds_no_term() {
        let body = json!({"outcomes": "not-applicable", "stages": [], "cost": null, "effects": 3});
        let mut found = 0;
        each_term(Kind::Intervention, &body, |_, _| found += 1);
        each_term(Kind::Study, &body, |_, _| found += 1);
        assert_eq!(found, 0);
    }
}
