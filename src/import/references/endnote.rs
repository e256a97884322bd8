//! EndNote XML, as EndNote exports it and Covidence and EPPI-Reviewer read it. There is no public
//! specification beyond its DTD (`RSXML.dtd`). Every record is cut out and parsed by itself, so
//! that a broken one loses no other. Texts stand in nested `<style>` elements. A DTD is ignored:
//! entities of a file's own mean nothing here, so none can be blown up or fetched.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::collector::{Collector, Lines};
use super::{PublicationKind, Read, Reference, kinds, names, values};
use crate::studies::bibliography::Author;

/// Elements within elements; real records have about eight.
const MAX_DEPTH: usize = 40;

/// The texts of a record by the names of their element and the one around it.
#[derive(Debug, Default)]
struct Texts(HashMap<String, Vec<String>>);

#[must_use]
pub fn read(text: &str) -> Read {
    let mut collector = Collector::default();
    let mut lines = Lines::of(text);
    for (offset, record) in records(text) {
        let line = lines.at(offset);
        if collector.is_full() {
            collector.broken(line, "");
            continue;
        }
        match texts(record) {
            Ok(texts) => {
                let mut remarks = Vec::new();
                if !record.ends_with("</record>") {
                    remarks.push("its record is cut off: something may be missing".to_owned());
                }
                let reference = reference(&texts, &mut remarks);
                collector.found(line, reference, remarks);
            }
            Err(message) => collector.broken(line, message),
        }
    }
    collector.finish()
}

/// The records, each with its offset. One that is not closed ends where the next begins.
fn records(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let starts = text.match_indices("<record").map(|(start, _)| start);
    let mut starts = starts
        .filter(|start| text[start + "<record".len()..].starts_with(['>', ' ', '\n', '\t']))
        .peekable();
    std::iter::from_fn(move || {
        let start = starts.next()?;
        let end = starts.peek().copied().unwrap_or(text.len());
        let record = &text[start..end];
        let closed = record
            .find("</record>")
            .map(|close| close + "</record>".len());
        Some((start, &record[..closed.unwrap_or(record.len())]))
    })
}

fn texts(record: &str) -> Result<Texts, String> {
    let mut reader = Reader::from_str(record);
    reader.config_mut().allow_dangling_amp = true;
    let mut texts = Texts::default();
    let mut path: Vec<String> = Vec::new();
    let mut text = String::new();
    loop {
        let event = reader.read_event();
        match event.map_err(|error| format!("it is not well-formed XML: {error}"))? {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                if path.len() == MAX_DEPTH {
                    return Err("its elements are nested too deeply".to_owned());
                }
                // A style is a part of the text around it.
                if name != "style" {
                    text.clear();
                }
                if let Ok(Some(kind)) = start.try_get_attribute("name") {
                    texts.add(&format!("{name}@name"), &kind.value);
                }
                path.push(name);
            }
            Event::End(_) => {
                if let Some(name) = path.pop().filter(|name| name != "style") {
                    let around = path.last().map_or("", String::as_str);
                    texts.add(&format!("{around}/{name}"), &text);
                    text.clear();
                }
            }
            Event::Text(part) => text.push_str(&part),
            Event::CData(part) => text.push_str(&part),
            // What the entity means is found out when the text is cleaned.
            Event::GeneralRef(entity) => text.push_str(&format!("&{};", &*entity)),
            Event::Eof => return Ok(texts),
            Event::Empty(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
}

impl Texts {
    fn add(&mut self, place: &str, text: &str) {
        if !text.trim().is_empty() {
            self.0
                .entry(place.to_owned())
                .or_default()
                .push(text.to_owned());
        }
    }

    fn all(&self, place: &str) -> &[String] {
        self.0.get(place).map_or(&[], Vec::as_slice)
    }

    /// The text of the first of the places that has one.
    fn first(&self, places: &[&str]) -> Option<String> {
        places
            .iter()
            .find_map(|place| self.all(place).first())
            .cloned()
    }
}

fn reference(texts: &Texts, remarks: &mut Vec<String>) -> Reference {
    let kind = texts.first(&["ref-type@name"]);
    let kind = kind.as_deref().and_then(kinds::of_words);
    let kind = match (kind, texts.first(&["record/work-type"])) {
        (Some(PublicationKind::Report), Some(words)) if kinds::is_working_paper(&words) => {
            Some(PublicationKind::WorkingPaper)
        }
        (kind, _) => kind,
    };
    let date = texts
        .first(&["dates/year", "pub-dates/date"])
        .unwrap_or_default();
    Reference {
        title: texts.first(&["titles/title"]).unwrap_or_default(),
        authors: authors(texts, remarks),
        year: values::year(&date, remarks),
        kind,
        container_title: texts.first(&[
            "titles/secondary-title",
            "periodical/full-title",
            "alt-periodical/full-title",
            "periodical/abbr-1",
        ]),
        publisher: texts.first(&["record/publisher"]),
        volume: texts.first(&["record/volume"]),
        issue: texts.first(&["record/number", "record/issue"]),
        pages: texts
            .first(&["record/pages"])
            .map(|pages| values::full_pages(&pages)),
        doi: texts.first(&["record/electronic-resource-num"]),
        url: texts.first(&["related-urls/url", "web-urls/url", "urls/url"]),
        abstract_text: texts.first(&["record/abstract"]),
        keywords: texts.all("keywords/keyword").to_vec(),
        language: texts.first(&["record/language"]),
        note: texts.first(&["record/notes"]),
        identifier: texts.first(&["record/accession-num", "record/rec-number"]),
    }
}

/// The authors; the editors where there are none.
fn authors(texts: &Texts, remarks: &mut Vec<String>) -> Vec<Author> {
    let mut given = texts.all("authors/author");
    if given.is_empty() {
        given = texts.all("secondary-authors/author");
        if !given.is_empty() {
            remarks.push("the editors were taken as authors".to_owned());
        }
    }
    let guessed = given.iter().filter(|name| names::is_guessed(name));
    remarks.extend(guessed.map(|name| names::guess_remark(name)));
    given.iter().flat_map(|name| names::list(name)).collect()
}

#[cfg(test)]
mod tests;
