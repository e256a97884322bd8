//! These words → the matching records and their scores. The index is derived from the published
//! records; losing it loses nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::RwLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::directory::error::LockError;
use tantivy::directory::{Directory, INDEX_WRITER_LOCK, MmapDirectory};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::snippet::SnippetGenerator;
use tantivy::{
    DocId, Index, IndexReader, IndexWriter, ReloadPolicy, Score, Searcher, SegmentReader,
    TantivyDocument, TantivyError, Term,
};

use crate::search::cards::RecordId;
use crate::search::words::{Meanings, Typed, Word, folded, is_stop_word, stemmed};

/// Memory for indexing, in bytes; one thread, so that pages keep the other cores.
const WRITER_BUDGET: usize = 32_000_000;
/// How much a word counts that only means the same as what was typed.
const SYNONYM_WEIGHT: f32 = 0.6;
/// From this many letters on a misspelt word may be two edits away, else one.
const LONG_WORD: usize = 8;
/// Shorter words are not corrected: too much is one edit away from them.
const SHORTEST_CORRECTED: usize = 4;
const SNIPPET_CHARACTERS: usize = 220;
/// Letters by which a word is taken for a likely match before it is stemmed.
const BEGINNING: usize = 3;
/// How often an index that another process is writing is tried again, and how long in between.
const OPEN_ATTEMPTS: usize = 50;
const OPEN_PAUSE: Duration = Duration::from_millis(200);

/// The words of one record, by how much they say about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordText {
    pub id: RecordId,
    pub title: String,
    /// Summary and findings.
    pub lead: String,
    pub authors: String,
    pub rest: String,
}

#[derive(Clone, Copy)]
struct Fields {
    record: Field,
    title: Field,
    lead: Field,
    authors: Field,
    rest: Field,
    /// Every text unstemmed, as the dictionary for corrections.
    spelling: Field,
}

impl Fields {
    /// What is searched, and how much a match there counts.
    fn searched(self) -> [(Field, f32); 4] {
        [
            (self.title, 4.0),
            (self.lead, 2.0),
            (self.authors, 2.0),
            (self.rest, 1.0),
        ]
    }
}

/// What a search found.
#[derive(Default)]
pub struct Matched {
    pub records: Vec<MatchedRecord>,
    /// How many words or phrases were looked for.
    pub groups: usize,
    /// What was searched instead, when a word was misspelt.
    pub respelt: Option<Respelt>,
    highlights: Vec<String>,
}

/// A search with a word that the collection does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Respelt {
    /// With the nearest word that it knows.
    pub corrected: String,
    /// With the unknown word in quotation marks, so that it is searched as it is.
    pub exactly: String,
}

#[derive(Clone, Copy, Debug)]
pub struct MatchedRecord {
    pub id: RecordId,
    /// How many of the words or phrases it holds.
    pub groups: u8,
    pub score: f32,
}

/// The full-text index in the data folder.
pub struct Keywords {
    index: Index,
    reader: IndexReader,
    fields: Fields,
    version: AtomicI64,
    stamp: RwLock<Option<Stamp>>,
}

/// Which state of which database an index was built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The number of the newest change that the index knows.
    pub version: i64,
    /// When that change was made: another database has another time.
    pub time: String,
}

