//! Going through two bodies side by side: which fields differ, and how.

use std::time::Instant;

use serde_json::Value;

use super::lists::{Bag, Pairing};
use super::{Change, Difference, Fate, Naming, Part, said, words};
use crate::records::fields::{Field, Shape};
use crate::studies::quotes;

/// Parts are named by the first words of what they say.
const NAME_WORDS: usize = 12;

static NOTHING: Value = Value::Null;

/// What all comparisons of one pair of bodies share.
pub struct Comparison<'a> {
    pub say: &'a dyn Naming,
    /// When texts are no longer compared word by word.
    pub until: Instant,
}

impl Comparison<'_> {
    /// The differences between two objects with these fields.
    pub fn objects(
        &self,
        fields: &'static [Field],
        before: &Value,
        after: &Value,
    ) -> Vec<Difference> {
        if before == after {
            return Vec::new();
        }
        let readable = |body: &Value| body.is_object() || body.is_null();
        if !readable(before) || !readable(after) {
            return vec![unknown("content", replaced(before, after))];
        }
        let known = fields
            .iter()
            .flat_map(|field| self.field(field, get(before, field.name), get(after, field.name)));
        let others = other_names(fields, before, after)
            .into_iter()
            .filter_map(|name| self.unknown_field(name, get(before, name), get(after, name)));
        known.chain(others).collect()
    }

    fn field(&self, field: &Field, before: &Value, after: &Value) -> Vec<Difference> {
        if let (Shape::Verification, Some(parts)) = (field.shape, field.shape.parts()) {
            return within(field, self.objects(parts, before, after));
        }
        let difference = self
            .change(field.shape, before, after)
            .map(|change| Difference {
                field: field.label.into(),
                name: field.name.into(),
                noun: field.noun,
                public: field.public,
                change,
            });
        difference.into_iter().collect()
    }

    fn unknown_field(&self, name: &str, before: &Value, after: &Value) -> Option<Difference> {
        if before == after {
            return None;
        }
        let change = match (before.as_str(), after.as_str()) {
            (Some(before), Some(after)) => self.words(before, after),
            _ => replaced(before, after),
        };
        Some(unknown(name, change))
    }

    fn change(&self, shape: Shape, before: &Value, after: &Value) -> Option<Change> {
        let silent = |value: &Value| said::is_silence(shape, value);
        if before == after || (silent(before) && silent(after)) {
            return None;
        }
        let text = |value: &Value| value.is_string() || silent(value);
        let list = |value: &Value| value.is_array() || silent(value);
        match shape {
            Shape::Text | Shape::Markdown if text(before) && text(after) => {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                Some(self.words(&text(before), &text(after)))
            }
            Shape::Number
            | Shape::YesNo
            | Shape::Flag
            | Shape::Term(_)
            | Shape::Terms(_)
            | Shape::Link(_)
            | Shape::Metric
            | Shape::Level => Some(self.value(shape, before, after)),
            Shape::Links(_) | Shape::Countries | Shape::Nations | Shape::Authors | Shape::Lines
                if list(before) && list(after) =>
            {
                Some(self.items(shape, items(before), items(after))).filter(|it| !it.is_empty())
            }
            Shape::KeyMessages | Shape::Effects | Shape::Quotes if list(before) && list(after) => {
                Some(self.parts(shape, items(before), items(after))).filter(|it| !it.is_empty())
            }
            _ => Some(replaced(before, after)),
        }
    }

    fn words(&self, before: &str, after: &str) -> Change {
        Change::Words(words::shorten(words::compare(before, after, self.until)))
    }

    fn value(&self, shape: Shape, before: &Value, after: &Value) -> Change {
        let words = |value| said::value(shape, value, self.say);
        let (told, tells) = (words(before), words(after));
        if told == tells {
            // Two terms of one name, or a value of another type.
            return replaced(before, after);
        }
        Change::Value {
            before: told,
            after: tells,
        }
    }

    fn items(&self, shape: Shape, before: &[Value], after: &[Value]) -> Change {
        let words = |values: &[Value]| -> Vec<String> {
            let word = |value| said::item(shape, value, self.say);
            values.iter().map(word).collect()
        };
        let (told, tells) = (words(before), words(after));
        // Two records may share a name; an author may be written in two ways that mean the same.
        let mut pairing = match shape {
            Shape::Authors => Pairing::of_equals(&told, &tells),
            _ => Pairing::of_equals(&stored(before), &stored(after)),
        };
        let changed = match shape {
            Shape::Lines | Shape::Authors => pair_alike(&mut pairing, &told, &tells),
            _ => Vec::new(),
        };
        let compare = |(old, new): (usize, usize)| {
            words::shorten(words::compare(&told[old], &tells[new], self.until))
        };
        Change::Items {
            changed: changed.into_iter().map(compare).collect(),
            reordered: pairing.reordered(),
            removed: pairing.removed.iter().map(|&at| told[at].clone()).collect(),
            added: pairing.added.iter().map(|&at| tells[at].clone()).collect(),
            total: after.len(),
        }
    }

    fn parts(&self, shape: Shape, before: &[Value], after: &[Value]) -> Change {
        let fields = shape.parts().unwrap_or_default();
        let mut pairing = Pairing::of_equals(&stored(before), &stored(after));
        pair_parts(&mut pairing, shape, before, after);
        let part = |fate, named: &Value, old, new| Part {
            name: name(shape, named),
            fate,
            differences: self.objects(fields, old, new),
        };
        let changed = pairing.pairs.iter().map(|&(old, new)| {
            let part = part(Fate::Changed, &after[new], &before[old], &after[new]);
            (new, part)
        });
        let changed = changed.filter(|(_, part)| !part.differences.is_empty());
        let added = pairing.added.iter();
        let added = added.map(|&new| (new, part(Fate::Added, &after[new], &NOTHING, &after[new])));
        let mut now: Vec<_> = changed.chain(added).collect();
        now.sort_by_key(|(place, _)| *place);
        let removed = pairing.removed.iter();
        let removed = removed.map(|&old| part(Fate::Removed, &before[old], &before[old], &NOTHING));
        Change::Parts {
            parts: now
                .into_iter()
                .map(|(_, part)| part)
                .chain(removed)
                .collect(),
            reordered: pairing.reordered(),
            total: after.len(),
        }
    }
}

