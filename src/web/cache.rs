//! Finished public pages: tagged, compressed and kept, so that an address that is asked again
//! costs no more than a file.
//!
//! A public page depends on its address, the collection, the program with its settings, and the day
//! (which a print shows), and on nothing else. All but the address make its ETag, so an unchanged
//! page is not even made.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::app::App;
use crate::error::Error;
use crate::web::encoding::{Effort, Encoding};

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
    day: Date,
}

struct Kept {
    state: Fresh,
    kind: HeaderValue,
    encoding: Option<&'static str>,
    body: Bytes,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Arc<Kept>> for ByBytes {
    fn weight(&self, key: &Key, kept: &Arc<Kept>) -> u64 {
        (key.0.len() + kept.body.len() + OVERHEAD) as u64
    }
}

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
    let state = Fresh {
        collection: app.collection.version(),
        day: app.today(),
    };
    let tag = tag(&app, &state);
    if is_known(request.headers(), &tag) {
        return (StatusCode::NOT_MODIFIED, caching(&tag)).into_response();
    }
    let encoding = Encoding::for_page(request.headers());
    let address = request
        .uri()
        .path_and_query()
        .map_or("/", |address| address.as_str());
    let key: Key = (address.into(), encoding);
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
                app.pages.keep(key, &kept);
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
    let mut response = (caching(&tag), body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kept.kind.clone());
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
    let kind = parts
        .headers
        .get(header::CONTENT_TYPE)
        .cloned()
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let kept = match encoding.compress(&body, Effort::Quick) {
        Some(compressed) => Kept {
            state,
            kind,
            encoding: encoding.name(),
            body: compressed.into(),
        },
        None => Kept {
            state,
            kind,
            encoding: None,
            body,
        },
    };
    Ok(Arc::new(kept))
}

/// Weak: the same page in two encodings has one tag.
fn tag(app: &App, state: &Fresh) -> HeaderValue {
    let text = format!(
        "W/\"{}-{}-{}\"",
        app.assets.build, state.collection, state.day
    );
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("W/\"0\""))
}

fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    headers.get_all(header::IF_NONE_MATCH).iter().any(|known| {
        known
            .to_str()
            .unwrap_or_default()
            .split(',')
            .any(|known| known.trim().as_bytes() == tag.as_bytes())
    })
}

/// Kept anywhere, but asked for anew each time: what curators publish shows on the next page.
fn caching(tag: &HeaderValue) -> [(header::HeaderName, HeaderValue); 3] {
    [
        (header::ETAG, tag.clone()),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, no-cache"),
        ),
        (header::VARY, HeaderValue::from_static("Accept-Encoding")),
    ]
}
