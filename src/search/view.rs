//! The collection as it is asked for: as it stands, or as it stood at the end of a day
//! (`?as-of=2026-03-01`). What was published then is read from the revisions; the vocabularies,
//! the names of renamed records and what journals have said since are those of today.

use std::sync::Arc;

use anyhow::Context;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::sync::{Mutex, OnceCell};

use crate::app::App;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::records::record::Change;
use crate::records::store;
use crate::search::catalogue::{Cards, Catalogue};
use crate::search::keywords::index::Keywords;
use crate::search::keywords::matching::Matched;
use crate::search::query::AS_OF;
use crate::search::refresh::{add_cards, skip, text_of};
use crate::web::words::long_date;

/// How many past states are kept in memory.
const MOST_KEPT: usize = 2;

/// The collection on some day.
#[derive(Clone)]
pub struct View {
    pub catalogue: Arc<Catalogue>,
    /// The day that was asked for; none: as it stands.
    pub as_of: Option<Date>,
    keywords: Index,
}

#[derive(Clone)]
enum Index {
    Present(Arc<Keywords>),
    Past(Arc<Past>),
}

/// A state of the collection that has passed. Its index is made when somebody searches for words.
struct Past {
    change: Change,
    /// The moment before which all of it had happened.
    end: String,
    catalogue: Arc<Catalogue>,
    keywords: OnceCell<Arc<Keywords>>,
}

/// The past states that were asked for last. One is made at a time: it takes as much work as a
/// start of the server.
#[derive(Default)]
pub struct PastStates(Mutex<Vec<Arc<Past>>>);

impl View {
    /// The collection as it stands.
    #[must_use]
    pub fn present(app: &App) -> Self {
        Self {
            catalogue: app.catalogue(),
            as_of: None,
            keywords: Index::Present(app.collection.keywords()),
        }
    }

    /// The collection as a query string asks for it.
    pub async fn asked(app: &App, query: &str) -> Result<Self> {
        match day_asked(app, query)? {
            None => Ok(Self::present(app)),
            Some(day) => Self::as_of(app, day).await,
        }
    }

    async fn as_of(app: &App, day: Date) -> Result<Self> {
        let end = end_of(day)?;
        let Some(change) = store::newest_change_before(&app.db, &end).await? else {
            return Err(before_the_first(day));
        };
        let newest = store::newest_change_before(&app.db, &end_of(app.today())?).await?;
        if newest.as_ref() == Some(&change) {
            return Ok(Self {
                as_of: Some(day),
                ..Self::present(app)
            });
        }
        let past = app.past_states.at(app, change, end).await?;
        Ok(Self {
            catalogue: past.catalogue.clone(),
            as_of: Some(day),
            keywords: Index::Past(past),
        })
    }

    /// What the address of a record ends with, so that it is shown as of the same day.
    #[must_use]
    pub fn suffix(&self) -> String {
        self.as_of
            .map(|day| format!("?{AS_OF}={day}"))
            .unwrap_or_default()
    }

    /// The index of the texts of that day.
    pub async fn keywords(&self, db: &Db) -> Result<Arc<Keywords>> {
        match &self.keywords {
            Index::Present(keywords) => Ok(keywords.clone()),
            Index::Past(past) => {
                let keywords = past.keywords.get_or_try_init(|| past.index(db)).await?;
                Ok(keywords.clone())
            }
        }
    }

    /// What the index finds for some words; none where there are no words.
    pub async fn matching(&self, db: &Db, words: &str) -> Result<Option<Matched>> {
        if words.is_empty() {
            return Ok(None);
        }
        let keywords = self.keywords(db).await?;
        Ok(Some(keywords.matching(words, &self.catalogue.meanings)?))
    }
}

impl PastStates {
    async fn at(&self, app: &App, change: Change, end: String) -> Result<Arc<Past>> {
        let mut kept = self.0.lock().await;
        if let Some(place) = kept.iter().position(|past| past.change == change) {
            let past = kept.remove(place);
            kept.push(past.clone());
            return Ok(past);
        }
        let present = app.catalogue();
        let Cards {
            aliases,
            retractions,
            ..
        } = present.cards();
        let mut cards = Cards {
            aliases,
            retractions,
            ..Cards::default()
        };
        add_cards(&mut cards, store::live_before(&app.db, &end)).await?;
        let (vocabularies, newest) = (present.vocabularies.clone(), change.clone());
        let catalogue =
            tokio::task::spawn_blocking(move || Catalogue::new(Some(newest), vocabularies, cards))
                .await
                .context("making the catalogue of a past day")?;
        let past = Arc::new(Past {
            change,
            end,
            catalogue: Arc::new(catalogue),
            keywords: OnceCell::new(),
        });
        if kept.len() >= MOST_KEPT {
            kept.remove(0);
        }
        kept.push(past.clone());
        Ok(past)
    }
}

impl Past {
    async fn index(&self, db: &Db) -> Result<Arc<Keywords>> {
        use futures_util::TryStreamExt;
        let mut texts = Vec::new();
        let mut rows = store::live_before(db, &self.end);
        while let Some(row) = rows.try_next().await? {
            match text_of(&row) {
                Ok(text) => texts.push(Ok(text)),
                Err(error) => skip(&row, &error),
            }
        }
        let change = self.change.clone();
        let index = tokio::task::spawn_blocking(move || -> anyhow::Result<Keywords> {
            let keywords = Keywords::in_memory()?;
            keywords.write(true, &[], texts.into_iter(), &change)?;
            Ok(keywords)
        });
        let keywords = index.await.context("indexing a past day")??;
        Ok(Arc::new(keywords))
    }
}

/// The day that a query string asks for. Unlike a filter it is never passed over in silence: the
/// answer would be of another day.
pub fn day_asked(app: &App, query: &str) -> Result<Option<Date>> {
    let asked = form_urlencoded::parse(query.as_bytes())
        .filter(|(key, value)| key == AS_OF && !value.trim().is_empty())
        .last();
    let Some((_, asked)) = asked else {
        return Ok(None);
    };
    let Ok(day) = asked.trim().parse::<Date>() else {
        return Err(Error::Unreadable(
            "The date after “as-of” cannot be read. Write year, month and day, like 2026-03-01."
                .to_owned(),
        ));
    };
    let today = app.today();
    if day > today {
        return Err(Error::NotThen(format!(
            "{} is still to come. The collection can be shown as of today, {}, or as of a day \
             before.",
            long_date(day),
            long_date(today)
        )));
    }
    Ok(Some(day))
}

/// The first moment after a day, as changes write theirs.
pub fn end_of(day: Date) -> Result<String> {
    let next = day
        .checked_add(1.day())
        .and_then(|next| next.to_zoned_datetime(TimeZone::UTC))
        .context("the day after")?;
    Ok(next.timestamp().to_string())
}

/// The answer where nothing had been published yet.
fn before_the_first(day: Date) -> Error {
    Error::NotThen(format!(
        "Nothing had been published in this collection by {}.",
        long_date(day)
    ))
}
