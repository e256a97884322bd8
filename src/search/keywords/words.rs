//! What was typed into a search box, taken apart: words, "quoted words" and -excluded ones.
//! Nothing else is syntax and no input is an error. Also how texts become words, the same for
//! what is searched and for what is typed.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer,
    StopWordFilter, TextAnalyzer,
};

use crate::vocabularies::synonyms::Synonyms;

/// The most words of a search that are looked up.
const MAX_CLAUSES: usize = 24;
/// Longer words are no words; a filter of the index drops them too.
const MAX_WORD_BYTES: usize = 40;

/// Words in lower case without accents.
#[must_use]
pub fn folded() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(MAX_WORD_BYTES))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

/// Folded words reduced to their English stems.
#[must_use]
pub fn stemmed() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(MAX_WORD_BYTES))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .filter(Stemmer::new(Language::English))
        .build()
}

/// The stems of a text in order.
#[must_use]
pub fn stems(text: &str) -> Vec<String> {
    tokens(&mut stemmed(), text)
        .into_iter()
        .map(|(_, stem)| stem)
        .collect()
}

fn tokens(analyzer: &mut TextAnalyzer, text: &str) -> Vec<(Range<usize>, String)> {
    let mut tokens = Vec::new();
    analyzer.token_stream(text).process(&mut |token| {
        tokens.push((token.offset_from..token.offset_to, token.text.clone()));
    });
    tokens
}

/// One word as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it stands in what was typed.
    pub place: Range<usize>,
    /// Lower case, without accents.
    pub folded: String,
    pub stem: String,
}

/// What was typed, clause by clause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    pub words: Vec<Word>,
    /// Quoted words, as stems.
    pub phrases: Vec<Vec<String>>,
    /// Words and phrases that must not occur, as stems.
    pub excluded: Vec<Vec<String>>,
}

impl Typed {
    #[must_use]
    pub fn read(typed: &str) -> Self {
        let mut read = Self::default();
        let mut rest = 0;
        let mut clauses = 0;
        while let Some(chunk) = next_chunk(typed, &mut rest) {
            clauses += 1;
            if clauses > MAX_CLAUSES {
                break;
            }
            let words = words_in(typed, &chunk.text);
            if words.is_empty() {
                continue;
            }
            let stems = || words.iter().map(|word| word.stem.clone()).collect();
            match chunk.role {
                Role::Excluded => read.excluded.push(stems()),
                Role::Phrase => read.phrases.push(stems()),
                Role::Words => read.words.extend(words),
            }
        }
        read.words.truncate(MAX_CLAUSES);
        read
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.phrases.is_empty() && self.excluded.is_empty()
    }
}

enum Role {
    Words,
    Phrase,
    Excluded,
}

struct Chunk {
    text: Range<usize>,
    role: Role,
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„')
}

/// The next stretch between blanks, or between quotation marks.
fn next_chunk(typed: &str, rest: &mut usize) -> Option<Chunk> {
    let start = *rest + typed[*rest..].find(|character: char| !character.is_whitespace())?;
    let excluded = typed[start..].starts_with('-')
        && typed[start + 1..].starts_with(|next: char| next.is_alphanumeric() || is_quote(next));
    let body = start + usize::from(excluded);
    if let Some(quote) = typed[body..]
        .chars()
        .next()
        .filter(|character| is_quote(*character))
    {
        let inside = body + quote.len_utf8();
        if let Some(length) = typed[inside..].find(is_quote) {
            let end = inside + length;
            *rest = end + typed[end..].chars().next().map_or(0, char::len_utf8);
            let role = if excluded {
                Role::Excluded
            } else {
                Role::Phrase
            };
            return Some(Chunk {
                text: inside..end,
                role,
            });
        }
        // A mark that is never closed is only a mark.
        *rest = inside;
        return next_chunk(typed, rest);
    }
    let length = typed[body..]
        .find(|character: char| character.is_whitespace() || is_quote(character))
        .unwrap_or(typed.len() - body);
    *rest = body + length;
    let role = if excluded {
        Role::Excluded
    } else {
        Role::Words
    };
    Some(Chunk {
        text: body..body + length,
        role,
    })
}

/// The words of one stretch, without the "s" that a possessive leaves behind.
fn words_in(typed: &str, place: &Range<usize>) -> Vec<Word> {
    let text = &typed[place.clone()];
    let folded = tokens(&mut folded(), text);
    let stems = tokens(&mut stemmed(), text);
    folded
        .into_iter()
        .zip(stems)
        .filter(|((at, word), _)| {
            let is_possessive = word == "s" && text[..at.start].ends_with(['\'', '’']);
            !is_possessive
        })
        .map(|((at, folded), (_, stem))| Word {
            place: place.start + at.start..place.start + at.end,
            folded,
            stem,
        })
        .collect()
}

