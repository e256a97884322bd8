//! The steps of a record's life, its history, and what readers see of it over time.

use axum::http::StatusCode;
use engaging_with_families::people::role::Role;
use engaging_with_families::records::record::Kind;
use engaging_with_families::settings::{self, Settings};

use crate::forms::{change, id, sent};
use crate::site::{Site, Visitor};

/// The id of a theme of the starter collection, and its form's address.
async fn theme(site: &Site) -> (i64, String) {
    let id = id(site, Kind::Theme, "communications-and-actions").await;
    (id, format!("/admin/themes/{id}"))
}

/// Saves another summary through the form.
async fn save(visitor: &Visitor, form: &str, summary: &str) {
    change(visitor, form, &[("summary", summary)]).await;
}

async fn public_path(visitor: &Visitor, form: &str) -> String {
    let page = visitor.page(form).await;
    let links = page.attributes(".edit-aside a", "href");
    links
        .into_iter()
        .find(|link| link.starts_with("/evidence/"))
        .unwrap()
}

#[tokio::test]
async fn a_draft_goes_to_review_comes_back_and_is_published() {
    let site = Site::starter().await;
    let (id, form) = theme(&site).await;
    let (cora, ed) = (
        site.person("cora", Role::Curator).await,
        site.person("ed", Role::Editor).await,
    );
    let path = public_path(&ed, &form).await;
    let step = |name: &str| format!("/admin/records/{id}/{name}");

    save(&cora, &form, "A summary that somebody is to check.").await;
    assert!(
        !site
            .page(&path)
            .await
            .words("main")
            .contains("somebody is to check")
    );
    assert_eq!(
        cora.post(&step("publish"), &[]).await.status,
        StatusCode::FORBIDDEN
    );
    cora.done(&step("submit"), &[]).await;
    let page = ed
        .done(&step("send-back"), &[("comment", "Say for whom.")])
        .await;
    assert!(page.words(".said").contains("Sent back"));
    let page = cora.page(&form).await;
    assert!(
        page.words("main").contains("Say for whom."),
        "the author reads why"
    );
    assert!(
        cora.page("/admin")
            .await
            .words("main")
            .contains("Say for whom.")
    );

    save(&cora, &form, "A summary for parents of young children.").await;
    cora.done(&step("submit"), &[]).await;
    ed.done(&step("publish"), &[]).await;
    assert!(
        site.page(&path)
            .await
            .words("main")
            .contains("parents of young children")
    );

    let history = ed.page(&step("history")).await.words("main");
    for words in [
        "Say for whom.",
        "submitted version",
        "sent back version",
        "published version",
        "cora",
    ] {
        assert!(
            history.to_lowercase().contains(&words.to_lowercase()),
            "{words}: {history}"
        );
    }
}

#[tokio::test]
async fn a_stale_step_changes_nothing() {
    let site = Site::starter().await;
    let (id, form) = theme(&site).await;
    let ed = site.person("ed", Role::Editor).await;
    let path = public_path(&ed, &form).await;
    save(&ed, &form, "First words.").await;
    save(&ed, &form, "Second words.").await;
    let page = ed
        .done(&format!("/admin/records/{id}/publish"), &[("seen", "2")])
        .await;
    assert!(
        page.words(".said")
            .contains("has saved version 3 meanwhile")
    );
    assert!(
        !site
            .page(&path)
            .await
            .words("main")
            .contains("Second words")
    );
}

#[tokio::test]
async fn the_second_pair_of_eyes_is_somebody_else() {
    let site = Site::starter().await;
    let (id, form) = theme(&site).await;
    let (ed, eve) = (
        site.person("ed", Role::Editor).await,
        site.person("eve", Role::Editor).await,
    );
    let settings = Settings {
        second_pair_of_eyes: true,
        ..(*site.app.settings()).clone()
    };
    let mut transaction = site.app.db.begin().await.unwrap();
    settings::store::save(&mut transaction, &settings)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    site.app.set_settings(settings);
    let path = public_path(&ed, &form).await;
    let publish = format!("/admin/records/{id}/publish");

    save(&ed, &form, "Ed’s own words.").await;
    let page = ed.done(&publish, &[]).await;
    assert!(page.words(".said").contains("somebody else publishes it"));
    assert!(
        !site
            .page(&path)
            .await
            .words("main")
            .contains("Ed’s own words")
    );
    eve.done(&publish, &[]).await;
    assert!(
        site.page(&path)
            .await
            .words("main")
            .contains("Ed’s own words")
    );
}

