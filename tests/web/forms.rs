//! Interventions, questions and pages on their way through their forms.

use axum::http::StatusCode;
use engaging_with_families::people::role::Role;
use engaging_with_families::records::audit::Act;
use engaging_with_families::records::record::Kind;
use engaging_with_families::records::slug::Slug;
use engaging_with_families::records::store;
use scraper::{ElementRef, Selector};

use crate::site::{Page, Site};
use crate::visitor::Visitor;

pub fn act() -> Act {
    Act {
        person: None,
        time: "2026-11-25T13:00:00Z".parse().unwrap(),
    }
}

pub fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

/// The record of a kind and slug.
pub async fn id(site: &Site, kind: Kind, text: &str) -> i64 {
    let mut conn = site.app.db.read.acquire().await.unwrap();
    let present = store::present(&mut conn, kind, &slug(text)).await.unwrap();
    present.unwrap_or_else(|| panic!("no {text}")).id
}

/// What a browser would send of the form of a record.
pub fn sent(page: &Page) -> Vec<(String, String)> {
    let controls = Selector::parse("#edit input, #edit textarea, #edit select").unwrap();
    let chosen = Selector::parse("option[selected]").unwrap();
    let first = Selector::parse("option").unwrap();
    let mut fields = Vec::new();
    for control in page.0.select(&controls) {
        let element = control.value();
        let name = element.attr("name").unwrap_or_default().to_owned();
        let is_box = matches!(element.attr("type"), Some("checkbox" | "radio"));
        if name.is_empty() || name == "token" || is_box && element.attr("checked").is_none() {
            continue;
        }
        let value = match element.name() {
            "textarea" => control.text().collect(),
            "select" => {
                let option = control.select(&chosen).next();
                let option = option.or_else(|| control.select(&first).next());
                let value = |option: ElementRef<'_>| option.attr("value").map(str::to_owned);
                option.and_then(value).unwrap_or_default()
            }
            _ => element.attr("value").unwrap_or_default().to_owned(),
        };
        fields.push((name, value));
    }
    fields
}

/// The form as it stands, with other values for these fields, each once.
pub fn with(page: &Page, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = sent(page);
    fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    fields.extend(changes.iter().map(own));
    fields
}

pub fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// Opens the form of a record, changes these fields and saves.
pub async fn change(visitor: &Visitor, address: &str, changes: &[(&str, &str)]) -> Page {
    let form = visitor.page(address).await;
    let fields = with(&form, changes);
    visitor.done(address, &borrowed(&fields)).await
}

#[tokio::test]
async fn every_record_of_the_starter_collection_passes_its_form_unchanged_and_wants_nothing() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let mut tried = 0;
    for (kind, folder) in [
        (Kind::Intervention, "interventions"),
        (Kind::Question, "questions"),
        (Kind::Page, "pages"),
        (Kind::Theme, "themes"),
    ] {
        let mut conn = site.app.db.read.acquire().await.unwrap();
        let slugs = store::live_slugs(&mut conn, kind).await.unwrap();
        drop(conn);
        for slug in slugs {
            let address = format!("/admin/{folder}/{}", id(&site, kind, slug.as_str()).await);
            let form = ada.page(&address).await;
            let words = form.words(".edit-aside");
            assert!(words.contains("Nothing is missing."), "{slug}: {words}");
            assert!(form.all(".field-questions").is_empty(), "{slug}");
            let after = ada.done(&address, &borrowed(&sent(&form))).await;
            assert_eq!(after.words(".said"), "Nothing had changed.", "{slug}");
            tried += 1;
        }
    }
    assert_eq!(tried, 28 + 12 + 3 + 6);
}

