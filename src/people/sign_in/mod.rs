//! Logging in and out. What someone had typed when their session ran out goes along through the
//! log-in and is offered to them again behind it.

pub mod code;
pub mod entry;
pub mod out;
pub mod password;

use axum::http::Uri;
use serde_json::json;

use crate::app::App;
use crate::error::Result;
use crate::people::person::PersonId;
use crate::records::audit::{Act, audit};
use crate::web::client::Client;
use crate::web::form::Typed;

/// Where people go who did not ask for a page.
const HOME: &str = "/admin";
/// Marks the fields that go through the log-in.
const KEPT: &str = "kept.";

/// The page that someone wanted when they were asked to log in.
#[must_use]
pub fn wanted(uri: &Uri) -> String {
    uri.path_and_query()
        .map_or_else(|| HOME.to_owned(), |path| path.as_str().to_owned())
}

/// A path among the curators' pages; anything else leads to the first of them.
fn inside(to: &str) -> &str {
    let is_inside = (to == HOME || to.starts_with("/admin/") || to.starts_with("/admin?"))
        && !to.contains(['\\', '\n', '\r'])
        && !to.contains("//");
    if is_inside { to } else { HOME }
}

fn with_wish(path: &str, to: &str) -> String {
    let to: String = form_urlencoded::byte_serialize(inside(to).as_bytes()).collect();
    format!("{path}?to={to}")
}

/// The page that asks for the second factor.
#[must_use]
pub fn code_page(to: &str) -> String {
    with_wish("/log-in/code", to)
}

/// What goes along through the log-in.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The page that was asked for.
    to: String,
    /// Whether a form was sent there, which a link could not do again.
    is_form: bool,
    /// What the form held.
    kept: Typed,
}

impl Carried {
    /// A page that was asked for by a link.
    fn link(to: &str) -> Self {
        Self {
            to: inside(to).to_owned(),
            is_form: false,
            kept: Typed::default(),
        }
    }

    /// A form that was sent to a page. Passwords and codes are left out: they are not to lie in
    /// other pages.
    fn form(to: &str, typed: Typed) -> Self {
        let mut kept = Typed::default();
        for (name, value) in typed.without_token().iter() {
            if !name.contains("password") && name != "code" {
                kept.push(name, value);
            }
        }
        Self {
            to: inside(to).to_owned(),
            is_form: true,
            kept,
        }
    }

    /// What a form of the log-in carries along.
    fn read(typed: &Typed) -> Self {
        let mut kept = Typed::default();
        for (name, value) in typed.iter() {
            if let Some(name) = name.strip_prefix(KEPT) {
                kept.push(name, value);
            }
        }
        Self {
            to: inside(typed.raw("to")).to_owned(),
            is_form: typed.contains("is-form"),
            kept,
        }
    }
}

/// A parameter of an address.
fn parameter(uri: &Uri, name: &str) -> String {
    let query = uri.query().unwrap_or_default();
    Typed::decode(query.as_bytes()).raw(name).to_owned()
}

/// Writes down a log-in that was refused.
async fn note(
    app: &App,
    action: &str,
    person: Option<PersonId>,
    login: &str,
    client: Client,
) -> Result<()> {
    let act = Act {
        person,
        time: app.now(),
    };
    let detail = json!({"login": login, "from": client.truncated()});
    let mut transaction = app.db.begin().await?;
    audit(&mut transaction, action, None, &detail, act).await?;
    Ok(transaction.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_logging_in() {
        for good in ["/admin", "/admin/studies/12?said=x", "/admin?x=1"] {
            assert_eq!(inside(good), good);
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "/admin/\\evil",
            "https://evil.example/admin",
            "/administration",
            "/admin//x",
        ] {
            assert_eq!(inside(bad), HOME, "{bad}");
        }
    }
}
