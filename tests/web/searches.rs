//! What words find.

use crate::site::Site;

#[tokio::test]
async fn words_match_by_stem_accent_and_case() {
    let site = Site::starter().await;
    for words in ["senechal", "S%C3%89N%C3%89CHAL", "S%C3%A9n%C3%A9chal"] {
        let page = site.page(&format!("/studies?q={words}")).await;
        assert!(
            page.titles()[0].contains("Family Literacy Interventions"),
            "{words}"
        );
    }
    let singular = site.page("/studies?q=father").await.count();
    assert!(singular > 0);
    assert_eq!(site.page("/studies?q=FATHERS").await.count(), singular);
    assert_eq!(
        site.page("/studies?q=father%E2%80%99s").await.count(),
        singular
    );
}

#[tokio::test]
async fn synonyms_find_each_other() {
    let site = Site::starter().await;
    for (one, other) in [
        ("dads", "fathers"),
        ("EAL", "English+as+an+additional+language"),
    ] {
        let count = site.page(&format!("/studies?q={one}")).await.count();
        assert!(count > 0, "{one}");
        assert_eq!(
            site.page(&format!("/studies?q={other}")).await.count(),
            count,
            "{other}"
        );
    }
}

#[tokio::test]
async fn a_misspelt_word_finds_and_the_way_back_is_shown() {
    let site = Site::starter().await;
    let right = site.page("/studies?q=literacy").await;
    let page = site.page("/studies?q=literasy").await;
    assert_eq!(page.count(), right.count());
    assert!(
        page.words(".respelt")
            .starts_with("Showing results for literacy.")
    );
    let back = page.attributes(".respelt a", "href").pop().unwrap();
    assert_eq!(back, "/studies?q=%22literasy%22");
    assert_eq!(site.page(&back).await.count(), 0);
    // Only the word that was unknown is searched as it is.
    let two = site.page("/studies?q=literasy+fathers").await;
    let back = two.attributes(".respelt a", "href").pop().unwrap();
    assert_eq!(back, "/studies?q=%22literasy%22+fathers");
    let everything = site.page("/search?q=literasy").await;
    assert!(
        everything
            .words(".respelt")
            .contains("Search instead for literasy")
    );
}

#[tokio::test]
async fn records_with_all_the_words_come_before_those_with_some() {
    let site = Site::starter().await;
    let page = site.page("/studies?q=dialogic+maths").await;
    let either = site.page("/studies?q=maths").await.count();
    assert!(page.count() >= either);
    assert!(
        page.words("[role=status]").contains("with every word"),
        "{}",
        page.words("[role=status]")
    );
    let both = site.page("/studies?q=paired+reading+foster").await;
    assert!(
        both.titles()[0].to_lowercase().contains("paired reading"),
        "{:?}",
        both.titles()
    );
}

#[tokio::test]
async fn phrases_and_exclusions_narrow() {
    let site = Site::starter().await;
    let words = site.page("/studies?q=home+learning").await.count();
    let phrase = site
        .page("/studies?q=%22home+learning+environment%22")
        .await
        .count();
    assert!(phrase > 0 && phrase < words);
    let all = site.page("/studies?q=homework").await.count();
    let without = site.page("/studies?q=homework+-maths").await.count();
    assert!(without < all);
    assert_eq!(site.page("/studies?q=-homework").await.count(), 119 - all);
}

#[tokio::test]
async fn a_row_shows_the_passage_that_matched() {
    let site = Site::starter().await;
    let page = site.page("/interventions?q=texts").await;
    let marks = page.all(".record-match mark");
    assert!(!marks.is_empty());
    assert!(
        marks.iter().all(|mark| {
            let mark = mark.to_lowercase();
            mark.contains("text") || mark.contains("sms") || mark.contains("messag")
        }),
        "{marks:?}"
    );
}

#[tokio::test]
async fn the_search_of_everything_groups_by_kind() {
    let site = Site::starter().await;
    let page = site.page("/search?q=fathers").await;
    assert_eq!(page.all("main h2")[..2], ["Interventions", "Studies"]);
    assert!(page.words("main").contains("We hardly ever see fathers"));
    assert!(
        site.page("/search")
            .await
            .words("main")
            .contains("Start from a theme")
    );
}

#[tokio::test]
async fn nothing_found_says_what_to_drop() {
    let site = Site::starter().await;
    let page = site.page("/studies?q=homework&stage=early-years&design=randomised-controlled-trial&focus=looked-after-children").await;
    assert_eq!(page.count(), 0);
    let ways = page.all(".empty .ways a");
    let links = page.attributes(".empty .ways a", "href");
    for (way, link) in ways.iter().zip(links) {
        let promised = site.page(&link).await.count();
        assert!(promised > 0, "{way}");
        assert!(
            way.contains(&format!("{promised} stud")),
            "{way}: {promised}"
        );
    }
    assert!(page.words("main").contains("Or start from a theme"));
}

#[tokio::test]
async fn chips_and_one_sentence_say_the_whole_filter() {
    let site = Site::starter().await;
    let page = site
        .page("/studies?theme=supporting-vulnerable-families&from=2010&to=2012&origin=uk&focus=low-income")
        .await;
    assert_eq!(
        page.words(".list-said"),
        "Studies about Supporting Vulnerable Families, published 2010 to 2012, with the origin \
         United Kingdom, with a focus on Low income."
    );
    assert_eq!(
        page.attributes("a.chip", "href"),
        [
            "/studies?from=2010&to=2012&origin=uk&focus=low-income",
            "/studies?theme=supporting-vulnerable-families&origin=uk&focus=low-income",
            "/studies?theme=supporting-vulnerable-families&from=2010&to=2012&focus=low-income",
            "/studies?theme=supporting-vulnerable-families&from=2010&to=2012&origin=uk",
        ]
    );
    assert!(
        page.all("a.chip")
            .iter()
            .all(|chip| chip.starts_with("Remove filter "))
    );
}

#[tokio::test]
async fn lists_can_be_put_in_order_and_paged() {
    let site = Site::starter().await;
    let newest = site.page("/studies").await;
    assert_eq!(newest.titles().len(), 20);
    let oldest = site.page("/studies?sort=oldest").await;
    assert!(oldest.all(".record-by")[0].ends_with("2008"));
    assert!(newest.all(".record-by")[0].ends_with("2014"));
    let by_title = site.page("/studies?sort=title").await.titles();
    let mut sorted = by_title.clone();
    sorted.sort_by_key(|title| title.to_lowercase().trim_start_matches("a ").to_owned());
    assert_eq!(by_title[0], sorted[0]);
    let mut seen = std::collections::BTreeSet::new();
    for page in 1..=6 {
        let address = if page == 1 {
            "/studies".to_owned()
        } else {
            format!("/studies?page={page}")
        };
        let page = site.page(&address).await;
        seen.extend(page.attributes(".record-title a", "href"));
    }
    assert_eq!(seen.len(), 119);
    let title = site.page("/studies?page=2").await.words("title");
    assert_eq!(title, "Studies (page 2 of 6) – Engaging with Families");
}
