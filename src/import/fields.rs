//! Reading one JSON object field by field. A field that is wrong is named and reading goes on, so
//! that all faults of a record are found at once.

use serde_json::{Map, Value};

use crate::effects::effect::Figure;
use crate::import::faults::{Fault, Faults};
use crate::records::coding::{Coding, NOT_APPLICABLE, NOT_REPORTED, Term};
use crate::records::slug::Slug;
use crate::vocabularies::vocabulary::{Vocabularies, Vocabulary};

/// The fields of one object, taken out one after another.
pub struct Fields<'a> {
    values: Map<String, Value>,
    /// The file and record, for messages.
    file: &'a str,
    record: &'a str,
    /// Where this object stands within the record, with a final dot; empty at the top.
    prefix: String,
    faults: &'a mut Faults,
}

impl<'a> Fields<'a> {
    pub fn new(
        values: Map<String, Value>,
        file: &'a str,
        record: &'a str,
        faults: &'a mut Faults,
    ) -> Self {
        Self {
            values,
            file,
            record,
            prefix: String::new(),
            faults,
        }
    }

    pub fn fault(&mut self, field: &str, message: impl Into<String>) {
        self.faults.push(Fault {
            file: self.file.to_owned(),
            record: Some(self.record.to_owned()),
            field: Some(format!("{}{field}", self.prefix)),
            message: message.into(),
        });
    }

    /// The value of a field; `null` counts as absent.
    fn take(&mut self, field: &str) -> Option<Value> {
        self.values.remove(field).filter(|value| !value.is_null())
    }

    /// What `read` makes of the value; a fault where it makes nothing.
    fn read<T>(
        &mut self,
        field: &str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(field)?;
        let result = read(&value);
        if result.is_none() {
            self.fault(
                field,
                format!("expected {expected}, found {}", shorten(&value)),
            );
        }
        result
    }

    pub fn text(&mut self, field: &str) -> Option<String> {
        self.read(field, "a text", |value| value.as_str().map(str::to_owned))
    }

    /// A value that must be there; one that is there and wrong is named only once.
    pub fn required<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let before = self.faults.count();
        let value = read(self);
        if value.is_none() && self.faults.count() == before {
            self.fault(field, "is required");
        }
        value
    }

    pub fn required_text(&mut self, field: &str) -> String {
        let text = |fields: &mut Self| fields.text(field).filter(|text| !text.trim().is_empty());
        self.required(field, text).unwrap_or_default()
    }

    /// Text that a vocabulary of the code must know.
    pub fn known<T>(
        &mut self,
        field: &str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        self.read(field, expected, |value| value.as_str().and_then(parse))
    }

    pub fn boolean(&mut self, field: &str) -> Option<bool> {
        self.read(field, "true or false", Value::as_bool)
    }

    /// A whole number within a range.
    pub fn whole<T: TryFrom<i64>>(&mut self, field: &str, expected: &str) -> Option<T> {
        self.read(field, expected, |value| T::try_from(value.as_i64()?).ok())
    }

    pub fn figure(&mut self, field: &str) -> Option<Figure> {
        self.read(field, "a number", |value| {
            value.as_number().cloned().map(Figure::new)
        })
    }

    fn list(&mut self, field: &str) -> Vec<Value> {
        self.read(field, "a list", |value| value.as_array().cloned())
            .unwrap_or_default()
    }

    fn list_of<T>(
        &mut self,
        field: &str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let mut parsed = Vec::new();
        for (index, value) in self.list(field).iter().enumerate() {
            match value.as_str().and_then(&parse) {
                Some(item) => parsed.push(item),
                None => self.fault(
                    &format!("{field}[{index}]"),
                    format!("expected {expected}, found {}", shorten(value)),
                ),
            }
        }
        parsed
    }

    pub fn texts(&mut self, field: &str) -> Vec<String> {
        self.list_of(field, "a text", |text| Some(text.to_owned()))
    }

    /// A list of texts that a vocabulary of the code must know.
    pub fn all_known<T>(
        &mut self,
        field: &str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        self.list_of(field, expected, parse)
    }

    /// Slugs of other records.
    pub fn slugs(&mut self, field: &str) -> Vec<Slug> {
        self.list_of(field, "a slug", Slug::parse)
    }

    pub fn term(
        &mut self,
        field: &str,
        vocabulary: Vocabulary,
        known: &Vocabularies,
    ) -> Coding<Term> {
        let Some(text) = self.text(field) else {
            return Coding::NotReported;
        };
        match text.as_str() {
            NOT_REPORTED => Coding::NotReported,
            NOT_APPLICABLE => Coding::NotApplicable,
            _ => self
                .known_term(field, &text, vocabulary, known)
                .map_or(Coding::NotReported, Coding::Coded),
        }
    }

    pub fn terms(
        &mut self,
        field: &str,
        vocabulary: Vocabulary,
        known: &Vocabularies,
    ) -> Coding<Vec<Term>> {
        if let Some(state) = self.values.get(field).and_then(Value::as_str) {
            let state = match state {
                NOT_REPORTED => Some(Coding::NotReported),
                NOT_APPLICABLE => Some(Coding::NotApplicable),
                _ => None,
            };
            if let Some(state) = state {
                self.values.remove(field);
                return state;
            }
        }
        let mut terms = Vec::new();
        for (index, text) in self.texts(field).into_iter().enumerate() {
            let field = format!("{field}[{index}]");
            if let Some(term) = self.known_term(&field, &text, vocabulary, known) {
                terms.push(term);
            }
        }
        if terms.is_empty() {
            Coding::NotReported
        } else {
            Coding::Coded(terms)
        }
    }

    fn known_term(
        &mut self,
        field: &str,
        text: &str,
        vocabulary: Vocabulary,
        known: &Vocabularies,
    ) -> Option<Term> {
        let term = Slug::parse(text).filter(|term| known.contains(vocabulary, term));
        if term.is_none() {
            let vocabulary = vocabulary.slug();
            self.fault(
                field,
                format!("\"{text}\" is no term of the vocabulary {vocabulary}"),
            );
        }
        term
    }

    /// The objects of a list, each read by `read`.
    pub fn objects<T>(
        &mut self,
        field: &str,
        mut read: impl FnMut(&mut Fields<'_>) -> Option<T>,
    ) -> Vec<T> {
        let mut objects = Vec::new();
        for (index, value) in self.list(field).into_iter().enumerate() {
            if let Value::Object(values) = value {
                objects.extend(self.nested(&format!("{field}[{index}]"), values, &mut read));
            } else {
                self.fault(&format!("{field}[{index}]"), "expected an object");
            }
        }
        objects
    }

    /// One object, read by `read`.
    pub fn object<T>(
        &mut self,
        field: &str,
        mut read: impl FnMut(&mut Fields<'_>) -> Option<T>,
    ) -> Option<T> {
        let values = self.read(field, "an object", |value| value.as_object().cloned())?;
        self.nested(field, values, &mut read)
    }

    fn nested<T>(
        &mut self,
        place: &str,
        values: Map<String, Value>,
        read: &mut impl FnMut(&mut Fields<'_>) -> Option<T>,
    ) -> Option<T> {
        let mut nested = Fields {
            values,
            file: self.file,
            record: self.record,
            prefix: format!("{}{place}.", self.prefix),
            faults: self.faults,
        };
        let result = read(&mut nested);
        nested.finish();
        result
    }

    /// Names the fields that nobody asked for: a misspelt name must not lose its value.
    pub fn finish(mut self) {
        for field in std::mem::take(&mut self.values).keys() {
            self.fault(field, "is not a field of this kind of record");
        }
    }
}

fn shorten(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}
