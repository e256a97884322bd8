//! What handlers share, and how the program starts and stops.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use arc_swap::ArcSwap;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::config::Config;
use crate::db::Db;
use crate::exchange::references::cite::Styles;
use crate::exchange::snapshot::nightly::{self, Snapshot, snapshots};
use crate::import::folder::Source;
use crate::import::store::import;
use crate::import::uploads::work;
use crate::links;
use crate::people::account::pending::Pending;
use crate::people::command::offer_first_administrator;
use crate::people::mail::Mailer;
use crate::people::password::Hasher;
use crate::people::throttle::Throttle;
use crate::records::admin::presence::Presence;
use crate::records::audit::Act;
use crate::routes;
use crate::search::catalogue::Catalogue;
use crate::search::refresh::Collection;
use crate::search::vain::VainSearches;
use crate::search::view::PastStates;
use crate::settings::{self, Settings};
use crate::suggestions;
use crate::vocabularies;
use crate::web::assets::Assets;
use crate::web::cache::PageCache;
use crate::web::outgoing::{Outgoing, Reach};
use crate::web::overload::{Exports, MAX_FORMS, MAX_HARVESTS, MAX_IN_FLIGHT};
use crate::web::server;

/// How often the database is asked for changes that another process made.
const WATCH: Duration = Duration::from_secs(1);

/// How often what readers searched for in vain is written.
const WRITE_SEARCHES: Duration = Duration::from_secs(5);

const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// What handlers share. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

pub struct Shared {
    pub config: Config,
    pub base_url: Arc<str>,
    pub db: Db,
    pub collection: Collection,
    pub past_states: PastStates,
    pub assets: Arc<Assets>,
    pub pages: PageCache,
    pub styles: Styles,
    settings: ArcSwap<Settings>,
    pub hasher: Hasher,
    pub throttle: Throttle,
    pub presence: Presence,
    pub outgoing: Outgoing,
    /// For DOIs, at the one address that the settings name.
    pub lookups: Outgoing,
    pub pending: Pending,
    /// None: nobody told us of a mail server.
    pub mailer: Option<Mailer>,
    pub vain_searches: VainSearches,
    snapshots: ArcSwap<Vec<Snapshot>>,
    /// One permit: exports take turns, so that readers keep the other cores.
    pub export_turn: Semaphore,
    /// The exports that are under way.
    pub exports: Exports,
    /// One permit for each page of a harvest that may be made at a time.
    pub harvests: Semaphore,
    /// One permit for each request that may be worked on.
    pub in_flight: Semaphore,
    /// One permit for each form that may be on its way in.
    pub forms: Semaphore,
    pub clock: fn() -> Timestamp,
    /// When this process started, in seconds since 1970: the first half of request ids.
    pub started: i64,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    /// Opens database and index; an empty data folder gets the starter collection first, unless
    /// the settings say otherwise.
    pub async fn open(config: Config) -> Result<Self> {
        Self::open_at(config, Timestamp::now).await
    }

    /// The same with a clock of one's own.
    pub async fn open_at(config: Config, clock: fn() -> Timestamp) -> Result<Self> {
        Self::open_reaching(config, clock, Reach::Public).await
    }

    /// The same for tests whose stand-ins of other servers run on this machine.
    pub async fn open_reaching(
        config: Config,
        clock: fn() -> Timestamp,
        reach: Reach,
    ) -> Result<Self> {
        // Settings that cannot be used should stop the start before it touches anything.
        let mailer = Mailer::new(&config)?;
        let db = Db::open(&config.data).await?;
        let starter = if config.empty {
            Source::StarterVocabularies
        } else {
            Source::Starter
        };
        furnish(&db, &starter, clock()).await?;
        let settings = settings::store::load(&db, &config).await?;
        let collection = Collection::open(db.clone(), &config.data).await?;
        Ok(Self(Arc::new(Shared {
            base_url: config.base_url().into(),
            db,
            collection,
            past_states: PastStates::default(),
            assets: Arc::new(Assets::load(&[&config.site_name, &config.base_url()])),
            pages: PageCache::new(config.page_cache_mb),
            styles: Styles::default(),
            settings: ArcSwap::from_pointee(settings),
            hasher: Hasher::new()?,
            throttle: Throttle::default(),
            presence: Presence::default(),
            outgoing: Outgoing::new(&config, reach)?,
            lookups: Outgoing::new(&config, Reach::of_service(&config.crossref_url))?,
            pending: Pending::default(),
            mailer,
            vain_searches: VainSearches::default(),
            snapshots: ArcSwap::from_pointee(snapshots(&config.data)),
            export_turn: Semaphore::new(1),
            exports: Exports::default(),
            harvests: Semaphore::new(MAX_HARVESTS),
            in_flight: Semaphore::new(MAX_IN_FLIGHT),
            forms: Semaphore::new(MAX_FORMS),
            clock,
            started: clock().as_second(),
            config,
        })))
    }

    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.collection.catalogue()
    }

    /// The settings in force.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        self.settings.load_full()
    }

    /// Puts stored settings in force.
    pub fn set_settings(&self, settings: Settings) {
        self.settings.store(Arc::new(settings));
    }

    /// The snapshots that can be downloaded, newest first.
    #[must_use]
    pub fn snapshots(&self) -> Arc<Vec<Snapshot>> {
        self.snapshots.load_full()
    }

    /// Takes notice of snapshots that were made since, by whichever process.
    pub fn look_for_snapshots(&self) {
        let found = snapshots(&self.config.data);
        if found != *self.snapshots() {
            self.snapshots.store(Arc::new(found));
        }
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    #[must_use]
    pub fn today(&self) -> Date {
        self.now().to_zoned_datetime(TimeZone::UTC).date()
    }
}

