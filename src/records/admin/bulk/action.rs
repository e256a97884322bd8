//! What can be done to many records at once, and what it does to each.

use anyhow::Context;
use serde_json::{Value, json};

use crate::app::App;
use crate::db::Conn;
use crate::error::Result;
use crate::people::access::Curator;
use crate::people::role::Role;
use crate::records::admin::kinds;
use crate::records::admin::life::{against_publishing, submit_draft};
use crate::records::audit::{Act, audit};
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::status::Status;
use crate::records::store::{self, Head};
use crate::search::catalogue::Catalogue;
use crate::vocabularies::vocabulary::Vocabulary;

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
pub(super) enum Action {
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
    pub(super) fn parse(kind: Kind, text: &str) -> Option<Self> {
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

    pub(super) fn needs(&self) -> Role {
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

/// What an action would do to a record, or why it does nothing.
pub(super) fn outcome(
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
pub(super) fn goes_live(app: &App, curator: &Curator) -> bool {
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

pub(super) async fn make(
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
