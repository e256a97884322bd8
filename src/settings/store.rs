//! Reading and writing settings.

use anyhow::Result;

use crate::config::Config;
use crate::db::{Conn, Db};
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
