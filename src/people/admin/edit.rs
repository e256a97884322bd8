//! One account: name and role, a new password, a lost telephone, being barred.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::app::App;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::people::access::{Curator, done, form_frame};
use crate::people::admin::index::{NAME_MISSING, ROLE_MISSING};
use crate::people::admin::link;
use crate::people::one_time::Purpose;
use crate::people::person::{self, Person, PersonId};
use crate::people::role::Role;
use crate::people::store::{self, Account};
use crate::records::audit::audit;
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};
use crate::web::words;

/// Where one's own password and second factor are changed: there the present password is asked for.
const ACCOUNT: &str = "/admin/account";
const OWN: &str = "Your own password and second factor are changed here.";

#[derive(Template)]
#[template(path = "admin/people/edit.html")]
struct EditPage {
    layout: Layout,
    curator: Curator,
    account: Account,
    typed: Typed,
    errors: FieldErrors,
}

impl EditPage {
    fn new(
        layout: Layout,
        curator: Curator,
        account: Account,
        typed: Typed,
        errors: FieldErrors,
    ) -> Self {
        Self {
            layout: form_frame(layout, &account.person.name, &errors),
            curator,
            account,
            typed,
            errors,
        }
    }

    fn is_own(&self) -> bool {
        self.curator.person.id == self.account.person.id
    }
}

async fn account(app: &App, id: PersonId) -> Result<Account> {
    let mut accounts = store::accounts(&app.db).await?.into_iter();
    accounts
        .find(|account| account.person.id == id)
        .ok_or(Error::NotFound)
}

fn address(id: PersonId) -> String {
    format!("/admin/people/{id}")
}

/// `GET /admin/people/{id}`
pub async fn edit(
    State(app): State<App>,
    layout: Layout,
    curator: Curator,
    Path(id): Path<PersonId>,
) -> Result<impl IntoResponse> {
    let account = account(&app, id).await?;
    let mut typed = Typed::default();
    typed.push("name", &account.person.name);
    typed.push("role", account.person.role.as_str());
    let errors = FieldErrors::default();
    Ok(Page(EditPage::new(layout, curator, account, typed, errors)))
}

/// `POST /admin/people/{id}`
pub async fn update(
    State(app): State<App>,
    layout: Layout,
    curator: Curator,
    Path(id): Path<PersonId>,
    typed: Typed,
) -> Result<Response> {
    let account = account(&app, id).await?;
    let mut errors = FieldErrors::default();
    let name = errors.check("name", person::name(typed.raw("name")), NAME_MISSING);
    let role = errors.check("role", Role::parse(typed.text("role")), ROLE_MISSING);
    let (Some(name), Some(role)) = (name, role) else {
        let page = EditPage::new(layout, curator, account, typed, errors);
        return Ok(unprocessable(page));
    };
    let before = &account.person;
    if (&name, role) == (&before.name, before.role) {
        return Ok(done(&app, &address(id), "Nothing has changed."));
    }
    let mut transaction = app.db.begin().await?;
    store::update(&mut transaction, id, &name, role).await?;
    if !store::has_administrator(&mut transaction).await? {
        errors.add(
            "role",
            "No other administrator can log in. Make somebody else one first",
        );
        let page = EditPage::new(layout, curator, account, typed, errors);
        return Ok(unprocessable(page));
    }
    let detail = changes(before, &name, role);
    let act = curator.act(&app);
    audit(&mut transaction, "person-changed", None, &detail, act).await?;
    transaction.commit().await?;
    Ok(done(&app, &address(id), "The account is saved."))
}

/// What became of a person, for the audit log.
fn changes(before: &Person, name: &str, role: Role) -> Value {
    let mut changes = json!({"whom": before.said()});
    if name != before.name {
        changes["name"] = json!({"from": before.name, "to": name});
    }
    if role != before.role {
        changes["role"] = json!({"from": before.role.as_str(), "to": role.as_str()});
    }
    changes
}

