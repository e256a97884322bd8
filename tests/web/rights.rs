//! What each role may ask for, and what nobody gets without logging in.

use axum::http::{Method, StatusCode};
use engaging_with_families::people::role::Role;
use engaging_with_families::records::record::Kind;

use crate::forms::id;
use crate::site::{Site, Visitor};

/// Every address behind the log-in with the least role that may use it. The letters in
/// braces stand for the record of a kind; record 1 of anything else need not exist.
const ROUTES: &[(&str, &str, Role)] = &[
    ("GET", "/admin", Role::Curator),
    ("GET", "/admin/account", Role::Curator),
    ("POST", "/admin/account/name", Role::Curator),
    ("POST", "/admin/account/password", Role::Curator),
    ("POST", "/admin/account/sessions/end", Role::Curator),
    ("POST", "/admin/account/sessions/999/end", Role::Curator),
    ("GET", "/admin/account/data.json", Role::Curator),
    ("GET", "/admin/account/second-factor", Role::Curator),
    ("POST", "/admin/account/second-factor/begin", Role::Curator),
    (
        "POST",
        "/admin/account/second-factor/confirm",
        Role::Curator,
    ),
    ("POST", "/admin/account/second-factor/codes", Role::Curator),
    ("POST", "/admin/account/second-factor/off", Role::Curator),
    ("GET", "/admin/studies", Role::Curator),
    ("POST", "/admin/studies", Role::Curator),
    ("GET", "/admin/studies/new", Role::Curator),
    ("POST", "/admin/studies/new/keep", Role::Curator),
    ("POST", "/admin/studies/new/forget", Role::Curator),
    ("GET", "/admin/studies/{s}", Role::Curator),
    ("POST", "/admin/studies/{s}", Role::Curator),
    ("POST", "/admin/studies/{s}/keep", Role::Curator),
    ("POST", "/admin/studies/{s}/forget", Role::Curator),
    ("GET", "/admin/interventions", Role::Curator),
    ("POST", "/admin/interventions", Role::Curator),
    ("GET", "/admin/interventions/new", Role::Curator),
    ("POST", "/admin/interventions/new/keep", Role::Curator),
    ("POST", "/admin/interventions/new/forget", Role::Curator),
    ("GET", "/admin/interventions/{i}", Role::Curator),
    ("POST", "/admin/interventions/{i}", Role::Curator),
    ("POST", "/admin/interventions/{i}/keep", Role::Curator),
    ("POST", "/admin/interventions/{i}/forget", Role::Curator),
    ("GET", "/admin/themes", Role::Curator),
    ("POST", "/admin/themes", Role::Curator),
    ("GET", "/admin/themes/new", Role::Curator),
    ("POST", "/admin/themes/new/keep", Role::Curator),
    ("POST", "/admin/themes/new/forget", Role::Curator),
    ("GET", "/admin/themes/{t}", Role::Curator),
    ("POST", "/admin/themes/{t}", Role::Curator),
    ("POST", "/admin/themes/{t}/keep", Role::Curator),
    ("POST", "/admin/themes/{t}/forget", Role::Curator),
    ("GET", "/admin/questions", Role::Editor),
    ("POST", "/admin/questions", Role::Editor),
    ("GET", "/admin/questions/new", Role::Editor),
    ("POST", "/admin/questions/new/keep", Role::Editor),
    ("POST", "/admin/questions/new/forget", Role::Editor),
    ("GET", "/admin/questions/{q}", Role::Editor),
    ("POST", "/admin/questions/{q}", Role::Editor),
    ("POST", "/admin/questions/{q}/keep", Role::Editor),
    ("POST", "/admin/questions/{q}/forget", Role::Editor),
    ("GET", "/admin/pages", Role::Editor),
    ("POST", "/admin/pages", Role::Editor),
    ("GET", "/admin/pages/new", Role::Editor),
    ("POST", "/admin/pages/new/keep", Role::Editor),
    ("POST", "/admin/pages/new/forget", Role::Editor),
    ("GET", "/admin/pages/{p}", Role::Editor),
    ("POST", "/admin/pages/{p}", Role::Editor),
    ("POST", "/admin/pages/{p}/keep", Role::Editor),
    ("POST", "/admin/pages/{p}/forget", Role::Editor),
    ("GET", "/admin/records/{s}/preview", Role::Curator),
    ("GET", "/admin/records/{s}/history", Role::Curator),
    ("GET", "/admin/records/{s}/history/1", Role::Curator),
    (
        "GET",
        "/admin/records/{s}/compare?from=1&to=1",
        Role::Curator,
    ),
    ("POST", "/admin/records/{s}/comment", Role::Curator),
    ("POST", "/admin/records/{s}/submit", Role::Curator),
    ("POST", "/admin/records/{s}/discard", Role::Curator),
    ("POST", "/admin/records/{s}/restore", Role::Editor),
    ("POST", "/admin/records/{s}/send-back", Role::Editor),
    ("POST", "/admin/records/{s}/publish", Role::Editor),
    ("GET", "/admin/records/{s}/withdraw", Role::Editor),
    ("POST", "/admin/records/{s}/withdraw", Role::Editor),
    ("POST", "/admin/records/{s}/republish", Role::Editor),
    ("GET", "/admin/records/{q}/preview", Role::Editor),
    ("GET", "/admin/records/{q}/history", Role::Editor),
    ("GET", "/admin/records/{q}/history/1", Role::Editor),
    (
        "GET",
        "/admin/records/{q}/compare?from=1&to=1",
        Role::Editor,
    ),
    ("POST", "/admin/records/{q}/comment", Role::Editor),
    ("POST", "/admin/records/{q}/submit", Role::Editor),
    ("POST", "/admin/records/{q}/discard", Role::Editor),
    ("POST", "/admin/records/{q}/restore", Role::Editor),
    ("POST", "/admin/records/{q}/send-back", Role::Editor),
    ("POST", "/admin/records/{q}/publish", Role::Editor),
    ("GET", "/admin/records/{q}/withdraw", Role::Editor),
    ("POST", "/admin/records/{q}/withdraw", Role::Editor),
    ("POST", "/admin/records/{q}/republish", Role::Editor),
    ("GET", "/admin/imports", Role::Curator),
    ("POST", "/admin/imports", Role::Curator),
    ("GET", "/admin/imports/new", Role::Curator),
    ("GET", "/admin/imports/template.csv", Role::Curator),
    ("GET", "/admin/imports/1", Role::Curator),
    ("POST", "/admin/imports/1", Role::Curator),
    ("POST", "/admin/imports/1/columns", Role::Curator),
    ("GET", "/admin/imports/1/references/1", Role::Curator),
    ("POST", "/admin/imports/1/references/1", Role::Curator),
    ("POST", "/admin/bulk", Role::Curator),
    ("POST", "/admin/bulk/apply", Role::Curator),
    ("GET", "/admin/batches", Role::Curator),
    ("GET", "/admin/batches/1", Role::Curator),
    ("POST", "/admin/batches/1/undo", Role::Curator),
    ("GET", "/admin/suggestions", Role::Curator),
    ("POST", "/admin/suggestions/1/accept", Role::Curator),
    ("GET", "/admin/suggestions/1/merge", Role::Curator),
    ("POST", "/admin/suggestions/1/merge", Role::Curator),
    ("POST", "/admin/suggestions/1/decline", Role::Curator),
    ("GET", "/admin/searches", Role::Curator),
    ("GET", "/admin/links", Role::Curator),
    ("POST", "/admin/links/check", Role::Curator),
    ("GET", "/admin/retractions", Role::Curator),
    ("POST", "/admin/retractions", Role::Curator),
    ("POST", "/admin/searches/delete", Role::Editor),
    ("POST", "/admin/retractions/decide", Role::Editor),
    ("GET", "/admin/vocabularies", Role::Editor),
    ("GET", "/admin/vocabularies/synonyms", Role::Editor),
    ("GET", "/admin/vocabularies/outcome", Role::Editor),
    ("POST", "/admin/vocabularies/outcome", Role::Editor),
    ("POST", "/admin/vocabularies/outcome/terms", Role::Editor),
    ("POST", "/admin/vocabularies/outcome/order", Role::Editor),
    (
        "GET",
        "/admin/vocabularies/outcome/terms/literacy",
        Role::Editor,
    ),
    (
        "POST",
        "/admin/vocabularies/outcome/terms/literacy",
        Role::Editor,
    ),
    (
        "POST",
        "/admin/vocabularies/outcome/terms/literacy/remove",
        Role::Editor,
    ),
    (
        "GET",
        "/admin/vocabularies/outcome/terms/literacy/merge",
        Role::Editor,
    ),
    (
        "POST",
        "/admin/vocabularies/outcome/terms/literacy/merge",
        Role::Editor,
    ),
    ("GET", "/admin/people", Role::Administrator),
    ("POST", "/admin/people", Role::Administrator),
    ("GET", "/admin/people/new", Role::Administrator),
    ("GET", "/admin/people/1", Role::Administrator),
    ("POST", "/admin/people/1", Role::Administrator),
    ("POST", "/admin/people/1/link", Role::Administrator),
    ("POST", "/admin/people/1/second-factor", Role::Administrator),
    ("POST", "/admin/people/1/sessions", Role::Administrator),
    ("POST", "/admin/people/1/disable", Role::Administrator),
    ("POST", "/admin/people/1/enable", Role::Administrator),
    ("GET", "/admin/settings", Role::Administrator),
    ("POST", "/admin/settings", Role::Administrator),
    ("GET", "/admin/audit", Role::Administrator),
    ("GET", "/admin/audit.csv", Role::Administrator),
];

