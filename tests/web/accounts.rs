//! One's own account, and everybody's accounts.

use axum::http::StatusCode;
use engaging_with_families::config::PersonCommand;
use engaging_with_families::people::command::person;
use engaging_with_families::people::role::Role;
use engaging_with_families::people::store;
use jiff::SignedDuration;

use crate::site::{PASSWORD, Site, wait};

const ACCOUNT: &str = "/admin/account";
const NEW_PASSWORD: &str = "eight yellow raincoats";

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_the_other_sessions() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    let elsewhere = site.visitor();
    elsewhere.log_in("ada", PASSWORD).await;
    elsewhere.page(ACCOUNT).await;

    let change = format!("{ACCOUNT}/password");
    for (old, new, fault) in [
        ("", NEW_PASSWORD, "Enter your present password"),
        (
            "six green umbrellas",
            NEW_PASSWORD,
            "This is not your present password",
        ),
        (
            PASSWORD,
            "short",
            "Use 12 characters or more. A few unrelated words are easy to remember",
        ),
        (
            PASSWORD,
            "engagingwithfamilies!",
            "Do not make the password of your name, your login or the name of the site",
        ),
    ] {
        let fields = [("password", old), ("new-password", new)];
        let answer = ada.post(&change, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.page().words(".error-summary li"), fault);
        assert!(!answer.text().contains(NEW_PASSWORD));
    }
    let fields = [("password", PASSWORD), ("new-password", NEW_PASSWORD)];
    let page = ada.done(&change, &fields).await;
    assert!(page.words(".said").starts_with("Your new password is set."));
    assert_eq!(
        elsewhere.get(ACCOUNT).await.status,
        StatusCode::SEE_OTHER,
        "ended"
    );
    let old = site.visitor().log_in("ada", PASSWORD).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    let new = site.visitor().log_in("ada", NEW_PASSWORD).await;
    assert_eq!(new.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_browser_left_open_is_no_place_to_guess_the_password_in() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    let mut tried = 0;
    for guess in 0..15 {
        let guess = format!("guessed umbrellas {guess}");
        let fields = [("password", guess.as_str()), ("new-password", NEW_PASSWORD)];
        let answer = ada.post("/admin/account/password", &fields).await;
        if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
            tried += 1;
        } else {
            assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        }
    }
    assert!(tried <= 10, "{tried}");
}

#[tokio::test]
async fn a_form_sets_no_field_that_it_does_not_show() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    let fields = [
        ("name", "Ada L"),
        ("role", "administrator"),
        ("login", "root"),
        ("id", "2"),
    ];
    let page = ada.done("/admin/account/name", &fields).await;
    assert_eq!(page.attributes("#name", "value"), ["Ada L"]);
    let people = store::list(&site.app.db).await.unwrap();
    assert_eq!(people[0].role, Role::Curator);
    assert_eq!(people[0].login, "ada");
    let answer = ada.post("/admin/account/name", &[("name", " ")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn people_see_and_end_their_own_sessions_and_nobody_elses() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    wait(SignedDuration::from_mins(5));
    let elsewhere = site.visitor();
    elsewhere.log_in("ada", PASSWORD).await;
    let eve = site.person("eve", Role::Editor).await;
    let page = ada.page(ACCOUNT).await;
    let rows = page.all("tbody tr");
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows.iter().any(|row| row.ends_with("This one")), "{rows:?}");
    let end = page.attributes("td form", "action").remove(0);
    assert_eq!(eve.post(&end, &[]).await.status, StatusCode::NOT_FOUND);
    elsewhere.page(ACCOUNT).await;
    ada.done(&end, &[]).await;
    assert_eq!(elsewhere.get(ACCOUNT).await.status, StatusCode::SEE_OTHER);

    let third = site.visitor();
    third.log_in("ada", PASSWORD).await;
    ada.done("/admin/account/sessions/end", &[]).await;
    assert_eq!(third.get(ACCOUNT).await.status, StatusCode::SEE_OTHER);
    eve.page(ACCOUNT).await;
}

