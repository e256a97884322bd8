//! Addresses that nobody means well with.

use axum::http::Method;

use crate::site::Site;

const KEYS: [&str; 17] = [
    "q", "theme", "from", "to", "origin", "country", "focus", "outcome", "stage", "design", "type",
    "verified", "setting", "cost", "sort", "page", "unknown",
];

const VALUES: [&str; 24] = [
    "",
    "%",
    "%00",
    "%FF%FE",
    "%F0%9F%91%AA",
    "%E2%80%8B%E2%80%AE",
    "-1",
    "0",
    "99999999999999999999",
    "1e309",
    "NaN",
    "'%20OR%201=1--",
    "%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "../../etc/passwd",
    "{{7*7}}",
    "title:(a%20AND%20*)~2%5E9",
    "%22",
    "-",
    "--%22-%22-",
    "*?[]()!:~%5E",
    "low-income%00",
    "primary,secondary",
    "%0d%0aSet-Cookie:%20x=1",
    "\u{0}",
];

/// What is taken away by machines: answers of any kind, never a failure.
#[tokio::test]
async fn hostile_parameters_never_break_a_file_a_feed_a_harvest_or_the_api() {
    let site = Site::starter().await;
    let keys = KEYS.into_iter().chain([
        "as-of",
        "limit",
        "cursor",
        "kind",
        "style",
        "cite",
        "id",
        "format",
        "verb",
        "metadataPrefix",
        "identifier",
        "resumptionToken",
        "set",
        "until",
    ]);
    for key in keys {
        for value in VALUES {
            if value == "\u{0}" {
                continue;
            }
            for path in [
                "/studies.csv",
                "/interventions.ris",
                "/studies.atom",
                "/changes.atom",
                "/suggestions",
                "/unapi",
                "/oai",
                "/data",
                "/studies/kraft-2013",
                "/studies/kraft-2013.md",
                "/api/v1/studies",
                "/api/v1/effects",
                "/api/v1/search",
                "/api/v1/studies/kraft-2013/citation",
            ] {
                let verb = match path {
                    "/oai" if key != "verb" => "verb=ListRecords&metadataPrefix=oai_dc&",
                    _ => "",
                };
                let address = format!("{path}?{verb}{key}={value}");
                let answer = site.get(&address).await;
                assert!(
                    !answer.status.is_server_error(),
                    "{} {address}",
                    answer.status
                );
                assert!(!answer.headers.contains_key("set-cookie"), "{address}");
            }
        }
    }
    for slug in [
        "%00",
        "..%2F..%2Fetc",
        "x.ris.ris",
        ".ris",
        "kraft-2013.",
        "kraft-2013.exe",
        "%FF.bib",
    ] {
        for folder in [
            "studies",
            "interventions",
            "evidence",
            "questions",
            "data",
            "api/v1/studies",
        ] {
            let answer = site.get(&format!("/{folder}/{slug}")).await;
            let is_odd = answer.status.is_success() || answer.status.is_server_error();
            assert!(!is_odd, "{} {folder} {slug}", answer.status);
        }
    }
}

#[tokio::test]
async fn hostile_parameters_never_break_a_page() {
    let site = Site::starter().await;
    let mut tried = 0;
    for path in ["/studies", "/interventions", "/search"] {
        for key in KEYS {
            for value in VALUES {
                if value == "\u{0}" {
                    continue;
                }
                let mut address = format!("{path}?{key}={value}&{key}={value}x");
                for _ in 0..3 {
                    let answer = site.get(&address).await;
                    let status = answer.status;
                    assert!(
                        status.is_success() || status.is_redirection(),
                        "{status} {address}"
                    );
                    assert!(!answer.text().contains("<script>alert"), "{address}");
                    assert!(!answer.headers.contains_key("set-cookie"), "{address}");
                    tried += 1;
                    if !status.is_redirection() {
                        break;
                    }
                    address = answer.location();
                    assert!(address.starts_with(path), "{address} leaves the list");
                }
            }
        }
    }
    assert!(tried > 1000, "{tried}");
}

#[tokio::test]
async fn a_canonical_address_is_reached_in_one_step() {
    let site = Site::starter().await;
    for (typed, canonical) in [
        (
            "/studies?stage=primary&q=&from=&to=&theme=",
            "/studies?stage=primary",
        ),
        (
            "/studies?to=2012&from=2010&utm_source=x",
            "/studies?from=2010&to=2012",
        ),
        (
            "/studies?stage=primary&stage=early-years",
            "/studies?stage=early-years&stage=primary",
        ),
        (
            "/studies?q=%20reading%20%20at+home",
            "/studies?q=reading+at+home",
        ),
        ("/studies?stage=nonsense", "/studies"),
        ("/studies?page=1", "/studies"),
        ("/studies?page=2&sort=newest", "/studies?page=2"),
        ("/studies?page=7000", "/studies"),
        ("/studies?", "/studies"),
        ("/interventions?country=GB", "/interventions?country=gb"),
        ("/search?q=", "/search"),
        ("/search?x=1&q=maths", "/search?q=maths"),
    ] {
        let answer = site.get(typed).await;
        if typed == "/studies?" {
            // An empty query is no query.
            assert!(answer.status.is_success() || answer.location() == canonical);
            continue;
        }
        assert!(answer.status.is_redirection(), "{typed}");
        assert_eq!(answer.location(), canonical, "{typed}");
        assert!(site.get(canonical).await.status.is_success(), "{canonical}");
    }
}

#[tokio::test]
async fn hostile_paths_get_an_answer_in_the_sites_clothes() {
    let site = Site::starter().await;
    for path in [
        "/nothing",
        "/studies/..%2f..%2fetc%2fpasswd",
        "/studies/%00",
        "/studies/%FF",
        "/studies/a/b/c",
        "//evil.example",
        "/\\evil.example/",
        "/assets/../Cargo.toml",
        "/assets/%2e%2e%2fCargo.toml",
        "/.env",
        "/studies/'%20OR%201=1",
        "/evidence/%F0%9F%91%AA",
        "/questions/-",
        "/interventions/<script>",
    ] {
        let Ok(_) = path.parse::<axum::http::Uri>() else {
            continue;
        };
        let answer = site.get(path).await;
        assert!(answer.status.is_client_error(), "{} {path}", answer.status);
        assert_eq!(answer.page().all("nav.site-nav, h1").len(), 2, "{path}");
    }
}

#[tokio::test]
async fn a_page_that_can_only_be_read_says_so() {
    let site = Site::starter().await;
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = site.send(method, "/studies", &[]).await;
        assert_eq!(answer.status.as_u16(), 405);
        assert!(answer.header("allow").contains("GET"));
        assert_eq!(answer.page().words("h1"), "This page can only be read");
    }
}

#[tokio::test]
async fn very_long_queries_are_cut_not_refused() {
    let site = Site::starter().await;
    let long = "reading+".repeat(900);
    let answer = site.get(&format!("/studies?q={long}")).await;
    assert!(answer.status.is_redirection());
    assert!(answer.location().len() < 300);
    let many = "&stage=primary".repeat(2_000);
    assert!(
        site.get(&format!("/studies?stage=primary{many}"))
            .await
            .status
            .is_redirection()
    );
}
