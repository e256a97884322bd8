//! RIS, as reference managers and databases export it
//! (<https://en.wikipedia.org/wiki/RIS_(file_format)>, after the specification of Research
//! Information Systems, 2001 and 2011). A reader of our own: biblib 0.10.0 splits corporate
//! authors at "and", joins keywords that stand on lines of their own, leaves entities in titles,
//! takes `PY 0000` for the year 0, and misses a DOI in M3.

use super::collector::Collector;
use super::{PublicationKind, Read, Reference, kinds, names, text, values};
use crate::studies::bibliography::Author;
use crate::studies::identifiers;

/// A line of a record: its tag, and its value with the lines that continue it.
type Field = (String, String);

#[derive(Debug, Default)]
struct Record {
    line: usize,
    fields: Vec<Field>,
    has_type: bool,
}

#[must_use]
pub fn read(text: &str) -> Read {
    let mut collector = Collector::default();
    let mut open: Option<Record> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_start_matches(['\u{feff}', ' ', '\t']).trim_end();
        match tagged(line) {
            Some(("TY", value)) => {
                close(open.take(), &mut collector);
                open = Some(Record {
                    line: index + 1,
                    fields: vec![("TY".to_owned(), value.to_owned())],
                    has_type: true,
                });
            }
            Some(("ER", _)) => close(open.take(), &mut collector),
            Some((tag, value)) => {
                let record = open.get_or_insert_with(|| Record {
                    line: index + 1,
                    ..Record::default()
                });
                record.fields.push((tag.to_owned(), value.to_owned()));
            }
            None => continue_field(open.as_mut(), line),
        }
    }
    close(open, &mut collector);
    collector.finish()
}

/// Whether a line is one that records begin with.
pub fn begins_record(line: &str) -> bool {
    matches!(tagged(line), Some(("TY", value)) if !value.is_empty())
}

/// A line without a tag belongs to the field before. Keywords stand on lines of their own.
fn continue_field(record: Option<&mut Record>, line: &str) {
    let Some((tag, value)) = record.and_then(|record| record.fields.last_mut()) else {
        return;
    };
    value.push_str(if tag == "KW" { ";" } else { " " });
    value.push_str(line);
}

/// Tags that a line with a single space before its hyphen may begin with; in others it is prose,
/// like "UK - a comparison" on a wrapped line.
const FORGIVEN: [&str; 33] = [
    "TY", "TI", "T1", "T2", "T3", "AU", "A1", "A2", "A3", "PY", "Y1", "DA", "JO", "JF", "JA", "J2",
    "BT", "VL", "IS", "SP", "EP", "DO", "UR", "AB", "N1", "N2", "KW", "PB", "SN", "LA", "AN", "ID",
    "ER",
];

/// The tag and the value of a line: two capitals (or a digit), two spaces, a hyphen, a space. One
/// space is forgiven, and so is a missing last one.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.split_at_checked(2)?;
    let mut letters = tag.bytes();
    let is_tag = letters.next()?.is_ascii_uppercase()
        && letters.all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit());
    let spaces = rest
        .bytes()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    let value = rest[spaces..].strip_prefix('-')?;
    let is_separated = match spaces {
        0 => tag == "TY" || tag == "ER",
        1 => FORGIVEN.contains(&tag),
        _ => true,
    };
    let has_space = value.is_empty() || value.starts_with([' ', '\t']) || spaces > 1;
    (is_tag && is_separated && has_space).then(|| (tag, value.trim()))
}

fn close(record: Option<Record>, collector: &mut Collector) {
    let Some(record) = record else {
        return;
    };
    let mut remarks = Vec::new();
    if !record.has_type {
        remarks.push("the line TY, which begins a record, is missing".to_owned());
    }
    let reference = record.reference(&mut remarks);
    collector.found(record.line, reference, remarks);
}

