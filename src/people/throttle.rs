//! Slowing down those who guess passwords, without locking out the person whose account it is.

use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::web::client::Client;

/// How many tries there are in one go, and how long each further one takes.
const BURST: u32 = 10;
const ACCOUNT_PERIOD: Duration = Duration::from_secs(90);
/// One address may belong to a whole building.
const ADDRESS_BURST: u32 = 30;
const ADDRESS_PERIOD: Duration = Duration::from_secs(30);
/// Keys are forgotten once so many have gathered.
const MAX_KEYS: usize = 10_000;

/// Counts tries before the password is hashed: per account from one address, and per address.
/// From elsewhere the person still gets in. Kept in memory: a restart forgives.
pub struct Throttle {
    accounts: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<String>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            accounts: RateLimiter::keyed(quota(ACCOUNT_PERIOD, BURST)),
            addresses: RateLimiter::keyed(quota(ADDRESS_PERIOD, ADDRESS_BURST)),
        }
    }
}

fn quota(period: Duration, burst: u32) -> Quota {
    let burst = std::num::NonZero::new(burst).unwrap_or(std::num::NonZero::<u32>::MIN);
    Quota::with_period(period)
        .unwrap_or(Quota::per_minute(burst))
        .allow_burst(burst)
}

impl Throttle {
    /// Takes note of a try.
    ///
    /// # Errors
    /// How long to wait, when there were too many.
    pub fn try_account(&self, account: &str, client: Client) -> Result<(), Duration> {
        self.try_address(client)?;
        // Unknown accounts count like known ones, and long names cost no more than short ones.
        let account: String = account
            .chars()
            .take(crate::people::person::MAX_LENGTH)
            .collect();
        check(&self.accounts, &format!("{account} {}", client.network()))
    }

    /// The same where no account is named: one-time links, suggestions.
    ///
    /// # Errors
    /// How long to wait, when there were too many.
    pub fn try_address(&self, client: Client) -> Result<(), Duration> {
        check(&self.addresses, &client.network())
    }
}

fn check(limiter: &DefaultKeyedRateLimiter<String>, key: &String) -> Result<(), Duration> {
    if limiter.len() > MAX_KEYS {
        limiter.retain_recent();
        limiter.shrink_to_fit();
    }
    limiter
        .check_key(key)
        .map_err(|later| later.wait_time_from(DefaultClock::default().now()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_quick_guesses_are_tried_and_no_more() {
        let throttle = Throttle::default();
        let client = Client::unknown();
        let tried = (0..40)
            .filter(|_| throttle.try_account("ada", client).is_ok())
            .count();
        assert_eq!(tried, 10);
        assert!(throttle.try_account("ada", client).unwrap_err() > Duration::from_secs(1));
    }
}
