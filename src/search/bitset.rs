//! Sets of catalogue numbers as bits: intersection and counting a word at a time.

/// A set of numbers below a fixed length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitset {
    words: Box<[u64]>,
    length: usize,
}

impl Bitset {
    #[must_use]
    pub fn empty(length: usize) -> Self {
        Self {
            words: vec![0; length.div_ceil(64)].into(),
            length,
        }
    }

    #[must_use]
    pub fn full(length: usize) -> Self {
        Self::range(length, 0, length)
    }

    /// The numbers from `start` up to, not including, `end`.
    #[must_use]
    pub fn range(length: usize, start: usize, end: usize) -> Self {
        let mut set = Self::empty(length);
        let end = end.min(length);
        for (index, word) in set.words.iter_mut().enumerate() {
            let (low, high) = (index * 64, index * 64 + 64);
            if start < high && end > low {
                let above = !0u64 << start.saturating_sub(low);
                let below = !0u64 >> (high - end.min(high));
                *word = above & below;
            }
        }
        set
    }

    pub fn insert(&mut self, number: usize) {
        debug_assert!(number < self.length);
        self.words[number / 64] |= 1 << (number % 64);
    }

    #[must_use]
    pub fn contains(&self, number: usize) -> bool {
        self.words
            .get(number / 64)
            .is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    pub fn intersect(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    pub fn unite(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    #[must_use]
    pub fn count(&self) -> usize {
        self.words
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// How many numbers both sets hold, without making a third.
    #[must_use]
    pub fn count_shared(&self, other: &Self) -> usize {
        self.words
            .iter()
            .zip(&other.words)
            .map(|(word, other)| (word & other).count_ones() as usize)
            .sum()
    }

    /// How many numbers from `start` up to, not including, `end` the set holds.
    #[must_use]
    pub fn count_range(&self, start: usize, end: usize) -> usize {
        let end = end.min(self.length);
        if start >= end {
            return 0;
        }
        let (first, last) = (start / 64, (end - 1) / 64);
        (first..=last)
            .map(|index| {
                let mut word = self.words[index];
                if index == first {
                    word &= !0 << (start % 64);
                }
                if index == last {
                    word &= !0 >> (63 - (end - 1) % 64);
                }
                word.count_ones() as usize
            })
            .sum()
    }

    /// The numbers in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(index, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    index * 64 + bit
                })
            })
        })
    }

    /// `count` numbers in ascending order after the first `skip`, without walking those.
    #[must_use]
    pub fn slice(&self, skip: usize, count: usize) -> Vec<usize> {
        let mut to_skip = skip;
        for (index, word) in self.words.iter().enumerate() {
            let here = word.count_ones() as usize;
            if to_skip < here {
                let start = index * 64;
                return self.iter_from(start).skip(to_skip).take(count).collect();
            }
            to_skip -= here;
        }
        Vec::new()
    }

    /// The same from the other end, in descending order.
    #[must_use]
    pub fn slice_reversed(&self, skip: usize, count: usize) -> Vec<usize> {
        let end = self.count().saturating_sub(skip);
        let start = end.saturating_sub(count);
        let mut numbers = self.slice(start, end - start);
        numbers.reverse();
        numbers
    }

    fn iter_from(&self, start: usize) -> impl Iterator<Item = usize> {
        (start..self.length).filter(|number| self.contains(*number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn set(length: usize, numbers: &BTreeSet<usize>) -> Bitset {
        let mut set = Bitset::empty(length);
        for number in numbers {
            set.insert(*number);
        }
        set
    }

    proptest! {
        #[test]
        fn bits_behave_like_a_set(
            length in 1usize..300,
            a in prop::collection::btree_set(0usize..300, 0..80),
            b in prop::collection::btree_set(0usize..300, 0..80),
            (start, end) in (0usize..320, 0usize..320),
            (skip, take) in (0usize..90, 0usize..30),
        ) {
            let a: BTreeSet<_> = a.into_iter().filter(|number| *number < length).collect();
            let b: BTreeSet<_> = b.into_iter().filter(|number| *number < length).collect();
            let (bits_a, bits_b) = (set(length, &a), set(length, &b));

            prop_assert_eq!(bits_a.iter().collect::<Vec<_>>(), a.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(bits_a.count(), a.len());
            prop_assert_eq!(bits_a.count_shared(&bits_b), a.intersection(&b).count());
            let in_range = a.iter().filter(|number| (start..end).contains(number)).count();
            prop_assert_eq!(bits_a.count_range(start, end), in_range);
            prop_assert_eq!(Bitset::range(length, start, end).count_shared(&bits_a), in_range);
            prop_assert_eq!(Bitset::full(length).count(), length);
            prop_assert_eq!(
                bits_a.slice(skip, take),
                a.iter().copied().skip(skip).take(take).collect::<Vec<_>>()
            );
            prop_assert_eq!(
                bits_a.slice_reversed(skip, take),
                a.iter().rev().copied().skip(skip).take(take).collect::<Vec<_>>()
            );
            let mut both = bits_a.clone();
            both.unite(&bits_b);
            prop_assert_eq!(both.count(), a.union(&b).count());
            both.intersect(&bits_b);
            prop_assert_eq!(both, bits_b);
        }
    }
}