#[tokio::test]
async fn a_new_intervention_is_typed_published_and_read() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let form = ada.page("/admin/interventions/new").await;
    assert!(form.words("#stages").contains("Primary"));
    let fields = [
        ("name", "Walking reading bus"),
        ("summary", "Parents and children walk and read."),
        ("description", "They walk [@kraft-2013]."),
        ("how_it_works", "Meet.\n\n  Walk. \nRead."),
        ("stages", "primary"),
        ("stages", "early-years"),
        ("cost", "low"),
        ("outcomes", "literacy"),
        ("themes", "communications-and-actions"),
        ("available_in_uk", "yes"),
        ("implementation_tips", "Start small."),
        ("studies", "kraft-2013"),
        ("website", "https://example.org/bus"),
    ];
    let draft = ada.done("/admin/interventions", &fields).await;
    assert_eq!(
        draft.words(".said"),
        "Saved as a draft at the address “walking-reading-bus”."
    );
    assert!(draft.words(".edit-aside").contains("Nothing is missing."));
    assert_eq!(
        draft.words("#description-cited"),
        "Cites Kraft & Dougherty, 2013."
    );
    assert_eq!(
        site.get("/interventions/walking-reading-bus").await.status,
        StatusCode::NOT_FOUND
    );
    let id = id(&site, Kind::Intervention, "walking-reading-bus").await;
    ada.done(&format!("/admin/records/{id}/publish"), &[]).await;
    let page = site.page("/interventions/walking-reading-bus").await;
    let words = page.words("main");
    for expected in [
        "Walking reading bus",
        "Meet.",
        "Start small.",
        "Kraft & Dougherty, 2013",
    ] {
        assert!(words.contains(expected), "{expected}");
    }
    // What a study's page says of it follows from the link that was ticked.
    let study = site.page("/studies/kraft-2013").await;
    assert!(study.words("main").contains("Walking reading bus"));
}

#[tokio::test]
async fn what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Curator).await;
    let fields = [
        ("name", " "),
        ("website", "javascript:alert(1)"),
        ("outcomes", "literacy"),
        ("outcomes", "not-applicable"),
        ("stages", "moon"),
        ("summary", "Keep <me>"),
        ("studies", "kraft-2013"),
    ];
    let answer = ada.post("/admin/interventions", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.page();
    assert_eq!(page.words("title").split(':').next(), Some("Error"));
    let named = page.attributes(".error-summary a", "href");
    assert_eq!(named, ["#name", "#stages", "#outcomes", "#website"]);
    for target in named {
        assert_eq!(page.all(&target.replace('.', "\\.")).len(), 1, "{target}");
    }
    let kept = sent(&page);
    for pair in [
        ("website", "javascript:alert(1)"),
        ("summary", "Keep <me>"),
        ("studies", "kraft-2013"),
        ("outcomes", "not-applicable"),
    ] {
        let pair = (pair.0.to_owned(), pair.1.to_owned());
        assert!(kept.contains(&pair), "{pair:?}");
    }
}

#[tokio::test]
async fn a_draft_needs_a_name_and_publishing_wants_more() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let fields = [
        ("name", "Bare"),
        ("description", "So [@Kraft 2013] and [@nobody-1999]"),
        ("themes", "no-such-theme"),
    ];
    let draft = ada.done("/admin/interventions", &fields).await;
    let missing = draft.all(".missing li");
    assert_eq!(
        missing,
        [
            "Write the summary",
            "Write the citation “[@Kraft 2013]” like [@smith-2011; @jones-2012]",
            "Publish the study “nobody-1999” first, or take the link away",
            "Publish the theme “no-such-theme” first, or take the link away",
        ]
    );
    let id = id(&site, Kind::Intervention, "bare").await;
    let after = ada.done(&format!("/admin/records/{id}/publish"), &[]).await;
    assert!(
        after.words(".said").contains("4 things are missing"),
        "{}",
        after.words(".said")
    );
    assert_eq!(
        site.get("/interventions/bare").await.status,
        StatusCode::NOT_FOUND
    );
    let emptied = change(
        &ada,
        &format!("/admin/interventions/{id}"),
        &[("description", ""), ("themes", "")],
    )
    .await;
    assert_eq!(
        emptied.all(".missing li"),
        [
            "Write the summary",
            "Write the description",
            "Choose at least one theme"
        ]
    );
}

