//! Why a record matched: the passage of its text that holds the words of a search, with marks.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use tantivy::snippet::SnippetGenerator;
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, SimpleTokenizer, Stemmer, TextAnalyzer, Token,
    TokenFilter, TokenStream, Tokenizer,
};
use tantivy::{Score, Term};

use crate::search::keywords::index::Keywords;
use crate::search::keywords::matching::Matched;

const PASSAGE_CHARACTERS: usize = 220;
/// Letters by which a word is taken for a likely match before it is stemmed.
const BEGINNING: usize = 3;

impl Keywords {
    /// Gets ready to find the words of a search in texts.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn highlighter(&self, matched: &Matched) -> Result<Highlighter> {
        let searcher = self.searcher();
        let mut scores = BTreeMap::new();
        for stem in &matched.highlights {
            let records = searcher.doc_freq(&Term::from_field_text(self.fields().lead, stem))?;
            #[expect(
                clippy::cast_precision_loss,
                reason = "only the order of scores matters"
            )]
            scores.insert(stem.clone(), 1.0 / (1.0 + records as Score));
        }
        let analyzer = likely_stems(scores.keys());
        Ok(Highlighter(SnippetGenerator::new(
            scores,
            analyzer,
            self.fields().lead,
            PASSAGE_CHARACTERS,
        )))
    }
}

/// Marks the words of a search in texts.
pub struct Highlighter(SnippetGenerator);

/// A stretch of a passage, marked or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub text: String,
    pub marked: bool,
}

impl Highlighter {
    /// The best passage, cut where the marks begin and end; empty when nothing matches.
    #[must_use]
    pub fn passage(&self, text: &str) -> Vec<Stretch> {
        let snippet = self.0.snippet(text);
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

/// Stems of those words alone that begin like one of `stems`. Stemming every word of twenty records
/// is what a page of results would spend most of its time on.
fn likely_stems<'a>(stems: impl Iterator<Item = &'a String>) -> TextAnalyzer {
    // The last letter of a short stem may differ from the word's: "try" has the stem "tri".
    let beginning = |stem: &'a String| {
        let letters = stem.chars().count();
        stem.chars()
            .take(BEGINNING.min(letters.saturating_sub(1)).max(1))
            .collect()
    };
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .filter(BlankUnlikely(stems.map(beginning).collect()))
        .filter(Stemmer::new(Language::English))
        .build()
}

/// Empties the words that cannot match, so that stemming them costs nothing.
#[derive(Clone)]
struct BlankUnlikely(Arc<[String]>);

impl TokenFilter for BlankUnlikely {
    type Tokenizer<T: Tokenizer> = BlankUnlikelyTokenizer<T>;

    fn transform<T: Tokenizer>(self, inner: T) -> BlankUnlikelyTokenizer<T> {
        BlankUnlikelyTokenizer {
            beginnings: self.0,
            inner,
        }
    }
}

#[derive(Clone)]
struct BlankUnlikelyTokenizer<T> {
    beginnings: Arc<[String]>,
    inner: T,
}

impl<T: Tokenizer> Tokenizer for BlankUnlikelyTokenizer<T> {
    type TokenStream<'a> = BlankUnlikelyStream<'a, T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        BlankUnlikelyStream {
            beginnings: &self.beginnings,
            inner: self.inner.token_stream(text),
        }
    }
}

struct BlankUnlikelyStream<'a, T> {
    beginnings: &'a [String],
    inner: T,
}

impl<T: TokenStream> TokenStream for BlankUnlikelyStream<'_, T> {
    fn advance(&mut self) -> bool {
        if !self.inner.advance() {
            return false;
        }
        let word = &mut self.inner.token_mut().text;
        if !self
            .beginnings
            .iter()
            .any(|letters| word.starts_with(letters.as_str()))
        {
            word.clear();
        }
        true
    }

    fn token(&self) -> &Token {
        self.inner.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.inner.token_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::keywords::words::stems;

    #[test]
    fn a_likely_word_has_the_stem_that_the_index_gives_it() {
        let text = "Try reading: trying readers, families’ cafés and a fly";
        for word in text
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
        {
            let own = stems(word);
            let mut found = Vec::new();
            let mut analyzer = likely_stems(own.iter());
            analyzer
                .token_stream(word)
                .process(&mut |token| found.push(token.text.clone()));
            assert_eq!(found, own, "{word}");
        }
        let mut analyzer = likely_stems(["read".to_owned()].iter());
        let mut found = Vec::new();
        analyzer
            .token_stream("reading maths")
            .process(&mut |token| found.push(token.text.clone()));
        assert_eq!(found, ["read", ""]);
    }
}
