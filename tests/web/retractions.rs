//! Studies that were retracted: from the file of notices to what readers see.

use std::fmt::Write;
use std::time::Instant;

use axum::http::StatusCode;
use engaging_with_families::people::role::Role;
use engaging_with_families::records::audit::Act;
use engaging_with_families::retractions::file::{Taken, take_in};

use jiff::SignedDuration;

use crate::site::{Site, Visitor, wait};

const HEADINGS: &str = "Record ID,Title,Subject,Institution,Journal,Publisher,Country,Author,URLS,ArticleType,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason,Paywalled,Notes\n";
const PATH: &str = "/admin/retractions";

async fn doi(site: &Site, slug: &str) -> String {
    sqlx::query_scalar(
        "SELECT body ->> '$.doi' FROM record JOIN revision ON record.id = record AND number = head
          WHERE slug = $1",
    )
    .bind(slug)
    .fetch_one(&site.app.db.read)
    .await
    .unwrap()
}

fn row(doi: &str, nature: &str) -> String {
    format!(
        "7,\"A, title\",,,,,,,,,1/31/2011 0:00,10.1000/notice,,,{doi},,{nature},+Unreliable Results;+Error in Data;,No,\n"
    )
}

/// A file with a notice about mol-2008 among others.
async fn file(site: &Site, nature: &str) -> String {
    let doi = doi(site, "mol-2008").await.to_uppercase();
    format!(
        "{HEADINGS}{}{}",
        row("10.9999/other", "Retraction"),
        row(&doi, nature)
    )
}

async fn bring(site: &Site, visitor: &Visitor, nature: &str) {
    let file = file(site, nature).await;
    let answer = visitor.upload(PATH, &[], "rw.csv", file.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

async fn decide(visitor: &Visitor, nature: &str, from: &str, to: &str) -> crate::site::Answer {
    let page = visitor.page(PATH).await;
    let record = page.attributes("input[name=record]", "value").remove(0);
    let fields = [
        ("record", record.as_str()),
        ("nature", nature),
        ("date", "2011-01-31"),
        ("from", from),
        ("to", to),
    ];
    visitor.post("/admin/retractions/decide", &fields).await
}

#[tokio::test]
async fn a_confirmed_retraction_shows_wherever_the_study_is_named() {
    let site = Site::starter().await;
    let eve = site.person("eve", Role::Editor).await;
    bring(&site, &eve, "Retraction").await;
    let page = eve.page(PATH).await;
    assert_eq!(page.all(".queue-title").len(), 1);
    assert!(
        page.words(".queue-item")
            .contains("Unreliable Results; Error in Data")
    );
    assert_eq!(
        page.attributes(
            ".queue-item a[href='https://doi.org/10.1000/notice']",
            "rel"
        ),
        ["noreferrer"]
    );
    let places = [
        "/studies?q=dialogic",
        "/search?q=dialogic",
        "/evidence/literacy-and-numeracy-support",
        "/interventions/dialogic-reading",
    ];
    // Found is not confirmed: readers see nothing.
    let tag = site.get(places[2]).await.header("etag").to_owned();
    for place in places {
        assert!(
            site.page(place).await.all(".retracted").is_empty(),
            "{place}"
        );
    }
    assert!(
        site.page("/studies/mol-2008")
            .await
            .all(".retraction")
            .is_empty()
    );

    let answer = decide(&eve, "Retraction", "found", "confirmed").await;
    assert_eq!(answer.location(), PATH);
    let study = site.page("/studies/mol-2008").await;
    assert_eq!(
        study.words(".retraction"),
        "This study was retracted on 31 January 2011. Reason: Unreliable Results; Error in Data. Retraction notice"
    );
    assert_eq!(
        study.attributes(".retraction a", "href"),
        ["https://doi.org/10.1000/notice"]
    );
    for place in places {
        let marks = site.page(place).await.all(".retracted");
        assert!(
            !marks.is_empty() && marks.iter().all(|mark| mark == "Retracted"),
            "{place}"
        );
    }
    // In the text, in the card of the citation, in the key messages, and in the rows.
    let theme = site.page(places[2]).await;
    for part in [
        ".cite .retracted",
        ".cite-card .retracted",
        ".message-studies .retracted",
    ] {
        assert!(!theme.all(part).is_empty(), "{part}");
    }
    let intervention = site.page(places[3]).await;
    assert!(!intervention.all(".effects-study .retracted").is_empty());
    assert!(
        intervention
            .words("#sure")
            .contains("retracted after publication")
    );
    // Readers' browsers ask, and are not told that nothing has changed.
    let answer = site.get_with(places[2], &[("if-none-match", &tag)]).await;
    assert_eq!(answer.status, StatusCode::OK);

    // An editor may think better of it.
    decide(&eve, "Retraction", "confirmed", "found").await;
    assert!(
        site.page("/studies/mol-2008")
            .await
            .all(".retraction")
            .is_empty()
    );
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit WHERE action LIKE 'retraction%' ORDER BY id")
            .fetch_all(&site.app.db.read)
            .await
            .unwrap();
    assert_eq!(
        actions,
        [
            "retractions-read",
            "retraction-confirmed",
            "retraction-found"
        ]
    );
}

#[tokio::test]
async fn a_confirmed_retraction_reaches_those_who_harvest_or_read_feeds() {
    let site = Site::starter().await;
    wait(SignedDuration::from_hours(24));
    let eve = site.person("eve", Role::Editor).await;
    bring(&site, &eve, "Retraction").await;
    let since = "/oai?verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-26";
    assert!(
        site.get(since).await.text().contains("noRecordsMatch"),
        "nobody has decided yet"
    );
    decide(&eve, "Retraction", "found", "confirmed").await;
    let harvested = site.get(since).await.text();
    assert_eq!(harvested.matches("<record>").count(), 1);
    assert!(harvested.contains("This study was retracted on 31 January 2011."));
    let feed = site.get("/studies.atom").await.text();
    let first = feed.split("<entry>").nth(1).unwrap();
    assert!(first.contains("This study was retracted") && first.contains("<updated>2026-11-26T"));
    for extension in ["ris", "bib", "csl.json", "json", "md", "txt"] {
        let file = site
            .get(&format!("/studies/mol-2008.{extension}"))
            .await
            .text();
        assert!(
            file.contains("This study was retracted on 31 January 2011."),
            "{extension}"
        );
    }
    // Taken back, it is news as well.
    wait(SignedDuration::from_hours(1));
    decide(&eve, "Retraction", "confirmed", "dismissed").await;
    let again = site
        .get("/oai?verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-26T12:30:00Z")
        .await;
    assert!(!again.text().contains("retracted") && again.text().contains("<record>"));
}

#[tokio::test]
async fn a_confirmed_retraction_outlives_a_restart() {
    let site = Site::starter().await;
    let eve = site.person("eve", Role::Editor).await;
    bring(&site, &eve, "Retraction").await;
    decide(&eve, "Retraction", "found", "confirmed").await;
    drop(eve);
    let site = site.reopened().await;
    assert_eq!(
        site.page("/studies/mol-2008")
            .await
            .all(".retraction")
            .len(),
        1
    );
}

#[tokio::test]
async fn corrections_and_concerns_stand_on_the_studys_page_alone() {
    let site = Site::starter().await;
    let eve = site.person("eve", Role::Editor).await;
    for (nature, words) in [
        ("Correction", "This study was corrected on 31 January 2011."),
        (
            "Expression of concern",
            "The journal expressed concern about this study on 31 January 2011.",
        ),
    ] {
        bring(&site, &eve, nature).await;
        decide(&eve, nature, "found", "confirmed").await;
        assert!(
            site.page("/studies/mol-2008")
                .await
                .words("main")
                .contains(words),
            "{nature}"
        );
    }
    assert!(
        site.page("/studies?q=dialogic")
            .await
            .all(".retracted")
            .is_empty()
    );
}

#[tokio::test]
async fn a_curator_brings_a_file_and_cannot_decide() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Curator).await;
    bring(&site, &ada, "Retraction").await;
    let page = ada.page(PATH).await;
    assert!(page.words(".queue-item").contains("An editor decides."));
    assert!(page.all(".queue-item button").is_empty());
    let fields = [
        ("record", "1"),
        ("nature", "Retraction"),
        ("date", "2011-01-31"),
        ("from", "found"),
        ("to", "confirmed"),
    ];
    let answer = ada.post("/admin/retractions/decide", &fields).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(
        site.page("/studies/mol-2008")
            .await
            .all(".retraction")
            .is_empty()
    );
}

