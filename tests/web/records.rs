//! The life of a record as readers see it.

use axum::http::StatusCode;
use engaging_with_families::records::audit::Act;
use engaging_with_families::records::record::Kind;
use engaging_with_families::records::slug::Slug;
use engaging_with_families::records::store;

use crate::site::Site;

fn act() -> Act {
    Act {
        person: None,
        time: "2026-11-25T13:00:00Z".parse().unwrap(),
    }
}

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

async fn id(site: &Site, kind: Kind, text: &str) -> i64 {
    let mut transaction = site.app.db.begin().await.unwrap();
    store::present(&mut transaction, kind, &slug(text))
        .await
        .unwrap()
        .unwrap()
        .id
}

#[tokio::test]
async fn a_withdrawn_study_answers_gone_with_the_reason_and_a_way_on() {
    let site = Site::starter().await;
    let (gone, instead) = (
        id(&site, Kind::Study, "mol-2008").await,
        id(&site, Kind::Study, "manz-2010").await,
    );
    let mut transaction = site.app.db.begin().await.unwrap();
    store::withdraw(
        &mut transaction,
        gone,
        "A duplicate <record>",
        Some(instead),
        act(),
    )
    .await
    .unwrap();
    transaction.commit().await.unwrap();
    site.app.collection.refresh().await.unwrap();

    let answer = site.get("/studies/mol-2008").await;
    assert_eq!(answer.status, StatusCode::GONE);
    let page = answer.page();
    assert_eq!(page.words("h1"), "This record has been withdrawn");
    assert!(page.words("main").contains("A duplicate <record>"));
    assert_eq!(page.attributes(".notice a", "href"), ["/studies/manz-2010"]);
    assert_eq!(site.page("/studies").await.count(), 118);
    assert_eq!(
        site.page("/studies?q=dialogic")
            .await
            .titles()
            .iter()
            .filter(|title| title.contains("Added Value"))
            .count(),
        0
    );
    // Texts that cite it say so, and do not link to nothing.
    let theme = site.page("/evidence/literacy-and-numeracy-support").await;
    assert!(
        theme
            .words(".prose")
            .contains("a study that has been withdrawn")
    );
}

#[tokio::test]
async fn a_renamed_record_is_found_under_its_old_names() {
    let site = Site::starter().await;
    let study = id(&site, Kind::Study, "mol-2008").await;
    for name in ["mol-and-others-2008", "mol-bus-2008"] {
        let mut transaction = site.app.db.begin().await.unwrap();
        store::rename(&mut transaction, study, &slug(name), act())
            .await
            .unwrap();
        transaction.commit().await.unwrap();
    }
    site.app.collection.refresh().await.unwrap();
    for old in ["mol-2008", "mol-and-others-2008"] {
        let answer = site.get(&format!("/studies/{old}")).await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
        assert_eq!(answer.location(), "/studies/mol-bus-2008");
    }
    assert_eq!(
        site.get("/studies/mol-bus-2008").await.status,
        StatusCode::OK
    );
    // Nearly right is right enough, for former names too.
    let answer = site.get("/studies/Mol,-2008").await;
    assert_eq!(answer.location(), "/studies/mol-bus-2008");
}

#[tokio::test]
async fn the_original_sites_addresses_lead_to_the_themes() {
    let site = Site::starter().await;
    for (old, now) in [
        (
            "/evidence/social,-emotional,-behavioural-support/",
            "/evidence/social-emotional-behavioural-support",
        ),
        (
            "/evidence/communications-and-actions/",
            "/evidence/communications-and-actions",
        ),
        ("/evidence/", "/evidence"),
        ("/Studies/", "/Studies"),
        ("/studies/Mol-2008", "/studies/mol-2008"),
    ] {
        let mut answer = site.get(old).await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{old}");
        if answer.location() != now {
            answer = site.get(&answer.location()).await;
        }
        assert_eq!(answer.location(), now, "{old}");
    }
}

