//! The collection as it stood at the end of a day.

use axum::http::StatusCode;
use engaging_with_families::people::role::Role;
use engaging_with_families::records::record::Kind;
use jiff::SignedDuration;
use serde_json::Value;

use crate::forms::{change, id};
use crate::renaming::rename;
use crate::site::{Site, wait};

const BEFORE: &str = "2026-11-25";
const AFTER: &str = "2026-11-26";

/// On the second day one study is rewritten and another withdrawn.
async fn two_days() -> Site {
    let site = Site::starter().await;
    wait(SignedDuration::from_hours(24));
    let ed = site.person("ed", Role::Editor).await;
    let study = id(&site, Kind::Study, "kraft-2013").await;
    let form = format!("/admin/studies/{study}");
    change(
        &ed,
        &form,
        &[("summary", "Quagga foals were counted again.")],
    )
    .await;
    ed.done(&format!("/admin/records/{study}/publish"), &[])
        .await;
    let gone = id(&site, Kind::Study, "furlong-2012").await;
    let reason = [("reason", "It was entered twice.")];
    ed.done(&format!("/admin/records/{gone}/withdraw"), &reason)
        .await;
    wait(SignedDuration::from_hours(24));
    site
}

async fn json(site: &Site, address: &str) -> Value {
    let answer = site.get(address).await;
    assert_eq!(answer.status, StatusCode::OK, "{address}");
    serde_json::from_slice(&answer.body).unwrap()
}

#[tokio::test]
async fn a_list_shows_what_was_published_then_and_says_so() {
    let site = two_days().await;
    assert_eq!(site.page("/studies").await.count(), 118);
    let page = site.page(&format!("/studies?as-of={BEFORE}")).await;
    assert_eq!(page.count(), 119);
    assert!(page.words(".banner").contains("25 November 2026"));
    assert_eq!(page.attributes(".banner a", "href"), ["/studies"]);
    assert_eq!(
        site.page(&format!("/studies?as-of={AFTER}")).await.count(),
        118
    );
    let links = page.attributes(".record-title a", "href");
    assert!(links.iter().all(|link| link.ends_with("?as-of=2026-11-25")));
    // The form keeps the day.
    assert_eq!(
        page.attributes("#filters input[name=as-of]", "value"),
        [BEFORE]
    );
    let canonical = site
        .get(&format!("/studies?as-of={BEFORE}&from=2012&x=1"))
        .await;
    assert_eq!(
        canonical.location(),
        format!("/studies?from=2012&as-of={BEFORE}")
    );
}

#[tokio::test]
async fn words_are_sought_in_the_texts_of_that_day() {
    let site = two_days().await;
    assert_eq!(site.page("/studies?q=%22quagga+foals%22").await.count(), 1);
    let then = format!("/studies?q=%22quagga+foals%22&as-of={BEFORE}");
    assert_eq!(site.page(&then).await.count(), 0);
    let then = format!("/studies?q=quagga&as-of={AFTER}");
    assert_eq!(site.page(&then).await.count(), 1);
}

#[tokio::test]
async fn a_record_is_shown_as_it_was_even_when_it_has_gone_or_moved() {
    let site = two_days().await;
    let page = site.page("/studies/kraft-2013").await;
    assert!(page.words("#plain-words").contains("Quagga"));
    let then = site
        .page(&format!("/studies/kraft-2013?as-of={BEFORE}"))
        .await;
    assert!(!then.words("#plain-words").contains("Quagga"));
    assert!(then.words(".banner").contains("version 1"));
    assert_eq!(then.attributes("meta[name=robots]", "content"), ["noindex"]);
    let gone = site.get("/studies/furlong-2012").await;
    assert_eq!(gone.status, StatusCode::GONE);
    let then = format!("/studies/furlong-2012?as-of={BEFORE}");
    assert_eq!(site.get(&then).await.status, StatusCode::OK);
    let later = format!("/studies/furlong-2012?as-of={AFTER}");
    let later = site.get(&later).await;
    assert_eq!(later.status, StatusCode::GONE);
    assert!(later.text().contains("It was entered twice."));
    let early = site
        .get(&format!("/studies/no-such-2013?as-of={BEFORE}"))
        .await;
    assert_eq!(early.status, StatusCode::NOT_FOUND);
    rename(&site, Kind::Study, "kraft-2013", "kraft-and-dougherty-2013").await;
    let moved = site
        .get(&format!("/studies/kraft-2013.txt?as-of={BEFORE}"))
        .await;
    assert_eq!(
        moved.location(),
        format!("/studies/kraft-and-dougherty-2013.txt?as-of={BEFORE}")
    );
    let text = site.get(&moved.location()).await.text();
    assert!(!text.contains("Quagga") && text.contains("Version 1,"));
}

