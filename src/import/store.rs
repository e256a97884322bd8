//! Writing what was read: everything in one transaction, or nothing.

use std::collections::HashSet;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::db::{Conn, Db};
use crate::import::faults::Faults;
use crate::import::folder::{self, Findings, Incoming, Reference, Source};
use crate::import::vocabularies;
use crate::records::audit::{Act, audit};
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::store::{self as record_store, What, announce};
use crate::vocabularies::store as vocabulary_store;
use crate::vocabularies::synonyms::Synonyms;
use crate::vocabularies::vocabulary::{TermList, Vocabularies};

/// How many records may wait between reading and writing.
const RECORDS_AHEAD: usize = 512;
/// How many new records are written with one statement.
const RECORDS_AT_ONCE: usize = 200;
/// The note of every revision that an import makes.
const NOTE: &str = "Imported from a folder";
/// How many records lie between two signs of progress.
const PROGRESS_STEP: usize = 10_000;

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
}

impl Outcome {
    #[must_use]
    pub fn total(self) -> usize {
        self.added + self.changed + self.unchanged
    }
}

/// Imports a source and publishes what it holds. Records that are as they were get no revision.
///
/// `progress` hears how many records have been read, now and then.
///
/// # Errors
/// [`Faults`] when the source is at fault, in which case nothing changed; otherwise when source or
/// database cannot be read or written.
pub async fn import(
    db: &Db,
    source: &Source,
    act: Act,
    mut progress: impl FnMut(usize),
) -> Result<Outcome> {
    if !folder::holds_evidence(source) {
        bail!("the folder holds none of the files of a collection (studies.json and so on)");
    }
    let mut transaction = db.begin().await?;
    let mut faults = Faults::default();
    let lists = vocabularies::read_vocabularies(source, &mut faults);
    let synonyms = vocabularies::read_synonyms(source, &mut faults);
    let known = write_vocabularies(&mut transaction, lists, synonyms, act).await?;

    let mut published = Vec::new();
    for kind in [Kind::Theme, Kind::Intervention] {
        published.push((
            kind,
            record_store::live_slugs(&mut transaction, kind).await?,
        ));
    }
    let (sender, mut receiver) = mpsc::channel(RECORDS_AHEAD);
    let reading = {
        let (source, known) = (source.clone(), known.clone());
        tokio::task::spawn_blocking(move || {
            folder::read(&source, &known, published, |incoming| {
                sender.blocking_send(incoming).is_ok()
            })
        })
    };
    let mut writer = Writer::new(&mut transaction, act).await?;
    while let Some(incoming) = receiver.recv().await {
        writer.write(incoming).await?;
        if writer.outcome.total().is_multiple_of(PROGRESS_STEP) {
            progress(writer.outcome.total());
        }
    }
    writer.flush().await?;
    let (outcome, conflicts) = (writer.outcome, writer.conflicts);
    let Findings {
        faults: found,
        unresolved,
    } = reading.await?;
    for fault in found.kept.into_iter().chain(conflicts.kept) {
        faults.push(fault);
    }
    faults.further += found.further + conflicts.further;
    for reference in unresolved {
        check_reference(&mut transaction, &reference, &mut faults).await?;
    }
    if !faults.is_empty() {
        transaction.rollback().await?;
        return Err(faults.into());
    }
    if outcome.added + outcome.changed > 0 {
        let detail = json!({"added": outcome.added, "changed": outcome.changed});
        audit(&mut transaction, "import", None, &detail, act).await?;
    }
    transaction
        .commit()
        .await
        .context("the import could not be written to disk")?;
    Ok(outcome)
}

/// Takes over the vocabularies that a source brings, and returns those in force.
async fn write_vocabularies(
    conn: &mut Conn,
    lists: Option<Vec<TermList>>,
    synonyms: Option<Synonyms>,
    act: Act,
) -> Result<Arc<Vocabularies>> {
    let before = vocabulary_store::load(conn).await?;
    if let Some(lists) = lists {
        vocabulary_store::merge(conn, &lists).await?;
    }
    if let Some(synonyms) = synonyms
        && synonyms != before.synonyms
    {
        vocabulary_store::replace_synonyms(conn, &synonyms).await?;
    }
    let after = vocabulary_store::load(conn).await?;
    if after.lists() != before.lists() || after.synonyms != before.synonyms {
        announce(conn, What::Vocabularies, act).await?;
    }
    Ok(Arc::new(after))
}

