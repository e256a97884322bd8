//! Editors change the lists that records are tagged with, and readers see it.

use axum::http::StatusCode;
use engaging_with_families::people::role::Role;
use engaging_with_families::records::record::Kind;
use engaging_with_families::records::status::Status;
use engaging_with_families::records::store::{self, BatchKind};
use engaging_with_families::vocabularies::merging;
use serde_json::json;

use crate::forms::{act, change, id};
use crate::site::{Page, Site, Visitor};

/// The labels of a filter of the studies.
async fn outcomes(site: &Site) -> Vec<String> {
    let page = site.page("/glossary").await;
    page.all("#outcome dt")
}

async fn body(site: &Site, id: i64) -> String {
    let mut conn = site.app.db.read.acquire().await.unwrap();
    store::head(&mut conn, id).await.unwrap().unwrap().body
}

async fn place(site: &Site, id: i64) -> store::Place {
    let mut conn = site.app.db.read.acquire().await.unwrap();
    store::place(&mut conn, id).await.unwrap().unwrap()
}

/// The text that readers see.
async fn live(site: &Site, id: i64) -> Option<String> {
    let live = place(site, id).await.live?;
    let texts = store::texts(&site.app.db, &[(id, live)]).await.unwrap();
    texts.into_iter().next().map(|(_, body)| body)
}

async fn merge(ada: &Visitor, from: &str, into: &str) -> Page {
    let address = format!("/admin/vocabularies/outcome/terms/{from}/merge");
    ada.done(&address, &[("into", into)]).await
}

const LITERACY: &str = "/admin/vocabularies/outcome/terms/literacy";

#[tokio::test]
async fn a_renamed_term_shows_at_once_under_the_same_address() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let count = site.page("/studies?outcome=literacy").await.count();
    let fields = [
        ("label", "Reading & <writing>"),
        ("scope_note", "Letters of all kinds."),
    ];
    let page = ada.done(LITERACY, &fields).await;
    assert_eq!(page.words("h1"), "Reading & <writing>");
    let list = site.page("/studies?outcome=literacy").await;
    assert_eq!(list.count(), count);
    assert!(list.words("main").contains("Reading & <writing>"));
    let glossary = site.page("/glossary").await.words("main");
    assert!(glossary.contains("Letters of all kinds."));
    let alike = [("label", "ATTAINMENT"), ("scope_note", "x")];
    let answer = ada.post(LITERACY, &alike).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.page().words("#label-error").contains("already"));
}

#[tokio::test]
async fn terms_are_added_moved_and_removed() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let before = outcomes(&site).await;
    let fields = [
        ("label", "Trust in school"),
        ("scope_note", "Whether families trust it."),
    ];
    ada.done("/admin/vocabularies/outcome/terms", &fields).await;
    let again = ada.post("/admin/vocabularies/outcome/terms", &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let added = outcomes(&site).await;
    assert_eq!(added.last().unwrap(), "Trust in school");
    let order = "/admin/vocabularies/outcome/order";
    ada.done(order, &[("position.trust-in-school", "2")]).await;
    assert_eq!(outcomes(&site).await[1], "Trust in school");
    ada.done(order, &[("move", "up.trust-in-school")]).await;
    assert_eq!(outcomes(&site).await[0], "Trust in school");
    let filter = site.page("/studies").await;
    let labels = filter.attributes("input[name=outcome]", "value");
    assert_eq!(labels[0], "trust-in-school");
    let used = ada.page(LITERACY).await;
    assert!(
        used.words("main")
            .contains("when no record uses it any more")
    );
    let refused = ada.done(&format!("{LITERACY}/remove"), &[]).await;
    assert!(refused.words(".said").contains("was not removed"));
    ada.done(
        "/admin/vocabularies/outcome/terms/trust-in-school/remove",
        &[],
    )
    .await;
    assert_eq!(outcomes(&site).await, before);
    let own = [("label", "Results"), ("scope_note", "What may change.")];
    ada.done("/admin/vocabularies/outcome", &own).await;
    let glossary = site.page("/glossary").await.words("main");
    assert!(glossary.contains("What may change."));
}

#[tokio::test]
async fn a_term_that_only_a_draft_or_an_effect_uses_is_not_removed() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let fields = [("label", "Trust"), ("scope_note", "x")];
    ada.done("/admin/vocabularies/outcome/terms", &fields).await;
    let intervention = id(&site, Kind::Intervention, "dialogic-reading").await;
    let address = format!("/admin/interventions/{intervention}");
    change(&ada, &address, &[("outcomes", "trust")]).await;
    let page = ada.page("/admin/vocabularies/outcome").await;
    assert!(
        page.words("#term-trust").ends_with("1 record"),
        "{}",
        page.words("#term-trust")
    );
    let refused = ada
        .done("/admin/vocabularies/outcome/terms/trust/remove", &[])
        .await;
    assert!(refused.words(".said").contains("1 record uses it"));
}

