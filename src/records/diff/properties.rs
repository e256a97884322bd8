//! What holds for any two bodies and any two texts.

use std::time::Instant;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::Value;

use super::tests::{Labels, pieces};
use super::words::{Piece, compare};
use super::*;

fn joined(pieces: &[Piece], changed: fn(&Piece) -> Option<&String>) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Same(text) => Some(text.clone()),
        piece => changed(piece).cloned(),
    };
    let texts: Vec<_> = pieces.iter().filter_map(text).collect();
    texts.concat()
}

fn before_of(piece: &Piece) -> Option<&String> {
    match piece {
        Piece::Removed(text) => Some(text),
        Piece::Same(_) | Piece::Added(_) | Piece::Omitted(_) => None,
    }
}

fn after_of(piece: &Piece) -> Option<&String> {
    match piece {
        Piece::Added(text) => Some(text),
        Piece::Same(_) | Piece::Removed(_) | Piece::Omitted(_) => None,
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-c ]{0,5}".prop_map(Value::from),
        prop_oneof!["not-applicable", "not-reported", "abstract", "GB", "👪é"]
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(
                "family|given|measure|text|level|studies|estimate|x",
                inner,
                0..4
            )
            .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Bodies with fields of the table, with others, and with any values.
fn any_body() -> impl Strategy<Value = (Kind, Value, Value)> {
    (0..Kind::ALL.len()).prop_flat_map(|kind| {
        let kind = Kind::ALL[kind];
        let names: Vec<_> = crate::records::fields::fields(kind)
            .iter()
            .map(|field| field.name.to_owned())
            .chain(["unheard_of".to_owned()])
            .collect();
        let body = || {
            let fields = btree_map(proptest::sample::select(names.clone()), any_json(), 0..8);
            let object = fields.prop_map(|map| Value::Object(map.into_iter().collect()));
            prop_oneof![9 => object, 1 => any_json()]
        };
        (Just(kind), body(), body())
    })
}

proptest! {
    #[test]
    fn equal_bodies_have_no_differences((kind, body, _) in any_body()) {
        prop_assert_eq!(differences(kind, &body, &body, &Labels), []);
    }

    #[test]
    fn whatever_is_stored_is_compared_and_alike_both_ways((kind, one, other) in any_body()) {
        let (there, back) = (
            differences(kind, &one, &other, &Labels),
            differences(kind, &other, &one, &Labels),
        );
        let names = |found: &[Difference]| -> Vec<_> {
            found.iter().map(|found| found.name.clone()).collect()
        };
        prop_assert_eq!(names(&there), names(&back));
        prop_assert!(there.iter().all(|found| !found.change.is_empty()));
        let _ = summary(&there);
    }

    #[test]
    fn pieces_hold_both_texts(before in "[a-c .,\n]{0,60}|.{0,30}", after in "[a-c .,\n]{0,60}|.{0,30}") {
        let pieces = pieces(&before, &after);
        prop_assert_eq!(joined(&pieces, before_of), before);
        prop_assert_eq!(joined(&pieces, after_of), after);
    }

    #[test]
    fn pieces_hold_both_texts_when_there_is_no_time(before in ".{0,60}", after in ".{0,60}") {
        let pieces = compare(&before, &after, Instant::now());
        prop_assert_eq!(joined(&pieces, before_of), before);
        prop_assert_eq!(joined(&pieces, after_of), after);
    }
}
