//! Authors as curators type them, one a line: "Family, Given", or the name of an organisation.

use crate::studies::bibliography::Author;

/// The authors of a text, and what is wrong with its lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    pub authors: Vec<Author>,
    pub faults: Vec<String>,
}

impl Reading {
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut reading = Self::default();
        for (line, number) in text.lines().zip(1..) {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            match author(line) {
                Ok(author) => reading.authors.push(author),
                Err(fault) => reading
                    .faults
                    .push(format!("Author in line {number}: {fault}")),
            }
        }
        reading
    }
}

/// "Family, Given"; a line without a comma is an organisation. Braces hold a name together that has
/// a comma of its own: "{Department for Children, Schools and Families}", "{King, Jr.}, Martin".
fn author(line: &str) -> Result<Author, &'static str> {
    let (family, given) = match held(line)? {
        Some((name, rest)) => match rest.strip_prefix(',') {
            Some(given) => (name, given),
            None if rest.is_empty() => return Ok(Author::Corporate(name.to_owned())),
            None => return Err("write a comma or nothing after the brace }"),
        },
        None => match line.split_once(',') {
            Some((family, given)) => (family, given),
            None => return Ok(Author::Corporate(line.to_owned())),
        },
    };
    let (family, given) = (family.trim(), given.trim());
    if family.is_empty() {
        return Err("write the family name before the comma");
    }
    if given.is_empty() {
        return Err("write the given name after the comma, or no comma for an organisation");
    }
    Ok(Author::Person {
        family: family.to_owned(),
        given: given.to_owned(),
    })
}

/// The name in braces at the start of a line, and what follows it.
fn held(line: &str) -> Result<Option<(&str, &str)>, &'static str> {
    if !line.starts_with('{') {
        return Ok(None);
    }
    let mut depth = 0;
    for (place, letter) in line.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let name = line[1..place].trim();
            if name.is_empty() {
                return Err("write a name within the braces");
            }
            return Ok(Some((name, line[place + 1..].trim())));
        }
    }
    Err("close the brace { with }")
}

/// The authors as lines that read back as they are.
#[must_use]
pub fn lines(authors: &[Author]) -> String {
    let lines: Vec<_> = authors.iter().map(line).collect();
    lines.join("\n")
}

fn line(author: &Author) -> String {
    let name = |name: &str| {
        if name.contains(',') || name.starts_with('{') {
            format!("{{{name}}}")
        } else {
            name.to_owned()
        }
    };
    match author {
        Author::Person { family, given } => format!("{}, {given}", name(family)),
        Author::Corporate(corporate) => name(corporate),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn person(family: &str, given: &str) -> Author {
        Author::Person {
            family: family.into(),
            given: given.into(),
        }
    }

    #[test]
    fn people_and_organisations_are_told_apart() {
        let reading = Reading::of(
            "Altschul, Inna\n\n  National Early Literacy Panel \n{Centre for X, University of Y}\n\
             {King, Jr.}, Martin Luther\nde Jong, Maria, T.\nAltschul, Inna",
        );
        assert_eq!(reading.faults, [""; 0]);
        assert_eq!(
            reading.authors,
            [
                person("Altschul", "Inna"),
                Author::Corporate("National Early Literacy Panel".into()),
                Author::Corporate("Centre for X, University of Y".into()),
                person("King, Jr.", "Martin Luther"),
                person("de Jong", "Maria, T."),
                person("Altschul", "Inna"),
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_line() {
        let reading = Reading::of("Smith,\n, John\n{Open, X\n{}\n{A}B\nGood, One");
        assert_eq!(reading.authors, [person("Good", "One")]);
        assert_eq!(reading.faults.len(), 5);
        assert!(reading.faults[0].starts_with("Author in line 1: write the given name"));
        assert!(reading.faults[4].starts_with("Author in line 5:"));
    }

    #[test]
    fn five_hundred_authors_are_no_trouble() {
        let text = "Collaborator, A.\n".repeat(500);
        assert_eq!(Reading::of(&text).authors.len(), 500);
    }

    /// A name without blanks around it, with commas and braces, the latter in pairs.
    fn name() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => "[A-Za-zé’. -]{1,12}",
            1 => Just(", ".to_owned()),
            1 => "\\{[a-z, ]{1,5}\\}",
        ];
        proptest::collection::vec(piece, 1..5)
            .prop_map(|pieces| pieces.concat().trim().to_owned())
            .prop_filter("a name says something", |name| !name.is_empty())
    }

    proptest! {
        #[test]
        fn authors_survive_their_lines(
            names in proptest::collection::vec((name(), proptest::option::of(name())), 0..20)
        ) {
            let authors: Vec<_> = names
                .into_iter()
                .map(|(family, given)| match given {
                    Some(given) => Author::Person { family, given },
                    None => Author::Corporate(family),
                })
                .collect();
            let reading = Reading::of(&lines(&authors));
            prop_assert_eq!(reading, Reading { authors, faults: Vec::new() });
        }

        #[test]
        fn whatever_is_typed_every_line_is_an_author_or_a_fault(text in "([{},a \n]|.){0,60}") {
            let reading = Reading::of(&text);
            let said = text.lines().filter(|line| !line.trim().is_empty()).count();
            prop_assert_eq!(reading.authors.len() + reading.faults.len(), said);
        }
    }
}
