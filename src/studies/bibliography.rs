//! Who wrote a study and how it is named in a sentence.

use std::borrow::Borrow;

use serde::{Deserialize, Serialize};

/// A person, or a body that signs as one. In JSON a corporate author is a family name with an
/// empty given name, as the starter collection writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Name", into = "Name")]
pub enum Author {
    Person { family: String, given: String },
    Corporate(String),
}

#[derive(Serialize, Deserialize)]
struct Name {
    family: String,
    #[serde(default)]
    given: String,
}

impl From<Name> for Author {
    fn from(Name { family, given }: Name) -> Self {
        if given.is_empty() {
            Self::Corporate(family)
        } else {
            Self::Person { family, given }
        }
    }
}

impl From<Author> for Name {
    fn from(author: Author) -> Self {
        match author {
            Author::Person { family, given } => Self { family, given },
            Author::Corporate(family) => Self {
                family,
                given: String::new(),
            },
        }
    }
}

impl Author {
    /// The name under which the author is cited and sorted.
    #[must_use]
    pub fn family(&self) -> &str {
        match self {
            Self::Person { family, .. } | Self::Corporate(family) => family,
        }
    }

    /// The name as it is spoken: "Sinéad McGilloway".
    #[must_use]
    pub fn full_name(&self) -> String {
        match self {
            Self::Person { family, given } => format!("{given} {family}"),
            Self::Corporate(name) => name.clone(),
        }
    }
}

/// Authors in a citation within a sentence, in APA's manner: one, two joined by "&", or the first
/// "et al.".
#[must_use]
pub fn short_authors(authors: &[Author]) -> String {
    match authors {
        [] => "Unknown author".to_owned(),
        [only] => only.family().to_owned(),
        [first, second] => format!("{} & {}", first.family(), second.family()),
        [first, ..] => format!("{} et al.", first.family()),
    }
}

/// Author and year as a sentence cites them: "Kraft & Dougherty, 2013".
#[must_use]
pub fn author_year(authors: &[Author], year: i16) -> String {
    format!("{}, {}", short_authors(authors), said_year(year))
}

/// The year as a citation says it; 0 is the year that a draft does not know yet. Templates pass
/// references, code values.
#[must_use]
pub fn said_year(year: impl Borrow<i16>) -> String {
    match year.borrow() {
        0 => "n.d.".to_owned(),
        year => year.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(families: &[&str]) -> Vec<Author> {
        families
            .iter()
            .map(|family| Author::Person {
                family: (*family).to_owned(),
                given: "A.".to_owned(),
            })
            .collect()
    }

    #[test]
    fn citations_shorten_like_apa() {
        assert_eq!(author_year(&people(&["Altschul"]), 2011), "Altschul, 2011");
        assert_eq!(
            author_year(&people(&["Kraft", "Dougherty"]), 2013),
            "Kraft & Dougherty, 2013"
        );
        assert_eq!(
            author_year(&people(&["See", "Gorard", "Davies"]), 2012),
            "See et al., 2012"
        );
        assert_eq!(author_year(&[], 2012), "Unknown author, 2012");
        assert_eq!(author_year(&people(&["Altschul"]), 0), "Altschul, n.d.");
    }

    #[test]
    fn an_author_without_a_given_name_is_a_corporate_one() {
        let json = r#"{"family":"National Early Literacy Panel","given":""}"#;
        let author: Author = serde_json::from_str(json).unwrap();
        assert_eq!(
            author,
            Author::Corporate("National Early Literacy Panel".into())
        );
        assert_eq!(serde_json::to_string(&author).unwrap(), json);
    }
}
