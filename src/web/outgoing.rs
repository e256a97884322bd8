//! Requests that the site itself sends out: whether a link still works, what a DOI stands for. One
//! place for manners and for safety, since some of the addresses were typed by people.
//!
//! Only public addresses of the Internet are reached. The check is made on the very addresses that
//! are then connected to, at every hop, so that neither an odd spelling of an address, nor a name
//! that leads inside, nor a redirect opens the network that this server stands in. For the same
//! reason a proxy of the machine's settings is not used.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, Url, header};
use tokio::time::Instant;

use crate::config::Config;

/// For one hop, from looking up the name to the last byte.
const TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Between two requests to one host.
const PAUSE: Duration = Duration::from_secs(1);
const MAX_HOPS: usize = 5;
/// Longer addresses are not asked.
const MAX_ADDRESS: usize = 2000;
/// Hosts are forgotten once so many have gathered.
const MAX_HOSTS: usize = 1000;

/// Which addresses may be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those of the public Internet.
    Public,
    /// Also this machine itself, without a pause: for the stand-ins of tests. No setting leads here.
    AndThisMachine,
}

impl Reach {
    /// Whether an address may be connected to.
    #[must_use]
    pub fn allows(self, address: IpAddr) -> bool {
        is_public(address) || (self == Self::AndThisMachine && address.is_loopback())
    }

    /// What a service that the settings name may be: on this machine only if it is named so.
    #[must_use]
    pub fn of_service(address: &str) -> Self {
        let host = Url::parse(address).ok();
        let host = host.as_ref().and_then(Url::host_str).unwrap_or_default();
        let number = host.trim_start_matches('[').trim_end_matches(']').parse();
        if host == "localhost" || number.is_ok_and(|number: IpAddr| number.is_loopback()) {
            Self::AndThisMachine
        } else {
            Self::Public
        }
    }

    fn pause(self) -> Duration {
        match self {
            Self::Public => PAUSE,
            Self::AndThisMachine => Duration::ZERO,
        }
    }
}

/// What a server answered in the end.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// The address that answered, after redirects.
    pub address: String,
    /// The beginning of the body, as much as was asked for.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    #[error("The address cannot be read")]
    Malformed,
    #[error("It does not lead to the public Internet, so it was not asked")]
    NotPublic,
    #[error("There is no server of this name")]
    NoSuchHost,
    #[error("The server cannot be reached")]
    Unreachable,
    #[error("The server’s certificate is not valid")]
    BadCertificate,
    #[error("There was no answer in time")]
    TooSlow,
    #[error("It redirects too often")]
    TooManyHops,
    #[error("The answer broke off or makes no sense")]
    Broken,
}

/// The site as a client of other sites. Cheap to share by reference; one for the whole program.
pub struct Outgoing {
    client: Client,
    reach: Reach,
    /// When each host was last asked; whoever holds the lock is asking.
    hosts: Mutex<HashMap<String, Turn>>,
}

type Turn = Arc<tokio::sync::Mutex<Option<Instant>>>;

impl Outgoing {
    /// # Errors
    /// When encryption cannot be set up.
    pub fn new(config: &Config, reach: Reach) -> Result<Self> {
        let client = Client::builder()
            .tls_backend_preconfigured(encryption()?)
            .user_agent(user_agent(config))
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .dns_resolver(PublicNames(reach))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .pool_max_idle_per_host(1)
            .build()
            .context("cannot set up outgoing requests")?;
        Ok(Self {
            client,
            reach,
            hosts: Mutex::default(),
        })
    }

