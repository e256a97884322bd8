//! Formatted references through a CSL engine: an entry becomes a CSL-JSON item
//! (<https://docs.citationstyles.org>), the engine makes a tree of it, the tree our own HTML. The
//! engine's writer escapes nothing.

use std::sync::OnceLock;

use askama::filters::{Escaper, Html};
use citationberg::{FontStyle, IndependentStyle, Locale, LocaleCode, Style};
use hayagriva::archive::{ArchivedStyle, locales};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, ElemChild, ElemChildren,
};

use serde_json::Value;

use crate::exchange::references::csl;
use crate::exchange::references::entry::Entry;
use crate::exchange::references::mend;
use crate::import::references::PublicationKind;

/// The styles in which a reference can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceStyle {
    Apa,
    Harvard,
    Chicago,
    Vancouver,
}

impl ReferenceStyle {
    pub const ALL: [Self; 4] = [Self::Apa, Self::Harvard, Self::Chicago, Self::Vancouver];

    /// The word for the style in addresses.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Apa => "apa",
            Self::Harvard => "harvard",
            Self::Chicago => "chicago",
            Self::Vancouver => "vancouver",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|style| style.slug() == word)
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Apa => "APA",
            Self::Harvard => "Harvard (Cite Them Right)",
            Self::Chicago => "Chicago (author-date)",
            Self::Vancouver => "Vancouver (AMA)",
        }
    }

    /// `NlmCitationSequence`, which the engine calls Vancouver, leaves the authors out.
    fn archived(self) -> ArchivedStyle {
        match self {
            Self::Apa => ArchivedStyle::AmericanPsychologicalAssociation,
            Self::Harvard => ArchivedStyle::HarvardCiteThemRight,
            Self::Chicago => ArchivedStyle::ChicagoAuthorDate,
            Self::Vancouver => ArchivedStyle::AmericanMedicalAssociation,
        }
    }
}

/// A reference as a page shows it, and as it is pasted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Formatted {
    /// Every text escaped.
    pub html: String,
    pub text: String,
}

/// Decoded styles and locales; decoding them takes long enough to do it once, when first needed.
#[derive(Default)]
pub struct Styles {
    styles: [OnceLock<Option<IndependentStyle>>; ReferenceStyle::ALL.len()],
    locales: OnceLock<Vec<Locale>>,
}

impl Styles {
    /// The reference in a style. `None` when the engine has nothing to say.
    #[must_use]
    pub fn reference(&self, style: ReferenceStyle, entry: &Entry) -> Option<Formatted> {
        let decoded = self.styles[style as usize]
            .get_or_init(|| match style.archived().get() {
                Style::Independent(style) => Some(style),
                Style::Dependent(_) => None,
            })
            .as_ref()?;
        let locales = self.locales.get_or_init(|| {
            let kept = [
                LocaleCode("en-GB".to_owned()),
                LocaleCode("en-US".to_owned()),
            ];
            let is_kept =
                |locale: &Locale| locale.lang.as_ref().is_some_and(|lang| kept.contains(lang));
            locales().into_iter().filter(is_kept).collect()
        });
        let item: citationberg::json::Item = serde_json::from_value(item(entry)).ok()?;
        let locale = Some(LocaleCode("en-GB".to_owned()));
        let mut driver = BibliographyDriver::new();
        let items = vec![CitationItem::with_entry(&item)];
        driver.citation(CitationRequest::new(
            items,
            decoded,
            locale.clone(),
            locales,
            None,
        ));
        let rendered = driver.finish(BibliographyRequest::new(decoded, locale, locales));
        let item = rendered.bibliography?.items.into_iter().next()?;
        let mut letters = Vec::new();
        collect(&mut letters, &item.content);
        mend::mend(&mut letters, &entry.reference);
        Formatted::new(&letters).ok()
    }
}

/// The item that the engine sees. What is of no kind that it knows is cited like a report: by title
/// and publisher.
fn item(entry: &Entry) -> Value {
    let mut entry = entry.clone();
    if entry.reference.kind.is_none() && !entry.is_page() {
        entry.reference.kind = Some(PublicationKind::Report);
    }
    let mut item = csl::write(&entry);
    let names = item.get_mut("author").and_then(Value::as_array_mut);
    for name in names.into_iter().flatten() {
        // The engine takes a first word such as "Van" or "La" for a particle and may put it last.
        if let Some(Value::String(family)) = name.get_mut("family") {
            *family = family.replace(' ', mend::TIE);
        }
    }
    item
}