impl Record {
    fn all<'r>(&'r self, tags: &'r [&'r str]) -> impl Iterator<Item = &'r str> {
        let fields = self
            .fields
            .iter()
            .filter(|(tag, _)| tags.contains(&tag.as_str()));
        fields
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.trim().is_empty())
    }

    /// The value of the first of the tags that has one.
    fn first<'r>(&'r self, tags: &'r [&'r str]) -> Option<String> {
        tags.iter()
            .find_map(|tag| self.all(std::slice::from_ref(tag)).next())
            .map(str::to_owned)
    }

    fn reference(&self, remarks: &mut Vec<String>) -> Reference {
        let code = self.first(&["TY"]).unwrap_or_default().to_uppercase();
        let kind = self.kind(&code, remarks);
        let (title, container_title) = self.titles(kind, remarks);
        Reference {
            title,
            container_title,
            authors: self.authors(remarks),
            year: self.year(remarks),
            kind,
            publisher: self.first(&["PB"]),
            volume: self.first(&["VL"]),
            issue: self.issue(&code),
            pages: self.pages(),
            doi: self.doi(),
            url: self.first(&["UR"]),
            abstract_text: self.first(&["AB", "N2"]),
            keywords: self.all(&["KW"]).map(str::to_owned).collect(),
            language: self.first(&["LA"]),
            note: self.first(&["N1"]),
            identifier: self.first(&["AN", "ID"]),
        }
    }

    fn kind(&self, code: &str, remarks: &mut Vec<String>) -> Option<PublicationKind> {
        let words = self.first(&["M3"]).unwrap_or_default();
        match code {
            "JOUR" | "EJOUR" | "MGZN" | "NEWS" | "JFULL" | "INPR" | "ABST" => {
                Some(PublicationKind::JournalArticle)
            }
            "BOOK" | "EBOOK" | "EDBOOK" => Some(PublicationKind::Book),
            "CHAP" | "ECHAP" => Some(PublicationKind::BookChapter),
            "RPRT" if kinds::is_working_paper(&words) => Some(PublicationKind::WorkingPaper),
            "RPRT" | "GOVDOC" => Some(PublicationKind::Report),
            "UNPB" | "UNPD" | "MANSCPT" => Some(PublicationKind::WorkingPaper),
            "CONF" | "CPAPER" => Some(PublicationKind::ConferencePaper),
            "THES" => Some(PublicationKind::Thesis),
            "GEN" | "" => None,
            _ => {
                let code = text::excerpt(code);
                remarks.push(format!("the type {code} is none of ours: choose one"));
                None
            }
        }
    }

    /// The title and what the work stands in. Some exports have the title in T2 or BT only.
    fn titles(
        &self,
        kind: Option<PublicationKind>,
        remarks: &mut Vec<String>,
    ) -> (String, Option<String>) {
        let containers: &[&str] = match kind {
            Some(PublicationKind::JournalArticle) | None => {
                &["JF", "T2", "JO", "JA", "J1", "J2", "BT", "T3"]
            }
            _ => &["T2", "BT", "C3", "JF", "JO", "JA", "J2", "T3"],
        };
        if let Some(title) = self.first(&["TI", "T1", "CT"]) {
            return (title, self.first(containers));
        }
        let Some(tag) = ["T2", "BT", "ST"]
            .into_iter()
            .find(|tag| self.first(&[tag]).is_some())
        else {
            return (String::new(), self.first(containers));
        };
        remarks.push(format!("the title was taken from {tag}"));
        let others: Vec<&str> = containers
            .iter()
            .copied()
            .filter(|other| *other != tag)
            .collect();
        (self.first(&[tag]).unwrap_or_default(), self.first(&others))
    }

    /// AU and A1 in the order in which they stand; the editors where there are none.
    fn authors(&self, remarks: &mut Vec<String>) -> Vec<Author> {
        let mut lines: Vec<&str> = self.all(&["AU", "A1"]).collect();
        if lines.is_empty() {
            lines = self.all(&["A2", "ED", "A3"]).collect();
            if !lines.is_empty() {
                remarks.push("the editors were taken as authors".to_owned());
            }
        }
        let guessed = lines.iter().filter(|line| names::is_guessed(line));
        remarks.extend(guessed.map(|line| names::guess_remark(line)));
        lines.into_iter().flat_map(names::list).collect()
    }

    /// PY, else DA, else Y1, which older files have in place of DA.
    fn year(&self, remarks: &mut Vec<String>) -> Option<i16> {
        ["PY", "DA", "Y1"]
            .iter()
            .find_map(|tag| values::year(&self.first(&[tag])?, remarks))
    }

    /// SN is the number of a report, unless it holds its ISBN or ISSN.
    fn issue(&self, code: &str) -> Option<String> {
        let number = self.first(&["IS", "CP"]).or_else(|| match code {
            "RPRT" | "GOVDOC" => self
                .first(&["SN"])
                .filter(|number| !values::is_serial_number(number)),
            _ => None,
        });
        number.or_else(|| self.first(&["M1"]).filter(|_| code == "JOUR"))
    }

    fn pages(&self) -> Option<String> {
        match (self.first(&["SP"]), self.first(&["EP"])) {
            (Some(first), Some(last)) if first != last && !values::pages(&first).contains('-') => {
                Some(format!("{first}-{last}"))
            }
            (Some(pages), _) | (None, Some(pages)) => Some(pages),
            (None, None) => None,
        }
    }

    /// DO, or a DOI that was put into M3 or L3.
    fn doi(&self) -> Option<String> {
        self.first(&["DO", "DI"])
            .or_else(|| self.all(&["M3", "L3"]).find_map(identifiers::doi))
    }
}

#[cfg(test)]
mod tests;
