//! Help with citations while a text is being written: what it cites, what it may have meant, and
//! studies to cite.

use std::collections::HashMap;

use anyhow::Result;
use serde::Deserialize;

use crate::db::Db;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::store::{self, HeadRow};
use crate::studies::bibliography::{Author, author_year};
use crate::themes::checks::citations;
use crate::web::form::Typed;

/// The field of the form in which studies to cite are searched.
pub const SEARCH: &str = "find.cite";
/// How many studies to cite are shown.
const SHOWN: i64 = 12;
/// How many unknown studies are compared with the known ones.
const COMPARED: usize = 20;

/// A study as someone who writes about it needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citable {
    pub slug: Slug,
    /// "Kraft & Dougherty, 2013".
    pub name: String,
    pub title: String,
    pub is_live: bool,
}

impl Citable {
    fn read(row: HeadRow) -> Self {
        /// What of a study names it.
        #[derive(Default, Deserialize)]
        struct Named {
            #[serde(default)]
            title: String,
            #[serde(default)]
            authors: Vec<Author>,
            #[serde(default)]
            year: i16,
        }
        let named: Named = serde_json::from_str(&row.body).unwrap_or_default();
        Self {
            slug: row.slug,
            name: author_year(&named.authors, named.year),
            title: named.title,
            is_live: row.is_live,
        }
    }
}

/// What is known of the citations in one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    /// What may be wrong with them, as a question to the author.
    pub questions: Vec<String>,
    pub cited: Vec<Citable>,
}

/// The help that a form with citations offers.
#[derive(Clone, Debug)]
pub struct Citing {
    pub words: String,
    pub found: Vec<Citable>,
    /// Whether there may be more than are shown.
    pub is_cut: bool,
    notes: Vec<(&'static str, Noted)>,
}

impl Citing {
    /// Looks at the citations in these fields of a form, and for studies if it asks for any.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn load(db: &Db, fields: &'static [&'static str], typed: &Typed) -> Result<Self> {
        let words = typed.text(SEARCH).to_owned();
        let found = if words.is_empty() {
            Vec::new()
        } else {
            store::heads_matching(db, Kind::Study, &words, SHOWN).await?
        };
        let is_cut = i64::try_from(found.len()).unwrap_or(SHOWN) >= SHOWN;
        let mut notes = Vec::new();
        for field in fields {
            notes.push((*field, note(db, typed.raw(field)).await?));
        }
        Ok(Self {
            words,
            found: found.into_iter().map(Citable::read).collect(),
            is_cut,
            notes,
        })
    }

    /// What is known of a field's citations.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&Noted> {
        let note = self.notes.iter().find(|(own, _)| *own == field);
        note.map(|(_, noted)| noted)
    }
}

async fn note(db: &Db, text: &str) -> Result<Noted> {
    let read = citations(text);
    let mut known: HashMap<Slug, HeadRow> = store::heads_named(db, Kind::Study, &read.studies)
        .await?
        .into_iter()
        .collect();
    let mut noted = Noted {
        questions: read.faults,
        cited: Vec::new(),
    };
    let mut compared = 0;
    for slug in read.studies {
        match known.remove(&slug) {
            Some(row) => noted.cited.push(Citable::read(row)),
            None if compared < COMPARED => {
                compared += 1;
                noted.questions.push(unknown(db, &slug).await?);
            }
            None => noted
                .questions
                .push(format!("[@{slug}]: there is no such study.")),
        }
    }
    Ok(noted)
}

async fn unknown(db: &Db, slug: &Slug) -> Result<String> {
    let allowed = slips_allowed(slug.as_str());
    let alike = store::slugs_as_long(db, Kind::Study, slug, allowed).await?;
    let mut question = format!("[@{slug}]: there is no such study.");
    if let Some(meant) = closest(slug, &alike, allowed) {
        question.push_str(&format!(" Did you mean {meant}?"));
    }
    Ok(question)
}

/// How many letters may be wrong for a slug to be taken for another.
fn slips_allowed(slug: &str) -> usize {
    (slug.len() / 4).clamp(1, 4)
}

fn closest<'a>(slug: &Slug, known: &'a [Slug], allowed: usize) -> Option<&'a Slug> {
    known
        .iter()
        .map(|known| (strsim::osa_distance(slug.as_str(), known.as_str()), known))
        .filter(|(slips, _)| *slips <= allowed)
        .min()
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised_and_another_name_is_not() {
        let slugs = |names: &[&str]| -> Vec<Slug> {
            names
                .iter()
                .map(|name| Slug::parse(name).unwrap())
                .collect()
        };
        let known = slugs(&["jones-2012", "smith-2011", "smith-2019"]);
        let meant = |typed: &str| {
            let typed = Slug::parse(typed).unwrap();
            closest(&typed, &known, slips_allowed(typed.as_str())).map(ToString::to_string)
        };
        assert_eq!(meant("smtih-2011").as_deref(), Some("smith-2011"));
        assert_eq!(meant("smit-2011").as_deref(), Some("smith-2011"));
        assert_eq!(meant("brown-1999"), None);
    }
}
