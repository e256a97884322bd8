//! The audit log as a page, for administrators.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;

use crate::app::App;
use crate::error::Result;
use crate::people;
use crate::people::access::{Curator, form_frame};
use crate::people::person::Person;
use crate::records::audit::file;
use crate::records::audit::store::{self, Filter, Line};
use crate::records::audit::words::action;
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page::Page;
use crate::web::pagination::{PAGE_SIZE, Pagination, Step, page_count};
use crate::web::words;

/// The parameters of the page, in the order of its addresses.
const PARAMETERS: [&str; 5] = ["person", "action", "record", "from", "to"];
/// Stands for nobody in the filter of people.
const NOBODY: i64 = 0;

#[derive(Template)]
#[template(path = "admin/audit/index.html")]
struct AuditPage {
    layout: Layout,
    curator: Curator,
    typed: Typed,
    errors: FieldErrors,
    people: Vec<Person>,
    /// Each with its words, by these.
    actions: Vec<(String, String)>,
    total: usize,
    lines: Vec<Line>,
    file: String,
    is_cut: bool,
    pagination: Option<Pagination>,
}

/// `GET /admin/audit`
pub async fn index(
    State(app): State<App>,
    layout: Layout,
    uri: Uri,
    curator: Curator,
) -> Result<Response> {
    let typed = typed(&uri);
    let mut errors = FieldErrors::default();
    let filter = filter(&typed, &mut errors);
    let total = store::count(&app.db, &filter).await?;
    let page = typed.text("page").parse().unwrap_or(1);
    if !(1..=page_count(total)).contains(&page) {
        return Ok(Redirect::to(&address("/admin/audit", &typed, 1)).into_response());
    }
    let skipped = (page - 1) * PAGE_SIZE;
    let mut actions: Vec<_> = store::actions(&app.db)
        .await?
        .into_iter()
        .map(|name| (action(&name), name))
        .collect();
    actions.sort();
    Ok(Page(AuditPage {
        layout: form_frame(layout, "Audit log", &errors),
        curator,
        people: people::store::list(&app.db).await?,
        actions,
        total,
        lines: store::lines(&app.db, &filter, None, skipped, PAGE_SIZE).await?,
        file: address("/admin/audit.csv", &typed, 1),
        is_cut: total > file::MOST,
        pagination: Pagination::new(page, total, |page| address("/admin/audit", &typed, page)),
        typed,
        errors,
    })
    .into_response())
}

/// The parameters of an address.
pub fn typed(uri: &Uri) -> Typed {
    Typed::decode(uri.query().unwrap_or_default().as_bytes())
}

/// What is asked for. A date that is none is named, and left out.
pub fn filter(typed: &Typed, errors: &mut FieldErrors) -> Filter {
    let mut date = |name| {
        let text = typed.filled(name)?;
        let date = text.parse::<Date>().ok();
        errors.check(name, date, "Enter a date, like 2026-11-25")
    };
    let (from, to) = (date("from"), date("to"));
    let day_after = to.and_then(|to| to.tomorrow().ok());
    Filter {
        person: typed.filled("person").and_then(|id| id.parse().ok()),
        action: typed.filled("action").map(str::to_owned),
        record: typed.filled("record").map(str::to_owned),
        from: from.map(|date| date.to_string()),
        before: day_after.map(|date| date.to_string()),
    }
}

/// The address of a page of the log with what is asked for.
fn address(path: &str, typed: &Typed, page: usize) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in PARAMETERS {
        if let Some(value) = typed.filled(name) {
            query.append_pair(name, value);
        }
    }
    if page > 1 {
        query.append_pair("page", &page.to_string());
    }
    let query = query.finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}
