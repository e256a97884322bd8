//! Formatted references through a CSL engine. A study becomes a CSL-JSON item
//! (<https://docs.citationstyles.org>), the engine a tree, the tree our own HTML: the engine's
//! writer escapes nothing.

use std::fmt::Write;
use std::sync::OnceLock;

use askama::filters::{Escaper, Html};
use citationberg::{FontStyle, IndependentStyle, Locale, LocaleCode, Style};
use hayagriva::archive::{ArchivedStyle, locales};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, ElemChild, ElemChildren,
};
use serde_json::{Map, Value, json};

use crate::records::coding::Coding;
use crate::records::slug::Slug;
use crate::studies::bibliography::Author;
use crate::studies::study::Study;

/// The styles of references that pages show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceStyle {
    Apa,
    Harvard,
}

impl ReferenceStyle {
    pub const ALL: [Self; 2] = [Self::Apa, Self::Harvard];

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Apa => "APA",
            Self::Harvard => "Harvard (Cite Them Right)",
        }
    }

    fn archived(self) -> ArchivedStyle {
        match self {
            Self::Apa => ArchivedStyle::AmericanPsychologicalAssociation,
            Self::Harvard => ArchivedStyle::HarvardCiteThemRight,
        }
    }
}

/// Decoded styles and locales; decoding them takes long enough to do it once, when first needed.
#[derive(Default)]
pub struct Styles {
    styles: [OnceLock<Option<IndependentStyle>>; 2],
    locales: OnceLock<Vec<Locale>>,
}

impl Styles {
    /// A reference as HTML, with every text escaped. `None` when the engine has nothing to say.
    #[must_use]
    pub fn reference(&self, style: ReferenceStyle, slug: &Slug, study: &Study) -> Option<String> {
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
        let item: citationberg::json::Item = serde_json::from_value(csl_item(slug, study)).ok()?;
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
        let entry = rendered.bibliography?.items.into_iter().next()?;
        let mut html = String::new();
        write_children(&mut html, &entry.content).ok()?;
        Some(html)
    }
}

/// A study as a CSL-JSON item. Only keys of the CSL schema occur.
#[must_use]
pub fn csl_item(slug: &Slug, study: &Study) -> Value {
    let kind = csl_type(&study.publication_type);
    let mut item = Map::new();
    item.insert("id".to_owned(), json!(slug.as_str()));
    item.insert("type".to_owned(), json!(kind));
    item.insert("title".to_owned(), json!(study.title));
    // The styles say "n.d." of their own accord.
    if study.year > 0 {
        item.insert("issued".to_owned(), json!({"date-parts": [[study.year]]}));
    }
    if !study.authors.is_empty() {
        let names = study.authors.iter().map(|author| match author {
            Author::Person { family, given } => csl_name(family, given),
            Author::Corporate(name) => json!({"literal": name}),
        });
        item.insert("author".to_owned(), names.collect());
    }
    if kind == "thesis" {
        item.insert("genre".to_owned(), json!("Thesis"));
    }
    // What a report or a working paper stands in is its series.
    let container = match kind {
        "report" | "book" | "thesis" => "collection-title",
        _ => "container-title",
    };
    let has_journal = kind == "article-journal";
    for (key, value) in [
        (container, &study.container_title),
        (
            "publisher",
            if has_journal { &None } else { &study.publisher },
        ),
        ("volume", &study.volume),
        ("issue", &study.issue),
        ("page", &study.pages),
        ("DOI", &study.doi),
        (
            "URL",
            if study.doi.is_some() {
                &None
            } else {
                &study.url
            },
        ),
    ] {
        if let Some(value) = value {
            item.insert(key.to_owned(), json!(value));
        }
    }
    Value::Object(item)
}

/// A person's name. Small words within a family name ("de Jong", "Orobio de Castro") belong to it in
/// every style, which is what a non-dropping particle is; the engine would take them for one that
/// drops.
fn csl_name(family: &str, given: &str) -> Value {
    let has_small_word = family
        .split(' ')
        .any(|word| word.starts_with(char::is_lowercase));
    match family.rsplit_once(' ').filter(|_| has_small_word) {
        Some((particle, name)) => {
            json!({"family": name, "given": given, "non-dropping-particle": particle})
        }
        None => json!({"family": family, "given": given}),
    }
}

/// The CSL type of a publication type. Terms that curators add are
/// cited like reports: by title and publisher.
fn csl_type(publication_type: &Coding<Slug>) -> &'static str {
    match publication_type.coded().map(Slug::as_str) {
        Some("journal-article") => "article-journal",
        Some("thesis") => "thesis",
        Some("book") => "book",
        Some("book-chapter") => "chapter",
        Some("conference-paper") => "paper-conference",
        // Reports, working papers, and whatever else curators add.
        _ => "report",
    }
}

fn write_children(html: &mut String, children: &ElemChildren) -> std::fmt::Result {
    for child in &children.0 {
        match child {
            ElemChild::Text(text) => write_text(html, &text.text, text.formatting.font_style)?,
            ElemChild::Link { text, .. } => {
                write_text(html, &text.text, text.formatting.font_style)?;
            }
            ElemChild::Elem(element) => write_children(html, &element.children)?,
            ElemChild::Markup(text) => write_text(html, text, FontStyle::Normal)?,
            ElemChild::Transparent { .. } => {}
        }
    }
    Ok(())
}

fn write_text(html: &mut String, text: &str, style: FontStyle) -> std::fmt::Result {
    let is_italic = style == FontStyle::Italic;
    if is_italic {
        html.write_str("<i>")?;
    }
    Html.write_escaped_str(&mut *html, text)?;
    if is_italic {
        html.write_str("</i>")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::form::RecordForm;

    fn study(kind: &str, authors: &[(&str, &str)]) -> Study {
        Study {
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
            year: 2013,
            publication_type: Coding::Coded(Slug::parse(kind).unwrap()),
            container_title: Some("Journal of Families".to_owned()),
            publisher: Some("A University".to_owned()),
            volume: Some("12".to_owned()),
            issue: Some("3".to_owned()),
            pages: Some("45-67".to_owned()),
            url: Some("https://example.org/x?a=1&b=2".to_owned()),
            ..Study::blank()
        }
    }

    #[test]
    fn every_kind_and_number_of_authors_has_its_reference_in_every_style() {
        let styles = Styles::default();
        let slug = Slug::parse("x-2013").unwrap();
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
                "other",
            ] {
                let study = study(
                    kind,
                    &[("de Jong", "Maria T."), ("Orobio de Castro", "Bram")],
                );
                let reference = styles.reference(style, &slug, &study).unwrap();
                let _ = writeln!(list, "{} {kind}: {reference}", style.label());
            }
            let corporate = study("report", &[("National Panel, with a comma", "")]);
            for (name, study) in [
                ("corporate", corporate),
                ("nobody", study("report", &[])),
                ("three", study("journal-article", &many[..3])),
                ("twenty-five", study("journal-article", &many)),
            ] {
                let reference = styles.reference(style, &slug, &study).unwrap();
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
