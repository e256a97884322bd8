//! The steps of a record's life, the same for every kind: submit, send back, publish, withdraw,
//! show again, discard, restore, comment.

use anyhow::Context;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::people::access::{Curator, done, form_frame};
use crate::people::role::Role;
use crate::records::admin::edit::{Publishing, SEEN, least_role, path};
use crate::records::admin::kinds;
use crate::records::audit::{Act, audit};
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::status::Status;
use crate::records::store::{self, Head, Step};
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page::{Page, unprocessable};

/// The longest comment or reason, in characters.
const MAX_WORDS: usize = 5_000;

/// A record that is within the person's role.
pub async fn head(app: &App, curator: &Curator, id: i64) -> Result<Head> {
    let mut conn = app.db.read.acquire().await?;
    let head = store::head(&mut conn, id).await?.ok_or(Error::NotFound)?;
    curator.require(least_role(head.kind))?;
    Ok(head)
}

/// What became of a step.
enum Taken {
    Done(String),
    /// Not now, and why.
    Refused(String),
}

/// Takes a step on the newest text, in one change: nobody else's step comes in between.
async fn take<F>(app: &App, curator: &Curator, id: i64, typed: &Typed, step: F) -> Result<Response>
where
    F: AsyncFnOnce(&mut Conn, &Head, Act) -> Result<Taken>,
{
    let act = curator.act(app);
    let mut transaction = app.db.begin().await?;
    let head = store::head(&mut transaction, id)
        .await?
        .ok_or(Error::NotFound)?;
    curator.require(least_role(head.kind))?;
    let seen = typed.filled(SEEN).and_then(|seen| seen.parse().ok());
    let back = path(head.kind, id);
    if seen.is_some_and(|seen: i64| seen != head.number) {
        let said = format!(
            "{} has saved version {} meanwhile. Look at it first.",
            head.author_name, head.number
        );
        return Ok(done(app, &back, &said));
    }
    match step(&mut transaction, &head, act).await? {
        Taken::Done(said) => {
            transaction.commit().await?;
            app.collection.refresh().await?;
            Ok(done(app, &back, &said))
        }
        Taken::Refused(why) => {
            transaction.rollback().await?;
            Ok(done(app, &back, &why))
        }
    }
}

/// Hands the newest text to a reviewer.
///
/// # Errors
/// When the disk refuses.
pub async fn submit_draft(conn: &mut Conn, id: i64, act: Act) -> Result<()> {
    store::set_status(conn, id, Status::InReview).await?;
    Ok(store::add_step(conn, id, Step::Submitted, "", act).await?)
}

/// `POST /admin/records/{id}/submit`
pub async fn submit(
    State(app): State<App>,
    curator: Curator,
    Path(id): Path<i64>,
    typed: Typed,
) -> Result<Response> {
    take(&app, &curator, id, &typed, async |conn, head, act| {
        if head.status != Status::Draft {
            return Ok(Taken::Refused("Only a draft can be submitted.".to_owned()));
        }
        submit_draft(conn, id, act).await?;
        Ok(Taken::Done("Submitted for review.".to_owned()))
    })
    .await
}

/// `POST /admin/records/{id}/send-back`
pub async fn send_back(
    State(app): State<App>,
    curator: Curator,
    Path(id): Path<i64>,
    typed: Typed,
) -> Result<Response> {
    curator.require(Role::Editor)?;
    let Some(comment) = words(&typed, "comment") else {
        let head = head(&app, &curator, id).await?;
        let said = "Say in the comment what is to be mended.";
        return Ok(done(&app, &path(head.kind, id), said));
    };
    take(&app, &curator, id, &typed, async |conn, head, act| {
        if head.status != Status::InReview {
            return Ok(Taken::Refused("It is not in review any more.".to_owned()));
        }
        store::set_status(conn, id, Status::Draft).await?;
        store::add_step(conn, id, Step::SentBack, &comment, act).await?;
        Ok(Taken::Done("Sent back with your comment.".to_owned()))
    })
    .await
}

/// `POST /admin/records/{id}/publish`
pub async fn publish(
    State(app): State<App>,
    curator: Curator,
    Path(id): Path<i64>,
    typed: Typed,
) -> Result<Response> {
    curator.require(Role::Editor)?;
    take(&app, &curator, id, &typed, async |conn, head, act| {
        if !matches!(head.status, Status::Draft | Status::InReview) {
            return Ok(Taken::Refused("There is no draft to publish.".to_owned()));
        }
        publish_head(&app, &curator, conn, head, act).await
    })
    .await
}

