//! Collections of other sizes, and records that are long, odd or bare.

use std::fs;

use engaging_with_families::import::folder::Source;
use engaging_with_families::import::store::import;
use engaging_with_families::records::audit::Act;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::import::study;
use crate::site::Site;

async fn with(files: &[(&str, Value)]) -> Site {
    let site = Site::empty().await;
    let folder = TempDir::new().unwrap();
    for (name, records) in files {
        fs::write(folder.path().join(name), records.to_string()).unwrap();
    }
    let act = Act {
        person: None,
        time: "2026-11-25T12:30:00Z".parse().unwrap(),
    };
    import(
        &site.app.db,
        &Source::Folder(folder.path().to_owned()),
        act,
        |_| {},
    )
    .await
    .unwrap();
    site.app.collection.refresh().await.unwrap();
    site
}

const EVERY_LIST: [&str; 9] = [
    "/",
    "/evidence",
    "/interventions",
    "/studies",
    "/search?q=anything",
    "/questions",
    "/glossary",
    "/about",
    "/sitemap.xml",
];

#[tokio::test]
async fn a_collection_of_nothing_has_whole_pages() {
    let site = Site::empty().await;
    for address in EVERY_LIST {
        site.page(address).await;
    }
    assert_eq!(site.page("/studies").await.count(), 0);
    assert!(
        site.page("/studies")
            .await
            .words(".empty")
            .contains("holds no studies yet")
    );
    assert_eq!(
        site.page("/studies?from=2010&stage=primary&q=x")
            .await
            .count(),
        0
    );
    for page in ["/about", "/how-to-read", "/accessibility", "/privacy"] {
        assert!(!site.page(page).await.words("h1").is_empty());
    }
}

#[tokio::test]
async fn a_collection_of_one_speaks_in_the_singular() {
    let site = with(&[("studies.json", json!([study("only-2012")]))]).await;
    for address in EVERY_LIST {
        site.page(address).await;
    }
    assert_eq!(
        site.page("/studies").await.words("[role=status]"),
        "1 study"
    );
    let page = site.page("/studies/only-2012").await;
    assert!(
        page.words("#facts")
            .contains("Disadvantage focus Not reported")
    );
    assert!(
        page.words(".original")
            .contains("No address of the original is known")
    );
    assert!(
        page.words("#plain-words")
            .contains("No summary has been written yet")
    );
}

#[tokio::test]
async fn long_and_odd_records_are_shown_whole() {
    let mut long = study("long-1899");
    long["year"] = json!(1899);
    long["title"] = json!("Families & <schools> ".repeat(15).trim());
    let author = |n: usize| json!({"family": format!("Author{n}"), "given": "A."});
    long["authors"] = (1..=40).map(author).collect();
    let mut nobody = study("nobody-2012");
    nobody["authors"] = json!([]);
    let mut body = study("body-2012");
    body["authors"] = json!([{"literal": "A Panel, with a comma"}]);
    let theme = json!([{"slug": "bare", "title": "A bare theme", "position": 14}]);
    let intervention = json!([{"slug": "bare", "name": "A bare intervention", "themes": ["bare"]}]);
    let question =
        json!([{"slug": "why", "question": "Why?", "theme": "bare", "interventions": []}]);
    let site = with(&[
        ("studies.json", json!([long, nobody, body])),
        ("themes.json", theme),
        ("interventions.json", intervention),
        ("questions.json", question),
    ])
    .await;
    let page = site.page("/studies/long-1899").await;
    assert_eq!(page.words("h1").matches("<schools>").count(), 15);
    assert!(page.words(".byline").contains("Author12 and 28 others"));
    assert!(page.words("#reference").contains("Author40"));
    assert!(
        site.page("/studies")
            .await
            .words(".records")
            .contains("Unknown author, 2012")
    );
    assert!(
        site.page("/studies/body-2012")
            .await
            .words("#reference")
            .contains("A Panel, with a comma")
    );
    assert_eq!(site.page("/studies?to=1950").await.count(), 1);
    assert_eq!(site.page("/studies?from=2030").await.count(), 0);
    assert!(
        site.page("/evidence/bare")
            .await
            .words("#interventions")
            .contains("A bare intervention")
    );
    assert!(
        site.page("/evidence/bare")
            .await
            .words("#studies")
            .contains("No study has been filed")
    );
    let bare = site.page("/interventions/bare").await;
    assert!(bare.words("#sure").contains("No study of this collection"));
    assert_eq!(
        site.page("/interventions?cost=not-reported").await.count(),
        1
    );
    assert_eq!(
        site.page("/interventions?origin=international")
            .await
            .count(),
        0
    );
    assert!(
        site.page("/questions/why")
            .await
            .words("main")
            .contains("No intervention that answers")
    );
}

#[tokio::test]
async fn a_link_between_study_and_intervention_may_be_named_on_either_side() {
    let mut named = study("named-2012");
    named["interventions"] = json!(["either"]);
    let interventions = json!([{"slug": "either", "name": "Either", "studies": ["other-2012"]}]);
    let studies = json!([named, study("other-2012")]);
    let site = with(&[
        ("studies.json", studies),
        ("interventions.json", interventions),
    ])
    .await;
    let links = site
        .page("/interventions/either")
        .await
        .attributes("#every-study tbody a", "href");
    assert_eq!(links, ["/studies/named-2012", "/studies/other-2012"]);
    assert!(
        site.page("/studies/other-2012")
            .await
            .words("#facts")
            .contains("Interventions Either")
    );
}

#[tokio::test]
async fn a_large_collection_is_counted_and_paged() {
    let studies: Value = (0..1_234)
        .map(|n| {
            let mut study = study(&format!("study-{n}"));
            study["year"] = json!(1950 + n % 70);
            study["stages"] = if n % 3 == 0 {
                json!(["primary"])
            } else {
                json!([])
            };
            study
        })
        .collect();
    let site = with(&[("studies.json", studies)]).await;
    let page = site.page("/studies").await;
    assert_eq!(page.words("[role=status]"), "1,234 studies");
    assert_eq!(site.page("/studies?stage=primary").await.count(), 412);
    assert_eq!(site.page("/studies?from=1950&to=1959").await.count(), 180);
    let last = site.page("/studies?page=62").await;
    assert_eq!(last.titles().len(), 14);
    assert_eq!(
        last.attributes(".pagination [aria-current]", "aria-label"),
        ["Page 62, the last"]
    );
}
