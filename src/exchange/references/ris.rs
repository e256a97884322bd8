//! References in RIS, one record each (<https://en.wikipedia.org/wiki/RIS_(file_format)>). Which
//! field goes where depends on the type of the work; it is what Zotero and EndNote read.

use crate::exchange::references::entry::Entry;
use crate::import::references::{PublicationKind, is_serial_number, reads_as, text};
use crate::studies::bibliography::Author;

/// A record with its line ends, from `TY` to `ER`.
#[must_use]
pub fn write(entry: &Entry) -> String {
    let reference = &entry.reference;
    let mut record = Record::default();
    record.line("TY", code(entry));
    record.line("ID", &entry.key);
    record.line("TI", &reference.title);
    for author in &reference.authors {
        record.line("AU", &name(author));
    }
    if let Some(year) = reference.year {
        record.line("PY", &format!("{year:04}"));
    }
    if let Some(date) = entry.date {
        record.line("DA", &date.strftime("%Y/%m/%d/").to_string());
    }
    record.field("T2", reference.container_title.as_ref());
    record.field("PB", reference.publisher.as_ref());
    record.field("VL", reference.volume.as_ref());
    record.field(number_tag(entry), reference.issue.as_ref());
    if reference.kind == Some(PublicationKind::WorkingPaper) {
        record.line("M3", "Working paper");
    }
    if let Some(pages) = &reference.pages {
        let (first, last) = first_and_last(pages);
        record.line("SP", first);
        record.field("EP", last);
    }
    record.field("DO", reference.doi.as_ref());
    record.field("UR", reference.url.as_ref());
    record.field("AB", reference.abstract_text.as_ref());
    for keyword in &reference.keywords {
        record.line("KW", keyword);
    }
    record.field("LA", reference.language.as_ref());
    record.field("N1", reference.note.as_ref());
    record.field("AN", reference.identifier.as_ref());
    record.0.push_str("ER  - \r\n");
    record.0
}

#[derive(Default)]
struct Record(String);

impl Record {
    /// A line, unless there is nothing to say. A line end within a value would end the field.
    fn line(&mut self, tag: &str, value: &str) {
        let value = text::one_line(value);
        if !value.is_empty() {
            self.0.push_str(&format!("{tag}  - {value}\r\n"));
        }
    }

    fn field(&mut self, tag: &str, value: Option<impl AsRef<str>>) {
        if let Some(value) = value {
            self.line(tag, value.as_ref());
        }
    }
}

fn code(entry: &Entry) -> &'static str {
    match entry.reference.kind {
        Some(PublicationKind::JournalArticle) => "JOUR",
        Some(PublicationKind::Book) => "BOOK",
        Some(PublicationKind::BookChapter) => "CHAP",
        Some(PublicationKind::Report | PublicationKind::WorkingPaper) => "RPRT",
        Some(PublicationKind::ConferencePaper) => "CONF",
        Some(PublicationKind::Thesis) => "THES",
        None if entry.is_page() => "ELEC",
        None => "GEN",
    }
}

/// The number of a report goes into SN, where readers would take an ISSN for one.
fn number_tag(entry: &Entry) -> &'static str {
    let is_report = code(entry) == "RPRT";
    let number = entry.reference.issue.as_deref().unwrap_or_default();
    if is_report && !is_serial_number(number) {
        "SN"
    } else {
        "IS"
    }
}

/// "Family, Given". A comma means that much to every reader, so bodies are written without, but
/// for a last one where the name would otherwise read like a person's.
fn name(author: &Author) -> String {
    match author {
        Author::Person { family, given } => format!("{family}, {given}"),
        Author::Corporate(name) => {
            let name = text::one_line(&name.replace(',', " "));
            if reads_as(&name, &Author::Corporate(name.clone())) {
                name
            } else {
                format!("{name},")
            }
        }
    }
}

/// The first and the last page of a simple range; anything else stays together.
pub(crate) fn first_and_last(pages: &str) -> (&str, Option<&str>) {
    let is_simple = |page: &str| !page.is_empty() && !page.contains(['-', ',', ';']);
    match pages.split_once('-') {
        Some((first, last)) if first != last && is_simple(first) && is_simple(last) => {
            (first, Some(last))
        }
        _ => (pages, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::references::Reference;

    fn written(reference: Reference) -> String {
        write(&Entry {
            key: "example-2011".to_owned(),
            reference,
            date: None,
        })
    }

    fn example() -> Reference {
        Reference {
            title: "An example study".to_owned(),
            authors: vec![
                Author::Person {
                    family: "Example".to_owned(),
                    given: "Ann B.".to_owned(),
                },
                Author::Corporate("Sample the Examples".to_owned()),
                Author::Corporate("Centre for Examples, University of Sample".to_owned()),
            ],
            year: Some(2011),
            container_title: Some("Journal of Examples".to_owned()),
            volume: Some("12".to_owned()),
            issue: Some("3".to_owned()),
            pages: Some("7-26".to_owned()),
            doi: Some("10.1000/example".to_owned()),
            abstract_text: Some("One.\nTwo.".to_owned()),
            keywords: vec!["reading".to_owned(), "families".to_owned()],
            ..Reference::default()
        }
    }

    #[test]
    fn a_journal_article_is_written_to_the_letter() {
        let reference = Reference {
            kind: Some(PublicationKind::JournalArticle),
            ..example()
        };
        let lines = [
            "TY  - JOUR",
            "ID  - example-2011",
            "TI  - An example study",
            "AU  - Example, Ann B.",
            "AU  - Sample the Examples,",
            "AU  - Centre for Examples University of Sample",
            "PY  - 2011",
            "T2  - Journal of Examples",
            "VL  - 12",
            "IS  - 3",
            "SP  - 7",
            "EP  - 26",
            "DO  - 10.1000/example",
            "AB  - One. Two.",
            "KW  - reading",
            "KW  - families",
            "ER  - ",
            "",
        ];
        assert_eq!(written(reference), lines.join("\r\n"));
    }

    #[test]
    fn the_number_of_a_report_is_its_sn() {
        let reference = Reference {
            kind: Some(PublicationKind::WorkingPaper),
            ..example()
        };
        let record = written(reference);
        assert!(record.contains("SN  - 3\r\n") && record.contains("M3  - Working paper\r\n"));
    }

    #[test]
    fn a_page_of_this_site_has_its_day() {
        let record = write(&Entry {
            key: "example".to_owned(),
            reference: Reference {
                doi: None,
                url: Some("https://example.org/x".to_owned()),
                ..example()
            },
            date: Some(jiff::civil::date(2026, 3, 1)),
        });
        assert!(record.starts_with("TY  - ELEC\r\n"), "{record}");
        assert!(record.contains("DA  - 2026/03/01/\r\n"), "{record}");
    }

    #[test]
    fn only_simple_ranges_are_divided() {
        assert_eq!(first_and_last("7-26"), ("7", Some("26")));
        assert_eq!(first_and_last("7-9, 12-14"), ("7-9, 12-14", None));
        assert_eq!(first_and_last("e12"), ("e12", None));
    }
}