    /// Asks an address and follows its redirects. Of the body no more than `most` bytes are read.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn ask(
        &self,
        method: Method,
        address: &str,
        accept: &str,
        most: usize,
    ) -> Result<Answer, Unanswered> {
        let mut url = self.checked(Url::parse(address).map_err(|_| Unanswered::Malformed)?)?;
        for _ in 0..=MAX_HOPS {
            let turn = self.turn(&url);
            let mut last = turn.lock().await;
            if let Some(last) = *last {
                tokio::time::sleep_until(last + self.reach.pause()).await;
            }
            let hop = self.hop(method.clone(), &url, accept, most).await;
            *last = Some(Instant::now());
            drop(last);
            match hop? {
                Hop::Arrived(answer) => return Ok(answer),
                Hop::Onward(next) => url = self.checked(next)?,
            }
        }
        Err(Unanswered::TooManyHops)
    }

    async fn hop(
        &self,
        method: Method,
        url: &Url,
        accept: &str,
        most: usize,
    ) -> Result<Hop, Unanswered> {
        let request = self.client.request(method, url.clone());
        let response = request
            .header(header::ACCEPT, accept)
            .send()
            .await
            .map_err(|error| reason(&error))?;
        if let Some(next) = onward(url, &response) {
            return Ok(Hop::Onward(next));
        }
        let (status, address) = (response.status().as_u16(), url.to_string());
        let body = beginning(response, most).await?;
        Ok(Hop::Arrived(Answer {
            status,
            address,
            body,
        }))
    }

    /// An address that may be asked. Names are checked when they are looked up; numbers are not
    /// looked up, so they are checked here, in whatever way they were written.
    fn checked(&self, mut url: Url) -> Result<Url, Unanswered> {
        let is_plain = matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
            && url.as_str().len() <= MAX_ADDRESS;
        let host = url.host_str().unwrap_or_default();
        if !is_plain || host.is_empty() {
            return Err(Unanswered::Malformed);
        }
        let number = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(number) = number.parse::<IpAddr>()
            && !self.reach.allows(number)
        {
            return Err(Unanswered::NotPublic);
        }
        url.set_fragment(None);
        Ok(url)
    }

    fn turn(&self, url: &Url) -> Turn {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= MAX_HOSTS {
            hosts.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        let host = url.host_str().unwrap_or_default();
        hosts.entry(host.to_owned()).or_default().clone()
    }
}

enum Hop {
    Arrived(Answer),
    Onward(Url),
}

/// Where a redirect leads. One that cannot be read is an answer like any other.
fn onward(from: &Url, response: &Response) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let to = response.headers().get(header::LOCATION)?;
    from.join(to.to_str().ok()?).ok()
}

async fn beginning(mut response: Response, most: usize) -> Result<Vec<u8>, Unanswered> {
    let mut body = Vec::new();
    while body.len() < most {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => return Err(reason(&error)),
        }
    }
    body.truncate(most);
    Ok(body)
}

/// Names the site and where to read about it, as those who keep other servers expect.
fn user_agent(config: &Config) -> String {
    let name: String = config
        .site_name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let name = if name.is_empty() { "evidence" } else { &name };
    format!(
        "{name}/{} (+{})",
        env!("CARGO_PKG_VERSION"),
        config.base_url()
    )
}

/// The certificate authorities are carried in the program: a small machine may have none.
fn encryption() -> Result<rustls::ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.into(),
    };
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// Looks names up and keeps only the addresses that may be reached, so that what was checked is
/// what is connected to.
struct PublicNames(Reach);

#[derive(Debug, thiserror::Error)]
enum Lookup {
    #[error("no such host")]
    NoSuchHost,
    #[error("not a public address")]
    NotPublic,
}

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0))
                .await
                .map_err(|_| Lookup::NoSuchHost)?;
            let found: Vec<SocketAddr> = found.collect();
            let may_be_reached = |address: &SocketAddr| reach.allows(address.ip());
            let reached: Vec<_> = found.iter().copied().filter(may_be_reached).collect();
            if reached.is_empty() {
                let lookup = if found.is_empty() {
                    Lookup::NoSuchHost
                } else {
                    Lookup::NotPublic
                };
                return Err(lookup.into());
            }
            Ok(Box::new(reached.into_iter()) as Addrs)
        })
    }
}

