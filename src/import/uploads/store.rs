//! Every statement about files of references on their way in.

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;

use crate::db::{Conn, Db};
use crate::import::duplicates::Known;
use crate::import::references::Format;
use crate::import::uploads::upload::{Choice, Fault, Incoming, Stage, Upload};
use crate::people::person::PersonId;
use crate::records::audit::Act;

fn read<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json).context("reading what was stored of an upload")
}

/// Keeps a file that somebody sent.
pub async fn add(
    conn: &mut Conn,
    person: PersonId,
    name: &str,
    format: Format,
    text: &str,
    stage: Stage,
    act: Act,
) -> Result<i64> {
    let (format, stage, time) = (format.slug(), stage.as_str(), act.time.to_string());
    let id = sqlx::query_scalar!(
        "INSERT INTO upload (person, time, name, format, text, status)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id AS \"id!\"",
        person,
        time,
        name,
        format,
        text,
        stage
    )
    .fetch_one(conn)
    .await?;
    Ok(id)
}

struct Row {
    id: i64,
    person: i64,
    person_name: String,
    time: String,
    name: String,
    format: String,
    mapping: String,
    status: String,
    done: i64,
    total: i64,
    message: String,
    faults: String,
    batch: Option<i64>,
}

impl Row {
    fn upload(self) -> Result<Upload> {
        Ok(Upload {
            id: self.id,
            person: self.person,
            person_name: self.person_name,
            time: self.time.parse()?,
            name: self.name,
            format: Format::parse(&self.format).context("unknown format")?,
            mapping: self.mapping.split_whitespace().map(str::to_owned).collect(),
            stage: Stage::parse(&self.status).context("unknown stage")?,
            done: self.done,
            total: self.total,
            message: self.message,
            faults: read::<Vec<Fault>>(&self.faults)?,
            batch: self.batch,
        })
    }
}

pub async fn find(db: &Db, id: i64) -> Result<Option<Upload>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT upload.id, person, person.name AS person_name, time, upload.name, format, mapping,
                status, done, total, message, faults, batch
           FROM upload JOIN person ON person.id = upload.person WHERE upload.id = $1",
        id
    )
    .fetch_optional(&db.read)
    .await?;
    row.map(Row::upload).transpose()
}

/// The newest files, whoever sent them.
pub async fn latest(db: &Db) -> Result<Vec<Upload>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT upload.id AS \"id!\", person AS \"person!\", person.name AS \"person_name!\", time AS \"time!\",
                upload.name AS \"name!\", format AS \"format!\", mapping AS \"mapping!\", status AS \"status!\",
                done AS \"done!\", total AS \"total!\", message AS \"message!\", faults AS \"faults!\", batch
           FROM upload JOIN person ON person.id = upload.person
          ORDER BY upload.id DESC LIMIT 50"
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter().map(Row::upload).collect()
}

/// Files that were being read when the server stopped.
pub async fn unfinished(db: &Db) -> Result<Vec<i64>> {
    let ids = sqlx::query_scalar!("SELECT id FROM upload WHERE status = 'reading'")
        .fetch_all(&db.read)
        .await?;
    Ok(ids)
}

pub async fn text(db: &Db, id: i64) -> Result<String> {
    let text = sqlx::query_scalar!("SELECT text FROM upload WHERE id = $1", id)
        .fetch_one(&db.read)
        .await?;
    Ok(text)
}

