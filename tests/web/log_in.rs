//! Logging in and out, and what makes a session end.

use axum::http::StatusCode;
use engaging_with_families::people::role::Role;

use crate::site::Site;

#[tokio::test]
async fn a_log_out_ends_the_session_on_the_server() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    let session = ada.session().unwrap();
    let answer = ada.post("/log-out", &[]).await;
    assert_eq!(answer.location(), "/log-in?said=out");
    assert_eq!(
        answer.header("clear-site-data"),
        "\"cache\", \"cookies\", \"storage\""
    );
    assert!(ada.session().is_none());
    assert_eq!(
        ada.page(&answer.location()).await.words(".said"),
        "You are logged out."
    );
    ada.set_session(session.reveal());
    let again = ada.post("/log-out", &[]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert_eq!(again.location(), "/log-in?to=%2Fadmin");
}
