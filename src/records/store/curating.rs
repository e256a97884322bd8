//! Records as curators see them: the newest text, its history, and the steps of its life.

use anyhow::{Context, Result, bail};
use jiff::Timestamp;

use crate::db::{Conn, Db};
use crate::people::person::PersonId;
use crate::records::audit::{Act, audit};
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::status::Status;
use crate::records::store::{self, append, search_words};

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

/// Makes a record as a draft. `None` when the slug is taken, now or by an earlier name.
///
/// # Errors
/// When the disk refuses.
pub async fn create(
    conn: &mut Conn,
    kind: Kind,
    slug: &Slug,
    body: &str,
    note: &str,
    act: Act,
) -> Result<Option<i64>> {
    if !is_free(conn, kind, slug, None).await? {
        return Ok(None);
    }
    let (kind, slug, time) = (kind.as_str(), slug.as_str(), act.time.to_string());
    let id = sqlx::query_scalar!(
        "INSERT INTO record (kind, slug, status, head) VALUES ($1, $2, 'draft', 1) RETURNING id",
        kind,
        slug
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO revision (record, number, person, time, note, body)
         VALUES ($1, 1, $2, $3, $4, $5)",
        id,
        act.person,
        time,
        note,
        body,
    )
    .execute(conn)
    .await?;
    Ok(Some(id))
}

/// Whether a record may take this slug: nobody has it, and no other record had it.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_free(conn: &mut Conn, kind: Kind, slug: &Slug, own: Option<i64>) -> Result<bool> {
    let (kind, slug, own) = (kind.as_str(), slug.as_str(), own.unwrap_or(-1));
    let taken = sqlx::query_scalar!(
        "SELECT (SELECT count(*) FROM record WHERE kind = $1 AND slug = $2 AND id <> $3)
              + (SELECT count(*) FROM old_slug WHERE kind = $1 AND slug = $2 AND record <> $3)
             AS \"n!: i64\"",
        kind,
        slug,
        own
    )
    .fetch_one(conn)
    .await?;
    Ok(taken == 0)
}

/// The wanted slug, or the first of `wanted-b`, `wanted-c`, … that is free.
///
/// # Errors
/// When the database cannot be read.
pub async fn free_slug(conn: &mut Conn, kind: Kind, wanted: &Slug) -> Result<Slug> {
    if is_free(conn, kind, wanted, None).await? {
        return Ok(wanted.clone());
    }
    let letters = ('b'..='z').map(|letter| letter.to_string());
    let numbers = (27..100_000).map(|number: i32| number.to_string());
    for suffix in letters.chain(numbers) {
        let room = Slug::MAX - suffix.len() - 1;
        let stem: String = wanted.as_str().chars().take(room).collect();
        let slug = Slug::parse(&format!("{}-{suffix}", stem.trim_end_matches('-')));
        if let Some(slug) = slug
            && is_free(conn, kind, &slug, None).await?
        {
            return Ok(slug);
        }
    }
    bail!("there is no free slug like {wanted}")
}

/// What became of a text that someone wanted to save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is the newest text now, with this number.
    Done(i64),
    /// It was the newest text already.
    Unchanged,
    /// Somebody else has saved since: nothing was written.
    Stale,
}

/// Saves a text over the one that its author had seen.
///
/// # Errors
/// When there is no such record or the disk refuses.
pub async fn save(
    conn: &mut Conn,
    id: i64,
    seen: i64,
    body: &str,
    note: &str,
    act: Act,
) -> Result<Saved> {
    let head = head(conn, id).await?.context("no such record")?;
    if head.number != seen {
        return Ok(Saved::Stale);
    }
    if head.body == body {
        return Ok(Saved::Unchanged);
    }
    Ok(Saved::Done(append(conn, id, body, note, act).await?))
}

/// A step of a record's life that readers do not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Submitted,
    SentBack,
    Commented,
    Discarded,
    Restored,
}

