//! Settings that administrators change while the site runs. What the machine decides (addresses,
//! folders) is in `config.rs`.

pub mod admin;
pub mod store;

use std::sync::Arc;

use jiff::SignedDuration;

use crate::config::Config;

/// The settings in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub site_name: Arc<str>,
    /// Whoever publishes must be someone else than the last author.
    pub second_pair_of_eyes: bool,
    /// Nobody works without a second factor.
    pub second_factor_required: bool,
    /// A session ends after so many minutes without use.
    pub idle_minutes: u16,
    /// A session ends after so many hours, used or not.
    pub longest_hours: u16,
}

impl Settings {
    /// Limits of the two times, in minutes and hours.
    pub const IDLE_MINUTES: std::ops::RangeInclusive<u16> = 5..=240;
    pub const LONGEST_HOURS: std::ops::RangeInclusive<u16> = 1..=24;
    /// The longest name of the site, in characters.
    pub const LONGEST_NAME: usize = 80;

    /// What holds where nobody has decided otherwise.
    #[must_use]
    pub fn initial(config: &Config) -> Self {
        Self {
            site_name: config.site_name.as_str().into(),
            second_pair_of_eyes: false,
            second_factor_required: false,
            idle_minutes: 60,
            longest_hours: 12,
        }
    }

    #[must_use]
    pub fn idle(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.idle_minutes))
    }

    #[must_use]
    pub fn longest(&self) -> SignedDuration {
        SignedDuration::from_hours(i64::from(self.longest_hours))
    }

    /// The names under which the settings are stored, with their values.
    fn rows(&self) -> [(&'static str, String); 5] {
        [
            ("site-name", self.site_name.to_string()),
            ("second-pair-of-eyes", self.second_pair_of_eyes.to_string()),
            (
                "second-factor-required",
                self.second_factor_required.to_string(),
            ),
            ("idle-minutes", self.idle_minutes.to_string()),
            ("longest-hours", self.longest_hours.to_string()),
        ]
    }

    fn take(&mut self, name: &str, value: &str) {
        match name {
            "site-name" => self.site_name = value.into(),
            "second-pair-of-eyes" => self.second_pair_of_eyes = value == "true",
            "second-factor-required" => self.second_factor_required = value == "true",
            "idle-minutes" => self.idle_minutes = value.parse().unwrap_or(self.idle_minutes),
            "longest-hours" => self.longest_hours = value.parse().unwrap_or(self.longest_hours),
            // A newer version's; it will know.
            _ => {}
        }
    }
}
