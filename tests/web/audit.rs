//! The audit log as administrators read it.

use axum::http::StatusCode;
use engaging_with_families::people::role::Role;
use engaging_with_families::records::audit::store::{Filter, lines};
use engaging_with_families::records::audit::{Act, audit};
use jiff::SignedDuration;
use serde_json::json;

use crate::site::{PASSWORD, Site, wait};

async fn note(site: &Site, action: &str, record: Option<i64>, detail: serde_json::Value) {
    let mut transaction = site.app.db.begin().await.unwrap();
    let act = Act {
        person: Some(1),
        time: site.app.now(),
    };
    audit(&mut transaction, action, record, &detail, act)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn the_log_says_who_did_what_newest_first() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Administrator).await;
    site.visitor().log_in("eve", PASSWORD).await;
    note(&site, "published", Some(3), json!({"number": 2})).await;
    note(
        &site,
        "never-heard-of",
        None,
        json!({"new-records": [1, 2]}),
    )
    .await;
    let rows = ada.page("/admin/audit").await.all("tbody tr");
    let moment = "25 November 2026, 12:00 UTC";
    assert_eq!(
        rows[..2],
        [
            format!("{moment} Ada never heard of New records: 1, 2"),
            format!("{moment} Ada published {} Number: 2", record(&site).await),
        ]
    );
    assert_eq!(
        rows[2],
        format!(
            "{moment} Somebody was refused at the log-in From the network: - Login: not one of ours"
        )
    );
    assert_eq!(
        rows[3],
        format!("{moment} Ada logged in From the network: -")
    );
    assert!(rows[4].contains("The command line imported a folder"));
}

/// The record with number 3, as the log names it.
async fn record(site: &Site) -> String {
    let filter = Filter {
        action: Some("published".to_owned()),
        ..Filter::default()
    };
    let lines = lines(&site.app.db, &filter, None, 0, 1).await.unwrap();
    lines[0].record.as_ref().unwrap().said()
}

#[tokio::test]
async fn the_log_is_filtered_by_person_action_record_and_day() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Administrator).await;
    note(&site, "published", Some(3), json!({})).await;
    wait(SignedDuration::from_hours(24));
    ada.log_in("ada", PASSWORD).await;
    site.person("grace", Role::Editor).await;
    let count = async |query: &str| {
        let page = ada.page(&format!("/admin/audit?{query}")).await;
        let said = page.words(".list-count [role=status]");
        said.split(' ').next().unwrap().parse::<usize>().unwrap()
    };
    let slug = record(&site).await;
    let slug = slug.split(' ').next_back().unwrap();
    for (query, expected) in [
        ("", 5),
        ("person=1", 3),
        ("person=2", 1),
        ("person=0", 1),
        ("action=log-in", 3),
        ("action=log-in&person=2", 1),
        ("record=3", 1),
        (&format!("record={slug}"), 1),
        ("record=nothing", 0),
        ("from=2026-11-26", 2),
        ("to=2026-11-25", 3),
        ("from=2026-11-25&to=2026-11-26", 5),
        ("from=2026-11-27", 0),
        ("person=1%27+OR+1=1", 5),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
    let answer = ada.get("/admin/audit?from=yesterday").await;
    assert_eq!(
        answer.page().words(".error-summary li"),
        "Enter a date, like 2026-11-25"
    );
}

#[tokio::test]
async fn a_long_log_has_pages_that_keep_the_filter() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Administrator).await;
    for number in 0..45 {
        note(&site, "saved", None, json!({"number": number})).await;
    }
    let page = ada.page("/admin/audit?action=saved").await;
    assert_eq!(page.all("tbody tr").len(), 20);
    let next = page.attributes("a[rel=next]", "href").remove(0);
    assert_eq!(next, "/admin/audit?action=saved&page=2");
    let last = ada.page("/admin/audit?action=saved&page=3").await;
    assert_eq!(last.all("tbody tr").len(), 5);
    let answer = ada.get("/admin/audit?action=saved&page=4").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/admin/audit?action=saved");
}

#[tokio::test]
async fn the_log_is_a_file_that_no_spreadsheet_runs() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Administrator).await;
    ada.done("/admin/account/name", &[("name", "=HYPERLINK(\"x\")")])
        .await;
    for number in 1..=5 {
        note(&site, "@evil", None, json!({"number": number})).await;
    }
    let answer = ada.get("/admin/audit.csv?person=1").await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"audit.csv\""
    );
    let text = answer.text();
    let mut lines = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(
        lines.headers().unwrap(),
        vec![
            "time", "login", "name", "action", "kind", "record", "detail"
        ]
    );
    let lines: Vec<_> = lines.records().map(Result::unwrap).collect();
    assert_eq!(lines.len(), 7);
    assert_eq!(
        lines[0].iter().collect::<Vec<_>>(),
        [
            "2026-11-25T12:00:00Z",
            "ada",
            "'=HYPERLINK(\"x\")",
            "'@evil",
            "",
            "",
            "Number: 5"
        ]
    );
    let one = ada.get("/admin/audit.csv?action=log-in").await.text();
    assert_eq!(one.lines().count(), 2);
}
