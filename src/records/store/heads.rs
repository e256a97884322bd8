//! Records as curators see them: the newest text, the texts before it, and what happened to them.

use anyhow::{Context, Result};
use jiff::Timestamp;

use crate::db::{Conn, Db};
use crate::people::person::PersonId;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::status::Status;
use crate::records::store;

/// The newest text of a record, and where it stands.
#[derive(Clone, Debug)]
pub struct Head {
    pub id: i64,
    pub kind: Kind,
    pub slug: Slug,
    pub status: Status,
    /// The number of the newest text.
    pub number: i64,
    /// The number of the text that readers see.
    pub live: Option<i64>,
    /// Whether readers have ever seen it.
    pub was_published: bool,
    /// Who wrote the newest text; nobody when the command line did.
    pub author: Option<PersonId>,
    pub author_name: String,
    pub time: Timestamp,
    pub body: String,
}

impl Head {
    /// The status in words, with what readers see meanwhile.
    #[must_use]
    pub fn standing(&self) -> &'static str {
        store::standing(self.status, self.live.is_some(), self.was_published)
    }
}

/// The author of what the command line did.
pub const COMMAND_LINE: &str = "the command line";

/// The newest text of a record.
///
/// # Errors
/// When the database cannot be read.
pub async fn head(conn: &mut Conn, id: i64) -> Result<Option<Head>> {
    let row = sqlx::query!(
        "SELECT record.id, kind, slug, status, head, live, revision.person, person.name AS \"name?\",
                revision.time, body,
                EXISTS (SELECT 1 FROM change WHERE change.record = record.id) AS \"was_published!: bool\"
           FROM record JOIN revision ON revision.record = record.id AND number = head
           LEFT JOIN person ON person.id = revision.person
          WHERE record.id = $1",
        id
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Head {
        id: row.id,
        kind: Kind::parse(&row.kind).context("unknown kind of record")?,
        slug: Slug::parse(&row.slug).context("malformed slug")?,
        status: Status::parse(&row.status).context("unknown status")?,
        number: row.head,
        live: row.live,
        was_published: row.was_published,
        author: row.person,
        author_name: row.name.unwrap_or_else(|| COMMAND_LINE.to_owned()),
        time: row.time.parse()?,
        body: row.body,
    }))
}

/// One text of a record.
#[derive(Clone, Debug)]
pub struct Revision {
    pub number: i64,
    pub author_name: String,
    pub time: Timestamp,
    pub note: String,
    pub body: String,
}

/// The text of a record with this number.
///
/// # Errors
/// When the database cannot be read.
pub async fn revision(db: &Db, id: i64, number: i64) -> Result<Option<Revision>> {
    let row = sqlx::query!(
        "SELECT number, person.name AS \"name?\", time, note, body
           FROM revision LEFT JOIN person ON person.id = revision.person
          WHERE record = $1 AND number = $2",
        id,
        number
    )
    .fetch_optional(&db.read)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Revision {
        number: row.number,
        author_name: row.name.unwrap_or_else(|| COMMAND_LINE.to_owned()),
        time: row.time.parse()?,
        note: row.note,
        body: row.body,
    }))
}

/// All texts of a record, newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn revisions(db: &Db, id: i64) -> Result<Vec<Revision>> {
    let rows = sqlx::query!(
        "SELECT number, person.name AS \"name?\", time, note, body
           FROM revision LEFT JOIN person ON person.id = revision.person
          WHERE record = $1 ORDER BY number DESC",
        id
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Revision {
                number: row.number,
                author_name: row.name.unwrap_or_else(|| COMMAND_LINE.to_owned()),
                time: row.time.parse()?,
                note: row.note,
                body: row.body,
            })
        })
        .collect()
}

/// Something that happened to a record beside being written.
#[derive(Clone, Debug)]
pub struct Event {
    /// `published`, `withdrawn`, `renamed`, or one of the steps.
    pub what: String,
    /// The text that it happened to, where that is known.
    pub number: Option<i64>,
    pub person_name: String,
    pub time: Timestamp,
    /// A comment or a reason.
    pub words: String,
}

/// What happened to a record, newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn events(db: &Db, id: i64) -> Result<Vec<Event>> {
    let rows = sqlx::query!(
        "SELECT what AS \"what!\", revision, person.name AS \"name?\", time AS \"time!\", words AS \"words!\"
           FROM (SELECT id, what, revision, person, time, comment AS words FROM step WHERE record = $1
                 UNION ALL
                 SELECT number, what, revision, person, time, reason FROM change WHERE record = $1) AS event
           LEFT JOIN person ON person.id = event.person
          ORDER BY time DESC, event.id DESC",
        id
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Event {
                what: row.what,
                number: row.revision,
                person_name: row.name.unwrap_or_else(|| COMMAND_LINE.to_owned()),
                time: row.time.parse()?,
                words: row.words,
            })
        })
        .collect()
}
