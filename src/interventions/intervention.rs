//! The intervention record. Its years, countries, origin and designs are those of its studies and
//! live in the catalogue, not here.

use serde::{Deserialize, Serialize};

use crate::records::coding::{Coding, Term};
use crate::records::record::{Document, Kind};
use crate::records::slug::Slug;
use crate::vocabularies::countries::Country;

/// The body of an intervention. Field order is the order of `interventions.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intervention {
    pub name: String,
    pub summary: String,
    /// Markdown with inline citations.
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub how_it_works: Vec<String>,
    #[serde(default)]
    pub who_delivers: String,
    #[serde(default)]
    pub setting: Coding<Vec<Term>>,
    #[serde(default)]
    pub stages: Coding<Vec<Term>>,
    #[serde(default)]
    pub duration: String,
    #[serde(default)]
    pub cost: Coding<Term>,
    #[serde(default)]
    pub cost_note: String,
    #[serde(default)]
    pub disadvantage_focus: Coding<Vec<Term>>,
    #[serde(default)]
    pub outcomes: Coding<Vec<Term>>,
    #[serde(default)]
    pub themes: Vec<Slug>,
    /// As the file format has it. Pages and filters use the countries of the studies.
    #[serde(default)]
    pub countries: Vec<Country>,
    /// `None` when it is not known.
    #[serde(default)]
    pub available_in_uk: Option<bool>,
    /// The editors' reading, not the authors' words.
    #[serde(default)]
    pub implementation_tips: Vec<String>,
    /// A link between a study and an intervention may be named on either side.
    #[serde(default)]
    pub studies: Vec<Slug>,
    #[serde(default)]
    pub website: Option<String>,
}

impl Document for Intervention {
    const KIND: Kind = Kind::Intervention;
}