#[tokio::test]
async fn what_is_published_shows_at_once_and_readers_never_see_a_draft() {
    let site = Site::starter().await;
    let tag = site
        .get("/studies/mol-2008")
        .await
        .header("etag")
        .to_owned();
    let study = id(&site, Kind::Study, "mol-2008").await;
    let mut transaction = site.app.db.begin().await.unwrap();
    let body = store::present(&mut transaction, Kind::Study, &slug("mol-2008"))
        .await
        .unwrap()
        .unwrap()
        .body;
    let body = body.replace("Added Value of Dialogic", "Zyzzyva of Dialogic");
    store::append(&mut transaction, study, &body, "a better title", act())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    site.app.collection.refresh().await.unwrap();
    assert!(
        site.page("/studies/mol-2008")
            .await
            .words("h1")
            .starts_with("Added Value")
    );

    let mut transaction = site.app.db.begin().await.unwrap();
    store::publish(&mut transaction, study, act())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    site.app.collection.refresh().await.unwrap();
    let answer = site
        .get_with("/studies/mol-2008", &[("if-none-match", &tag)])
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.page().words("h1").starts_with("Zyzzyva"));
    assert_eq!(site.page("/studies?q=zyzzyva").await.count(), 1);
    assert_eq!(site.page("/studies").await.count(), 119);
}

#[tokio::test]
async fn history_cannot_be_rewritten() {
    let site = Site::starter().await;
    for statement in [
        "UPDATE revision SET body = '{}'",
        "DELETE FROM revision",
        "DELETE FROM record",
        "UPDATE change SET time = ''",
        "DELETE FROM change",
        "UPDATE audit SET action = 'x'",
        "DELETE FROM audit",
    ] {
        let mut transaction = site.app.db.begin().await.unwrap();
        let refused = sqlx::query(statement)
            .execute(&mut *transaction)
            .await
            .unwrap_err();
        assert!(
            refused.to_string().contains("never"),
            "{statement}: {refused}"
        );
    }
    for statement in [
        "UPDATE record SET status = 'lost'",
        "UPDATE record SET live = 2",
        "INSERT INTO record (kind, slug, status, head) VALUES ('study', 'mol-2008', 'draft', 1)",
        "INSERT INTO change (what, record, revision, time) VALUES ('published', 1, 99, 'now')",
    ] {
        let mut transaction = site.app.db.begin().await.unwrap();
        assert!(
            sqlx::query(statement)
                .execute(&mut *transaction)
                .await
                .is_err(),
            "{statement}"
        );
    }
}

#[tokio::test]
async fn people_with_sql_tools_see_the_published_bodies_as_columns() {
    let site = Site::starter().await;
    for (view, rows) in [
        ("study", 119),
        ("intervention", 28),
        ("theme", 6),
        ("effect", 58),
    ] {
        let count: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {view}")))
                .fetch_one(&site.app.db.read)
                .await
                .unwrap();
        assert_eq!(count, rows, "{view}");
    }
    let (authors, origin): (String, String) = sqlx::query_as(
        "SELECT authors, origin FROM study WHERE slug = 'national-early-literacy-panel-2008'",
    )
    .fetch_one(&site.app.db.read)
    .await
    .unwrap();
    assert_eq!(
        (authors.as_str(), origin.as_str()),
        ("National Early Literacy Panel", "international")
    );
}

#[tokio::test]
async fn a_database_of_another_program_or_a_damaged_one_is_left_alone() {
    use engaging_with_families::db::Db;
    let folder = tempfile::TempDir::new().unwrap();
    let path = Db::path_in(folder.path());

    std::fs::write(
        &path,
        "not a database at all, but long enough to be read as one".repeat(9),
    )
    .unwrap();
    let refused = Db::open(folder.path()).await.unwrap_err().to_string();
    assert!(refused.contains("is not a SQLite database"), "{refused}");

    std::fs::remove_file(&path).unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true);
    let other = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query("CREATE TABLE theirs (x)")
        .execute(&other)
        .await
        .unwrap();
    other.close().await;
    let before = std::fs::read(&path).unwrap();
    let refused = Db::open(folder.path()).await.unwrap_err().to_string();
    assert!(refused.contains("belongs to another program"), "{refused}");
    assert_eq!(std::fs::read(&path).unwrap(), before);

    let site = Site::starter().await;
    site.app.db.close().await;
    let ours = std::fs::read(Db::path_in(&site.data())).unwrap();
    std::fs::write(&path, &ours[..ours.len() / 2]).unwrap();
    let refused = Db::open(folder.path()).await.unwrap_err().to_string();
    assert!(refused.contains("is damaged"), "{refused}");
}