static WITHOUT_STOP_WORDS: LazyLock<Option<TextAnalyzer>> = LazyLock::new(|| {
    let filter = StopWordFilter::new(Language::English)?;
    Some(
        TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(filter)
            .build(),
    )
});

/// Whether a word is too common to tell records apart ("the", "of").
#[must_use]
pub fn is_stop_word(folded: &str) -> bool {
    let Some(analyzer) = WITHOUT_STOP_WORDS.as_ref() else {
        return false;
    };
    let mut analyzer = analyzer.clone();
    let mut stream = analyzer.token_stream(folded);
    !stream.advance()
}

/// Synonyms by the stems of each member.
#[derive(Clone, Debug, Default)]
pub struct Meanings {
    groups: Vec<Vec<Vec<String>>>,
    by_stems: HashMap<Vec<String>, Vec<usize>>,
    longest: usize,
}

impl Meanings {
    #[must_use]
    pub fn new(synonyms: &Synonyms) -> Self {
        let groups: Vec<Vec<Vec<String>>> = synonyms
            .groups()
            .iter()
            .map(|group| group.iter().map(|words| stems(words)).collect())
            .collect();
        let mut by_stems: HashMap<Vec<String>, Vec<usize>> = HashMap::new();
        for (index, group) in groups.iter().enumerate() {
            for member in group.iter().filter(|member| !member.is_empty()) {
                let places = by_stems.entry(member.clone()).or_default();
                if !places.contains(&index) {
                    places.push(index);
                }
            }
        }
        let longest = by_stems.keys().map(Vec::len).max().unwrap_or(0);
        Self {
            groups,
            by_stems,
            longest,
        }
    }

    /// How many of the first stems make up one known phrase, at most; none when no phrase starts
    /// here.
    #[must_use]
    pub fn phrase_length(&self, stems: &[&str]) -> Option<usize> {
        (1..=self.longest.min(stems.len())).rev().find(|length| {
            let phrase: Vec<_> = stems[..*length]
                .iter()
                .map(|stem| (*stem).to_owned())
                .collect();
            self.by_stems.contains_key(&phrase)
        })
    }

    /// The other members of the groups that these stems belong to.
    pub fn others<'a>(&'a self, stems: &'a [String]) -> impl Iterator<Item = &'a Vec<String>> {
        self.by_stems
            .get(stems)
            .into_iter()
            .flatten()
            .flat_map(|group| &self.groups[*group])
            .filter(move |member| member.as_slice() != stems && !member.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shape(typed: &str) -> (Vec<String>, Vec<Vec<String>>, Vec<Vec<String>>) {
        let read = Typed::read(typed);
        (
            read.words.into_iter().map(|word| word.stem).collect(),
            read.phrases,
            read.excluded,
        )
    }

    #[test]
    fn words_phrases_and_exclusions_are_told_apart() {
        let (words, phrases, excluded) =
            shape("Fathers’ reading “home learning” -tutoring -\"summer school\" a-b café");
        assert_eq!(words, ["father", "read", "a", "b", "cafe"]);
        assert_eq!(phrases, [["home", "learn"]]);
        assert_eq!(
            excluded,
            [
                vec!["tutor".to_owned()],
                vec!["summer".into(), "school".into()]
            ]
        );
    }

    #[test]
    fn stray_signs_are_not_syntax() {
        assert_eq!(shape("\"open maths").0, ["open", "math"]);
        assert_eq!(shape("- -- \"\" AND ( title:x").0, ["and", "titl", "x"]);
        assert!(Typed::read("!!! ??? \"").is_empty());
        assert_eq!(shape("child's").0, ["child"]);
    }

    #[test]
    fn synonyms_match_by_stem_and_by_phrase() {
        let meanings = Meanings::new(&Synonyms::new(vec![
            vec!["fathers".into(), "dads".into()],
            vec!["english as an additional language".into(), "eal".into()],
        ]));
        let stems = stems("english as an additional language now");
        let borrowed: Vec<_> = stems.iter().map(String::as_str).collect();
        assert_eq!(meanings.phrase_length(&borrowed), Some(5));
        assert_eq!(
            meanings.others(&["father".to_owned()]).collect::<Vec<_>>(),
            [&["dad"]]
        );
        assert!(is_stop_word("the") && !is_stop_word("father"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read(typed in "\\PC{0,60}") {
            let read = Typed::read(&typed);
            for word in &read.words {
                prop_assert!(typed.get(word.place.clone()).is_some());
            }
        }
    }
}
