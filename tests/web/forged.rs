//! Requests that somebody else makes a curator's browser send.

use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Request, StatusCode, header};
use engaging_with_families::config::Config;
use engaging_with_families::people::role::Role;
use engaging_with_families::people::store;

use crate::site::{PASSWORD, Site, Visitor};
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

/// Two administrators, one of whom logged in twice in the same browser.
struct Scene {
    site: Site,
    ada: Visitor,
    grace: Visitor,
    former: String,
}

impl Scene {
    async fn new() -> Self {
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
        assert_ne!(former, ada.token());
        Self {
            site,
            ada,
            grace,
            former,
        }
    }

    /// Sends each from Ada's browser: it is refused with a page of this site, and changes nothing.
    async fn refuses(&self, requests: Vec<(&str, axum::http::Result<Request<Body>>)>) {
        for (kind, request) in requests {
            let answer = self.ada.send(request.unwrap()).await;
            let status = answer.status.as_u16();
            assert!([400, 403, 405].contains(&status), "{kind}: {status}");
            assert!(!answer.page().words("h1").is_empty(), "{kind}");
        }
        let people = store::list(&self.site.app.db).await.unwrap();
        let names: Vec<_> = people.iter().map(|person| person.name.as_str()).collect();
        assert_eq!(names, ["Ada", "Grace"]);
    }
}

fn own() -> Builder {
    post(Some(OWN), Some("same-origin"), FORM)
}

fn with(token: &str) -> Body {
    Body::from(encode(&[("name", "Forged")], token))
}

fn without() -> Body {
    Body::from("name=Forged")
}

#[tokio::test]
async fn a_form_without_the_token_of_its_session_is_refused() {
    let scene = Scene::new().await;
    let token = scene.ada.token();
    let longer = format!("{token}0");
    let session = scene.ada.session().unwrap();
    let in_query = format!("{TARGET}?{}", encode(&[("name", "Forged")], &token));
    let in_query = Request::post(in_query)
        .header(header::ORIGIN, OWN)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, FORM);
    let parts = "--X\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nForged\r\n--X--\r\n";
    let multipart = "multipart/form-data; boundary=X";
    let multipart = post(Some(OWN), Some("same-origin"), multipart);
    let requests = vec![
        ("no token", own().body(without())),
        ("an empty token", own().body(with(""))),
        ("a wrong token", own().body(with(&"0".repeat(64)))),
        ("something behind the token", own().body(with(&longer))),
        ("another person's", own().body(with(&scene.grace.token()))),
        ("a former session's", own().body(with(&scene.former))),
        ("the session's own", own().body(with(session.reveal()))),
        ("in the address alone", in_query.body(without())),
        ("as parts without a token", multipart.body(parts.into())),
    ];
    scene.refuses(requests).await;
    scene.ada.set_cookie("token", &token);
    let in_cookie = vec![("in a cookie alone", own().body(without()))];
    scene.refuses(in_cookie).await;
}

#[tokio::test]
async fn a_form_that_another_page_sends_is_refused_even_with_the_token() {
    let scene = Scene::new().await;
    let token = scene.ada.token();
    let other = Some("https://evil.example");
    let neighbour = Some("https://blog.example.ac.uk");
    let plain = Some("http://families.example.ac.uk");
    let json = format!("{{\"name\":\"Forged\",\"token\":\"{token}\"}}");
    let text = format!("name=Forged\r\ntoken={token}\r\n");
    let of_kind = |kind| post(Some(OWN), Some("same-origin"), kind);
    let from = |origin, fetch_site| post(origin, fetch_site, FORM).body(with(&token));
    let link = format!("{TARGET}?{}", encode(&[("name", "Forged")], &token));
    let put = Request::put(TARGET).header(header::CONTENT_TYPE, FORM);
    let requests = vec![
        ("another site", from(other, Some("cross-site"))),
        ("another site, no Origin", from(None, Some("cross-site"))),
        ("a neighbour", from(neighbour, Some("same-site"))),
        ("another site, old browser", from(other, None)),
        ("a neighbour, old browser", from(neighbour, None)),
        ("the unencrypted site", from(plain, Some("cross-site"))),
        ("a sandbox", from(Some("null"), None)),
        ("as plain text", of_kind("text/plain").body(text.into())),
        ("as JSON", of_kind("application/json").body(json.into())),
        ("as a link", Request::get(link).body(Body::empty())),
        ("by another method", put.body(with(&token))),
    ];
    scene.refuses(requests).await;
    // The same forms are taken when they come from their own page.
    let honest = own().body(with(&token)).unwrap();
    assert_eq!(scene.ada.send(honest).await.status, StatusCode::SEE_OTHER);
    let parts = scene.ada.upload(TARGET, &[("name", "Ada")], "a.txt", b"x");
    assert_eq!(parts.await.status, StatusCode::SEE_OTHER);
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