/// How an attempt to write went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Done,
    /// Another process is writing this index; what it writes shows after [`Keywords::reload`].
    Busy,
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
            version: AtomicI64::new(0),
            stamp: RwLock::new(None),
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
        let stamp = payload.as_deref().and_then(|payload| {
            let (version, time) = payload.split_once(' ')?;
            Some(Stamp {
                version: version.parse().ok()?,
                time: time.to_owned(),
            })
        });
        self.version.store(
            stamp.as_ref().map_or(0, |stamp| stamp.version),
            Ordering::Release,
        );
        *self
            .stamp
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = stamp;
        Ok(())
    }

    /// The number of the newest change that searches see.
    #[must_use]
    pub fn version(&self) -> i64 {
        self.version.load(Ordering::Acquire)
    }

    #[must_use]
    pub fn stamp(&self) -> Option<Stamp> {
        self.stamp
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
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
        stamp: &Stamp,
    ) -> Result<Written> {
        let mut writer: IndexWriter = match self.index.writer_with_num_threads(1, WRITER_BUDGET) {
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
        commit.set_payload(&format!("{} {}", stamp.version, stamp.time));
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

    /// The records that hold some of the words, each with how many and how well.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn matching(&self, typed: &str, meanings: &Meanings) -> Result<Matched> {
        let searcher = self.reader.searcher();
        let read = Typed::read(typed);
        if read.is_empty() {
            return Ok(Matched {
                groups: 1,
                ..Matched::default()
            });
        }
        let (mut groups, respelt) = self.groups(&searcher, typed, &read.words, meanings)?;
        groups.extend(read.phrases.into_iter().map(|stems| vec![(stems, 1.0)]));

        let mut tally = Tally::default();
        let mut highlights = Vec::new();
        if groups.is_empty() {
            tally.add(&searcher.search(&AllQuery, &ScoredRecords)?);
        }
        for alternatives in &groups {
            tally.add(&searcher.search(&self.any_of(alternatives), &ScoredRecords)?);
            highlights.extend(
                alternatives
                    .iter()
                    .flat_map(|(stems, _)| stems.iter().cloned()),
            );
        }
        for stems in read.excluded {
            tally.remove(&searcher.search(&self.any_of(&[(stems, 1.0)]), &ScoredRecords)?);
        }
        Ok(Matched {
            records: tally.records(),
            groups: groups.len().max(1),
            respelt,
            highlights,
        })
    }

    /// One list of alternatives for each word or known phrase that was typed, and the corrected
    /// search where a word had to be corrected.
    fn groups(
        &self,
        searcher: &Searcher,
        typed: &str,
        words: &[Word],
        meanings: &Meanings,
    ) -> Result<(Vec<Alternatives>, Option<Respelt>)> {
        let mut groups = Vec::new();
        let mut corrections = Vec::new();
        let only_stop_words = words.iter().all(|word| is_stop_word(&word.folded));
        let mut rest = words;
        while let [word, after @ ..] = rest {
            let stems: Vec<_> = rest.iter().map(|word| word.stem.as_str()).collect();
            let length = meanings.phrase_length(&stems).unwrap_or(1);
            let mut own: Vec<_> = stems[..length]
                .iter()
                .map(|stem| (*stem).to_owned())
                .collect();
            rest = if length > 1 { &rest[length..] } else { after };
            if length == 1 && !only_stop_words && is_stop_word(&word.folded) {
                continue;
            }
            if length == 1
                && meanings.others(&own).next().is_none()
                && !self.occurs(searcher, &word.stem)?
                && let Some(correction) = self.correction(searcher, &word.folded)?
            {
                own = crate::search::words::stems(&correction);
                corrections.push((word.place.clone(), correction));
            }
            let mut alternatives: Alternatives = vec![(own.clone(), 1.0)];
            for member in meanings.others(&own) {
                if !alternatives.iter().any(|(stems, _)| stems == member) {
                    alternatives.push((member.clone(), SYNONYM_WEIGHT));
                }
            }
            groups.push(alternatives);
        }
        let respelt = (!corrections.is_empty()).then(|| {
            let (mut corrected, mut exactly) = (typed.to_owned(), typed.to_owned());
            for (place, correction) in corrections.into_iter().rev() {
                exactly.replace_range(place.clone(), &format!("\"{}\"", &typed[place.clone()]));
                corrected.replace_range(place, &correction);
            }
            Respelt { corrected, exactly }
        });
        Ok((groups, respelt))
    }

    fn occurs(&self, searcher: &Searcher, stem: &str) -> Result<bool> {
        for (field, _) in self.fields.searched() {
            if searcher.doc_freq(&Term::from_field_text(field, stem))? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The word of the collection that a misspelt one most likely stands for: the fewest edits,
    /// then the most records.
    fn correction(&self, searcher: &Searcher, word: &str) -> Result<Option<String>> {
        let letters = word.chars().count();
        if letters < SHORTEST_CORRECTED || word.chars().any(|letter| letter.is_ascii_digit()) {
            return Ok(None);
        }
        let term = Term::from_field_text(self.fields.spelling, word);
        for edits in 1..=if letters >= LONG_WORD { 2 } else { 1 } {
            let fuzzy = FuzzyTermQuery::new(term.clone(), edits, true);
            let mut candidates: BTreeMap<String, u64> = BTreeMap::new();
            for segment in searcher.segment_readers() {
                let dictionary = segment.inverted_index(self.fields.spelling)?;
                let mut stream = dictionary
                    .terms()
                    .search(fuzzy.automaton()?)
                    .into_stream()?;
                while stream.advance() {
                    if let Ok(candidate) = std::str::from_utf8(stream.key()) {
                        let records = u64::from(stream.value().doc_freq);
                        *candidates.entry(candidate.to_owned()).or_default() += records;
                    }
                }
            }
            let best = candidates.into_iter().max_by_key(|(_, records)| *records);
            if let Some((candidate, _)) = best {
                return Ok(Some(candidate));
            }
        }
        Ok(None)
    }

    fn any_of(&self, alternatives: &[(Vec<String>, f32)]) -> BooleanQuery {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for (stems, weight) in alternatives {
            for (field, boost) in self.fields.searched() {
                let mut terms: Vec<_> = stems
                    .iter()
                    .map(|stem| Term::from_field_text(field, stem))
                    .collect();
                let query: Box<dyn Query> = match terms.len() {
                    0 => continue,
                    1 => Box::new(TermQuery::new(
                        terms.remove(0),
                        IndexRecordOption::WithFreqs,
                    )),
                    _ => Box::new(PhraseQuery::new(terms)),
                };
                clauses.push((
                    Occur::Should,
                    Box::new(BoostQuery::new(query, boost * weight)),
                ));
            }
        }
        BooleanQuery::new(clauses)
    }

    /// Finds the passage of a text that shows best why a record matched.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn highlighter(&self, matched: &Matched) -> Result<Highlighter> {
        let searcher = self.reader.searcher();
        let mut scores = BTreeMap::new();
        for stem in &matched.highlights {
            let records = searcher.doc_freq(&Term::from_field_text(self.fields.lead, stem))?;
            #[expect(
                clippy::cast_precision_loss,
                reason = "only the order of scores matters"
            )]
            scores.insert(stem.clone(), 1.0 / (1.0 + records as Score));
        }
        let beginnings = scores
            .keys()
            .map(|stem| stem.chars().take(BEGINNING).collect())
            .collect();
        let generator =
            SnippetGenerator::new(scores, stemmed(), self.fields.lead, SNIPPET_CHARACTERS);
        Ok(Highlighter {
            generator,
            beginnings,
        })
    }
}

