//! Citations in texts that are to be published.

use crate::records::form::{Missing, missing_links};
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::search::catalogue::Catalogue;
use crate::themes::citations::{Piece, pieces};

/// What publishing wants of the citations in a text: well formed, and of studies that readers see.
#[must_use]
pub fn missing_citations(catalogue: &Catalogue, field: &str, text: &str) -> Vec<Missing> {
    let mut missing = Vec::new();
    let mut cited: Vec<Slug> = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(_) => {}
            Piece::Cited(slugs) => {
                for slug in slugs {
                    if !cited.contains(&slug) {
                        cited.push(slug);
                    }
                }
            }
            Piece::Malformed(brackets) => {
                let message =
                    format!("Write the citation “{brackets}” like [@smith-2011; @jones-2012]");
                missing.push(Missing::new(field, message));
            }
        }
    }
    missing.extend(missing_links(catalogue, field, Kind::Study, &cited));
    missing
}

/// A line without its citations, and the studies that they name, each once.
#[must_use]
pub fn uncited(line: &str) -> (String, Vec<Slug>) {
    let (mut text, mut studies) = (String::new(), Vec::new());
    for piece in pieces(line) {
        match piece {
            Piece::Text(words) | Piece::Malformed(words) => text.push_str(words),
            Piece::Cited(slugs) => {
                text.truncate(text.trim_end().len());
                for slug in slugs {
                    if !studies.contains(&slug) {
                        studies.push(slug);
                    }
                }
            }
        }
    }
    (text.trim().to_owned(), studies)
}
