//! Which studies there are and were, in SQL.

use anyhow::{Context, Result};
use jiff::Timestamp;

use crate::db::Db;
use crate::exchange::oai::request::Selection;
use crate::records::slug::Slug;
use crate::records::store::bound;
use crate::studies::study::Study;

/// A study that is or was published.
#[derive(Clone, Debug)]
pub struct Item {
    /// The number under which it is stored.
    pub id: i64,
    pub slug: Slug,
    /// When readers last saw something new of it: a text, an address, a notice, or that it has gone.
    pub datestamp: Timestamp,
    /// When this text was published.
    pub updated: Timestamp,
    /// The number of the revision.
    pub version: i64,
    /// The newest text that was ever published.
    pub study: Study,
    pub is_withdrawn: bool,
}

/// What narrows a list in SQL: any of these themes, by present and former names, and an origin.
#[derive(Clone, Debug, Default)]
pub struct Narrowing {
    /// A JSON array of slugs; empty for no theme in particular.
    pub themes: String,
    /// `uk`, `international`, or nothing.
    pub origin: String,
}

/// The next studies of a selection, by number; all of them up to `limit`.
///
/// `kind || ''` keeps the index of kinds out of it: by the key the first rows come at once, by the
/// index all studies are read and sorted for each page.
///
/// # Errors
/// When the database cannot be read.
pub async fn items(
    db: &Db,
    selection: &Selection,
    narrowing: &Narrowing,
    limit: usize,
) -> Result<Vec<Item>> {
    let (from, before) = range(selection);
    let limit = i64::try_from(limit)?;
    let rows = sqlx::query!(
        "SELECT id AS \"id!\", slug AS \"slug!\", live, datestamp AS \"datestamp!: String\",
                version AS \"version!: i64\", body AS \"body!\",
                (SELECT max(change.time) FROM change
                  WHERE change.record = id AND what = 'published') AS \"updated!: String\"
           FROM (SELECT record.id, slug, live,
                        (SELECT max(time) FROM
                           (SELECT time FROM change WHERE change.record = record.id
                            UNION ALL SELECT time FROM retraction
                             WHERE retraction.record = record.id AND status <> 'found')) AS datestamp,
                        coalesce(live, (SELECT revision FROM change
                                         WHERE change.record = record.id AND what = 'published'
                                         ORDER BY number DESC LIMIT 1)) AS version
                   FROM record WHERE kind || '' = 'study' AND record.id > $1)
           JOIN revision ON revision.record = id AND revision.number = version
          WHERE datestamp >= $2 AND ($3 = '' OR datestamp < $3)
            AND ($4 = '' OR EXISTS (SELECT 1 FROM json_each(body, '$.themes') AS theme
                                     WHERE theme.value IN (SELECT value FROM json_each($4))))
            AND ($5 = '' OR $5 = CASE WHEN EXISTS (SELECT 1 FROM json_each(body, '$.countries')
                                                    WHERE value = 'GB') THEN 'uk' ELSE 'international' END)
          ORDER BY id LIMIT $6",
        selection.after,
        from,
        before,
        narrowing.themes,
        narrowing.origin,
        limit
    )
    .fetch_all(&db.read)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Item {
                id: row.id,
                datestamp: row.datestamp.parse()?,
                updated: row.updated.parse()?,
                version: row.version,
                study: serde_json::from_str(&row.body)
                    .with_context(|| format!("reading the stored study \"{}\"", row.slug))?,
                slug: Slug::parse(&row.slug).context("malformed slug")?,
                is_withdrawn: row.live.is_none(),
            })
        })
        .collect()
}

/// How many studies a selection has altogether.
///
/// # Errors
/// When the database cannot be read.
pub async fn count(db: &Db, selection: &Selection, narrowing: &Narrowing) -> Result<usize> {
    let (from, before) = range(selection);
    let count = sqlx::query_scalar!(
        "SELECT count(*) AS \"n!: i64\"
           FROM (SELECT record.id,
                        (SELECT max(time) FROM
                           (SELECT time FROM change WHERE change.record = record.id
                            UNION ALL SELECT time FROM retraction
                             WHERE retraction.record = record.id AND status <> 'found')) AS datestamp,
                        coalesce(live, (SELECT revision FROM change
                                         WHERE change.record = record.id AND what = 'published'
                                         ORDER BY number DESC LIMIT 1)) AS version
                   FROM record WHERE kind = 'study')
           JOIN revision ON revision.record = id AND revision.number = version
          WHERE datestamp >= $1 AND ($2 = '' OR datestamp < $2)
            AND ($3 = '' OR EXISTS (SELECT 1 FROM json_each(body, '$.themes') AS theme
                                     WHERE theme.value IN (SELECT value FROM json_each($3))))
            AND ($4 = '' OR $4 = CASE WHEN EXISTS (SELECT 1 FROM json_each(body, '$.countries')
                                                    WHERE value = 'GB') THEN 'uk' ELSE 'international' END)",
        from,
        before,
        narrowing.themes,
        narrowing.origin
    )
    .fetch_one(&db.read)
    .await?;
    Ok(usize::try_from(count)?)
}

/// When the first study was published.
///
/// # Errors
/// When the database cannot be read.
pub async fn earliest(db: &Db) -> Result<Option<Timestamp>> {
    let time = sqlx::query_scalar!(
        "SELECT min(change.time) AS \"time: String\" FROM change JOIN record ON record.id = change.record
          WHERE kind = 'study'"
    )
    .fetch_one(&db.read)
    .await?;
    Ok(time.map(|time| time.parse()).transpose()?)
}

/// The ends of the range, as bounds for the times of changes; empty where there is none.
fn range(selection: &Selection) -> (String, String) {
    let bound = |time: Option<Timestamp>| time.map(bound).unwrap_or_default();
    (bound(selection.from), bound(selection.before))
}
