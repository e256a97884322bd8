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
    item.insert("issued".to_owned(), json!({"date-parts": [[study.year]]}));
    if !study.authors.is_empty() {
        let names = study.authors.iter().map(|author| match author {
            Author::Person { family, given } => json!({"family": family, "given": given}),
            Author::Corporate(name) => json!({"literal": name}),
        });
        item.insert("author".to_owned(), names.collect());
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

/// The CSL type of a publication type. Terms that curators add are documents of no special kind.
fn csl_type(publication_type: &Coding<Slug>) -> &'static str {
    match publication_type.coded().map(Slug::as_str) {
        Some("journal-article") => "article-journal",
        Some("report" | "working-paper") => "report",
        Some("thesis") => "thesis",
        Some("book") => "book",
        Some("book-chapter") => "chapter",
        Some("conference-paper") => "paper-conference",
        _ => "document",
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