#[tokio::test]
async fn what_is_missing_keeps_a_record_from_readers() {
    let site = Site::starter().await;
    let ed = site.person("ed", Role::Editor).await;
    let answer = ed
        .post(
            "/admin/studies",
            &[("title", "A study of which little is known")],
        )
        .await;
    let form = answer.location();
    let id = form.rsplit('/').next().unwrap().to_owned();
    let page = ed.done(&format!("/admin/records/{id}/publish"), &[]).await;
    assert!(
        page.words(".said").starts_with("Not published yet"),
        "{}",
        page.words(".said")
    );
    let missing = page.attributes(".missing a", "href");
    assert!(missing.contains(&"#authors".to_owned()), "{missing:?}");
    let slug = page.attributes("input[name=slug]", "value").remove(0);
    assert_eq!(
        site.get(&format!("/studies/{slug}")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_withdrawn_record_says_why_and_comes_back() {
    let site = Site::starter().await;
    let ed = site.person("ed", Role::Editor).await;
    let study = id(&site, Kind::Study, "furlong-2012").await;
    let withdraw = format!("/admin/records/{study}/withdraw");
    let answer = ed.post(&withdraw, &[("reason", "")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = ed
        .post(
            &withdraw,
            &[("reason", "x"), ("successor", "/studies/no-such")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);

    let fields = [
        ("reason", "A newer review takes its place."),
        ("successor", "/studies/mol-2008"),
    ];
    ed.done(&withdraw, &fields).await;
    let gone = site.get("/studies/furlong-2012").await;
    assert_eq!(gone.status, StatusCode::GONE);
    let page = gone.page();
    assert!(
        page.words("main")
            .contains("A newer review takes its place.")
    );
    assert!(
        page.attributes("main a", "href")
            .contains(&"/studies/mol-2008".to_owned())
    );
    let versions = site.get("/studies/furlong-2012/versions/1").await;
    assert_eq!(versions.status, StatusCode::GONE);
    assert!(
        site.page("/changes")
            .await
            .words("main")
            .contains("A newer review takes its place.")
    );

    ed.done(&format!("/admin/records/{study}/republish"), &[])
        .await;
    assert_eq!(
        site.get("/studies/furlong-2012").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_discarded_draft_leaves_no_trace_for_readers_and_frees_its_address() {
    let site = Site::starter().await;
    let cora = site.person("cora", Role::Curator).await;
    let new = [("title", "A fictional study"), ("slug", "fictional-2011")];
    let first = cora.post("/admin/studies", &new).await.location();
    let id = first.rsplit('/').next().unwrap().to_owned();
    cora.done(&format!("/admin/records/{id}/discard"), &[])
        .await;
    assert_eq!(
        site.get("/studies/fictional-2011").await.status,
        StatusCode::NOT_FOUND
    );
    let list = cora.page("/admin/studies?q=fictional").await;
    assert!(list.words("[role=status]").starts_with("0 records"));
    let answer = cora.post("/admin/studies", &new).await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "the address is free again"
    );

    let ed = site.person("ed", Role::Editor).await;
    let page = ed
        .done(&format!("/admin/records/{id}/republish"), &[])
        .await;
    assert!(page.words(".said").contains("draft again"));
}

#[tokio::test]
async fn every_published_version_stays_readable_and_a_draft_never_is() {
    let site = Site::starter().await;
    let (id, form) = theme(&site).await;
    let ed = site.person("ed", Role::Editor).await;
    let path = public_path(&ed, &form).await;
    save(&ed, &form, "The second version for readers.").await;
    ed.done(&format!("/admin/records/{id}/publish"), &[]).await;
    save(&ed, &form, "A third text that is only a draft.").await;

    let first = site.page(&format!("{path}/versions/1")).await;
    assert!(first.words(".banner").contains("superseded"));
    assert!(first.attributes(".banner a", "href").contains(&path));
    assert!(!first.words("main").contains("second version for readers"));
    let second = site.page(&format!("{path}/versions/2")).await;
    assert!(second.words(".banner").contains("It is the newest"));
    assert_eq!(
        site.get(&format!("{path}/versions/3")).await.status,
        StatusCode::NOT_FOUND
    );
    let list = site.page(&format!("{path}/versions")).await.words("main");
    assert!(
        list.contains("Changed the summary") && !list.contains("Version 3"),
        "{list}"
    );
    assert!(
        site.page("/changes")
            .await
            .words("main")
            .contains("Changed the summary")
    );
    let stranger = site.get(&format!("/admin/records/{id}/history/3")).await;
    assert_eq!(stranger.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn any_two_versions_are_compared_and_any_is_restored() {
    let site = Site::starter().await;
    let (id, form) = theme(&site).await;
    let ed = site.person("ed", Role::Editor).await;
    save(&ed, &form, "Words that will go.").await;
    save(&ed, &form, "Words that came instead.").await;
    let page = ed
        .page(&format!("/admin/records/{id}/compare?from=3&to=2"))
        .await;
    assert!(page.words(".differences").contains("Summary"));
    assert!(page.words("del").contains("will go") || page.all("del").join(" ").contains("will"));
    for bad in ["", "?from=1", "?from=x&to=y", "?from=1&to=999"] {
        let status = ed
            .get(&format!("/admin/records/{id}/compare{bad}"))
            .await
            .status;
        assert!(status.is_client_error(), "{bad}: {status}");
    }
    ed.done(&format!("/admin/records/{id}/restore"), &[("number", "2")])
        .await;
    let fields = sent(&ed.page(&form).await);
    assert!(
        fields
            .iter()
            .any(|(name, value)| name == "summary" && value.trim() == "Words that will go.")
    );
    let page = ed.page(&format!("/admin/records/{id}/preview")).await;
    assert!(page.words(".banner").contains("Readers do not see it"));
    assert!(page.words("main").contains("Words that will go."));
}

#[tokio::test]
async fn comments_stay_in_the_history() {
    let site = Site::starter().await;
    let (id, _) = theme(&site).await;
    let cora = site.person("cora", Role::Curator).await;
    let comment = format!("/admin/records/{id}/comment");
    cora.done(&comment, &[("comment", "<b>Is this</b> still true?")])
        .await;
    let page = cora.page(&format!("/admin/records/{id}/history")).await;
    assert!(
        page.words(".history")
            .contains("<b>Is this</b> still true?")
    );
    assert!(cora.get("/admin/records/99999/history").await.status == StatusCode::NOT_FOUND);
}
