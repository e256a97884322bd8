//! What pages say.

use crate::site::Site;

#[tokio::test]
async fn the_first_page_leads_in_and_is_honest_about_the_collection() {
    let site = Site::starter().await;
    let page = site.page("/").await;
    assert_eq!(page.all(".questions a").len(), 12);
    assert_eq!(page.all(".cards .card").len(), 6);
    assert_eq!(page.all(".four li").len(), 4);
    let extent = page.words(".extent");
    assert!(
        extent.starts_with("119 studies, published from 2008 to 2014, and 28 interventions."),
        "{extent}"
    );
    assert!(
        extent.contains("50 from the UK 69 international"),
        "{extent}"
    );
    assert!(
        extent.contains("Read in full for this collection: none yet."),
        "{extent}"
    );
}

#[tokio::test]
async fn a_study_says_what_is_not_reported_and_how_it_was_checked() {
    let site = Site::starter().await;
    let page = site.page("/studies/mol-2008").await;
    assert!(
        page.words("#facts")
            .contains("Disadvantage focus Not reported")
    );
    assert!(
        page.words("#checked")
            .contains("Nobody has read this study in full")
    );
    let effects = page.words("#effects");
    assert!(
        effects.contains("0.59 95% interval 0.44 to 0.75"),
        "{effects}"
    );
    assert!(effects.contains("no interval was reported"), "{effects}");
    assert!(
        effects.contains("+22 percentile points (+17 to +27)"),
        "{effects}"
    );
    assert_eq!(page.all("#effects tbody tr").len(), 3);
}

#[tokio::test]
async fn notes_for_curators_are_never_shown() {
    let site = Site::starter().await;
    let note = "the journal and year are from general knowledge";
    assert!(
        !site
            .get("/studies/altschul-2011")
            .await
            .text()
            .contains(note)
    );
    assert_eq!(
        site.page("/studies?q=%22general+knowledge%22")
            .await
            .count(),
        0
    );
}

#[tokio::test]
async fn every_page_can_be_shared_and_printed() {
    let site = Site::starter().await;
    for address in [
        "/",
        "/evidence/communications-and-actions",
        "/interventions/hippy",
        "/studies/mol-2008",
        "/studies?stage=primary",
    ] {
        let page = site.page(address).await;
        let url = format!("http://127.0.0.1:3000{address}");
        assert_eq!(
            page.attributes("meta[property='og:url']", "content"),
            std::slice::from_ref(&url)
        );
        assert!(!page.attributes("meta[name=description]", "content")[0].is_empty());
        assert_eq!(
            page.attributes("meta[name='twitter:card']", "content"),
            ["summary_large_image"]
        );
        assert_eq!(
            page.words(".printed-from"),
            format!("Printed from {url} on 25 November 2026")
        );
    }
}

#[tokio::test]
async fn combinations_of_filters_are_kept_out_of_search_engines() {
    let site = Site::starter().await;
    let robots = "meta[name=robots]";
    assert!(
        site.page("/studies?stage=primary")
            .await
            .all(robots)
            .is_empty()
    );
    assert_eq!(
        site.page("/studies?origin=uk&stage=primary")
            .await
            .all(robots)
            .len(),
        1
    );
    assert_eq!(site.page("/search?q=maths").await.all(robots).len(), 1);
}

#[tokio::test]
async fn the_glossary_explains_every_term() {
    let site = Site::starter().await;
    let page = site.page("/glossary").await;
    let catalogue = site.app.catalogue();
    for list in catalogue.vocabularies.lists() {
        for term in &list.terms {
            let words = page.words(&format!("#{}-{} dd", list.slug, term.slug));
            assert!(words.len() > 20, "{} has no scope note", term.slug);
        }
    }
}

#[tokio::test]
async fn a_question_leads_to_the_interventions_that_answer_it() {
    let site = Site::starter().await;
    let page = site.page("/questions/parents-do-not-come").await;
    assert_eq!(
        page.words("h1"),
        "Parents don't come to meetings. What else can we try?"
    );
    assert_eq!(
        page.attributes(".record-title a", "href"),
        [
            "/interventions/personal-calls-and-messages-home",
            "/interventions/mallette-des-parents",
            "/interventions/home-school-knowledge-exchange"
        ]
    );
}
