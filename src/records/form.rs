//! What the forms of all kinds of record share: a body as fields, fields as a body, the records
//! that it may link to, and what publishing still wants.

use anyhow::Result;
use axum::response::Response;
use jiff::civil::Date;

use crate::db::Db;
use crate::records::admin::edit::Editing;
use crate::records::public::PublicPage;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::store::{self, Titled};
use crate::search::catalogue::Catalogue;
use crate::vocabularies::vocabulary::Vocabularies;
use crate::web::form::{FieldErrors, Typed};

/// A kind of record with a form.
pub trait RecordForm: PublicPage + Clone + PartialEq + Sync + 'static {
    /// The fields that link to other records, each with its picker.
    const PICKERS: &'static [(&'static str, Kind)];

    /// The fields whose texts cite studies, for help with their citations.
    const CITING: &'static [&'static str] = &[];

    /// What a new form shows.
    fn blank() -> Self;

    /// What a new form shows that was asked for with these words in its address; none for a blank
    /// one.
    fn begun(_asked: &Typed) -> Option<Typed> {
        None
    }

    /// What the record is called in lists; empty while it has no name.
    fn title(&self) -> &str;

    /// The slug that the record gets when nobody chooses another.
    fn proposed_slug(&self) -> Option<Slug>;

    /// The body as the form shows it.
    fn typed(&self) -> Typed;

    /// The body that was typed, with what is wrong in `errors`. Few rules: whatever can be kept is
    /// kept. What the form does not show comes from `base`.
    fn parse(typed: &Typed, base: &Self, known: &Vocabularies, errors: &mut FieldErrors) -> Self;

    /// Everything that publishing still wants.
    fn missing(&self, catalogue: &Catalogue, today: Date) -> Vec<Missing>;

    /// Does what a button within the form asks for, such as one more effect. Nothing is saved.
    fn press(_typed: &mut Typed, _button: &str, _errors: &mut FieldErrors) {}

    /// The form as a page.
    fn form(editing: Editing) -> Response;
}

/// Something that publishing wants: the field where it is mended, and what to do there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub field: String,
    pub message: String,
}

impl Missing {
    #[must_use]
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }
}

/// What publishing wants of links: each leads to a record that readers can see.
#[must_use]
pub fn missing_links(
    catalogue: &Catalogue,
    field: &str,
    kind: Kind,
    links: &[Slug],
) -> Vec<Missing> {
    let is_live = |slug: &Slug| match kind {
        Kind::Study => catalogue.study(slug).is_some(),
        Kind::Intervention => catalogue.intervention(slug).is_some(),
        Kind::Theme => catalogue.theme(slug).is_some(),
        Kind::Question => catalogue.question(slug).is_some(),
        Kind::Page => true,
    };
    let dead = links.iter().filter(|slug| !is_live(slug));
    dead.map(|slug| {
        let message = format!(
            "Publish the {} “{slug}” first, or take the link away",
            kind.as_str()
        );
        Missing::new(field, message)
    })
    .collect()
}

/// How many records a picker shows beside those that are chosen.
const SHOWN: i64 = 60;

/// A list of records to tick, with a search box that works without a script: its button sends the
/// form, and the same form comes back with what was found.
#[derive(Clone, Debug)]
pub struct Picker {
    /// The field of the form.
    pub name: &'static str,
    pub kind: Kind,
    pub words: String,
    pub chosen: Vec<Titled>,
    pub found: Vec<Titled>,
    /// Whether there may be more than are shown.
    pub is_cut: bool,
}

impl Picker {
    /// The name of the search box's field.
    #[must_use]
    pub fn search_name(&self) -> String {
        format!("find.{}", self.name)
    }

    /// # Errors
    /// When the database cannot be read.
    pub async fn load(db: &Db, name: &'static str, kind: Kind, typed: &Typed) -> Result<Self> {
        let words = typed.text(&format!("find.{name}")).to_owned();
        let mut found = store::titles(db, kind, &words, SHOWN).await?;
        let is_cut = i64::try_from(found.len()).unwrap_or(SHOWN) >= SHOWN;
        let mut chosen = Vec::new();
        for slug in typed.all(name).filter_map(Slug::parse) {
            if chosen.iter().any(|own: &Titled| own.slug == slug) {
                continue;
            }
            let known = match found.iter().position(|titled| titled.slug == slug) {
                Some(place) => Some(found.remove(place)),
                None => store::titled(db, kind, &slug).await?,
            };
            // It may have been renamed, and be ticked under both names.
            if let Some(known) = &known {
                found.retain(|titled| titled.id != known.id);
                if chosen.iter().any(|own: &Titled| own.id == known.id) {
                    continue;
                }
            }
            // A link that leads nowhere stays visible, so that it can be taken away.
            chosen.push(known.unwrap_or_else(|| Titled {
                id: 0,
                title: format!("{slug} (there is no such record)"),
                slug,
                is_live: false,
            }));
        }
        Ok(Self {
            name,
            kind,
            words,
            chosen,
            found,
            is_cut,
        })
    }
}

/// The slugs that were ticked, each once, in their order.
#[must_use]
pub fn links(typed: &Typed, name: &str) -> Vec<Slug> {
    let mut links: Vec<Slug> = Vec::new();
    for slug in typed.all(name).filter_map(Slug::parse) {
        if !links.contains(&slug) {
            links.push(slug);
        }
    }
    links
}

/// The lines of a text area, one item each.
#[must_use]
pub fn items(typed: &Typed, name: &str) -> Vec<String> {
    typed.lines(name).map(str::to_owned).collect()
}

/// A text that may be absent.
#[must_use]
pub fn optional(typed: &Typed, name: &str) -> Option<String> {
    typed.filled(name).map(str::to_owned)
}
