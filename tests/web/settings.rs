//! Settings, and what `check` says of them.

use axum::http::StatusCode;
use engaging_with_families::check::check;
use engaging_with_families::config::Config;
use engaging_with_families::people::role::Role;
use jiff::SignedDuration;

use crate::site::{Site, wait};

#[tokio::test]
async fn settings_are_in_force_at_once_and_public_pages_show_the_new_name() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Administrator).await;
    let before = site.get("/about").await;
    let tag = before.header("etag").to_owned();
    let fields = [
        ("site-name", "  Families & Schools "),
        ("second-pair-of-eyes", "true"),
        ("idle-minutes", "30"),
        ("longest-hours", "8"),
    ];
    let page = ada.done("/admin/settings", &fields).await;
    assert_eq!(page.words(".said"), "The settings are saved and in force.");
    assert_eq!(
        page.attributes("input[checked]", "name"),
        ["second-pair-of-eyes"]
    );
    let after = site.get_with("/about", &[("if-none-match", &tag)]).await;
    assert_eq!(after.status, StatusCode::OK);
    assert_eq!(after.page().words(".site-name"), "Families & Schools");
    wait(SignedDuration::from_mins(31));
    assert_eq!(
        ada.get("/admin/account").await.status,
        StatusCode::SEE_OTHER
    );

    let site = site.reopened().await;
    let settings = site.app.settings();
    assert_eq!(&*settings.site_name, "Families & Schools");
    assert!(settings.second_pair_of_eyes && !settings.second_factor_required);
    assert_eq!((settings.idle_minutes, settings.longest_hours), (30, 8));
}

#[tokio::test]
async fn settings_have_limits() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Administrator).await;
    let long = "n".repeat(81);
    for (name, idle, longest) in [
        (" ", "60", "12"),
        (long.as_str(), "60", "12"),
        ("Name", "4", "12"),
        ("Name", "241", "12"),
        ("Name", "60", "25"),
        ("Name", "an hour", "12"),
        ("Name", "60", "-1"),
    ] {
        let fields = [
            ("site-name", name),
            ("idle-minutes", idle),
            ("longest-hours", longest),
        ];
        let answer = ada.post("/admin/settings", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.page().all(".error-summary li").len(), 1);
        assert_eq!(answer.page().attributes("#idle-minutes", "value"), [idle]);
    }
    assert_eq!(site.app.settings().idle_minutes, 60);
}

#[tokio::test]
async fn check_says_who_could_not_log_in_and_who_could_too_easily() {
    let site = Site::empty().await;
    let warnings = async |config: &Config| check(config).await.unwrap().warnings.join("\n");
    let config = &site.app.config;
    assert!(warnings(config).await.contains("Nobody has an account yet"));
    let ada = site.person("ada", Role::Administrator).await;
    let said = warnings(config).await;
    assert!(said.contains("An administrator has no second factor"));
    assert!(!said.contains("Nobody can log in"));
    ada.set_up_second_factor(&site.app).await;
    assert!(!warnings(config).await.contains("second factor"));
    let open = Config {
        public_url: Some("http://families.example.ac.uk".to_owned()),
        ..config.clone()
    };
    assert!(warnings(&open).await.contains("Nobody can log in"));
}