#[tokio::test]
async fn people_take_along_what_is_kept_about_them() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    site.person("eve", Role::Curator).await;
    let answer = ada.get("/admin/account/data.json").await;
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"my-data.json\""
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    let file: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(file["person"]["login"], "ada");
    assert_eq!(file["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(file["audit"][0]["action"], "log-in");
    assert_eq!(file["audit"].as_array().unwrap().len(), 1);
    assert_eq!(file["revisions"], serde_json::json!([]));
    assert_eq!(file["comments"], serde_json::json!([]));
}

#[tokio::test]
async fn an_administrator_who_can_log_in_is_always_left() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Administrator).await;
    let fields = [("name", "Ada"), ("role", "curator")];
    let refused = ada.post("/admin/people/1", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        refused.page().words(".error-summary li"),
        "No other administrator can log in. Make somebody else one first"
    );
    // An invitation that nobody has followed does not count.
    let fields = [
        ("name", "Grace"),
        ("login", "grace"),
        ("role", "administrator"),
    ];
    ada.post("/admin/people", &fields).await;
    let fields = [("name", "Ada"), ("role", "curator")];
    let refused = ada.post("/admin/people/1", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = ada.done("/admin/people/1/disable", &[]).await;
    assert!(page.words(".said").starts_with("Nobody bars themselves."));
    ada.page("/admin/people").await;

    let mary = site.person("mary", Role::Administrator).await;
    mary.done("/admin/people/1", &fields).await;
    assert_eq!(
        ada.get("/admin/people").await.status,
        StatusCode::FORBIDDEN,
        "no administrator any more"
    );
    let login = "mary".to_owned();
    let disable = PersonCommand::Disable { login };
    let refused = person(&site.app.config, &disable).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "no other administrator can log in; add one first"
    );
    mary.page("/admin/people").await;
}

#[tokio::test]
async fn barring_ends_sessions_and_links_until_somebody_is_let_in_again() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Administrator).await;
    let grace = site.person("grace", Role::Editor).await;
    let link = ada.post("/admin/people/2/link", &[]).await.page();
    let link = link.words(".copy").replace("http://127.0.0.1:3000", "");
    ada.done("/admin/people/2/disable", &[]).await;
    assert_eq!(grace.get(ACCOUNT).await.status, StatusCode::SEE_OTHER);
    assert_eq!(grace.get(&link).await.status, StatusCode::GONE);
    let refused = grace.log_in("grace", PASSWORD).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    ada.done("/admin/people/2/enable", &[]).await;
    grace.log_in("grace", PASSWORD).await;
    grace.page(ACCOUNT).await;
    ada.done("/admin/people/2/sessions", &[]).await;
    assert_eq!(grace.get(ACCOUNT).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_lost_telephone_is_an_administrators_affair() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Administrator).await;
    let grace = site.person("grace", Role::Editor).await;
    grace.set_up_second_factor(&site.app).await;
    ada.set_up_second_factor(&site.app).await;
    for own in ["second-factor", "link"] {
        let page = ada.done(&format!("/admin/people/1/{own}"), &[]).await;
        assert_eq!(page.words("h1"), "My account");
    }
    let rows = ada.page("/admin/people").await.all("tbody tr");
    assert!(rows[0].starts_with("Ada ada Administrator On"), "{rows:?}");
    let row = &rows[1];
    assert!(row.starts_with("Grace grace Editor On"), "{row}");
    let page = ada.done("/admin/people/2/second-factor", &[]).await;
    assert!(
        page.words(".said")
            .starts_with("Their second factor is off.")
    );
    let again = site.visitor();
    assert_eq!(again.log_in("grace", PASSWORD).await.location(), "/admin");
}

#[tokio::test]
async fn accounts_settings_and_the_log_are_for_administrators() {
    let site = Site::empty().await;
    let grace = site.person("grace", Role::Editor).await;
    for path in [
        "/admin/people",
        "/admin/people/new",
        "/admin/people/1",
        "/admin/settings",
        "/admin/audit",
        "/admin/audit.csv",
    ] {
        let answer = grace.get(path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(answer.page().words("h1"), "You may not do this");
        let nobody = site.get(path).await;
        assert_eq!(nobody.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(nobody.header("cache-control"), "no-store");
    }
    for path in [
        "/admin/people",
        "/admin/people/1",
        "/admin/people/1/link",
        "/admin/people/1/second-factor",
        "/admin/people/1/sessions",
        "/admin/people/1/disable",
        "/admin/people/1/enable",
        "/admin/settings",
    ] {
        let answer = grace.post(path, &[("role", "administrator")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let links = grace.page(ACCOUNT).await.all(".admin-nav a");
    assert!(!links.contains(&"People".to_owned()), "{links:?}");
}

#[tokio::test]
async fn accounts_are_kept_on_the_command_line_too() {
    let site = Site::empty().await;
    let config = &site.app.config;
    let add = |login: &str| PersonCommand::Add {
        login: login.to_owned(),
        name: "Ada".to_owned(),
        role: Role::Administrator,
        password_stdin: false,
    };
    person(config, &add("Ada@example.ac.uk")).await.unwrap();
    let fault = person(config, &add("ada@example.ac.uk")).await.unwrap_err();
    assert_eq!(
        fault.to_string(),
        "there is a person with the login ada@example.ac.uk already"
    );
    assert!(person(config, &add("a b")).await.is_err());
    person(config, &PersonCommand::List).await.unwrap();
    let login = "nobody".to_owned();
    let reset = PersonCommand::Reset {
        login,
        second_factor: true,
    };
    let fault = person(config, &reset).await.unwrap_err();
    assert_eq!(fault.to_string(), "there is nobody with the login nobody");
}