#[tokio::test]
async fn doubtful_citations_are_asked_about_and_saved_all_the_same() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Curator).await;
    let fields = [
        ("title", "A new theme"),
        (
            "key_messages",
            "Call home. [@kraft-2013]\nWait. [@kraft-2031]",
        ),
        (
            "narrative",
            "So [@karft-2013; @mol-2008] and [@ kraft] and [@zzzzzzzz-1900].",
        ),
    ];
    let form = ada.done("/admin/themes", &fields).await;
    assert_eq!(
        form.all("#narrative-cited .field-questions li"),
        [
            "Write the citation “[@ kraft]” like [@smith-2011; @jones-2012]",
            "[@karft-2013]: there is no such study. Did you mean kraft-2013?",
            "[@zzzzzzzz-1900]: there is no such study.",
        ]
    );
    assert_eq!(
        form.all("#key_messages-cited .field-questions li"),
        ["[@kraft-2031]: there is no such study. Did you mean kraft-2013?"]
    );
    assert!(
        form.words("#key_messages-cited")
            .contains("Cites Kraft & Dougherty, 2013.")
    );
}

#[tokio::test]
async fn studies_to_cite_are_found_while_writing() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Curator).await;
    let fields = [
        ("title", "Unsaved"),
        ("narrative", "Long."),
        ("find.cite", "dougherty 2013"),
        ("button", "find"),
    ];
    let answer = ada.post("/admin/themes", &fields).await;
    assert_eq!(answer.status, StatusCode::OK);
    let page = answer.page();
    let found = page.words(".cite-found");
    assert!(
        found.starts_with("[@kraft-2013] Kraft & Dougherty, 2013: "),
        "{found}"
    );
    assert_eq!(page.attributes("#title", "value"), ["Unsaved"]);
    let none = [("find.cite", "zzzz"), ("button", "find")];
    let none = ada.post("/admin/pages/new", &none).await;
    assert_eq!(none.status, StatusCode::METHOD_NOT_ALLOWED);
    let none = [("find.cite", "zzzz %_'\""), ("button", "find")];
    let page = ada.post("/admin/interventions", &none).await.page();
    assert!(
        page.words("#cite-help")
            .contains("No study has all these words")
    );
}

#[tokio::test]
async fn a_question_is_typed_published_and_read() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let answer = ada.post("/admin/questions", &[("question", "Why?")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        answer.page().all(".error-summary li"),
        ["Choose the theme that it leads into"]
    );
    let fields = [
        ("question", "How do we reach fathers?"),
        ("theme", "communications-and-actions"),
    ];
    let draft = ada.done("/admin/questions", &fields).await;
    assert_eq!(
        draft.all(".missing li"),
        ["Choose at least one intervention that answers it"]
    );
    let id = id(&site, Kind::Question, "how-do-we-reach-fathers").await;
    let address = format!("/admin/questions/{id}");
    let form = change(&ada, &address, &[("interventions", "dialogic-reading")]).await;
    assert!(form.words(".edit-aside").contains("Nothing is missing."));
    ada.done(&format!("/admin/records/{id}/publish"), &[]).await;
    let page = site.page("/questions/how-do-we-reach-fathers").await;
    assert!(page.words("main").contains("Dialogic"));
}

#[tokio::test]
async fn a_built_in_page_starts_from_the_words_of_the_program() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let form = ada.page("/admin/pages/new?page=privacy").await;
    let fields = with(&form, &[("lead", "We keep <nothing>.")]);
    assert!(fields.contains(&("slug".to_owned(), "privacy".to_owned())));
    ada.done("/admin/pages", &borrowed(&fields)).await;
    let before = site.page("/privacy").await;
    let id = id(&site, Kind::Page, "privacy").await;
    ada.done(&format!("/admin/records/{id}/publish"), &[]).await;
    let after = site.page("/privacy").await;
    assert!(!before.words("main").contains("We keep <nothing>."));
    assert!(after.words("main").contains("We keep <nothing>."));
    assert_eq!(before.all("h2"), after.all("h2"));
    // What was kept of one page does not show in the form of another.
    let keep = [("slug", "privacy"), ("title", "Half typed")];
    ada.post("/admin/pages/new/keep", &keep).await;
    let other = ada.page("/admin/pages/new?page=accessibility").await;
    assert!(
        !other
            .attributes("#title", "value")
            .contains(&"Half typed".to_owned())
    );
    let same = ada.page("/admin/pages/new?page=privacy").await;
    assert_eq!(same.attributes("#title", "value"), ["Half typed"]);
}

