//! Pages in the vocabulary of <https://schema.org>, as JSON-LD. What we describe was published
//! elsewhere: the page is ours, the work its subject, our appraisal a node of its own.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::exchange::edition::{Edition, KEEPER, LICENCE};
use crate::exchange::references::entry;
use crate::exchange::references::ris::first_and_last;
use crate::import::references::PublicationKind;
use crate::interventions::intervention::Intervention;
use crate::records::record::{Kind, Published};
use crate::records::slug::Slug;
use crate::studies::bibliography::Author;
use crate::studies::identifiers::doi_address;
use crate::studies::study::Study;
use crate::themes::theme::Theme;
use crate::vocabularies::countries::Country;
use crate::vocabularies::vocabulary::Vocabulary;

const CONTEXT: &str = "https://schema.org";

/// A document of these nodes.
#[must_use]
pub fn document(nodes: &[Value]) -> Value {
    json!({"@context": CONTEXT, "@graph": nodes})
}

/// JSON for a `script` element, in which no character can end it or be taken for markup.
#[must_use]
pub fn in_script(document: &Value) -> String {
    let mut script = String::new();
    for character in document.to_string().chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                script.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => script.push(character),
        }
    }
    script
}

/// A study: the page, the work, and our appraisal of it.
#[must_use]
pub fn study(edition: &Edition, published: &Published<Study>) -> Vec<Value> {
    let address = edition.address(Kind::Study, &published.slug);
    let study = &published.body;
    let page = json!({
        "@type": "ItemPage",
        "@id": address,
        "url": address,
        "name": study.title,
        "isPartOf": {"@id": edition.absolute("/#site")},
        "inLanguage": "en-GB",
        "license": LICENCE,
        "dateModified": published.updated.to_string(),
        "mainEntity": {"@id": format!("{address}#work")},
        "breadcrumb": {"@id": format!("{address}#breadcrumb")},
    });
    vec![
        page,
        work(edition, &published.slug, study),
        appraisal(edition, published),
        breadcrumb(&address, edition, &[("/studies", "Studies")], &study.title),
    ]
}

fn work(edition: &Edition, slug: &Slug, study: &Study) -> Value {
    let mut node = Map::new();
    let mut put = |key: &str, value: Value| {
        node.insert(key.to_owned(), value);
    };
    let kind = entry::kind(&study.publication_type);
    let address = edition.address(Kind::Study, slug);
    put("@type", json!(type_of(kind)));
    put("@id", json!(format!("{address}#work")));
    put("name", json!(study.title));
    put("headline", json!(study.title));
    if !study.authors.is_empty() {
        put("author", study.authors.iter().map(agent).collect());
    }
    if study.year > 0 {
        put("datePublished", json!(format!("{:04}", study.year)));
    }
    if let Some(part_of) = part_of(kind, study) {
        put("isPartOf", part_of);
    }
    if kind != Some(PublicationKind::JournalArticle)
        && let Some(publisher) = &study.publisher
    {
        put(
            "publisher",
            json!({"@type": "Organization", "name": publisher}),
        );
    }
    if let Some((first, last)) = study.pages.as_deref().map(first_and_last) {
        put("pageStart", json!(first));
        if let Some(last) = last {
            put("pageEnd", json!(last));
        }
    }
    if let Some(doi) = &study.doi {
        put(
            "identifier",
            json!({"@type": "PropertyValue", "propertyID": "DOI", "value": doi}),
        );
        put("sameAs", json!(doi_address(doi)));
    } else if let Some(url) = &study.url {
        put("sameAs", json!(url));
    }
    if let Some(open_access) = study.open_access {
        put("isAccessibleForFree", json!(open_access));
    }
    put("about", about(edition, study));
    let stages = study.stages.terms().iter();
    let stages: Vec<_> = stages
        .map(|term| {
            edition
                .catalogue
                .vocabularies
                .label(Vocabulary::Stage, term)
        })
        .collect();
    if !stages.is_empty() {
        put("educationalLevel", json!(stages));
    }
    if !study.countries.is_empty() {
        let countries = study.countries.iter();
        let countries: Vec<_> = countries
            .map(|country| {
                json!({"@type": "Country", "name": country.name(), "identifier": country.code()})
            })
            .collect();
        put("spatialCoverage", json!(countries));
    }
    Value::Object(node)
}

fn type_of(kind: Option<PublicationKind>) -> &'static str {
    match kind {
        Some(PublicationKind::JournalArticle | PublicationKind::ConferencePaper) => {
            "ScholarlyArticle"
        }
        Some(PublicationKind::Book) => "Book",
        Some(PublicationKind::BookChapter) => "Chapter",
        Some(PublicationKind::Thesis) => "Thesis",
        Some(PublicationKind::Report | PublicationKind::WorkingPaper) | None => "Report",
    }
}

