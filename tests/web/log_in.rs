//! Logging in and out, and what makes a session end.

use axum::http::{StatusCode, header};
use engaging_with_families::config::Config;
use engaging_with_families::people::role::Role;
use jiff::SignedDuration;

use crate::site::{PASSWORD, Site, Visitor, wait};

const ACCOUNT: &str = "/admin/account";

async fn is_in(visitor: &Visitor) -> bool {
    let answer = visitor.get(ACCOUNT).await;
    if answer.status != StatusCode::OK {
        assert_eq!(answer.location(), "/log-in?to=%2Fadmin%2Faccount");
    }
    answer.status == StatusCode::OK
}

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
    assert!(!is_in(&ada).await);
}

#[tokio::test]
async fn each_log_in_brings_a_new_token_and_ends_the_former_one() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    let former = ada.session().unwrap();
    // Whoever is in already need not log in again; a form that was open before still can.
    assert_eq!(ada.get("/log-in").await.location(), "/admin");
    ada.set_session(&"0".repeat(64));
    ada.log_in("ada", PASSWORD).await;
    let second = ada.session().unwrap();
    assert_ne!(former, second);
    assert!(is_in(&ada).await);

    let page = site.visitor();
    let form = page.get("/log-in").await.page().token();
    page.set_session(second.reveal());
    let body = crate::visitor::encode(&[("login", "ada"), ("password", PASSWORD)], &form);
    page.send(page.form("/log-in").body(body.into()).unwrap())
        .await;
    assert_ne!(page.session().unwrap(), second);
    assert!(!is_in(&ada).await);
}

#[tokio::test]
async fn an_unknown_login_and_a_wrong_password_get_the_same_answer() {
    let site = Site::empty().await;
    let id = site.account("ada", Role::Curator).await;
    let visitor = site.visitor();
    let wrong = visitor.log_in("ada", "six green umbrellas").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        wrong.page().words(".error-summary li"),
        "Login and password do not belong together. Check both"
    );
    assert!(wrong.page().words("title").starts_with("Error: Log in"));
    let unknown = visitor.log_in("eve", PASSWORD).await;
    let mut transaction = site.app.db.begin().await.unwrap();
    let now = Some(site.app.now());
    engaging_with_families::people::store::disable(&mut transaction, id, now)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    let barred = visitor.log_in("ada", PASSWORD).await;
    for other in [unknown, barred] {
        assert_eq!(other.status, wrong.status);
        assert_eq!(other.text().replace("\"eve\"", "\"ada\""), wrong.text());
    }
    assert!(visitor.session().is_none());
}

#[tokio::test]
async fn ten_of_forty_quick_guesses_are_tried_and_the_real_person_gets_in_from_elsewhere() {
    let site = Site::with(|config| Config {
        empty: true,
        trusted_proxy: true,
        ..config
    })
    .await;
    site.account("ada", Role::Curator).await;
    let eve = site.visitor();
    let mut statuses = Vec::new();
    for guess in 0..40 {
        let guess = format!("guessed umbrellas {guess}");
        let fields = [("login", "ada"), ("password", guess.as_str())];
        let answer = eve
            .fill_in_from("/log-in", &fields, Some("198.51.100.7"))
            .await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            let seconds: u64 = answer.header("retry-after").parse().unwrap();
            assert!((1..=120).contains(&seconds), "{seconds}");
            assert_eq!(answer.page().words("h1"), "Too many requests");
        }
        statuses.push(answer.status.as_u16());
    }
    assert_eq!(statuses[..10], [422; 10]);
    assert_eq!(statuses[10..], [429; 30]);
    let fields = [("login", "ada"), ("password", PASSWORD)];
    let own = site
        .visitor()
        .fill_in_from("/log-in", &fields, Some("192.0.2.1"))
        .await;
    assert_eq!(own.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_ends_after_an_hour_without_use() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    wait(SignedDuration::from_mins(59));
    assert!(is_in(&ada).await);
    wait(SignedDuration::from_mins(59));
    assert!(is_in(&ada).await);
    wait(SignedDuration::from_mins(61));
    assert!(!is_in(&ada).await);
}

#[tokio::test]
async fn a_session_ends_after_half_a_day_however_busy() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    for _ in 0..24 {
        wait(SignedDuration::from_mins(30));
        assert!(is_in(&ada).await);
    }
    wait(SignedDuration::from_mins(2));
    assert!(!is_in(&ada).await);
}

#[tokio::test]
async fn people_stay_logged_in_when_the_server_starts_again() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    let token = ada.session().unwrap();
    let site = site.reopened().await;
    let again = site.visitor();
    again.set_session(token.reveal());
    assert!(is_in(&again).await);
}

#[tokio::test]
async fn cookies_are_for_this_host_over_tls_and_not_for_scripts() {
    let site = Site::with(|config| Config {
        empty: true,
        public_url: Some("https://families.example.ac.uk".to_owned()),
        ..config
    })
    .await;
    site.account("ada", Role::Curator).await;
    let ada = site.visitor();
    let answer = ada.log_in("ada", PASSWORD).await;
    let cookies: Vec<_> = answer.headers.get_all(header::SET_COOKIE).iter().collect();
    let session = cookies[0].to_str().unwrap();
    let (pair, attributes) = session.split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-session=") && pair.len() == 15 + 64);
    assert_eq!(attributes, "HttpOnly; SameSite=Lax; Secure; Path=/");
    assert!(is_in(&ada).await);
}

