//! The SQLite file of a snapshot: published texts and vocabularies in the tables of the site, with
//! the site's views on them. No drafts, no people, no logs, and nothing that is for curators.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::db::Db;
use crate::exchange::edition::Edition;
use crate::interventions::intervention::Intervention;
use crate::pages::page::Question;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::store::{self, LiveRow};
use crate::search::catalogue::Catalogue;
use crate::studies::study::Study;
use crate::themes::theme::Theme;

/// How many texts are read at once.
const AT_ONCE: usize = 200;

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
    records(db, &mut file, edition).await?;
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

/// The texts of the edition; questions and pages, which it has without their versions, as they stand.
async fn records(db: &Db, file: &mut SqliteConnection, edition: &Edition) -> Result<()> {
    let catalogue = &edition.catalogue;
    let mut rows: Vec<LiveRow> = Vec::new();
    let mut add = |kind: Kind, id, slug: &Slug, version, updated: Timestamp| {
        rows.push(LiveRow {
            id,
            kind: kind.as_str().to_owned(),
            slug: slug.to_string(),
            version,
            time: updated.to_string(),
            body: String::new(),
        });
    };
    for card in catalogue.studies() {
        add(Kind::Study, card.id, &card.slug, card.version, card.updated);
    }
    for card in catalogue.interventions() {
        add(
            Kind::Intervention,
            card.id,
            &card.slug,
            card.version,
            card.updated,
        );
    }
    for card in catalogue.themes() {
        add(Kind::Theme, card.id, &card.slug, card.version, card.updated);
    }
    for rows in rows.chunks_mut(AT_ONCE) {
        let wanted: Vec<_> = rows.iter().map(|row| (row.id, row.version)).collect();
        let mut texts: HashMap<i64, String> =
            store::texts(db, &wanted).await?.into_iter().collect();
        for row in rows {
            if let Some(body) = texts.remove(&row.id) {
                insert(file, catalogue, row, &body).await?;
            }
        }
    }
    let mut conn = db.read.acquire().await?;
    for kind in [Kind::Question, Kind::Page] {
        let mut rows = store::live_of_kind(&mut conn, kind);
        while let Some(row) = rows.try_next().await? {
            insert(file, catalogue, &row, &row.body).await?;
        }
    }
    Ok(())
}

async fn insert(
    file: &mut SqliteConnection,
    catalogue: &Catalogue,
    row: &LiveRow,
    body: &str,
) -> Result<()> {
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
        .bind(public_body(catalogue, &row.kind, body)?)
        .execute(&mut *file)
        .await?;
    Ok(())
}

/// A body without what is for curators alone, and with the names of today: those of records that
/// were renamed are followed, those of records that nobody can read are left out.
fn public_body(catalogue: &Catalogue, kind: &str, body: &str) -> Result<String> {
    let aliases = catalogue.aliases();
    let is_theme = |slug: &Slug| catalogue.theme(slug).is_some();
    let is_study = |slug: &Slug| catalogue.study(slug).is_some();
    let is_intervention = |slug: &Slug| catalogue.intervention(slug).is_some();
    let public = match Kind::parse(kind).context("unknown kind of record")? {
        Kind::Study => {
            let study: Study = serde_json::from_str(body)?;
            let mut study = study.without_private();
            aliases.in_study(&mut study);
            study.themes.retain(is_theme);
            study.interventions.retain(is_intervention);
            serde_json::to_string(&study)?
        }
        Kind::Intervention => {
            let mut intervention: Intervention = serde_json::from_str(body)?;
            aliases.in_intervention(&mut intervention);
            intervention.themes.retain(is_theme);
            intervention.studies.retain(is_study);
            serde_json::to_string(&intervention)?
        }
        Kind::Theme => {
            let mut theme: Theme = serde_json::from_str(body)?;
            aliases.in_theme(&mut theme);
            for message in &mut theme.key_messages {
                message.studies.retain(is_study);
            }
            serde_json::to_string(&theme)?
        }
        Kind::Question => {
            let mut question: Question = serde_json::from_str(body)?;
            aliases.in_question(&mut question);
            question.interventions.retain(is_intervention);
            serde_json::to_string(&question)?
        }
        Kind::Page => body.to_owned(),
    };
    Ok(public)
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
