//! Reading a folder of evidence in the starter collection's format: arrays of records in a few
//! JSON files, read one record at a time, so that a folder may be larger than the memory.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::import::faults::{Fault, Faults};
use crate::import::fields::Fields;
use crate::import::records;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::themes::citations::{Piece, pieces};
use crate::vocabularies::vocabulary::Vocabularies;

pub const VOCABULARIES: &str = "vocabularies.json";
pub const SYNONYMS: &str = "synonyms.json";

/// The files of records, in the order in which they are read: what others refer to comes first.
pub const FILES: [(Kind, &str); 5] = [
    (Kind::Theme, "themes.json"),
    (Kind::Intervention, "interventions.json"),
    (Kind::Study, "studies.json"),
    (Kind::Question, "questions.json"),
    (Kind::Page, "pages.json"),
];

/// The starter collection, carried in the binary.
#[derive(RustEmbed)]
#[folder = "assets/evidence"]
struct Starter;

/// Where evidence is read from.
#[derive(Clone, Debug)]
pub enum Source {
    Folder(PathBuf),
    /// The collection that the binary carries.
    Starter,
    /// Its vocabularies and synonyms alone.
    StarterVocabularies,
}

impl Source {
    /// A file of the source, if it has one of this name.
    pub(super) fn open(&self, name: &str) -> std::io::Result<Option<Box<dyn std::io::Read>>> {
        match self {
            Self::Folder(folder) => match File::open(folder.join(name)) {
                Ok(file) => Ok(Some(Box::new(BufReader::with_capacity(1 << 18, file)))),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            },
            Self::StarterVocabularies if !matches!(name, VOCABULARIES | SYNONYMS) => Ok(None),
            Self::Starter | Self::StarterVocabularies => Ok(Starter::get(name)
                .map(|file| Box::new(std::io::Cursor::new(file.data)) as Box<dyn std::io::Read>)),
        }
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Self::Folder(folder) => folder.join(name).is_file(),
            Self::Starter | Self::StarterVocabularies => true,
        }
    }
}

/// A record that was read without fault.
#[derive(Debug)]
pub struct Incoming {
    pub kind: Kind,
    pub slug: Slug,
    /// The body as it is stored: canonical JSON without the slug.
    pub body: String,
    /// Where it stands, for messages.
    pub place: Place,
}

/// A place in the source, for messages.
#[derive(Clone, Debug)]
pub struct Place {
    pub file: &'static str,
    pub record: String,
}

impl Place {
    #[must_use]
    pub fn fault(&self, field: Option<String>, message: String) -> Fault {
        Fault {
            file: self.file.to_owned(),
            record: Some(self.record.clone()),
            field,
            message,
        }
    }
}

/// A reference to a record that the folder does not hold: it must be published already.
#[derive(Debug)]
pub struct Reference {
    pub place: Place,
    pub field: String,
    pub kind: Kind,
    pub slug: Slug,
}

/// What reading a folder leaves to be checked.
#[derive(Debug, Default)]
pub struct Findings {
    pub faults: Faults,
    pub unresolved: Vec<Reference>,
}

pub(super) fn of_file(name: &str, message: String) -> Fault {
    Fault {
        file: name.to_owned(),
        record: None,
        field: None,
        message,
    }
}

/// Whether a source holds any of the files that could be imported.
#[must_use]
pub fn holds_evidence(source: &Source) -> bool {
    FILES
        .iter()
        .map(|(_, name)| *name)
        .chain([VOCABULARIES, SYNONYMS])
        .any(|name| source.has(name))
}

/// Reads every record of a source and hands the sound ones to `take`, which answers whether to go
/// on. Faults are gathered. `published` are records that may be referred to as well; what refers to
/// yet others is left to the caller.
pub fn read(
    source: &Source,
    known: &Vocabularies,
    published: Vec<(Kind, Vec<Slug>)>,
    mut take: impl FnMut(Incoming) -> bool,
) -> Findings {
    let mut reader = Reader {
        known,
        slugs: HashMap::new(),
        published: published
            .into_iter()
            .map(|(kind, slugs)| (kind, slugs.into_iter().collect()))
            .collect(),
        references: Vec::new(),
        faults: Faults::default(),
        stopped: false,
    };
    for (kind, name) in FILES {
        let file = match source.open(name) {
            Ok(Some(file)) => file,
            Ok(None) => continue,
            Err(error) => {
                reader.faults.push(of_file(name, error.to_string()));
                continue;
            }
        };
        let mut number = 0;
        let mut each = |json: &RawValue| {
            number += 1;
            if let Some(incoming) = reader.record(kind, name, number, json) {
                reader.stopped |= !take(incoming);
            }
            !reader.stopped
        };
        let mut json = serde_json::Deserializer::from_reader(file);
        let result = Elements(&mut each)
            .deserialize(&mut json)
            .and_then(|()| json.end());
        if reader.stopped {
            break;
        }
        if let Err(error) = result {
            reader.faults.push(of_file(
                name,
                format!("is not a JSON array of records: {error}"),
            ));
        }
    }
    reader.findings()
}

struct Reader<'a> {
    known: &'a Vocabularies,
    /// The slugs of the source so far.
    slugs: HashMap<Kind, HashSet<Slug>>,
    published: HashMap<Kind, HashSet<Slug>>,
    references: Vec<Reference>,
    faults: Faults,
    stopped: bool,
}

