//! Two versions of a text, word by word.

use std::time::Instant;

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};
use unicode_segmentation::UnicodeSegmentation;

/// A stretch of text in a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Same(String),
    Removed(String),
    Added(String),
    /// So many equal words, left out.
    Omitted(usize),
}

/// Equal stretches with more words than this are shortened.
const LONG: usize = 60;
/// How many equal words stay beside a change.
const CONTEXT: usize = 12;

/// Both texts in pieces: same and removed give `before`, same and added give `after`. What cannot
/// be compared in time is replaced as a whole.
#[must_use]
pub fn compare(before: &str, after: &str, until: Instant) -> Vec<Piece> {
    let before: Vec<_> = before.split_word_bounds().collect();
    let after: Vec<_> = after.split_word_bounds().collect();
    let steps = capture_diff_slices_deadline(Algorithm::Myers, &before, &after, Some(until));
    let mut pieces = Pieces::default();
    for (index, step) in steps.iter().enumerate() {
        let removed = &before[step.old_range()];
        let added = &after[step.new_range()];
        if matches!(step, DiffOp::Equal { .. }) {
            pieces.same(&added.concat(), index + 1 == steps.len());
        } else {
            pieces.changed(removed, added);
        }
    }
    pieces.finish()
}

#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    removed: String,
    added: String,
}

impl Pieces {
    /// The space between two replaced words belongs to the replacement: without this, a sentence
    /// written anew reads as a stutter of single words.
    fn same(&mut self, text: &str, last: bool) {
        let replacing = !self.removed.is_empty() && !self.added.is_empty();
        if replacing && !last && !text.contains(char::is_alphanumeric) {
            self.removed.push_str(text);
            self.added.push_str(text);
        } else {
            self.settle();
            self.done.push(Piece::Same(text.to_owned()));
        }
    }

    fn changed(&mut self, removed: &[&str], added: &[&str]) {
        self.removed.extend(removed.iter().copied());
        self.added.extend(added.iter().copied());
    }

    fn settle(&mut self) {
        if !self.removed.is_empty() {
            let removed = std::mem::take(&mut self.removed);
            self.done.push(Piece::Removed(removed));
        }
        if !self.added.is_empty() {
            let added = std::mem::take(&mut self.added);
            self.done.push(Piece::Added(added));
        }
    }

    fn finish(mut self) -> Vec<Piece> {
        self.settle();
        self.done
    }
}

/// The pieces with long equal stretches cut down to the words beside the changes.
#[must_use]
pub fn shorten(pieces: Vec<Piece>) -> Vec<Piece> {
    let last = pieces.len().saturating_sub(1);
    let mut short = Vec::with_capacity(pieces.len());
    for (index, piece) in pieces.into_iter().enumerate() {
        match piece {
            Piece::Same(text) => shorten_same(text, index == 0, index == last, &mut short),
            Piece::Removed(_) | Piece::Added(_) | Piece::Omitted(_) => short.push(piece),
        }
    }
    short
}

fn shorten_same(text: String, first: bool, last: bool, into: &mut Vec<Piece>) {
    let starts: Vec<usize> = text
        .unicode_word_indices()
        .map(|(start, _)| start)
        .collect();
    if starts.len() <= LONG {
        into.push(Piece::Same(text));
        return;
    }
    let head = if first { 0 } else { CONTEXT };
    let tail = starts.len() - if last { 0 } else { CONTEXT };
    if head > 0 {
        into.push(Piece::Same(text[..starts[head]].to_owned()));
    }
    into.push(Piece::Omitted(tail - head));
    if let Some(&start) = starts.get(tail) {
        into.push(Piece::Same(text[start..].to_owned()));
    }
}
