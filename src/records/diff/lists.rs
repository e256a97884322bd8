//! Which items of two lists belong together.

use std::collections::{HashMap, VecDeque};

use unicode_segmentation::UnicodeSegmentation;

/// Two items are versions of one when they share this much of their words.
const ALIKE: f64 = 0.5;
/// Above so many comparisons items are no longer looked at one by one.
const MOST_COMPARISONS: usize = 10_000;

/// Positions in two lists: what has a counterpart, and what has none.
#[derive(Debug)]
pub struct Pairing {
    pub pairs: Vec<(usize, usize)>,
    pub removed: Vec<usize>,
    pub added: Vec<usize>,
}

impl Pairing {
    /// Pairs equal items, first with first.
    #[must_use]
    pub fn of_equals(before: &[String], after: &[String]) -> Self {
        let mut places: HashMap<&str, VecDeque<usize>> = HashMap::new();
        for (place, key) in before.iter().enumerate() {
            places.entry(key).or_default().push_back(place);
        }
        let mut pairs = Vec::new();
        let mut added = Vec::new();
        for (place, key) in after.iter().enumerate() {
            match places.get_mut(key.as_str()).and_then(VecDeque::pop_front) {
                Some(counterpart) => pairs.push((counterpart, place)),
                None => added.push(place),
            }
        }
        let mut removed: Vec<usize> = places.into_values().flatten().collect();
        removed.sort_unstable();
        Self {
            pairs,
            removed,
            added,
        }
    }

    /// Pairs what is left by likeness, the most alike first. Returns the new pairs in the order of
    /// the later list.
    pub fn pair_alike(&mut self, likeness: impl Fn(usize, usize) -> f64) -> Vec<(usize, usize)> {
        if self.removed.len().saturating_mul(self.added.len()) > MOST_COMPARISONS {
            return Vec::new();
        }
        let mut likely = Vec::new();
        for &before in &self.removed {
            for &after in &self.added {
                let likeness = likeness(before, after);
                if likeness >= ALIKE {
                    likely.push((likeness, before, after));
                }
            }
        }
        likely.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut found = Vec::new();
        for (_, before, after) in likely {
            if self.removed.contains(&before) && self.added.contains(&after) {
                self.removed.retain(|&place| place != before);
                self.added.retain(|&place| place != after);
                found.push((before, after));
            }
        }
        found.sort_by_key(|&(_, after)| after);
        self.pairs.extend(&found);
        found
    }

    /// Whether what stayed stands in another order than before.
    #[must_use]
    pub fn reordered(&self) -> bool {
        let mut pairs = self.pairs.clone();
        pairs.sort_unstable();
        !pairs.is_sorted_by_key(|&(_, after)| after)
    }
}

/// The words of an item, to say how alike two items are.
#[derive(Debug)]
pub struct Bag<'a>(Vec<&'a str>);

impl<'a> Bag<'a> {
    fn of(text: &'a str) -> Self {
        let mut words: Vec<_> = text.unicode_words().collect();
        words.sort_unstable();
        Self(words)
    }

    #[must_use]
    pub fn of_each(texts: &'a [String]) -> Vec<Self> {
        texts.iter().map(|text| Self::of(text)).collect()
    }

    /// The share of words that both have, from 0 to 1 (Dice's coefficient).
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "a share, of some thousand words"
    )]
    pub fn likeness(&self, other: &Self) -> f64 {
        let (mut one, mut two) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut shared = 0;
        while let (Some(left), Some(right)) = (one.peek(), two.peek()) {
            match left.cmp(right) {
                std::cmp::Ordering::Less => _ = one.next(),
                std::cmp::Ordering::Greater => _ = two.next(),
                std::cmp::Ordering::Equal => {
                    shared += 1;
                    one.next();
                    two.next();
                }
            }
        }
        let all = self.0.len() + other.0.len();
        if all == 0 {
            0.0
        } else {
            2.0 * f64::from(shared) / all as f64
        }
    }
}
