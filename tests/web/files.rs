//! Records and lists as files, by their ending or by what a client accepts.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use engaging_with_families::exchange::references::entry;
use engaging_with_families::import::references::{Format, Reference, read};
use engaging_with_families::people::role::Role;
use engaging_with_families::records::record::Kind;
use engaging_with_families::records::store;
use engaging_with_families::studies::bibliography::Author;
use engaging_with_families::studies::study::Study;
use serde_json::Value;

use crate::forms::id;
use crate::renaming::rename;
use crate::site::{Answer, Site};

const STUDY: &str = "/studies/ohare-2014";

const TYPES: [(&str, &str); 9] = [
    ("ris", "application/x-research-info-systems"),
    ("bib", "application/x-bibtex"),
    ("csl.json", "application/vnd.citationstyles.csl+json"),
    ("json", "application/json"),
    ("jsonld", "application/ld+json"),
    ("esea.jsonld", "application/ld+json"),
    ("md", "text/markdown"),
    ("txt", "text/plain"),
    ("linkset.json", "application/linkset+json"),
];

fn media_type(answer: &Answer) -> String {
    let kind = answer.header("content-type");
    kind.split(';').next().unwrap().to_owned()
}

async fn references(site: &Site, address: &str, format: Format) -> Vec<String> {
    let read = read(format, &site.get(address).await.text());
    assert_eq!(read.faults, [], "{address}");
    let found = read.references.into_iter();
    found.map(|found| found.reference.title).collect()
}