/// The address of the type of a study's work, for Signposting.
#[must_use]
pub fn type_address(study: &Study) -> String {
    format!(
        "{CONTEXT}/{}",
        type_of(entry::kind(&study.publication_type))
    )
}

fn agent(author: &Author) -> Value {
    match author {
        Author::Person { family, given } => json!({
            "@type": "Person",
            "name": format!("{given} {family}"),
            "givenName": given,
            "familyName": family,
        }),
        Author::Corporate(name) => json!({"@type": "Organization", "name": name}),
    }
}

/// What the work stands in: for an article the issue of a volume of a journal.
fn part_of(kind: Option<PublicationKind>, study: &Study) -> Option<Value> {
    let name = study.container_title.as_ref()?;
    if kind != Some(PublicationKind::JournalArticle) {
        let container = match kind {
            Some(PublicationKind::BookChapter | PublicationKind::ConferencePaper) => "Book",
            _ => "CreativeWorkSeries",
        };
        return Some(json!({"@type": container, "name": name}));
    }
    let mut part = json!({"@type": "Periodical", "name": name});
    if let Some(volume) = &study.volume {
        part = json!({"@type": "PublicationVolume", "volumeNumber": volume, "isPartOf": part});
    }
    if let Some(issue) = &study.issue {
        part = json!({"@type": "PublicationIssue", "issueNumber": issue, "isPartOf": part});
    }
    Some(part)
}

fn about(edition: &Edition, study: &Study) -> Value {
    let catalogue = &edition.catalogue;
    let term = |name: &str, url: Option<String>, set: &str| {
        let mut term = json!({"@type": "DefinedTerm", "name": name, "inDefinedTermSet": set});
        if let Some(url) = url {
            term["url"] = json!(url);
        }
        term
    };
    let themes = study.themes.iter().filter_map(|slug| catalogue.theme(slug));
    let mut about: Vec<Value> = themes
        .map(|card| {
            let url = edition.address(Kind::Theme, &card.slug);
            term(&card.body.title, Some(url), &edition.absolute("/evidence"))
        })
        .collect();
    let glossary = edition.absolute("/glossary");
    for (vocabulary, coding) in [
        (Vocabulary::Outcome, &study.outcomes),
        (Vocabulary::DisadvantageFocus, &study.disadvantage_focus),
    ] {
        for slug in coding.terms() {
            let label = catalogue.vocabularies.label(vocabulary, slug);
            about.push(term(label, None, &glossary));
        }
    }
    about.into()
}

/// What we say of the work.
fn appraisal(edition: &Edition, published: &Published<Study>) -> Value {
    let address = edition.address(Kind::Study, &published.slug);
    let study = &published.body;
    let mut text = vec![study.summary.clone()];
    text.extend(study.key_findings.iter().cloned());
    text.push(study.verified.level.meaning().to_owned());
    json!({
        "@type": "CriticReview",
        "@id": format!("{address}#appraisal"),
        "itemReviewed": {"@id": format!("{address}#work")},
        "author": {"@type": "Organization", "name": KEEPER},
        "publisher": {"@type": "Organization", "name": &*edition.site_name, "url": edition.absolute("/")},
        "dateModified": published.updated.to_string(),
        "inLanguage": "en-GB",
        "license": LICENCE,
        "reviewBody": text.join("\n"),
    })
}

/// An intervention: the page, and what schools can use.
#[must_use]
pub fn intervention(edition: &Edition, published: &Published<Intervention>) -> Vec<Value> {
    let address = edition.address(Kind::Intervention, &published.slug);
    let body = &published.body;
    let catalogue = &edition.catalogue;
    let studies = catalogue
        .intervention_number(&published.slug)
        .map(|number| {
            let numbers = catalogue.links()[number].iter();
            let addresses = numbers.map(|study| {
                let card = &catalogue.studies()[*study as usize];
                format!("{}#work", edition.address(Kind::Study, &card.slug))
            });
            addresses.map(|id| json!({"@id": id})).collect::<Vec<_>>()
        });
    let mut page = own_page(
        edition,
        &address,
        published.updated,
        &body.name,
        &body.summary,
    );
    page["mainEntity"] = json!({"@id": format!("{address}#intervention")});
    page["citation"] = json!(studies.unwrap_or_default());
    let mut subject = json!({
        "@type": "DefinedTerm",
        "@id": format!("{address}#intervention"),
        "name": body.name,
        "description": body.summary,
        "termCode": published.slug.as_str(),
        "inDefinedTermSet": edition.absolute("/interventions"),
        "url": address,
    });
    if let Some(website) = &body.website {
        subject["sameAs"] = json!(website);
    }
    let breadcrumb = breadcrumb(
        &address,
        edition,
        &[("/interventions", "Interventions")],
        &body.name,
    );
    vec![page, subject, breadcrumb]
}

