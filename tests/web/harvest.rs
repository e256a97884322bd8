//! Harvesting by OAI-PMH. Independent harvesters are asked in `tests/consumers`.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use engaging_with_families::people::role::Role;
use engaging_with_families::records::record::Kind;

use crate::forms::id;
use crate::site::Site;

/// What stands between two texts, each time.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    let parts = text.split(open).skip(1);
    parts
        .map(|part| part.split(close).next().unwrap())
        .collect()
}

async fn ask(site: &Site, query: &str) -> String {
    let answer = site.get(&format!("/oai?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}");
    assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
    answer.text()
}

/// The identifiers of a whole list, through all its tokens.
async fn harvest(site: &Site, query: &str) -> Vec<String> {
    let mut identifiers = Vec::new();
    let mut text = ask(site, query).await;
    loop {
        let found = between(&text, "<identifier>", "</identifier>");
        identifiers.extend(found.into_iter().map(str::to_owned));
        let token = between(&text, "<resumptionToken", "</resumptionToken>");
        let token = token.first().and_then(|token| token.split_once('>'));
        let Some((_, token)) = token.filter(|(_, token)| !token.is_empty()) else {
            return identifiers;
        };
        let verb = between(query, "verb=", "&")[0];
        text = ask(site, &format!("verb={verb}&resumptionToken={token}")).await;
    }
}

#[tokio::test]
async fn a_repository_says_who_it_is_and_what_it_keeps() {
    let site = Site::starter().await;
    let identity = ask(&site, "verb=Identify").await;
    for expected in [
        "<repositoryName>Engaging with Families</repositoryName>",
        "<baseURL>http://127.0.0.1:3000/oai</baseURL>",
        "<deletedRecord>persistent</deletedRecord>",
        "<earliestDatestamp>2026-11-25T12:00:00Z</earliestDatestamp>",
        "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity>",
    ] {
        assert!(identity.contains(expected), "{expected} in {identity}");
    }
    let sets = ask(&site, "verb=ListSets").await;
    assert_eq!(between(&sets, "<setSpec>theme:", "</setSpec>").len(), 6);
    assert!(sets.contains("<setSpec>origin:uk</setSpec>"));
    let form = Request::post("/oai")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("verb=Identify"))
        .unwrap();
    let posted = site.visitor().send(form).await.text();
    assert_eq!(posted, identity);
}

#[tokio::test]
async fn a_harvest_gives_every_study_once_in_either_format() {
    let site = Site::starter().await;
    for prefix in ["oai_dc", "mods"] {
        for verb in ["ListRecords", "ListIdentifiers"] {
            let found = harvest(&site, &format!("verb={verb}&metadataPrefix={prefix}")).await;
            let mut once = found.clone();
            once.sort();
            once.dedup();
            assert_eq!((found.len(), once.len()), (119, 119), "{verb} {prefix}");
        }
    }
    let count = site.page("/studies?origin=uk").await.count();
    let uk = "verb=ListIdentifiers&metadataPrefix=oai_dc&set=origin:uk";
    assert_eq!(harvest(&site, uk).await.len(), count);
    let theme = "communications-and-actions";
    let count = site.page(&format!("/studies?theme={theme}")).await.count();
    let query = format!("verb=ListIdentifiers&metadataPrefix=oai_dc&set=theme:{theme}");
    assert_eq!(harvest(&site, &query).await.len(), count);
}

#[tokio::test]
async fn a_withdrawn_study_stays_as_deleted_and_only_what_changed_comes_again() {
    let site = Site::starter().await;
    let study = id(&site, Kind::Study, "kraft-2013").await;
    crate::site::wait(jiff::SignedDuration::from_hours(24));
    let ed = site.person("ed", Role::Editor).await;
    let reason = [("reason", "It was entered twice.")];
    ed.done(&format!("/admin/records/{study}/withdraw"), &reason)
        .await;
    let since = "verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-26";
    let text = ask(&site, since).await;
    let identifier = format!("oai:127.0.0.1:study/{study}");
    assert_eq!(
        between(&text, "<identifier>", "</identifier>"),
        [identifier.as_str()]
    );
    assert!(text.contains("<header status=\"deleted\">") && !text.contains("<metadata>"));
    let before = "verb=ListRecords&metadataPrefix=oai_dc&until=2026-11-25";
    assert_eq!(harvest(&site, before).await.len(), 118);
    let one = format!("verb=GetRecord&metadataPrefix=mods&identifier={identifier}");
    assert!(ask(&site, &one).await.contains("status=\"deleted\""));
}

#[tokio::test]
async fn every_fault_is_an_answer_with_its_code() {
    let site = Site::starter().await;
    for (query, code) in [
        ("", "badVerb"),
        ("verb=Nonsense", "badVerb"),
        ("verb=ListRecords", "badArgument"),
        (
            "verb=ListRecords&metadataPrefix=marc",
            "cannotDisseminateFormat",
        ),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&set=theme:none",
            "noRecordsMatch",
        ),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&from=2030-01-01",
            "noRecordsMatch",
        ),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        (
            "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:x:1",
            "idDoesNotExist",
        ),
        ("verb=ListMetadataFormats&identifier=x", "idDoesNotExist"),
    ] {
        let text = ask(&site, query).await;
        assert!(
            text.contains(&format!("<error code=\"{code}\">")),
            "{query}: {text}"
        );
        let is_unreadable = matches!(code, "badVerb" | "badArgument");
        assert_eq!(text.contains("<request>"), is_unreadable, "{query}");
    }
    // A draft that was never published is no record.
    let ed = site.person("ed", Role::Editor).await;
    ed.done("/admin/studies", &[("title", "Not published yet")])
        .await;
    let all = harvest(&site, "verb=ListIdentifiers&metadataPrefix=oai_dc").await;
    assert_eq!(all.len(), 119);
}
