//! Looking whether links work: all of them on the command line, those that are due in the night.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::Method;

use crate::app::App;
use crate::db::Db;
use crate::links::link::{Link, Seen, Standing, links_of};
use crate::links::store;
use crate::records::record::Kind;
use crate::records::store as records;
use crate::web::outgoing::Outgoing;

/// No more of a page is read: that it is there says enough.
const READ: usize = 2048;
/// So many links without any answer are no coincidence.
const MANY: usize = 5;
/// How many links one batch of the night has.
const BATCH: usize = 100;
/// How often it is looked whether it is night.
const TICK: Duration = Duration::from_mins(10);
/// The hours (UTC) in which the site is quiet.
const NIGHT: std::ops::Range<i8> = 1..5;

/// Looks at links and keeps what it sees.
#[derive(Clone, Copy)]
pub struct Checker<'a> {
    pub db: &'a Db,
    pub outgoing: &'a Outgoing,
    pub clock: fn() -> Timestamp,
}

/// How many links stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub working: usize,
    pub could_not_look: usize,
    pub failing: usize,
    pub dead: usize,
}

impl Tally {
    pub fn count(&mut self, standing: Standing) {
        match standing {
            Standing::Works => self.working += 1,
            Standing::CouldNotLook => self.could_not_look += 1,
            Standing::Failing => self.failing += 1,
            Standing::Dead => self.dead += 1,
        }
    }

    #[must_use]
    pub fn total(&self) -> usize {
        self.working + self.could_not_look + self.failing + self.dead
    }
}

/// What a look at many links has seen so far.
#[derive(Default)]
struct Run {
    has_answer: bool,
    /// Links that were not answered, while none was.
    unanswered: Vec<Link>,
    tally: Tally,
}

impl Run {
    /// Takes note of a link. Returns those that can be kept now.
    fn take(&mut self, link: Link) -> Vec<Link> {
        self.has_answer |= link.status.is_some();
        self.unanswered.push(link);
        if !self.has_answer {
            return Vec::new();
        }
        for link in &self.unanswered {
            self.tally.count(link.standing());
        }
        std::mem::take(&mut self.unanswered)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Checker<'a> {
    #[must_use]
    pub fn of(app: &'a App) -> Self {
        Self {
            db: &app.db,
            outgoing: &app.outgoing,
            clock: app.clock,
        }
    }

    /// Looks at one link and keeps what it sees.
    ///
    /// # Errors
    /// When the database cannot be read or the disk refuses.
    pub async fn check(&self, url: &str) -> Result<Link> {
        let link = self.look(url).await?;
        self.keep(&link).await?;
        Ok(link)
    }

    async fn look(&self, url: &str) -> Result<Link> {
        let before = store::find(self.db, url).await?;
        let seen = look(self.outgoing, url).await;
        Ok(Link::after(url, before.as_ref(), seen, (self.clock)()))
    }

    async fn keep(&self, link: &Link) -> Result<()> {
        let mut transaction = self.db.begin().await?;
        store::save(&mut transaction, link).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Looks at these links, a few at a time; each host is asked one thing at a time. What was not
    /// answered is kept only once some server has answered: if none does, it is this machine that has
    /// no way out.
    ///
    /// # Errors
    /// When no server can be reached, the database cannot be read or the disk refuses.
    pub async fn check_all(&self, urls: Vec<String>, saw: impl Fn(&Link) + Sync) -> Result<Tally> {
        let total = urls.len();
        let (queue, run) = (Mutex::new(urls.into_iter()), Mutex::new(Run::default()));
        let worker = async || -> Result<()> {
            loop {
                let next = lock(&queue).next();
                let Some(url) = next else {
                    return Ok(());
                };
                let link = self.look(&url).await?;
                let known = lock(&run).take(link);
                for link in known {
                    self.keep(&link).await?;
                    saw(&link);
                }
            }
        };
        tokio::try_join!(worker(), worker(), worker(), worker())?;
        let Run {
            unanswered, tally, ..
        } = run.into_inner().unwrap_or_else(PoisonError::into_inner);
        ensure!(
            unanswered.len() < MANY,
            "none of {total} links was answered, so this machine may have no way out; nothing was noted"
        );
        let mut tally = tally;
        for link in unanswered {
            self.keep(&link).await?;
            saw(&link);
            tally.count(link.standing());
        }
        Ok(tally)
    }

    /// Every link of the published collection. What is known of others is forgotten.
    ///
    /// # Errors
    /// When the database cannot be read or the disk refuses.
    pub async fn collect(&self) -> Result<BTreeSet<String>> {
        let mut urls = BTreeSet::new();
        let mut rows = records::live_since(self.db, 0);
        while let Some(row) = rows.try_next().await? {
            let Some(kind) = Kind::parse(&row.kind) else {
                continue;
            };
            match links_of(kind, &row.body) {
                Ok(links) => urls.extend(links.into_iter().map(|(_, url)| url)),
                Err(error) => tracing::error!(
                    record = format!("{} {}", row.kind, row.slug),
                    %error,
                    "the links of a stored record cannot be read"
                ),
            }
        }
        drop(rows);
        for link in store::all(self.db).await? {
            if !urls.contains(&link.url) {
                let mut transaction = self.db.begin().await?;
                store::forget(&mut transaction, &link.url).await?;
                transaction.commit().await?;
            }
        }
        Ok(urls)
    }

    /// Looks at the links that are due, those that were never seen first, at most `most`.
    ///
    /// # Errors
    /// When the database cannot be read or the disk refuses.
    pub async fn check_due(&self, most: usize) -> Result<Tally> {
        let urls = self.collect().await?;
        let known: HashMap<String, Link> = store::all(self.db)
            .await?
            .into_iter()
            .map(|link| (link.url.clone(), link))
            .collect();
        let now = (self.clock)();
        let mut due: Vec<(Option<Timestamp>, String)> = urls
            .into_iter()
            .filter_map(|url| match known.get(&url) {
                None => Some((None, url)),
                Some(link) => link.is_due(now).then_some((Some(link.checked_at), url)),
            })
            .collect();
        due.sort_unstable();
        due.truncate(most);
        let urls = due.into_iter().map(|(_, url)| url).collect();
        self.check_all(urls, |_| {}).await
    }
}

/// Asks for the head of a page, and for the page itself where a server does not know how to give
/// only the head, or says that there is nothing: many say so to `HEAD` alone.
async fn look(outgoing: &Outgoing, url: &str) -> Seen {
    const ANY: &str = "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8";
    match outgoing.ask(Method::HEAD, url, ANY, 0).await {
        Ok(answer) if answer.status < 400 || answer.status == 429 => {
            return Seen::Answered(answer.status);
        }
        Ok(_) => {}
        Err(reason) => return Seen::Unanswered(reason),
    }
    match outgoing.ask(Method::GET, url, ANY, READ).await {
        Ok(answer) => Seen::Answered(answer.status),
        Err(reason) => Seen::Unanswered(reason),
    }
}

/// Looks at a batch of the links that are due, now and then through the night.
pub async fn every_night(app: App) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if !NIGHT.contains(&app.now().to_zoned_datetime(TimeZone::UTC).hour()) {
            continue;
        }
        match Checker::of(&app).check_due(BATCH).await {
            Ok(tally) if tally.total() > 0 => tracing::info!(
                looked = tally.total(),
                dead = tally.dead,
                failing = tally.failing,
                "links were checked"
            ),
            Ok(_) => {}
            Err(error) => tracing::warn!(
                error = format!("{error:#}"),
                "the links could not be checked"
            ),
        }
    }
}