impl Reader<'_> {
    fn record(
        &mut self,
        kind: Kind,
        file: &'static str,
        number: usize,
        json: &RawValue,
    ) -> Option<Incoming> {
        let before = self.faults.count();
        let mut place = Place {
            file,
            record: format!("record {number}"),
        };
        let Ok(Value::Object(values)) = serde_json::from_str(json.get()) else {
            self.faults
                .push(place.fault(None, "is not a JSON object".to_owned()));
            return None;
        };
        if let Some(slug) = values.get("slug").and_then(Value::as_str) {
            place.record = format!("record {number} \"{slug}\"");
        }
        let mut fields = Fields::new(values, file, &place.record, &mut self.faults);
        let slug = fields.required("slug", |fields| {
            fields.known(
                "slug",
                "lower-case letters, digits and single hyphens",
                Slug::parse,
            )
        });
        let (body, references) = body(kind, &mut fields, self.known);
        fields.finish();
        let slug = slug?;
        if !self.slugs.entry(kind).or_default().insert(slug.clone()) {
            let message = format!(
                "another {} of this file has the slug \"{slug}\"",
                kind.as_str()
            );
            self.faults
                .push(place.fault(Some("slug".to_owned()), message));
        }
        for (field, kind, slug) in references {
            let is_known = [&self.slugs, &self.published]
                .into_iter()
                .any(|known| known.get(&kind).is_some_and(|slugs| slugs.contains(&slug)));
            if !is_known {
                self.references.push(Reference {
                    place: place.clone(),
                    field,
                    kind,
                    slug,
                });
            }
        }
        // A record with a fault is not handed on: nothing will be imported.
        (self.faults.count() == before).then_some(())?;
        Some(Incoming {
            kind,
            slug,
            body: body?,
            place,
        })
    }

    /// What the folder itself resolves is settled once all of it has been read.
    fn findings(mut self) -> Findings {
        let slugs = self.slugs;
        self.references.retain(|reference| {
            !slugs
                .get(&reference.kind)
                .is_some_and(|slugs| slugs.contains(&reference.slug))
        });
        Findings {
            faults: self.faults,
            unresolved: self.references,
        }
    }
}

type References = Vec<(String, Kind, Slug)>;

/// Reads the fields of one kind. Returns the body as canonical JSON, and what it refers to.
fn body(kind: Kind, fields: &mut Fields<'_>, known: &Vocabularies) -> (Option<String>, References) {
    fn list(field: &str, kind: Kind, slugs: &[Slug]) -> References {
        let place =
            |(index, slug): (usize, &Slug)| (format!("{field}[{index}]"), kind, slug.clone());
        slugs.iter().enumerate().map(place).collect()
    }
    fn citations(field: &str, markdown: &str) -> References {
        let cited = pieces(markdown)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Cited(slugs) => Some(slugs),
                Piece::Text(_) | Piece::Malformed(_) => None,
            });
        cited
            .flatten()
            .map(|slug| (field.to_owned(), Kind::Study, slug))
            .collect()
    }
    match kind {
        Kind::Study => {
            let study = records::study(fields, known);
            let mut references = list("themes", Kind::Theme, &study.themes);
            references.extend(list(
                "interventions",
                Kind::Intervention,
                &study.interventions,
            ));
            (serde_json::to_string(&study).ok(), references)
        }
        Kind::Intervention => {
            let intervention = records::intervention(fields, known);
            let mut references = list("themes", Kind::Theme, &intervention.themes);
            references.extend(list("studies", Kind::Study, &intervention.studies));
            references.extend(citations("description", &intervention.description));
            (serde_json::to_string(&intervention).ok(), references)
        }
        Kind::Theme => {
            let theme = records::theme(fields);
            let mut references = citations("narrative", &theme.narrative);
            for (index, message) in theme.key_messages.iter().enumerate() {
                let field = format!("key_messages[{index}].studies");
                references.extend(list(&field, Kind::Study, &message.studies));
            }
            (serde_json::to_string(&theme).ok(), references)
        }
        Kind::Question => {
            let Some(question) = records::question(fields) else {
                return (None, Vec::new());
            };
            let mut references = vec![("theme".to_owned(), Kind::Theme, question.theme.clone())];
            references.extend(list(
                "interventions",
                Kind::Intervention,
                &question.interventions,
            ));
            (serde_json::to_string(&question).ok(), references)
        }
        Kind::Page => {
            let page = records::page(fields);
            let references = citations("body", &page.body);
            (serde_json::to_string(&page).ok(), references)
        }
    }
}

/// Walks a JSON array element by element, for as long as the function answers true.
struct Elements<'a, F>(&'a mut F);

impl<'de, F: FnMut(&RawValue) -> bool> DeserializeSeed<'de> for Elements<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(&RawValue) -> bool> Visitor<'de> for Elements<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(json) = elements.next_element::<Box<RawValue>>()? {
            if !(self.0)(&json) {
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// The source that a folder is.
///
/// # Errors
/// When `folder` is no folder.
pub fn source(folder: &Path) -> anyhow::Result<Source> {
    anyhow::ensure!(folder.is_dir(), "{} is not a folder", folder.display());
    Ok(Source::Folder(folder.to_owned()))
}
