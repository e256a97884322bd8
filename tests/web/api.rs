//! The API. Generated requests by the thousand are made in `tests/consumers`.

use std::collections::{BTreeSet, HashSet};

use axum::http::{Method, StatusCode};
use engaging_with_families::people::role::Role;
use engaging_with_families::records::record::Kind;
use serde_json::Value;

use crate::forms::id;
use crate::site::Site;

const BASE: &str = "http://127.0.0.1:3000";

async fn json(site: &Site, address: &str) -> Value {
    let answer = site.get(address).await;
    assert_eq!(
        answer.status,
        StatusCode::OK,
        "{address}: {}",
        answer.text()
    );
    assert_eq!(answer.header("content-type"), "application/json");
    serde_json::from_slice(&answer.body).unwrap()
}

/// The slugs of a whole list, page by page.
async fn walk(site: &Site, address: &str) -> Vec<String> {
    let mut slugs = Vec::new();
    let mut next = Some(address.to_owned());
    while let Some(address) = next {
        let page = json(site, address.trim_start_matches(BASE)).await;
        let items = page["items"].as_array().unwrap();
        slugs.extend(
            items
                .iter()
                .map(|item| item["slug"].as_str().unwrap().to_owned()),
        );
        next = page["next"].as_str().map(str::to_owned);
    }
    slugs
}

#[tokio::test]
async fn following_next_gives_each_record_once_in_every_order() {
    let site = Site::starter().await;
    for (path, count) in [("studies", 119), ("interventions", 28)] {
        for query in [
            "limit=7",
            "limit=7&sort=oldest",
            "limit=7&sort=title",
            "limit=100",
        ] {
            let found = walk(&site, &format!("/api/v1/{path}?{query}")).await;
            assert_eq!(found.len(), count, "{path} {query}");
            assert_eq!(
                found.iter().collect::<HashSet<_>>().len(),
                count,
                "{path} {query}"
            );
        }
    }
    let themes = walk(&site, "/api/v1/themes").await;
    assert_eq!(themes.len(), 6);
}

#[tokio::test]
async fn a_walk_goes_on_where_it_was_when_the_record_before_has_gone() {
    let site = Site::starter().await;
    let ed = site.person("ed", Role::Editor).await;
    let before = walk(&site, "/api/v1/studies").await;
    let first = json(&site, "/api/v1/studies?limit=10").await;
    for slug in &before[3..10] {
        let study = id(&site, Kind::Study, slug).await;
        let reason = [("reason", "It was entered twice.")];
        ed.done(&format!("/admin/records/{study}/withdraw"), &reason)
            .await;
    }
    let rest = walk(&site, first["next"].as_str().unwrap()).await;
    assert_eq!(rest, before[10..]);
}

#[tokio::test]
async fn filters_agree_with_the_pages_and_counts_with_the_lists() {
    let site = Site::starter().await;
    for query in [
        "q=reading",
        "theme=communications-and-actions&from=2010&to=2012",
        "origin=uk&focus=any",
    ] {
        for (kind, path) in [("studies", "/studies"), ("interventions", "/interventions")] {
            let count = site.page(&format!("{path}?{query}")).await.count();
            let list = json(&site, &format!("/api/v1/{kind}?{query}")).await;
            assert_eq!(list["total"], count, "{kind} {query}");
            let search = json(&site, &format!("/api/v1/search?kind={kind}&{query}")).await;
            assert_eq!(search["total"], count);
            assert!(search["page"].as_str().unwrap().starts_with(BASE));
        }
    }
    let search = json(&site, "/api/v1/search?origin=uk").await;
    let facet = search["facets"].as_array().unwrap();
    let facet = facet
        .iter()
        .find(|facet| facet["filter"] == "stage")
        .unwrap();
    for value in facet["values"].as_array().unwrap() {
        let query = format!(
            "/api/v1/studies?origin=uk&stage={}",
            value["slug"].as_str().unwrap()
        );
        assert_eq!(
            json(&site, &query).await["total"],
            value["count"],
            "{query}"
        );
    }
}