struct Writer<'a> {
    conn: &'a mut Conn,
    act: Act,
    /// The kinds of which there was no record before: nothing to compare with.
    new_kinds: HashSet<Kind>,
    /// New records that are not written yet, all of this kind.
    new: Vec<(Slug, String)>,
    kind: Kind,
    outcome: Outcome,
    conflicts: Faults,
}

impl<'a> Writer<'a> {
    async fn new(conn: &'a mut Conn, act: Act) -> Result<Self> {
        let present = record_store::kinds(conn).await?;
        let is_new = |kind: &Kind| !present.contains(kind);
        Ok(Self {
            conn,
            act,
            new_kinds: Kind::ALL.into_iter().filter(is_new).collect(),
            new: Vec::new(),
            kind: Kind::Theme,
            outcome: Outcome::default(),
            conflicts: Faults::default(),
        })
    }

    async fn write(&mut self, incoming: Incoming) -> Result<()> {
        let Incoming {
            kind,
            slug,
            body,
            place,
        } = incoming;
        if kind != self.kind || self.new.len() >= RECORDS_AT_ONCE {
            self.flush().await?;
            self.kind = kind;
        }
        let is_new_kind = self.new_kinds.contains(&kind);
        let standing = if is_new_kind {
            None
        } else {
            record_store::present(self.conn, kind, &slug).await?
        };
        let Some(standing) = standing else {
            let former = if is_new_kind {
                None
            } else {
                record_store::renamed_to(self.conn, kind, &slug).await?
            };
            if let Some(now) = former {
                let message = format!("was renamed; it is called \"{now}\" now");
                self.conflicts
                    .push(place.fault(Some("slug".to_owned()), message));
            } else {
                self.outcome.added += 1;
                self.new.push((slug, body));
            }
            return Ok(());
        };
        match standing.status.as_str() {
            "published" if is_same(&standing.body, &body) => self.outcome.unchanged += 1,
            "published" => {
                self.outcome.changed += 1;
                record_store::append(self.conn, standing.id, &body, NOTE, self.act).await?;
                record_store::publish(self.conn, standing.id, self.act).await?;
            }
            "withdrawn" => {
                let message = "has been withdrawn; restore it before importing it again";
                self.conflicts.push(place.fault(None, message.to_owned()));
            }
            _ => {
                let message = "has a draft that is not published; publish or discard it first";
                self.conflicts.push(place.fault(None, message.to_owned()));
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<()> {
        let new = std::mem::take(&mut self.new);
        record_store::add_published(self.conn, self.kind, &new, NOTE, self.act).await
    }
}

/// Bodies of older versions may lack fields that newer ones write.
fn is_same(stored: &str, incoming: &str) -> bool {
    fn bare(value: Value) -> Value {
        match value {
            Value::Object(fields) => Value::Object(
                fields
                    .into_iter()
                    .filter(|(_, value)| !value.is_null())
                    .map(|(name, value)| (name, bare(value)))
                    .collect(),
            ),
            Value::Array(items) => Value::Array(items.into_iter().map(bare).collect()),
            other => other,
        }
    }
    let read = |text| serde_json::from_str::<Value>(text).ok().map(bare);
    stored == incoming || read(stored) == read(incoming)
}

async fn check_reference(
    conn: &mut Conn,
    reference: &Reference,
    faults: &mut Faults,
) -> Result<()> {
    let Reference {
        place,
        field,
        kind,
        slug,
    } = reference;
    let standing = record_store::present(conn, *kind, slug).await?;
    if standing.is_none_or(|standing| standing.live.is_none()) {
        let message = format!("there is no {} \"{slug}\"", kind.as_str());
        faults.push(place.fault(Some(field.clone()), message));
    }
    Ok(())
}
