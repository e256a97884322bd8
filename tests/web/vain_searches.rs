//! What readers search for in vain.

use axum::http::StatusCode;
use engaging_with_families::people::role::Role;

use crate::site::Site;

async fn counted(site: &Site) -> Vec<(String, i64)> {
    let day = site.app.today();
    site.app
        .vain_searches
        .write(&site.app.db, day)
        .await
        .unwrap();
    sqlx::query_as("SELECT words, count FROM vain_search ORDER BY words")
        .fetch_all(&site.app.db.read)
        .await
        .unwrap()
}

#[tokio::test]
async fn searches_that_find_nothing_are_counted_and_others_are_not() {
    let site = Site::starter().await;
    for address in [
        "/studies?q=Zyzzyva",
        "/interventions?q=zyzzyva",
        "/search?q=zyzzyva",
        // Found something, or has no words, or filters.
        "/studies?q=texting",
        "/studies",
        "/search",
        "/studies?q=xylophony&stage=primary",
        "/studies?q=xylophony&from=2010",
        // Perhaps somebody's.
        "/search?q=ann.zyz%40school.sch.uk",
        "/search?q=zyzzyva+0131+650+1000",
    ] {
        site.get(address).await;
    }
    assert_eq!(counted(&site).await, [("zyzzyva".to_owned(), 3)]);
    // From the page cache: not counted again.
    site.get("/search?q=zyzzyva").await;
    assert_eq!(counted(&site).await, [("zyzzyva".to_owned(), 3)]);
}

#[tokio::test]
async fn no_more_than_two_thousand_searches_are_kept() {
    let site = Site::empty().await;
    for batch in 0..5 {
        for n in 0..450 {
            site.app.vain_searches.count(&format!("word {batch} {n}"));
        }
        counted(&site).await;
    }
    assert_eq!(counted(&site).await.len(), 2000);
}

#[tokio::test]
async fn curators_see_them_and_editors_delete_them() {
    let site = Site::empty().await;
    site.app.vain_searches.count("Forest  school");
    site.app.vain_searches.count("forest school");
    site.app.vain_searches.count("mrs mcx");
    counted(&site).await;
    let ada = site.person("ada", Role::Curator).await;
    let page = ada.page("/admin/searches").await;
    assert_eq!(page.all("tbody th"), ["forest school", "mrs mcx"]);
    assert_eq!(
        page.all("tbody td[data-label]"),
        ["2", "2026-11-25", "1", "2026-11-25"]
    );
    assert!(page.all("tbody button").is_empty());
    let answer = ada
        .post("/admin/searches/delete", &[("words", "mrs mcx")])
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);

    let eve = site.person("eve", Role::Editor).await;
    let page = eve
        .done("/admin/searches/delete", &[("words", "mrs mcx")])
        .await;
    assert_eq!(page.all("tbody th"), ["forest school"]);
    let details: Vec<String> =
        sqlx::query_scalar("SELECT detail FROM audit WHERE action = 'vain-search-deleted'")
            .fetch_all(&site.app.db.read)
            .await
            .unwrap();
    assert_eq!(details, ["{}"]);
}