/// What the columns of a table hold; then it can be read.
pub async fn set_mapping(conn: &mut Conn, id: i64, mapping: &[&str]) -> Result<()> {
    let mapping = mapping.join(" ");
    sqlx::query!(
        "UPDATE upload SET mapping = $2, status = 'reading', done = 0, total = 0 WHERE id = $1",
        id,
        mapping
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn set_progress(conn: &mut Conn, id: i64, done: usize, total: usize) -> Result<()> {
    let (done, total) = (i64::try_from(done)?, i64::try_from(total)?);
    sqlx::query!(
        "UPDATE upload SET done = $2, total = $3 WHERE id = $1 AND status = 'reading'",
        id,
        done,
        total
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends a stage, with a word on how it went.
pub async fn set_stage(conn: &mut Conn, id: i64, stage: Stage, message: &str) -> Result<()> {
    let stage = stage.as_str();
    sqlx::query!(
        "UPDATE upload SET status = $2, message = $3 WHERE id = $1",
        id,
        stage,
        message
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts what was read in place of what an earlier reading found.
pub async fn replace_references(
    conn: &mut Conn,
    id: i64,
    faults: &[Fault],
    incoming: &[Incoming],
) -> Result<()> {
    let faults = serde_json::to_string(faults)?;
    sqlx::query!("UPDATE upload SET faults = $2 WHERE id = $1", id, faults)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("DELETE FROM upload_reference WHERE upload = $1", id)
        .execute(&mut *conn)
        .await?;
    for incoming in incoming {
        let (reference, remarks, matches, choice) = (
            serde_json::to_string(&incoming.reference)?,
            serde_json::to_string(&incoming.remarks)?,
            serde_json::to_string(&incoming.matches)?,
            incoming.choice.as_str(),
        );
        sqlx::query!(
            "INSERT INTO upload_reference (upload, number, line, reference, remarks, matches, choice, record)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            id,
            incoming.number,
            incoming.line,
            reference,
            remarks,
            matches,
            choice,
            incoming.record
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

struct IncomingRow {
    number: i64,
    line: i64,
    reference: String,
    remarks: String,
    matches: String,
    choice: String,
    record: Option<i64>,
    fields: String,
}

impl IncomingRow {
    fn incoming(self) -> Result<Incoming> {
        Ok(Incoming {
            number: self.number,
            line: self.line,
            reference: read(&self.reference)?,
            remarks: read(&self.remarks)?,
            matches: read(&self.matches)?,
            choice: Choice::parse(&self.choice).context("unknown choice")?,
            record: self.record,
            fields: read(&self.fields)?,
        })
    }
}

/// A stretch of the references of a file, in their order.
pub async fn references(conn: &mut Conn, id: i64, skip: i64, limit: i64) -> Result<Vec<Incoming>> {
    let rows = sqlx::query_as!(
        IncomingRow,
        "SELECT number, line, reference, remarks, matches, choice, record, fields
           FROM upload_reference WHERE upload = $1 ORDER BY number LIMIT $3 OFFSET $2",
        id,
        skip,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(IncomingRow::incoming).collect()
}

pub async fn reference(db: &Db, id: i64, number: i64) -> Result<Option<Incoming>> {
    let row = sqlx::query_as!(
        IncomingRow,
        "SELECT number, line, reference, remarks, matches, choice, record, fields
           FROM upload_reference WHERE upload = $1 AND number = $2",
        id,
        number
    )
    .fetch_optional(&db.read)
    .await?;
    row.map(IncomingRow::incoming).transpose()
}

/// How many references are to be new, merged and skipped.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub new: i64,
    pub merge: i64,
    pub skip: i64,
}

pub async fn tally(db: &Db, id: i64) -> Result<Tally> {
    let tally = sqlx::query_as!(
        Tally,
        "SELECT count(*) FILTER (WHERE choice = 'new') AS \"new!: i64\",
                count(*) FILTER (WHERE choice = 'merge') AS \"merge!: i64\",
                count(*) FILTER (WHERE choice = 'skip') AS \"skip!: i64\"
           FROM upload_reference WHERE upload = $1",
        id
    )
    .fetch_one(&db.read)
    .await?;
    Ok(tally)
}

/// Decides on a reference. The fields of an earlier decision go, unless it is the same record.
pub async fn choose(
    conn: &mut Conn,
    id: i64,
    number: i64,
    choice: Choice,
    record: Option<i64>,
) -> Result<()> {
    let choice = choice.as_str();
    sqlx::query!(
        "UPDATE upload_reference
            SET fields = CASE WHEN record IS $4 THEN fields ELSE '[]' END, choice = $3, record = $4
          WHERE upload = $1 AND number = $2",
        id,
        number,
        choice,
        record
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Which fields a merge takes over.
pub async fn set_fields(conn: &mut Conn, id: i64, number: i64, fields: &[&str]) -> Result<()> {
    let fields = serde_json::to_string(fields)?;
    sqlx::query!(
        "UPDATE upload_reference SET fields = $3 WHERE upload = $1 AND number = $2",
        id,
        number,
        fields
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Remembers that a reference is none of these records.
pub async fn part(conn: &mut Conn, records: &[i64], fingerprint: &str, act: Act) -> Result<()> {
    let time = act.time.to_string();
    for record in records {
        sqlx::query!(
            "INSERT INTO not_the_same (record, reference, person, time) VALUES ($1, $2, $3, $4)
             ON CONFLICT (record, reference) DO NOTHING",
            record,
            fingerprint,
            act.person,
            time
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// The pairs that were said to be different: fingerprint and record.
pub async fn parted(db: &Db) -> Result<std::collections::HashSet<(String, i64)>> {
    let rows = sqlx::query!("SELECT reference, record FROM not_the_same")
        .fetch_all(&db.read)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.reference, row.record))
        .collect())
}

/// Ends an import: what it made can be undone as this batch. The file itself is not kept.
pub async fn finish(conn: &mut Conn, id: i64, batch: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE upload SET status = 'imported', batch = $2, text = '' WHERE id = $1",
        id,
        batch
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Throws a file away.
pub async fn discard(conn: &mut Conn, id: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE upload SET status = 'discarded', text = '' WHERE id = $1 AND status <> 'imported'",
        id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Every study that is not withdrawn, as a comparison needs it, with its title.
pub async fn known(db: &Db) -> Result<Vec<Known>> {
    let rows = sqlx::query!(
        "SELECT record.id AS \"id!\", body ->> '$.doi' AS \"doi?: String\",
                coalesce(body ->> '$.title', '') AS \"title!: String\", body ->> '$.year' AS \"year?: i64\",
                coalesce(body ->> '$.authors[0].family', '') AS \"author!: String\"
           FROM record JOIN revision ON record = record.id AND number = head
          WHERE kind = 'study' AND status <> 'withdrawn'"
    )
    .fetch_all(&db.read)
    .await?;
    let known = rows.into_iter().map(|row| Known {
        id: row.id,
        doi: row.doi.filter(|doi| !doi.is_empty()),
        title: row.title,
        year: row
            .year
            .and_then(|year| i16::try_from(year).ok())
            .filter(|year| *year != 0),
        first_author: row.author,
    });
    Ok(known.collect())
}