#[tokio::test]
async fn a_study_can_be_had_in_every_format_by_its_ending() {
    let site = Site::starter().await;
    for (extension, expected) in TYPES {
        let answer = site.get(&format!("{STUDY}.{extension}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{extension}");
        assert_eq!(media_type(&answer), expected);
        let name = format!("filename=\"ohare-2014.{extension}\"");
        assert!(answer.header("content-disposition").ends_with(&name));
        if expected.ends_with("json") {
            let _: Value = serde_json::from_slice(&answer.body).unwrap();
        }
    }
    let text = site.get(&format!("{STUDY}.txt")).await.text();
    assert!(text.contains("no interval was reported"), "{text}");
    for missing in [".csv", ".atom", ".exe", "."] {
        let answer = site.get(&format!("{STUDY}{missing}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[tokio::test]
async fn the_address_of_a_study_gives_what_a_client_accepts() {
    let site = Site::starter().await;
    let page = site.get(STUDY).await;
    assert_eq!(media_type(&page), "text/html");
    assert_eq!(page.header("vary"), "Accept, Accept-Encoding");
    for (extension, accept) in TYPES {
        if extension == "esea.jsonld" {
            continue;
        }
        let negotiated = site.get_with(STUDY, &[("accept", accept)]).await;
        assert_eq!(media_type(&negotiated), accept);
        assert_eq!(negotiated.header("vary"), "Accept, Accept-Encoding");
        assert_eq!(
            negotiated.header("content-location"),
            format!("{STUDY}.{extension}")
        );
        let file = site.get(&format!("{STUDY}.{extension}")).await;
        assert_eq!(negotiated.text(), file.text(), "{extension}");
        // A tag of one representation must not pass for another.
        assert_ne!(negotiated.header("etag"), page.header("etag"));
        let known = negotiated.header("etag");
        let again = [("accept", accept), ("if-none-match", known)];
        let again = site.get_with(STUDY, &again).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{extension}");
        let other = [("accept", accept), ("if-none-match", page.header("etag"))];
        assert_eq!(site.get_with(STUDY, &other).await.status, StatusCode::OK);
    }
    // Whoever wants what there is not gets the page.
    let image = site.get_with(STUDY, &[("accept", "image/png")]).await;
    assert_eq!(media_type(&image), "text/html");
}

#[tokio::test]
async fn a_study_says_where_its_files_are() {
    let site = Site::starter().await;
    let answer = site.get(STUDY).await;
    let links = answer.header("link");
    let own = format!("http://127.0.0.1:3000{STUDY}");
    for expected in [
        format!("<{own}>; rel=\"cite-as\""),
        "<https://schema.org/AboutPage>; rel=\"type\"".to_owned(),
        "<https://schema.org/ScholarlyArticle>; rel=\"type\"".to_owned(),
        format!("<{own}.ris>; rel=\"describedby\"; type=\"application/x-research-info-systems\""),
        format!("<{own}.json>; rel=\"item\"; type=\"application/json\""),
        format!("<{own}.linkset.json>; rel=\"linkset\"; type=\"application/linkset+json\""),
        "<http://127.0.0.1:3000/data>; rel=\"collection\"".to_owned(),
        "<https://doi.org/10.1108/jcs-05-2013-0021>; rel=\"related\"".to_owned(),
    ] {
        assert!(links.contains(&expected), "{expected} in {links}");
    }
    // A page that is asked again, out of memory, says so too.
    assert_eq!(site.get(STUDY).await.header("link"), links);
    let file = site.get(&format!("{STUDY}.ris")).await;
    assert!(
        file.header("link")
            .contains(&format!("<{own}>; rel=\"describes\""))
    );
    assert_eq!(file.header("x-robots-tag"), "noindex");
    let head = site.send(Method::HEAD, STUDY, &[]).await;
    assert_eq!(head.header("link"), links);
}

#[tokio::test]
async fn a_renamed_study_leads_its_files_along_and_a_withdrawn_one_is_gone() {
    let site = Site::starter().await;
    rename(&site, Kind::Study, "ohare-2014", "o-hare-2014").await;
    let moved = site.get(&format!("{STUDY}.csl.json")).await;
    assert_eq!(moved.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(moved.location(), "/studies/o-hare-2014.csl.json");
    let ed = site.person("ed", Role::Editor).await;
    let study = id(&site, Kind::Study, "o-hare-2014").await;
    ed.done(
        &format!("/admin/records/{study}/withdraw"),
        &[("reason", "It was entered twice.")],
    )
    .await;
    for address in ["/studies/o-hare-2014.ris", "/api/v1/studies/o-hare-2014"] {
        let gone = site.get(address).await;
        assert_eq!(gone.status, StatusCode::GONE, "{address}");
        assert!(gone.text().contains("It was entered twice."), "{address}");
    }
}

#[tokio::test]
async fn a_list_is_a_file_with_the_same_filters_whatever_its_length() {
    let site = Site::starter().await;
    for query in [
        "",
        "?from=2013",
        "?q=reading&theme=literacy-and-numeracy-support&sort=title",
    ] {
        let page = site.page(&format!("/studies{query}")).await;
        let (count, first) = (page.count(), page.titles());
        for (extension, format) in [
            ("ris", Format::Ris),
            ("bib", Format::BibTex),
            ("csl.json", Format::CslJson),
        ] {
            let address = format!("/studies.{extension}{query}");
            let titles = references(&site, &address, format).await;
            assert_eq!(titles.len(), count, "{address}");
            if extension == "csl.json" {
                assert_eq!(
                    titles[..first.len()],
                    first,
                    "{address} has the order of the page"
                );
            }
        }
        let json: Value =
            serde_json::from_slice(&site.get(&format!("/studies.json{query}")).await.body).unwrap();
        assert_eq!(json["total"], count);
        assert_eq!(json["studies"].as_array().unwrap().len(), count);
        let csv = site.get(&format!("/studies.csv{query}")).await;
        assert_eq!(
            csv::Reader::from_reader(&csv.body[..]).records().count(),
            count
        );
    }
}

/// What came of a list by reading one of its files, by the name of each study.
async fn read_back(site: &Site, extension: &str, format: Format) -> BTreeMap<String, Reference> {
    let text = site.get(&format!("/studies.{extension}")).await.text();
    let read = read(format, &text);
    assert_eq!(read.faults, []);
    let found = read.references.into_iter().map(|found| {
        assert_eq!(found.remarks, Vec::<String>::new());
        let name = found.reference.identifier.clone().unwrap_or_default();
        (name, found.reference)
    });
    found.collect()
}

#[tokio::test]
async fn our_own_importers_read_the_same_works_from_every_format() {
    let site = Site::starter().await;
    let catalogue = site.app.catalogue();
    let mut files = Vec::new();
    for (extension, format) in [
        ("ris", Format::Ris),
        ("bib", Format::BibTex),
        ("csl.json", Format::CslJson),
    ] {
        let references = read_back(&site, extension, format).await;
        assert_eq!(references.len(), catalogue.studies().len(), "{extension}");
        files.push((extension, references));
    }
    let cards: Vec<_> = catalogue
        .studies()
        .iter()
        .map(|card| (card.id, card.version))
        .collect();
    let texts = store::texts(&site.app.db, &cards).await.unwrap();
    for (card, (_, body)) in catalogue.studies().iter().zip(texts) {
        let study: Study = serde_json::from_str(&body).unwrap();
        let expected = entry::work(&study).tidy(&mut Vec::new());
        for (extension, references) in &files {
            let found = &references[card.slug.as_str()];
            let mut expected = expected.clone();
            if *extension == "ris" {
                for author in &mut expected.authors {
                    // RIS has no comma within the name of a body.
                    if let Author::Corporate(name) = author {
                        *name = name.replace(',', "");
                    }
                }
            }
            // What we say of the work comes with it and is no part of it.
            let found = Reference {
                abstract_text: None,
                keywords: Vec::new(),
                note: None,
                identifier: None,
                ..found.clone()
            };
            assert_eq!(found, expected, "{extension}");
        }
    }
}

#[tokio::test]
async fn a_list_without_results_is_a_file_of_nothing() {
    let site = Site::empty().await;
    for (extension, expected) in [("ris", ""), ("bib", ""), ("csl.json", "[]\n")] {
        let answer = site.get(&format!("/studies.{extension}")).await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (StatusCode::OK, expected)
        );
    }
    let json: Value = serde_json::from_slice(&site.get("/studies.json").await.body).unwrap();
    assert_eq!(json["studies"], serde_json::json!([]));
    let csv = site.get("/interventions.csv").await.text();
    assert!(csv.starts_with("slug,url,") && csv.lines().count() == 1);
}

#[tokio::test]
async fn an_address_of_a_file_has_one_form_and_a_tag() {
    let site = Site::starter().await;
    let answer = site
        .get("/studies.ris?sort=newest&from=2013&page=2&x=1")
        .await;
    assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(answer.location(), "/studies.ris?from=2013");
    let answer = site.get("/studies.ris?from=2013").await;
    let tag = answer.header("etag");
    assert!(!tag.is_empty());
    let again = site
        .get_with("/studies.ris?from=2013", &[("if-none-match", tag)])
        .await;
    assert_eq!(
        (again.status, again.body.len()),
        (StatusCode::NOT_MODIFIED, 0)
    );
}

#[tokio::test]
async fn what_is_for_curators_alone_is_in_no_file() {
    let site = Site::starter().await;
    // The starter collection has editor's notes; one of them begins so.
    let note = "Abstract, author, title and sample were read";
    let study = "/studies/altschul-2011";
    for (extension, _) in TYPES {
        let text = site.get(&format!("{study}.{extension}")).await.text();
        assert!(
            !text.contains(note) && !text.contains("editor_note"),
            "{extension}"
        );
    }
    for list in [
        "/studies.csv",
        "/studies.json",
        "/studies.jsonld",
        "/api/v1/studies?limit=100",
    ] {
        let text = site.get(list).await.text();
        assert!(
            !text.contains(note) && !text.contains("editor_note"),
            "{list}"
        );
    }
}

#[tokio::test]
async fn a_page_shows_its_reference_in_the_style_that_was_chosen() {
    let site = Site::starter().await;
    let page = site.page(STUDY).await;
    assert!(
        page.words("#reference-text")
            .starts_with("O'Hare, L., & Connolly, P. (2014).")
    );
    let styles = page.attributes("#cite option", "value");
    assert_eq!(styles, ["apa", "harvard", "chicago", "vancouver"]);
    let page = site.page(&format!("{STUDY}?cite=vancouver")).await;
    assert!(
        page.words("#reference-text")
            .starts_with("O'Hare L, Connolly P. ")
    );
    assert_eq!(
        page.attributes("link[rel=canonical]", "href"),
        [format!("http://127.0.0.1:3000{STUDY}")]
    );
    for (address, start) in [
        (
            "/evidence/communications-and-actions",
            "Engaging with Families. (2026, November 25). ",
        ),
        ("/data?cite=harvard", "Engaging with Families (2026) "),
    ] {
        let words = site.page(address).await.words("#reference-text");
        assert!(words.starts_with(start), "{words}");
    }
}

#[tokio::test]
async fn a_study_page_has_what_reference_managers_read() {
    let site = Site::starter().await;
    let page = site.page(STUDY).await;
    let tags = |name: &str| page.attributes(&format!("meta[name={name}]"), "content");
    assert_eq!(tags("citation_author"), ["O'Hare, Liam", "Connolly, Paul"]);
    assert_eq!(
        tags("citation_journal_title"),
        ["Journal of Children's Services"]
    );
    assert_eq!(tags("citation_firstpage"), ["18"]);
    assert_eq!(page.attributes(".Z3988", "title").len(), 1);
    let unapi = page.attributes(".unapi-id", "title");
    assert_eq!(unapi, [format!("http://127.0.0.1:3000{STUDY}")]);
    let formats = site.get(&format!("/unapi?id={}", unapi[0])).await;
    assert_eq!(formats.status, StatusCode::MULTIPLE_CHOICES);
    assert!(formats.text().contains("name=\"ris\""));
    let ris = site
        .get(&format!("/unapi?id={}&format=ris", unapi[0]))
        .await;
    assert_eq!(ris.text(), site.get(&format!("{STUDY}.ris")).await.text());
    let unknown = site
        .get(&format!("/unapi?id={}&format=marc", unapi[0]))
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_ACCEPTABLE);
    assert_eq!(site.get("/unapi?id=x").await.status, StatusCode::NOT_FOUND);
    for list in ["/studies", "/interventions"] {
        let list = site.page(list).await;
        assert_eq!(
            list.attributes("#results .Z3988", "title").len(),
            list.titles().len()
        );
    }
}

#[tokio::test]
async fn browsers_can_search_the_site_from_their_own_box() {
    let site = Site::starter().await;
    let description = site.get("/opensearch.xml").await.text();
    assert!(description.contains("http://127.0.0.1:3000/search?q={searchTerms}"));
    let answer = site.get("/suggestions?q=reading").await;
    let json: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(json[0], "reading");
    let titles = json[1].as_array().unwrap();
    assert!(!titles.is_empty());
    assert_eq!(titles.len(), json[3].as_array().unwrap().len());
    for title in titles {
        assert!(title.as_str().unwrap().to_lowercase().contains("reading"));
    }
}
