//! A browser of a test: keeps cookies, fills in forms as a page of the site would send them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use engaging_with_families::app::App;
use engaging_with_families::people::second_factor;
use engaging_with_families::people::token::Token;
use tower::ServiceExt;

use crate::site::{Answer, Page};

/// The password of every account of a test.
pub const PASSWORD: &str = "seven green umbrellas";

/// Someone with a browser.
pub struct Visitor {
    router: Router,
    origin: String,
    session_cookie: &'static str,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Visitor {
    pub fn new(router: Router, app: &App) -> Self {
        Self {
            router,
            origin: app.base_url.to_string(),
            session_cookie: if app.config.has_secure_cookies() {
                "__Host-session"
            } else {
                "session"
            },
            cookies: Mutex::default(),
        }
    }

    /// Sends a request with the browser's cookies, and keeps those of the answer.
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        let cookies = self.cookies();
        let host = self.origin.split("//").nth(1).unwrap().parse().unwrap();
        let headers = request.headers_mut();
        headers.insert(header::HOST, host);
        if !cookies.is_empty() {
            headers.insert(header::COOKIE, cookies.parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        self.keep(response.headers());
        Answer::of(response).await
    }

    fn keep(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().unwrap();
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (pair, attributes) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// The `Cookie` header.
    pub fn cookies(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        let pairs = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// The token of the session, unless there is none.
    pub fn session(&self) -> Option<Token> {
        let cookies = self.cookies.lock().unwrap();
        Token::parse(cookies.get(self.session_cookie)?)
    }

    /// Puts another session into the browser.
    pub fn set_session(&self, token: &str) {
        self.set_cookie(self.session_cookie, token);
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().unwrap();
        cookies.insert(name.to_owned(), value.to_owned());
    }

    /// What every form of this session carries; empty without one.
    pub fn token(&self) -> String {
        self.session()
            .map(|session| session.form_token().to_string())
            .unwrap_or_default()
    }

    pub async fn get(&self, address: &str) -> Answer {
        self.send(Request::get(address).body(Body::empty()).unwrap())
            .await
    }

    /// A page that must be there, after one redirect.
    pub async fn page(&self, address: &str) -> Page {
        let mut answer = self.get(address).await;
        if answer.status.is_redirection() {
            answer = self.get(&answer.location()).await;
        }
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        answer.page()
    }

    /// A request with the headers of a form that a page of this site sends.
    pub fn form(&self, address: &str) -> axum::http::request::Builder {
        Request::post(address)
            .header(header::ORIGIN, &self.origin)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    }

    /// Sends a form of a page behind the log-in.
    pub async fn post(&self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let body = encode(fields, &self.token());
        self.send(self.form(address).body(body.into()).unwrap())
            .await
    }

    /// Sends a form that is as it should be, and returns the page to which it leads.
    pub async fn done(&self, address: &str, fields: &[(&str, &str)]) -> Page {
        let answer = self.post(address, fields).await;
        let text = || answer.page().words("main");
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", text());
        self.page(&answer.location()).await
    }

    /// Sends a form that has a file in its field `file`.
    pub async fn upload(
        &self,
        address: &str,
        fields: &[(&str, &str)],
        file_name: &str,
        content: &[u8],
    ) -> Answer {
        let token = self.token();
        let mut body = Vec::new();
        for (name, value) in fields.iter().chain([&("token", token.as_str())]) {
            let part = format!(
                "--XXX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--XXX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--XXX--\r\n");
        let mut request = self.form(address).body(body.into()).unwrap();
        let kind = "multipart/form-data; boundary=XXX".parse().unwrap();
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        self.send(request).await
    }

    /// Sends the form of a page that comes before any session, with the token that it shows.
    pub async fn fill_in(&self, address: &str, fields: &[(&str, &str)]) -> Answer {
        self.fill_in_from(address, fields, None).await
    }

    /// The same from a client's address that a proxy tells.
    pub async fn fill_in_from(
        &self,
        address: &str,
        fields: &[(&str, &str)],
        client: Option<&str>,
    ) -> Answer {
        let token = self.get(address).await.page().token();
        let mut form = self.form(address);
        if let Some(client) = client {
            form = form.header("x-forwarded-for", client);
        }
        self.send(form.body(encode(fields, &token).into()).unwrap())
            .await
    }

    /// Sets up a second factor as its page asks for, and returns the secret with the recovery codes.
    pub async fn set_up_second_factor(&self, app: &App) -> (Vec<u8>, Vec<String>) {
        let page = self.done("/admin/account/second-factor/begin", &[]).await;
        let secret = from_base32(&page.words(".copy"));
        let code = second_factor::code(&secret, app.now());
        let answer = self
            .post("/admin/account/second-factor/confirm", &[("code", &code)])
            .await;
        assert_eq!(answer.status, StatusCode::OK);
        (secret, answer.page().all(".codes code"))
    }

    pub async fn log_in(&self, login: &str, password: &str) -> Answer {
        let fields = [("login", login), ("password", password)];
        self.fill_in("/log-in", &fields).await
    }
}

/// The body of a form.
pub fn encode(fields: &[(&str, &str)], token: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .append_pair("token", token)
        .finish()
}

/// RFC 4648, section 6.
fn from_base32(letters: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in letters.bytes().filter(u8::is_ascii_alphanumeric) {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            digit => digit - b'2' + 26,
        };
        bits = (bits << 5) | u32::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap());
        }
    }
    bytes
}
