//! The SQLite file of a snapshot: published texts and vocabularies in the tables of the site, with
//! the site's views on them. No drafts, no people, no logs, and nothing that is for curators.

use std::path::Path;

use anyhow::{Context, Result};
use futures_util::TryStreamExt;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::db::Db;
use crate::exchange::edition::Edition;
use crate::records::record::Kind;
use crate::records::store;
use crate::studies::study::Study;

const TABLES: &str = "
    CREATE TABLE about (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE record (
        id   INTEGER NOT NULL PRIMARY KEY,
        kind TEXT    NOT NULL,
        slug TEXT    NOT NULL,
        live INTEGER NOT NULL,
        UNIQUE (kind, slug)
    ) STRICT;
    CREATE TABLE revision (
        record INTEGER NOT NULL REFERENCES record (id),
        number INTEGER NOT NULL,
        time   TEXT    NOT NULL,
        body   TEXT    NOT NULL,
        PRIMARY KEY (record, number)
    ) STRICT;
    CREATE TABLE vocabulary (
        slug       TEXT    NOT NULL PRIMARY KEY,
        position   INTEGER NOT NULL,
        label      TEXT    NOT NULL,
        scope_note TEXT    NOT NULL
    ) STRICT;
    CREATE TABLE term (
        vocabulary TEXT    NOT NULL REFERENCES vocabulary (slug),
        slug       TEXT    NOT NULL,
        position   INTEGER NOT NULL,
        label      TEXT    NOT NULL,
        scope_note TEXT    NOT NULL,
        PRIMARY KEY (vocabulary, slug)
    ) STRICT;
";
const VIEWS: &str = include_str!("../../../migrations/0004_views.sql");

/// Writes the file at a path where nothing is yet.
///
/// # Errors
/// When the collection cannot be read or the file cannot be written.
pub async fn write(db: &Db, edition: &Edition, version: &str, path: &Path) -> Result<()> {
    let mut file = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Off)
        .connect()
        .await
        .with_context(|| format!("cannot write {}", path.display()))?;
    sqlx::raw_sql(TABLES).execute(&mut file).await?;
    sqlx::raw_sql(VIEWS).execute(&mut file).await?;
    sqlx::raw_sql("BEGIN").execute(&mut file).await?;
    about(&mut file, edition, version).await?;
    records(db, &mut file).await?;
    vocabularies(&mut file, edition).await?;
    sqlx::raw_sql("COMMIT").execute(&mut file).await?;
    file.close().await?;
    Ok(())
}

async fn about(file: &mut SqliteConnection, edition: &Edition, version: &str) -> Result<()> {
    for (name, value) in [
        ("title", edition.site_name.to_string()),
        ("url", edition.absolute("/")),
        ("version", version.to_owned()),
        ("date", edition.today.to_string()),
        ("licence", crate::exchange::edition::LICENCE.to_owned()),
    ] {
        sqlx::query("INSERT INTO about (name, value) VALUES ($1, $2)")
            .bind(name)
            .bind(value)
            .execute(&mut *file)
            .await?;
    }
    Ok(())
}

async fn records(db: &Db, file: &mut SqliteConnection) -> Result<()> {
    let mut rows = store::live_since(db, 0);
    while let Some(row) = rows.try_next().await? {
        let body = public_body(&row.kind, row.body)?;
        sqlx::query("INSERT INTO record (id, kind, slug, live) VALUES ($1, $2, $3, $4)")
            .bind(row.id)
            .bind(&row.kind)
            .bind(&row.slug)
            .bind(row.version)
            .execute(&mut *file)
            .await?;
        sqlx::query("INSERT INTO revision (record, number, time, body) VALUES ($1, $2, $3, $4)")
            .bind(row.id)
            .bind(row.version)
            .bind(&row.time)
            .bind(body)
            .execute(&mut *file)
            .await?;
    }
    Ok(())
}

/// A body without what is for curators alone.
fn public_body(kind: &str, body: String) -> Result<String> {
    if Kind::parse(kind) != Some(Kind::Study) {
        return Ok(body);
    }
    let study: Study = serde_json::from_str(&body)?;
    Ok(serde_json::to_string(&study.without_private())?)
}

async fn vocabularies(file: &mut SqliteConnection, edition: &Edition) -> Result<()> {
    for (list, position) in edition.catalogue.vocabularies.lists().iter().zip(1_i64..) {
        sqlx::query(
            "INSERT INTO vocabulary (slug, position, label, scope_note) VALUES ($1, $2, $3, $4)",
        )
        .bind(list.slug.as_str())
        .bind(position)
        .bind(&list.label)
        .bind(&list.scope_note)
        .execute(&mut *file)
        .await?;
        for (term, position) in list.terms.iter().zip(1_i64..) {
            sqlx::query(
                "INSERT INTO term (vocabulary, slug, position, label, scope_note)
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(list.slug.as_str())
            .bind(term.slug.as_str())
            .bind(position)
            .bind(&term.label)
            .bind(&term.scope_note)
            .execute(&mut *file)
            .await?;
        }
    }
    Ok(())
}
