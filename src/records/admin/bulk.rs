//! One change to many records: first shown, then made, then undone if need be.

use anyhow::Context;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::app::App;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::people::access::{Curator, done, frame};
use crate::people::role::Role;
use crate::records::admin::batch;
use crate::records::admin::edit::{folder, least_role, path};
use crate::records::admin::kinds;
use crate::records::admin::life::{against_publishing, submit_draft};
use crate::records::admin::list::{heading, title_of};
use crate::records::audit::{Act, audit};
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::status::Status;
use crate::records::store::{self, BatchKind, Head};
use crate::search::catalogue::Catalogue;
use crate::vocabularies::vocabulary::Vocabulary;
use crate::web::form::Typed;
use crate::web::layout::Layout;
use crate::web::page::Page;
use crate::web::words;

/// More are not changed at once.
const MOST: usize = 1_000;
/// What readers of withdrawn records are told when nobody said more.
const REASON: &str = "It was withdrawn by the editors.";

/// The list fields that can gain and lose a term, by kind: key in JSON, vocabulary.
fn fields(kind: Kind) -> &'static [(&'static str, Vocabulary)] {
    const STUDY: &[(&str, Vocabulary)] = &[
        ("outcomes", Vocabulary::Outcome),
        ("disadvantage_focus", Vocabulary::DisadvantageFocus),
        ("stages", Vocabulary::Stage),
    ];
    const INTERVENTION: &[(&str, Vocabulary)] = &[
        ("outcomes", Vocabulary::Outcome),
        ("disadvantage_focus", Vocabulary::DisadvantageFocus),
        ("stages", Vocabulary::Stage),
        ("setting", Vocabulary::Setting),
    ];
    match kind {
        Kind::Study => STUDY,
        Kind::Intervention => INTERVENTION,
        Kind::Theme | Kind::Question | Kind::Page => &[],
    }
}

/// Something that can be done to many records at once.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Action {
    /// Adds a slug to a list field, or takes it away.
    Tag {
        field: &'static str,
        slug: Slug,
        adds: bool,
    },
    Submit,
    Publish,
    Withdraw,
}

impl Action {
    /// Reads `add:outcomes:literacy`, `remove:themes:reading`, `submit`, `publish`, `withdraw`.
    fn parse(kind: Kind, text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let action = match (parts.next()?, parts.next(), parts.next()) {
            ("submit", None, None) => Self::Submit,
            ("publish", None, None) => Self::Publish,
            ("withdraw", None, None) => Self::Withdraw,
            (verb @ ("add" | "remove"), Some(field), Some(slug)) => {
                let known = fields(kind).iter().map(|(field, _)| *field);
                let has_themes = matches!(kind, Kind::Study | Kind::Intervention);
                let mut known = known.chain(has_themes.then_some("themes"));
                Self::Tag {
                    field: known.find(|known| *known == field)?,
                    slug: Slug::parse(slug)?,
                    adds: verb == "add",
                }
            }
            _ => return None,
        };
        Some(action)
    }

    fn needs(&self) -> Role {
        match self {
            Self::Tag { .. } | Self::Submit => Role::Curator,
            Self::Publish | Self::Withdraw => Role::Editor,
        }
    }
}

/// A choice in the list below the records.
pub struct Choice {
    pub value: String,
    pub label: String,
}

/// What this person may do to many records of a kind.
#[must_use]
pub fn choices(kind: Kind, curator: &Curator, catalogue: &Catalogue) -> Vec<Choice> {
    let choice = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
    };
    let mut choices = vec![choice("submit", "Submit for review")];
    if curator.is_editor() {
        choices.push(choice("publish", "Publish"));
        choices.push(choice("withdraw", "Withdraw"));
    }
    let mut tags: Vec<(String, String)> = Vec::new();
    if matches!(kind, Kind::Study | Kind::Intervention) {
        for theme in catalogue.themes() {
            tags.push((
                format!("themes:{}", theme.slug),
                format!("theme “{}”", theme.body.title),
            ));
        }
    }
    for (field, vocabulary) in fields(kind) {
        for term in catalogue.vocabularies.terms(*vocabulary) {
            let label = format!("{} “{}”", vocabulary.slug().replace('-', " "), term.label);
            tags.push((format!("{field}:{}", term.slug), label));
        }
    }
    for (verb, said) in [("add", "Add the"), ("remove", "Take away the")] {
        for (value, label) in &tags {
            choices.push(Choice {
                value: format!("{verb}:{value}"),
                label: format!("{said} {label}"),
            });
        }
    }
    choices
}

