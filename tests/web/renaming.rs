//! Records that are renamed while others name them.

use engaging_with_families::people::role::Role;
use engaging_with_families::records::record::Kind;
use engaging_with_families::records::store;

use crate::forms::{act, change, id, slug};
use crate::site::Site;

pub async fn rename(site: &Site, kind: Kind, from: &str, to: &str) {
    let id = id(site, kind, from).await;
    let mut transaction = site.app.db.begin().await.unwrap();
    store::rename(&mut transaction, id, &slug(to), act())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    site.app.collection.refresh().await.unwrap();
}

async fn back_links(site: &Site, study: &str) -> Vec<String> {
    let page = site.page(&format!("/studies/{study}")).await;
    page.attributes("#cited a", "href")
}

/// Whatever holds of a collection must hold of the same collection after a restart.
async fn then_and_after_a_restart<F: AsyncFn(&Site)>(site: Site, holds: F) {
    holds(&site).await;
    holds(&site.reopened().await).await;
}

#[tokio::test]
async fn a_renamed_study_is_cited_under_its_new_address() {
    let site = Site::starter().await;
    let before = back_links(&site, "kraft-2013").await;
    assert!(before.len() > 1);
    rename(&site, Kind::Study, "kraft-2013", "kraft-and-dougherty-2013").await;
    then_and_after_a_restart(site, async |site| {
        let theme = site.page("/evidence/communications-and-actions").await;
        assert_eq!(theme.words("#cite-3"), "Kraft & Dougherty, 2013");
        assert_eq!(
            theme.attributes("#cite-3", "href"),
            ["/studies/kraft-and-dougherty-2013"]
        );
        let buttons = theme.attributes(".cite-more", "popovertarget");
        let cards = theme.attributes("[popover]", "id");
        assert!(buttons.iter().all(|button| cards.contains(button)));
        let messages = theme.attributes(".message-studies a", "href");
        assert!(messages.contains(&"/studies/kraft-and-dougherty-2013".to_owned()));
        assert_eq!(back_links(site, "kraft-and-dougherty-2013").await, before);
    })
    .await;
}

#[tokio::test]
async fn a_renamed_theme_keeps_its_records_its_filter_and_its_questions() {
    let site = Site::starter().await;
    let old = "communications-and-actions";
    let studies = site.page(&format!("/studies?theme={old}")).await.count();
    let interventions = site
        .page(&format!("/interventions?theme={old}"))
        .await
        .count();
    let counts = site.page("/evidence").await.all(".card-counts");
    rename(&site, Kind::Theme, old, "talking-with-families").await;
    then_and_after_a_restart(site, async |site| {
        for (path, count) in [("/studies", studies), ("/interventions", interventions)] {
            let page = site
                .page(&format!("{path}?theme=talking-with-families"))
                .await;
            assert_eq!(page.count(), count, "{path}");
            let answer = site.get(&format!("{path}?theme={old}")).await;
            assert_eq!(
                answer.location(),
                format!("{path}?theme=talking-with-families")
            );
        }
        assert_eq!(site.page("/evidence").await.all(".card-counts"), counts);
        let question = site.page("/questions/parents-do-not-come").await;
        let links = question.attributes("main a", "href");
        assert!(
            links.contains(&"/evidence/talking-with-families".to_owned()),
            "{links:?}"
        );
        assert!(!links.iter().any(|link| link.contains(old)), "{links:?}");
        let study = site.page("/studies/kraft-2013").await;
        let tags = study.attributes("main .tag", "href");
        assert!(
            tags.contains(&"/evidence/talking-with-families".to_owned()),
            "{tags:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_renamed_intervention_keeps_its_studies_and_answers_its_questions() {
    let site = Site::starter().await;
    let before = site
        .page("/interventions/dialogic-reading")
        .await
        .all("#evidence h3");
    let listed = site.page("/interventions?from=2008&to=2010").await.titles();
    let question = site.page("/questions/parents-do-not-come").await.titles();
    rename(
        &site,
        Kind::Intervention,
        "dialogic-reading",
        "reading-in-dialogue",
    )
    .await;
    rename(
        &site,
        Kind::Intervention,
        "mallette-des-parents",
        "parents-toolkit",
    )
    .await;
    then_and_after_a_restart(site, async |site| {
        let after = site
            .page("/interventions/reading-in-dialogue")
            .await
            .all("#evidence h3");
        assert_eq!(after, before);
        assert_eq!(
            site.page("/interventions?from=2008&to=2010").await.titles(),
            listed
        );
        assert_eq!(
            site.page("/questions/parents-do-not-come").await.titles(),
            question
        );
    })
    .await;
}

#[tokio::test]
async fn a_record_gets_its_former_name_back() {
    let site = Site::starter().await;
    let before = back_links(&site, "kraft-2013").await;
    rename(&site, Kind::Study, "kraft-2013", "kraft-2013-b").await;
    rename(&site, Kind::Study, "kraft-2013-b", "kraft-2013").await;
    then_and_after_a_restart(site, async |site| {
        assert_eq!(back_links(site, "kraft-2013").await, before);
    })
    .await;
}

#[tokio::test]
async fn forms_take_over_the_new_name_when_they_are_saved_and_complain_of_nothing() {
    let site = Site::starter().await;
    let ada = site.person("ada", Role::Editor).await;
    rename(
        &site,
        Kind::Theme,
        "communications-and-actions",
        "talking-with-families",
    )
    .await;
    rename(&site, Kind::Study, "kraft-2013", "kraft-and-dougherty-2013").await;
    let theme = id(&site, Kind::Theme, "talking-with-families").await;
    let form = ada.page(&format!("/admin/themes/{theme}")).await;
    assert!(form.all(".field-questions").is_empty());
    assert!(form.words(".edit-aside").contains("Nothing is missing."));
    let calls = id(
        &site,
        Kind::Intervention,
        "personal-calls-and-messages-home",
    )
    .await;
    let address = format!("/admin/interventions/{calls}");
    let form = change(&ada, &address, &[("duration", "A year")]).await;
    assert!(form.words(".edit-aside").contains("Nothing is missing."));
    assert!(!form.words("main").contains("there is no such record"));
    let mut conn = site.app.db.read.acquire().await.unwrap();
    let body = store::head(&mut conn, calls).await.unwrap().unwrap().body;
    assert!(
        body.contains("\"talking-with-families\"") && body.contains("\"kraft-and-dougherty-2013\"")
    );
}