#[tokio::test]
async fn a_merge_is_shown_done_and_undone() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let literacy = site.page("/studies?outcome=literacy").await.titles();
    let before = site.page("/studies?outcome=attainment").await.count();
    let glossary = outcomes(&site).await;
    let shown = ada.page(&format!("{LITERACY}/merge?into=attainment")).await;
    let words = shown.words("main");
    assert!(
        words.contains("records get “Attainment” in the place of"),
        "{words}"
    );
    let batch = merge(&ada, "literacy", "attainment").await;
    assert_eq!(
        batch.words("h1"),
        "“Literacy and language” merged into “Attainment” (Outcome)"
    );
    assert!(
        !outcomes(&site)
            .await
            .contains(&"Literacy and language".to_owned())
    );
    assert!(site.page("/studies?outcome=attainment").await.count() > before);
    // An address that names the old term shows the list without that filter.
    assert_eq!(
        site.get("/studies?outcome=literacy").await.location(),
        "/studies"
    );
    let undo = batch
        .attributes("main form[action$=undo]", "action")
        .pop()
        .unwrap();
    let undone = ada.done(&undo, &[]).await;
    assert!(undone.words(".said").starts_with("Undone: "));
    assert_eq!(outcomes(&site).await, glossary);
    assert_eq!(
        site.page("/studies?outcome=literacy").await.titles(),
        literacy
    );
    assert_eq!(
        site.page("/studies?outcome=attainment").await.count(),
        before
    );
    let again = ada.done(&undo, &[]).await;
    assert_eq!(again.words(".said"), "It was undone already.");
    let list = ada.page("/admin/batches").await;
    assert!(list.words("main").contains("Undone"));
}