/// What lies behind an error of the client.
fn reason(error: &reqwest::Error) -> Unanswered {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(inner) = cause {
        match inner.downcast_ref::<Lookup>() {
            Some(Lookup::NoSuchHost) => return Unanswered::NoSuchHost,
            Some(Lookup::NotPublic) => return Unanswered::NotPublic,
            None => {}
        }
        let is_certificate = inner
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
            .is_some_and(<dyn StdError + Send + Sync>::is::<rustls::Error>);
        if is_certificate || inner.is::<rustls::Error>() {
            return Unanswered::BadCertificate;
        }
        cause = inner.source();
    }
    if error.is_timeout() {
        Unanswered::TooSlow
    } else if error.is_connect() {
        Unanswered::Unreachable
    } else {
        Unanswered::Broken
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}

/// Whether an address belongs to the public Internet: what IANA's registries of special addresses
/// do not set aside (<https://www.iana.org/assignments/iana-ipv4-special-registry>, and for IPv6).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_set_aside = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        // "This network", carriers' own, protocol assignments, old 6to4 relays, benchmarks, and
        // the reserved block with broadcast.
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 240;
    !is_set_aside
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let [first, second, third, .., high, low] = segments;
    let middle = &segments[2..6];
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match (first, second) {
        // An IPv4 address in another dress: mapped, or through a translator.
        (0, 0) if middle == [0, 0, 0, 0xffff] => embedded(high, low),
        (0x64, 0xff9b) if middle == [0, 0, 0, 0] => embedded(high, low),
        (0x2002, _) => embedded(second, third),
        // Protocol assignments with Teredo, and what is for documentation.
        (0x2001, ..0x200 | 0xdb8) | (0x3fff, ..0x1000) => false,
        (0x2000..0x4000, _) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing(reach: Reach) -> Outgoing {
        Outgoing::new(&Config::for_tests("data".into()), reach).unwrap()
    }

    #[test]
    fn only_public_addresses_are_reached() {
        for public in [
            "8.8.8.8",
            "129.215.16.1",
            "100.128.0.1",
            "2001:630:3c1::1",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
    }

    #[tokio::test]
    async fn no_spelling_of_an_inner_address_is_asked() {
        let outgoing = outgoing(Reach::Public);
        for (address, expected) in [
            ("http://127.0.0.1/", Unanswered::NotPublic),
            ("http://2130706433/", Unanswered::NotPublic),
            ("http://0x7f000001/", Unanswered::NotPublic),
            ("http://0177.0.0.1/", Unanswered::NotPublic),
            ("http://127.1/", Unanswered::NotPublic),
            ("http://１２７.0.0.1/", Unanswered::NotPublic),
            ("http://[::1]/", Unanswered::NotPublic),
            ("http://[::ffff:7f00:1]/", Unanswered::NotPublic),
            ("http://[::ffff:169.254.169.254]/", Unanswered::NotPublic),
            (
                "http://169.254.169.254/latest/meta-data",
                Unanswered::NotPublic,
            ),
            ("http://localhost/", Unanswered::NotPublic),
            ("http://user@8.8.8.8/", Unanswered::Malformed),
            ("file:///etc/passwd", Unanswered::Malformed),
            ("gopher://8.8.8.8/", Unanswered::Malformed),
            ("//8.8.8.8/", Unanswered::Malformed),
            ("javascript:alert(1)", Unanswered::Malformed),
            ("http://a.invalid/", Unanswered::NoSuchHost),
        ] {
            let answer = outgoing.ask(Method::HEAD, address, "*/*", 0).await;
            assert_eq!(answer.unwrap_err(), expected, "{address}");
        }
    }

    #[test]
    fn the_site_says_who_it_is() {
        let agent = user_agent(&Config::for_tests("data".into()));
        assert!(agent.starts_with("EngagingwithFamilies/"), "{agent}");
        assert!(agent.ends_with("(+http://127.0.0.1:3000)"), "{agent}");
    }
}
