//! What was typed into forms and not saved.

use anyhow::Result;
use jiff::Timestamp;

use crate::db::{Conn, Db};
use crate::people::person::PersonId;

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
