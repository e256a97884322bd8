//! What readers can see of the past: every published text at an address of its own, and what
//! changed in the collection, in words.

use anyhow::Context;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::app::App;
use crate::error::{Error, Result};
use crate::records::admin::kinds::{self, Text};
use crate::records::admin::naming::Names;
use crate::records::diff;
use crate::records::public::PublicPage;
use crate::records::record::{Found, Kind, Published};
use crate::records::slug::Slug;
use crate::records::store::{self, PublicChange, Version};
use crate::web::form::Typed;
use crate::web::layout::{Banner, Layout};
use crate::web::page::Page;
use crate::web::pagination::{PAGE_SIZE, Pagination, Step, page_count};
use crate::web::words::long_date;

/// The live record at an address with all texts that readers ever saw of it.
async fn published<P: PublicPage>(
    app: &App,
    address: &str,
) -> Result<(Published<P>, Vec<Version>)> {
    match store::find::<P>(&app.db, address).await? {
        Found::Live(published) => {
            let id = store::live_id(&app.db, P::KIND, &published.slug).await?;
            let versions = store::versions(&app.db, id.ok_or(Error::NotFound)?).await?;
            Ok((published, versions))
        }
        Found::Moved(_) | Found::Missing => Err(Error::NotFound),
        Found::Withdrawn(notice) => Err(Error::Gone(notice)),
    }
}

fn day(version: &Version) -> String {
    long_date(version.published.to_zoned_datetime(TimeZone::UTC).date())
}

/// `GET /studies/{slug}/versions/{number}`: a text as readers saw it, for good.
pub async fn show<P: PublicPage>(
    State(app): State<App>,
    layout: Layout,
    Path((address, number)): Path<(String, i64)>,
) -> Result<Html<String>> {
    let (published, versions) = published::<P>(&app, &address).await?;
    let version = versions.iter().find(|version| version.number == number);
    let version = version.ok_or(Error::NotFound)?;
    let newest = P::KIND.path(&published.slug);
    let banner = if number == published.version {
        Banner {
            words: format!(
                "This is version {number}, published on {}. It is the newest.",
                day(version)
            ),
            link: Some((newest, "Its permanent address".to_owned())),
        }
    } else {
        Banner {
            words: format!(
                "This is version {number}, published on {}. It has been superseded.",
                day(version)
            ),
            link: Some((
                newest,
                format!("Read version {}, the newest", published.version),
            )),
        }
    };
    let text = Text {
        kind: P::KIND,
        slug: &published.slug,
        number,
        time: version.published,
        body: &version.body,
    };
    kinds::page(&app, layout.with_banner(banner).unlisted(), &text).await
}

/// One version in the list of a record's versions.
struct VersionRow {
    number: i64,
    published: String,
    summary: String,
}

#[derive(Template)]
#[template(path = "records/versions.html")]
struct VersionsPage {
    layout: Layout,
    title: String,
    path: String,
    versions: Vec<VersionRow>,
}

/// `GET /studies/{slug}/versions`
pub async fn index<P: PublicPage>(
    State(app): State<App>,
    layout: Layout,
    Path(address): Path<String>,
) -> Result<Response> {
    let (published, versions) = published::<P>(&app, &address).await?;
    let names = Names::of(&app);
    let mut rows = Vec::new();
    for (place, version) in versions.iter().enumerate() {
        let before = versions.get(place + 1);
        rows.push(VersionRow {
            number: version.number,
            published: day(version),
            summary: summary(
                P::KIND,
                before.map(|before| before.body.as_str()),
                &version.body,
                &names,
            )?,
        });
    }
    let title = title(&versions);
    Ok(Page(VersionsPage {
        layout: layout
            .titled(
                format!("Versions of {title}"),
                "Every text of this record that was ever published, with what changed.",
            )
            .unlisted(),
        path: P::KIND.path(&published.slug),
        versions: rows,
        title,
    })
    .into_response())
}

fn title(versions: &[Version]) -> String {
    let newest = versions.first().map_or("", |version| version.body.as_str());
    let body: Value = serde_json::from_str(newest).unwrap_or_default();
    let named = ["title", "name", "question"]
        .into_iter()
        .find_map(|field| body.get(field)?.as_str());
    named.unwrap_or("this record").to_owned()
}

/// What a text changed for readers, in a sentence.
fn summary(kind: Kind, before: Option<&str>, after: &str, names: &Names) -> Result<String> {
    let Some(before) = before else {
        return Ok("Added to the collection".to_owned());
    };
    let read = |body: &str| serde_json::from_str::<Value>(body).context("reading a stored record");
    let differences = diff::differences(kind, &read(before)?, &read(after)?, names);
    let summary = diff::summary(&differences);
    Ok(if summary.is_empty() {
        "Changed nothing that readers see".to_owned()
    } else {
        summary
    })
}

/// A change in the list of what changed.
struct ChangeRow {
    date: String,
    kind: Kind,
    title: String,
    /// None when there is no page to read.
    path: Option<String>,
    summary: String,
}

#[derive(Template)]
#[template(path = "records/changes.html")]
struct ChangesPage {
    layout: Layout,
    changes: Vec<ChangeRow>,
    pagination: Option<Pagination>,
}

fn page_url(page: usize) -> String {
    match page {
        1 => "/changes".to_owned(),
        page => format!("/changes?page={page}"),
    }
}

/// `GET /changes`: what changed in the collection, newest first.
pub async fn changes(
    State(app): State<App>,
    layout: Layout,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let total = store::count_changes(&app.db).await?;
    let typed = Typed::decode(query.unwrap_or_default().as_bytes());
    let page = typed.filled("page").map_or(Ok(1), str::parse).unwrap_or(0);
    if page < 1 || page > page_count(total) {
        return Ok(Redirect::to(&page_url(1)).into_response());
    }
    let names = Names::of(&app);
    let listed = store::changes(&app.db, (page - 1) * PAGE_SIZE, PAGE_SIZE).await?;
    let changes = listed.into_iter().map(|change| row(change, &names));
    let title = match page {
        1 => "What changed".to_owned(),
        page => format!("What changed (page {page} of {})", page_count(total)),
    };
    Ok(Page(ChangesPage {
        layout: layout
            .titled(
                title,
                "Every record that was added, changed or withdrawn, newest first, and what changed in it.",
            )
            .at(page_url(page)),
        changes: changes.collect::<Result<_>>()?,
        pagination: Pagination::new(page, total, page_url),
    })
    .into_response())
}

fn row(change: PublicChange, names: &Names) -> Result<ChangeRow> {
    let slug: &Slug = &change.slug;
    let summary = match (change.what.as_str(), &change.after) {
        ("published", Some(after)) => summary(change.kind, change.before.as_deref(), after, names)?,
        ("withdrawn", _) => format!("Withdrawn. {}", change.reason),
        ("renamed", _) => "Moved to another address; the old one leads there".to_owned(),
        (other, _) => other.to_owned(),
    };
    Ok(ChangeRow {
        date: long_date(change.time.to_zoned_datetime(TimeZone::UTC).date()),
        path: change.is_live.then(|| change.kind.path(slug)),
        kind: change.kind,
        title: change.title,
        summary,
    })
}