impl Step {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::SentBack => "sent-back",
            Self::Commented => "commented",
            Self::Discarded => "discarded",
            Self::Restored => "restored",
        }
    }
}

/// Writes a step into a record's history.
///
/// # Errors
/// When there is no such record or the disk refuses.
pub async fn add_step(conn: &mut Conn, id: i64, step: Step, comment: &str, act: Act) -> Result<()> {
    let (what, time) = (step.as_str(), act.time.to_string());
    sqlx::query!(
        "INSERT INTO step (record, revision, person, time, what, comment)
         SELECT id, head, $2, $3, $4, $5 FROM record WHERE id = $1",
        id,
        act.person,
        time,
        what,
        comment,
    )
    .execute(&mut *conn)
    .await?;
    audit(conn, what, Some(id), &serde_json::json!({}), act).await
}

/// Moves the newest text between draft and review.
///
/// # Errors
/// When there is no such record or the disk refuses.
pub async fn set_status(conn: &mut Conn, id: i64, status: Status) -> Result<()> {
    let status = status.as_str();
    sqlx::query!("UPDATE record SET status = $2 WHERE id = $1", id, status)
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives up the newest text: what readers see is the newest again, and a record that they have
/// never seen leaves the lists and frees its slug. Its texts stay in the history.
///
/// # Errors
/// When there is no such record or the disk refuses.
pub async fn discard(conn: &mut Conn, id: i64, act: Act) -> Result<()> {
    add_step(conn, id, Step::Discarded, "", act).await?;
    let head = head(conn, id).await?.context("no such record")?;
    match head.live {
        Some(_) => {
            sqlx::query!(
                "UPDATE record SET head = live, status = 'published' WHERE id = $1",
                id
            )
            .execute(conn)
            .await?;
        }
        None if head.was_published => set_status(conn, id, Status::Withdrawn).await?,
        None => {
            let slug = format!("discarded-{id}");
            sqlx::query!(
                "UPDATE record SET status = 'withdrawn', slug = $2 WHERE id = $1",
                id,
                slug
            )
            .execute(conn)
            .await?;
        }
    }
    Ok(())
}

/// Makes an earlier text the newest one again, as a draft.
///
/// # Errors
/// When there is no such text or the disk refuses.
pub async fn restore(conn: &mut Conn, id: i64, number: i64, act: Act) -> Result<i64> {
    let body = sqlx::query_scalar!(
        "SELECT body FROM revision WHERE record = $1 AND number = $2",
        id,
        number
    )
    .fetch_one(&mut *conn)
    .await?;
    let note = format!("Restored version {number}");
    let restored = append(conn, id, &body, &note, act).await?;
    add_step(conn, id, Step::Restored, "", act).await?;
    Ok(restored)
}

/// A record as it stands in a list to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Titled {
    pub id: i64,
    pub slug: Slug,
    pub title: String,
    pub is_live: bool,
}

/// Records of a kind that are not withdrawn, by title; those whose title, slug, authors and year
/// hold all the words, at most `limit`.
///
/// # Errors
/// When the database cannot be read.
pub async fn titles(db: &Db, kind: Kind, words: &str, limit: i64) -> Result<Vec<Titled>> {
    let (kind, words) = (kind.as_str(), search_words(words));
    let rows = sqlx::query!(
        "SELECT record.id AS \"id!\", slug AS \"slug!\", live,
                coalesce(body ->> '$.title', body ->> '$.name', body ->> '$.question', slug) AS \"title!: String\"
           FROM record JOIN revision ON revision.record = record.id AND number = head
          WHERE kind = $1 AND status <> 'withdrawn'
            AND NOT EXISTS (SELECT 1 FROM json_each($2) AS word
                 WHERE instr(lower(coalesce(body ->> '$.title', body ->> '$.name', body ->> '$.question', '')
                       || ' ' || slug || ' ' || coalesce(body ->> '$.authors', '') || ' '
                       || coalesce(body ->> '$.year', '')), word.value) = 0)
          ORDER BY 4 COLLATE NOCASE LIMIT $3",
        kind,
        words,
        limit
    )
    .fetch_all(&db.read)
    .await?;
    let titled = rows.into_iter().filter_map(|row| {
        Some(Titled {
            id: row.id,
            slug: Slug::parse(&row.slug)?,
            title: row.title,
            is_live: row.live.is_some(),
        })
    });
    Ok(titled.collect())
}