#[tokio::test]
async fn a_merge_changes_what_records_say_and_not_where_they_stand() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let cora = site.person("cora", Role::Curator).await;
    // Four interventions that were published, and a new one.
    let mut ids = Vec::new();
    for slug in ["dialogic-reading", "hippy", "spokes", "parentcorps"] {
        ids.push(id(&site, Kind::Intervention, slug).await);
    }
    let [published, beside, reviewed, withdrawn] = ids[..] else {
        panic!()
    };
    let edit = |id: i64| format!("/admin/interventions/{id}");
    change(&cora, &edit(beside), &[("duration", "Cora’s draft")]).await;
    change(
        &cora,
        &edit(reviewed),
        &[("outcomes", "behaviour"), ("button", "submit")],
    )
    .await;
    let fields = [
        ("name", "Only a draft"),
        ("outcomes", "literacy"),
        ("outcomes", "attainment"),
    ];
    cora.done("/admin/interventions", &fields).await;
    let draft = id(&site, Kind::Intervention, "only-a-draft").await;
    let mut transaction = site.app.db.begin().await.unwrap();
    store::withdraw(&mut transaction, withdrawn, "Gone", None, act())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    site.app.collection.refresh().await.unwrap();

    let all = [published, beside, reviewed, withdrawn, draft];
    let mut before = Vec::new();
    for id in all {
        before.push((
            place(&site, id).await,
            body(&site, id).await,
            live(&site, id).await,
        ));
    }
    assert_eq!(
        before
            .iter()
            .map(|(place, ..)| place.status)
            .collect::<Vec<_>>(),
        [
            Status::Published,
            Status::Draft,
            Status::InReview,
            Status::Withdrawn,
            Status::Draft
        ]
    );
    let batch = merge(&ada, "literacy", "numeracy").await;
    for (id, (old, old_body, old_live)) in all.iter().zip(&before) {
        let new = place(&site, *id).await;
        assert_eq!(new.status, old.status, "{id}");
        assert_eq!(new.live.is_some(), old.live.is_some());
        let (new_body, new_live) = (body(&site, *id).await, live(&site, *id).await);
        assert!(!new_body.contains("\"literacy\""), "{new_body}");
        assert_eq!(new_live.is_some(), old_live.is_some());
        assert!(!new_live.unwrap_or_default().contains("\"literacy\""));
        // Nothing but the term has changed, and it is written as any save would write it.
        let terms = old_body.matches("\"numeracy\"").count();
        if terms == 0 {
            assert_eq!(new_body, old_body.replace("\"literacy\"", "\"numeracy\""));
        }
    }
    assert!(
        body(&site, draft)
            .await
            .contains("[\"numeracy\",\"attainment\"]")
    );
    assert!(body(&site, beside).await.contains("Cora’s draft"));
    assert!(!live(&site, beside).await.unwrap().contains("Cora’s draft"));
    // A draft stays its author's, so that nobody else's change lets them publish it.
    let mut conn = site.app.db.read.acquire().await.unwrap();
    let head = store::head(&mut conn, reviewed).await.unwrap().unwrap();
    assert_eq!(head.author_name, "Cora");
    drop(conn);

    let undo = batch
        .attributes("main form[action$=undo]", "action")
        .pop()
        .unwrap();
    ada.done(&undo, &[]).await;
    for (id, (old, old_body, old_live)) in all.iter().zip(&before) {
        assert_eq!(place(&site, *id).await, *old);
        assert_eq!(body(&site, *id).await, *old_body);
        assert_eq!(live(&site, *id).await, *old_live);
    }
    // Saving goes on from there; no number is used twice.
    change(&cora, &edit(beside), &[("duration", "Later")]).await;
    assert!(body(&site, beside).await.contains("Later"));
    assert!(site.app.db.integrity().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_merge_that_somebody_has_built_on_is_not_undone() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let intervention = id(&site, Kind::Intervention, "dialogic-reading").await;
    let batch = merge(&ada, "literacy", "attainment").await;
    let address = format!("/admin/interventions/{intervention}");
    change(&ada, &address, &[("duration", "Newer")]).await;
    let before = place(&site, intervention).await;
    let undo = batch
        .attributes("main form[action$=undo]", "action")
        .pop()
        .unwrap();
    let answer = ada.post(&undo, &[]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    let page = answer.page();
    assert!(page.words("#refused").contains("Nothing was undone"));
    assert!(page.words("main").contains("Dialogic"));
    assert_eq!(place(&site, intervention).await, before);
    assert!(
        !outcomes(&site)
            .await
            .contains(&"Literacy and language".to_owned())
    );
    let shown = ada.page(undo.trim_end_matches("/undo")).await;
    assert!(shown.attributes("main form", "action").is_empty());
}

#[tokio::test]
async fn a_term_that_nobody_uses_is_merged_and_put_back_where_it_stood() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let fields = [("label", "Trust"), ("scope_note", "Keep me")];
    ada.done("/admin/vocabularies/outcome/terms", &fields).await;
    let order = "/admin/vocabularies/outcome/order";
    ada.done(order, &[("position.trust", "3")]).await;
    let before = outcomes(&site).await;
    let batch = merge(&ada, "trust", "attainment").await;
    let undo = batch
        .attributes("main form[action$=undo]", "action")
        .pop()
        .unwrap();
    ada.done(&undo, &[]).await;
    assert_eq!(outcomes(&site).await, before);
    assert!(
        site.page("/glossary")
            .await
            .words("main")
            .contains("Keep me")
    );
    let nowhere = [("into", "trust")];
    let address = "/admin/vocabularies/outcome/terms/trust/merge";
    let answer = ada.post(address, &nowhere).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn records_that_a_batch_made_leave_with_it() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let mut transaction = site.app.db.begin().await.unwrap();
    let batch = store::begin_batch(
        &mut transaction,
        BatchKind::Import,
        "Two studies",
        &json!({}),
        act(),
    )
    .await
    .unwrap();
    let study = json!({"title": "New", "authors": [], "year": 2012, "publication_type": null,
                       "verified": {"level": "abstract"}});
    let mut made = Vec::new();
    for slug in ["new-2012", "live-2012"] {
        let slug = crate::forms::slug(slug);
        let id = store::create(
            &mut transaction,
            Kind::Study,
            &slug,
            &study.to_string(),
            "",
            act(),
        )
        .await
        .unwrap()
        .unwrap();
        made.push(id);
    }
    store::publish(&mut transaction, made[1], act())
        .await
        .unwrap();
    let hidden = id(&site, Kind::Study, "mol-2008").await;
    let before = store::place(&mut transaction, hidden).await.unwrap();
    store::withdraw(&mut transaction, hidden, "Gone", None, act())
        .await
        .unwrap();
    store::add_item(&mut transaction, batch, hidden, before)
        .await
        .unwrap();
    for id in &made {
        store::add_item(&mut transaction, batch, *id, None)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
    site.app.collection.refresh().await.unwrap();
    assert_eq!(site.get("/studies/live-2012").await.status, StatusCode::OK);
    assert_eq!(site.get("/studies/mol-2008").await.status, StatusCode::GONE);
    ada.done(&format!("/admin/batches/{batch}/undo"), &[]).await;
    assert_eq!(
        site.get("/studies/live-2012").await.status,
        StatusCode::GONE
    );
    assert_eq!(site.get("/studies/mol-2008").await.status, StatusCode::OK);
    assert_eq!(place(&site, made[0]).await.status, Status::Withdrawn);
    let mut conn = site.app.db.read.acquire().await.unwrap();
    let slug = crate::forms::slug("new-2012");
    let is_free = store::is_free(&mut conn, Kind::Study, &slug, None).await;
    assert!(is_free.unwrap());
}

#[tokio::test]
async fn synonyms_change_what_searches_find_at_once() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let address = "/admin/vocabularies/synonyms";
    let form = ada.page(address).await;
    let typed = form.all("#synonyms").pop().unwrap_or_default();
    assert!(typed.contains("dads"));
    let texting = site.page("/studies?q=texting").await.count();
    let text = "Zorbing,  texting";
    let tried = ada
        .post(address, &[("synonyms", text), ("button", "read")])
        .await;
    assert_eq!(tried.status, StatusCode::OK);
    assert!(tried.page().words("#read").contains("zorbing"));
    let saved = ada
        .done(address, &[("synonyms", text), ("button", "save")])
        .await;
    assert!(saved.words(".said").contains("1 group of synonyms"));
    assert_eq!(site.page("/studies?q=zorbing").await.count(), texting);
    let alone = ada.post(address, &[("synonyms", "mums")]).await;
    assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        alone
            .page()
            .words("#synonyms-error")
            .contains("“mums” stands alone")
    );
    let unchanged = ada.done(address, &[("synonyms", text)]).await;
    assert_eq!(unchanged.words(".said"), "Nothing had changed.");
}

