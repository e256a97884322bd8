//! Links of the collection, what was last seen of each, and when one counts as dead.

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};

use crate::interventions::intervention::Intervention;
use crate::records::record::Kind;
use crate::studies::identifiers::{doi_address, is_web_address};
use crate::studies::study::Study;
use crate::web::outgoing::Unanswered;

/// A link is given up after so many failures in a row …
const FAILURES: i64 = 3;
/// … over at least this time: a server may be down for a night.
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_hours(48);
/// A link that works is asked again after this time, …
const WORKING_AGAIN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// … one that fails after this.
const FAILING_AGAIN: SignedDuration = SignedDuration::from_hours(20);

/// What was last seen of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub url: String,
    pub checked_at: Timestamp,
    /// The status of HTTP; none when there was no answer.
    pub status: Option<u16>,
    /// In words; empty when the link works.
    pub problem: String,
    /// In a row.
    pub failures: i64,
    /// When the first of them was; none while the link works.
    pub failing_since: Option<Timestamp>,
}

/// How a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Works,
    /// The server answers, but not to programs.
    CouldNotLook,
    /// It does not work, which may pass.
    Failing,
    Dead,
}

/// What one look at a link found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    Answered(u16),
    Unanswered(Unanswered),
}

impl Seen {
    /// The status, and what is wrong in words.
    fn read(self) -> (Option<u16>, String) {
        let status = match self {
            Self::Unanswered(reason) => return (None, reason.to_string()),
            Self::Answered(status) => status,
        };
        let problem = match status {
            ..=399 => "",
            401 | 403 | 451 => "The server does not let programs look",
            429 => "The server wants to be asked less often",
            404 => "There is nothing at this address",
            410 => "What was at this address is gone",
            500.. => "The server has a fault",
            _ => "The server refuses",
        };
        let problem = if problem.is_empty() {
            String::new()
        } else {
            format!("{problem} ({status})")
        };
        (Some(status), problem)
    }
}

impl Link {
    /// What is known of a link after another look.
    #[must_use]
    pub fn after(url: &str, before: Option<&Self>, seen: Seen, now: Timestamp) -> Self {
        let (status, problem) = seen.read();
        let is_failure = !problem.is_empty() && !is_barred(status);
        let (failures, failing_since) = if is_failure {
            let since = before.and_then(|before| before.failing_since);
            (
                before.map_or(0, |before| before.failures) + 1,
                Some(since.unwrap_or(now)),
            )
        } else {
            (0, None)
        };
        Self {
            url: url.to_owned(),
            checked_at: now,
            status,
            problem,
            failures,
            failing_since,
        }
    }

    #[must_use]
    pub fn standing(&self) -> Standing {
        let is_gone = matches!(self.status, Some(404 | 410));
        let is_given_up = self.failures >= FAILURES
            && self
                .failing_since
                .is_some_and(|since| self.checked_at.duration_since(since) >= GIVEN_UP_AFTER);
        if self.problem.is_empty() {
            Standing::Works
        } else if is_barred(self.status) {
            Standing::CouldNotLook
        } else if is_gone || is_given_up {
            Standing::Dead
        } else {
            Standing::Failing
        }
    }

    /// Whether it is time to look again.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        let wait = match self.standing() {
            Standing::Works | Standing::CouldNotLook => WORKING_AGAIN,
            Standing::Failing | Standing::Dead => FAILING_AGAIN,
        };
        now.duration_since(self.checked_at) >= wait
    }
}

/// Whether a status says that somebody is there who does not let us look.
fn is_barred(status: Option<u16>) -> bool {
    matches!(status, Some(401 | 403 | 429 | 451))
}

/// The links of a published record, each with the field in which it stands.
///
/// # Errors
/// When the body cannot be read.
pub fn links_of(kind: Kind, body: &str) -> Result<Vec<(&'static str, String)>> {
    let mut links = Vec::new();
    match kind {
        Kind::Study => {
            let study: Study = serde_json::from_str(body)?;
            let doi = study.doi.as_deref().map(doi_address);
            links.extend(doi.map(|doi| ("DOI", doi)));
            links.extend(study.url.map(|url| ("Address", url)));
            let sources = study.verified.sources.into_iter();
            links.extend(sources.map(|source| ("Source", source)));
        }
        Kind::Intervention => {
            let intervention: Intervention = serde_json::from_str(body)?;
            links.extend(intervention.website.map(|url| ("Website", url)));
        }
        Kind::Theme | Kind::Question | Kind::Page => {}
    }
    // A source may be a book, or words.
    links.retain(|(_, url)| is_web_address(url));
    Ok(links)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(n: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(n)
    }

    fn looks(seen: &[(i64, Seen)]) -> Link {
        let mut link: Option<Link> = None;
        for (at, seen) in seen {
            link = Some(Link::after(
                "https://x.org",
                link.as_ref(),
                *seen,
                hours(*at),
            ));
        }
        link.unwrap()
    }

    #[test]
    fn a_link_is_dead_after_three_failures_over_two_days() {
        let down = Seen::Answered(503);
        let slow = Seen::Unanswered(Unanswered::TooSlow);
        assert_eq!(
            looks(&[(0, down), (24, slow)]).standing(),
            Standing::Failing
        );
        assert_eq!(
            looks(&[(0, down), (24, slow), (48, down)]).standing(),
            Standing::Dead
        );
        // Three looks within a day prove nothing.
        assert_eq!(
            looks(&[(0, down), (1, down), (2, down)]).standing(),
            Standing::Failing
        );
        // One answer in between, and it begins anew.
        let again = [(0, down), (24, Seen::Answered(200)), (48, down), (72, down)];
        assert_eq!(looks(&again).standing(), Standing::Failing);
    }

    #[test]
    fn what_is_gone_is_dead_at_once_and_what_is_barred_is_not() {
        assert_eq!(
            looks(&[(0, Seen::Answered(404))]).standing(),
            Standing::Dead
        );
        assert_eq!(
            looks(&[(0, Seen::Answered(410))]).standing(),
            Standing::Dead
        );
        for barred in [401, 403, 429] {
            let seen = Seen::Answered(barred);
            let link = looks(&[(0, seen), (48, seen), (96, seen)]);
            assert_eq!(link.standing(), Standing::CouldNotLook, "{barred}");
            assert!(link.problem.ends_with(&format!("({barred})")));
        }
        assert_eq!(
            looks(&[(0, Seen::Answered(204))]).standing(),
            Standing::Works
        );
    }

    #[test]
    fn failing_links_are_asked_daily_and_working_ones_weekly() {
        let works = looks(&[(0, Seen::Answered(200))]);
        assert!(!works.is_due(hours(24)) && works.is_due(hours(7 * 24)));
        let fails = looks(&[(0, Seen::Answered(500))]);
        assert!(!fails.is_due(hours(1)) && fails.is_due(hours(20)));
    }
}