/// What someone has typed into a form and not saved.
#[derive(Clone, Debug)]
pub struct Unsaved {
    /// The number of the text that the form showed.
    pub seen: i64,
    pub time: Timestamp,
    /// The form's fields as JSON.
    pub fields: String,
}

/// Keeps what someone is typing, for them alone.
///
/// # Errors
/// When the disk refuses.
pub async fn keep_unsaved(
    conn: &mut Conn,
    person: PersonId,
    form: &str,
    unsaved: &Unsaved,
) -> Result<()> {
    let time = unsaved.time.to_string();
    sqlx::query!(
        "INSERT INTO unsaved (person, form, seen, time, fields) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (person, form) DO UPDATE SET
         seen = excluded.seen, time = excluded.time, fields = excluded.fields",
        person,
        form,
        unsaved.seen,
        time,
        unsaved.fields,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// # Errors
/// When the database cannot be read.
pub async fn unsaved(db: &Db, person: PersonId, form: &str) -> Result<Option<Unsaved>> {
    let row = sqlx::query!(
        "SELECT seen, time, fields FROM unsaved WHERE person = $1 AND form = $2",
        person,
        form
    )
    .fetch_optional(&db.read)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Unsaved {
        seen: row.seen,
        time: row.time.parse()?,
        fields: row.fields,
    }))
}

/// # Errors
/// When the disk refuses.
pub async fn forget_unsaved(conn: &mut Conn, person: PersonId, form: &str) -> Result<()> {
    sqlx::query!(
        "DELETE FROM unsaved WHERE person = $1 AND form = $2",
        person,
        form
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives a record another slug if it may have it. Whether it may.
///
/// # Errors
/// When the disk refuses.
pub async fn rename_if_free(conn: &mut Conn, head: &Head, slug: &Slug, act: Act) -> Result<bool> {
    if head.slug == *slug {
        return Ok(true);
    }
    if !is_free(conn, head.kind, slug, Some(head.id)).await? {
        return Ok(false);
    }
    if head.was_published {
        store::rename(conn, head.id, slug, act).await?;
    } else {
        let slug = slug.as_str();
        sqlx::query!("UPDATE record SET slug = $2 WHERE id = $1", head.id, slug)
            .execute(conn)
            .await?;
    }
    Ok(true)
}

/// The record of a kind and slug, or of this former slug, as a list to choose from shows it.
///
/// # Errors
/// When the database cannot be read.
pub async fn titled(db: &Db, kind: Kind, slug: &Slug) -> Result<Option<Titled>> {
    let (kind, text) = (kind.as_str(), slug.as_str());
    let row = sqlx::query!(
        "SELECT record.id AS \"id!\", slug, live,
                coalesce(body ->> '$.title', body ->> '$.name', body ->> '$.question', slug) AS \"title!: String\"
           FROM record JOIN revision ON revision.record = record.id AND number = head
          WHERE record.id = coalesce(
                (SELECT own.id FROM record AS own WHERE own.kind = $1 AND own.slug = $2),
                (SELECT record FROM old_slug WHERE old_slug.kind = $1 AND old_slug.slug = $2))",
        kind,
        text
    )
    .fetch_optional(&db.read)
    .await?;
    Ok(row.map(|row| Titled {
        id: row.id,
        slug: Slug::parse(&row.slug).unwrap_or_else(|| slug.clone()),
        title: row.title,
        is_live: row.live.is_some(),
    }))
}
