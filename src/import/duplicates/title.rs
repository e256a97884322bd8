//! Titles as they are compared: without case, accents, punctuation and articles.

use deunicode::deunicode;
use strsim::osa_distance;

/// A title with fewer words is not enough to tell a work: "Introduction", "Parental involvement".
const FEW_WORDS: usize = 4;
/// With fewer words, a title before a subtitle is no title: "Introduction", "Letterbox".
const FEW_MAIN_WORDS: usize = 2;
/// A title may have one wrong letter, and one more for so many letters.
const LETTERS_A_FAULT: usize = 30;
/// Never more wrong letters than this.
const MOST_FAULTS: usize = 4;

/// Words of a subtitle that names another work under the same title, not the same work in full.
#[rustfmt::skip]
const SERIES: &[&str] = &[
    "part", "parts", "volume", "vol", "edition", "ed", "phase", "wave", "round", "update",
    "appendix", "appendices", "supplement", "erratum", "corrigendum", "correction", "reply",
    "response", "comment", "commentary",
];

/// Words that count, and so tell two works apart: "Part one", "Phase II", "Third edition".
#[rustfmt::skip]
const COUNTS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii",
];

/// How alike two titles are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    Same,
    /// One lacks the subtitle of the other.
    WithoutSubtitle,
    /// So many letters differ, in words that are misspelt versions of one another.
    Letters(usize),
}

#[derive(Debug)]
pub struct Title {
    pub words: Vec<String>,
    /// The words as one, so that "home-school" is "homeschool".
    pub letters: String,
    /// The letters before the subtitle, unless it names another work under the same title.
    pub main: Option<String>,
}

impl Title {
    #[must_use]
    pub fn of(text: &str) -> Self {
        let words = words(text);
        Self {
            letters: words.concat(),
            words,
            main: main(text),
        }
    }

    /// Whether many works may have this title.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.words.len() < FEW_WORDS
    }

    #[must_use]
    pub fn likeness(&self, other: &Self) -> Option<Likeness> {
        if self.letters.is_empty() || other.letters.is_empty() {
            None
        } else if self.letters == other.letters {
            Some(Likeness::Same)
        } else if self.is_without_subtitle_of(other) || other.is_without_subtitle_of(self) {
            Some(Likeness::WithoutSubtitle)
        } else {
            self.faults(other).map(Likeness::Letters)
        }
    }

    fn is_without_subtitle_of(&self, other: &Self) -> bool {
        other.main.as_ref() == Some(&self.letters)
    }

    fn faults(&self, other: &Self) -> Option<usize> {
        if self.letters.len().abs_diff(other.letters.len()) > MOST_FAULTS {
            return None;
        }
        let (one, other) = without_common_ends(&self.words, &other.words);
        let faults = if one.len() == other.len() {
            one.iter()
                .zip(other)
                .map(|(word, other)| word_faults(word, other))
                .sum::<Option<usize>>()?
        } else if one.iter().chain(other).any(|word| counts(word)) {
            return None;
        } else {
            // A word written as two.
            letter_faults(&one.concat(), &other.concat(), 1)?
        };
        let most = (1 + self.letters.len() / LETTERS_A_FAULT).min(MOST_FAULTS);
        (faults <= most).then_some(faults)
    }
}

/// Lower-case ASCII words. Articles and "and" go: they are what catalogues vary most.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let plain = deunicode(text).to_lowercase().replace(['\'', '`'], "");
    plain
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !matches!(*word, "" | "a" | "an" | "the" | "and"))
        .map(str::to_owned)
        .collect()
}

fn main(text: &str) -> Option<String> {
    let end = [": ", "? ", "! ", ". ", " - ", " – ", " — ", "—"]
        .into_iter()
        .filter_map(|sign| text.find(sign))
        .min()?;
    let (main, subtitle) = text.split_at(end);
    let (main, subtitle) = (words(main), words(subtitle));
    let another = subtitle.iter().any(|word| SERIES.contains(&word.as_str()));
    (main.len() >= FEW_MAIN_WORDS && !subtitle.is_empty() && !another).then(|| main.concat())
}

fn without_common_ends<'a>(
    mut one: &'a [String],
    mut other: &'a [String],
) -> (&'a [String], &'a [String]) {
    while let ([first, rest @ ..], [same, more @ ..]) = (one, other)
        && first == same
    {
        (one, other) = (rest, more);
    }
    while let ([rest @ .., last], [more @ .., same]) = (one, other)
        && last == same
    {
        (one, other) = (rest, more);
    }
    (one, other)
}

/// How many letters are wrong when one word is meant to be the other. A letter is dropped or doubled
/// anywhere, but a word that begins with another letter, or a short one with another letter, is
/// another word: "mothers" and "fathers", "reading" and "leading", "boys" and "toys" are two.
fn word_faults(word: &str, other: &str) -> Option<usize> {
    if word == other {
        return Some(0);
    }
    let replaced = word.len() == other.len();
    if replaced && word.as_bytes().first() != other.as_bytes().first() {
        return None;
    }
    let most = match word.len().min(other.len()) {
        0..3 => 0,
        3 => usize::from(!replaced),
        4..9 => 1,
        _ => 2,
    };
    letter_faults(word, other, most).filter(|_| !counts(word) && !counts(other))
}

/// The letters to change, drop, add or swap, unless they are more than `most`.
pub fn letter_faults(one: &str, other: &str, most: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    Some(osa_distance(one, other)).filter(|faults| *faults <= most)
}

fn counts(word: &str) -> bool {
    word.len() == 1 || word.contains(|digit: char| digit.is_ascii_digit()) || COUNTS.contains(&word)
}
