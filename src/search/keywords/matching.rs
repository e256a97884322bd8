//! These words → the records that hold them, with scores.

use std::collections::BTreeMap;

use anyhow::Result;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Score, Searcher, SegmentReader, Term};

use crate::search::cards::RecordId;
use crate::search::keywords::index::Keywords;
use crate::search::keywords::words::{Meanings, Typed, Word, is_stop_word, stems};

/// How much a word counts that only means the same as what was typed.
const SYNONYM_WEIGHT: f32 = 0.6;
/// From this many letters on a misspelt word may be two edits away, else one.
const LONG_WORD: usize = 8;
/// Shorter words are not corrected: too much is one edit away from them.
const SHORTEST_CORRECTED: usize = 4;

/// What a search found.
#[derive(Default)]
pub struct Matched {
    pub records: Vec<MatchedRecord>,
    /// How many words or phrases were looked for.
    pub groups: usize,
    /// What was searched instead, when a word was misspelt.
    pub respelt: Option<Respelt>,
    /// The stems to mark in a passage.
    pub(super) highlights: Vec<String>,
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

/// Ways of saying one thing: stems of a word or phrase, and how much a match counts.
type Alternatives = Vec<(Vec<String>, f32)>;

impl Keywords {
    /// The records that hold some of the words, each with how many and how well.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn matching(&self, typed: &str, meanings: &Meanings) -> Result<Matched> {
        let searcher = self.searcher();
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
            let following: Vec<_> = rest.iter().map(|word| word.stem.as_str()).collect();
            let length = meanings.phrase_length(&following).unwrap_or(1);
            let mut own: Vec<_> = following[..length]
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
                own = stems(&correction);
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
        for (field, _) in self.fields().searched() {
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
        let term = Term::from_field_text(self.fields().spelling, word);
        for edits in 1..=if letters >= LONG_WORD { 2 } else { 1 } {
            let fuzzy = FuzzyTermQuery::new(term.clone(), edits, true);
            let mut candidates: BTreeMap<String, u64> = BTreeMap::new();
            for segment in searcher.segment_readers() {
                let dictionary = segment.inverted_index(self.fields().spelling)?;
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
            for (field, boost) in self.fields().searched() {
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