#[tokio::test]
async fn a_past_page_has_the_files_and_the_companions_of_its_day() {
    let site = two_days().await;
    let address = format!("/studies/kraft-2013?as-of={BEFORE}");
    let page = site.page(&address).await;
    let files = page.attributes("#reference .exports a", "href");
    assert!(
        files
            .iter()
            .all(|file| file.ends_with(&format!("?as-of={BEFORE}"))),
        "{files:?}"
    );
    assert_eq!(
        page.attributes("#reference input[name=as-of]", "value"),
        [BEFORE]
    );
    assert_eq!(page.attributes(".unapi-id", "title").len(), 0);
    // The names of today reach states that were made before they were given.
    rename(&site, Kind::Study, "kraft-2013", "kraft-and-dougherty-2013").await;
    let file = json(&site, &format!("/studies.json?as-of={BEFORE}")).await;
    let studies = file["studies"].as_array().unwrap();
    let study = studies
        .iter()
        .find(|study| study["slug"] == "kraft-and-dougherty-2013");
    assert!(
        !study.unwrap()["interventions"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn exports_and_the_api_carry_the_day() {
    let site = two_days().await;
    let file = json(&site, &format!("/studies.json?as-of={BEFORE}")).await;
    assert_eq!(
        (&file["total"], &file["as_of"]),
        (&119.into(), &BEFORE.into())
    );
    let csv = site.get(&format!("/studies.csv?as-of={BEFORE}")).await;
    let name = format!("filename=\"studies-as-of-{BEFORE}.csv\"");
    assert!(csv.header("content-disposition").ends_with(&name));
    assert!(!csv.text().contains("Quagga") && csv.text().contains("furlong-2012"));
    let list = json(&site, &format!("/api/v1/studies?limit=1&as-of={BEFORE}")).await;
    assert_eq!(
        (&list["total"], &list["as_of"]),
        (&119.into(), &BEFORE.into())
    );
    assert!(
        list["next"]
            .as_str()
            .unwrap()
            .contains(&format!("as-of={BEFORE}"))
    );
    let one = json(&site, &format!("/api/v1/studies/kraft-2013?as-of={BEFORE}")).await;
    assert_eq!(one["version"], 1);
    let now = json(&site, "/api/v1/studies/kraft-2013").await;
    assert_eq!(
        (&now["version"], &now["summary"]),
        (&2.into(), &"Quagga foals were counted again.".into())
    );
}

#[tokio::test]
async fn a_day_that_cannot_be_answered_is_refused_in_words() {
    let site = two_days().await;
    for (day, status, words) in [
        (
            "2026-11-24",
            StatusCode::NOT_FOUND,
            "Nothing had been published",
        ),
        (
            "2026-11-28",
            StatusCode::NOT_FOUND,
            "28 November 2026 is still to come",
        ),
        ("yesterday", StatusCode::BAD_REQUEST, "cannot be read"),
        ("2026-02-30", StatusCode::BAD_REQUEST, "cannot be read"),
    ] {
        for path in [
            "/studies",
            "/studies/kraft-2013",
            "/studies.ris",
            "/api/v1/studies",
            "/api/v1/themes",
        ] {
            let answer = site.get(&format!("{path}?as-of={day}")).await;
            assert_eq!(answer.status, status, "{path} {day}");
            assert!(answer.text().contains(words), "{path} {day}");
        }
    }
}