/// Shows the newest text to readers, if nothing stands against it.
async fn publish_head(
    app: &App,
    curator: &Curator,
    conn: &mut Conn,
    head: &Head,
    act: Act,
) -> Result<Taken> {
    if let Some(why) = against_publishing(app, curator, head)? {
        return Ok(Taken::Refused(why));
    }
    store::publish(conn, head.id, act).await?;
    let detail = json!({"version": head.number});
    audit(conn, "published", Some(head.id), &detail, act).await?;
    let address = head.kind.path(&head.slug);
    Ok(Taken::Done(format!(
        "Published. Readers see it now at {address}."
    )))
}

/// Why this person may not publish this text now; nothing when they may.
///
/// # Errors
/// When the text cannot be read.
pub fn against_publishing(app: &App, curator: &Curator, head: &Head) -> Result<Option<String>> {
    match Publishing::of(app, curator, head.author) {
        Publishing::Allowed => {}
        Publishing::NotByRole => return Err(Error::Forbidden),
        Publishing::NotByAuthor => {
            let why = "You wrote the newest text, so somebody else publishes it.";
            return Ok(Some(why.to_owned()));
        }
    }
    let missing = kinds::missing(app, head.kind, &head.body)?;
    Ok(match missing.as_slice() {
        [] => None,
        [only] => Some(format!("Not published yet. {}.", only.message)),
        several => Some(format!(
            "Not published yet: {} things are missing. They are listed beside the form.",
            several.len()
        )),
    })
}

/// `POST /admin/records/{id}/discard`
pub async fn discard(
    State(app): State<App>,
    curator: Curator,
    Path(id): Path<i64>,
    typed: Typed,
) -> Result<Response> {
    take(&app, &curator, id, &typed, async |conn, head, act| {
        if head.status != Status::Draft {
            return Ok(Taken::Refused("Only a draft can be discarded.".to_owned()));
        }
        store::discard(conn, id, act).await?;
        Ok(Taken::Done(
            "The draft is discarded. Its texts stay in the history.".to_owned(),
        ))
    })
    .await
}

/// `POST /admin/records/{id}/republish`: a withdrawn record goes back to readers, a discarded one
/// back to the drafts.
pub async fn republish(
    State(app): State<App>,
    curator: Curator,
    Path(id): Path<i64>,
    typed: Typed,
) -> Result<Response> {
    curator.require(Role::Editor)?;
    take(&app, &curator, id, &typed, async |conn, head, act| {
        if head.status != Status::Withdrawn {
            return Ok(Taken::Refused("It is not withdrawn.".to_owned()));
        }
        if head.was_published {
            return publish_head(&app, &curator, conn, head, act).await;
        }
        let wanted = kinds::proposed_slug(head.kind, &head.body)?;
        let wanted = wanted.unwrap_or_else(|| head.slug.clone());
        let slug = store::free_slug(conn, head.kind, &wanted).await?;
        store::rename_if_free(conn, head, &slug, act).await?;
        store::set_status(conn, id, Status::Draft).await?;
        store::add_step(conn, id, Step::Restored, "", act).await?;
        Ok(Taken::Done("It is a draft again.".to_owned()))
    })
    .await
}

/// `POST /admin/records/{id}/restore`: an earlier text becomes the newest again.
pub async fn restore(
    State(app): State<App>,
    curator: Curator,
    Path(id): Path<i64>,
    typed: Typed,
) -> Result<Response> {
    curator.require(Role::Editor)?;
    let number = typed
        .text("number")
        .parse()
        .map_err(|_| Error::BadRequest)?;
    if store::revision(&app.db, id, number).await?.is_none() {
        return Err(Error::NotFound);
    }
    take(&app, &curator, id, &typed, async |conn, head, act| {
        if head.status == Status::Withdrawn {
            let why = "It is withdrawn. Take it up again before restoring a text.";
            return Ok(Taken::Refused(why.to_owned()));
        }
        let now = store::restore(conn, id, number, act).await?;
        Ok(Taken::Done(format!(
            "Version {number} is the newest text again, as version {now}."
        )))
    })
    .await
}

