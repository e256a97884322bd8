//! Which records use which terms, in their live or in their newest texts.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use serde_json::Value;

use crate::db::Conn;
use crate::records::record::Kind;
use crate::records::store;
use crate::vocabularies::coded::{each_term, holds};

/// How many records use each vocabulary and each term.
#[derive(Debug, Default)]
pub struct Usage {
    vocabularies: HashMap<&'static str, usize>,
    terms: HashMap<&'static str, HashMap<String, usize>>,
}

impl Usage {
    /// Reads every current text of the collection.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn load(conn: &mut Conn) -> Result<Self> {
        let mut usage = Self::default();
        // The live and the newest text of a record come one after the other and count once.
        let (mut record, mut held) = (0, HashSet::new());
        store::coded_texts(conn, "", |text| {
            if text.id != record {
                usage.count(&held);
                held.clear();
                record = text.id;
            }
            let Ok(body) = serde_json::from_str::<Value>(&text.body) else {
                return;
            };
            each_term(text.kind, &body, |vocabulary, term| {
                held.insert((vocabulary, term.to_owned()));
            });
        })
        .await?;
        usage.count(&held);
        Ok(usage)
    }

    fn count(&mut self, held: &HashSet<(&'static str, String)>) {
        let vocabularies: HashSet<_> = held.iter().map(|(vocabulary, _)| *vocabulary).collect();
        for vocabulary in vocabularies {
            *self.vocabularies.entry(vocabulary).or_default() += 1;
        }
        for (vocabulary, term) in held {
            let terms = self.terms.entry(vocabulary).or_default();
            *terms.entry(term.clone()).or_default() += 1;
        }
    }

    #[must_use]
    pub fn of_vocabulary(&self, vocabulary: &str) -> usize {
        self.vocabularies
            .get(vocabulary)
            .copied()
            .unwrap_or_default()
    }

    #[must_use]
    pub fn of_term(&self, vocabulary: &str, term: &str) -> usize {
        let terms = self.terms.get(vocabulary);
        let count = terms.and_then(|terms| terms.get(term));
        count.copied().unwrap_or_default()
    }
}

/// A record that uses a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: i64,
    pub kind: Kind,
    pub title: String,
}

/// The records that use a term, by id.
///
/// # Errors
/// When the database cannot be read.
pub async fn users(conn: &mut Conn, vocabulary: &str, term: &str) -> Result<Vec<User>> {
    let mut users: Vec<User> = Vec::new();
    store::coded_texts(conn, term, |text| {
        if users.last().is_some_and(|user| user.id == text.id) {
            return;
        }
        let Ok(body) = serde_json::from_str::<Value>(&text.body) else {
            return;
        };
        if holds(text.kind, &body, vocabulary, term) {
            let title = body.get("title").or_else(|| body.get("name"));
            users.push(User {
                id: text.id,
                kind: text.kind,
                title: title.and_then(Value::as_str).unwrap_or_default().to_owned(),
            });
        }
    })
    .await?;
    Ok(users)
}
