//! The search index is derived: losing it loses nothing.

use std::fs;

use crate::site::Site;

async fn found(site: &Site) -> usize {
    site.page("/studies?q=literacy").await.count()
}

#[tokio::test]
async fn a_deleted_index_is_made_again() {
    let site = Site::starter().await;
    let before = found(&site).await;
    assert!(before > 0);
    let index = site.data().join("index");
    fs::remove_dir_all(&index).unwrap();
    let site = site.reopened().await;
    assert_eq!(found(&site).await, before);
}

#[tokio::test]
async fn a_damaged_index_is_made_again() {
    let site = Site::starter().await;
    let before = found(&site).await;
    for damage in ["truncate", "overwrite", "meta"] {
        let index = site.data().join("index");
        for entry in fs::read_dir(&index).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            match damage {
                "truncate" if name.contains(".idx") => fs::write(&path, b"").unwrap(),
                "overwrite" if name.contains(".term") || name.contains(".store") => {
                    let length = fs::read(&path).unwrap().len();
                    fs::write(&path, vec![0xAA; length]).unwrap();
                }
                "meta" if name == "meta.json" => fs::write(&path, b"{").unwrap(),
                _ => {}
            }
        }
        let config = site.app.config.clone();
        let again = engaging_with_families::app::App::open(config)
            .await
            .unwrap();
        let matched = again
            .collection
            .keywords()
            .matching("literacy", &again.catalogue().meanings)
            .unwrap();
        assert!(matched.records.len() >= before, "{damage}");
    }
}

#[tokio::test]
async fn an_index_that_is_behind_or_of_another_database_catches_up() {
    let site = Site::starter().await;
    let before = found(&site).await;
    let other = Site::empty().await;
    let (from, to) = (other.data().join("index"), site.data().join("index"));
    fs::remove_dir_all(&to).unwrap();
    fs::create_dir(&to).unwrap();
    for entry in fs::read_dir(&from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
    let site = site.reopened().await;
    assert_eq!(found(&site).await, before);
}

#[tokio::test]
async fn an_index_whose_making_was_cut_short_is_not_taken_for_whole() {
    use engaging_with_families::records::record::Change;
    use engaging_with_families::search::keywords::index::Keywords;
    let site = Site::starter().await;
    let before = found(&site).await;
    let keywords = Keywords::open(&site.data().join("index")).unwrap();
    let change = Change {
        number: 9_999,
        time: "2026-11-25T12:00:00Z".to_owned(),
    };
    let texts = [Err(anyhow::anyhow!("cut short"))].into_iter();
    assert!(keywords.write(true, &[], texts, &change).is_err());
    assert_ne!(keywords.change().as_deref(), Some(&change));
    assert_eq!(found(&site.reopened().await).await, before);
}

#[tokio::test]
async fn an_index_that_vanishes_while_the_site_runs_is_made_again_with_the_next_change() {
    use engaging_with_families::records::audit::Act;
    use engaging_with_families::records::record::Kind;
    use engaging_with_families::records::slug::Slug;
    use engaging_with_families::records::store;
    let site = Site::starter().await;
    let before = found(&site).await;
    fs::remove_dir_all(site.data().join("index")).unwrap();
    let act = Act {
        person: None,
        time: "2026-11-25T13:00:00Z".parse().unwrap(),
    };
    let slug = Slug::parse("altschul-2011").unwrap();
    let mut transaction = site.app.db.begin().await.unwrap();
    let standing = store::present(&mut transaction, Kind::Study, &slug)
        .await
        .unwrap()
        .unwrap();
    store::publish(&mut transaction, standing.id, act)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    site.app.collection.refresh().await.unwrap();
    assert_eq!(found(&site).await, before);
    assert!(site.data().join("index/meta.json").exists());
}
