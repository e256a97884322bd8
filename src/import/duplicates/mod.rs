//! Which incoming references are in the collection already, or twice in their file. Says what may
//! be the same and why; a person decides.

mod reference;
#[cfg(test)]
mod tests;
mod title;

use std::collections::HashMap;

use self::reference::{Reference, Verdict};

/// A title or word that more references share tells none of them from the others, so no more of
/// them are looked at. Keeps a file of a thousand editorials from taking a million comparisons.
const BLOCK: usize = 200;
/// A misspelt title is found by this many of its rarest words.
const RARE_WORDS: usize = 5;

/// A reference in the collection.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: i64,
    pub doi: Option<String>,
    pub title: String,
    pub year: Option<i16>,
    /// The family name, or the name of a body.
    pub first_author: String,
}

/// A reference that comes in.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub doi: Option<String>,
    pub title: String,
    pub year: Option<i16>,
    /// The family name, or the name of a body.
    pub first_author: String,
}

/// How sure it is that two references are the same; the surest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    Certain,
    Likely,
    Possible,
}

/// A reference of the collection that may be the same as a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    pub id: i64,
    pub certainty: Certainty,
    /// "the same title, first author and year".
    pub reason: String,
}

/// Two references of one file that may be the same, by their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    pub later: usize,
    pub earlier: usize,
    pub certainty: Certainty,
    pub reason: String,
}

/// The references of the collection, ready to be searched.
#[derive(Debug)]
pub struct Finder {
    ids: Vec<i64>,
    index: Index,
}

impl Finder {
    #[must_use]
    pub fn new(known: &[Known]) -> Self {
        let references = known.iter().map(Known::reference).collect();
        Self {
            ids: known.iter().map(|known| known.id).collect(),
            index: Index::new(references),
        }
    }

    /// What a candidate may be the same as, the best match first.
    #[must_use]
    pub fn matches(&self, candidate: &Candidate) -> Vec<Match> {
        let reference = candidate.reference();
        let mut found = self.index.compare(&reference);
        found.sort_by_key(|(place, verdict)| (verdict.rank(), self.ids[*place]));
        let found = found.into_iter().map(|(place, verdict)| Match {
            id: self.ids[place],
            certainty: verdict.certainty,
            reason: reference.reason(&self.index.references[place], &verdict),
        });
        found.collect()
    }
}

/// The candidates that may be the same as an earlier one of the same file, each with the earlier
/// one that it matches best.
#[must_use]
pub fn within(candidates: &[Candidate]) -> Vec<Twin> {
    let index = Index::new(candidates.iter().map(Candidate::reference).collect());
    let twin = |(later, reference): (usize, &Reference)| {
        let found = index.compare(reference).into_iter();
        let (earlier, verdict) = found
            .filter(|(place, _)| *place < later)
            .min_by_key(|(place, verdict)| (verdict.rank(), *place))?;
        Some(Twin {
            later,
            earlier,
            certainty: verdict.certainty,
            reason: reference.reason(&index.references[earlier], &verdict),
        })
    };
    index
        .references
        .iter()
        .enumerate()
        .filter_map(twin)
        .collect()
}

impl Known {
    fn reference(&self) -> Reference {
        Reference::new(
            self.doi.as_deref(),
            &self.title,
            self.year,
            &self.first_author,
        )
    }
}

impl Candidate {
    fn reference(&self) -> Reference {
        Reference::new(
            self.doi.as_deref(),
            &self.title,
            self.year,
            &self.first_author,
        )
    }
}

impl Verdict {
    fn rank(&self) -> (Certainty, i8) {
        (self.certainty, -self.points)
    }
}

/// References by what two that are the same would share.
#[derive(Debug)]
struct Index {
    references: Vec<Reference>,
    by_doi: HashMap<String, Vec<usize>>,
    /// By whole title, by title without subtitle, by title and author.
    by_title: HashMap<String, Vec<usize>>,
    by_word: HashMap<String, Vec<usize>>,
}

impl Index {
    fn new(references: Vec<Reference>) -> Self {
        let mut by_doi: HashMap<_, Vec<_>> = HashMap::new();
        let mut by_title: HashMap<_, Vec<_>> = HashMap::new();
        let mut by_word: HashMap<_, Vec<_>> = HashMap::new();
        for (place, reference) in references.iter().enumerate() {
            if let Some(doi) = &reference.doi {
                by_doi.entry(doi.clone()).or_default().push(place);
            }
            for key in title_keys(reference) {
                by_title.entry(key).or_default().push(place);
            }
            for word in words(reference) {
                by_word.entry(word.to_owned()).or_default().push(place);
            }
        }
        Self {
            references,
            by_doi,
            by_title,
            by_word,
        }
    }

    fn compare(&self, reference: &Reference) -> Vec<(usize, Verdict)> {
        let verdict = |place: usize| {
            let verdict = reference.compare(&self.references[place])?;
            Some((place, verdict))
        };
        self.nearby(reference)
            .into_iter()
            .filter_map(verdict)
            .collect()
    }

    /// The few references worth comparing with this one.
    fn nearby(&self, reference: &Reference) -> Vec<usize> {
        let doi = reference.doi.as_ref().and_then(|doi| self.by_doi.get(doi));
        let titles = title_keys(reference)
            .into_iter()
            .filter_map(|key| self.by_title.get(&key));
        let mut places: Vec<usize> = doi
            .into_iter()
            .chain(titles)
            .flat_map(|places| block(places))
            .collect();
        places.extend(self.of_similar_words(reference));
        places.sort_unstable();
        places.dedup();
        places
    }

    /// References that share at least two of the rarest words.
    fn of_similar_words(&self, reference: &Reference) -> Vec<usize> {
        let mut rare: Vec<_> = words(reference)
            .into_iter()
            .filter_map(|word| self.by_word.get(word))
            .collect();
        rare.sort_by_key(|places| places.len());
        let mut places: Vec<usize> = rare
            .into_iter()
            .take(RARE_WORDS)
            .flat_map(|places| block(places))
            .collect();
        places.sort_unstable();
        let twice = places.windows(2).filter(|pair| pair[0] == pair[1]);
        twice.map(|pair| pair[0]).collect()
    }
}

fn block(places: &[usize]) -> impl Iterator<Item = usize> {
    places.iter().take(BLOCK).copied()
}

fn title_keys(reference: &Reference) -> Vec<String> {
    let title = &reference.title;
    let whole = [title.letters.clone(), reference.title_and_author()];
    whole.into_iter().chain(title.main.clone()).collect()
}

/// The different words of a title that is long enough to be found by them.
fn words(reference: &Reference) -> Vec<&str> {
    if reference.title.is_short() {
        return Vec::new();
    }
    let mut words: Vec<_> = reference.title.words.iter().map(String::as_str).collect();
    words.sort_unstable();
    words.dedup();
    words
}
