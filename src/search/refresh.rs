//! The one path by which catalogue and index follow the database: at start, after every change of
//! our own, and every second for changes that another process made.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use arc_swap::ArcSwap;
use futures_util::TryStreamExt;
use tokio::sync::{Mutex, mpsc};

use crate::db::Db;
use crate::interventions::intervention::Intervention;
use crate::pages::page::{Page, Question};
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::store::{self, LiveRow};
use crate::search::cards::{InterventionCard, QuestionCard, StudyCard, ThemeCard};
use crate::search::catalogue::{Cards, Catalogue};
use crate::search::keywords::index::{Keywords, Stamp, Written};
use crate::search::keywords::texts::{self, RecordText};
use crate::studies::study::Study;
use crate::themes::theme::Theme;
use crate::vocabularies;

/// How many texts may wait for the indexing thread.
const TEXTS_AHEAD: usize = 256;

/// The published collection as pages read it.
pub struct Collection {
    db: Db,
    catalogue: ArcSwap<Catalogue>,
    keywords: Arc<Keywords>,
    /// One refresh at a time.
    turn: Mutex<()>,
}

impl Collection {
    /// Reads every published record, and brings the index in `folder` up to date.
    ///
    /// # Errors
    /// When database or index cannot be read.
    pub async fn open(db: Db, folder: &Path) -> Result<Self> {
        let index_folder = folder.join("index");
        let keywords = tokio::task::spawn_blocking(move || Keywords::open(&index_folder)).await??;
        let vocabularies = load_vocabularies(&db).await?;
        let empty = Catalogue::new(0, Arc::new(vocabularies), Cards::default());
        let collection = Self {
            db,
            catalogue: ArcSwap::from_pointee(empty),
            keywords: Arc::new(keywords),
            turn: Mutex::new(()),
        };
        collection.refresh().await?;
        Ok(collection)
    }

    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.catalogue.load_full()
    }

    #[must_use]
    pub fn keywords(&self) -> &Arc<Keywords> {
        &self.keywords
    }

    /// What pages depend on: the versions of catalogue and index.
    #[must_use]
    pub fn version(&self) -> (i64, i64) {
        (self.catalogue.load().version, self.keywords.version())
    }

    /// Brings catalogue and index up to date with the database. The catalogue is there at once,
    /// the words when the index has committed.
    ///
    /// # Errors
    /// When database or index cannot be read or written.
    pub async fn refresh(&self) -> Result<()> {
        let _turn = self.turn.lock().await;
        let Some(newest) = store::newest_change(&self.db).await? else {
            return Ok(());
        };
        if self.catalogue.load().version != newest.number {
            self.refresh_catalogue(newest.number).await?;
        }
        if self.keywords.version() != newest.number {
            let stamp = Stamp {
                version: newest.number,
                time: newest.time,
            };
            self.refresh_index(stamp).await?;
        }
        Ok(())
    }

    async fn refresh_catalogue(&self, newest: i64) -> Result<()> {
        let current = self.catalogue.load_full();
        let since = current.version;
        let vocabularies = if store::vocabulary_changed(&self.db, since).await? {
            Arc::new(load_vocabularies(&self.db).await?)
        } else {
            current.vocabularies.clone()
        };
        let mut cards = current.cards();
        if since > 0 {
            forget(
                &mut cards,
                &store::touched(&self.db, since).await?.into_iter().collect(),
            );
        }
        let mut fresh = Cards {
            codes: std::mem::take(&mut cards.codes),
            ..Cards::default()
        };
        let mut rows = store::live_since(&self.db, since);
        while let Some(row) = rows.try_next().await? {
            if let Err(error) = add_card(&mut fresh, &row) {
                skip(&row, &error);
            }
        }
        if since > 0 {
            // What changed after `newest` was read comes again with the next refresh.
            let ids = fresh.studies.iter().map(|card| card.id);
            let ids = ids.chain(fresh.interventions.iter().map(|card| card.id));
            let ids = ids.chain(fresh.themes.iter().map(|card| card.id));
            forget(
                &mut cards,
                &ids.chain(fresh.questions.iter().map(|card| card.id))
                    .collect(),
            );
        }
        cards.codes = fresh.codes;
        cards.studies.append(&mut fresh.studies);
        cards.interventions.append(&mut fresh.interventions);
        cards.themes.append(&mut fresh.themes);
        cards.questions.append(&mut fresh.questions);
        let next = tokio::task::spawn_blocking(move || Catalogue::new(newest, vocabularies, cards))
            .await?;
        self.catalogue.store(Arc::new(next));
        Ok(())
    }

    async fn refresh_index(&self, stamp: Stamp) -> Result<()> {
        // Another process may have written what we lack.
        self.keywords.reload()?;
        let since = match self.keywords.stamp() {
            Some(known) if known == stamp => return Ok(()),
            Some(known)
                if store::time_of_change(&self.db, known.version)
                    .await?
                    .as_ref()
                    == Some(&known.time) =>
            {
                known.version
            }
            // Empty, or built from another database.
            _ => 0,
        };
        let removed = if since > 0 {
            store::touched(&self.db, since).await?
        } else {
            Vec::new()
        };
        let (sender, mut receiver) = mpsc::channel::<Item>(TEXTS_AHEAD);
        let keywords = self.keywords.clone();
        let writing = tokio::task::spawn_blocking(move || {
            let texts = std::iter::from_fn(|| match receiver.blocking_recv() {
                Some(Item::Text(text)) => Some(text),
                Some(Item::Finished) => None,
                // Half an index must not pass for a whole one.
                None => Some(Err(anyhow::anyhow!("reading the records was cut short"))),
            });
            keywords.write(since == 0, &removed, texts, &stamp)
        });
        let mut rows = store::live_since(&self.db, since);
        loop {
            let item = match rows.try_next().await {
                Ok(Some(row)) => match text_of(&row) {
                    Ok(text) => Item::Text(Ok(text)),
                    Err(error) => {
                        skip(&row, &error);
                        continue;
                    }
                },
                Ok(None) => Item::Finished,
                Err(error) => Item::Text(Err(error.into())),
            };
            let is_last = matches!(item, Item::Finished | Item::Text(Err(_)));
            // A closed channel means that the writer has given up; it says why below.
            if sender.send(item).await.is_err() || is_last {
                break;
            }
        }
        drop(sender);
        if writing.await?? == Written::Busy {
            tracing::debug!("another process is writing the search index");
        }
        Ok(())
    }
}

