//! The second factor: set up, asked for, lost, required.

use axum::http::StatusCode;
use engaging_with_families::people::role::Role;
use engaging_with_families::people::second_factor;
use engaging_with_families::settings::Settings;
use jiff::SignedDuration;

use crate::site::{PASSWORD, Site, Visitor, wait};

const FACTOR: &str = "/admin/account/second-factor";

async fn give_code(visitor: &Visitor, code: &str) -> StatusCode {
    let code = [("code", code)];
    visitor.fill_in("/log-in/code", &code).await.status
}

#[tokio::test]
async fn each_code_counts_once() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    let (secret, codes) = ada.set_up_second_factor(&site.app).await;
    assert_eq!(codes.len(), 10);
    let first = second_factor::code(&secret, site.app.now());
    let (one, other) = (site.visitor(), site.visitor());
    for visitor in [&one, &other] {
        let answer = visitor.log_in("ada", PASSWORD).await;
        assert_eq!(answer.location(), "/log-in/code?to=%2Fadmin");
    }
    // It was used up when it confirmed the secret.
    assert_eq!(
        give_code(&one, &first).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    wait(SignedDuration::from_secs(30));
    let next = second_factor::code(&secret, site.app.now());
    assert_eq!(give_code(&one, &next).await, StatusCode::SEE_OTHER);
    assert_eq!(
        give_code(&other, &next).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    one.page("/admin/account").await;
}

#[tokio::test]
async fn each_recovery_code_counts_once_and_new_ones_replace_the_old() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    let (_, codes) = ada.set_up_second_factor(&site.app).await;
    let lost = site.visitor();
    lost.log_in("ada", PASSWORD).await;
    let typed = codes[0].to_uppercase().replace('-', " ");
    assert_eq!(give_code(&lost, &typed).await, StatusCode::SEE_OTHER);
    assert!(
        lost.page(FACTOR)
            .await
            .words(".panel p")
            .starts_with("9 are left")
    );
    let again = site.visitor();
    again.log_in("ada", PASSWORD).await;
    assert_eq!(
        give_code(&again, &codes[0]).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );

    let wrong = [("password-codes", "six green umbrellas")];
    let refused = ada.post(&format!("{FACTOR}/codes"), &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = [("password-codes", PASSWORD)];
    let page = ada.post(&format!("{FACTOR}/codes"), &right).await.page();
    let new = page.all(".codes code");
    assert_eq!(new.len(), 10);
    assert_eq!(
        give_code(&again, &codes[1]).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(give_code(&again, &new[1]).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_half_finished_log_in_opens_no_page_and_waits_ten_minutes() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    let (secret, _) = ada.set_up_second_factor(&site.app).await;
    let half = site.visitor();
    half.log_in("ada", PASSWORD).await;
    let answer = half.get("/admin/account").await;
    assert_eq!(answer.location(), "/log-in/code?to=%2Fadmin%2Faccount");
    let answer = half.post("/admin/account/name", &[("name", "Eve")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(
        ada.page("/admin/account")
            .await
            .attributes("#name", "value"),
        ["Ada"]
    );
    wait(SignedDuration::from_mins(11));
    let code = second_factor::code(&secret, site.app.now());
    let answer = half.fill_in("/log-in/code", &[("code", &code)]).await;
    assert_eq!(answer.location(), "/log-in?to=%2Fadmin");
}

#[tokio::test]
async fn a_secret_is_not_taken_from_the_form_and_not_on_before_a_first_code() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    let own = [7; 20];
    let code = second_factor::code(&own, site.app.now());
    let confirm = format!("{FACTOR}/confirm");
    let fields = [("code", code.as_str()), ("secret", "A4DQOBYHA4DQOBYH")];
    let page = ada.done(&confirm, &fields).await;
    assert_eq!(
        page.words(".said"),
        "The picture was shown too long ago. Begin again."
    );
    ada.done(&format!("{FACTOR}/begin"), &[]).await;
    let answer = ada.post(&confirm, &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let again = site.visitor();
    assert_eq!(again.log_in("ada", PASSWORD).await.location(), "/admin");
}

#[tokio::test]
async fn where_it_is_required_everybody_is_led_to_it_and_nobody_turns_it_off() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Administrator).await;
    site.app.set_settings(Settings {
        second_factor_required: true,
        ..(*site.app.settings()).clone()
    });
    for path in ["/admin/account", "/admin/people", "/admin/settings"] {
        assert_eq!(ada.get(path).await.location(), FACTOR, "{path}");
    }
    let answer = ada.post("/admin/account/name", &[("name", "Eve")]).await;
    assert_eq!(answer.location(), FACTOR);
    ada.set_up_second_factor(&site.app).await;
    assert_eq!(
        ada.page("/admin/account")
            .await
            .attributes("#name", "value"),
        ["Ada"]
    );
    let off = [("password-off", PASSWORD)];
    let refused = ada.post(&format!("{FACTOR}/off"), &off).await;
    assert_eq!(
        refused.page().words(".error-summary li"),
        "Everybody needs a second factor here, so it stays on"
    );
}

#[tokio::test]
async fn turning_it_off_needs_the_password() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Curator).await;
    ada.set_up_second_factor(&site.app).await;
    let off = format!("{FACTOR}/off");
    for wrong in ["", "six green umbrellas"] {
        let answer = ada.post(&off, &[("password-off", wrong)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let page = ada.done(&off, &[("password-off", PASSWORD)]).await;
    assert_eq!(page.words(".said"), "The second factor is off.");
    let again = site.visitor();
    assert_eq!(again.log_in("ada", PASSWORD).await.location(), "/admin");
}