/// `POST /admin/records/{id}/comment`
pub async fn comment(
    State(app): State<App>,
    curator: Curator,
    Path(id): Path<i64>,
    typed: Typed,
) -> Result<Response> {
    head(&app, &curator, id).await?;
    let back = format!("/admin/records/{id}/history#comments");
    let Some(comment) = words(&typed, "comment") else {
        return Ok(done(&app, &back, "The comment was empty."));
    };
    let mut transaction = app.db.begin().await?;
    store::add_step(
        &mut transaction,
        id,
        Step::Commented,
        &comment,
        curator.act(&app),
    )
    .await?;
    transaction.commit().await?;
    Ok(done(&app, &back, "Your comment is in the history."))
}

fn words(typed: &Typed, name: &str) -> Option<String> {
    let words = typed.filled(name)?;
    Some(words.chars().take(MAX_WORDS).collect())
}

#[derive(Template)]
#[template(path = "admin/records/withdraw.html")]
struct WithdrawPage {
    layout: Layout,
    curator: Curator,
    head: Head,
    back: String,
    typed: Typed,
    errors: FieldErrors,
}

impl WithdrawPage {
    fn new(
        layout: Layout,
        curator: Curator,
        head: Head,
        typed: Typed,
        errors: FieldErrors,
    ) -> Self {
        Self {
            layout: form_frame(layout, "Withdraw a record", &errors),
            curator,
            back: path(head.kind, head.id),
            head,
            typed,
            errors,
        }
    }
}

/// `GET /admin/records/{id}/withdraw`
pub async fn ask_withdraw(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(id): Path<i64>,
) -> Result<Response> {
    curator.require(Role::Editor)?;
    let head = head(&app, &curator, id).await?;
    if head.live.is_none() {
        let said = "Readers do not see it, so there is nothing to withdraw.";
        return Ok(done(&app, &path(head.kind, id), said));
    }
    let (typed, errors) = (Typed::default(), FieldErrors::default());
    Ok(Page(WithdrawPage::new(layout, curator, head, typed, errors)).into_response())
}

/// `POST /admin/records/{id}/withdraw`
pub async fn withdraw(
    State(app): State<App>,
    curator: Curator,
    layout: Layout,
    Path(id): Path<i64>,
    typed: Typed,
) -> Result<Response> {
    curator.require(Role::Editor)?;
    let head = head(&app, &curator, id).await?;
    let mut errors = FieldErrors::default();
    let reason = words(&typed, "reason");
    let reason = errors.check(
        "reason",
        reason,
        "Say why, for the readers who come looking for it",
    );
    let successor = match typed.filled("successor") {
        Some(address) => {
            let found = successor(&app, head.kind, address).await?;
            let found = found.filter(|found| *found != id);
            errors
                .check(
                    "successor",
                    found,
                    "There is no other published record at this address",
                )
                .map(Some)
        }
        None => Some(None),
    };
    let (Some(reason), Some(successor)) = (reason, successor) else {
        let page = WithdrawPage::new(layout, curator, head, typed, errors);
        return Ok(unprocessable(page));
    };
    take(&app, &curator, id, &typed, async |conn, head, act| {
        if head.live.is_none() {
            return Ok(Taken::Refused("Readers do not see it any more.".to_owned()));
        }
        store::withdraw(conn, id, &reason, successor, act).await?;
        let detail = json!({"reason": reason});
        audit(conn, "withdrawn", Some(id), &detail, act).await?;
        Ok(Taken::Done(
            "Withdrawn. Its address says why, and where to go instead.".to_owned(),
        ))
    })
    .await
}

/// The record at an address as people copy it: a slug, a path, or all of it.
async fn successor(app: &App, kind: Kind, address: &str) -> Result<Option<i64>> {
    let path = address
        .strip_prefix(app.base_url.as_ref())
        .unwrap_or(address);
    let path = path.trim_end_matches('/');
    let (kind, slug) = match path.rsplit_once('/') {
        None => (kind, path),
        Some((folder, slug)) => {
            let kinds = [
                ("/studies", Kind::Study),
                ("/interventions", Kind::Intervention),
                ("/evidence", Kind::Theme),
                ("/questions", Kind::Question),
            ];
            let Some((_, kind)) = kinds.into_iter().find(|(own, _)| *own == folder) else {
                return Ok(None);
            };
            (kind, slug)
        }
    };
    match Slug::parse(slug) {
        Some(slug) => Ok(store::live_id(&app.db, kind, &slug)
            .await
            .context("looking for a successor")?),
        None => Ok(None),
    }
}
