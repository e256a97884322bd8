//! A site of one's own for each test, and its answers in the words of a page.

use std::cell::Cell;
use std::path::PathBuf;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use engaging_with_families::app::App;
use engaging_with_families::config::Config;
use engaging_with_families::people::role::Role;
use engaging_with_families::people::store;
use engaging_with_families::routes::router;
use engaging_with_families::web::outgoing::Reach;
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use scraper::{Html, Selector};
use tempfile::TempDir;
use tower::ServiceExt;

pub use crate::visitor::{PASSWORD, Visitor};

pub struct Site {
    pub app: App,
    router: Router,
    pub folder: TempDir,
}

thread_local! {
    /// How far this test's clock was put forward. A test and its site share one thread.
    static PASSED: Cell<SignedDuration> = const { Cell::new(SignedDuration::ZERO) };
}

/// A Wednesday, and what has passed since.
fn clock() -> Timestamp {
    let start: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
    start + PASSED.get()
}

/// Puts the clock forward.
pub fn wait(time: SignedDuration) {
    PASSED.set(PASSED.get() + time);
}

impl Site {
    /// A site with the starter collection.
    pub async fn starter() -> Self {
        Self::with(|config| config).await
    }

    /// A site without evidence.
    pub async fn empty() -> Self {
        Self::with(|config| Config {
            empty: true,
            ..config
        })
        .await
    }

    pub async fn with(configure: impl FnOnce(Config) -> Config) -> Self {
        Self::reaching(Reach::Public, configure).await
    }

    /// A site without evidence that reaches stand-ins of other servers on this machine.
    pub async fn beside_stand_ins() -> Self {
        Self::reaching(Reach::AndThisMachine, |config| Config {
            empty: true,
            ..config
        })
        .await
    }

    async fn reaching(reach: Reach, configure: impl FnOnce(Config) -> Config) -> Self {
        PASSED.set(SignedDuration::ZERO);
        let folder = TempDir::new().unwrap();
        let config = configure(Config::for_tests(folder.path().join("data")));
        let app = App::open_reaching(config, clock, reach).await.unwrap();
        Self {
            router: router(app.clone()),
            app,
            folder,
        }
    }

    /// The same data folder, opened as after a restart.
    pub async fn reopened(self) -> Self {
        let config = self.app.config.clone();
        self.app.db.close().await;
        drop(self.app);
        let app = App::open_at(config, clock).await.unwrap();
        Self {
            router: router(app.clone()),
            app,
            folder: self.folder,
        }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub async fn get(&self, address: &str) -> Answer {
        self.send(Method::GET, address, &[]).await
    }

    pub async fn get_with(&self, address: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, address, headers).await
    }

    pub async fn send(&self, method: Method, address: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self
            .router
            .clone()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        Answer::of(response).await
    }

    /// An account with [`PASSWORD`], logged in through the form.
    pub async fn person(&self, login: &str, role: Role) -> Visitor {
        self.account(login, role).await;
        let visitor = self.visitor();
        let answer = visitor.log_in(login, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        visitor
    }

    /// An account with [`PASSWORD`], whose name is the login with a capital.
    pub async fn account(&self, login: &str, role: Role) -> i64 {
        let (first, rest) = login.split_at(1);
        let name = first.to_uppercase() + rest;
        let hash = self.app.hasher.hash(PASSWORD.to_owned()).await.unwrap();
        let mut transaction = self.app.db.begin().await.unwrap();
        let now = self.app.now();
        let id = store::add(&mut transaction, login, &name, role, now)
            .await
            .unwrap()
            .expect("the login is free");
        store::set_password(&mut transaction, id, &hash, None, now)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        id
    }

    /// A browser without any cookie.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(self.router.clone(), &self.app)
    }

    /// A page that must be there, after redirects to its canonical address.
    pub async fn page(&self, address: &str) -> Page {
        let mut answer = self.get(address).await;
        if answer.status.is_redirection() {
            answer = self.get(&answer.location()).await;
        }
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        answer.page()
    }
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub async fn of(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes().to_vec(),
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn page(&self) -> Page {
        Page(Html::parse_document(&self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> String {
        self.header(header::LOCATION.as_str()).to_owned()
    }
}

pub struct Page(pub Html);

impl Page {
    /// The words of the first element, with single spaces.
    pub fn words(&self, selector: &str) -> String {
        self.all(selector).into_iter().next().unwrap_or_default()
    }

    /// The words of every element.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.0
            .select(&selector)
            .map(|element| words(element.text().collect()))
            .collect()
    }

    /// An attribute of every element that has it.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let value =
            |element: scraper::ElementRef<'_>| element.value().attr(name).map(str::to_owned);
        self.0.select(&selector).filter_map(value).collect()
    }

    /// How many records the list says it has.
    pub fn count(&self) -> usize {
        let status = self.words("[role=status]");
        let number = status.split(' ').next().unwrap().replace(',', "");
        number
            .parse()
            .unwrap_or_else(|_| panic!("no count in \"{status}\""))
    }

    /// The titles of the rows of a list.
    pub fn titles(&self) -> Vec<String> {
        self.all(".record-title a")
    }

    /// The token of the page's form; empty when it has none.
    pub fn token(&self) -> String {
        let mut tokens = self.attributes("main form input[name=token]", "value");
        tokens.pop().unwrap_or_default()
    }
}