#[tokio::test]
async fn effects_come_study_by_study_each_once() {
    let site = Site::starter().await;
    let mut effects = BTreeSet::new();
    let mut next = Some("/api/v1/effects?limit=5".to_owned());
    let mut total = 0;
    while let Some(address) = next {
        let page = json(&site, address.trim_start_matches(BASE)).await;
        total = usize::try_from(page["total"].as_u64().unwrap()).unwrap();
        for effect in page["items"].as_array().unwrap() {
            let key = (
                effect["study"].to_string(),
                effect["number"].as_u64().unwrap(),
            );
            assert!(effects.insert(key));
            if effect["metric"] == "other" || effect["metric"] == "correlation" {
                assert_eq!(effect["standardised"], Value::Null);
            }
        }
        next = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!((effects.len(), total), (58, 58));
}

#[tokio::test]
async fn what_the_api_does_not_know_it_refuses_as_a_problem() {
    let site = Site::starter().await;
    for (address, status, words) in [
        (
            "/api/v1/studies?them=x",
            400,
            "There is no parameter “them”",
        ),
        (
            "/api/v1/studies?theme=x",
            400,
            "is one of: communications-and-actions",
        ),
        (
            "/api/v1/studies?cost=low",
            400,
            "There is no parameter “cost”",
        ),
        ("/api/v1/studies?from=soon", 400, "year"),
        ("/api/v1/studies?from=2010&from=2011", 400, "once"),
        ("/api/v1/studies?limit=101", 400, "from 1 to 100"),
        ("/api/v1/studies?cursor=x", 400, "none of ours"),
        ("/api/v1/studies/none", 404, "no page"),
        ("/api/v1/studies/none/citation?style=mla", 400, "apa"),
        ("/api/v1/nothing", 404, "no page"),
        (
            "/api/v1/search?kind=themes",
            400,
            "studies or interventions",
        ),
        ("/api/v1/vocabularies/none", 404, "no page"),
    ] {
        let answer = site.get(address).await;
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{address}"
        );
        let problem: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(
            (answer.status.as_u16(), &problem["status"]),
            (status, &status.into()),
            "{address}"
        );
        let detail = problem["detail"].as_str().unwrap();
        let said = format!("{} {detail}", problem["title"].as_str().unwrap());
        assert!(said.contains(words), "{address}: {said}");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            "*",
            "{address}"
        );
    }
    let posted = site
        .send(Method::POST, "/api/v1/studies", &[("origin", BASE)])
        .await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(posted.header("allow").contains("GET"));
}

#[tokio::test]
async fn any_site_may_read_and_ask_again_for_little() {
    let site = Site::starter().await;
    let origin = ("origin", "https://elsewhere.example");
    let answer = site.get_with("/api/v1/studies?limit=1", &[origin]).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let links = answer.header("link");
    assert!(
        links.contains("rel=\"next\"") && links.contains("rel=\"canonical\""),
        "{links}"
    );
    let known = ("if-none-match", answer.header("etag"));
    let again = site
        .get_with("/api/v1/studies?limit=1", &[origin, known])
        .await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(again.header("access-control-allow-origin"), "*");
    let preflight = [origin, ("access-control-request-method", "GET")];
    let asked = site
        .send(Method::OPTIONS, "/api/v1/studies", &preflight)
        .await;
    assert!(asked.status.is_success());
}

#[tokio::test]
async fn the_document_describes_every_address_and_todays_values() {
    let site = Site::starter().await;
    let document = json(&site, "/api/v1/openapi.json").await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let described: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let routed: BTreeSet<String> = include_str!("../../src/api/routes.rs")
        .split(".route(\"")
        .skip(1)
        .map(|route| route.split('"').next().unwrap().trim_end_matches('/'))
        .map(|path| format!("/api/v1{path}"))
        .collect();
    assert_eq!(described, routed);
    let operations = document["paths"].as_object().unwrap().values();
    let names: BTreeSet<_> = operations
        .map(|own| own["get"]["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), described.len());
    let parameters = document["paths"]["/api/v1/studies"]["get"]["parameters"]
        .as_array()
        .unwrap();
    let theme = parameters
        .iter()
        .find(|parameter| parameter["name"] == "theme")
        .unwrap();
    let values = theme["schema"]["items"]["enum"].as_array().unwrap();
    assert_eq!(values.len(), 6);
    let text = document.to_string();
    for named in text.split("\"$ref\":\"#").skip(1) {
        let pointer = named.split('"').next().unwrap();
        assert!(
            document.pointer(pointer).is_some(),
            "{pointer} is described nowhere"
        );
    }
    let index = json(&site, "/api/v1").await;
    for (name, address) in index.as_object().unwrap() {
        let address = address.as_str().unwrap();
        if let Some(path) = address.strip_prefix(BASE) {
            assert_eq!(site.get(path).await.status, StatusCode::OK, "{name}");
        }
    }
}