#[tokio::test]
async fn a_page_without_a_public_address_is_refused() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    for wanted in ["", "contact", "../x", "About"] {
        let fields = [("title", "Contact"), ("slug", wanted)];
        let answer = ada.post("/admin/pages", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wanted}");
        assert!(!answer.page().words("#slug-error").is_empty());
    }
    let taken = [("title", "About"), ("slug", "about")];
    let answer = ada.post("/admin/pages", &taken).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn curators_write_evidence_and_editors_speak_for_the_house() {
    let site = Site::starter().await;
    let cora = site.person("cora", Role::Curator).await;
    let question = id(&site, Kind::Question, "parents-do-not-come").await;
    let about = id(&site, Kind::Page, "about").await;
    for address in [
        "/admin/questions/new".to_owned(),
        "/admin/pages/new?page=privacy".to_owned(),
        format!("/admin/questions/{question}"),
        format!("/admin/pages/{about}"),
        "/admin/vocabularies".to_owned(),
        "/admin/vocabularies/outcome".to_owned(),
        "/admin/vocabularies/synonyms".to_owned(),
        "/admin/vocabularies/outcome/terms/literacy/merge".to_owned(),
    ] {
        assert_eq!(
            cora.get(&address).await.status,
            StatusCode::FORBIDDEN,
            "{address}"
        );
    }
    for address in [
        "/admin/questions",
        "/admin/pages",
        "/admin/vocabularies/outcome",
        "/admin/vocabularies/outcome/terms",
        "/admin/vocabularies/outcome/order",
        "/admin/vocabularies/outcome/terms/literacy",
        "/admin/vocabularies/outcome/terms/literacy/remove",
        "/admin/vocabularies/outcome/terms/literacy/merge",
        "/admin/vocabularies/synonyms",
    ] {
        let answer = cora.post(address, &[("label", "x")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{address}");
    }
    assert_eq!(
        cora.get("/admin/interventions/new").await.status,
        StatusCode::OK
    );
    let stranger = site.visitor();
    let answer = stranger.get("/admin/vocabularies").await;
    assert_eq!(answer.location(), "/log-in?to=%2Fadmin%2Fvocabularies");
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one form after the other, each with the same input"
)]
async fn hostile_input_never_breaks_a_form() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let intervention = id(&site, Kind::Intervention, "dialogic-reading").await;
    let long = "x".repeat(100_000);
    let many = "[@a-1]".repeat(5_000);
    let values = [
        "",
        "\u{0}",
        "%00",
        "<script>alert(1)</script>",
        "'; DROP TABLE record; --",
        "\"",
        "[@",
        "[@]",
        "[@;@;]",
        "9223372036854775808",
        "-1",
        "not-applicable",
        "any",
        "👪",
        "\u{202e}",
        "{{7*7}}",
        "up.",
        "up.x",
        ".",
        ",,,",
        &long,
        &many,
    ];
    for (address, names) in [
        (
            "/admin/interventions",
            [
                "name",
                "description",
                "stages",
                "themes",
                "find.cite",
                "slug",
            ],
        ),
        (
            "/admin/questions",
            [
                "question",
                "theme",
                "interventions",
                "find.theme",
                "slug",
                "note",
            ],
        ),
        (
            "/admin/pages",
            ["title", "lead", "body", "slug", "find.cite", "note"],
        ),
        (
            "/admin/themes",
            [
                "title",
                "position",
                "key_messages",
                "narrative",
                "find.cite",
                "slug",
            ],
        ),
        (
            &format!("/admin/interventions/{intervention}"),
            ["name", "description", "cost", "studies", "seen", "website"],
        ),
        (
            "/admin/vocabularies/outcome",
            ["label", "scope_note", "x", "y", "z", "button"],
        ),
        (
            "/admin/vocabularies/outcome/terms",
            ["label", "scope_note", "x", "y", "z", "button"],
        ),
        (
            "/admin/vocabularies/outcome/order",
            ["move", "position.literacy", "position.", "y", "z", "button"],
        ),
        (
            "/admin/vocabularies/outcome/terms/literacy",
            ["label", "scope_note", "x", "y", "z", "button"],
        ),
        (
            "/admin/vocabularies/outcome/terms/literacy/merge",
            ["into", "scope_note", "x", "y", "z", "button"],
        ),
        (
            "/admin/vocabularies/synonyms",
            ["synonyms", "scope_note", "x", "y", "z", "button"],
        ),
    ] {
        for value in values {
            // Only the forms of records have a second button.
            let buttons: &[&str] = if address.contains("vocabularies") {
                &["save"]
            } else {
                &["save", "find"]
            };
            for button in buttons {
                let mut fields: Vec<_> = names.iter().map(|name| (*name, value)).collect();
                fields.push(("button", button));
                let answer = ada.post(address, &fields).await;
                let shown: String = value.chars().take(30).collect();
                assert!(
                    !answer.status.is_server_error(),
                    "{address} {shown} {}",
                    answer.status
                );
                assert!(!answer.text().contains("<script>alert"), "{address}");
            }
        }
    }
    for address in [
        "/admin/vocabularies/%00",
        "/admin/vocabularies/x",
        "/admin/vocabularies/outcome/terms/x",
        "/admin/vocabularies/outcome/terms/x/merge",
        "/admin/batches/0",
        "/admin/batches/-1",
        "/admin/batches/x",
        "/admin/batches/99999999999999999999",
        "/admin/interventions/0",
        "/admin/pages/x",
    ] {
        let status = ada.get(address).await.status;
        assert!(status.is_client_error(), "{address} {status}");
    }
}