#[tokio::test]
async fn a_copy_of_the_database_lets_nobody_in() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Administrator).await;
    let token = ada.session().unwrap();
    let (_, codes) = ada.set_up_second_factor(&site.app).await;
    let fields = [("name", "Grace"), ("login", "grace"), ("role", "editor")];
    let link = ada.post("/admin/people", &fields).await.page();
    let link = link.words(".copy");
    let (_, link) = link.rsplit_once('/').unwrap();
    let mut bytes = Vec::new();
    for file in ["evidence.db", "evidence.db-wal"] {
        bytes.extend(std::fs::read(site.data().join(file)).unwrap());
    }
    let holds = |secret: &str| {
        bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes())
    };
    assert!(holds("ada") && holds("$argon2id$"));
    for secret in [token.reveal(), link, PASSWORD, &codes[0], &codes[9]] {
        assert!(!holds(secret), "{secret}");
    }
}

#[tokio::test]
async fn what_was_typed_survives_an_expired_session() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    wait(SignedDuration::from_hours(2));
    let fields = [
        ("name", "Ada <Lovelace>"),
        ("note", "two\nlines"),
        ("password", "not to be carried"),
    ];
    let asked = ada.post("/admin/account/name", &fields).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    assert_eq!(asked.header("cache-control"), "no-store");
    let page = asked.page();
    assert_eq!(page.words("h1"), "Log in");
    assert!(
        page.words(".said")
            .contains("nothing that you typed is lost")
    );
    assert!(!asked.text().contains("not to be carried"));

    let mut fields: Vec<(String, String)> = page
        .attributes("main input[type=hidden]", "name")
        .into_iter()
        .zip(page.attributes("main input[type=hidden]", "value"))
        .filter(|(name, _)| name != "token")
        .collect();
    fields.push(("login".to_owned(), "ada".to_owned()));
    fields.push(("password".to_owned(), PASSWORD.to_owned()));
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let body = crate::visitor::encode(&fields, &page.token());
    let resumed = ada
        .send(ada.form("/log-in").body(body.into()).unwrap())
        .await;
    assert_eq!(resumed.status, StatusCode::OK);
    let page = resumed.page();
    assert_eq!(page.words("h1"), "Go on where you were");
    assert_eq!(
        page.attributes("main form", "action"),
        ["/admin/account/name"]
    );
    assert_eq!(page.token(), ada.token());
    assert_eq!(
        page.attributes("input[name=name]", "value"),
        ["Ada <Lovelace>"]
    );
    assert_eq!(page.attributes("input[name=note]", "value"), ["two\nlines"]);
    let saved = ada
        .done("/admin/account/name", &[("name", "Ada <Lovelace>")])
        .await;
    assert_eq!(saved.words(".said"), "Your name is saved.");
}

#[tokio::test]
async fn a_button_that_was_pressed_too_late_is_offered_again() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    wait(SignedDuration::from_hours(2));
    let asked = ada.post("/admin/account/sessions/end", &[]).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    let fields = [
        ("to", "/admin/account/sessions/end"),
        ("is-form", "yes"),
        ("login", "ada"),
        ("password", PASSWORD),
    ];
    let body = crate::visitor::encode(&fields, &asked.page().token());
    let resumed = ada
        .send(ada.form("/log-in").body(body.into()).unwrap())
        .await;
    assert_eq!(
        resumed.page().attributes("main form", "action"),
        ["/admin/account/sessions/end"]
    );
}

#[tokio::test]
async fn a_log_in_leads_to_the_page_that_was_asked_for_and_never_elsewhere() {
    let site = Site::empty().await;
    site.account("ada", Role::Curator).await;
    for (to, expected) in [
        ("/admin/account?x=1", "/admin/account?x=1"),
        ("//evil.example", "/admin"),
        ("https://evil.example/admin", "/admin"),
        ("/admin/\\evil.example", "/admin"),
        ("/admin//evil.example", "/admin"),
        ("javascript:alert(1)", "/admin"),
    ] {
        let visitor = site.visitor();
        let asked: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
        let page = visitor.page(&format!("/log-in?to={asked}")).await;
        assert_eq!(
            page.attributes("input[name=to]", "value"),
            [expected],
            "{to}"
        );
        let fields = [("login", "ada"), ("password", PASSWORD), ("to", to)];
        let answer = visitor.fill_in("/log-in", &fields).await;
        assert_eq!(answer.location(), expected, "{to}");
    }
}

#[tokio::test]
async fn the_log_in_form_is_bound_to_the_browser_that_it_was_shown_in() {
    let site = Site::empty().await;
    site.account("ada", Role::Curator).await;
    let (one, other) = (site.visitor(), site.visitor());
    let token = one.get("/log-in").await.page().token();
    let body = crate::visitor::encode(&[("login", "ada"), ("password", PASSWORD)], &token);
    for _ in 0..2 {
        let request = other.form("/log-in").body(body.clone().into()).unwrap();
        assert_eq!(other.send(request).await.status, StatusCode::FORBIDDEN);
        other.get("/log-in").await;
    }
    assert!(other.session().is_none());
}
