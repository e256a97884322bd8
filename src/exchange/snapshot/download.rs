//! Downloading a snapshot, whole or, where a download broke off, the rest of it.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::app::App;
use crate::error::{Error, Result};
use crate::exchange::snapshot::nightly::{folder, named};

/// How much of a file is read at once, in bytes.
const BLOCK: usize = 1 << 16;

/// `GET /data/{file}`: a snapshot, or the part of it that was asked for.
pub async fn show(
    State(app): State<App>,
    Path(file): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    // Nothing but a name of ours ever becomes a path.
    named(&file).ok_or(Error::NotFound)?;
    let path = folder(&app.config.data).join(&file);
    let mut content = tokio::fs::File::open(path)
        .await
        .map_err(|_| Error::NotFound)?;
    let length = content.metadata().await.map_err(anyhow::Error::from)?.len();
    let tag =
        HeaderValue::from_str(&format!("\"{file}-{length}\"")).map_err(anyhow::Error::from)?;
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    // A part is only of use beside the parts of the same file.
    let is_same = headers.get(header::IF_RANGE).is_none_or(|own| *own == tag);
    let range = headers
        .get(header::RANGE)
        .filter(|_| is_same && method == Method::GET)
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
    headers.insert(header::ETAG, tag);
    let disposition = format!("attachment; filename=\"{file}\"");
    let disposition = HeaderValue::from_str(&disposition).map_err(anyhow::Error::from)?;
    headers.insert(header::CONTENT_DISPOSITION, disposition);
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