#[tokio::test]
async fn counts_say_how_many_records_use_a_list() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let page = ada.page("/admin/vocabularies").await;
    let rows = page.all("tbody tr");
    assert_eq!(rows.len(), 7);
    // Every study has a kind of publication, no intervention has.
    assert!(
        rows.iter()
            .any(|row| row.starts_with("Kind of publication") && row.ends_with("119")),
        "{rows:?}"
    );
    let actions: i64 =
        sqlx::query_scalar("SELECT count(*) FROM audit WHERE action = 'changed-term'")
            .fetch_one(&site.app.db.read)
            .await
            .unwrap();
    assert_eq!(actions, 0);
    ada.done(LITERACY, &[("label", "L"), ("scope_note", "x")])
        .await;
    let actions: i64 =
        sqlx::query_scalar("SELECT count(*) FROM audit WHERE action = 'changed-term'")
            .fetch_one(&site.app.db.read)
            .await
            .unwrap();
    assert_eq!(actions, 1);
}

/// How long it takes with many records: `cargo nextest run --run-ignored only measure --no-capture`
#[tokio::test]
#[ignore = "for measuring"]
async fn measure_ten_thousand_records() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    let model = body(&site, id(&site, Kind::Study, "kraft-2013").await).await;
    let mut model: serde_json::Value = serde_json::from_str(&model).unwrap();
    model["outcomes"] = json!(["literacy", "behaviour"]);
    let model = model.to_string();
    let mut transaction = site.app.db.begin().await.unwrap();
    for hundred in 0..100 {
        let slug = |number: usize| crate::forms::slug(&format!("copy-{hundred}-{number}"));
        let copies: Vec<_> = (0..100)
            .map(|number| (slug(number), model.clone()))
            .collect();
        store::add_published(&mut transaction, Kind::Study, &copies, "", act())
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
    site.app.collection.refresh().await.unwrap();
    let mut clock = std::time::Instant::now();
    let mut lap = |what: &str| {
        println!("{what}: {} ms", clock.elapsed().as_millis());
        clock = std::time::Instant::now();
    };
    ada.page("/admin/vocabularies").await;
    lap("list of vocabularies");
    ada.page(LITERACY).await;
    lap("page of a term");
    ada.page(&format!("{LITERACY}/merge?into=attainment")).await;
    lap("what a merge would do");
    // Without a request around it, whose time is limited.
    let lists = site.app.catalogue().vocabularies.lists().to_vec();
    let list = lists
        .iter()
        .find(|list| list.slug.as_str() == "outcome")
        .unwrap();
    let entry = |slug: &str| {
        list.terms
            .iter()
            .find(|entry| entry.slug.as_str() == slug)
            .unwrap()
    };
    let mut transaction = site.app.db.begin().await.unwrap();
    let (from, into) = (entry("literacy"), entry("attainment"));
    let batch = merging::merge(&mut transaction, list, from, into, act())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    lap("merge");
    site.app.collection.refresh().await.unwrap();
    lap("catalogue and index after it");
    let mut transaction = site.app.db.begin().await.unwrap();
    let undone = store::undo(&mut transaction, batch, act()).await.unwrap();
    assert!(matches!(undone, store::Undone::Done(_)));
    transaction.commit().await.unwrap();
    lap("undo");
    site.app.collection.refresh().await.unwrap();
    lap("catalogue and index after it");
    let theme = id(&site, Kind::Theme, "communications-and-actions").await;
    let fields = [("slug", "talking"), ("button", "save")];
    change(&ada, &format!("/admin/themes/{theme}"), &fields).await;
    lap("renaming a theme that all of them name");
    assert!(site.page("/studies?theme=talking").await.count() > 10_000);
}
