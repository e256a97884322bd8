//! Whether links work, asked of a stand-in on this machine.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engaging_with_families::links::check::Checker;
use engaging_with_families::links::link::{Link, Standing};
use engaging_with_families::people::role::Role;
use engaging_with_families::records::audit::Act;
use engaging_with_families::records::record::Kind;
use engaging_with_families::records::slug::Slug;
use engaging_with_families::records::store;
use engaging_with_families::web::outgoing::{Outgoing, Reach};
use futures_util::stream;
use jiff::SignedDuration;
use serde_json::json;

use crate::site::{Site, wait};

/// Another server, and what it was asked.
struct StandIn {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl StandIn {
    async fn start() -> Self {
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let router = Router::new().fallback(answer).with_state(asked.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.address)
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

async fn answer(State(asked): State<Arc<Mutex<Vec<String>>>>, request: Request) -> Response {
    let agent = request.headers().get(header::USER_AGENT);
    assert!(
        agent
            .unwrap()
            .to_str()
            .unwrap()
            .contains("(+http://127.0.0.1:3000)")
    );
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let is_head = request.method() == Method::HEAD;
    asked
        .lock()
        .unwrap()
        .push(format!("{} {path}", request.method()));
    let to =
        |place: &str| (StatusCode::FOUND, [(header::LOCATION, place.to_owned())]).into_response();
    match path.as_str() {
        "no-head" if is_head => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        "wrong-head" if is_head => StatusCode::NOT_FOUND.into_response(),
        "ok" | "no-head" | "wrong-head" => StatusCode::OK.into_response(),
        "endless" if is_head => StatusCode::NOT_IMPLEMENTED.into_response(),
        "endless" => {
            let chunks = stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 1024]));
            Body::from_stream(chunks).into_response()
        }
        "moved" => to("/moved-again"),
        "moved-again" => to("ok"),
        "round" => to("/round"),
        "metadata" => to("http://169.254.169.254/latest/meta-data"),
        "decimal" => to("http://2852039166/"),
        "mapped" => to("http://[::ffff:169.254.169.254]/"),
        "private" => to("http://10.0.0.1/"),
        "file" => to("file:///etc/passwd"),
        "credentials" => to("http://a:b@127.0.0.1/"),
        status => match status
            .parse()
            .ok()
            .and_then(|code| StatusCode::from_u16(code).ok())
        {
            Some(code) => code.into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

/// Publishes a study with this address.
async fn study(site: &Site, slug: &str, url: &str) {
    let body = json!({
        "title": format!("Study {slug}"), "authors": [], "year": 2013, "publication_type": null,
        "url": url, "verified": {"level": "abstract", "sources": ["A book of ours"]},
    });
    let act = Act {
        person: None,
        time: site.app.now(),
    };
    let records = [(Slug::parse(slug).unwrap(), body.to_string())];
    let mut transaction = site.app.db.begin().await.unwrap();
    store::add_published(&mut transaction, Kind::Study, &records, "", act)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    site.app.collection.refresh().await.unwrap();
}

async fn check(site: &Site, url: &str) -> Link {
    Checker::of(&site.app).check(url).await.unwrap()
}

#[tokio::test]
async fn a_page_is_asked_for_its_head_and_read_only_where_that_is_refused() {
    let (site, other) = (Site::beside_stand_ins().await, StandIn::start().await);
    for (path, standing, asked) in [
        ("ok", Standing::Works, vec!["HEAD ok"]),
        (
            "no-head",
            Standing::Works,
            vec!["HEAD no-head", "GET no-head"],
        ),
        (
            "wrong-head",
            Standing::Works,
            vec!["HEAD wrong-head", "GET wrong-head"],
        ),
        (
            "endless",
            Standing::Works,
            vec!["HEAD endless", "GET endless"],
        ),
        (
            "moved",
            Standing::Works,
            vec!["HEAD moved", "HEAD moved-again", "HEAD ok"],
        ),
        ("404", Standing::Dead, vec!["HEAD 404", "GET 404"]),
        ("410", Standing::Dead, vec!["HEAD 410", "GET 410"]),
        ("503", Standing::Failing, vec!["HEAD 503", "GET 503"]),
        ("401", Standing::CouldNotLook, vec!["HEAD 401", "GET 401"]),
        ("403", Standing::CouldNotLook, vec!["HEAD 403", "GET 403"]),
        ("429", Standing::CouldNotLook, vec!["HEAD 429"]),
    ] {
        let link = check(&site, &other.url(path)).await;
        assert_eq!(link.standing(), standing, "{path}");
        assert_eq!(other.asked(), asked);
    }
    let link = check(&site, &other.url("round")).await;
    assert_eq!(link.problem, "It redirects too often");
    assert_eq!(other.asked().len(), 6);
}

#[tokio::test]
async fn no_redirect_leads_inside() {
    let (site, other) = (Site::beside_stand_ins().await, StandIn::start().await);
    for path in ["metadata", "decimal", "mapped", "private"] {
        let link = check(&site, &other.url(path)).await;
        assert!(
            link.problem.contains("public Internet"),
            "{path}: {}",
            link.problem
        );
        assert_eq!(link.standing(), Standing::Failing);
    }
    for path in ["file", "credentials"] {
        let link = check(&site, &other.url(path)).await;
        assert_eq!(link.problem, "The address cannot be read", "{path}");
    }
}

#[tokio::test]
async fn without_the_switch_of_tests_this_machine_is_never_reached() {
    let (site, other) = (Site::empty().await, StandIn::start().await);
    let port = other.address.rsplit(':').next().unwrap().to_owned();
    for host in [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
    ] {
        let link = check(&site, &format!("http://{host}:{port}/ok")).await;
        assert!(
            link.problem.contains("public Internet"),
            "{host}: {}",
            link.problem
        );
    }
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn one_host_is_asked_one_thing_a_second() {
    let site = Site::empty().await;
    let outgoing = Outgoing::new(&site.app.config, Reach::Public).unwrap();
    let start = Instant::now();
    // Nobody answers at these names, which is enough to see the pause.
    let ask = async |url: &str| outgoing.ask(Method::HEAD, url, "*/*", 0).await.unwrap_err();
    tokio::join!(
        ask("http://one.invalid/a"),
        ask("http://one.invalid/b"),
        ask("http://one.invalid/c"),
        ask("http://two.invalid/"),
    );
    let time = start.elapsed();
    assert!(
        time >= Duration::from_secs(2) && time < Duration::from_secs(12),
        "{time:?}"
    );
}

#[tokio::test]
async fn a_machine_without_a_way_out_blames_no_link() {
    let (site, other) = (Site::beside_stand_ins().await, StandIn::start().await);
    for n in 0..5 {
        study(
            &site,
            &format!("study-{n}"),
            &format!("http://nobody-{n}.invalid/"),
        )
        .await;
    }
    let checker = Checker::of(&site.app);
    let error = checker.check_due(10).await.unwrap_err();
    assert!(error.to_string().contains("no way out"), "{error}");
    let known = async || -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM link")
            .fetch_one(&site.app.db.read)
            .await
            .unwrap()
    };
    assert_eq!(known().await, 0);
    // With one answer the others are to blame.
    study(&site, "study-5", &other.url("ok")).await;
    let tally = checker.check_due(10).await.unwrap();
    assert_eq!((tally.working, tally.failing), (1, 5));
    assert_eq!(known().await, 6);
}

#[tokio::test]
async fn only_links_of_published_records_are_looked_at_and_only_when_due() {
    let (site, other) = (Site::beside_stand_ins().await, StandIn::start().await);
    study(&site, "one", &other.url("ok")).await;
    study(&site, "two", &other.url("503")).await;
    let checker = Checker::of(&site.app);
    assert_eq!(checker.check_due(1).await.unwrap().total(), 1);
    assert_eq!(checker.check_due(10).await.unwrap().total(), 1);
    assert_eq!(checker.check_due(10).await.unwrap().total(), 0);
    wait(SignedDuration::from_hours(24));
    assert_eq!(checker.check_due(10).await.unwrap().failing, 1);
    wait(SignedDuration::from_hours(24));
    assert_eq!(checker.check_due(10).await.unwrap().dead, 1);
    other.asked();
    wait(SignedDuration::from_hours(24 * 7));
    assert_eq!(checker.check_due(10).await.unwrap().total(), 2);

    // What no record has any more is forgotten.
    let mut transaction = site.app.db.begin().await.unwrap();
    let act = Act {
        person: None,
        time: site.app.now(),
    };
    store::withdraw(&mut transaction, 2, "A test", None, act)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(checker.collect().await.unwrap().len(), 1);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM link")
        .fetch_one(&site.app.db.read)
        .await
        .unwrap();
    assert_eq!(left, 1);
}

#[tokio::test]
async fn curators_see_dead_links_with_their_records_and_look_again() {
    let (site, other) = (Site::beside_stand_ins().await, StandIn::start().await);
    study(&site, "one", &other.url("404")).await;
    study(&site, "two", &other.url("403")).await;
    study(&site, "three", &other.url("ok")).await;
    let ada = site.person("ada", Role::Curator).await;
    let page = ada.page("/admin/links").await;
    assert!(
        page.words("main")
            .contains("No link has been looked at yet")
    );
    Checker::of(&site.app).check_due(10).await.unwrap();
    let page = ada.page("/admin/links").await;
    assert!(
        page.words("[role=status]").contains("1 is dead"),
        "{}",
        page.words("[role=status]")
    );
    assert_eq!(
        page.all("section h2"),
        ["Dead links (1)", "Where we could not look (1)"]
    );
    assert_eq!(
        page.all(".queue-places li"),
        ["Address of Study one", "Address of Study two"]
    );
    assert_eq!(
        page.attributes(".queue-places a", "href"),
        ["/admin/studies/1", "/admin/studies/2"]
    );
    assert!(page.all(".queue-facts")[0].contains("Last check 25 November 2026, 12:00 UTC"));

    other.asked();
    let dead = other.url("404");
    let page = ada.done("/admin/links/check", &[("url", &dead)]).await;
    assert!(
        page.words(".said")
            .contains("There is nothing at this address (404)")
    );
    assert_eq!(other.asked(), ["HEAD 404", "GET 404"]);
    // Nobody names an address that the server is to ask.
    for url in [
        other.url("410"),
        "http://169.254.169.254/".to_owned(),
        String::new(),
    ] {
        let answer = ada.post("/admin/links/check", &[("url", &url)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{url}");
    }
    assert!(other.asked().is_empty());
    assert_eq!(
        ada.get("/admin/links/check").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}
