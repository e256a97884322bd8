//! What differs between two bodies of one kind, field by field and in words.

mod comparison;
mod lists;
#[cfg(test)]
mod properties;
mod said;
mod summary;
#[cfg(test)]
mod tests;
mod words;

use std::borrow::Cow;
use std::time::{Duration, Instant};

use serde_json::Value;

use self::comparison::Comparison;
use crate::records::fields;
use crate::records::record::Kind;

pub use self::summary::summary;
pub use self::words::Piece;

/// Comparing texts may take so long for one pair of bodies; what is left is then shown as replaced.
const PATIENCE: Duration = Duration::from_millis(250);

/// Turns what bodies store into what people call it.
pub trait Naming {
    /// The label of a term.
    fn term(&self, vocabulary: &str, slug: &str) -> String;
    /// The name of a record, which tells it from others of its kind.
    fn record(&self, kind: Kind, slug: &str) -> String;
    /// The name of a country by its ISO code.
    fn country(&self, code: &str) -> String;
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The label of the field; its JSON name when this version knows no such field.
    pub field: Cow<'static, str>,
    /// The field's name in JSON; `verified.level` for a field within a field.
    pub name: Cow<'static, str>,
    /// The field within a sentence; empty when this version knows no such field.
    pub noun: &'static str,
    /// Whether readers ever see the field.
    pub public: bool,
    pub change: Change,
}

/// How a field differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A text.
    Words(Vec<Piece>),
    /// A single value or a coded field, in words.
    Value { before: String, after: String },
    /// A list.
    Items {
        removed: Vec<String>,
        added: Vec<String>,
        changed: Vec<Vec<Piece>>,
        /// What stayed stands in another order.
        reordered: bool,
        /// How many items there are now.
        total: usize,
    },
    /// A list whose items have fields of their own: effects, key messages.
    Parts {
        parts: Vec<Part>,
        reordered: bool,
        total: usize,
    },
}

/// One item of a list that has fields of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub fate: Fate,
    pub differences: Vec<Difference>,
}

/// What became of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Changed,
    Added,
    Removed,
}

/// The differences between two bodies in the order of the kind's fields; unknown fields come last.
#[must_use]
pub fn differences(kind: Kind, before: &Value, after: &Value, say: &dyn Naming) -> Vec<Difference> {
    let comparison = Comparison {
        say,
        until: Instant::now() + PATIENCE,
    };
    comparison.objects(fields::fields(kind), before, after)
}

impl Change {
    /// Whether nothing differs after all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Words(pieces) => pieces.iter().all(|piece| matches!(piece, Piece::Same(_))),
            Self::Value { before, after } => before == after,
            Self::Items {
                removed,
                added,
                changed,
                reordered,
                total: _,
            } => removed.is_empty() && added.is_empty() && changed.is_empty() && !reordered,
            Self::Parts {
                parts, reordered, ..
            } => parts.is_empty() && !reordered,
        }
    }
}
