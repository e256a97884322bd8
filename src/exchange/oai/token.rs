//! Resumption tokens. They say all that is needed to go on, so nothing is kept here for a harvester
//! and no token ever expires.

use jiff::Timestamp;

use crate::exchange::oai::request::{Prefix, Selection};

impl Selection {
    /// A token that goes on where this selection is: `prefix!from!before!set!after!given!total`, seconds since 1970; what was not asked is empty.
    #[must_use]
    pub fn token(&self) -> String {
        let seconds = |time: Option<Timestamp>| {
            time.map(|time| time.as_second().to_string())
                .unwrap_or_default()
        };
        [
            self.prefix.name().to_owned(),
            seconds(self.from),
            seconds(self.before),
            self.set.clone().unwrap_or_default(),
            self.after.to_string(),
            self.given.to_string(),
            self.total.to_string(),
        ]
        .join("!")
    }

    /// The selection of a token; `None` when it is none of ours.
    #[must_use]
    pub fn resume(token: &str) -> Option<Self> {
        let parts: Vec<&str> = token.split('!').collect();
        let [prefix, from, before, set, after, given, total] = parts.as_slice() else {
            return None;
        };
        let time = |seconds: &str| match seconds {
            "" => Some(None),
            seconds => Some(Some(Timestamp::from_second(seconds.parse().ok()?).ok()?)),
        };
        Some(Self {
            prefix: Prefix::parse(prefix).ok()?,
            from: time(from)?,
            before: time(before)?,
            set: (!set.is_empty()).then(|| (*set).to_owned()),
            after: after.parse().ok().filter(|after| *after >= 0)?,
            given: given.parse().ok()?,
            total: total.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_all_that_it_was_told() {
        let selection = Selection {
            prefix: Prefix::Mods,
            from: Some(Timestamp::from_second(1_700_000_000).unwrap()),
            before: None,
            set: Some("theme:reading".to_owned()),
            after: 120,
            given: 100,
            total: 119,
        };
        assert_eq!(Selection::resume(&selection.token()), Some(selection));
        for bad in [
            "",
            "oai_dc",
            "oai_dc!!!!x!0!0",
            "x!!!!1!0!0",
            "oai_dc!!!!-1!0!0",
            "oai_dc!99999999999999!!!1!0!0",
        ] {
            assert_eq!(Selection::resume(bad), None, "{bad}");
        }
    }
}
