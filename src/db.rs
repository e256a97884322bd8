//! Opening the SQLite database: its file, its pragmas, its migrations, and the two ways in: many
//! readers, one writer.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};

/// A connection, whether by itself or inside a transaction.
pub type Conn = sqlx::SqliteConnection;

/// Marks the file as ours, in the header of every database we make.
const APPLICATION_ID: u32 = 0x4577_4631;
const READERS: u32 = 4;
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// The database: a pool of readers and a single writer.
#[derive(Clone, Debug)]
pub struct Db {
    pub read: SqlitePool,
    write: SqlitePool,
}

impl Db {
    /// The database file within a data folder.
    #[must_use]
    pub fn path_in(folder: &Path) -> PathBuf {
        folder.join("evidence.db")
    }

    /// Opens the database in `folder`, making folder and file when missing, and migrates it.
    ///
    /// # Errors
    /// When the folder cannot be written, or the file is damaged, foreign or from a newer version.
    pub async fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the data folder {}", folder.display()))?;
        let path = Self::path_in(folder);
        check_header(&path)?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A change is acknowledged only after it is on disk.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("trusted_schema", "OFF")
            .optimize_on_close(true, None);
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .with_context(|| format!("cannot open the database {}", path.display()))?;
        refuse_foreign(&write, &path).await?;
        MIGRATIONS
            .run(&write)
            .await
            .with_context(|| format!("cannot bring the database {} up to date", path.display()))?;
        let read = SqlitePoolOptions::new()
            .max_connections(READERS)
            // A connection to a file does not go stale; asking first costs as much as the answer.
            .test_before_acquire(false)
            .connect_with(options.read_only(true).optimize_on_close(false, None))
            .await
            .with_context(|| format!("cannot read the database {}", path.display()))?;
        Ok(Self { read, write })
    }

    /// Begins a change. The write lock is taken at once: a transaction that reads first and writes
    /// later may fail with "database is locked" however long it is willing to wait.
    ///
    /// # Errors
    /// When another process keeps the lock for too long, or the disk refuses.
    pub async fn begin(&self) -> Result<Transaction<'static, Sqlite>> {
        self.write
            .begin_with("BEGIN IMMEDIATE")
            .await
            .context("cannot begin a change")
    }

    /// What SQLite finds wrong with the file; empty when nothing is.
    ///
    /// # Errors
    /// When the file cannot be read at all.
    pub async fn integrity(&self) -> Result<Vec<String>> {
        let mut lines: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_all(&self.read)
            .await?;
        lines.retain(|line| line != "ok");
        let broken = sqlx::query("PRAGMA foreign_key_check")
            .fetch_all(&self.read)
            .await?;
        if !broken.is_empty() {
            lines.push(format!("{} references lead nowhere", broken.len()));
        }
        Ok(lines)
    }

    /// Closes both pools, so that the write-ahead log is folded into the file.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

/// Refuses a database with tables that we did not make.
async fn refuse_foreign(pool: &SqlitePool, path: &Path) -> Result<()> {
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(pool)
        .await?;
    let tables: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\'",
    )
    .fetch_one(pool)
    .await?;
    ensure!(
        application == i64::from(APPLICATION_ID) || tables == 0,
        "{} belongs to another program; it was left as it is",
        path.display()
    );
    Ok(())
}

/// Refuses a file that is no SQLite database, not ours, or shorter than it says it is, before
/// anything touches it. Format: <https://www.sqlite.org/fileformat.html>, section 1.3.
fn check_header(path: &Path) -> Result<()> {
    let Ok(mut file) = File::open(path) else {
        return Ok(());
    };
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok(());
    }
    let mut header = [0; 100];
    let name = path.display();
    if file.read_exact(&mut header).is_err() || !header.starts_with(b"SQLite format 3\0") {
        bail!("{name} is not a SQLite database; it was left as it is");
    }
    let number = |at: usize| {
        u64::from(u32::from_be_bytes([
            header[at],
            header[at + 1],
            header[at + 2],
            header[at + 3],
        ]))
    };
    let page_size = match u64::from(u16::from_be_bytes([header[16], header[17]])) {
        1 => 65_536,
        size => size,
    };
    let log = path.with_extension("db-wal");
    let has_log = fs::metadata(log).is_ok_and(|log| log.len() > 0);
    // What a first start wrote may still be in the log alone, where only SQLite can read it.
    ensure!(
        has_log || number(68) == u64::from(APPLICATION_ID) || number(28) <= 1,
        "{name} belongs to another program; it was left as it is"
    );
    ensure!(
        has_log || number(28) * page_size <= length,
        "{name} is damaged: it has {length} bytes of {}; restore it from a backup",
        number(28) * page_size
    );
    Ok(())
}
