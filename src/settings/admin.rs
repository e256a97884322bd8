//! The page of settings, for administrators.

use std::str::FromStr;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::error::Result;
use crate::people::access::{Curator, done, form_frame};
use crate::records::audit::audit;
use crate::records::store::{What, announce};
use crate::settings::{Settings, store};
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};

#[derive(Template)]
#[template(path = "admin/settings/edit.html")]
struct SettingsPage {
    layout: Layout,
    curator: Curator,
    typed: Typed,
    errors: FieldErrors,
}

/// `GET /admin/settings`
pub async fn edit(State(app): State<App>, layout: Layout, curator: Curator) -> impl IntoResponse {
    let errors = FieldErrors::default();
    Page(SettingsPage {
        layout: form_frame(layout, "Settings", &errors),
        curator,
        typed: typed(&app.settings()),
        errors,
    })
}

/// `POST /admin/settings`
pub async fn update(
    State(app): State<App>,
    layout: Layout,
    curator: Curator,
    typed: Typed,
) -> Result<Response> {
    let mut errors = FieldErrors::default();
    let Some(settings) = parse(&typed, &mut errors) else {
        return Ok(unprocessable(SettingsPage {
            layout: form_frame(layout, "Settings", &errors),
            curator,
            typed,
            errors,
        }));
    };
    let changes = changes(&app.settings(), &settings);
    if changes.is_empty() {
        return Ok(done(&app, "/admin/settings", "Nothing has changed."));
    }
    let act = curator.act(&app);
    let mut transaction = app.db.begin().await?;
    store::save(&mut transaction, &settings).await?;
    announce(&mut transaction, What::Settings, act).await?;
    let detail = Value::Object(changes);
    audit(&mut transaction, "settings-changed", None, &detail, act).await?;
    transaction.commit().await?;
    // First the settings: pages of the collection's new version show them.
    app.set_settings(settings);
    app.collection.refresh().await?;
    Ok(done(
        &app,
        "/admin/settings",
        "The settings are saved and in force.",
    ))
}

/// The form as it shows these settings: its fields have the names under which they are stored.
fn typed(settings: &Settings) -> Typed {
    let mut typed = Typed::default();
    for (name, value) in settings.rows() {
        typed.push(name, &value);
    }
    typed
}

fn parse(typed: &Typed, errors: &mut FieldErrors) -> Option<Settings> {
    let name = typed.text("site-name").split_whitespace();
    let name = name.collect::<Vec<_>>().join(" ");
    let is_name = (1..=Settings::LONGEST_NAME).contains(&name.chars().count());
    let name = is_name.then_some(name);
    let name = errors.check("site-name", name, "Enter a name of 1 to 80 characters");
    let idle = within(typed.text("idle-minutes"), &Settings::IDLE_MINUTES);
    let idle = errors.check("idle-minutes", idle, "Enter a number from 5 to 240");
    let longest = within(typed.text("longest-hours"), &Settings::LONGEST_HOURS);
    let longest = errors.check("longest-hours", longest, "Enter a number from 1 to 24");
    Some(Settings {
        site_name: name?.into(),
        second_pair_of_eyes: typed.has("second-pair-of-eyes", "true"),
        second_factor_required: typed.has("second-factor-required", "true"),
        idle_minutes: idle?,
        longest_hours: longest?,
    })
}

fn within<T: FromStr + PartialOrd>(text: &str, limits: &std::ops::RangeInclusive<T>) -> Option<T> {
    text.parse().ok().filter(|number| limits.contains(number))
}

/// What has changed, for the audit log.
fn changes(before: &Settings, after: &Settings) -> Map<String, Value> {
    before
        .rows()
        .into_iter()
        .zip(after.rows())
        .filter(|((_, before), (_, after))| before != after)
        .map(|((name, before), (_, after))| (name.to_owned(), json!({"from": before, "to": after})))
        .collect()
}
