//! The one path by which catalogue and index follow the database: at start, after every change of
//! our own, and every second for changes that another process made.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use arc_swap::ArcSwap;
use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use tokio::sync::{Mutex, mpsc};

use crate::db::Db;
use crate::interventions::intervention::Intervention;
use crate::pages::page::{Page, Question};
use crate::records::record::{Change, Kind};
use crate::records::slug::Slug;
use crate::records::store::{self, LiveRow};
use crate::retractions;
use crate::search::aliases::Aliases;
use crate::search::cards::{Identity, InterventionCard, QuestionCard, StudyCard, ThemeCard};
use crate::search::catalogue::{Cards, Catalogue};
use crate::search::keywords::index::{Keywords, Written};
use crate::search::keywords::texts::{self, RecordText};
use crate::studies::study::Study;
use crate::themes::theme::Theme;
use crate::vocabularies;

/// How many texts may wait for the indexing thread.
const TEXTS_AHEAD: usize = 256;

/// The published collection as pages read it.
pub struct Collection {
    db: Db,
    index_folder: PathBuf,
    catalogue: ArcSwap<Catalogue>,
    keywords: ArcSwap<Keywords>,
    version: ArcSwap<String>,
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
        let keywords = open_index(&index_folder).await?;
        let vocabularies = load_vocabularies(&db).await?;
        let empty = Catalogue::new(None, Arc::new(vocabularies), Cards::default());
        let collection = Self {
            db,
            index_folder,
            catalogue: ArcSwap::from_pointee(empty),
            keywords: ArcSwap::from_pointee(keywords),
            version: ArcSwap::default(),
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
    pub fn keywords(&self) -> Arc<Keywords> {
        self.keywords.load_full()
    }

    /// Names what pages are made from: the states of catalogue and index.
    #[must_use]
    pub fn version(&self) -> Arc<String> {
        self.version.load_full()
    }

    /// Whether searches by words see all that lists show.
    #[must_use]
    pub fn is_indexed(&self) -> bool {
        self.keywords().change().as_deref() == self.catalogue().change.as_ref()
    }

    /// Brings catalogue and index up to date with the database. The catalogue is there at once,
    /// the words when the index has committed.
    ///
    /// # Errors
    /// When database or index cannot be read or written.
    pub async fn refresh(&self) -> Result<()> {
        let _turn = self.turn.lock().await;
        let newest = store::newest_change(&self.db).await?;
        if self.catalogue.load().change != newest {
            self.refresh_catalogue(newest.clone()).await?;
            self.name_version();
        }
        let Some(newest) = newest else {
            return Ok(());
        };
        if self.keywords.load().change().as_deref() != Some(&newest) {
            if let Err(error) = self.refresh_index(&newest).await {
                tracing::warn!(
                    error = format!("{error:#}"),
                    "opening the search index afresh"
                );
                self.keywords
                    .store(Arc::new(open_index(&self.index_folder).await?));
                self.refresh_index(&newest).await?;
            }
            self.name_version();
        }
        Ok(())
    }

    fn name_version(&self) {
        let name = |change: Option<&Change>| {
            change.map_or_else(String::new, |change| {
                let digits = change.time.chars().filter(char::is_ascii_digit);
                format!("{}.{}", change.number, digits.collect::<String>())
            })
        };
        let catalogue = name(self.catalogue.load().change.as_ref());
        let index = name(self.keywords.load().change().as_deref());
        self.version.store(Arc::new(format!("{catalogue}-{index}")));
    }

    /// The number of a change after which everything is new, if this database has that change; 0
    /// otherwise, so that everything is read again.
    async fn since(&self, known: Option<&Change>) -> Result<i64> {
        let Some(known) = known else {
            return Ok(0);
        };
        let time = store::time_of_change(&self.db, known.number).await?;
        Ok(if time.as_ref() == Some(&known.time) {
            known.number
        } else {
            0
        })
    }

    async fn refresh_catalogue(&self, newest: Option<Change>) -> Result<()> {
        let current = self.catalogue.load_full();
        let since = self.since(current.change.as_ref()).await?;
        let vocabularies = if since == 0 || store::vocabulary_changed(&self.db, since).await? {
            Arc::new(load_vocabularies(&self.db).await?)
        } else {
            current.vocabularies.clone()
        };
        let mut cards = if since > 0 {
            current.cards()
        } else {
            Cards::default()
        };
        if since == 0 || store::renamed_since(&self.db, since).await? {
            cards.aliases = Arc::new(Aliases::new(store::old_slugs(&self.db).await?));
        }
        let mut outdated = Vec::new();
        if since > 0 {
            outdated = outdated_by_renaming(&cards);
            let touched = store::touched(&self.db, since).await?;
            let gone = touched.into_iter().chain(outdated.iter().copied());
            forget(&mut cards, &gone.collect());
        }
        let mut fresh = Cards {
            codes: std::mem::take(&mut cards.codes),
            aliases: cards.aliases.clone(),
            ..Cards::default()
        };
        add_cards(&mut fresh, store::live_since(&self.db, since)).await?;
        // What was touched and outdated has come already.
        let come: HashSet<i64> = ids(&fresh).collect();
        outdated.retain(|id| !come.contains(id));
        let outdated = serde_json::to_string(&outdated)?;
        add_cards(&mut fresh, store::live_among(&self.db, &outdated)).await?;
        if since > 0 {
            // What changed after `newest` was read comes again with the next refresh.
            forget(&mut cards, &ids(&fresh).collect());
        }
        cards.codes = fresh.codes;
        cards.retractions = Arc::new(retractions::store::confirmed(&self.db).await?);
        cards.studies.append(&mut fresh.studies);
        cards.interventions.append(&mut fresh.interventions);
        cards.themes.append(&mut fresh.themes);
        cards.questions.append(&mut fresh.questions);
        let next = tokio::task::spawn_blocking(move || Catalogue::new(newest, vocabularies, cards))
            .await?;
        self.catalogue.store(Arc::new(next));
        Ok(())
    }

    async fn refresh_index(&self, newest: &Change) -> Result<()> {
        let keywords = self.keywords.load_full();
        // Another process may have written what we lack.
        keywords.reload()?;
        let known = keywords.change();
        if known.as_deref() == Some(newest) {
            return Ok(());
        }
        let since = self.since(known.as_deref()).await?;
        let removed = if since > 0 {
            store::touched(&self.db, since).await?
        } else {
            Vec::new()
        };
        let rows = store::live_since(&self.db, since);
        write_index(keywords, since == 0, removed, rows, newest).await
    }
}

/// Writes the texts of records into an index as they are read, a few ahead of the writer. `whole`
/// starts from nothing, otherwise `removed` go first.
pub(super) async fn write_index(
    keywords: Arc<Keywords>,
    whole: bool,
    removed: Vec<i64>,
    mut rows: BoxStream<'_, sqlx::Result<LiveRow>>,
    newest: &Change,
) -> Result<()> {
    let (sender, mut receiver) = mpsc::channel::<Item>(TEXTS_AHEAD);
    let newest = newest.clone();
    let writing = tokio::task::spawn_blocking(move || {
        let texts = std::iter::from_fn(|| match receiver.blocking_recv() {
            Some(Item::Text(text)) => Some(text),
            Some(Item::Finished) => None,
            // Half an index must not pass for a whole one.
            None => Some(Err(anyhow::anyhow!("reading the records was cut short"))),
        });
        keywords.write(whole, &removed, texts, &newest)
    });
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

async fn open_index(folder: &Path) -> Result<Keywords> {
    let folder = folder.to_owned();
    tokio::task::spawn_blocking(move || Keywords::open(&folder)).await?
}

async fn load_vocabularies(db: &Db) -> Result<vocabularies::vocabulary::Vocabularies> {
    let mut conn = db.read.acquire().await?;
    vocabularies::store::load(&mut conn).await
}

fn ids(cards: &Cards) -> impl Iterator<Item = i64> {
    let studies = cards.studies.iter().map(|card| card.id);
    let interventions = cards.interventions.iter().map(|card| card.id);
    let themes = cards.themes.iter().map(|card| card.id);
    let questions = cards.questions.iter().map(|card| card.id);
    studies.chain(interventions).chain(themes).chain(questions)
}

/// The cards that name a record as it was called before it was renamed.
fn outdated_by_renaming(cards: &Cards) -> Vec<i64> {
    let aliases = &cards.aliases;
    let studies = cards.studies.iter();
    let studies = studies.filter(|card| aliases.outdate_study(card));
    let interventions = cards.interventions.iter();
    let interventions = interventions.filter(|card| aliases.outdate_intervention(card));
    let themes = cards.themes.iter();
    let themes = themes.filter(|card| aliases.outdate_sentences(&card.citing));
    let questions = cards.questions.iter();
    let questions = questions.filter(|card| aliases.outdate_question(&card.body));
    let (studies, interventions) = (
        studies.map(|card| card.id),
        interventions.map(|card| card.id),
    );
    let (themes, questions) = (themes.map(|card| card.id), questions.map(|card| card.id));
    let ids = studies.chain(interventions).chain(themes).chain(questions);
    ids.collect()
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

pub(super) async fn add_cards(
    cards: &mut Cards,
    mut rows: BoxStream<'_, sqlx::Result<LiveRow>>,
) -> Result<()> {
    while let Some(row) = rows.try_next().await? {
        if let Err(error) = add_card(cards, &row) {
            skip(&row, &error);
        }
    }
    Ok(())
}

pub(super) fn add_card(cards: &mut Cards, row: &LiveRow) -> Result<()> {
    let (kind, slug) = parts(row)?;
    let identity = Identity {
        id: row.id,
        slug,
        version: row.version,
        updated: row.time.parse()?,
    };
    let (codes, aliases) = (&mut cards.codes, cards.aliases.clone());
    match kind {
        Kind::Study => {
            let mut study: Study = body(row)?;
            aliases.in_study(&mut study);
            let card = StudyCard::new(identity, study, codes);
            cards.studies.push(Arc::new(card));
        }
        Kind::Intervention => {
            let mut body: Intervention = body(row)?;
            aliases.in_intervention(&mut body);
            let mut card = InterventionCard::new(identity, body, codes);
            aliases.in_sentences(&mut card.citing);
            cards.interventions.push(Arc::new(card));
        }
        Kind::Theme => {
            let mut body: Theme = body(row)?;
            aliases.in_theme(&mut body);
            let mut card = ThemeCard::new(identity, body);
            aliases.in_sentences(&mut card.citing);
            cards.themes.push(Arc::new(card));
        }
        Kind::Question => {
            let mut body: Question = body(row)?;
            aliases.in_question(&mut body);
            let Identity {
                id, slug, updated, ..
            } = identity;
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
