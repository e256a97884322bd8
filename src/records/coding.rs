//! Coded fields and their three states. Silence of a paper is a value that readers see, count and
//! filter by; it is never a "no".

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::records::slug::Slug;

/// A term of a vocabulary, named by its slug.
pub type Term = Slug;

pub const NOT_REPORTED: &str = "not-reported";
pub const NOT_APPLICABLE: &str = "not-applicable";

/// A field that a coder fills from a vocabulary. `T` is [`Term`] or a list of terms.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Coding<T> {
    Coded(T),
    #[default]
    NotReported,
    NotApplicable,
}

impl<T> Coding<T> {
    #[must_use]
    pub fn coded(&self) -> Option<&T> {
        match self {
            Self::Coded(value) => Some(value),
            Self::NotReported | Self::NotApplicable => None,
        }
    }
}

impl Coding<Vec<Term>> {
    /// The terms; none when nothing was reported or the question does not apply.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        self.coded().map_or(&[], Vec::as_slice)
    }
}

/// What a coded value looks like in JSON when a source is silent: `null` for one term, `[]` for a
/// list. Not applicable is the text `not-applicable` in both.
pub trait Codable: Serialize + for<'de> Deserialize<'de> {
    fn is_silence(&self) -> bool;
    fn serialize_silence<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error>;
}

impl Codable for Term {
    fn is_silence(&self) -> bool {
        false
    }
    fn serialize_silence<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_none()
    }
}

impl Codable for Vec<Term> {
    fn is_silence(&self) -> bool {
        self.is_empty()
    }
    fn serialize_silence<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        [(); 0].serialize(serializer)
    }
}

impl<T: Codable> Serialize for Coding<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Coded(value) => value.serialize(serializer),
            Self::NotReported => T::serialize_silence(serializer),
            Self::NotApplicable => NOT_APPLICABLE.serialize(serializer),
        }
    }
}

impl<'de, T: Codable> Deserialize<'de> for Coding<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Shape<T> {
            State(State),
            Value(T),
            Silence(()),
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "kebab-case")]
        enum State {
            NotReported,
            NotApplicable,
        }
        Ok(match Shape::<T>::deserialize(deserializer)? {
            Shape::State(State::NotApplicable) => Self::NotApplicable,
            Shape::State(State::NotReported) | Shape::Silence(()) => Self::NotReported,
            Shape::Value(value) if value.is_silence() => Self::NotReported,
            Shape::Value(value) => Self::Coded(value),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(json: &str) -> Coding<Vec<Term>> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_three_states_survive_json() {
        let low_income = Slug::parse("low-income").unwrap();
        assert_eq!(
            list(r#"["low-income"]"#),
            Coding::Coded(vec![low_income.clone()])
        );
        assert_eq!(list("[]"), Coding::NotReported);
        assert_eq!(list("null"), Coding::NotReported);
        assert_eq!(list(r#""not-applicable""#), Coding::NotApplicable);
        for state in [
            Coding::Coded(vec![low_income]),
            Coding::NotReported,
            Coding::NotApplicable,
        ] {
            let json = serde_json::to_string(&state).unwrap();
            assert_eq!(list(&json), state);
        }
    }

    #[test]
    fn silence_is_written_as_the_collection_writes_it() {
        assert_eq!(
            serde_json::to_string(&Coding::<Vec<Term>>::NotReported).unwrap(),
            "[]"
        );
        assert_eq!(
            serde_json::to_string(&Coding::<Term>::NotReported).unwrap(),
            "null"
        );
    }
}