/// What passes from reading records to indexing them.
enum Item {
    Text(Result<RecordText>),
    /// All records have been read.
    Finished,
}

/// One record that cannot be read must not keep the others from readers.
fn skip(row: &LiveRow, error: &anyhow::Error) {
    tracing::error!(
        record = format!("{} {}", row.kind, row.slug),
        error = format!("{error:#}"),
        "a stored record cannot be read and is left out"
    );
}

async fn load_vocabularies(db: &Db) -> Result<vocabularies::vocabulary::Vocabularies> {
    let mut conn = db.read.acquire().await?;
    vocabularies::store::load(&mut conn).await
}

fn forget(cards: &mut Cards, ids: &HashSet<i64>) {
    cards.studies.retain(|card| !ids.contains(&card.id));
    cards.interventions.retain(|card| !ids.contains(&card.id));
    cards.themes.retain(|card| !ids.contains(&card.id));
    cards.questions.retain(|card| !ids.contains(&card.id));
}

/// A stored row with its kind and slug understood.
fn parts(row: &LiveRow) -> Result<(Kind, Slug)> {
    let kind = Kind::parse(&row.kind).context("unknown kind of record")?;
    let slug = Slug::parse(&row.slug).context("malformed slug")?;
    Ok((kind, slug))
}

fn body<'a, D: serde::Deserialize<'a>>(row: &'a LiveRow) -> Result<D> {
    serde_json::from_str(&row.body)
        .with_context(|| format!("reading the stored {} \"{}\"", row.kind, row.slug))
}

fn add_card(cards: &mut Cards, row: &LiveRow) -> Result<()> {
    let (kind, slug) = parts(row)?;
    let (id, updated) = (row.id, row.time.parse()?);
    let codes = &mut cards.codes;
    match kind {
        Kind::Study => {
            let study: Study = body(row)?;
            cards
                .studies
                .push(Arc::new(StudyCard::new(id, slug, updated, study, codes)));
        }
        Kind::Intervention => {
            let body: Intervention = body(row)?;
            let card = InterventionCard::new(id, slug, updated, body, codes);
            cards.interventions.push(Arc::new(card));
        }
        Kind::Theme => {
            let body: Theme = body(row)?;
            cards
                .themes
                .push(Arc::new(ThemeCard::new(id, slug, updated, body)));
        }
        Kind::Question => {
            let body: Question = body(row)?;
            cards.questions.push(Arc::new(QuestionCard {
                id,
                slug,
                updated,
                body,
            }));
        }
        Kind::Page => {}
    }
    Ok(())
}

fn text_of(row: &LiveRow) -> Result<RecordText> {
    let (kind, _) = parts(row)?;
    Ok(match kind {
        Kind::Study => texts::of_study(row.id, &body::<Study>(row)?),
        Kind::Intervention => texts::of_intervention(row.id, &body::<Intervention>(row)?),
        Kind::Theme => texts::of_theme(row.id, &body::<Theme>(row)?),
        Kind::Question => texts::of_question(row.id, &body::<Question>(row)?),
        Kind::Page => texts::of_page(row.id, &body::<Page>(row)?),
    })
}
