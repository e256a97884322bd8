//! Links that work once: invitations, new passwords, the first administrator.

use axum::http::StatusCode;
use engaging_with_families::config::Config;
use engaging_with_families::people::command::offer_first_administrator;
use engaging_with_families::people::one_time::Purpose;
use engaging_with_families::people::role::Role;
use engaging_with_families::people::store;
use jiff::SignedDuration;

use crate::site::{Site, wait};

const NEW_PASSWORD: &str = "eight yellow raincoats";

#[tokio::test]
async fn an_invitation_is_shown_once_and_works_once() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Administrator).await;
    let fields = [("name", "Grace"), ("login", "Grace"), ("role", "editor")];
    let invited = ada.post("/admin/people", &fields).await;
    assert_eq!(invited.status, StatusCode::OK);
    let address = invited.page().words(".copy");
    let link = address.strip_prefix("http://127.0.0.1:3000").unwrap();
    let list = ada.page("/admin/people").await;
    assert!(list.all("tbody tr")[1].ends_with("Never Invited"));
    assert!(
        !ada.get("/admin/people/2")
            .await
            .text()
            .contains("/welcome/")
    );
    let taken = ada.post("/admin/people", &fields).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        taken.page().words(".error-summary li"),
        "Somebody has this login already"
    );

    let grace = site.visitor();
    assert_eq!(grace.page(link).await.words("h1"), "Welcome");
    let weak = grace
        .fill_in(link, &[("password", "grace grace grace")])
        .await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let chosen = grace.fill_in(link, &[("password", NEW_PASSWORD)]).await;
    assert_eq!(chosen.location(), "/log-in?said=password");
    let used = grace.get(link).await;
    assert_eq!(used.status, StatusCode::GONE);
    assert_eq!(used.page().words("h1"), "This link does not work any more");
    let answer = grace.log_in("grace", NEW_PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    grace.page("/admin/account").await;
}

/// A mail server that takes one mail and hands it over.
async fn mail_server() -> (u16, tokio::task::JoinHandle<String>) {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mail = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (reading, mut writing) = stream.into_split();
        let mut lines = BufReader::new(reading).lines();
        writing.write_all(b"220 here\r\n").await.unwrap();
        let (mut mail, mut is_text) = (String::new(), false);
        while let Some(line) = lines.next_line().await.unwrap() {
            mail.push_str(&line);
            mail.push('\n');
            if is_text && line != "." {
                continue;
            }
            is_text = line == "DATA";
            let answer = if is_text {
                "354 go on\r\n"
            } else {
                "250 ok\r\n"
            };
            writing.write_all(answer.as_bytes()).await.unwrap();
            if line == "." {
                break;
            }
        }
        mail
    });
    (port, mail)
}

#[tokio::test]
async fn an_invitation_goes_out_by_mail_where_it_can_and_is_shown_all_the_same() {
    let (port, mail) = mail_server().await;
    let site = Site::with(|config| Config {
        empty: true,
        smtp_url: Some(format!("smtp://127.0.0.1:{port}")),
        mail_from: Some("Families <families@example.ac.uk>".to_owned()),
        ..config
    })
    .await;
    let ada = site.person("ada", Role::Administrator).await;
    let invite = async |login: &str| {
        let fields = [("name", "Grace"), ("login", login), ("role", "editor")];
        ada.post("/admin/people", &fields).await.page()
    };
    let sent = invite("grace@example.ac.uk").await;
    assert!(
        sent.words("[role=status]")
            .starts_with("It was mailed to grace@example.ac.uk.")
    );
    let mail = mail.await.unwrap();
    assert!(mail.contains("RCPT TO:<grace@example.ac.uk>"), "{mail}");
    assert!(mail.contains("Subject: Engaging with Families: your invitation"));
    let link = sent.words(".copy");
    assert!(mail.replace("=\n", "").contains(&link), "{mail}");

    // Its server is gone now.
    let failed = invite("mary@example.ac.uk").await;
    assert!(
        failed
            .words("[role=alert]")
            .starts_with("It could not be mailed")
    );
    assert!(failed.words(".copy").contains("/welcome/invitation/"));
    assert!(
        invite("short")
            .await
            .words("main")
            .contains("no e-mail address")
    );
}

#[tokio::test]
async fn a_link_stops_working_in_time_and_when_there_is_a_newer_one() {
    let site = Site::empty().await;
    let ada = site.person("ada", Role::Administrator).await;
    site.account("grace", Role::Editor).await;
    let link = async || {
        let page = ada.post("/admin/people/2/link", &[]).await.page();
        page.words(".copy").replace("http://127.0.0.1:3000", "")
    };
    let (first, second) = (link().await, link().await);
    let visitor = site.visitor();
    assert_eq!(visitor.get(&first).await.status, StatusCode::GONE);
    assert_eq!(
        visitor.page(&second).await.words("h1"),
        "Choose a new password"
    );
    let elsewhere = second.replace("/password/", "/invitation/");
    assert_eq!(visitor.get(&elsewhere).await.status, StatusCode::GONE);
    wait(SignedDuration::from_hours(25));
    assert_eq!(visitor.get(&second).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn the_first_administrator_comes_through_a_link_that_dies_with_the_first_account() {
    let site = Site::empty().await;
    let purpose = Purpose::FirstAdministrator;
    let link = async || {
        let mut transaction = site.app.db.begin().await.unwrap();
        let now = site.app.now();
        let token = store::add_link(&mut transaction, purpose, None, purpose.lasts(), now)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        purpose.path(&token)
    };
    let former = link().await;
    offer_first_administrator(&site.app).await.unwrap();
    let visitor = site.visitor();
    assert_eq!(visitor.get(&former).await.status, StatusCode::GONE);
    let link = link().await;
    let page = visitor.get(&link).await;
    assert_eq!(page.page().words("h1"), "Make the first administrator");
    let fields = [
        ("name", "Ada"),
        ("login", "ada@example.ac.uk"),
        ("password", NEW_PASSWORD),
    ];
    // Two people with the same open form: one of them is the first.
    let late = site.visitor();
    let late_form = late.get(&link).await.page().token();
    let made = visitor.fill_in(&link, &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    let body = crate::visitor::encode(&fields, &late_form);
    let answer = late.send(late.form(&link).body(body.into()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::GONE);
    visitor.log_in("ada@example.ac.uk", NEW_PASSWORD).await;
    visitor.page("/admin/people").await;
}

#[tokio::test]
async fn a_first_administrators_link_is_worth_nothing_once_there_is_anybody() {
    let site = Site::empty().await;
    let purpose = Purpose::FirstAdministrator;
    let mut transaction = site.app.db.begin().await.unwrap();
    let now = site.app.now();
    let token = store::add_link(&mut transaction, purpose, None, purpose.lasts(), now)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    site.account("ada", Role::Curator).await;
    let answer = site.get(&purpose.path(&token)).await;
    assert_eq!(answer.status, StatusCode::GONE);
}