/// What a change would do to one record.
struct Effect {
    id: i64,
    title: String,
    path: String,
    /// Nothing when the record stays as it is, with the reason.
    change: Option<&'static str>,
    reason: String,
}

#[derive(Template)]
#[template(path = "admin/records/bulk.html")]
struct BulkPage {
    layout: Layout,
    curator: Curator,
    kind: Kind,
    heading: &'static str,
    list: &'static str,
    action: String,
    label: String,
    changing: usize,
    is_withdrawal: bool,
    effects: Vec<Effect>,
}

/// What a form asks for.
struct Asked {
    kind: Kind,
    action: Action,
    label: String,
    ids: Vec<i64>,
}

fn asked(app: &App, curator: &Curator, typed: &Typed) -> Result<Asked> {
    let kind = Kind::parse(typed.text("kind")).ok_or(Error::BadRequest)?;
    let action = Action::parse(kind, typed.text("action")).ok_or(Error::BadRequest)?;
    curator.require(least_role(kind))?;
    curator.require(action.needs())?;
    let choices = choices(kind, curator, &app.catalogue());
    let label = choices
        .into_iter()
        .find(|choice| choice.value == typed.text("action"))
        .map(|choice| choice.label)
        .ok_or(Error::BadRequest)?;
    let mut ids: Vec<i64> = typed
        .all("record")
        .filter_map(|id| id.parse().ok())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(MOST);
    Ok(Asked {
        kind,
        action,
        label,
        ids,
    })
}

/// `POST /admin/bulk`: shows what would change.
pub async fn preview(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    typed: Typed,
) -> Result<Response> {
    let asked = asked(&app, &curator, &typed)?;
    if asked.ids.is_empty() {
        return Ok(done(&app, folder(asked.kind), "Tick the records first."));
    }
    let mut effects = Vec::new();
    let mut conn = app.db.read.acquire().await?;
    for id in &asked.ids {
        let head = store::head(&mut conn, *id).await?;
        let Some(head) = head.filter(|head| head.kind == asked.kind) else {
            continue;
        };
        let outcome = outcome(&app, &curator, &asked.action, &head)?;
        effects.push(Effect {
            id: *id,
            title: title_of(&head),
            path: path(head.kind, *id),
            change: outcome.as_ref().ok().copied(),
            reason: outcome.err().unwrap_or_default(),
        });
    }
    Ok(Page(BulkPage {
        layout: frame(layout, asked.label.clone()),
        curator,
        kind: asked.kind,
        heading: heading(asked.kind),
        list: folder(asked.kind),
        action: typed.text("action").to_owned(),
        changing: effects
            .iter()
            .filter(|effect| effect.change.is_some())
            .count(),
        is_withdrawal: asked.action == Action::Withdraw,
        label: asked.label,
        effects,
    })
    .into_response())
}

/// What an action would do to a record, or why it does nothing.
fn outcome(
    app: &App,
    curator: &Curator,
    action: &Action,
    head: &Head,
) -> Result<std::result::Result<&'static str, String>> {
    let refused = |why: &str| Err(why.to_owned());
    Ok(match action {
        Action::Tag { field, slug, adds } => {
            let mut body: Value =
                serde_json::from_str(&head.body).context("reading a stored record")?;
            if !tag(&mut body, field, slug, *adds) {
                refused(if *adds {
                    "It has it already"
                } else {
                    "It does not have it"
                })
            } else if head.status == Status::Published && !goes_live(app, curator) {
                Ok("A draft beside the published text")
            } else if head.status == Status::Published {
                let missing = kinds::missing(app, head.kind, &body.to_string())?;
                match missing.into_iter().next() {
                    Some(missing) => Err(missing.message),
                    None => Ok("Readers see it at once"),
                }
            } else {
                Ok("Changed in the draft")
            }
        }
        Action::Submit if head.status == Status::Draft => Ok("Goes to a reviewer"),
        Action::Submit => refused("It is not a draft"),
        Action::Publish if !matches!(head.status, Status::Draft | Status::InReview) => {
            refused("There is no draft to publish")
        }
        Action::Publish => match against_publishing(app, curator, head)? {
            None => Ok("Readers see it at once"),
            Some(why) => Err(why),
        },
        Action::Withdraw if head.live.is_some() => Ok("Its address will say that it was withdrawn"),
        Action::Withdraw => refused("Readers do not see it"),
    })
}

/// Whether what this person changes may go to readers without somebody else's look at it.
fn goes_live(app: &App, curator: &Curator) -> bool {
    curator.is_editor() && !app.settings().second_pair_of_eyes
}

