//! Reading and writing settings.

use anyhow::Result;

use crate::config::Config;
use crate::db::{Conn, Db};
use crate::records::audit::Act;
use crate::settings::Settings;

/// The stored settings over the initial ones.
///
/// # Errors
/// When the database cannot be read.
pub async fn load(db: &Db, config: &Config) -> Result<Settings> {
    let mut settings = Settings::initial(config);
    for row in sqlx::query!("SELECT name, value FROM setting")
        .fetch_all(&db.read)
        .await?
    {
        settings.take(&row.name, &row.value);
    }
    Ok(settings)
}

/// Stores all settings.
///
/// # Errors
/// When the disk refuses.
pub async fn save(conn: &mut Conn, settings: &Settings) -> Result<()> {
    for (name, value) in settings.rows() {
        sqlx::query!(
            "INSERT INTO setting (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            value,
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Tells the public pages, which show the site's name, that settings are not what they were.
///
/// # Errors
/// When the disk refuses.
pub async fn announce(conn: &mut Conn, act: Act) -> Result<()> {
    let time = act.time.to_string();
    sqlx::query!(
        "INSERT INTO change (what, person, time) VALUES ('settings', $1, $2)",
        act.person,
        time,
    )
    .execute(conn)
    .await?;
    Ok(())
}