async fn ask(visitor: &Visitor, method: &str, address: &str) -> StatusCode {
    match method {
        "GET" => visitor.get(address).await.status,
        // Empty: whoever may use it is told what is missing, and nothing changes.
        _ => visitor.post(address, &[]).await.status,
    }
}

#[tokio::test]
async fn each_role_reaches_what_is_its_own_and_nothing_else() {
    let site = Site::starter().await;
    let ids = [
        ("{s}", id(&site, Kind::Study, "mol-2008").await),
        (
            "{q}",
            id(&site, Kind::Question, "parents-do-not-come").await,
        ),
        ("{p}", id(&site, Kind::Page, "about").await),
    ];
    // Somebody else's account is the one that the addresses name.
    site.account("somebody", Role::Curator).await;
    let people = [
        (Role::Curator, site.person("cora", Role::Curator).await),
        (Role::Editor, site.person("ed", Role::Editor).await),
        (
            Role::Administrator,
            site.person("ada", Role::Administrator).await,
        ),
    ];
    for (method, address, least) in ROUTES {
        let address = ids
            .iter()
            .fold((*address).to_owned(), |address, (mark, id)| {
                address.replace(mark, &id.to_string())
            });
        for (role, visitor) in &people {
            let status = ask(visitor, method, &address).await;
            assert_eq!(
                status == StatusCode::FORBIDDEN,
                !role.may(*least),
                "{method} {address} as {}: {status}",
                role.as_str()
            );
            assert!(!status.is_server_error(), "{method} {address}: {status}");
        }
    }
}

#[tokio::test]
async fn strangers_are_asked_to_log_in_everywhere() {
    let site = Site::starter().await;
    for (method, address, _) in ROUTES {
        let address = address.replace(['{', '}'], "");
        let method = if *method == "GET" {
            Method::GET
        } else {
            Method::POST
        };
        let answer = site.send(method.clone(), &address, &[]).await;
        let is_refused =
            answer.location().starts_with("/log-in") || answer.status == StatusCode::UNAUTHORIZED;
        assert!(is_refused, "{method} {address}: {}", answer.status);
        assert_eq!(answer.header("cache-control"), "no-store", "{address}");
    }
}
