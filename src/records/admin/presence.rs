//! Who has which record open, so that the second one is told at once. Kept in memory: nothing
//! depends on it, since a stale save is refused in any case.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::people::person::{Person, PersonId};

/// Someone of whom nothing was heard for so long has left.
const GONE_AFTER: SignedDuration = SignedDuration::from_mins(10);

struct Sign {
    name: String,
    time: Timestamp,
}

#[derive(Default)]
pub struct Presence(Mutex<HashMap<(i64, PersonId), Sign>>);

impl Presence {
    /// Takes note that someone edits a record, and names the others who do.
    pub fn note(&self, record: i64, person: &Person, now: Timestamp) -> Vec<String> {
        let mut signs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        signs.retain(|_, sign| now.duration_since(sign.time) < GONE_AFTER);
        let sign = Sign {
            name: person.name.clone(),
            time: now,
        };
        signs.insert((record, person.id), sign);
        let mut others: Vec<_> = signs
            .iter()
            .filter(|((of, by), _)| *of == record && *by != person.id)
            .map(|(_, sign)| sign.name.clone())
            .collect();
        others.sort_unstable();
        others
    }

    /// Someone has saved and left.
    pub fn leave(&self, record: i64, person: PersonId) {
        let mut signs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        signs.remove(&(record, person));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::role::Role;

    #[test]
    fn the_second_one_is_told_of_the_first() {
        let person = |id: i64, name: &str| Person {
            id,
            login: name.to_lowercase(),
            name: name.to_owned(),
            role: Role::Curator,
            is_disabled: false,
        };
        let (presence, now) = (Presence::default(), Timestamp::UNIX_EPOCH);
        let (ada, ben) = (person(1, "Ada"), person(2, "Ben"));
        assert!(presence.note(7, &ada, now).is_empty());
        assert_eq!(presence.note(7, &ben, now), ["Ada"]);
        assert!(presence.note(8, &ben, now).is_empty());
        presence.leave(7, 1);
        assert!(presence.note(7, &ben, now).is_empty());
        presence.note(7, &ada, now);
        assert!(presence.note(7, &ben, now + GONE_AFTER).is_empty());
    }
}