#[tokio::test]
async fn the_preview_of_an_intervention_shows_the_studies_of_its_draft() {
    let site = Site::starter().await;
    let ed = site.person("ed", Role::Editor).await;
    let intervention = id(&site, Kind::Intervention, "incredible-years").await;
    let form = format!("/admin/interventions/{intervention}");
    let preview = format!("/admin/records/{intervention}/preview");
    let link = "/studies/blackmore-2010".to_owned();
    let links = |page: &Page| page.attributes("main a", "href").contains(&link);
    assert!(!links(&ed.page(&preview).await));
    let mut fields = sent(&ed.page(&form).await);
    fields.push(("studies".to_owned(), "blackmore-2010".to_owned()));
    ed.done(&form, &borrowed(&fields)).await;
    assert!(links(&ed.page(&preview).await));
    let public = site.page("/interventions/incredible-years").await;
    assert!(!links(&public), "readers see it when it is published");
    ed.done(&format!("/admin/records/{intervention}/publish"), &[])
        .await;
    assert!(links(&site.page("/interventions/incredible-years").await));
}

#[tokio::test]
async fn pages_within_pages_know_their_whole_address() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Administrator).await;
    let study = id(&site, Kind::Study, "mol-2008").await;
    for address in [
        "/admin/imports/new".to_owned(),
        "/admin/account/second-factor".to_owned(),
        format!("/admin/records/{study}/history"),
    ] {
        let page = ada.page(&address).await;
        let canonical = page.attributes("link[rel=canonical]", "href");
        assert_eq!(canonical, [format!("http://127.0.0.1:3000{address}")]);
    }
    let page = ada.page("/admin/imports/new").await;
    assert_eq!(page.all("nav [aria-current]"), ["Import"]);
}