/// A character and whether it is in italics.
pub(super) type Letter = (char, bool);

fn collect(letters: &mut Vec<Letter>, children: &ElemChildren) {
    for child in &children.0 {
        match child {
            ElemChild::Text(text) | ElemChild::Link { text, .. } => {
                let is_italic = text.formatting.font_style == FontStyle::Italic;
                letters.extend(text.text.chars().map(|letter| (letter, is_italic)));
            }
            ElemChild::Elem(element) => collect(letters, &element.children),
            ElemChild::Markup(text) => letters.extend(text.chars().map(|letter| (letter, false))),
            ElemChild::Transparent { .. } => {}
        }
    }
}

impl Formatted {
    fn new(letters: &[Letter]) -> Result<Self, std::fmt::Error> {
        let mut formatted = Self::default();
        for run in letters.chunk_by(|a, b| a.1 == b.1) {
            let text: String = run.iter().map(|(letter, _)| *letter).collect();
            let is_italic = run.first().is_some_and(|(_, is_italic)| *is_italic);
            let (open, close) = if is_italic { ("<i>", "</i>") } else { ("", "") };
            formatted.html.push_str(open);
            Html.write_escaped_str(&mut formatted.html, &text)?;
            formatted.html.push_str(close);
            formatted.text.push_str(&text);
        }
        Ok(formatted)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::import::references::Reference;
    use crate::studies::bibliography::Author;

    fn entry(kind: &str, authors: &[(&str, &str)]) -> Entry {
        let reference = Reference {
            title: "Working with <b>families</b> & schools".to_owned(),
            authors: authors
                .iter()
                .map(|(family, given)| match *given {
                    "" => Author::Corporate((*family).to_owned()),
                    given => Author::Person {
                        family: (*family).to_owned(),
                        given: given.to_owned(),
                    },
                })
                .collect(),
            year: Some(2013),
            kind: PublicationKind::parse(kind),
            container_title: Some("Journal of Families".to_owned()),
            publisher: Some("A University".to_owned()),
            volume: Some("12".to_owned()),
            issue: Some("3".to_owned()),
            pages: Some("45-67".to_owned()),
            url: Some("https://example.org/x?a=1&b=2".to_owned()),
            ..Reference::default()
        };
        Entry {
            key: "x-2013".to_owned(),
            reference,
            date: None,
        }
    }

    #[test]
    fn every_kind_and_number_of_authors_has_its_reference_in_every_style() {
        let styles = Styles::default();
        let many: Vec<(String, String)> = (1..=25)
            .map(|n| (format!("Author{n:02}"), "Ann B.".to_owned()))
            .collect();
        let many: Vec<(&str, &str)> = many
            .iter()
            .map(|(family, given)| (family.as_str(), given.as_str()))
            .collect();
        let mut list = String::new();
        for style in ReferenceStyle::ALL {
            for kind in [
                "journal-article",
                "report",
                "book-chapter",
                "thesis",
                "conference-paper",
                "working-paper",
                "book",
                "other",
            ] {
                let entry = entry(
                    kind,
                    &[("de Jong", "Maria T."), ("Orobio de Castro", "Bram")],
                );
                let reference = styles.reference(style, &entry).unwrap().html;
                let _ = writeln!(list, "{} {kind}: {reference}", style.label());
            }
            let corporate = entry("report", &[("National Panel, with a comma", "")]);
            for (name, entry) in [
                ("corporate", corporate),
                ("nobody", entry("report", &[])),
                ("one", entry("journal-article", &many[..1])),
                ("three", entry("journal-article", &many[..3])),
                ("eight", entry("journal-article", &many[..8])),
                ("twenty-five", entry("journal-article", &many)),
            ] {
                let reference = styles.reference(style, &entry).unwrap().html;
                let _ = writeln!(list, "{} {name}: {reference}", style.label());
            }
        }
        assert!(
            !list.contains("<b>"),
            "markup of a title must be escaped: {list}"
        );
        insta::assert_snapshot!(list);
    }
}
