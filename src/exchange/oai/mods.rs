//! A study in MODS 3.7 (<https://www.loc.gov/standards/mods/>), which keeps apart what Dublin Core
//! throws together: parts of names, the host with volume and pages, kinds of subject.

use crate::exchange::edition::{Edition, LICENCE};
use crate::exchange::oai::request::Prefix;
use crate::exchange::records::study::{AuthorOut, StudyOut};
use crate::exchange::references::ris::first_and_last;
use crate::exchange::xml::Xml;
use crate::import::references::PublicationKind;

/// Writes the element `mods`.
pub fn write(xml: &mut Xml, edition: &Edition, study: &StudyOut) {
    let namespace = Prefix::Mods.namespace();
    let location = format!("{namespace} {}", Prefix::Mods.schema());
    xml.open(
        "mods",
        &[
            ("xmlns", namespace),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            ("xsi:schemaLocation", &location),
            ("version", "3.7"),
        ],
    );
    xml.open("titleInfo", &[]);
    xml.element("title", &[], &study.title);
    xml.close("titleInfo");
    for author in &study.authors {
        name(xml, author);
    }
    xml.element("typeOfResource", &[], "text");
    if let Some(term) = &study.publication_type.term {
        xml.element("genre", &[], &term.label);
    }
    let kind = study.publication_type.term.as_ref();
    let kind = kind.and_then(|term| PublicationKind::parse(&term.slug));
    let is_article = kind == Some(PublicationKind::JournalArticle);
    xml.open("originInfo", &[]);
    if let Some(publisher) = study.publisher.as_ref().filter(|_| !is_article) {
        xml.element("publisher", &[], publisher);
    }
    if let Some(year) = study.year {
        xml.element(
            "dateIssued",
            &[("encoding", "w3cdtf"), ("keyDate", "yes")],
            &format!("{year:04}"),
        );
    }
    xml.close("originInfo");
    if !study.summary.is_empty() {
        let label = format!("Summary by {}", edition.site_name);
        xml.element("abstract", &[("displayLabel", &label)], &study.summary);
    }
    for finding in &study.key_findings {
        xml.element("note", &[("type", "key finding")], finding);
    }
    for notice in &study.notices {
        xml.element("note", &[("type", "notice")], &notice.said);
    }
    xml.element(
        "note",
        &[("type", "verification")],
        &study.verification.level.label,
    );
    subjects(xml, study);
    host(xml, study, kind);
    if let Some(doi) = &study.doi {
        xml.element("identifier", &[("type", "doi")], doi);
    }
    if let Some(original) = &study.original_url {
        xml.open("location", &[]);
        xml.element("url", &[("access", "object in context")], original);
        xml.close("location");
    }
    xml.open("location", &[]);
    xml.element(
        "url",
        &[("usage", "primary display"), ("note", "record")],
        &study.url,
    );
    xml.close("location");
    xml.element(
        "accessCondition",
        &[("type", "use and reproduction")],
        &format!("Summary and coding by {}: {LICENCE}", edition.site_name),
    );
    xml.open("recordInfo", &[]);
    xml.element("recordContentSource", &[], &edition.site_name);
    xml.element(
        "recordChangeDate",
        &[("encoding", "w3cdtf")],
        &study.updated,
    );
    xml.element(
        "recordIdentifier",
        &[("source", edition.domain())],
        &study.slug,
    );
    xml.close("recordInfo");
    xml.close("mods");
}

fn name(xml: &mut Xml, author: &AuthorOut) {
    if let Some(given) = &author.given {
        xml.open("name", &[("type", "personal")]);
        xml.element("namePart", &[("type", "family")], &author.family);
        xml.element("namePart", &[("type", "given")], given);
    } else {
        xml.open("name", &[("type", "corporate")]);
        xml.element("namePart", &[], &author.family);
    }
    xml.open("role", &[]);
    xml.element(
        "roleTerm",
        &[("type", "code"), ("authority", "marcrelator")],
        "aut",
    );
    xml.close("role");
    xml.close("name");
}

fn subjects(xml: &mut Xml, study: &StudyOut) {
    let mut topic = |label: &str, topic: &str| {
        xml.open("subject", &[("displayLabel", label)]);
        xml.element("topic", &[], topic);
        xml.close("subject");
    };
    for theme in &study.themes {
        topic("Theme", &theme.title);
    }
    for (label, coded) in [
        ("Outcome", &study.outcomes),
        ("Disadvantage focus", &study.disadvantage_focus),
        ("Stage", &study.stages),
    ] {
        for term in &coded.terms {
            topic(label, &term.label);
        }
    }
    for country in &study.countries {
        xml.open("subject", &[]);
        xml.element(
            "geographicCode",
            &[("authority", "iso3166")],
            &country.code.to_ascii_lowercase(),
        );
        xml.close("subject");
    }
}

/// The journal, book or series, and where in it.
fn host(xml: &mut Xml, study: &StudyOut, kind: Option<PublicationKind>) {
    let is_series = matches!(
        kind,
        Some(
            PublicationKind::Report
                | PublicationKind::WorkingPaper
                | PublicationKind::Book
                | PublicationKind::Thesis
        ) | None
    );
    let has_part = study.volume.is_some() || study.issue.is_some() || study.pages.is_some();
    if study.container_title.is_none() && !has_part {
        return;
    }
    let relation = if is_series { "series" } else { "host" };
    xml.open("relatedItem", &[("type", relation)]);
    if let Some(title) = &study.container_title {
        xml.open("titleInfo", &[]);
        xml.element("title", &[], title);
        xml.close("titleInfo");
    }
    if has_part {
        xml.open("part", &[]);
        for (kind, number) in [("volume", &study.volume), ("issue", &study.issue)] {
            if let Some(number) = number {
                xml.open("detail", &[("type", kind)]);
                xml.element("number", &[], number);
                xml.close("detail");
            }
        }
        if let Some((first, last)) = study.pages.as_deref().map(first_and_last) {
            xml.open("extent", &[("unit", "page")]);
            match last {
                Some(last) => {
                    xml.element("start", &[], first);
                    xml.element("end", &[], last);
                }
                None => xml.element("list", &[], first),
            }
            xml.close("extent");
        }
        xml.close("part");
    }
    xml.close("relatedItem");
}
