//! Finished public pages: tagged, compressed and kept, so that an address that is asked again
//! costs no more than a file.
//!
//! A public page depends on its address, the collection, the program with its settings, and the day
//! (which a print shows), and on nothing else. All but the address make its ETag, so an unchanged
//! page is not even made.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::app::App;
use crate::error::Error;
use crate::exchange::format::Format;
use crate::exchange::negotiate::Preferred;
use crate::web::encoding::{Effort, Encoding};
use crate::web::headers::ROBOTS;

/// Longer pages are sent, not kept.
const LARGEST_KEPT: usize = 1 << 20;
/// What an entry costs beside its body and address, in bytes.
const OVERHEAD: usize = 256;
/// Expected size of an entry, from which the cache derives how many there may be.
const TYPICAL: u64 = 8 * 1024;

type Key = (Box<str>, Encoding);

/// What a page depends on beside its address.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fresh {
    collection: Arc<String>,
    /// Version and day of the newest snapshot, which the page of data offers.
    snapshot: Option<(i64, Date)>,
    day: Date,
}

impl Fresh {
    fn of(app: &App) -> Self {
        let snapshots = app.snapshots();
        Self {
            collection: app.collection.version(),
            snapshot: snapshots
                .first()
                .map(|newest| (newest.version, newest.date)),
            day: app.today(),
        }
    }
}

struct Kept {
    state: Fresh,
    /// Those of [`KEPT_HEADERS`] that the handler set.
    headers: Vec<(HeaderName, HeaderValue)>,
    encoding: Option<&'static str>,
    body: Bytes,
}

/// What a page says beside its body.
const KEPT_HEADERS: [HeaderName; 4] = [
    header::CONTENT_TYPE,
    header::CONTENT_DISPOSITION,
    header::LINK,
    ROBOTS,
];

#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Arc<Kept>> for ByBytes {
    fn weight(&self, key: &Key, kept: &Arc<Kept>) -> u64 {
        (key.0.len() + kept.body.len() + OVERHEAD) as u64
    }
}

/// Marks a request whose page nobody will ask for again: it is not kept.
#[derive(Clone, Copy, Debug)]
pub struct Passing;

/// The pages kept in memory, bounded in bytes.
pub struct PageCache(Option<Cache<Key, Arc<Kept>, ByBytes>>);

impl PageCache {
    /// A cache of so many megabytes; none at 0.
    #[must_use]
    pub fn new(megabytes: u32) -> Self {
        let bytes = u64::from(megabytes) << 20;
        let entries = usize::try_from(bytes / TYPICAL).unwrap_or(usize::MAX);
        Self((bytes > 0).then(|| Cache::with_weighter(entries, bytes, ByBytes)))
    }

    fn get(&self, key: &Key, state: &Fresh) -> Option<Arc<Kept>> {
        self.0
            .as_ref()?
            .get(key)
            .filter(|kept| kept.state == *state)
    }

    fn keep(&self, key: Key, kept: &Arc<Kept>) {
        if let Some(cache) = &self.0
            && kept.body.len() <= LARGEST_KEPT
        {
            cache.insert(key, kept.clone());
        }
    }
}

/// Answers from memory where it can, and otherwise finishes and keeps what the handler makes.
pub async fn pages(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let is_head = request.method() == Method::HEAD;
    if !is_head && request.method() != Method::GET {
        return next.run(request).await;
    }
    let state = Fresh::of(&app);
    let preferred = request.extensions().get::<Preferred>();
    let format = preferred.and_then(|preferred| preferred.0);
    let variant = format.map_or("", Format::extension);
    let tag = tag(&app, &state, variant);
    if let Some(response) = not_modified(request.headers(), &tag) {
        return response;
    }
    let encoding = Encoding::for_page(request.headers());
    let address = request
        .uri()
        .path_and_query()
        .map_or("/", |address| address.as_str());
    // No address holds a blank.
    let key: Key = (format!("{address} {variant}").into(), encoding);
    let is_passing = request.extensions().get::<Passing>().is_some();
    let kept = if let Some(kept) = app.pages.get(&key, &state) {
        kept
    } else {
        *request.method_mut() = Method::GET;
        let response = next.run(request).await;
        if response.status() != StatusCode::OK {
            return response;
        }
        match finish(response, state, encoding).await {
            Ok(kept) => {
                if !is_passing {
                    app.pages.keep(key, &kept);
                }
                kept
            }
            Err(error) => return error.into_response(),
        }
    };
    let body = if is_head {
        Body::empty()
    } else {
        Body::from(kept.body.clone())
    };
    let mut response = body.into_response();
    tagged(&mut response, &tag);
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    for (name, value) in &kept.headers {
        headers.insert(name.clone(), value.clone());
    }
    headers.insert(header::CONTENT_LENGTH, kept.body.len().into());
    if let Some(encoding) = kept.encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

async fn finish(response: Response, state: Fresh, encoding: Encoding) -> Result<Arc<Kept>, Error> {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX)
        .await
        .map_err(anyhow::Error::from)?;
    let headers: Vec<_> = KEPT_HEADERS
        .into_iter()
        .filter_map(|name| Some((name.clone(), parts.headers.get(name)?.clone())))
        .collect();
    let kept = match encoding.compress(&body, Effort::Quick) {
        Some(compressed) => Kept {
            state,
            headers,
            encoding: encoding.name(),
            body: compressed.into(),
        },
        None => Kept {
            state,
            headers,
            encoding: None,
            body,
        },
    };
    Ok(Arc::new(kept))
}

/// What every answer has that is made of the collection as it stands now. Weak: the same page in two
/// encodings has one tag. `variant` tells apart what else there is at the same address.
fn tag(app: &App, state: &Fresh, variant: &str) -> HeaderValue {
    let Fresh {
        collection,
        snapshot,
        day,
    } = state;
    let build = &app.assets.build;
    let snapshot = snapshot.map_or(String::new(), |(version, day)| format!("-{version}.{day}"));
    let text = format!("W/\"{build}-{collection}{snapshot}-{day}{variant}\"");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("W/\"0\""))
}

/// The tag of a file that is written while it is sent, and so never kept.
#[must_use]
pub fn tag_of_file(app: &App, extension: &str) -> HeaderValue {
    let state = Fresh::of(app);
    tag(app, &state, extension)
}

/// The answer to a client that has this already.
#[must_use]
pub fn not_modified(headers: &HeaderMap, tag: &HeaderValue) -> Option<Response> {
    let is_known = headers.get_all(header::IF_NONE_MATCH).iter().any(|known| {
        known
            .to_str()
            .unwrap_or_default()
            .split(',')
            .any(|known| known.trim().as_bytes() == tag.as_bytes())
    });
    is_known.then(|| {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        tagged(&mut response, tag);
        let vary = HeaderValue::from_static("Accept-Encoding");
        response.headers_mut().insert(header::VARY, vary);
        response
    })
}

/// Kept anywhere, but asked for anew each time: what curators publish shows on the next page.
pub fn tagged(response: &mut Response, tag: &HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag.clone());
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, no-cache"),
    );
}
