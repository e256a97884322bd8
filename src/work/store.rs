//! What waits, as the database has it.

use anyhow::{Context, Result};
use jiff::Timestamp;

use crate::db::Db;
use crate::people::person::PersonId;
use crate::records::record::Kind;
use crate::records::store::COMMAND_LINE;

/// A record that waits for someone.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: i64,
    pub kind: Kind,
    pub title: String,
    pub time: Timestamp,
    /// Whose newest text it is.
    pub author_name: String,
    /// What a reviewer said of it.
    pub comment: String,
}

/// So many of each sort are named.
const NAMED: i64 = 10;

struct Row {
    id: i64,
    kind: String,
    title: String,
    time: String,
    name: Option<String>,
    comment: String,
}

fn waiting(rows: Vec<Row>) -> Result<Vec<Waiting>> {
    rows.into_iter()
        .map(|row| {
            Ok(Waiting {
                id: row.id,
                kind: Kind::parse(&row.kind).context("unknown kind of record")?,
                title: row.title,
                time: row.time.parse()?,
                author_name: row.name.unwrap_or_else(|| COMMAND_LINE.to_owned()),
                comment: row.comment,
            })
        })
        .collect()
}

/// Drafts whose newest text is this person's, the latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn drafts(db: &Db, person: PersonId) -> Result<Vec<Waiting>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT record.id AS \"id!\", kind AS \"kind!\", revision.time AS \"time!\", person.name AS \"name?\", '' AS \"comment!: String\",
                coalesce(nullif(body ->> '$.title', ''), body ->> '$.name', body ->> '$.question', slug) AS \"title!: String\"
           FROM record JOIN revision ON revision.record = record.id AND number = head
           LEFT JOIN person ON person.id = revision.person
          WHERE status = 'draft' AND revision.person = $1
          ORDER BY revision.time DESC LIMIT $2",
        person,
        NAMED
    )
    .fetch_all(&db.read)
    .await?;
    waiting(rows)
}

/// Records in review, the longest wait first.
///
/// # Errors
/// When the database cannot be read.
pub async fn to_review(db: &Db) -> Result<Vec<Waiting>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT record.id AS \"id!\", kind AS \"kind!\", revision.time AS \"time!\", person.name AS \"name?\", '' AS \"comment!: String\",
                coalesce(nullif(body ->> '$.title', ''), body ->> '$.name', body ->> '$.question', slug) AS \"title!: String\"
           FROM record JOIN revision ON revision.record = record.id AND number = head
           LEFT JOIN person ON person.id = revision.person
          WHERE status = 'in-review'
          ORDER BY revision.time LIMIT $1",
        NAMED
    )
    .fetch_all(&db.read)
    .await?;
    waiting(rows)
}

/// Drafts of this person that a reviewer has sent back, with what the reviewer said.
///
/// # Errors
/// When the database cannot be read.
pub async fn sent_back(db: &Db, person: PersonId) -> Result<Vec<Waiting>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT record.id AS \"id!\", kind AS \"kind!\", step.time AS \"time!\", reviewer.name AS \"name?\", step.comment AS \"comment!: String\",
                coalesce(nullif(body ->> '$.title', ''), body ->> '$.name', body ->> '$.question', slug) AS \"title!: String\"
           FROM record JOIN revision ON revision.record = record.id AND number = head
           JOIN step ON step.id = (SELECT max(id) FROM step WHERE step.record = record.id
                                      AND what IN ('submitted', 'sent-back'))
           LEFT JOIN person AS reviewer ON reviewer.id = step.person
          WHERE status = 'draft' AND step.what = 'sent-back' AND revision.person = $1
          ORDER BY step.time DESC LIMIT $2",
        person,
        NAMED
    )
    .fetch_all(&db.read)
    .await?;
    waiting(rows)
}

/// How much waits for anyone.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    pub in_review: i64,
    pub suggestions: i64,
    pub notes: i64,
    pub not_read_in_full: i64,
    pub retractions: i64,
}

/// # Errors
/// When the database cannot be read.
pub async fn counts(db: &Db) -> Result<Counts> {
    let counts = sqlx::query_as!(
        Counts,
        "SELECT (SELECT count(*) FROM record WHERE status = 'in-review') AS \"in_review!: i64\",
                (SELECT count(*) FROM suggestion WHERE status = 'waiting') AS \"suggestions!: i64\",
                (SELECT count(*) FROM record JOIN revision ON record = record.id AND number = head
                  WHERE kind = 'study' AND status <> 'withdrawn'
                    AND coalesce(body ->> '$.editor_note', '') <> '') AS \"notes!: i64\",
                (SELECT count(*) FROM record JOIN revision ON record = record.id AND number = head
                  WHERE kind = 'study' AND status <> 'withdrawn'
                    AND coalesce(body ->> '$.verified.level', '') <> 'full-text') AS \"not_read_in_full!: i64\",
                (SELECT count(*) FROM retraction WHERE status = 'found') AS \"retractions!: i64\""
    )
    .fetch_one(&db.read)
    .await?;
    Ok(counts)
}

/// Something that someone did to a record.
#[derive(Clone, Debug)]
pub struct Deed {
    pub time: Timestamp,
    pub person_name: String,
    pub action: String,
    pub record: Option<(i64, Kind, String)>,
}

/// What was done to records lately, newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn deeds(db: &Db) -> Result<Vec<Deed>> {
    let rows = sqlx::query!(
        "SELECT audit.time, person.name AS \"name?\", action, audit.record AS \"record?\", kind AS \"kind?\",
                coalesce(nullif(body ->> '$.title', ''), body ->> '$.name', body ->> '$.question', slug) AS \"title?: String\"
           FROM audit LEFT JOIN person ON person.id = audit.person
           LEFT JOIN record ON record.id = audit.record
           LEFT JOIN revision ON revision.record = record.id AND number = head
          WHERE audit.record IS NOT NULL
             OR action IN ('import', 'imported-references', 'changed-many', 'undone', 'merged-terms')
          ORDER BY audit.id DESC LIMIT 15"
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = row.kind.as_deref().and_then(Kind::parse);
            let record = match (row.record, kind, row.title) {
                (Some(id), Some(kind), Some(title)) => Some((id, kind, title)),
                _ => None,
            };
            Ok(Deed {
                time: row.time.parse()?,
                person_name: row.name.unwrap_or_else(|| COMMAND_LINE.to_owned()),
                action: row.action,
                record,
            })
        })
        .collect()
}

/// Words that readers searched for and found nothing, the most frequent first.
///
/// # Errors
/// When the database cannot be read.
pub async fn vain_searches(db: &Db) -> Result<Vec<(String, i64)>> {
    let rows =
        sqlx::query!("SELECT words, count FROM vain_search ORDER BY count DESC, day DESC LIMIT 8")
            .fetch_all(&db.read)
            .await?;
    Ok(rows.into_iter().map(|row| (row.words, row.count)).collect())
}
