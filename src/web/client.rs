//! Who is asking, as far as that matters: the address to slow down, and the shorter one to log.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};

use crate::app::App;

/// A client's address; unknown only in tests that have no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client(Option<IpAddr>);

impl Client {
    /// Someone of whom nothing is known.
    #[must_use]
    pub fn unknown() -> Self {
        Self(None)
    }

    /// The peer, or what a trusted proxy says of it.
    #[must_use]
    pub fn of(app: &App, headers: &HeaderMap, extensions: &Extensions) -> Self {
        let peer = extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        let forwarded = app
            .config
            .trusted_proxy
            .then(|| forwarded_for(headers))
            .flatten();
        Self(forwarded.or(peer))
    }

    /// What is slowed down as one: an address, or the network of one subscriber in IPv6.
    #[must_use]
    pub fn network(self) -> String {
        match self.0 {
            None => "-".to_owned(),
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
            }
        }
    }

    /// The address without its last part, which is enough to see where trouble comes from.
    #[must_use]
    pub fn truncated(self) -> String {
        match self.0 {
            None => "-".to_owned(),
            Some(IpAddr::V4(address)) => {
                let [a, b, c, _] = address.octets();
                format!("{a}.{b}.{c}.0")
            }
            Some(IpAddr::V6(address)) => {
                let [a, b, c, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}::")
            }
        }
    }
}

/// The address that the nearest proxy saw: the last in the list, since clients can send their own.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_cut() {
        let client = |address: &str| Client(address.parse().ok());
        assert_eq!(client("192.0.2.77").truncated(), "192.0.2.0");
        assert_eq!(client("2001:db8:1:2::3").truncated(), "2001:db8:1::");
        assert_eq!(client("2001:db8:1:2:3::4").network(), "2001:db8:1:2::");
    }

    #[test]
    fn only_the_nearest_proxy_is_believed() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "10.0.0.1, 192.0.2.9".parse().unwrap());
        assert_eq!(forwarded_for(&headers), Some("192.0.2.9".parse().unwrap()));
        headers.insert("x-forwarded-for", "nonsense".parse().unwrap());
        assert_eq!(forwarded_for(&headers), None);
    }
}
