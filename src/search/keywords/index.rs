//! The index in the data folder: opening, following the database, writing. Losing it loses nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use arc_swap::ArcSwapOption;
use tantivy::directory::error::LockError;
use tantivy::directory::{Directory, INDEX_WRITER_LOCK, MmapDirectory};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{
    Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, TantivyError, Term,
};

use crate::records::record::Change;
use crate::search::cards::RecordId;
use crate::search::keywords::texts::RecordText;
use crate::search::keywords::words::{folded, stemmed};

/// Memory for indexing, in bytes a thread.
const WRITER_BUDGET: usize = 32_000_000;
/// Threads for a whole index, which nobody can search meanwhile; else one, so that pages keep the
/// other cores.
const WHOLE_INDEX_THREADS: usize = 2;
/// How often an index that another process is writing is tried again, and how long in between.
const OPEN_ATTEMPTS: usize = 50;
const OPEN_PAUSE: Duration = Duration::from_millis(200);

/// The full-text index in the data folder.
pub struct Keywords {
    index: Index,
    reader: IndexReader,
    fields: Fields,
    /// The newest change that the index knows.
    change: ArcSwapOption<Change>,
}

/// How an attempt to write went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Done,
    /// Another process is writing this index; what it writes shows after [`Keywords::reload`].
    Busy,
}

#[derive(Clone, Copy)]
pub(super) struct Fields {
    record: Field,
    title: Field,
    pub(super) lead: Field,
    authors: Field,
    rest: Field,
    /// Every text unstemmed, as the dictionary for corrections.
    pub(super) spelling: Field,
}

impl Fields {
    /// What is searched, and how much a match there counts.
    pub(super) fn searched(self) -> [(Field, f32); 4] {
        [
            (self.title, 4.0),
            (self.lead, 2.0),
            (self.authors, 2.0),
            (self.rest, 1.0),
        ]
    }
}

impl Keywords {
    /// Opens the index in `folder`, or makes an empty one when there is none or it is damaged.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn open(folder: &Path) -> Result<Self> {
        let mut patience = OPEN_ATTEMPTS;
        while folder.exists() {
            let error = match Self::open_existing(folder) {
                Ok(keywords) => return Ok(keywords),
                Err(error) => error,
            };
            patience -= 1;
            // A process that is writing replaces files meanwhile; that is no damage.
            let _lock = match MmapDirectory::open(folder)?.acquire_lock(&INDEX_WRITER_LOCK) {
                Ok(lock) => lock,
                Err(_) if patience > 0 => {
                    #[expect(clippy::disallowed_methods, reason = "runs on a blocking thread")]
                    std::thread::sleep(OPEN_PAUSE);
                    continue;
                }
                Err(_) => return Err(error).context("another process is writing the search index"),
            };
            tracing::warn!(%error, "the search index is damaged and will be rebuilt");
            fs::remove_dir_all(folder)
                .with_context(|| format!("removing the damaged {}", folder.display()))?;
        }
        fs::create_dir_all(folder)
            .with_context(|| format!("making the folder {}", folder.display()))?;
        let index = Index::create_in_dir(folder, schema().0)
            .with_context(|| format!("making the search index in {}", folder.display()))?;
        Self::with(index)
    }

    /// An empty index that lives in memory alone.
    ///
    /// # Errors
    /// When tantivy refuses.
    pub fn in_memory() -> Result<Self> {
        Self::with(Index::create_in_ram(schema().0))
    }

    fn open_existing(folder: &Path) -> Result<Self> {
        let index = Index::open_in_dir(folder)?;
        anyhow::ensure!(
            index.schema() == schema().0,
            "it was made by another version"
        );
        let damaged: Vec<PathBuf> = index.validate_checksum()?.into_iter().collect();
        anyhow::ensure!(damaged.is_empty(), "these files are damaged: {damaged:?}");
        Self::with(index)
    }

    fn with(index: Index) -> Result<Self> {
        index.tokenizers().register("stemmed", stemmed());
        index.tokenizers().register("folded", folded());
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let keywords = Self {
            fields: schema().1,
            index,
            reader,
            change: ArcSwapOption::empty(),
        };
        keywords.reload()?;
        Ok(keywords)
    }

    /// Reads what has been committed since, by whichever process.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn reload(&self) -> Result<()> {
        let payload = self.index.load_metas()?.payload;
        self.reader.reload()?;
        let change = payload.as_deref().and_then(|payload| {
            let (number, time) = payload.split_once(' ')?;
            Some(Change {
                number: number.parse().ok()?,
                time: time.to_owned(),
            })
        });
        self.change.store(change.map(Arc::new));
        Ok(())
    }

    /// The newest change that searches see; none in an index that has never been written.
    #[must_use]
    pub fn change(&self) -> Option<Arc<Change>> {
        self.change.load_full()
    }

    pub(super) fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    pub(super) fn fields(&self) -> Fields {
        self.fields
    }

    /// Takes out `removed` and puts in `texts`, in one commit. `whole` starts from nothing.
    ///
    /// # Errors
    /// When the index cannot be written; it then stays as it was.
    pub fn write(
        &self,
        whole: bool,
        removed: &[RecordId],
        texts: impl Iterator<Item = Result<RecordText>>,
        change: &Change,
    ) -> Result<Written> {
        let threads = if whole { WHOLE_INDEX_THREADS } else { 1 };
        let writer = self
            .index
            .writer_with_num_threads(threads, threads * WRITER_BUDGET);
        let mut writer: IndexWriter = match writer {
            Ok(writer) => writer,
            Err(TantivyError::LockFailure(LockError::LockBusy, _)) => return Ok(Written::Busy),
            Err(error) => return Err(error).context("opening the search index for writing"),
        };
        if whole {
            writer.delete_all_documents()?;
        }
        for id in removed {
            writer.delete_term(Term::from_field_i64(self.fields.record, *id));
        }
        for text in texts {
            let text = text?;
            if !whole {
                // It may have been published again since `removed` was read.
                writer.delete_term(Term::from_field_i64(self.fields.record, text.id));
            }
            writer.add_document(self.document(&text))?;
        }
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&format!("{} {}", change.number, change.time));
        commit.commit()?;
        self.reload()?;
        writer.wait_merging_threads()?;
        // What was merged away would otherwise stay open.
        self.reload()?;
        Ok(Written::Done)
    }

    fn document(&self, text: &RecordText) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_i64(self.fields.record, text.id);
        for (field, words) in [
            (self.fields.title, &text.title),
            (self.fields.lead, &text.lead),
            (self.fields.authors, &text.authors),
            (self.fields.rest, &text.rest),
        ] {
            document.add_text(field, words);
            document.add_text(self.fields.spelling, words);
        }
        document
    }
}

fn schema() -> (Schema, Fields) {
    let text = |tokenizer, option| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(option),
        )
    };
    let searched = text("stemmed", IndexRecordOption::WithFreqsAndPositions);
    let mut schema = Schema::builder();
    let fields = Fields {
        record: schema.add_i64_field("record", INDEXED | FAST),
        title: schema.add_text_field("title", searched.clone()),
        lead: schema.add_text_field("lead", searched.clone()),
        authors: schema.add_text_field("authors", searched.clone()),
        rest: schema.add_text_field("rest", searched),
        spelling: schema.add_text_field("spelling", text("folded", IndexRecordOption::Basic)),
    };
    (schema.build(), fields)
}
