//! Readers suggest evidence; curators decide.

use axum::http::{Request, StatusCode, header};
use engaging_with_families::people::role::Role;
use engaging_with_families::records::store;
use engaging_with_families::suggestions::retention;
use jiff::SignedDuration;

use crate::site::{Answer, Site, wait};
use crate::visitor::encode;

const WORK: &str = "Reading aloud to babies in Fife: a pilot";
const WHY: &str = "Parents & babies, from Scotland <3";

async fn suggest(site: &Site, fields: &[(&str, &str)]) -> Answer {
    site.visitor().post("/suggest", fields).await
}

/// A suggestion that is as it should be.
async fn suggested(site: &Site, work: &str, email: &str) {
    let fields = [("work", work), ("why", WHY), ("email", email)];
    let answer = suggest(site, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(answer.location(), "/suggest/thanks");
}

/// Works and e-mail addresses, as they are stored.
async fn stored(site: &Site) -> Vec<(String, String)> {
    sqlx::query_as("SELECT work, email FROM suggestion ORDER BY id")
        .fetch_all(&site.app.db.read)
        .await
        .unwrap()
}

async fn audited(site: &Site) -> Vec<String> {
    sqlx::query_scalar("SELECT action FROM audit WHERE action LIKE 'suggestion-%' ORDER BY id")
        .fetch_all(&site.app.db.read)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_reader_suggests_a_study_without_a_cookie_and_is_thanked() {
    let site = Site::empty().await;
    let reader = site.visitor();
    let page = reader.page("/suggest").await;
    assert_eq!(page.words("h1"), "Suggest evidence");
    for (field, label) in [
        ("work", "A DOI, an address or a title"),
        ("why", "Why it belongs here"),
    ] {
        assert_eq!(page.words(&format!("label[for={field}]")), label);
    }
    assert!(
        page.words("#email-hint")
            .contains("kept until they have decided")
    );
    assert!(
        page.attributes("main form input[name=token]", "value")
            .is_empty()
    );
    let fields = [("work", WORK), ("why", WHY), ("email", "ann@school.sch.uk")];
    let answer = reader.post("/suggest", &fields).await;
    assert_eq!(answer.location(), "/suggest/thanks");
    let thanks = reader.page("/suggest/thanks").await;
    assert_eq!(thanks.words("h1"), "Thank you for your suggestion");
    assert_eq!(reader.cookies(), "");

    let ada = site.person("ada", Role::Curator).await;
    let queue = ada.page("/admin/suggestions").await;
    assert_eq!(queue.all(".queue-title"), [WORK]);
    assert!(queue.words("main").contains(WHY));
    assert_eq!(
        queue.attributes(".queue a[href^=mailto]", "href"),
        ["mailto:ann@school.sch.uk"]
    );
}

#[tokio::test]
async fn the_form_is_linked_from_every_page_and_from_vain_searches() {
    let site = Site::starter().await;
    let home = site.page("/").await;
    assert_eq!(home.all("footer a[href='/suggest']"), ["Suggest evidence"]);
    for vain in ["/studies?q=zyzzyva", "/search?q=zyzzyva"] {
        let page = site.page(vain).await;
        assert_eq!(
            page.all(".empty a[href='/suggest']"),
            ["Suggest it"],
            "{vain}"
        );
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_at_the_field_and_what_was_typed_stays() {
    let site = Site::empty().await;
    let answer = suggest(&site, &[("work", " "), ("why", WHY), ("email", "nobody")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.header("cache-control"), "no-store");
    let page = answer.page();
    assert!(page.words("title").starts_with("Error: "));
    assert_eq!(
        page.attributes(".error-summary a", "href"),
        ["#work", "#email"]
    );
    assert_eq!(page.all(".field-error").len(), 2);
    assert_eq!(page.words("#why"), WHY);
    assert_eq!(page.attributes("#email", "value"), ["nobody"]);
    assert!(stored(&site).await.is_empty());
    // The page from the cache shows nothing of it.
    assert_eq!(site.page("/suggest").await.words("#why"), "");
}

#[tokio::test]
async fn a_program_that_fills_in_every_field_is_thanked_and_not_heard() {
    let site = Site::empty().await;
    let page = site.page("/suggest").await;
    let trap = "main form .only-robots input";
    let name = page.attributes(trap, "name").remove(0);
    assert_eq!(page.attributes(trap, "tabindex"), ["-1"]);
    assert_eq!(page.attributes(trap, "autocomplete"), ["off"]);
    assert_eq!(page.attributes(".only-robots", "aria-hidden"), ["true"]);
    assert!(
        page.words(".only-robots label")
            .contains("leave this empty")
    );
    let fields = [("work", WORK), ("why", WHY), (name.as_str(), "cheap pills")];
    let answer = suggest(&site, &fields).await;
    assert_eq!(answer.location(), "/suggest/thanks");
    assert!(stored(&site).await.is_empty());
}

#[tokio::test]
async fn one_address_cannot_flood_the_queue() {
    let site = Site::empty().await;
    for _ in 0..30 {
        suggested(&site, WORK, "").await;
    }
    let answer = suggest(&site, &[("work", WORK), ("why", WHY)]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(answer.page().words("h1"), "Too many requests");
    assert_eq!(stored(&site).await.len(), 30);
}

#[tokio::test]
async fn another_site_cannot_send_the_form() {
    let site = Site::empty().await;
    let body = encode(&[("work", WORK), ("why", WHY)], "");
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let request = Request::post("/suggest")
            .header(name, value)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.clone().into())
            .unwrap();
        let answer = site.visitor().send(request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
    }
    assert!(stored(&site).await.is_empty());
}

#[tokio::test]
async fn thirteen_nasty_inputs_do_no_harm() {
    let site = Site::empty().await;
    let long = "x".repeat(501);
    let huge = "x".repeat(40_000);
    for (work, why, expected) in [
        (
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            303,
        ),
        (
            "'; DROP TABLE suggestion; --",
            "{{ 7 * 7 }} ${7*7} %s %n",
            303,
        ),
        (
            "javascript:alert(document.cookie)",
            "a\r\nBcc: all@example.org",
            303,
        ),
        ("a\0b\u{7}c\u{1b}[31m", "\u{202e}gnp.exe\u{2066}", 303),
        ("👩‍👩‍👧‍👦 e\u{301}\u{301}\u{301} ẞ", "Ünï\u{feff}cödé", 303),
        ("file:///etc/passwd", "../../../../etc/passwd", 303),
        (
            "http://169.254.169.254/latest/meta-data",
            "http://localhost:3000/",
            303,
        ),
        ("http://user:pass@example.org/", "=cmd|' /C calc'!A0", 303),
        ("10.1000/<b>&quot;", "doi", 303),
        ("\u{a0}\u{2003}\n\t", WHY, 422),
        (&long, WHY, 422),
        (WORK, &huge, 413),
        ("", "", 422),
    ] {
        let answer = suggest(&site, &[("work", work), ("why", why)]).await;
        assert_eq!(answer.status.as_u16(), expected, "{work:.40}");
        assert!(!answer.text().contains("<script>alert"), "{work:.40}");
    }
    for (kind, body) in [
        ("application/json", "{\"work\":\"x\",\"why\":\"y\"}"),
        ("multipart/form-data; boundary=X", "--X\r\nbroken"),
        ("text/plain", "work=x"),
    ] {
        let mut request = site.visitor().form("/suggest").body(body.into()).unwrap();
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
        let answer = site.visitor().send(request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{kind}");
    }
    for bytes in [
        &b"work=%FF%FE&why=%"[..],
        b"work=a&work=b&why[]=c&why=d&&&=&=x",
    ] {
        let request = site
            .visitor()
            .form("/suggest")
            .body(bytes.to_vec().into())
            .unwrap();
        let answer = site.visitor().send(request).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(stored(&site).await.len(), 11);
    let ada = site.person("ada", Role::Curator).await;
    let queue = ada.page("/admin/suggestions").await;
    assert_eq!(queue.all(".queue-title").len(), 11);
    assert!(queue.attributes("script:not([src])", "type").is_empty());
    assert!(queue.attributes("main img", "src").is_empty());
    // Links lead to the web or nowhere.
    for link in queue.attributes(".queue-facts a", "href") {
        assert!(
            link.starts_with("http://") || link.starts_with("https://"),
            "{link}"
        );
    }
    // And a draft can be made of each.
    for id in 1..=11 {
        let answer = ada
            .post(&format!("/admin/suggestions/{id}/accept"), &[])
            .await;
        assert!(answer.location().starts_with("/admin/studies/"), "{id}");
    }
}

#[tokio::test]
async fn an_accepted_suggestion_becomes_a_draft_with_what_is_known() {
    let site = Site::empty().await;
    suggested(&site, "https://doi.org/10.1000/ABC", "ann@school.sch.uk").await;
    suggested(&site, WORK, "").await;
    let ada = site.person("ada", Role::Curator).await;
    let answer = ada.post("/admin/suggestions/1/accept", &[]).await;
    let id: i64 = answer
        .location()
        .rsplit('/')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(answer.location(), format!("/admin/studies/{id}"));
    let mut conn = site.app.db.read.acquire().await.unwrap();
    let head = store::head(&mut conn, id).await.unwrap().unwrap();
    assert_eq!(
        (head.standing(), head.author_name.as_str()),
        ("Draft", "Ada")
    );
    assert!(
        head.body.contains("\"doi\":\"10.1000/abc\""),
        "{}",
        head.body
    );
    let events = store::events(&site.app.db, id).await.unwrap();
    assert_eq!(events[0].what, "commented");
    assert!(events[0].words.contains(WHY));
    assert_eq!(stored(&site).await[0].1, "");

    ada.post("/admin/suggestions/2/accept", &[]).await;
    let head = store::head(&mut conn, id + 1).await.unwrap().unwrap();
    assert_eq!(
        head.slug.as_str(),
        "reading-aloud-to-babies-in-fife-a-pilot"
    );
    assert_eq!(
        audited(&site).await,
        ["suggestion-accepted", "suggestion-accepted"]
    );
    // What was decided says by whom, and links to the draft.
    let queue = ada.page("/admin/suggestions").await;
    assert!(queue.words("main").contains("Nothing waits."));
    let decided = queue.all(".queue-facts");
    assert!(
        decided[0].starts_with("Accepted as a draft by Ada on 25 November 2026"),
        "{decided:?}"
    );
    let drafts = queue.attributes(".queue-facts a", "href");
    assert_eq!(
        drafts,
        [
            format!("/admin/studies/{}", id + 1),
            format!("/admin/studies/{id}")
        ]
    );
    // Readers see nothing of it.
    assert_eq!(site.page("/studies").await.count(), 0);
}

#[tokio::test]
async fn a_suggestion_of_what_is_here_is_named_and_joins_the_record() {
    let site = Site::starter().await;
    suggested(&site, "Nothing that anybody here has heard of", "").await;
    suggested(&site, "letterbox", "").await;
    suggested(&site, "https://doi.org/10.1080/10409280701838603", "").await;
    let ada = site.person("ada", Role::Curator).await;
    let queue = ada.page("/admin/suggestions").await;
    assert_eq!(queue.all(".queue-title").len(), 3);
    let care = queue.all(".queue-care").pop().unwrap();
    assert!(
        care.contains("Added Value of Dialogic") && care.contains("the same DOI"),
        "{care}"
    );

    let record = queue
        .attributes(".queue-care input[name=record]", "value")
        .pop()
        .unwrap();
    let page = ada
        .done("/admin/suggestions/3/merge", &[("record", &record)])
        .await;
    assert!(page.words(".said").contains("stands in the history"));
    let id: i64 = record.parse().unwrap();
    let events = store::events(&site.app.db, id).await.unwrap();
    let commented = events
        .iter()
        .find(|event| event.what == "commented")
        .unwrap();
    assert!(commented.words.contains(WHY) && commented.person_name == "Ada");

    // Another is found by words, or by its address.
    for words in [
        "letterbox",
        "https%3A%2F%2Fx.org%2Finterventions%2Fletterbox-club",
    ] {
        let page = ada
            .page(&format!("/admin/suggestions/2/merge?q={words}"))
            .await;
        assert!(page.words("fieldset").contains("(intervention)"), "{words}");
    }
    let answer = ada
        .post(
            "/admin/suggestions/2/merge",
            &[("q", "letterbox"), ("record", "999999")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.page().attributes("#q", "value"), ["letterbox"]);
    assert_eq!(audited(&site).await, ["suggestion-merged"]);
}

#[tokio::test]
async fn a_decline_has_a_reason_and_a_second_decision_changes_nothing() {
    let site = Site::empty().await;
    suggested(&site, WORK, "ann@school.sch.uk").await;
    let (ada, ben) = (
        site.person("ada", Role::Curator).await,
        site.person("ben", Role::Curator).await,
    );
    let answer = ada
        .post("/admin/suggestions/1/decline", &[("reason-1", " ")])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        answer.page().attributes(".error-summary a", "href"),
        ["#reason-1"]
    );
    let page = ada
        .done(
            "/admin/suggestions/1/decline",
            &[("reason-1", "A leaflet, no study")],
        )
        .await;
    assert!(page.words("main").contains("A leaflet, no study"));
    assert_eq!(stored(&site).await[0].1, "");
    for step in ["accept", "decline", "merge"] {
        let fields = [("reason-1", "x"), ("record", "1")];
        let page = ben
            .done(&format!("/admin/suggestions/1/{step}"), &fields)
            .await;
        assert!(page.words(".said").starts_with("Somebody else"), "{step}");
    }
    assert_eq!(audited(&site).await, ["suggestion-declined"]);
}

#[tokio::test]
async fn only_curators_see_the_queue() {
    let site = Site::empty().await;
    suggested(&site, WORK, "").await;
    for path in [
        "/admin/suggestions",
        "/admin/suggestions/1/merge",
        "/admin/searches",
        "/admin/links",
        "/admin/retractions",
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.location().starts_with("/log-in"), "{path}");
    }
    let answer = site
        .visitor()
        .post("/admin/suggestions/1/accept", &[])
        .await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(audited(&site).await.is_empty());
}

#[tokio::test]
async fn an_address_is_erased_after_a_year_even_if_nobody_decides() {
    let site = Site::empty().await;
    suggested(&site, WORK, "ann@school.sch.uk").await;
    wait(SignedDuration::from_hours(364 * 24));
    assert_eq!(retention::erase_old_addresses(&site.app).await.unwrap(), 0);
    wait(SignedDuration::from_hours(2 * 24));
    assert_eq!(retention::erase_old_addresses(&site.app).await.unwrap(), 1);
    assert_eq!(stored(&site).await, [(WORK.to_owned(), String::new())]);
}
