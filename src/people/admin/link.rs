//! Handing out a one-time link: shown once, and mailed where a mail server is configured.

use anyhow::Result;
use askama::Template;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::db::Conn;
use crate::people::access::{Curator, frame};
use crate::people::one_time::Purpose;
use crate::people::person::Person;
use crate::people::store;
use crate::people::token::Token;
use crate::web::layout::Layout;
use crate::web::page::Page;

/// What became of the mail that brings a link.
enum Mail {
    /// There is no mail server.
    Off,
    /// The login is no e-mail address.
    NoAddress,
    Sent,
    Failed,
}

/// A link, this once. Answers the form itself: what is kept of a link could not show it later.
#[derive(Template)]
#[template(path = "admin/people/link.html")]
struct LinkPage {
    layout: Layout,
    curator: Curator,
    person: Person,
    purpose: Purpose,
    address: String,
    mail: Mail,
}

/// Makes a link for a person: an invitation while they have no password.
pub async fn make(
    conn: &mut Conn,
    person: &Person,
    purpose: Purpose,
    now: jiff::Timestamp,
) -> Result<Token> {
    store::add_link(conn, purpose, Some(person.id), purpose.lasts(), now).await
}

/// Shows a link that was made, and mails it.
pub async fn show(
    app: &App,
    layout: Layout,
    curator: Curator,
    person: Person,
    purpose: Purpose,
    token: &Token,
) -> Response {
    let address = layout.absolute(&purpose.path(token));
    let mail = mail(app, &curator.person, &person, purpose, &address).await;
    let title = match purpose {
        Purpose::Password => "A link for a new password",
        Purpose::Invitation | Purpose::FirstAdministrator => "An invitation",
    };
    Page(LinkPage {
        layout: frame(layout, title),
        curator,
        person,
        purpose,
        address,
        mail,
    })
    .into_response()
}

async fn mail(app: &App, from: &Person, to: &Person, purpose: Purpose, address: &str) -> Mail {
    let Some(mailer) = &app.mailer else {
        return Mail::Off;
    };
    if !to.login.contains('@') {
        return Mail::NoAddress;
    }
    let site = app.settings().site_name.clone();
    let (subject, wish) = match purpose {
        Purpose::Password => (
            format!("{site}: your new password"),
            "choose a new password",
        ),
        Purpose::Invitation | Purpose::FirstAdministrator => (
            format!("{site}: your invitation"),
            "choose a password and begin",
        ),
    };
    let text = format!(
        "Dear {},\n\nplease open this address to {wish}:\n\n{address}\n\nIt works once, {}. You log in \
         as {}.\n\nIf you did not expect this, do nothing.\n\n{}, for {site}\n",
        to.name,
        purpose.lasts_in_words(),
        to.login,
        from.name,
    );
    match mailer.send(&to.login, &subject, text).await {
        Ok(()) => Mail::Sent,
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "a mail could not be sent");
            Mail::Failed
        }
    }
}
