//! What every response carries.

use axum::http::{Method, StatusCode};
use engaging_with_families::config::Config;

use crate::site::Site;

#[tokio::test]
async fn every_response_is_guarded_and_sets_no_cookie() {
    let site = Site::starter().await;
    let css = site
        .page("/")
        .await
        .attributes("link[rel=stylesheet]", "href")
        .remove(0);
    for address in [
        "/",
        "/studies",
        "/nothing",
        "/studies?page=9999",
        "/healthz",
        "/robots.txt",
        &css,
    ] {
        let answer = site.get(address).await;
        assert!(
            answer
                .header("content-security-policy")
                .starts_with("default-src 'none'; "),
            "{address}"
        );
        assert!(!answer.header("content-security-policy").contains("unsafe"));
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "strict-origin-when-cross-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
        ] {
            assert_eq!(answer.header(name), value, "{address}");
        }
        assert!(!answer.header("permissions-policy").is_empty());
        assert!(!answer.header("x-request-id").is_empty());
        assert!(!answer.headers.contains_key("set-cookie"));
        assert!(!answer.headers.contains_key("strict-transport-security"));
    }
}

#[tokio::test]
async fn a_site_behind_tls_says_so_for_two_years() {
    let site = Site::with(|config| Config {
        public_url: Some("https://families.example.ac.uk".to_owned()),
        ..config
    })
    .await;
    let answer = site.get("/studies/mol-2008").await;
    assert_eq!(
        answer.header("strict-transport-security"),
        "max-age=63072000; includeSubDomains"
    );
    assert_eq!(
        answer.page().attributes("link[rel=canonical]", "href"),
        ["https://families.example.ac.uk/studies/mol-2008"]
    );
}

#[tokio::test]
async fn an_unchanged_page_is_not_sent_again() {
    let site = Site::starter().await;
    for address in [
        "/",
        "/studies?stage=primary",
        "/studies/mol-2008",
        "/about",
        "/sitemap.xml",
    ] {
        let first = site.get(address).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{address}");
        assert_eq!(first.header("cache-control"), "public, no-cache");
        let again = site.get_with(address, &[("if-none-match", &tag)]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        assert!(again.body.is_empty());
        assert_eq!(again.header("etag"), tag);
        let other = site
            .get_with(address, &[("if-none-match", "W/\"other\"")])
            .await;
        assert_eq!(other.status, StatusCode::OK);
        assert_eq!(other.body, first.body);
    }
}

#[tokio::test]
async fn a_head_request_gets_the_head_alone() {
    let site = Site::starter().await;
    let get = site.get("/studies").await;
    let head = site.send(Method::HEAD, "/studies", &[]).await;
    assert_eq!(head.status, StatusCode::OK);
    assert!(head.body.is_empty());
    assert_eq!(head.header("content-length"), get.body.len().to_string());
    assert_eq!(head.header("etag"), get.header("etag"));
}

#[tokio::test]
async fn pages_are_compressed_as_the_client_likes_and_stay_light() {
    let site = Site::starter().await;
    let plain = site.get("/studies").await;
    for encoding in ["gzip", "br"] {
        // Asked twice: made afresh, then from memory.
        for _ in 0..2 {
            let answer = site
                .get_with("/studies", &[("accept-encoding", encoding)])
                .await;
            assert_eq!(answer.header("content-encoding"), encoding);
            assert_eq!(answer.header("vary"), "Accept-Encoding");
            assert!(answer.body.len() * 3 < plain.body.len());
        }
    }
    let page = site.page("/studies").await;
    let mut weight = site
        .get_with("/studies", &[("accept-encoding", "gzip")])
        .await
        .body
        .len();
    for (selector, name) in [("link[rel=stylesheet]", "href"), ("script[src]", "src")] {
        for address in page.attributes(selector, name) {
            weight += site
                .get_with(&address, &[("accept-encoding", "gzip")])
                .await
                .body
                .len();
        }
    }
    assert!(weight < 60_000, "{weight}");
}

#[tokio::test]
async fn files_stand_under_their_hash_for_a_year() {
    let site = Site::starter().await;
    let page = site.page("/").await;
    for (selector, name, kind) in [
        ("link[rel=stylesheet]", "href", "text/css; charset=utf-8"),
        ("script[src]", "src", "text/javascript; charset=utf-8"),
        ("link[rel=icon]", "href", "image/svg+xml"),
    ] {
        let address = page.attributes(selector, name).remove(0);
        let answer = site.get(&address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        assert_eq!(answer.header("content-type"), kind);
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        let tag = answer.header("etag").to_owned();
        let again = site.get_with(&address, &[("if-none-match", &tag)]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    }
    assert_eq!(
        site.get("/assets/site.0000000000000000.css").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_site_says_whether_it_lives() {
    let site = Site::starter().await;
    assert_eq!(site.get("/healthz").await.text(), "ok\n");
    assert_eq!(site.get("/readyz").await.text(), "ready\n");
}

#[tokio::test]
async fn every_refusal_has_a_page_in_the_sites_clothes() {
    use axum::extract::Path;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use engaging_with_families::error::dress;
    use tower::ServiceExt;
    let site = Site::starter().await;
    let bare = |Path(status): Path<u16>| async move { StatusCode::from_u16(status).unwrap() };
    let router = axum::Router::new()
        .route("/{status}", get(bare))
        .layer(from_fn_with_state(site.app.clone(), dress));
    for (status, heading) in [
        (400, "This address cannot be read"),
        (404, "There is no page at this address"),
        (405, "This page can only be read"),
        (410, "This record has been withdrawn"),
        (413, "That is too much at once"),
        (429, "Too many requests"),
        (500, "Something went wrong here"),
        (503, "The site is very busy"),
    ] {
        let request =
            axum::http::Request::get(format!("/{status}")).body(axum::body::Body::empty());
        let response = router.clone().oneshot(request.unwrap()).await.unwrap();
        let answer = crate::site::Answer::of(response).await;
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.header("cache-control"), "no-store");
        let page = answer.page();
        assert_eq!(page.words("h1"), heading);
        assert_eq!(page.all("main form[role=search]").len(), 1, "{status}");
    }
}