/// A theme.
#[must_use]
pub fn theme(edition: &Edition, published: &Published<Theme>) -> Vec<Value> {
    let address = edition.address(Kind::Theme, &published.slug);
    let body = &published.body;
    vec![
        own_page(
            edition,
            &address,
            published.updated,
            &body.title,
            &body.summary,
        ),
        breadcrumb(
            &address,
            edition,
            &[("/evidence", "What works?")],
            &body.title,
        ),
    ]
}

/// A page whose text is ours, of a text that was published at this time.
fn own_page(
    edition: &Edition,
    address: &str,
    updated: Timestamp,
    name: &str,
    description: &str,
) -> Value {
    let mut page = page("WebPage", edition, address, name, description);
    page["dateModified"] = json!(updated.to_string());
    page["author"] = json!({"@type": "Organization", "name": KEEPER});
    page
}

/// A list of records.
#[must_use]
pub fn list(edition: &Edition, path: &str, name: &str, description: &str) -> Vec<Value> {
    let address = edition.absolute(path);
    vec![
        page("CollectionPage", edition, &address, name, description),
        breadcrumb(&address, edition, &[], name),
    ]
}

fn page(kind: &str, edition: &Edition, address: &str, name: &str, description: &str) -> Value {
    json!({
        "@type": kind,
        "@id": address,
        "url": address,
        "name": name,
        "description": description,
        "isPartOf": {"@id": edition.absolute("/#site")},
        "inLanguage": "en-GB",
        "license": LICENCE,
        "breadcrumb": {"@id": format!("{address}#breadcrumb")},
    })
}

/// The way from the first page to this one.
fn breadcrumb(address: &str, edition: &Edition, way: &[(&str, &str)], name: &str) -> Value {
    let mut items = vec![("/", "Home")];
    items.extend(way);
    let mut list: Vec<Value> = items
        .iter()
        .zip(1..)
        .map(|((path, name), position)| {
            json!({"@type": "ListItem", "position": position, "name": name, "item": edition.absolute(path)})
        })
        .collect();
    list.push(json!({
        "@type": "ListItem",
        "position": list.len() + 1,
        "name": name,
        "item": address,
    }));
    json!({"@type": "BreadcrumbList", "@id": format!("{address}#breadcrumb"), "itemListElement": list})
}

/// The site, and how to search it.
#[must_use]
pub fn site(edition: &Edition, description: &str) -> Value {
    json!({
        "@type": "WebSite",
        "@id": edition.absolute("/#site"),
        "url": edition.absolute("/"),
        "name": &*edition.site_name,
        "description": description,
        "inLanguage": "en-GB",
        "publisher": {"@type": "Organization", "name": KEEPER},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": edition.absolute("/search?q={search_term_string}"),
            },
            "query-input": "required name=search_term_string",
        },
    })
}

/// The whole collection as data. `downloads` are addresses with their media types.
#[must_use]
pub fn dataset(
    edition: &Edition,
    description: &str,
    version: &str,
    downloads: &[(String, &str)],
) -> Value {
    let years = edition.catalogue.years();
    let mut node = json!({
        "@type": "Dataset",
        "@id": edition.absolute("/data#dataset"),
        "url": edition.absolute("/data"),
        "name": format!("{}: evidence on schools and families working together", edition.site_name),
        "description": description,
        "license": LICENCE,
        "isAccessibleForFree": true,
        "inLanguage": "en-GB",
        "version": version,
        "creator": {"@type": "Organization", "name": KEEPER},
        "publisher": {"@type": "Organization", "name": KEEPER},
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": &*edition.site_name,
            "url": edition.absolute("/data"),
        },
        "measurementTechnique": "Review of published research, coded against vocabularies with scope notes",
        "variableMeasured": [
            "theme", "year of publication", "country", "disadvantage focus", "outcome", "stage",
            "study design", "effect size",
        ],
        "distribution": downloads.iter().map(|(url, media_type)| json!({
            "@type": "DataDownload",
            "contentUrl": url,
            "encodingFormat": media_type,
        })).collect::<Vec<_>>(),
    });
    if let Some(change) = &edition.catalogue.change {
        node["dateModified"] = json!(change.time);
    }
    if let (Some((first, _)), Some((last, _))) = (years.last(), years.first()) {
        node["temporalCoverage"] = json!(format!("{first}/{last}"));
    }
    let countries: Vec<_> = {
        let mut names: Vec<_> = edition
            .catalogue
            .studies()
            .iter()
            .flat_map(|card| card.countries.iter())
            .map(Country::name)
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    if !countries.is_empty() {
        node["spatialCoverage"] = json!(countries);
    }
    node
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_end_the_script_element() {
        let script = in_script(&json!({"a": "</script><!-- & \u{2028}"}));
        assert_eq!(
            script,
            "{\"a\":\"\\u003c/script\\u003e\\u003c!-- \\u0026 \\u2028\"}"
        );
        let read: Value = serde_json::from_str(&script).unwrap();
        assert_eq!(read["a"], "</script><!-- & \u{2028}");
    }
}
