//! Changing what records say, many at a time, without changing where they stand.

use anyhow::{Context, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sqlx::{QueryBuilder, Sqlite};

use crate::db::Conn;
use crate::interventions::intervention::Intervention;
use crate::pages::page::{Page, Question};
use crate::records::audit::Act;
use crate::records::record::Kind;
use crate::records::status::Status;
use crate::records::store::Place;
use crate::studies::study::Study;
use crate::themes::theme::Theme;

/// How many records are changed with one set of statements.
const AT_ONCE: usize = 200;

/// Changes the texts of a record that anyone sees. Returns whether anything was changed.
///
/// # Errors
/// As [`rewrite_all`].
pub async fn rewrite(
    conn: &mut Conn,
    id: i64,
    change: impl Fn(&mut Value) -> bool,
    note: &str,
    act: Act,
) -> Result<bool> {
    let changed = rewrite_all(conn, &[id], |_, body| change(body), note, act).await?;
    Ok(!changed.is_empty())
}

/// Changes the texts of records that anyone sees, each as a new revision: what readers see stays
/// published, a draft stays a draft and its author's. `change` says whether it changed anything.
/// Returns the records that were changed, and where they stood before.
///
/// # Errors
/// When a changed text is none of its kind, or the disk refuses.
pub async fn rewrite_all(
    conn: &mut Conn,
    ids: &[i64],
    change: impl Fn(Kind, &mut Value) -> bool,
    note: &str,
    act: Act,
) -> Result<Vec<(i64, Place)>> {
    let mut changed = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        let mut rewritten = Vec::new();
        for standing in standing(conn, ids).await? {
            rewritten.extend(standing.rewritten(&change)?);
        }
        write(conn, &rewritten, note, act).await?;
        changed.extend(rewritten.into_iter().map(|own| (own.id, own.before)));
    }
    Ok(changed)
}

/// A record with the texts that anyone sees.
struct Standing {
    id: i64,
    kind: Kind,
    place: Place,
    author: Option<i64>,
    head: String,
    /// What readers see, unless it is the newest text.
    live: Option<String>,
    last: i64,
}

async fn standing(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Standing>> {
    let ids = serde_json::to_string(ids)?;
    let rows = sqlx::query!(
        "SELECT record.id AS \"id!\", kind AS \"kind!\", status AS \"status!\", head AS \"head!\", live,
                newest.person, newest.body, shown.body AS \"shown?\",
                (SELECT max(number) FROM revision WHERE record = record.id) AS \"last!: i64\"
           FROM record JOIN revision AS newest ON newest.record = record.id AND newest.number = head
           LEFT JOIN revision AS shown
             ON shown.record = record.id AND shown.number = live AND live <> head
          WHERE record.id IN (SELECT value FROM json_each($1)) ORDER BY record.id",
        ids
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Standing {
                id: row.id,
                kind: Kind::parse(&row.kind).context("unknown kind of record")?,
                place: Place {
                    status: Status::parse(&row.status).context("unknown status")?,
                    head: row.head,
                    live: row.live,
                },
                author: row.person,
                head: row.body,
                live: row.shown,
                last: row.last,
            })
        })
        .collect()
}

/// What is to be written of a record.
struct Rewritten {
    id: i64,
    before: Place,
    after: Place,
    /// What readers are to see, if that has changed, under its number.
    live: Option<(i64, String)>,
    /// The newest text, where it is another one. It stays its author's: whoever must not publish
    /// their own draft must not get around that by someone else's rewriting.
    draft: Option<(i64, Option<i64>, String)>,
}

impl Standing {
    fn rewritten(self, change: impl Fn(Kind, &mut Value) -> bool) -> Result<Option<Rewritten>> {
        let head = changed(self.kind, &self.head, &change)?;
        let live = match &self.live {
            Some(live) => changed(self.kind, live, &change)?,
            None => None,
        };
        if head.is_none() && live.is_none() {
            return Ok(None);
        }
        let before = self.place;
        let (mut after, mut last) = (before, self.last);
        let mut next = || {
            last += 1;
            last
        };
        let (mut shown, mut draft) = (None, None);
        if before.live == Some(before.head) {
            let number = next();
            (after.head, after.live) = (number, Some(number));
            shown = head.map(|body| (number, body));
        } else {
            if let Some(body) = live {
                let number = next();
                after.live = Some(number);
                shown = Some((number, body));
            }
            // The draft comes last again: the newest text is the one with the largest number.
            after.head = next();
            draft = Some((after.head, self.author, head.unwrap_or(self.head)));
        }
        Ok(Some(Rewritten {
            id: self.id,
            before,
            after,
            live: shown,
            draft,
        }))
    }
}

async fn write(conn: &mut Conn, rewritten: &[Rewritten], note: &str, act: Act) -> Result<()> {
    if rewritten.is_empty() {
        return Ok(());
    }
    let time = act.time.to_string();
    let mut texts = Vec::new();
    for own in rewritten {
        if let Some((number, body)) = &own.live {
            texts.push((own.id, *number, act.person, body));
        }
        if let Some((number, author, body)) = &own.draft {
            texts.push((own.id, *number, *author, body));
        }
    }
    QueryBuilder::<Sqlite>::new("INSERT INTO revision (record, number, person, time, note, body) ")
        .push_values(texts, |mut row, (id, number, person, body)| {
            row.push_bind(id).push_bind(number).push_bind(person);
            row.push_bind(&time).push_bind(note).push_bind(body);
        })
        .build()
        .execute(&mut *conn)
        .await?;
    let places: Vec<_> = rewritten
        .iter()
        .map(|own| json!([own.id, own.after.head, own.after.live]))
        .collect();
    let places = Value::from(places).to_string();
    sqlx::query!(
        "UPDATE record SET head = place.value ->> 1, live = place.value ->> 2
           FROM json_each($1) AS place WHERE record.id = place.value ->> 0",
        places
    )
    .execute(&mut *conn)
    .await?;
    let mut shown = Vec::new();
    for own in rewritten {
        if let Some((number, _)) = &own.live {
            shown.push((own.id, *number));
        }
    }
    if shown.is_empty() {
        return Ok(());
    }
    QueryBuilder::<Sqlite>::new("INSERT INTO change (what, record, revision, person, time) ")
        .push_values(shown, |mut row, (id, number)| {
            row.push("'published'").push_bind(id).push_bind(number);
            row.push_bind(act.person).push_bind(&time);
        })
        .build()
        .execute(conn)
        .await?;
    Ok(())
}

/// The changed text, written as every text of its kind is; none when nothing changed.
fn changed(
    kind: Kind,
    body: &str,
    change: impl Fn(Kind, &mut Value) -> bool,
) -> Result<Option<String>> {
    fn written<D: DeserializeOwned + Serialize>(body: Value) -> Result<String> {
        let body: D = serde_json::from_value(body).context("reading a changed record")?;
        serde_json::to_string(&body).context("writing a changed record")
    }
    let mut body: Value = serde_json::from_str(body).context("reading a stored record")?;
    if !change(kind, &mut body) {
        return Ok(None);
    }
    let body = match kind {
        Kind::Study => written::<Study>(body),
        Kind::Intervention => written::<Intervention>(body),
        Kind::Theme => written::<Theme>(body),
        Kind::Question => written::<Question>(body),
        Kind::Page => written::<Page>(body),
    };
    body.map(Some)
}
