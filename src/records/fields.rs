//! The fields of each kind of record as its JSON body names them, in the order in which curators
//! meet them: what a field is called and what its value is. Forms and checks stand elsewhere.

use crate::records::record::Kind;

/// One field of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The key in JSON.
    pub name: &'static str,
    /// What a curator reads beside the value.
    pub label: &'static str,
    /// The field within a sentence, after "the"; of a list of items, one item.
    pub noun: &'static str,
    pub shape: Shape,
    /// Whether readers ever see the field.
    pub public: bool,
}

/// What the value of a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Text,
    Markdown,
    Number,
    /// Yes, no, or not known.
    YesNo,
    /// Yes; no when nothing is said.
    Flag,
    /// A term of the vocabulary with this slug.
    Term(&'static str),
    Terms(&'static str),
    /// The slug of a record.
    Link(Kind),
    Links(Kind),
    /// ISO 3166-1 alpha-2 codes.
    Countries,
    /// Nations of the United Kingdom.
    Nations,
    Authors,
    /// A list of sentences or addresses.
    Lines,
    KeyMessages,
    Effects,
    /// Words of a study behind its coding.
    Quotes,
    /// The kind of number of an effect.
    Metric,
    Verification,
    /// Against how much of a study its record was checked.
    Level,
}

impl Shape {
    /// The fields within the value, if it has any.
    #[must_use]
    pub fn parts(self) -> Option<&'static [Field]> {
        match self {
            Self::KeyMessages => Some(KEY_MESSAGE),
            Self::Effects => Some(EFFECT),
            Self::Quotes => Some(QUOTE),
            Self::Verification => Some(VERIFICATION),
            Self::Text
            | Self::Markdown
            | Self::Number
            | Self::YesNo
            | Self::Flag
            | Self::Term(_)
            | Self::Terms(_)
            | Self::Link(_)
            | Self::Links(_)
            | Self::Countries
            | Self::Nations
            | Self::Authors
            | Self::Lines
            | Self::Metric
            | Self::Level => None,
        }
    }
}

/// The fields of a kind of record, in order.
#[must_use]
pub fn fields(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Study => STUDY,
        Kind::Intervention => INTERVENTION,
        Kind::Theme => THEME,
        Kind::Question => QUESTION,
        Kind::Page => PAGE,
    }
}

const fn field(name: &'static str, label: &'static str, noun: &'static str, shape: Shape) -> Field {
    Field {
        name,
        label,
        noun,
        shape,
        public: true,
    }
}

impl Field {
    const fn for_curators_only(mut self) -> Self {
        self.public = false;
        self
    }
}

// One line a field: tables to be read down the columns.
#[rustfmt::skip]
const STUDY: &[Field] = &[
    field("title", "Title", "title", Shape::Text),
    field("authors", "Authors", "author", Shape::Authors),
    field("year", "Year", "year", Shape::Number),
    field("publication_type", "Publication type", "publication type", Shape::Term("publication-type")),
    field("container_title", "Journal or book", "journal or book", Shape::Text),
    field("publisher", "Publisher", "publisher", Shape::Text),
    field("volume", "Volume", "volume", Shape::Text),
    field("issue", "Issue", "issue", Shape::Text),
    field("pages", "Pages", "page numbers", Shape::Text),
    field("doi", "DOI", "DOI", Shape::Text),
    field("url", "Web address", "web address", Shape::Text),
    field("open_access", "Open access", "open access status", Shape::YesNo),
    field("countries", "Countries", "country", Shape::Countries),
    field("uk_nations", "UK nations", "UK nation", Shape::Nations),
    field("study_design", "Study design", "study design", Shape::Term("design")),
    field("stages", "Stages", "stages", Shape::Terms("stage")),
    field("sample_size", "Sample size", "sample size", Shape::Number),
    field("sample_description", "Who took part", "description of who took part", Shape::Text),
    field("disadvantage_focus", "Disadvantage focus", "disadvantage focus", Shape::Terms("disadvantage-focus")),
    field("outcomes", "Outcomes", "outcomes", Shape::Terms("outcome")),
    field("themes", "Themes", "theme", Shape::Links(Kind::Theme)),
    field("interventions", "Interventions", "intervention", Shape::Links(Kind::Intervention)),
    field("summary", "Summary", "summary", Shape::Text),
    field("key_findings", "Findings", "finding", Shape::Lines),
    field("implications_for_practice", "Implications for practice", "implication", Shape::Lines),
    field("effects", "Effects", "effect", Shape::Effects),
    field("quotes", "Quotes behind the coding", "quote", Shape::Quotes).for_curators_only(),
    field("verified", "How it was checked", "check", Shape::Verification),
    field("editor_note", "Editor’s note", "editor’s note", Shape::Text).for_curators_only(),
];

