//! nbib, the tagged format of PubMed and MEDLINE
//! (<https://www.nlm.nih.gov/bsd/mms/medlineelements.html>). A reader of our own: the format is
//! a few tags, and biblib 0.10.0 keeps abbreviated pages and the full stops of titles.

use super::collector::Collector;
use super::{PublicationKind, Read, Reference, kinds, names, values};
use crate::studies::bibliography::Author;
use crate::studies::identifiers;

#[derive(Debug, Default)]
struct Record {
    line: usize,
    fields: Vec<(String, String)>,
}

#[must_use]
pub fn read(text: &str) -> Read {
    let mut collector = Collector::default();
    let mut open = Record::default();
    let mut is_after_blank = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_start_matches('\u{feff}').trim_end();
        match tagged(line) {
            Some((tag, value)) => {
                // Records begin with PMID, or after a blank line in files that leave it out.
                if tag == "PMID" || (is_after_blank && open.has("TI")) {
                    close(&std::mem::take(&mut open), &mut collector);
                }
                if open.fields.is_empty() {
                    open.line = index + 1;
                }
                open.fields.push((tag.to_owned(), value.to_owned()));
            }
            None => open.continue_field(line.trim()),
        }
        is_after_blank = line.is_empty();
    }
    close(&open, &mut collector);
    collector.finish()
}

/// Whether a line is one that records begin with.
pub fn begins_record(line: &str) -> bool {
    matches!(tagged(line), Some(("PMID", value)) if !value.is_empty())
}

/// Two to four capitals, filled up with spaces to four, then a hyphen.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let (tag, value) = line.split_once('-')?;
    let is_padded = tag.len() == 4 || tag.len() == 5;
    let tag = tag.trim_end();
    let is_tag = (2..=4).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_separated = value.is_empty() || value.starts_with(' ');
    (is_padded && is_tag && is_separated).then(|| (tag, value.trim()))
}

fn close(record: &Record, collector: &mut Collector) {
    if !record.fields.is_empty() {
        let mut remarks = Vec::new();
        let reference = record.reference(&mut remarks);
        collector.found(record.line, reference, remarks);
    }
}

impl Record {
    fn has(&self, tag: &str) -> bool {
        self.fields.iter().any(|(other, _)| other == tag)
    }

    fn continue_field(&mut self, line: &str) {
        if let Some((_, value)) = self.fields.last_mut() {
            value.push(' ');
            value.push_str(line);
        }
    }

    fn all<'r>(&'r self, tag: &'r str) -> impl Iterator<Item = &'r str> {
        let fields = self.fields.iter().filter(move |(other, _)| other == tag);
        fields.map(|(_, value)| value.as_str())
    }

    fn first(&self, tags: &[&str]) -> Option<String> {
        tags.iter()
            .find_map(|tag| self.all(tag).next())
            .map(str::to_owned)
    }

    fn reference(&self, remarks: &mut Vec<String>) -> Reference {
        let kind = self.kind();
        let container: &[&str] = match kind {
            Some(PublicationKind::BookChapter) => &["BTI", "JT"],
            _ => &["JT", "TA", "CTI"],
        };
        let date = self.first(&["DP", "DEP"]).unwrap_or_default();
        Reference {
            title: title(&self.first(&["TI", "BTI"]).unwrap_or_default()),
            authors: self.authors(remarks),
            year: values::year(&date, remarks),
            kind,
            container_title: self.first(container),
            publisher: self.first(&["PB"]),
            volume: self.first(&["VI"]),
            issue: self.first(&["IP"]),
            pages: self.first(&["PG"]).map(|pages| values::full_pages(&pages)),
            doi: self.doi(),
            abstract_text: self.first(&["AB"]),
            keywords: self.keywords(),
            language: self.first(&["LA"]),
            identifier: self.first(&["PMID"]),
            ..Reference::default()
        }
    }

    fn kind(&self) -> Option<PublicationKind> {
        let of_journal = self.has("JT").then_some(PublicationKind::JournalArticle);
        if self.has("BTI") && self.has("TI") {
            return Some(PublicationKind::BookChapter);
        }
        of_journal.or_else(|| self.all("PT").find_map(kinds::of_words))
    }

    /// FAU and CN in order; AU only where no FAU goes before it, which would be the same person.
    fn authors(&self, remarks: &mut Vec<String>) -> Vec<Author> {
        let mut authors = Vec::new();
        let mut is_named = false;
        for (tag, name) in &self.fields {
            match tag.as_str() {
                "FAU" => authors.extend(names::author(name)),
                "AU" if !is_named => authors.push(of_initials(name)),
                "CN" => authors.push(Author::Corporate(name.clone())),
                _ => {}
            }
            is_named = tag == "FAU";
        }
        if authors.is_empty() {
            authors = self.all("FED").filter_map(names::author).collect();
            if !authors.is_empty() {
                remarks.push("the editors were taken as authors".to_owned());
            }
        }
        authors
    }

    fn doi(&self) -> Option<String> {
        let mut ids = self.all("LID").chain(self.all("AID"));
        ids.find_map(|id| identifiers::doi(id.strip_suffix("[doi]")?))
    }

    /// The authors' own keywords and the subject headings, whose stars mark the main ones.
    fn keywords(&self) -> Vec<String> {
        let words = self.all("OT").chain(self.all("MH"));
        words.map(|word| word.replace('*', "")).collect()
    }
}

/// PubMed ends titles with a full stop and puts translated ones into brackets.
fn title(text: &str) -> String {
    let title = text.trim().trim_end_matches('.');
    let translated = title
        .strip_prefix('[')
        .and_then(|title| title.strip_suffix(']'));
    translated.unwrap_or(title).trim_end_matches('.').to_owned()
}

/// "Family GH", perhaps with a "Jr" after it, however many words the family name has.
fn of_initials(name: &str) -> Author {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    let is_suffix = |word: &&str| matches!(*word, "Jr" | "Sr" | "2nd" | "3rd" | "4th");
    let suffix = words.pop_if(|word| is_suffix(&&**word));
    match (names::person(&words), suffix) {
        (Author::Person { family, given }, Some(suffix)) => {
            names::family_given(&family, &format!("{given}, {suffix}"))
        }
        (author, _) => author,
    }
}

#[cfg(test)]
mod tests;
