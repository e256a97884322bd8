//! Notices about studies, in the database.

use anyhow::{Context, Result};

use crate::db::{Conn, Db};
use crate::records::audit::Act;
use crate::records::store::{COMMAND_LINE, What, announce};
use crate::retractions::file::{Dois, Found};
use crate::retractions::retraction::{Nature, Notice, Retraction, Retractions, Status};
use crate::studies::identifiers::{doi_key, find_doi};

/// The DOIs of all studies that are not withdrawn, of what readers see and of the newest text.
pub async fn dois(db: &Db) -> Result<Dois> {
    let rows = sqlx::query!(
        "SELECT record.id, body ->> '$.doi' AS \"doi!: String\"
           FROM record JOIN revision ON revision.record = record.id AND (number = head OR number = live)
          WHERE kind = 'study' AND status <> 'withdrawn' AND body ->> '$.doi' IS NOT NULL"
    )
    .fetch_all(&db.read)
    .await?;
    let mut dois = Dois::new();
    for row in rows {
        let Some(doi) = find_doi(&row.doi) else {
            continue;
        };
        let records = dois.entry(doi_key(&doi)).or_default();
        if !records.contains(&row.id) {
            records.push(row.id);
        }
    }
    Ok(dois)
}

fn notice(nature: &str, date: &str, reason: String, doi: String) -> Result<Notice> {
    Ok(Notice {
        nature: Nature::parse(nature).context("unknown nature of a notice")?,
        date: date.parse().ok(),
        reason,
        doi: Some(doi).filter(|doi| !doi.is_empty()),
    })
}

/// Keeps a notice that a file brought. What an editor has decided stays as it is. Whether it is new.
pub async fn add(conn: &mut Conn, found: &Found, act: Act) -> Result<bool> {
    let (nature, date) = (found.notice.nature.as_str(), found.notice.stored_date());
    let (time, notice_doi) = (
        act.time.to_string(),
        found.notice.doi.clone().unwrap_or_default(),
    );
    let known = sqlx::query_scalar!(
        "SELECT count(*) AS \"n!: i64\" FROM retraction WHERE record = $1 AND nature = $2 AND date = $3",
        found.record,
        nature,
        date
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO retraction (record, doi, nature, date, reason, notice_doi, status, person, time)
         VALUES ($1, $2, $3, $4, $5, $6, 'found', $7, $8)
         ON CONFLICT (record, nature, date) DO UPDATE SET
         reason = excluded.reason, notice_doi = excluded.notice_doi, doi = excluded.doi
         WHERE retraction.status = 'found'",
        found.record,
        found.doi,
        nature,
        date,
        found.notice.reason,
        notice_doi,
        act.person,
        time,
    )
    .execute(conn)
    .await?;
    Ok(known == 0)
}

/// Every notice, the latest decisions first.
pub async fn all(db: &Db) -> Result<Vec<Retraction>> {
    let rows = sqlx::query!(
        "SELECT retraction.record AS \"record!\", retraction.doi, nature, date, reason, notice_doi,
                retraction.status, retraction.time, person.name AS \"name?\", live,
                coalesce(nullif(body ->> '$.title', ''), slug) AS \"title!: String\"
           FROM retraction JOIN record ON record.id = retraction.record
           JOIN revision ON revision.record = record.id AND number = head
           LEFT JOIN person ON person.id = retraction.person
          ORDER BY retraction.time DESC, retraction.record, nature"
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Retraction {
                record: row.record,
                title: row.title,
                is_live: row.live.is_some(),
                doi: row.doi,
                notice: notice(&row.nature, &row.date, row.reason, row.notice_doi)?,
                status: Status::parse(&row.status).context("unknown status of a notice")?,
                person_name: row.name.unwrap_or_else(|| COMMAND_LINE.to_owned()),
                time: row.time.parse()?,
            })
        })
        .collect()
}

/// What readers are told.
pub async fn confirmed(db: &Db) -> Result<Retractions> {
    let rows = sqlx::query!(
        "SELECT record, nature, date, reason, notice_doi, time FROM retraction
          WHERE status = 'confirmed'"
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter()
        .map(|row| {
            let notice = notice(&row.nature, &row.date, row.reason, row.notice_doi)?;
            Ok((row.record, notice, row.time.parse()?))
        })
        .collect()
}

/// Names a notice: study, nature, and date as it is stored.
#[derive(Clone, Debug)]
pub struct Key<'a> {
    pub record: i64,
    pub nature: Nature,
    pub date: &'a str,
}

/// Decides a notice that stands as `from`. Whether there was one. Where readers are told
/// something else from now on, the version of the public collection moves, and with it every page.
pub async fn decide(
    conn: &mut Conn,
    key: &Key<'_>,
    from: Status,
    to: Status,
    act: Act,
) -> Result<bool> {
    let (nature, time) = (key.nature.as_str(), act.time.to_string());
    let (from_word, to_word) = (from.as_str(), to.as_str());
    let decided = sqlx::query!(
        "UPDATE retraction SET status = $5, person = $6, time = $7
          WHERE record = $1 AND nature = $2 AND date = $3 AND status = $4",
        key.record,
        nature,
        key.date,
        from_word,
        to_word,
        act.person,
        time,
    )
    .execute(&mut *conn)
    .await?;
    if decided.rows_affected() == 0 {
        return Ok(false);
    }
    if from == Status::Confirmed || to == Status::Confirmed {
        announce(conn, What::Retractions, act).await?;
    }
    Ok(true)
}
