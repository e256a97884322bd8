//! The audit log as a file for a spreadsheet.

use anyhow::Result;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use crate::app::App;
use crate::exchange::table::harmless;
use crate::records::audit::admin::{filter, typed};
use crate::records::audit::store::{self, Filter, Line};
use crate::web::form::FieldErrors;

/// The most lines of a file; it says so where there are more.
pub const MOST: usize = 100_000;
/// Lines that are read at once.
const AT_ONCE: usize = 1_000;

const HEAD: [&str; 7] = [
    "time", "login", "name", "action", "kind", "record", "detail",
];
const CUT: &str = "Only the newest 100,000 lines are here. Ask for fewer days to get the rest.";

/// `GET /admin/audit.csv`: written while it is sent, so that a long log takes no memory.
pub async fn show(State(app): State<App>, uri: Uri) -> Response {
    let filter = filter(&typed(&uri), &mut FieldErrors::default());
    let begun = Written {
        app,
        filter,
        last: None,
        count: 0,
    };
    let pieces = stream::try_unfold(Some(begun), |written| async {
        match written {
            Some(written) => written.next().await,
            None => Ok(None),
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"audit.csv\"",
        ),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}

/// How far a file has got.
struct Written {
    app: App,
    filter: Filter,
    last: Option<i64>,
    count: usize,
}

impl Written {
    /// The next piece of the file, and what comes after it.
    async fn next(mut self) -> Result<Option<(Bytes, Option<Self>)>> {
        let most = AT_ONCE.min(MOST - self.count);
        // One more, to know whether there is more.
        let mut lines = store::lines(&self.app.db, &self.filter, self.last, 0, most + 1).await?;
        let has_more = lines.len() > most;
        lines.truncate(most);
        let mut csv = csv::Writer::from_writer(Vec::new());
        if self.count == 0 {
            csv.write_record(HEAD)?;
        }
        for line in &lines {
            csv.write_record(cells(line).map(|cell| harmless(&cell)))?;
        }
        self.count += lines.len();
        self.last = lines.last().map(|line| line.id);
        if has_more && self.count == MOST {
            csv.write_record([CUT, "", "", "", "", "", ""])?;
        }
        let bytes = csv.into_inner().map_err(csv::IntoInnerError::into_error)?;
        let is_over = !has_more || self.count == MOST;
        Ok(Some((bytes.into(), (!is_over).then_some(self))))
    }
}

fn cells(line: &Line) -> [String; 7] {
    let (login, name) = line.person.clone().unwrap_or_default();
    let (kind, record) = line
        .record
        .as_ref()
        .map_or_else(Default::default, |record| {
            (record.kind.as_str().to_owned(), record.slug.clone())
        });
    let details = line.details();
    let details = details
        .iter()
        .map(|(label, words)| format!("{label}: {words}"));
    [
        line.time.to_string(),
        login,
        name,
        line.action.clone(),
        kind,
        record,
        details.collect::<Vec<_>>().join("; "),
    ]
}
