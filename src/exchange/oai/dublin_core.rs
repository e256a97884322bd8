//! A study in the fifteen elements of Dublin Core 1.1, as `oai_dc` has them.

use crate::exchange::edition::{Edition, LICENCE};
use crate::exchange::oai::request::Prefix;
use crate::exchange::records::study::StudyOut;
use crate::exchange::xml::Xml;
use crate::import::references::PublicationKind;
use crate::studies::identifiers::doi_address;

/// Writes the element `oai_dc:dc`.
pub fn write(xml: &mut Xml, edition: &Edition, study: &StudyOut) {
    let namespace = Prefix::DublinCore.namespace();
    let location = format!("{namespace} {}", Prefix::DublinCore.schema());
    xml.open(
        "oai_dc:dc",
        &[
            ("xmlns:oai_dc", namespace),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            ("xsi:schemaLocation", &location),
        ],
    );
    xml.element("dc:title", &[], &study.title);
    for author in &study.authors {
        xml.element("dc:creator", &[], &author.inverted());
    }
    for theme in &study.themes {
        xml.element("dc:subject", &[], &theme.title);
    }
    let outcomes = study.outcomes.terms.iter();
    let focus = study.disadvantage_focus.terms.iter();
    for term in outcomes.chain(focus).chain(&study.stages.terms) {
        xml.element("dc:subject", &[], &term.label);
    }
    xml.optional("dc:description", &study.summary);
    for finding in &study.key_findings {
        xml.optional("dc:description", finding);
    }
    for notice in &study.notices {
        xml.element("dc:description", &[], &notice.said);
    }
    xml.optional(
        "dc:publisher",
        study.publisher.as_deref().unwrap_or_default(),
    );
    if let Some(year) = study.year {
        xml.element("dc:date", &[], &format!("{year:04}"));
    }
    xml.element("dc:type", &[], kind(study));
    if let Some(term) = &study.publication_type.term {
        xml.element("dc:type", &[], &term.label);
    }
    // The first identifier leads to the record, as harvesters link to it.
    xml.element("dc:identifier", &[], &study.url);
    if let Some(doi) = &study.doi {
        xml.element("dc:identifier", &[], &doi_address(doi));
    }
    if let Some(container) = &study.container_title {
        xml.element("dc:source", &[], &source(study, container));
    }
    if let Some(original) = &study.original_url {
        xml.element("dc:relation", &[], original);
    }
    for intervention in &study.interventions {
        xml.element("dc:relation", &[], &intervention.url);
    }
    for country in &study.countries {
        xml.element("dc:coverage", &[], &country.name);
    }
    xml.element(
        "dc:rights",
        &[],
        &format!("Summary and coding by {}: {LICENCE}", edition.site_name),
    );
    xml.close("oai_dc:dc");
}

/// The type in the vocabulary that aggregators know.
fn kind(study: &StudyOut) -> &'static str {
    let term = study.publication_type.term.as_ref();
    match term.and_then(|term| PublicationKind::parse(&term.slug)) {
        Some(PublicationKind::JournalArticle) => "info:eu-repo/semantics/article",
        Some(PublicationKind::Book) => "info:eu-repo/semantics/book",
        Some(PublicationKind::BookChapter) => "info:eu-repo/semantics/bookPart",
        Some(PublicationKind::Report) => "info:eu-repo/semantics/report",
        Some(PublicationKind::WorkingPaper) => "info:eu-repo/semantics/workingPaper",
        Some(PublicationKind::ConferencePaper) => "info:eu-repo/semantics/conferencePaper",
        // The vocabulary has theses by degree, which is not recorded here.
        Some(PublicationKind::Thesis) | None => "info:eu-repo/semantics/other",
    }
}

/// "Journal, 12(3), 7-26".
fn source(study: &StudyOut, container: &str) -> String {
    let mut source = container.to_owned();
    if let Some(volume) = &study.volume {
        source.push_str(&format!(", {volume}"));
    }
    if let Some(issue) = &study.issue {
        source.push_str(&format!("({issue})"));
    }
    if let Some(pages) = &study.pages {
        source.push_str(&format!(", {pages}"));
    }
    source
}
