//! Citations lead to studies and studies lead back.

use crate::site::Site;

#[tokio::test]
async fn a_citation_reads_as_author_and_year_and_its_study_leads_back_to_the_place() {
    let site = Site::starter().await;
    let theme = site.page("/evidence/communications-and-actions").await;
    assert!(!theme.words("main").contains("[@"));
    assert_eq!(theme.words("#cite-3"), "Kraft & Dougherty, 2013");
    assert_eq!(theme.attributes("#cite-3", "href"), ["/studies/kraft-2013"]);
    let study = site.page("/studies/kraft-2013").await;
    let back = study.attributes("#cited a", "href");
    assert!(
        back.contains(&"/evidence/communications-and-actions#cite-3".to_owned()),
        "{back:?}"
    );
    assert!(
        back.contains(&"/evidence/communications-and-actions#key-message-1".to_owned()),
        "{back:?}"
    );
    assert!(study.words("#cited").contains(
        "In a trial at a summer school, a short call home each day and a written message led to more \
         homework being done and better attention in class almost at once."
    ));
}

#[tokio::test]
async fn a_cited_study_can_be_looked_at_without_leaving_the_page() {
    let site = Site::starter().await;
    let theme = site.page("/evidence/communications-and-actions").await;
    let buttons = theme.attributes(".cite-more", "popovertarget");
    let cards = theme.attributes("[popover]", "id");
    assert!(!buttons.is_empty());
    assert!(buttons.iter().all(|button| cards.contains(button)));
    assert!(
        theme
            .words("#about-kraft-2013")
            .contains("Kraft & Dougherty, 2013")
    );
}

#[tokio::test]
async fn studies_that_would_be_named_alike_get_letters() {
    let site = Site::starter().await;
    let mut named = std::collections::BTreeMap::new();
    for theme in [
        "social-emotional-behavioural-support",
        "supporting-vulnerable-families",
    ] {
        let page = site.page(&format!("/evidence/{theme}")).await;
        for (name, link) in page
            .all(".prose .cite a")
            .into_iter()
            .zip(page.attributes(".prose .cite a", "href"))
        {
            let known = named.entry(name.clone()).or_insert(link.clone());
            assert_eq!(*known, link, "{name} names two studies");
        }
    }
}

#[tokio::test]
async fn a_reference_is_formatted_and_escaped() {
    let site = Site::starter().await;
    let page = site.page("/studies/mol-2008").await;
    assert_eq!(
        page.words(".reference-text"),
        "Mol, S. E., Bus, A. G., de Jong, M. T., & Smeets, D. J. H. (2008). Added Value of Dialogic \
         Parent-Child Book Readings: A Meta-Analysis. Early Education and Development, 19(1), 7–26. \
         https://doi.org/10.1080/10409280701838603"
    );
}
