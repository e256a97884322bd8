//! The editors' pages of vocabularies and synonyms. Readers see every change at once.

pub mod lists;
pub mod merge;
pub mod synonyms;
pub mod terms;

use crate::app::App;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::records::admin::edit;
use crate::records::slug::Slug;
use crate::vocabularies::store;
use crate::vocabularies::usage::User;
use crate::vocabularies::vocabulary::{Entry, TermList};

/// The list of vocabularies.
pub const FOLDER: &str = "/admin/vocabularies";

/// The page of a vocabulary.
#[must_use]
pub fn list_path(list: &TermList) -> String {
    format!("{FOLDER}/{}", list.slug)
}

/// The page of a term.
#[must_use]
pub fn term_path(list: &TermList, term: &Slug) -> String {
    format!("{}/terms/{term}", list_path(list))
}

/// The page on which a record that uses a term is edited.
fn user_path(user: &User) -> String {
    edit::path(user.kind, user.id)
}

/// A vocabulary as it stands in the database: the catalogue may be a moment behind.
async fn list(conn: &mut Conn, slug: &str) -> Result<TermList> {
    let vocabularies = store::load(conn).await?;
    let list = vocabularies
        .lists()
        .iter()
        .find(|list| list.slug.as_str() == slug);
    list.cloned().ok_or(Error::NotFound)
}

fn term<'a>(list: &'a TermList, slug: &str) -> Result<&'a Entry> {
    let entry = list.terms.iter().find(|entry| entry.slug.as_str() == slug);
    entry.ok_or(Error::NotFound)
}

/// The vocabulary and the term that an address names.
async fn find(app: &App, slug: &str, term_slug: &str) -> Result<(TermList, Entry)> {
    let mut conn = app.db.read.acquire().await?;
    let list = list(&mut conn, slug).await?;
    let entry = term(&list, term_slug)?.clone();
    Ok((list, entry))
}