#[tokio::test]
async fn the_same_file_again_changes_nothing_and_a_decision_stays() {
    let site = Site::starter().await;
    let eve = site.person("eve", Role::Editor).await;
    bring(&site, &eve, "Retraction").await;
    decide(&eve, "Retraction", "found", "dismissed").await;
    let file = file(&site, "Retraction").await;
    let answer = eve.upload(PATH, &[], "rw.csv", file.as_bytes()).await;
    let page = eve.page(&answer.location()).await;
    assert!(
        page.words(".said")
            .contains("2 notices read. 1 is about studies of this collection, 0 new.")
    );
    assert_eq!(
        page.all("section h2"),
        [
            "To be decided",
            "Confirmed: readers are told",
            "Dismissed (1)"
        ]
    );
    // Two editors at once: the second is told.
    let answer = decide(&eve, "Retraction", "found", "confirmed").await;
    let page = eve.page(&answer.location()).await;
    assert!(page.words(".said").starts_with("Somebody else"));
}

#[tokio::test]
async fn what_is_no_file_of_notices_is_refused_in_words() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    for (bytes, words) in [
        (&b""[..], "Choose the file"),
        (b"a;b;c\n1;2;3\n", "The file has no column OriginalPaperDOI"),
        (
            b"PK\x03\x04\0\0\xff",
            "The file has no column OriginalPaperDOI",
        ),
    ] {
        let answer = ada.upload(PATH, &[], "x.csv", bytes).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            answer.page().words(".error-summary").contains(words),
            "{words}"
        );
    }
    let large = vec![b'x'; 2_000_000];
    let answer = ada.upload(PATH, &[], "x.csv", &large).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let larger = vec![b'x'; 10_000_001];
    let answer = ada.upload(PATH, &[], "x.csv", &larger).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn seventy_thousand_notices_are_read_in_seconds() {
    let site = Site::starter().await;
    let doi = doi(&site, "mol-2008").await;
    let mut text = HEADINGS.to_owned();
    let filler = "x".repeat(700);
    for n in 0..69_000 {
        writeln!(text, "{n},\"{filler}\",,,,,,,,,1/31/2011 0:00,10.1000/n{n},,,10.9999/{n},,Retraction,+R;,No,{n}").unwrap();
    }
    text.push_str(&row(&doi, "Retraction"));
    let act = Act {
        person: None,
        time: site.app.now(),
    };
    let start = Instant::now();
    let taken = take_in(&site.app.db, std::io::Cursor::new(text), act)
        .await
        .unwrap();
    let expected = Taken {
        rows: 69_001,
        matching: 1,
        new: 1,
        unknown: 0,
    };
    assert_eq!(taken, expected);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