/// `POST /admin/people/{id}/link`: answers with the link.
pub async fn give_link(
    State(app): State<App>,
    layout: Layout,
    curator: Curator,
    Path(id): Path<PersonId>,
) -> Result<Response> {
    let Account {
        person,
        has_password,
        ..
    } = account(&app, id).await?;
    if id == curator.person.id {
        return Ok(done(&app, ACCOUNT, OWN));
    }
    if person.is_disabled {
        let said = "Nobody who is barred gets a link. Let them in first.";
        return Ok(done(&app, &address(id), said));
    }
    let purpose = if has_password {
        Purpose::Password
    } else {
        Purpose::Invitation
    };
    let act = curator.act(&app);
    let mut transaction = app.db.begin().await?;
    let token = link::make(&mut transaction, &person, purpose, act.time).await?;
    let detail = json!({"whom": person.said(), "for": purpose.as_str()});
    audit(&mut transaction, "link-made", None, &detail, act).await?;
    transaction.commit().await?;
    Ok(link::show(&app, layout, curator, person, purpose, &token).await)
}

/// `POST /admin/people/{id}/second-factor`
pub async fn turn_off_second_factor(
    State(app): State<App>,
    curator: Curator,
    Path(id): Path<PersonId>,
) -> Result<Response> {
    if id == curator.person.id {
        return Ok(done(&app, ACCOUNT, OWN));
    }
    let change = Change {
        action: "second-factor-removed",
        said: "Their second factor is off. They can set up a new one on their account page.",
    };
    change
        .make(&app, &curator, id, async |conn| {
            Ok(store::set_second_factor(conn, id, None, &[]).await?)
        })
        .await
}

/// `POST /admin/people/{id}/sessions`
pub async fn end_sessions(
    State(app): State<App>,
    curator: Curator,
    Path(id): Path<PersonId>,
) -> Result<Response> {
    let change = Change {
        action: "sessions-of-person-ended",
        said: "They are logged out everywhere.",
    };
    change
        .make(&app, &curator, id, async |conn| {
            Ok(store::end_sessions(conn, id, None).await?)
        })
        .await
}

/// `POST /admin/people/{id}/disable`
pub async fn disable(
    State(app): State<App>,
    curator: Curator,
    Path(id): Path<PersonId>,
) -> Result<Response> {
    if id == curator.person.id {
        let said = "Nobody bars themselves. Ask another administrator.";
        return Ok(done(&app, &address(id), said));
    }
    let change = Change {
        action: "person-disabled",
        said: "They are logged out and cannot log in any more. What they wrote stays.",
    };
    let now = app.now();
    change
        .make(&app, &curator, id, async |conn| {
            store::disable(conn, id, Some(now)).await?;
            // Whoever asks is one, unless somebody has just barred them, too.
            if store::has_administrator(conn).await? {
                Ok(())
            } else {
                Err(Error::Forbidden)
            }
        })
        .await
}

/// `POST /admin/people/{id}/enable`
pub async fn enable(
    State(app): State<App>,
    curator: Curator,
    Path(id): Path<PersonId>,
) -> Result<Response> {
    let change = Change {
        action: "person-enabled",
        said: "They can log in again.",
    };
    change
        .make(&app, &curator, id, async |conn| {
            Ok(store::disable(conn, id, None).await?)
        })
        .await
}

/// A change that takes one press of a button.
struct Change {
    action: &'static str,
    said: &'static str,
}

impl Change {
    async fn make(
        self,
        app: &App,
        curator: &Curator,
        id: PersonId,
        change: impl AsyncFnOnce(&mut Conn) -> Result<()>,
    ) -> Result<Response> {
        let person = store::find(&app.db, id).await?.ok_or(Error::NotFound)?;
        let mut transaction = app.db.begin().await?;
        change(&mut transaction).await?;
        let detail = json!({"whom": person.said()});
        let act = curator.act(app);
        audit(&mut transaction, self.action, None, &detail, act).await?;
        transaction.commit().await?;
        Ok(done(app, &address(id), self.said))
    }
}