/// Adds a slug to a list, or takes it away. Whether that changed anything.
fn tag(body: &mut Value, field: &str, slug: &Slug, adds: bool) -> bool {
    let Some(body) = body.as_object_mut() else {
        return false;
    };
    let value = body.entry(field).or_insert_with(|| json!([]));
    // Not reported and not applicable give way to what is now known.
    if !value.is_array() {
        *value = json!([]);
    }
    let Some(list) = value.as_array_mut() else {
        return false;
    };
    let place = list
        .iter()
        .position(|own| own.as_str() == Some(slug.as_str()));
    match (place, adds) {
        (None, true) => list.push(json!(slug.as_str())),
        (Some(place), false) => {
            list.remove(place);
        }
        _ => return false,
    }
    true
}

/// `POST /admin/bulk/apply`
pub async fn apply(State(app): State<App>, curator: Curator, typed: Typed) -> Result<Response> {
    let asked = asked(&app, &curator, &typed)?;
    let act = curator.act(&app);
    let reason = typed.filled("reason").unwrap_or(REASON).to_owned();
    let mut transaction = app.db.begin().await?;
    let label = format!("{}: {}", heading(asked.kind), asked.label);
    let id = store::begin_batch(&mut transaction, BatchKind::Bulk, &label, &json!({}), act).await?;
    let mut changed = 0;
    for record in &asked.ids {
        let head = store::head(&mut transaction, *record).await?;
        let Some(head) = head.filter(|head| head.kind == asked.kind) else {
            continue;
        };
        if outcome(&app, &curator, &asked.action, &head)?.is_err() {
            continue;
        }
        let before = store::place(&mut transaction, *record).await?;
        make(
            &mut transaction,
            goes_live(&app, &curator),
            &asked.action,
            &head,
            &reason,
            act,
        )
        .await?;
        store::add_item(&mut transaction, id, *record, before).await?;
        changed += 1;
    }
    let detail = json!({"change": asked.label, "records": changed, "batch": id});
    audit(&mut transaction, "changed-many", None, &detail, act).await?;
    transaction.commit().await?;
    app.collection.refresh().await?;
    let said = format!("{} changed.", words::count(changed, "record", "records"));
    Ok(done(&app, &batch::path(id), &said))
}

async fn make(
    conn: &mut Conn,
    goes_live: bool,
    action: &Action,
    head: &Head,
    reason: &str,
    act: Act,
) -> Result<()> {
    match action {
        Action::Tag { field, slug, adds } => {
            let note = if *adds {
                format!("Added {slug}")
            } else {
                format!("Took away {slug}")
            };
            if goes_live {
                let change = |body: &mut Value| tag(body, field, slug, *adds);
                store::rewrite(conn, head.id, change, &note, act).await?;
            } else {
                let mut body: Value =
                    serde_json::from_str(&head.body).context("reading a stored record")?;
                tag(&mut body, field, slug, *adds);
                store::append(conn, head.id, &body.to_string(), &note, act).await?;
            }
        }
        Action::Submit => submit_draft(conn, head.id, act).await?,
        Action::Publish => {
            store::publish(conn, head.id, act).await?;
            let detail = json!({"version": head.number});
            audit(conn, "published", Some(head.id), &detail, act).await?;
        }
        Action::Withdraw => {
            store::withdraw(conn, head.id, reason, None, act).await?;
            let detail = json!({"reason": reason});
            audit(conn, "withdrawn", Some(head.id), &detail, act).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_read_strictly() {
        let slug = Slug::parse("literacy").unwrap();
        assert_eq!(
            Action::parse(Kind::Study, "add:outcomes:literacy"),
            Some(Action::Tag {
                field: "outcomes",
                slug,
                adds: true
            })
        );
        for bad in [
            "add:title:x",
            "add:outcomes",
            "publish:x",
            "delete",
            "add:outcomes:a b",
            "",
        ] {
            assert_eq!(Action::parse(Kind::Study, bad), None, "{bad}");
        }
        assert_eq!(Action::parse(Kind::Theme, "add:outcomes:literacy"), None);
    }

    #[test]
    fn tags_come_and_go() {
        let slug = Slug::parse("literacy").unwrap();
        let mut body = json!({"outcomes": "not-applicable"});
        assert!(tag(&mut body, "outcomes", &slug, true));
        assert!(!tag(&mut body, "outcomes", &slug, true));
        assert_eq!(body, json!({"outcomes": ["literacy"]}));
        assert!(tag(&mut body, "outcomes", &slug, false));
        assert!(!tag(&mut body, "outcomes", &slug, false));
        assert_eq!(body, json!({"outcomes": []}));
    }
}
