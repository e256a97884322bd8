//! Every address that the site itself links to.

use std::collections::{BTreeSet, VecDeque};

use axum::http::StatusCode;

use crate::site::Site;

#[tokio::test]
async fn every_link_leads_somewhere_and_every_fragment_exists() {
    let site = Site::starter().await;
    let mut seen: BTreeSet<String> = ["/".to_owned()].into();
    let mut waiting: VecDeque<String> = ["/".to_owned()].into();
    let mut fragments: BTreeSet<(String, String)> = BTreeSet::new();
    let mut ids: BTreeSet<(String, String)> = BTreeSet::new();
    while let Some(address) = waiting.pop_front() {
        let answer = site.get(&address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        let page = answer.page();
        let path = address.split('?').next().unwrap().to_owned();
        assert_eq!(page.all("h1").len(), 1, "{address} has one heading");
        // An earlier version is known under the address of its record.
        let known = address.split("/versions/").next().unwrap();
        assert_eq!(
            page.attributes("link[rel=canonical]", "href"),
            [format!("http://127.0.0.1:3000{known}")],
        );
        ids.extend(
            page.attributes("[id]", "id")
                .into_iter()
                .map(|id| (path.clone(), id)),
        );
        for selector in ["a", "link", "script"] {
            let name = if selector == "script" { "src" } else { "href" };
            for link in page.attributes(selector, name) {
                if let Some(fragment) = link.strip_prefix('#') {
                    fragments.insert((path.clone(), fragment.to_owned()));
                }
                if !link.starts_with('/') {
                    continue;
                }
                let (target, fragment) = link.split_once('#').unwrap_or((&link, ""));
                if !fragment.is_empty() {
                    fragments.insert((target.to_owned(), fragment.to_owned()));
                }
                // Lists link to ever more combinations; one filter and a few pages will do.
                let is_deep = target.matches('&').count() > 0;
                if !is_deep && seen.insert(target.to_owned()) {
                    waiting.push_back(target.to_owned());
                }
            }
        }
    }
    assert!(seen.len() > 170, "only {} addresses were found", seen.len());
    let broken: Vec<_> = fragments.difference(&ids).collect();
    assert!(broken.is_empty(), "{broken:?}");
}

#[tokio::test]
async fn the_sitemap_names_every_record_and_each_answers() {
    let site = Site::starter().await;
    let sitemap = site.get("/sitemap.xml").await.text();
    let addresses: Vec<_> = sitemap
        .split("<loc>http://127.0.0.1:3000")
        .skip(1)
        .map(|rest| rest.split("</loc>").next().unwrap())
        .collect();
    assert_eq!(addresses.len(), 7 + 4 + 6 + 12 + 28 + 119);
    for address in addresses {
        assert_eq!(site.get(address).await.status, StatusCode::OK, "{address}");
    }
    assert!(
        site.get("/robots.txt")
            .await
            .text()
            .contains("Sitemap: http://127.0.0.1:3000/sitemap.xml")
    );
    assert_eq!(site.get("/sitemaps/2").await.status, StatusCode::NOT_FOUND);
}
