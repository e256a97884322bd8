//! References in BibTeX, one entry each (<https://www.bibtex.org/Format/>), in the fields that
//! BibTeX's own styles know. Text is UTF-8; only what LaTeX takes for commands is escaped.

use std::fmt::Write;

use crate::exchange::references::entry::Entry;
use crate::import::references::{PublicationKind, joined_keywords, text};
use crate::studies::bibliography::Author;

/// An entry, ending with its line. The key must be stable and unique; what BibTeX would not take
/// for a part of one is left out.
#[must_use]
pub fn write(entry: &Entry) -> String {
    let Entry { key, reference, .. } = entry;
    let kind = reference.kind;
    let is_key =
        |character: &char| character.is_ascii_alphanumeric() || "-_:.+/".contains(*character);
    let key: String = key.chars().filter(is_key).collect();
    let mut fields = Fields(format!("@{}{{{key}", code(kind)));
    let authors: Vec<String> = reference.authors.iter().map(name).collect();
    fields.field("author", Some(authors.join(" and ")));
    fields.field("title", Some(protected(&reference.title)));
    fields.field("year", reference.year.map(|year| format!("{year:04}")));
    fields.text(container_field(kind), reference.container_title.as_ref());
    fields.text(publisher_field(kind), reference.publisher.as_ref());
    if kind == Some(PublicationKind::WorkingPaper) {
        fields.field("type", Some("Working paper".to_owned()));
    }
    fields.text("volume", reference.volume.as_ref());
    fields.text("number", reference.issue.as_ref());
    fields.field(
        "pages",
        reference
            .pages
            .as_ref()
            .map(|pages| latex(pages).replace("-{}", "-").replace('-', "--")),
    );
    fields.field("doi", reference.doi.as_ref().map(|doi| verbatim(doi)));
    fields.field("url", reference.url.as_ref().map(|url| verbatim(url)));
    fields.text("abstract", reference.abstract_text.as_ref());
    fields.text("keywords", Some(&joined_keywords(&reference.keywords)));
    fields.text("language", reference.language.as_ref());
    fields.text("note", reference.note.as_ref());
    fields.0.push_str("\n}\n");
    fields.0
}

struct Fields(String);

impl Fields {
    fn text(&mut self, name: &str, value: Option<&String>) {
        self.field(name, value.map(|value| latex(value)));
    }

    /// A field whose value is LaTeX already.
    fn field(&mut self, name: &str, value: Option<String>) {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            let _ = write!(self.0, ",\n  {name} = {{{value}}}");
        }
    }
}

fn code(kind: Option<PublicationKind>) -> &'static str {
    match kind {
        Some(PublicationKind::JournalArticle) => "article",
        Some(PublicationKind::Book) => "book",
        Some(PublicationKind::BookChapter) => "incollection",
        Some(PublicationKind::Report | PublicationKind::WorkingPaper) => "techreport",
        Some(PublicationKind::ConferencePaper) => "inproceedings",
        Some(PublicationKind::Thesis) => "phdthesis",
        None => "misc",
    }
}

fn container_field(kind: Option<PublicationKind>) -> &'static str {
    match kind {
        Some(PublicationKind::JournalArticle) => "journal",
        Some(PublicationKind::BookChapter | PublicationKind::ConferencePaper) => "booktitle",
        _ => "series",
    }
}

fn publisher_field(kind: Option<PublicationKind>) -> &'static str {
    match kind {
        Some(PublicationKind::Report | PublicationKind::WorkingPaper) => "institution",
        Some(PublicationKind::Thesis) => "school",
        _ => "publisher",
    }
}

/// "Family, Given", or a body in braces of its own. Braces also protect an "and" or a comma within
/// a part of a name.
fn name(author: &Author) -> String {
    let part = |part: &str| {
        let latex = latex(part);
        let is_divided =
            part.contains(',') || part.split(' ').any(|word| word.eq_ignore_ascii_case("and"));
        if is_divided {
            format!("{{{latex}}}")
        } else {
            latex
        }
    };
    match author {
        Author::Person { family, given } => format!("{}, {}", part(family), part(given)),
        Author::Corporate(name) => format!("{{{}}}", latex(name)),
    }
}

/// A title with braces around the words whose capitals a style must not take away: all but a
/// first letter that begins the title.
fn protected(title: &str) -> String {
    let title = text::one_line(title);
    let words = title.split(' ').enumerate().map(|(place, word)| {
        let kept = if place == 0 {
            word.chars().skip(1).collect()
        } else {
            word.to_owned()
        };
        let latex = latex(word);
        if kept.contains(char::is_uppercase) {
            format!("{{{latex}}}")
        } else {
            latex
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Plain text as LaTeX on one line. Braces are written by name, as BibTeX counts `\{` as a brace.
/// An empty group keeps hyphens and quotation marks from becoming dashes and curly.
fn latex(text: &str) -> String {
    let mut latex = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for character in text::one_line(text).chars() {
        match character {
            '\\' | '{' | '}' => latex.push_str(&by_name(character)),
            '~' => latex.push_str("\\textasciitilde{}"),
            '^' => latex.push_str("\\textasciicircum{}"),
            '&' | '%' | '$' | '#' | '_' => latex.extend(['\\', character]),
            '-' | '`' | '\'' if character == before => latex.extend(['{', '}', character]),
            _ => latex.push(character),
        }
        before = character;
    }
    latex
}

/// An address or a DOI: LaTeX's `\url` takes all but braces and backslashes as they are.
fn verbatim(text: &str) -> String {
    text::one_line(text).chars().map(by_name).collect()
}

/// A character, by its name where even an escaped one would be misread.
fn by_name(character: char) -> String {
    match character {
        '\\' => "\\textbackslash{}".to_owned(),
        '{' => "\\textbraceleft{}".to_owned(),
        '}' => "\\textbraceright{}".to_owned(),
        _ => character.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::references::Reference;

    #[test]
    fn a_report_is_written_to_the_letter() {
        let reference = Reference {
            title: "Reading & writing in the UK: {a} 100% example".to_owned(),
            authors: vec![
                Author::Person {
                    family: "Example".to_owned(),
                    given: "Ann B.".to_owned(),
                },
                Author::Corporate("Sample and Sons, Ltd.".to_owned()),
            ],
            year: Some(2011),
            kind: Some(PublicationKind::Report),
            publisher: Some("Example Institute".to_owned()),
            pages: Some("7-26".to_owned()),
            url: Some("https://example.org/~a_b?c=1&d={2}".to_owned()),
            keywords: vec!["Schools, primary".to_owned()],
            ..Reference::default()
        };
        let expected = r"@techreport{example-2011,
  author = {Example, Ann B. and {Sample and Sons, Ltd.}},
  title = {Reading \& writing in the {UK:} \textbraceleft{}a\textbraceright{} 100\% example},
  year = {2011},
  institution = {Example Institute},
  pages = {7--26},
  url = {https://example.org/~a_b?c=1&d=\textbraceleft{}2\textbraceright{}},
  keywords = {Schools, primary;}
}
";
        let entry = Entry {
            key: "example-2011, }".to_owned(),
            reference,
            date: None,
        };
        assert_eq!(write(&entry), expected);
    }

    #[test]
    fn capitals_are_protected_but_for_the_first() {
        assert_eq!(protected("An Example of iPads"), "An {Example} of {iPads}");
        assert_eq!(protected("NASA and UK"), "{NASA} and {UK}");
    }
}
