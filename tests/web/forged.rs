//! Requests that somebody else makes a curator's browser send.

use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Request, StatusCode, header};
use engaging_with_families::config::Config;
use engaging_with_families::people::role::Role;
use engaging_with_families::people::store;

use crate::site::{PASSWORD, Site};
use crate::visitor::encode;

const TARGET: &str = "/admin/account/name";
const OWN: &str = "https://families.example.ac.uk";
const FORM: &str = "application/x-www-form-urlencoded";

fn post(origin: Option<&str>, fetch_site: Option<&str>, kind: &str) -> Builder {
    let mut request = Request::post(TARGET).header(header::CONTENT_TYPE, kind);
    if let Some(origin) = origin {
        request = request.header(header::ORIGIN, origin);
    }
    if let Some(site) = fetch_site {
        request = request.header("sec-fetch-site", site);
    }
    request
}

#[tokio::test]
async fn every_kind_of_forged_request_is_refused_and_changes_nothing() {
    let site = Site::with(|config| Config {
        empty: true,
        public_url: Some(OWN.to_owned()),
        ..config
    })
    .await;
    let grace = site.person("grace", Role::Administrator).await;
    let ada = site.person("ada", Role::Administrator).await;
    let former = ada.token();
    ada.set_session(&"0".repeat(64));
    ada.log_in("ada", PASSWORD).await;
    let token = ada.token();
    assert_ne!(former, token);

    let forged = [("name", "Forged")];
    let with = |token: &str| Body::from(encode(&forged, token));
    let none = || Body::from("name=Forged");
    let own = || post(Some(OWN), Some("same-origin"), FORM);
    let parts = "--X\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nForged\r\n--X--\r\n";
    let json = format!("{{\"name\":\"Forged\",\"token\":\"{token}\"}}");
    let text = format!("name=Forged\r\ntoken={token}\r\n");
    let in_query = format!("{TARGET}?{}", encode(&forged, &token));
    let other = "https://evil.example";
    let neighbour = "https://blog.example.ac.uk";
    let insecure = "http://families.example.ac.uk";
    let requests = [
        ("no token", own().body(none())),
        ("an empty token", own().body(with(""))),
        ("a wrong token", own().body(with(&"0".repeat(64)))),
        (
            "a token with something behind it",
            own().body(with(&format!("{token}0"))),
        ),
        ("another person's token", own().body(with(&grace.token()))),
        ("the token of a former session", own().body(with(&former))),
        (
            "the session's own token",
            own().body(with(ada.session().unwrap().reveal())),
        ),
        (
            "from another site",
            post(Some(other), Some("cross-site"), FORM).body(with(&token)),
        ),
        (
            "from another site, without Origin",
            post(None, Some("cross-site"), FORM).body(with(&token)),
        ),
        (
            "from a neighbour",
            post(Some(neighbour), Some("same-site"), FORM).body(with(&token)),
        ),
        (
            "from another origin, by an old browser",
            post(Some(other), None, FORM).body(with(&token)),
        ),
        (
            "from the unencrypted site",
            post(Some(insecure), Some("cross-site"), FORM).body(with(&token)),
        ),
        (
            "from a sandbox",
            post(Some("null"), None, FORM).body(with(&token)),
        ),
        (
            "as plain text",
            post(Some(OWN), Some("same-origin"), "text/plain").body(text.into()),
        ),
        (
            "as JSON",
            post(Some(OWN), Some("same-origin"), "application/json").body(json.into()),
        ),
        (
            "as parts without a token",
            post(
                Some(OWN),
                Some("same-origin"),
                "multipart/form-data; boundary=X",
            )
            .body(parts.into()),
        ),
        (
            "with the token in the address alone",
            Request::post(&in_query)
                .header(header::ORIGIN, OWN)
                .header("sec-fetch-site", "same-origin")
                .header(header::CONTENT_TYPE, FORM)
                .body(none()),
        ),
        ("as a link", Request::get(&in_query).body(Body::empty())),
        (
            "by another method",
            Request::put(TARGET)
                .header(header::CONTENT_TYPE, FORM)
                .body(with(&token)),
        ),
    ];
    for (kind, request) in requests {
        let answer = ada.send(request.unwrap()).await;
        assert!(
            [400, 403, 405].contains(&answer.status.as_u16()),
            "{kind}: {}",
            answer.status
        );
        assert!(!answer.page().words("h1").is_empty(), "{kind}");
    }
    // A cookie named like the field is no field.
    ada.set_cookie("token", &token);
    let in_cookie = own().body(none()).unwrap();
    assert_eq!(ada.send(in_cookie).await.status, StatusCode::FORBIDDEN);

    let people = store::list(&site.app.db).await.unwrap();
    let names: Vec<_> = people.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["Ada", "Grace"]);
    let honest = own().body(with(&token)).unwrap();
    assert_eq!(ada.send(honest).await.status, StatusCode::SEE_OTHER);
    let parts = ada.upload(TARGET, &[("name", "Ada")], "a.txt", b"x").await;
    assert_eq!(parts.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn logging_in_and_out_cannot_be_forged_either() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    for path in ["/log-out", "/log-in"] {
        let request = Request::post(path)
            .header(header::ORIGIN, "https://evil.example")
            .header("sec-fetch-site", "cross-site")
            .header(header::CONTENT_TYPE, FORM)
            .body(Body::from(encode(&[("login", "eve")], &ada.token())));
        let answer = ada.send(request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    ada.page("/admin/account").await;
}
