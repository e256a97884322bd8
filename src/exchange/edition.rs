//! What every export needs to know of the collection: its records on one day, where they can be
//! reached, and what the site is called.

use std::sync::Arc;

use jiff::civil::Date;

use crate::app::App;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::search::catalogue::Catalogue;

/// The licence of everything that is said here in our own words.
pub const LICENCE: &str = "https://creativecommons.org/licenses/by/4.0/";
pub const LICENCE_NAME: &str = "CC BY 4.0";
/// Who keeps the collection.
pub const KEEPER: &str = "Centre for Research on Families and Relationships";

/// The collection as an export sees it.
#[derive(Clone)]
pub struct Edition {
    pub catalogue: Arc<Catalogue>,
    pub site_name: Arc<str>,
    /// Without a final slash.
    pub base_url: Arc<str>,
    /// The day as of which the collection was asked for, if not for today.
    pub as_of: Option<Date>,
    /// The day on which the export is made.
    pub today: Date,
}

impl Edition {
    /// The collection as it stands.
    #[must_use]
    pub fn of_today(app: &App) -> Self {
        Self::of(app, app.catalogue(), None)
    }

    #[must_use]
    pub fn of(app: &App, catalogue: Arc<Catalogue>, as_of: Option<Date>) -> Self {
        Self {
            catalogue,
            site_name: app.settings().site_name.clone(),
            base_url: app.base_url.clone(),
            as_of,
            today: app.today(),
        }
    }

    /// The full address of a path of the site.
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// The permanent address of a record.
    #[must_use]
    pub fn address(&self, kind: Kind, slug: &Slug) -> String {
        self.absolute(&kind.path(slug))
    }

    /// The day of which the collection is shown.
    #[must_use]
    pub fn day(&self) -> Date {
        self.as_of.unwrap_or(self.today)
    }

    /// Host and port of the site.
    #[must_use]
    pub fn host(&self) -> &str {
        self.base_url
            .split_once("://")
            .map_or(&self.base_url, |(_, host)| host)
    }
}
