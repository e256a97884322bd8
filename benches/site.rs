//! What it costs to read a search, find words, filter and count, and make a list page afresh, over a
//! generated collection of 10,000 studies. Nothing here asserts a time; `scripts/bench` measures the
//! whole server.
//!
//! ```sh
//! cargo bench --bench site
//! ```

#[path = "../examples/generate/collection.rs"]
mod collection;

use std::hint::black_box;
use std::path::Path;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use criterion::{Criterion, criterion_group, criterion_main};
use engaging_with_families::app::App;
use engaging_with_families::config::Config;
use engaging_with_families::db::Db;
use engaging_with_families::import::folder::Source;
use engaging_with_families::import::store::import;
use engaging_with_families::records::audit::Act;
use engaging_with_families::records::record::Kind;
use engaging_with_families::routes::router;
use engaging_with_families::search::catalogue::Catalogue;
use engaging_with_families::search::query::{Search, list_path};
use http_body_util::BodyExt;
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

const STUDIES: usize = 10_000;
const SEED: u64 = 1;

/// What readers ask for: a name, the list, and the canonical query string.
const SEARCHES: [(&str, Kind, &str); 6] = [
    ("everything", Kind::Study, ""),
    ("one filter", Kind::Study, "stage=primary"),
    (
        "years and three filters",
        Kind::Study,
        "theme=literacy-and-numeracy-support&from=2010&to=2012&origin=uk&focus=low-income",
    ),
    ("a word", Kind::Study, "q=reading"),
    (
        "a word and two filters",
        Kind::Study,
        "q=reading&outcome=literacy&stage=primary",
    ),
    (
        "interventions",
        Kind::Intervention,
        "theme=communications-and-actions&cost=low",
    ),
];

/// The kinds of words that the index treats differently.
const WORDS: [(&str, &str); 6] = [
    ("common", "reading"),
    ("several", "text messages to parents"),
    ("synonyms", "fathers"),
    ("misspelt", "litercy"),
    ("phrase", "\"home learning\""),
    ("excluded", "homework -primary"),
];

/// A site with the generated collection that makes every page afresh.
struct Site {
    runtime: Runtime,
    app: App,
    _folder: TempDir,
}

impl Site {
    fn generated() -> Self {
        let folder = TempDir::new().unwrap();
        let evidence = folder.path().join("evidence");
        collection::generate(STUDIES, &evidence, SEED).unwrap();
        let runtime = Runtime::new().unwrap();
        let app = runtime.block_on(open(evidence.as_path(), &folder.path().join("data")));
        Self {
            runtime,
            app,
            _folder: folder,
        }
    }
}

async fn open(evidence: &Path, data: &Path) -> App {
    let act = Act {
        person: None,
        time: clock(),
    };
    let db = Db::open(data).await.unwrap();
    import(&db, &Source::Folder(evidence.to_owned()), act, |_| {})
        .await
        .unwrap();
    db.close().await;
    let config = Config {
        page_cache_mb: 0,
        ..Config::for_tests(data.to_owned())
    };
    App::open_at(config, clock).await.unwrap()
}

fn clock() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn read(catalogue: &Catalogue, kind: Kind, query: &str) -> Search {
    Search::read(kind, query, |filter, value| {
        let value = catalogue.filter_value(filter, value)?;
        Some(value.slug.clone())
    })
}

/// The query string to a search, with the values checked against the catalogue.
fn queries(criterion: &mut Criterion, catalogue: &Catalogue) {
    let mut group = criterion.benchmark_group("read a query");
    for (name, kind, query) in SEARCHES {
        let canonical = read(catalogue, kind, query).to_query();
        assert_eq!(canonical, query, "{name} would be redirected");
        group.bench_function(name, |bencher| {
            bencher.iter(|| read(catalogue, kind, black_box(query)));
        });
    }
    group.finish();
}

/// Words to records and scores, in the index.
fn words(criterion: &mut Criterion, app: &App, catalogue: &Catalogue) {
    let keywords = app.collection.keywords();
    let mut group = criterion.benchmark_group("find words");
    for (name, words) in WORDS {
        let matching = || {
            keywords
                .matching(black_box(words), &catalogue.meanings)
                .unwrap()
        };
        assert!(!matching().records.is_empty(), "{name} finds nothing");
        group.bench_function(name, |bencher| bencher.iter(matching));
    }
    group.finish();
}

/// A search to its page of numbers and the counts of every filter value; words are found already.
fn counts(criterion: &mut Criterion, app: &App, catalogue: &Catalogue) {
    let mut group = criterion.benchmark_group("filter and count");
    for (name, kind, query) in SEARCHES {
        let search = read(catalogue, kind, query);
        let matched = (!search.words.is_empty()).then(|| {
            app.collection
                .keywords()
                .matching(&search.words, &catalogue.meanings)
                .unwrap()
        });
        let found = catalogue.search(&search, matched.as_ref()).total;
        assert!(found > 0, "{name} finds nothing");
        group.bench_function(name, |bencher| {
            bencher.iter(|| catalogue.search(black_box(&search), matched.as_ref()));
        });
    }
    group.finish();
}

/// A request to the last byte of its page, through the router.
fn pages(criterion: &mut Criterion, site: &Site) {
    let router = router(site.app.clone());
    let mut group = criterion.benchmark_group("make a page");
    for (name, kind, query) in SEARCHES {
        let address = if query.is_empty() {
            list_path(kind).to_owned()
        } else {
            format!("{}?{query}", list_path(kind))
        };
        for (name, encoding) in [
            (name.to_owned(), "identity"),
            (format!("{name}, compressed"), "gzip, deflate, br"),
        ] {
            group.bench_function(name, |bencher| {
                bencher
                    .to_async(&site.runtime)
                    .iter(|| page(&router, &address, encoding));
            });
        }
    }
    group.finish();
}

async fn page(router: &Router, address: &str, encoding: &str) -> Bytes {
    let request = Request::get(address)
        .header(header::ACCEPT_ENCODING, encoding)
        .body(Body::empty())
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{address}");
    response.into_body().collect().await.unwrap().to_bytes()
}

fn everything(criterion: &mut Criterion) {
    let site = Site::generated();
    let catalogue = site.app.catalogue();
    queries(criterion, &catalogue);
    words(criterion, &site.app, &catalogue);
    counts(criterion, &site.app, &catalogue);
    pages(criterion, &site);
}

criterion_group!(benches, everything);
criterion_main!(benches);