/// Gives a new database its vocabularies, and its evidence where `starter` holds any.
pub async fn furnish(db: &Db, starter: &Source, time: Timestamp) -> Result<()> {
    let mut conn = db.read.acquire().await?;
    if !vocabularies::store::load(&mut conn)
        .await?
        .lists()
        .is_empty()
    {
        return Ok(());
    }
    drop(conn);
    let outcome = import(db, starter, Act { person: None, time }, |_| {})
        .await
        .context("loading the starter collection")?;
    if outcome.added > 0 {
        eprintln!("Loaded the starter collection: {} records", outcome.added);
    }
    Ok(())
}

/// Serves the site until the process is told to stop.
pub async fn serve(config: Config) -> Result<()> {
    // The port first: a second server on it should fail before it touches anything.
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let app = App::open(Config {
        listen: listener.local_addr()?,
        ..config
    })
    .await?;
    let catalogue = app.catalogue();
    eprintln!(
        "Serving {} studies and {} interventions on {}",
        catalogue.studies().len(),
        catalogue.interventions().len(),
        app.base_url
    );
    work::resume(&app).await?;
    offer_first_administrator(&app).await?;
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(watch(app.clone()));
    tasks.spawn(write_searches(app.clone()));
    tasks.spawn(suggestions::retention::forget_addresses(app.clone()));
    let router = routes::router(app.clone());
    if !app.config.no_snapshots {
        tasks.spawn(nightly::every_night(app.clone(), router.clone()));
    }
    if !app.config.no_link_checks {
        tasks.spawn(links::check::every_night(app.clone()));
    }
    server::serve(listener, router, stop_signal()).await;
    tasks.abort_all();
    if let Err(error) = app.vain_searches.write(&app.db, app.today()).await {
        tracing::warn!(
            error = format!("{error:#}"),
            "vain searches were not counted"
        );
    }
    // A connection that a cut-off request still holds must not hold the process.
    if tokio::time::timeout(CLOSE_TIMEOUT, app.db.close())
        .await
        .is_err()
    {
        tracing::warn!("the database was still in use and was left to close itself");
    }
    Ok(())
}

/// Follows changes that other processes make to the database.
async fn watch(app: App) {
    let mut ticks = tokio::time::interval(WATCH);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = follow(&app).await {
            tracing::error!(
                error = format!("{error:#}"),
                "the collection could not be refreshed"
            );
        }
    }
}

/// Settings first: what is made from them afterwards belongs to the newer version.
async fn follow(app: &App) -> Result<()> {
    let settings = settings::store::load(&app.db, &app.config).await?;
    if settings != *app.settings() {
        app.set_settings(settings);
    }
    let looking = app.clone();
    tokio::task::spawn_blocking(move || looking.look_for_snapshots()).await?;
    app.collection.refresh().await
}

/// Writes what readers searched for in vain, now and then.
async fn write_searches(app: App) {
    let mut ticks = tokio::time::interval(WRITE_SEARCHES);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = app.vain_searches.write(&app.db, app.today()).await {
            tracing::warn!(
                error = format!("{error:#}"),
                "vain searches were not counted"
            );
        }
    }
}

async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {},
                _ = terminate.recv() => {},
            }
            return;
        }
    }
    let _ = interrupt.await;
}
