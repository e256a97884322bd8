//! One change to many records, and undoing it.

use axum::http::StatusCode;
use engaging_with_families::people::role::Role;
use engaging_with_families::records::record::Kind;

use crate::forms::id;
use crate::site::Site;

async fn count(site: &Site, address: &str) -> usize {
    site.page(address).await.count()
}

#[tokio::test]
async fn a_term_is_added_to_many_and_taken_back() {
    let site = Site::starter().await;
    let ed = site.person("ed", Role::Editor).await;
    let address = "/studies?outcome=attendance";
    let before = count(&site, address).await;
    let mut records = Vec::new();
    for slug in ["furlong-2012", "mol-2008", "blackmore-2010"] {
        records.push(id(&site, Kind::Study, slug).await.to_string());
    }
    let mut fields = vec![("kind", "study"), ("action", "add:outcomes:attendance")];
    fields.extend(records.iter().map(|record| ("record", record.as_str())));
    let preview = ed.post("/admin/bulk", &fields).await;
    assert_eq!(preview.status, StatusCode::OK);
    assert!(
        preview
            .page()
            .words("[role=status]")
            .starts_with("3 of 3 records would change")
    );
    assert_eq!(
        count(&site, address).await,
        before,
        "nothing has changed yet"
    );

    let applied = ed.post("/admin/bulk/apply", &fields).await;
    let batch = applied.location();
    assert_eq!(
        count(&site, address).await,
        before + 3,
        "readers see it at once"
    );
    ed.done(&format!("{batch}/undo"), &[]).await;
    assert_eq!(count(&site, address).await, before);
}

#[tokio::test]
async fn a_batch_that_somebody_has_built_on_is_not_undone() {
    let site = Site::starter().await;
    let ed = site.person("ed", Role::Editor).await;
    let study = id(&site, Kind::Study, "mol-2008").await.to_string();
    let fields = [
        ("kind", "study"),
        ("action", "add:outcomes:attendance"),
        ("record", &study),
    ];
    let batch = ed.post("/admin/bulk/apply", &fields).await.location();
    let again = [
        ("kind", "study"),
        ("action", "add:outcomes:behaviour"),
        ("record", &study),
    ];
    ed.post("/admin/bulk/apply", &again).await;
    let refused = ed.post(&format!("{batch}/undo"), &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_curator_changes_drafts_and_leaves_readers_alone() {
    let site = Site::starter().await;
    let cora = site.person("cora", Role::Curator).await;
    let study = id(&site, Kind::Study, "mol-2008").await.to_string();
    let before = count(&site, "/studies?outcome=attendance").await;
    let fields = [
        ("kind", "study"),
        ("action", "add:outcomes:attendance"),
        ("record", &study),
    ];
    let batch = cora.post("/admin/bulk/apply", &fields).await.location();
    assert_eq!(count(&site, "/studies?outcome=attendance").await, before);
    let list = cora.page("/admin/studies?status=draft-beside").await;
    assert!(list.words("[role=status]").starts_with("1 record"));
    for action in ["publish", "withdraw"] {
        let fields = [("kind", "study"), ("action", action), ("record", &study)];
        let answer = cora.post("/admin/bulk/apply", &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action}");
    }
    // What readers might see is the editors' to take back.
    assert_eq!(
        cora.post(&format!("{batch}/undo"), &[]).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn hostile_changes_are_refused() {
    let site = Site::starter().await;
    let ed = site.person("ed", Role::Editor).await;
    for (kind, action) in [
        ("study", "delete"),
        ("nothing", "publish"),
        ("study", "add:title:x"),
        ("study", "add:outcomes:no-such"),
    ] {
        let fields = [("kind", kind), ("action", action), ("record", "1")];
        let status = ed.post("/admin/bulk/apply", &fields).await.status;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{kind} {action}");
    }
    let fields = [
        ("kind", "study"),
        ("action", "publish"),
        ("record", "-1"),
        ("record", "x"),
        ("record", "99999999999999999999"),
    ];
    let answer = ed.post("/admin/bulk", &fields).await;
    assert!(
        answer.status.is_success() || answer.status.is_redirection(),
        "{}",
        answer.status
    );
}
