//! What every export needs to know of the collection: its records on one day, where they can be
//! reached, and what the site is called.

use std::sync::Arc;

use anyhow::Context;
use jiff::civil::Date;

use crate::app::App;
use crate::error::Result;
use crate::records::record::{Document, Found, Kind, Notice, Published};
use crate::records::slug::Slug;
use crate::records::store::{self, Stood};
use crate::search::catalogue::Catalogue;
use crate::search::view::{self, View, end_of};

/// The licence of everything that is said here in our own words.
pub const LICENCE: &str = "https://creativecommons.org/licenses/by/4.0/";
/// What it is called for short.
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
        Self::of(app, &View::present(app))
    }

    /// The collection of a view.
    #[must_use]
    pub fn of(app: &App, view: &View) -> Self {
        Self {
            catalogue: view.catalogue.clone(),
            site_name: app.settings().site_name.clone(),
            base_url: app.base_url.clone(),
            as_of: view.as_of,
            today: app.today(),
        }
    }

    /// What stands at the address of a record, or stood there at the end of the day that a query
    /// string asks for, with the collection of that day.
    pub async fn find<D: Document>(
        app: &App,
        address: &str,
        query: &str,
    ) -> Result<(Self, Found<D>)> {
        let edition = Self::of(app, &View::asked(app, query).await?);
        let found = match edition.as_of {
            None => store::find(&app.db, address).await?,
            Some(day) => found_on(app, address, day).await?,
        };
        Ok((edition, found))
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

    /// What the address of a record ends with, so that it is shown as of the same day.
    #[must_use]
    pub fn suffix(&self) -> String {
        view::suffix(self.as_of)
    }

    /// The host of the site, without a port.
    #[must_use]
    pub fn domain(&self) -> &str {
        let host = self.base_url.split("://").last().unwrap_or_default();
        host.split(':').next().unwrap_or_default()
    }
}

/// What stood at an address at the end of a day.
async fn found_on<D: Document>(app: &App, address: &str, day: Date) -> Result<Found<D>> {
    let asked = Slug::parse(address);
    let Some(slug) = asked.clone().or_else(|| Slug::nearest(address)) else {
        return Ok(Found::Missing);
    };
    let stood = store::stood_before(&app.db, D::KIND, &slug, &end_of(day)?).await?;
    let Some((present, stood)) = stood else {
        return Ok(Found::Missing);
    };
    if asked.as_ref() != Some(&present) {
        return Ok(Found::Moved(present));
    }
    match stood {
        Stood::Withdrawn(reason) => Ok(Found::Withdrawn(Notice {
            reason,
            successor: None,
        })),
        Stood::Live(version) => {
            let body = serde_json::from_str(&version.body)
                .with_context(|| format!("reading the stored {} \"{slug}\"", D::KIND.as_str()))?;
            Ok(Found::Live(Published {
                slug,
                version: version.number,
                updated: version.published,
                body,
            }))
        }
    }
}
