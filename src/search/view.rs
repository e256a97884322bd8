//! The collection as it is asked for: as it stands, or as it stood at the end of a day
//! (`?as-of=2026-03-01`). What was published then is read from the revisions; the vocabularies,
//! the names of renamed records and what journals have said since are those of today.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use anyhow::Context;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

use crate::app::App;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::records::record::Change;
use crate::records::store;
use crate::search::catalogue::{Cards, Catalogue};
use crate::search::keywords::index::Keywords;
use crate::search::keywords::matching::Matched;
use crate::search::query::AS_OF;
use crate::search::refresh::{add_cards, write_index};
use crate::web::words::long_date;

/// How many past states are kept in memory, and how many more may be in use beside them.
const MOST_KEPT: usize = 2;
const MOST_IN_USE: usize = 4;
/// How long a request waits for its turn to have a past state made.
const PATIENCE: Duration = Duration::from_secs(5);

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

/// A state of the collection that has passed.
struct Past {
    change: Change,
    /// The present that its names, terms and notices are of.
    seen_from: Option<Change>,
    /// The moment before which all of it had happened.
    end: String,
    catalogue: Arc<Catalogue>,
    /// Made when somebody searches for words; shared by all that have the same texts.
    keywords: Arc<OnceCell<Arc<Keywords>>>,
}

/// The past states that were asked for last. One is made at a time: it takes as much work as a
/// start of the server.
pub struct PastStates {
    states: Mutex<States>,
    turn: Arc<Semaphore>,
}

#[derive(Default)]
struct States {
    kept: Vec<Arc<Past>>,
    /// Whatever a request still holds, kept or not.
    in_use: Vec<Weak<Catalogue>>,
}

impl Default for PastStates {
    fn default() -> Self {
        Self {
            states: Mutex::default(),
            turn: Arc::new(Semaphore::new(1)),
        }
    }
}

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
        suffix(self.as_of)
    }

    /// The index of the texts of that day.
    pub async fn keywords(&self, app: &App) -> Result<Arc<Keywords>> {
        match &self.keywords {
            Index::Present(keywords) => Ok(keywords.clone()),
            Index::Past(past) => app.past_states.keywords(app, past.clone()).await,
        }
    }

    /// What the index finds for some words; none where there are no words.
    pub async fn matching(&self, app: &App, words: &str) -> Result<Option<Matched>> {
        if words.is_empty() {
            return Ok(None);
        }
        let keywords = self.keywords(app).await?;
        Ok(Some(keywords.matching(words, &self.catalogue.meanings)?))
    }
}

/// What an address ends with that is of another day.
#[must_use]
pub fn suffix(as_of: Option<Date>) -> String {
    as_of
        .map(|day| format!("?{AS_OF}={day}"))
        .unwrap_or_default()
}

impl PastStates {
    async fn at(&self, app: &App, change: Change, end: String) -> Result<Arc<Past>> {
        if let Some(past) = self.kept(app, &change) {
            return Ok(past);
        }
        let turn = self.turn().await?;
        // Somebody else may have wanted the same.
        if let Some(past) = self.kept(app, &change) {
            return Ok(past);
        }
        self.may_make_another()?;
        let app = app.clone();
        // A task of its own: what has been begun is of use even if its reader has gone.
        let making = tokio::spawn(async move {
            let past = make(&app, change, end).await?;
            app.past_states.keep(&past);
            drop(turn);
            anyhow::Ok(past)
        });
        Ok(making.await.context("making a past state")??)
    }

    async fn keywords(&self, app: &App, past: Arc<Past>) -> Result<Arc<Keywords>> {
        if let Some(keywords) = past.keywords.get() {
            return Ok(keywords.clone());
        }
        let turn = self.turn().await?;
        let db = app.db.clone();
        let making = tokio::spawn(async move {
            let keywords = past.keywords.get_or_try_init(|| past.index(&db)).await?;
            drop(turn);
            anyhow::Ok(keywords.clone())
        });
        Ok(making.await.context("indexing a past state")??)
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        let turn = self.turn.clone().acquire_owned();
        let turn = tokio::time::timeout(PATIENCE, turn).await;
        turn.ok().and_then(Result::ok).ok_or(Error::Overloaded)
    }

    fn kept(&self, app: &App, change: &Change) -> Option<Arc<Past>> {
        let present = app.catalogue().change.clone();
        let mut states = self.states();
        let is_it = |past: &Arc<Past>| past.change == *change && past.seen_from == present;
        let place = states.kept.iter().position(is_it)?;
        let past = states.kept.remove(place);
        states.kept.push(past.clone());
        Some(past)
    }

    fn may_make_another(&self) -> Result<()> {
        let mut states = self.states();
        states.in_use.retain(|state| state.strong_count() > 0);
        if states.in_use.len() >= MOST_IN_USE {
            return Err(Error::Overloaded);
        }
        Ok(())
    }

    fn keep(&self, past: &Arc<Past>) {
        let mut states = self.states();
        if states.kept.len() >= MOST_KEPT {
            states.kept.remove(0);
        }
        states.kept.push(past.clone());
        states.in_use.push(Arc::downgrade(&past.catalogue));
    }

    /// The index of a kept state with the same texts.
    fn index_of(&self, change: &Change) -> Option<Arc<OnceCell<Arc<Keywords>>>> {
        let states = self.states();
        let past = states.kept.iter().find(|past| past.change == *change)?;
        Some(past.keywords.clone())
    }

    fn states(&self) -> MutexGuard<'_, States> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn make(app: &App, change: Change, end: String) -> anyhow::Result<Arc<Past>> {
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
            .await?;
    Ok(Arc::new(Past {
        keywords: app.past_states.index_of(&change).unwrap_or_default(),
        change,
        seen_from: present.change.clone(),
        end,
        catalogue: Arc::new(catalogue),
    }))
}

impl Past {
    async fn index(&self, db: &Db) -> anyhow::Result<Arc<Keywords>> {
        let keywords = Arc::new(Keywords::in_memory()?);
        let rows = store::live_before(db, &self.end);
        write_index(keywords.clone(), true, Vec::new(), rows, &self.change).await?;
        Ok(keywords)
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

/// The first moment after a day, as a bound for the times of changes.
pub fn end_of(day: Date) -> Result<String> {
    let next = day
        .checked_add(1.day())
        .and_then(|next| next.to_zoned_datetime(TimeZone::UTC))
        .context("the day after")?;
    Ok(store::bound(next.timestamp()))
}

/// The answer where nothing had been published yet.
fn before_the_first(day: Date) -> Error {
    Error::NotThen(format!(
        "Nothing had been published in this collection by {}.",
        long_date(day)
    ))
}