#[rustfmt::skip]
const INTERVENTION: &[Field] = &[
    field("name", "Name", "name", Shape::Text),
    field("summary", "Summary", "summary", Shape::Text),
    field("description", "Description", "description", Shape::Markdown),
    field("how_it_works", "How it works", "step", Shape::Lines),
    field("who_delivers", "Who delivers it", "note on who delivers it", Shape::Text),
    field("setting", "Setting", "setting", Shape::Terms("setting")),
    field("stages", "Stages", "stages", Shape::Terms("stage")),
    field("duration", "Duration", "duration", Shape::Text),
    field("cost", "Cost", "cost", Shape::Term("cost")),
    field("cost_note", "Note on cost", "note on cost", Shape::Text),
    field("disadvantage_focus", "Disadvantage focus", "disadvantage focus", Shape::Terms("disadvantage-focus")),
    field("outcomes", "Outcomes", "outcomes", Shape::Terms("outcome")),
    field("themes", "Themes", "theme", Shape::Links(Kind::Theme)),
    field("countries", "Countries", "country", Shape::Countries),
    field("available_in_uk", "Available in the UK", "availability in the UK", Shape::YesNo),
    field("implementation_tips", "Tips for practice", "tip", Shape::Lines),
    field("studies", "Studies", "study", Shape::Links(Kind::Study)),
    field("website", "Website", "website", Shape::Text),
];

#[rustfmt::skip]
const THEME: &[Field] = &[
    field("title", "Title", "title", Shape::Text),
    field("position", "Place among the themes", "place among the themes", Shape::Number),
    field("inferred", "Name not preserved", "note on where its name comes from", Shape::Flag),
    field("original_url", "Address on the original site", "address on the original site", Shape::Text),
    field("summary", "Summary", "summary", Shape::Text),
    field("key_messages", "Key messages", "key message", Shape::KeyMessages),
    field("narrative", "Narrative", "narrative", Shape::Markdown),
];

const QUESTION: &[Field] = &[
    field("question", "Question", "question", Shape::Text),
    field("theme", "Theme", "theme", Shape::Link(Kind::Theme)),
    field(
        "interventions",
        "Interventions",
        "intervention",
        Shape::Links(Kind::Intervention),
    ),
];

const PAGE: &[Field] = &[
    field("title", "Title", "title", Shape::Text),
    field("lead", "Opening", "opening", Shape::Text),
    field("body", "Text", "text", Shape::Markdown),
];

const KEY_MESSAGE: &[Field] = &[
    field("text", "Message", "message", Shape::Text),
    field("studies", "Studies", "study", Shape::Links(Kind::Study)),
];

#[rustfmt::skip]
const EFFECT: &[Field] = &[
    field("outcome", "Outcome", "outcome", Shape::Term("outcome")),
    field("measure", "Measure", "measure", Shape::Text),
    field("metric", "Metric", "metric", Shape::Metric),
    field("estimate", "Estimate", "estimate", Shape::Number),
    field("ci_low", "Interval from", "lower end of the interval", Shape::Number),
    field("ci_high", "Interval to", "upper end of the interval", Shape::Number),
    field("standard_error", "Standard error", "standard error", Shape::Number),
    field("n_treatment", "Size of the intervention group", "size of the intervention group", Shape::Number),
    field("n_control", "Size of the comparison group", "size of the comparison group", Shape::Number),
    field("comparison", "What was compared", "comparison", Shape::Text),
    field("follow_up", "Follow-up", "follow-up", Shape::Text),
    field("source", "Source", "source", Shape::Text),
];

