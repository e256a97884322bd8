//! Passwords: what is asked of one, and argon2id with its line of waiting.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use anyhow::{Context, Result, anyhow};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

pub const MIN_LENGTH: usize = 12;
/// Long enough for any pass phrase, short enough that hashing stays cheap to start.
pub const MAX_LENGTH: usize = 512;

/// The commonest passwords, as Django carries them (collected by Royce Williams), lower case.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../assets/passwords/common.txt")
        .lines()
        .collect()
});

/// What is wrong with a password that someone wants to use, in words; nothing when it will do.
/// `own` are the words that others know of them: login, name, the site's name.
#[must_use]
pub fn fault(password: &str, own: &[&str]) -> Option<&'static str> {
    let length = password.chars().count();
    if length < MIN_LENGTH {
        return Some("Use 12 characters or more. A few unrelated words are easy to remember");
    }
    if length > MAX_LENGTH {
        return Some("Use 512 characters or fewer");
    }
    let lower = password.to_lowercase();
    if is_common(&lower) {
        return Some("This is among the passwords that are tried first. Choose another one");
    }
    if is_made_of(&lower, own) {
        return Some("Do not make the password of your name, your login or the name of the site");
    }
    None
}

/// Whether most letters or digits follow the one before them: "123456789012", "abcdefghijkl".
fn is_run(password: &str) -> bool {
    let letters: Vec<u32> = password.chars().map(u32::from).collect();
    let pairs = letters.windows(2);
    let steps = pairs.filter(|pair| pair[0].abs_diff(pair[1]) <= 1).count();
    steps * 4 >= letters.len() * 3
}

/// Common as it stands, twice over, in a row, or with nothing but digits and signs around it.
fn is_common(password: &str) -> bool {
    let core = password.trim_matches(|letter: char| !letter.is_alphabetic());
    let half = password.get(..password.len() / 2);
    let is_doubled = half.is_some_and(|half| half.repeat(2) == password && COMMON.contains(half));
    let letters: HashSet<char> = password.chars().collect();
    COMMON.contains(password)
        || COMMON.contains(core)
        || is_doubled
        || is_run(password)
        || letters.len() < 4
}

/// Whether little is left of a password when the words that others know are taken out.
fn is_made_of(password: &str, own: &[&str]) -> bool {
    const LEAST_LEFT: usize = 6;
    let mut rest = password.to_owned();
    for words in own {
        let words = words.to_lowercase();
        let parts = words.split(|letter: char| !letter.is_alphanumeric());
        for part in std::iter::once(words.as_str()).chain(parts) {
            if part.chars().count() >= 3 {
                rest = rest.replace(part, "");
            }
        }
    }
    rest.len() < password.len()
        && rest
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .count()
            < LEAST_LEFT
}

/// Hashes and checks passwords, at most one per core at a time; the rest wait in line.
pub struct Hasher {
    argon2: Argon2<'static>,
    permits: Arc<Semaphore>,
    /// Checked when there is no such person, so that an answer takes as long either way.
    dummy: String,
}

impl Hasher {
    /// # Errors
    /// When the parameters are refused or there are no random numbers.
    pub fn new() -> Result<Self> {
        // OWASP's parameters: 19 MiB, two passes, one lane.
        let params = argon2::Params::new(19_456, 2, 1, None).map_err(|error| anyhow!("{error}"))?;
        let argon2 = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let dummy = hash_with(&argon2, "nobody's password")?;
        Ok(Self {
            argon2,
            permits: Arc::new(Semaphore::new(cores)),
            dummy,
        })
    }

    /// # Errors
    /// When there are no random numbers.
    pub async fn hash(&self, password: String) -> Result<String> {
        let argon2 = self.argon2.clone();
        self.in_line(move || hash_with(&argon2, &password)).await?
    }

    /// Whether this is the password. Without a stored hash it takes as long and is never right.
    ///
    /// # Errors
    /// When the stored hash is unreadable.
    pub async fn check(&self, password: String, stored: Option<String>) -> Result<bool> {
        let argon2 = self.argon2.clone();
        let is_known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.dummy.clone());
        self.in_line(move || {
            let stored = PasswordHash::new(&stored).map_err(|error| anyhow!("{error}"))?;
            Ok(argon2.verify_password(password.as_bytes(), &stored).is_ok() && is_known)
        })
        .await?
    }

    async fn in_line<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<Result<T>> {
        let permit = self.permits.clone().acquire_owned().await?;
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        done.await.context("hashing was cut short")
    }
}

fn hash_with(argon2: &Argon2<'_>, password: &str) -> Result<String> {
    let hash = argon2
        .hash_password(password.as_bytes())
        .map_err(|error| anyhow!("{error}"))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused() {
        let own = [
            "ada@example.ac.uk",
            "Ada Lovelace",
            "Engaging with Families",
        ];
        for weak in [
            "short",
            "password1234",
            "iloveyouiloveyou",
            "123456789012",
            "mnopqrstuvwx",
            "aaaaaaaaaaaa",
            "qwerty123456",
            "lovelace-2026",
            "EngagingWithFamilies!",
            "ada@example.ac.uk1",
        ] {
            assert!(fault(weak, &own).is_some(), "{weak}");
        }
        for good in [
            "correct horse battery staple",
            "ünïcode påsswörd 🙂",
            "tr0ub4dor&3xyz",
        ] {
            assert_eq!(fault(good, &own), None, "{good}");
        }
        assert!(fault(&"x1y2".repeat(200), &own).is_some());
    }

    #[tokio::test]
    async fn a_password_is_right_or_wrong_to_its_last_character() {
        let hasher = Hasher::new().unwrap();
        let password = "p".repeat(127) + "é";
        let stored = hasher.hash(password.clone()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(
            hasher
                .check(password.clone(), Some(stored.clone()))
                .await
                .unwrap()
        );
        let truncated = "p".repeat(127);
        assert!(!hasher.check(truncated, Some(stored)).await.unwrap());
        assert!(
            !hasher
                .check("nobody's password".to_owned(), None)
                .await
                .unwrap()
        );
    }
}