/// Ways of saying one thing: stems of a word or phrase, and how much a match counts.
type Alternatives = Vec<(Vec<String>, f32)>;

/// Marks the words of a search in texts.
pub struct Highlighter {
    generator: SnippetGenerator,
    /// The first letters of every stem.
    beginnings: Vec<String>,
}

/// A stretch of a passage, marked or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub text: String,
    pub marked: bool,
}

impl Highlighter {
    /// A passage of a record, cut where the marks begin and end; empty when nothing matches.
    /// Stemming every word of twenty records is what a page of results would spend most of its time
    /// on, so the stretch around the first likely word is looked at before the whole text.
    #[must_use]
    pub fn passage(&self, text: &str) -> Vec<Stretch> {
        match self.near_first_likely_word(text) {
            Some(near) => {
                let passage = self.passage_of(near);
                if passage.is_empty() {
                    self.passage_of(text)
                } else {
                    passage
                }
            }
            // Letters with accents are folded before they are compared.
            None if text.is_ascii() => Vec::new(),
            None => self.passage_of(text),
        }
    }

    /// From the start of the sentence in which a word begins like one of the stems, as far as a
    /// passage goes.
    fn near_first_likely_word<'a>(&self, text: &'a str) -> Option<&'a str> {
        let begins = |at: usize| {
            self.beginnings.iter().any(|letters| {
                text.get(at..at + letters.len())
                    .is_some_and(|own| own.eq_ignore_ascii_case(letters))
            })
        };
        let mut before = ' ';
        for (at, letter) in text.char_indices() {
            if !before.is_alphanumeric() && letter.is_alphanumeric() && begins(at) {
                let start = text[..at].rfind(". ").map_or(0, |stop| stop + 2);
                let end = text[at..]
                    .char_indices()
                    .nth(SNIPPET_CHARACTERS)
                    .map_or(text.len(), |(length, _)| at + length);
                return Some(&text[start..end]);
            }
            before = letter;
        }
        None
    }

    fn passage_of(&self, text: &str) -> Vec<Stretch> {
        let snippet = self.generator.snippet(text);
        let fragment = snippet.fragment();
        let mut stretches = Vec::new();
        let mut end = 0;
        for range in snippet.highlighted() {
            // The library's ranges may overlap.
            let start = range.start.max(end);
            if start >= range.end {
                continue;
            }
            for (part, marked) in [(end..start, false), (start..range.end, true)] {
                if let Some(text) = fragment.get(part).filter(|text| !text.is_empty()) {
                    stretches.push(Stretch {
                        text: text.to_owned(),
                        marked,
                    });
                }
            }
            end = range.end;
        }
        if let Some(text) = fragment
            .get(end..)
            .filter(|text| !text.is_empty() && end > 0)
        {
            stretches.push(Stretch {
                text: text.to_owned(),
                marked: false,
            });
        }
        stretches
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

/// Adds up what each group of alternatives found, by record id.
#[derive(Default)]
struct Tally {
    scores: Vec<f32>,
    groups: Vec<u8>,
}

impl Tally {
    fn add(&mut self, found: &[(RecordId, Score)]) {
        for (id, score) in found {
            let place = usize::try_from(*id).unwrap_or_default();
            if self.groups.len() <= place {
                let length = (place + 1).next_power_of_two();
                self.groups.resize(length, 0);
                self.scores.resize(length, 0.0);
            }
            self.groups[place] = self.groups[place].saturating_add(1);
            self.scores[place] += score;
        }
    }

    fn remove(&mut self, found: &[(RecordId, Score)]) {
        for (id, _) in found {
            let place = usize::try_from(*id).unwrap_or_default();
            if let Some(groups) = self.groups.get_mut(place) {
                *groups = 0;
            }
        }
    }

    fn records(&self) -> Vec<MatchedRecord> {
        (0..)
            .zip(self.groups.iter().zip(&self.scores))
            .filter(|(_, (groups, _))| **groups > 0)
            .map(|(id, (groups, score))| MatchedRecord {
                id,
                groups: *groups,
                score: *score,
            })
            .collect()
    }
}

/// Collects every match as record id and score.
struct ScoredRecords;

struct SegmentRecords {
    ids: Column<i64>,
    found: Vec<(RecordId, Score)>,
}

impl Collector for ScoredRecords {
    type Fruit = Vec<(RecordId, Score)>;
    type Child = SegmentRecords;

    fn for_segment(&self, _: u32, segment: &SegmentReader) -> tantivy::Result<SegmentRecords> {
        Ok(SegmentRecords {
            ids: segment.fast_fields().i64("record")?,
            found: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        Ok(segments.concat())
    }
}

impl SegmentCollector for SegmentRecords {
    type Fruit = Vec<(RecordId, Score)>;

    fn collect(&mut self, document: DocId, score: Score) {
        if let Some(id) = self.ids.first(document) {
            self.found.push((id, score));
        }
    }

    fn harvest(self) -> Self::Fruit {
        self.found
    }
}
