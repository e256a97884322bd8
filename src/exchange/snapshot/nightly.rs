//! A snapshot every night in which something has changed, and the few that are kept.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use jiff::civil::Date;

use crate::app::App;
use crate::exchange::edition::Edition;
use crate::exchange::snapshot::make::{NAME, make, version};

/// Before the first one: a server that has just started has better to do.
const FIRST: Duration = Duration::from_mins(1);
/// How often it is asked whether a snapshot is due.
const PAUSE: Duration = Duration::from_mins(15);
/// What failed once may well fail again.
const AFTER_A_FAILURE: Duration = Duration::from_hours(2);
/// The first hour, UTC, in which a day's snapshot is made.
const HOUR: i8 = 2;
/// How many are kept.
const KEPT: usize = 7;

/// A snapshot in the folder of snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub file: String,
    pub date: Date,
    /// The number of the newest change that it holds.
    pub version: i64,
    pub bytes: u64,
}

/// Where snapshots lie.
#[must_use]
pub fn folder(data: &Path) -> PathBuf {
    data.join("snapshots")
}

/// The snapshots of a data folder, newest first.
#[must_use]
pub fn snapshots(data_folder: &Path) -> Vec<Snapshot> {
    let Ok(files) = std::fs::read_dir(folder(data_folder)) else {
        return Vec::new();
    };
    let mut snapshots: Vec<Snapshot> = files
        .filter_map(|found| {
            let found = found.ok()?;
            let name = found.file_name().into_string().ok()?;
            let (date, version) = named(&name)?;
            Some(Snapshot {
                date,
                version,
                bytes: found.metadata().ok()?.len(),
                file: name,
            })
        })
        .collect();
    snapshots.sort_by_key(|snapshot| Reverse((snapshot.date, snapshot.version)));
    snapshots
}

/// The name of the snapshot of a day and a version.
#[must_use]
pub fn file_name(date: Date, version: i64) -> String {
    format!("{NAME}-{date}-v{version}.zip")
}

/// Date and version of a snapshot, from its name.
#[must_use]
pub fn named(file: &str) -> Option<(Date, i64)> {
    let name = file.strip_prefix(NAME)?.strip_prefix('-')?;
    let (date, version) = name.strip_suffix(".zip")?.split_once("-v")?;
    let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    let version = version.parse().ok().filter(|_| is_version)?;
    let date: Date = date.parse().ok()?;
    // Dates can be written in other ways, and a file has one name.
    (file == file_name(date, version)).then_some((date, version))
}

/// Makes snapshots for as long as the server runs: the first soon, the others at night.
pub async fn every_night(app: App, router: Router) {
    tokio::time::sleep(FIRST).await;
    loop {
        let mut pause = PAUSE;
        if is_due(&app)
            && let Err(error) = one(&app, &router).await
        {
            tracing::error!(
                error = format!("{error:#}"),
                "the snapshot could not be made"
            );
            pause = AFTER_A_FAILURE;
        }
        tokio::time::sleep(pause).await;
    }
}

/// Whether there is none yet, or the night has come after a day with a change.
#[must_use]
pub fn is_due(app: &App) -> bool {
    let newest = snapshots(&app.config.data).into_iter().next();
    let Some(newest) = newest else {
        return true;
    };
    let now = app.now().to_zoned_datetime(jiff::tz::TimeZone::UTC);
    newest.date < now.date()
        && now.hour() >= HOUR
        && newest.version != version(&Edition::of_today(app))
}

async fn one(app: &App, router: &Router) -> Result<()> {
    make(app, router, &folder(&app.config.data)).await?;
    for old in snapshots(&app.config.data).iter().skip(KEPT) {
        tokio::fs::remove_file(folder(&app.config.data).join(&old.file)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_snapshots_are_taken_for_snapshots() {
        let (date, version) = named("engaging-with-families-2026-03-01-v160.zip").unwrap();
        assert_eq!((date.to_string().as_str(), version), ("2026-03-01", 160));
        for other in [
            "engaging-with-families-2026-03-01-v160.zip.part",
            "engaging-with-families-2026-03-01.zip",
            "engaging-with-families-2026-13-01-v1.zip",
            "../families.sqlite",
            "",
        ] {
            assert_eq!(named(other), None, "{other}");
        }
    }
}