fn get<'a>(body: &'a Value, name: &str) -> &'a Value {
    body.get(name).unwrap_or(&NOTHING)
}

fn items(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

fn stored(items: &[Value]) -> Vec<String> {
    items.iter().map(Value::to_string).collect()
}

fn replaced(before: &Value, after: &Value) -> Change {
    Change::Value {
        before: said::raw(before),
        after: said::raw(after),
    }
}

fn unknown(name: &str, change: Change) -> Difference {
    Difference {
        field: name.to_owned().into(),
        name: name.to_owned().into(),
        noun: "",
        public: false,
        change,
    }
}

/// The names in either body that the table lacks: fields of an older or newer version.
fn other_names<'a>(fields: &[Field], before: &'a Value, after: &'a Value) -> Vec<&'a str> {
    let bodies = [before, after].into_iter().filter_map(Value::as_object);
    let mut names: Vec<&str> = bodies
        .flat_map(|body| body.keys().map(String::as_str))
        .filter(|name| fields.iter().all(|field| field.name != *name))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The differences within a field that has one value with fields of its own.
fn within(field: &Field, differences: Vec<Difference>) -> Vec<Difference> {
    let named = differences.into_iter().map(|difference| Difference {
        name: format!("{}.{}", field.name, difference.name).into(),
        ..difference
    });
    named.collect()
}

fn pair_alike(pairing: &mut Pairing, before: &[String], after: &[String]) -> Vec<(usize, usize)> {
    let (before, after) = (Bag::of_each(before), Bag::of_each(after));
    pairing.pair_alike(|old, new| before[old].likeness(&after[new]))
}

/// A part keeps its identity through its name, and through its other words when it is renamed.
fn pair_parts(pairing: &mut Pairing, shape: Shape, before: &[Value], after: &[Value]) {
    let texts = |parts: &[Value]| parts.iter().map(said::all_words).collect::<Vec<_>>();
    let (told, tells) = (texts(before), texts(after));
    let (told, tells) = (Bag::of_each(&told), Bag::of_each(&tells));
    pairing.pair_alike(|old, new| {
        let same_name = name(shape, &before[old]) == name(shape, &after[new]);
        f64::from(u8::from(same_name)) + told[old].likeness(&tells[new])
    });
}

/// What a part is called: an effect by its measure, a quote by the field that it stands behind, a
/// key message by its first words.
fn name(shape: Shape, part: &Value) -> String {
    let key = match shape {
        Shape::Effects => "measure",
        Shape::Quotes => "field",
        _ => "text",
    };
    let Some(text) = part.get(key).and_then(Value::as_str) else {
        return String::new();
    };
    if shape == Shape::Quotes {
        return quotes::label(text).to_owned();
    }
    let mut words = text.split_whitespace();
    let first: Vec<_> = words.by_ref().take(NAME_WORDS).collect();
    let more = if words.next().is_some() { " …" } else { "" };
    first.join(" ") + more
}