const QUOTE: &[Field] = &[
    field("field", "Field", "field", Shape::Text),
    field("quote", "Quote", "quote", Shape::Text),
    field("page", "Page", "page", Shape::Text),
];

const VERIFICATION: &[Field] = &[
    field(
        "level",
        "Level of checking",
        "level of checking",
        Shape::Level,
    ),
    field("sources", "Checked against", "source", Shape::Lines),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use serde_json::Value;

    use super::*;
    use crate::interventions::intervention::Intervention;
    use crate::pages::page::{Page, Question};
    use crate::records::record::Document;
    use crate::studies::study::Study;
    use crate::themes::theme::Theme;

    type Keys = BTreeSet<(&'static str, String)>;

    fn collection(file: &str) -> Vec<Value> {
        let path = format!("{}/assets/evidence/{file}", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    /// Every key of a body with the name of the list or object that it stands in.
    fn keys(within: &'static str, fields: &[Field], body: &Value, into: &mut Keys) {
        for (key, value) in body.as_object().unwrap() {
            into.insert((within, key.clone()));
            let Some(field) = fields.iter().find(|field| field.name == key) else {
                continue;
            };
            let Some(parts) = field.shape.parts() else {
                continue;
            };
            let alone = std::slice::from_ref(value);
            for part in value.as_array().map_or(alone, Vec::as_slice) {
                keys(field.name, parts, part, into);
            }
        }
    }

    fn named(within: &'static str, fields: &[Field]) -> Keys {
        let own = fields.iter().map(|field| (within, field.name.to_owned()));
        let parts = fields.iter().filter_map(|field| {
            let parts = field.shape.parts()?;
            Some(named(field.name, parts))
        });
        own.chain(parts.flatten()).collect()
    }

    fn the_table_is_the_body<D: Document + Serialize + DeserializeOwned>(file: &str) {
        let table = named("", fields(D::KIND));
        let mut serialised = Keys::new();
        for mut body in collection(file) {
            body.as_object_mut().unwrap().remove("slug");
            // No effect of the collection says when it was followed up.
            if let Some(effects) = body.get_mut("effects").and_then(Value::as_array_mut) {
                for effect in effects {
                    effect["follow_up"] = "A year later".into();
                }
            }
            // Nor does any of its studies quote a source.
            if D::KIND == Kind::Study {
                body["quotes"] = serde_json::json!([
                    {"field": "stages", "quote": "aged 5 to 7", "page": "12"}
                ]);
            }
            let mut read = Keys::new();
            keys("", fields(D::KIND), &body, &mut read);
            let unknown: Vec<_> = read.difference(&table).collect();
            assert!(unknown.is_empty(), "{file} has {unknown:?}");
            let document: D = serde_json::from_value(body).unwrap();
            let written = serde_json::to_value(&document).unwrap();
            keys("", fields(D::KIND), &written, &mut serialised);
        }
        assert_eq!(serialised, table, "{file}");
    }

    #[test]
    fn every_field_of_every_body_is_in_the_table_and_no_other() {
        the_table_is_the_body::<Study>("studies.json");
        the_table_is_the_body::<Intervention>("interventions.json");
        the_table_is_the_body::<Theme>("themes.json");
        the_table_is_the_body::<Question>("questions.json");
        the_table_is_the_body::<Page>("pages.json");
    }

    #[test]
    fn every_vocabulary_of_the_table_exists() {
        let known: BTreeSet<_> = collection("vocabularies.json")
            .iter()
            .map(|list| list["slug"].as_str().unwrap().to_owned())
            .collect();
        for field in Kind::ALL.into_iter().flat_map(fields).chain(EFFECT) {
            if let Shape::Term(vocabulary) | Shape::Terms(vocabulary) = field.shape {
                assert!(known.contains(vocabulary), "{vocabulary}");
            }
        }
    }

    #[test]
    fn only_what_curators_write_for_curators_is_kept_from_readers() {
        let hidden: Vec<_> = Kind::ALL
            .into_iter()
            .flat_map(fields)
            .filter(|field| !field.public)
            .map(|field| field.name)
            .collect();
        assert_eq!(hidden, ["quotes", "editor_note"]);
    }
}
