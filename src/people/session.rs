//! Sessions: how long they last, the cookies that carry them.

use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use jiff::Timestamp;

use crate::config::Config;
use crate::people::person::Person;
use crate::people::token::Token;

/// A half-finished log-in waits so long for its second factor.
pub const PARTIAL_MINUTES: i64 = 10;

/// The cookies that this site sets, none of them for a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The session of a person.
    Session,
    /// Binds the forms that come before a session: log-in and one-time links.
    Before,
    /// What was just done, to say it on the next page.
    Said,
}

impl Kept {
    fn name(self, config: &Config) -> String {
        let plain = match self {
            Self::Session => "session",
            Self::Before => "before",
            Self::Said => "said",
        };
        // The prefix makes browsers refuse what another host or an unencrypted page sets.
        if config.has_secure_cookies() {
            format!("__Host-{plain}")
        } else {
            plain.to_owned()
        }
    }

    #[must_use]
    pub fn read(self, config: &Config, headers: &HeaderMap) -> Option<String> {
        let jar = CookieJar::from_headers(headers);
        jar.get(&self.name(config))
            .map(|cookie| cookie.value().to_owned())
    }

    /// The token that a cookie holds.
    #[must_use]
    pub fn token(self, config: &Config, headers: &HeaderMap) -> Option<Token> {
        Token::parse(&self.read(config, headers)?)
    }

    /// Adds the header that sets the cookie for as long as the browser is open.
    pub fn set(self, config: &Config, headers: &mut HeaderMap, value: String) {
        self.write(config, headers, value, false);
    }

    /// Adds the header that removes the cookie.
    pub fn clear(self, config: &Config, headers: &mut HeaderMap) {
        self.write(config, headers, String::new(), true);
    }

    fn write(self, config: &Config, headers: &mut HeaderMap, value: String, is_over: bool) {
        let mut cookie = Cookie::build((self.name(config), value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(config.has_secure_cookies());
        if is_over {
            cookie = cookie.removal();
        }
        if let Ok(value) = HeaderValue::from_str(&cookie.build().to_string()) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

/// A session as its person sees it in the list of their own.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: i64,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
    pub browser: String,
    pub client: String,
}

/// A session that was found to be alive, and whose it is.
#[derive(Clone, Debug)]
pub struct Alive {
    pub session: i64,
    pub person: Person,
    pub seen_at: Timestamp,
    pub is_partial: bool,
    pub has_second_factor: bool,
}

/// How a browser calls itself, shortened to what a person recognises.
#[must_use]
pub fn browser(headers: &HeaderMap) -> String {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    // Later names hide behind earlier ones: Edge calls itself Chrome, Chrome calls itself Safari.
    let named = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    let browser = named(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = named(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "An unnamed browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_strict_where_the_site_is() {
        let mut config = Config::for_tests("unused".into());
        let set = |config: &Config| {
            let mut headers = HeaderMap::new();
            Kept::Session.set(config, &mut headers, "abc".to_owned());
            headers[header::SET_COOKIE].to_str().unwrap().to_owned()
        };
        assert_eq!(set(&config), "session=abc; HttpOnly; SameSite=Lax; Path=/");
        config.public_url = Some("https://families.example.ac.uk".to_owned());
        assert_eq!(
            set(&config),
            "__Host-session=abc; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
        config.public_url = Some("http://families.example.ac.uk".to_owned());
        assert!(set(&config).contains("Secure"));
    }

    #[test]
    fn browsers_are_named() {
        let mut headers = HeaderMap::new();
        assert_eq!(browser(&headers), "An unnamed browser");
        let agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36";
        headers.insert(header::USER_AGENT, agent.parse().unwrap());
        assert_eq!(browser(&headers), "Chrome on Linux");
    }
}
