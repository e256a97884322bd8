//! Citations in texts that are to be published.

use crate::records::form::{Missing, missing_links};
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::search::catalogue::Catalogue;
use crate::themes::citations::{Piece, pieces};

/// How many letters of a citation without an end are shown.
const OPENING_SHOWN: usize = 24;

/// What publishing wants of the citations in a text: well formed, and of studies that readers see.
#[must_use]
pub fn missing_citations(catalogue: &Catalogue, field: &str, text: &str) -> Vec<Missing> {
    let Citations { studies, faults } = citations(text);
    let mut missing: Vec<_> = faults
        .into_iter()
        .map(|fault| Missing::new(field, fault))
        .collect();
    missing.extend(missing_links(catalogue, field, Kind::Study, &studies));
    missing
}

/// The citations of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Citations {
    /// What is cited, each once, in the order of the text.
    pub studies: Vec<Slug>,
    /// What is wrong with how citations are written.
    pub faults: Vec<String>,
}

/// Reads the citations of a text, well formed or not.
#[must_use]
pub fn citations(text: &str) -> Citations {
    let mut citations = Citations::default();
    for piece in pieces(text) {
        match piece {
            Piece::Text(words) => {
                if let Some(start) = words.find("[@") {
                    let opening: String = words[start..].chars().take(OPENING_SHOWN).collect();
                    let fault = format!("Close the citation that begins “{opening}” with a ]");
                    citations.faults.push(fault);
                }
            }
            Piece::Cited(slugs) => {
                for slug in slugs {
                    if !citations.studies.contains(&slug) {
                        citations.studies.push(slug);
                    }
                }
            }
            Piece::Malformed(brackets) => {
                let fault =
                    format!("Write the citation “{brackets}” like [@smith-2011; @jones-2012]");
                citations.faults.push(fault);
            }
        }
    }
    citations
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_are_named_once_and_their_faults_in_words() {
        let read = citations("A [@a-1; @b-2]. B [@a-1]. C [@Smith 2011]. D [@open");
        assert_eq!(read.studies.len(), 2);
        assert_eq!(
            read.faults,
            [
                "Write the citation “[@Smith 2011]” like [@smith-2011; @jones-2012]",
                "Close the citation that begins “[@open” with a ]",
            ]
        );
    }

    #[test]
    fn the_brackets_at_the_end_of_a_message_are_its_studies() {
        let (text, studies) = uncited("Reading helps. [@a-1; @b-2]");
        assert_eq!((text.as_str(), studies.len()), ("Reading helps.", 2));
    }
}
