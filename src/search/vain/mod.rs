//! What readers searched for and did not find: words and counts, nothing about anyone.
//!
//! Only the words and the day are kept, never who, from where or at what time. What looks like
//! personal data is not kept at all. Pages are answered from the page cache while nothing has changed
//! (`web/cache.rs`), so the same search is counted once until then: a count says less than how often
//! people asked, and still which words are worth a look.

pub mod admin;
pub mod store;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use jiff::civil::Date;

use crate::app::App;
use crate::db::Db;
use crate::studies::identifiers::find_doi;

/// The longest search that is kept, in characters; the rest is cut off.
const MAX_LENGTH: usize = 80;
/// How many different searches may wait to be written; more are not counted.
const MAX_PENDING: usize = 500;
/// So many digits without anything between them may be somebody's number.
const MANY_DIGITS: usize = 6;
/// The same with blanks and signs between them, as in a telephone number.
const MANY_DIGITS_APART: usize = 9;

/// Searches that are counted and not yet written, so that no reader waits for the disk.
#[derive(Debug, Default)]
pub struct VainSearches(Mutex<HashMap<String, i64>>);

impl VainSearches {
    /// Counts a search that found nothing.
    pub fn count(&self, words: &str) {
        let Some(words) = kept(words) else {
            return;
        };
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pending.len() < MAX_PENDING || pending.contains_key(&words) {
            *pending.entry(words).or_default() += 1;
        }
    }

    fn take(&self) -> HashMap<String, i64> {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut pending)
    }

    /// Writes what was counted, in one transaction. What cannot be written is forgotten: counts are
    /// not worth memory that grows while a disk is full.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn write(&self, db: &Db, day: Date) -> Result<()> {
        let pending = self.take();
        if pending.is_empty() {
            return Ok(());
        }
        let mut transaction = db.begin().await?;
        for (words, count) in pending {
            store::add(&mut transaction, &words, count, day).await?;
        }
        store::forget_surplus(&mut transaction).await?;
        Ok(transaction.commit().await?)
    }
}

/// Counts a search of this site that found nothing.
pub fn count(app: &App, words: &str) {
    app.vain_searches.count(words);
}

/// The words as they are kept; `None` when they are not.
fn kept(words: &str) -> Option<String> {
    let words = words.to_lowercase();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() || may_be_personal(&words) {
        return None;
    }
    let cut: String = words.chars().take(MAX_LENGTH).collect();
    Some(cut.trim_end().to_owned())
}

/// Whether words hold an e-mail address or a long number. A DOI is a long number and nobody's.
fn may_be_personal(words: &str) -> bool {
    if words.contains('@') {
        return true;
    }
    if find_doi(words).is_some() {
        return false;
    }
    let (mut together, mut apart) = (0, 0);
    for letter in words.chars() {
        if letter.is_numeric() {
            (together, apart) = (together + 1, apart + 1);
        } else if " -+()./".contains(letter) {
            together = 0;
        } else {
            (together, apart) = (0, 0);
        }
        if together >= MANY_DIGITS || apart >= MANY_DIGITS_APART {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_in_one_shape_and_personal_data_not_at_all() {
        assert_eq!(kept("  Forest   SCHOOL ").as_deref(), Some("forest school"));
        assert_eq!(kept(&"é".repeat(100)).unwrap().chars().count(), 80);
        assert_eq!(
            kept("reading 2008-2014").as_deref(),
            Some("reading 2008-2014")
        );
        assert_eq!(
            kept("10.1080/00131880902891404").as_deref(),
            Some("10.1080/00131880902891404")
        );
        for personal in [
            "",
            "  ",
            "ann@school.sch.uk",
            "ann 0131 650 1000",
            "+44 (131) 650-1000",
            "1012345678",
            "no 123456",
        ] {
            assert_eq!(kept(personal), None, "{personal}");
        }
    }

    #[test]
    fn no_flood_fills_the_memory() {
        let searches = VainSearches::default();
        for n in 0..2000 {
            searches.count(&format!("word {n} x"));
        }
        searches.count("word 1 x");
        let pending = searches.take();
        assert_eq!((pending.len(), pending["word 1 x"]), (MAX_PENDING, 2));
    }
}
