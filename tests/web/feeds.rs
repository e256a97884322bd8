//! Atom feeds: of everything that is new, and of any list.

use std::collections::HashSet;

use axum::http::StatusCode;
use engaging_with_families::people::role::Role;
use engaging_with_families::records::record::Kind;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::forms::{change, id};
use crate::renaming::rename;
use crate::site::Site;

/// The texts of an element within entries, or of the feed itself.
fn texts(xml: &str, element: &str, in_entries: bool) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut path, mut found): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                path.push(start.name().as_ref().to_owned());
                if path.last().unwrap() == element
                    && path.contains(&"entry".to_owned()) == in_entries
                {
                    found.push(String::new());
                }
            }
            Event::End(_) => {
                path.pop();
            }
            Event::Text(text)
                if path.last().is_some_and(|last| last == element)
                    && path.contains(&"entry".to_owned()) == in_entries =>
            {
                found.last_mut().unwrap().push_str(&text);
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// The ids of all entries on all pages of a feed.
async fn ids(site: &Site, path: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for page in 1.. {
        let mark = if path.contains('?') { '&' } else { '?' };
        let address = if page == 1 {
            path.to_owned()
        } else {
            format!("{path}{mark}page={page}")
        };
        let answer = site.get(&address).await;
        if answer.status == StatusCode::NOT_FOUND {
            assert!(page > 1);
            break;
        }
        ids.extend(texts(&answer.text(), "id", true));
    }
    ids
}

#[tokio::test]
async fn all_pages_of_a_feed_hold_every_record_once() {
    let site = Site::starter().await;
    let all = ids(&site, "/changes.atom").await;
    assert_eq!(all.len(), 119 + 28);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    let count = site.page("/studies?origin=uk").await.count();
    assert_eq!(ids(&site, "/studies.atom?origin=uk").await.len(), count);
}

#[tokio::test]
async fn a_feed_says_its_filter_and_where_it_is() {
    let site = Site::starter().await;
    let feed = site.get("/studies.atom?from=2013&origin=uk").await;
    assert_eq!(
        feed.header("content-type"),
        "application/atom+xml; charset=utf-8"
    );
    let title = &texts(&feed.text(), "title", false)[0];
    assert!(
        title.contains("2013") && title.contains("United Kingdom"),
        "{title}"
    );
    assert!(feed.text().contains(
        "rel=\"self\" type=\"application/atom+xml\" href=\"http://127.0.0.1:3000/studies.atom?from=2013&amp;origin=uk\""
    ));
    let page = site.page("/studies?from=2013&origin=uk").await;
    let feeds = page.attributes("link[type='application/atom+xml']", "href");
    assert_eq!(
        feeds,
        ["/studies.atom?from=2013&origin=uk", "/changes.atom"]
    );
    let odd = site.get("/studies.atom?sort=title&from=2013&x=1").await;
    assert_eq!(odd.location(), "/studies.atom?from=2013");
}

#[tokio::test]
async fn a_changed_study_comes_first_and_keeps_its_id_under_another_name() {
    let site = Site::starter().await;
    let before = ids(&site, "/studies.atom").await;
    let study = id(&site, Kind::Study, "kraft-2013").await;
    let ed = site.person("ed", Role::Editor).await;
    crate::site::wait(jiff::SignedDuration::from_hours(1));
    change(
        &ed,
        &format!("/admin/studies/{study}"),
        &[("summary", "It was tried again.")],
    )
    .await;
    assert_eq!(
        ids(&site, "/studies.atom").await,
        before,
        "a draft changes nothing"
    );
    ed.done(&format!("/admin/records/{study}/publish"), &[])
        .await;
    rename(&site, Kind::Study, "kraft-2013", "kraft-and-dougherty-2013").await;
    let after = ids(&site, "/studies.atom").await;
    assert!(
        after[0].ends_with(&format!("study/{study}")),
        "{}",
        after[0]
    );
    assert_eq!(
        after.iter().collect::<HashSet<_>>(),
        before.iter().collect::<HashSet<_>>()
    );
    let feed = site.get("/studies.atom").await.text();
    assert_eq!(texts(&feed, "updated", false), ["2026-11-25T13:00:00Z"]);
    assert!(feed.contains("/studies/kraft-and-dougherty-2013\""));
}
