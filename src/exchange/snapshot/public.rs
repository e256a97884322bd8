//! `GET /data`: everything that can be taken away, and how; and the snapshots themselves.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::app::App;
use crate::error::{Error, Result};
use crate::exchange::edition::Edition;
use crate::exchange::format::Format;
use crate::exchange::linked::schema_org;
use crate::exchange::references::entry::Entry;
use crate::exchange::references::shown::CitationBox;
use crate::exchange::snapshot::make::version;
use crate::exchange::snapshot::nightly::{Snapshot, folder, named};
use crate::records::record::Kind;
use crate::search::query::list_path;
use crate::web::layout::Layout;
use crate::web::page::render;
use crate::web::words;

/// How much of a file is read at once, in bytes.
const BLOCK: usize = 1 << 16;
const PATH: &str = "/data";

#[derive(Template)]
#[template(path = "data/show.html")]
struct DataPage {
    layout: Layout,
    studies: usize,
    interventions: usize,
    version: i64,
    snapshots: Arc<Vec<Snapshot>>,
    lists: Vec<(&'static str, Vec<(&'static str, String)>)>,
    citation: CitationBox,
}

impl DataPage {
    fn day(snapshot: &Snapshot) -> String {
        words::long_date(snapshot.date)
    }

    fn size(snapshot: &Snapshot) -> String {
        #[expect(clippy::cast_precision_loss, reason = "said in whole units")]
        let megabytes = snapshot.bytes as f64 / 1_000_000.0;
        format!("{} MB", words::decimal(megabytes, 1))
    }
}

/// `GET /data`
pub async fn show(State(app): State<App>, layout: Layout) -> Result<Response> {
    const LEAD: &str =
        "Cite it, download it, harvest it, or build on it: the whole collection is open data.";
    let edition = Edition::of_today(&app);
    let snapshots = app.snapshots();
    let lists = [
        (Kind::Study, "Studies"),
        (Kind::Intervention, "Interventions"),
    ]
    .map(|(kind, name)| {
        let formats = Format::of_list(kind).iter().chain(&[Format::Atom]);
        let files = formats.map(|format| {
            let address = format!("{}.{}", list_path(kind), format.extension());
            (format.label(), address)
        });
        (name, files.collect::<Vec<_>>())
    });
    let mut downloads: Vec<(String, &str)> = snapshots
        .iter()
        .take(1)
        .map(|snapshot| {
            let address = format!("{PATH}/{}", snapshot.file);
            (edition.absolute(&address), "application/zip")
        })
        .collect();
    for format in Format::of_list(Kind::Study) {
        let address = edition.absolute(&format!("/studies.{}", format.extension()));
        downloads.push((address, format.media_type()));
    }
    let version = version(&edition);
    let description = format!(
        "{} published studies and {} interventions on schools and families working together, coded \
         by theme, country, stage, disadvantage focus, outcome and design, with effect sizes where \
         they were reported.",
        edition.catalogue.studies().len(),
        edition.catalogue.interventions().len(),
    );
    let dataset = schema_org::dataset(&edition, &description, &version.to_string(), &downloads);
    let entry = Entry::of_collection(&edition);
    let page = DataPage {
        citation: CitationBox::of_page(&app, &layout, PATH.to_owned(), &entry),
        layout: layout
            .titled("Data and API", LEAD)
            .at(PATH.to_owned())
            .described(&[dataset]),
        studies: edition.catalogue.studies().len(),
        interventions: edition.catalogue.interventions().len(),
        version,
        snapshots,
        lists: lists.into(),
    };
    Ok(render(&page)?.into_response())
}

/// `GET /data/{file}`: a snapshot, or the part of it that was asked for.
pub async fn download(
    State(app): State<App>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    // Nothing but a name of ours ever becomes a path.
    named(&file).ok_or(Error::NotFound)?;
    let path = folder(&app.config.data).join(&file);
    let mut content = tokio::fs::File::open(path)
        .await
        .map_err(|_| Error::NotFound)?;
    let length = content.metadata().await.map_err(anyhow::Error::from)?.len();
    let range = headers
        .get(header::RANGE)
        .and_then(|range| asked(range, length));
    let (status, start, end) = match range {
        Some(Range::Part(start, end)) => (StatusCode::PARTIAL_CONTENT, start, end),
        Some(Range::Nothing) => {
            let size = format!("bytes */{length}");
            let headers = [(header::CONTENT_RANGE, size)];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response());
        }
        None => (StatusCode::OK, 0, length),
    };
    content
        .seek(std::io::SeekFrom::Start(start))
        .await
        .map_err(anyhow::Error::from)?;
    let body = Body::from_stream(stream::try_unfold(
        content.take(end - start),
        |mut content| async {
            let mut block = vec![0; BLOCK];
            let read = content.read(&mut block).await?;
            block.truncate(read);
            std::io::Result::Ok((read > 0).then_some((block, content)))
        },
    ));
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/zip"),
    );
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, (end - start).into());
    // A file of this name never changes: its version is part of the name.
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=86400"),
    );
    for (name, value) in [
        (header::ETAG, format!("\"{file}-{length}\"")),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{file}\""),
        ),
    ] {
        let value = HeaderValue::from_str(&value).map_err(anyhow::Error::from)?;
        headers.insert(name, value);
    }
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {start}-{}/{length}", end - 1);
        let range = HeaderValue::from_str(&range).map_err(anyhow::Error::from)?;
        headers.insert(header::CONTENT_RANGE, range);
    }
    Ok(response)
}

/// What a header asks of a file.
#[derive(Debug, PartialEq, Eq)]
enum Range {
    /// From one byte to another, the last not included.
    Part(u64, u64),
    /// There is nothing there.
    Nothing,
}

/// The one range of bytes that a header asks for; `None` where it asks for none that is understood,
/// so that the whole is sent (RFC 9110, section 14.2).
fn asked(header: &HeaderValue, length: u64) -> Option<Range> {
    let range = header.to_str().ok()?.strip_prefix("bytes=")?;
    let (start, end) = range.split_once('-')?;
    let (start, end) = match (start.parse::<u64>(), end.parse::<u64>()) {
        (Ok(start), Ok(end)) if start <= end => (start, end.saturating_add(1).min(length)),
        (Ok(start), Err(_)) if end.is_empty() => (start, length),
        // The last so many bytes.
        (Err(_), Ok(last)) if start.is_empty() => (length.saturating_sub(last), length),
        _ => return None,
    };
    Some(if start < end {
        Range::Part(start, end)
    } else {
        Range::Nothing
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_has_them() {
        let asked = |range: &'static str| asked(&HeaderValue::from_static(range), 100);
        assert_eq!(asked("bytes=0-9"), Some(Range::Part(0, 10)));
        assert_eq!(asked("bytes=90-"), Some(Range::Part(90, 100)));
        assert_eq!(asked("bytes=-5"), Some(Range::Part(95, 100)));
        assert_eq!(asked("bytes=50-999"), Some(Range::Part(50, 100)));
        assert_eq!(asked("bytes=100-"), Some(Range::Nothing));
        assert_eq!(asked("bytes=0-1,5-6"), None);
        assert_eq!(asked("lines=1-2"), None);
    }
}
