//! How long readers' e-mail addresses are kept: until the suggestion is decided, and never longer than
//! a year.

use std::time::Duration;

use anyhow::Result;
use jiff::SignedDuration;

use crate::app::App;
use crate::suggestions::store;

const KEPT: SignedDuration = SignedDuration::from_hours(365 * 24);
/// How often addresses that are too old are looked for.
const LOOK: Duration = Duration::from_hours(1);

/// Erases the e-mail addresses that were kept for too long.
///
/// # Errors
/// When the disk refuses.
pub async fn erase_old_addresses(app: &App) -> Result<u64> {
    let mut transaction = app.db.begin().await?;
    let erased = store::erase_emails(&mut transaction, app.now() - KEPT).await?;
    transaction.commit().await?;
    Ok(erased)
}

/// Does so every hour.
pub async fn forget_addresses(app: App) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = erase_old_addresses(&app).await {
            tracing::warn!(
                error = format!("{error:#}"),
                "old e-mail addresses of suggestions could not be erased"
            );
        }
    }
}
