//! Secrets of second factors between being shown and being confirmed with a first code.
//!
//! They are in memory: a browser that held one could bring its own, and on disk it would go into
//! every backup before it protects anything. A restart costs another look at the picture.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};

use crate::people::access::Curator;
use crate::people::person::PersonId;
use crate::people::second_factor;

/// How long a secret waits to be confirmed.
const LASTS: SignedDuration = SignedDuration::from_mins(30);

/// Of one person in one session: numbers of sessions are given again.
type Key = (PersonId, i64);

/// The secrets that wait.
#[derive(Default)]
pub struct Pending(Mutex<HashMap<Key, (Vec<u8>, Timestamp)>>);

impl Pending {
    /// Makes a secret for this session; an earlier one is forgotten.
    ///
    /// # Errors
    /// When there are no random numbers.
    pub fn begin(&self, curator: &Curator, now: Timestamp) -> Result<()> {
        let secret = second_factor::new_secret()?;
        let mut waiting = self.lock();
        waiting.retain(|_, (_, begun)| now.duration_since(*begun) < LASTS);
        waiting.insert(key(curator), (secret, now));
        Ok(())
    }

    /// The secret of this session, while it waits.
    #[must_use]
    pub fn secret(&self, curator: &Curator, now: Timestamp) -> Option<Vec<u8>> {
        let waiting = self.lock();
        let (secret, begun) = waiting.get(&key(curator))?;
        (now.duration_since(*begun) < LASTS).then(|| secret.clone())
    }

    pub fn forget(&self, curator: &Curator) {
        self.lock().remove(&key(curator));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, (Vec<u8>, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(curator: &Curator) -> Key {
    (curator.person.id, curator.session)
}
