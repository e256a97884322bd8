//! Making a snapshot.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use axum::Router;
use tokio::io::AsyncReadExt;

use crate::api::vocabularies::VocabularyOut;
use crate::app::App;
use crate::exchange::edition::{Edition, KEEPER, LICENCE, LICENCE_NAME};
use crate::exchange::format::Format;
use crate::exchange::list::{self, Export};
use crate::exchange::records::study::StudyOut;
use crate::exchange::records::theme::ThemeOut;
use crate::exchange::snapshot::archive::Archive;
use crate::exchange::snapshot::nightly::file_name;
use crate::exchange::snapshot::tables::{
    AUTHORS, AuthorRow, EFFECTS, SOURCES, STUDY_TERMS, SourceRow, StudyTermRow, TERMS, THEMES,
    TermRow,
};
use crate::exchange::snapshot::{database, dictionary, site};
use crate::exchange::table::{self, Column};
use crate::records::record::Kind;
use crate::search::query::Search;

/// The name of every snapshot begins so.
pub const NAME: &str = "engaging-with-families";
/// How many studies are read at once.
const AT_ONCE: usize = 50;
/// How much of the database file is copied at once, in bytes.
const BLOCK: usize = 1 << 18;

/// The version of the collection: the number of its newest change.
#[must_use]
pub fn version(edition: &Edition) -> i64 {
    let change = edition.catalogue.change.as_ref();
    change.map_or(0, |change| change.number)
}

/// Writes the collection as it stands into one archive in `folder`, which is made when missing.
/// Returns the path of the archive.
///
/// # Errors
/// When the collection cannot be read or the folder cannot be written.
pub async fn make(app: &App, router: &Router, folder: &Path) -> Result<PathBuf> {
    tokio::fs::create_dir_all(folder)
        .await
        .with_context(|| format!("cannot make {}", folder.display()))?;
    remove_parts(folder).await?;
    let edition = Edition::of_today(app);
    let path = folder.join(file_name(edition.today, version(&edition)));
    let version = version(&edition).to_string();
    let archive = Archive::begin(&path, edition.today)?;
    let making = Making {
        app,
        edition: &edition,
        version: &version,
        archive: &archive,
    };
    making.texts().await?;
    making.lists().await?;
    making.tables().await?;
    making.small_lists().await?;
    making.database(folder).await?;
    site::write(app, router, &edition, &archive).await?;
    archive.finish().await?;
    Ok(path)
}

/// What snapshots that were cut short have left behind.
async fn remove_parts(folder: &Path) -> Result<()> {
    let mut files = tokio::fs::read_dir(folder).await?;
    while let Some(file) = files.next_entry().await? {
        let name = file.file_name();
        let name = name.to_string_lossy();
        let is_ours = name.trim_start_matches('.').starts_with(NAME);
        if is_ours && name.strip_suffix(".part").is_some() {
            tokio::fs::remove_file(file.path()).await?;
        }
    }
    Ok(())
}

struct Making<'a> {
    app: &'a App,
    edition: &'a Edition,
    version: &'a str,
    archive: &'a Archive,
}

impl Making<'_> {
    async fn texts(&self) -> Result<()> {
        let Edition {
            site_name,
            catalogue,
            today,
            ..
        } = self.edition;
        let readme = format!(
            "{site_name}: the whole collection\n\n\
             Version {version} of {today}: {studies} studies, {interventions} interventions, {themes} themes.\n\
             From {url}, kept by the {KEEPER}, University of Edinburgh.\n\
             Licence: {LICENCE_NAME}, see LICENCE.txt. Please cite as:\n\
             {site_name} ({year}). Evidence on schools and families working together. {url}\n\n\
             csv/               tables; datapackage.json is their dictionary (Frictionless)\n\
             json/              the records of the API, whole\n\
             references/        RIS, BibTeX and CSL-JSON for reference managers\n\
             jsonld/            schema.org, and the Education Sector Evidence Architecture (studies.esea.jsonld)\n\
             collection.sqlite  the published texts; opens in Datasette, R or Python, with views\n\
             site/index.html    a copy of the site that needs no server\n\
             SHA256SUMS         checksums: sha256sum --check SHA256SUMS\n\n\
             What the numbers mean, and how to use them: {data}\n",
            version = self.version,
            studies = catalogue.studies().len(),
            interventions = catalogue.interventions().len(),
            themes = catalogue.themes().len(),
            url = self.edition.absolute("/"),
            year = today.year(),
            data = self.edition.absolute("/data"),
        );
        self.archive.whole("README.txt", readme).await?;
        let licence = format!(
            "The text and the coding of this collection are licensed under the Creative Commons\n\
             Attribution 4.0 International licence ({LICENCE_NAME}): {LICENCE}\n\n\
             You may share and adapt them for any purpose if you give credit and say what you changed.\n\
             The works that are described here belong to their authors and publishers.\n"
        );
        self.archive.whole("LICENCE.txt", licence).await
    }

    /// Everything that can also be had as a list.
    async fn lists(&self) -> Result<()> {
        for (kind, format, name) in [
            (Kind::Study, Format::Csv, "csv/studies.csv"),
            (Kind::Intervention, Format::Csv, "csv/interventions.csv"),
            (Kind::Study, Format::Json, "json/studies.json"),
            (Kind::Intervention, Format::Json, "json/interventions.json"),
            (Kind::Study, Format::Ris, "references/studies.ris"),
            (Kind::Study, Format::BibTex, "references/studies.bib"),
            (Kind::Study, Format::CslJson, "references/studies.csl.json"),
            (Kind::Study, Format::JsonLd, "jsonld/studies.jsonld"),
            (Kind::Study, Format::Esea, "jsonld/studies.esea.jsonld"),
        ] {
            self.archive.file(name).await?;
            let search = Search::everything(kind);
            let numbers = self.edition.catalogue.find(&search, None);
            let mut list = Export::new(kind, format, self.edition.clone(), numbers, search);
            loop {
                let (piece, left) = list::next_piece(self.app, list).await?;
                self.archive.write(piece).await?;
                list = left;
                if list.is_over() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The tables with a row for each part of a study.
    async fn tables(&self) -> Result<()> {
        self.of_studies("study-authors", AUTHORS, AuthorRow::of)
            .await?;
        self.of_studies("study-terms", STUDY_TERMS, StudyTermRow::of)
            .await?;
        self.of_studies("study-sources", SOURCES, SourceRow::of)
            .await?;
        let effects = |study: &StudyOut| study.effects.clone();
        self.of_studies("effects", EFFECTS, effects).await
    }

    async fn of_studies<T>(
        &self,
        name: &str,
        columns: &[Column<T>],
        rows: impl Fn(&StudyOut) -> Vec<T>,
    ) -> Result<()> {
        self.archive.file(format!("csv/{name}.csv")).await?;
        self.archive.write(table::head(columns)).await?;
        let numbers: Vec<usize> = (0..self.edition.catalogue.studies().len()).collect();
        for numbers in numbers.chunks(AT_ONCE) {
            let _turn = self.app.export_turn.acquire().await;
            let mut lines = Vec::new();
            for study in list::studies(&self.app.db, self.edition, numbers).await? {
                for row in rows(&StudyOut::new(self.edition, &study)) {
                    lines.extend(table::line(columns, &row));
                }
            }
            self.archive.write(lines).await?;
        }
        Ok(())
    }

    async fn whole_table<T>(&self, name: &str, columns: &[Column<T>], rows: &[T]) -> Result<()> {
        let mut lines = table::head(columns);
        for row in rows {
            lines.extend(table::line(columns, row));
        }
        self.archive.whole(format!("csv/{name}.csv"), lines).await
    }

    /// Themes and vocabularies: there are few.
    async fn small_lists(&self) -> Result<()> {
        let catalogue = &self.edition.catalogue;
        let themes: Vec<ThemeOut> = catalogue
            .themes()
            .iter()
            .map(|card| ThemeOut::new(self.edition, &card.published()))
            .collect();
        let lists = catalogue.vocabularies.lists();
        let terms: Vec<TermRow> = lists.iter().flat_map(TermRow::of).collect();
        self.whole_table("themes", THEMES, &themes).await?;
        self.whole_table("terms", TERMS, &terms).await?;
        let vocabularies: Vec<_> = lists.iter().map(VocabularyOut::from).collect();
        let json = serde_json::to_vec_pretty(&themes)?;
        self.archive.whole("json/themes.json", json).await?;
        let json = serde_json::to_vec_pretty(&vocabularies)?;
        self.archive.whole("json/vocabularies.json", json).await?;
        let package = dictionary::package(self.edition, self.version);
        let json = serde_json::to_vec_pretty(&package)?;
        self.archive.whole("datapackage.json", json).await
    }

    async fn database(&self, folder: &Path) -> Result<()> {
        let path = folder.join(format!(".{NAME}.sqlite.part"));
        let written = database::write(&self.app.db, self.edition, self.version, &path).await;
        let copied = match written {
            Ok(()) => self.copy(&path).await,
            Err(error) => Err(error),
        };
        let _ = tokio::fs::remove_file(&path).await;
        copied
    }

    async fn copy(&self, path: &Path) -> Result<()> {
        self.archive.file("collection.sqlite").await?;
        let mut file = tokio::fs::File::open(path).await?;
        let mut block = vec![0; BLOCK];
        loop {
            let length = file.read(&mut block).await?;
            if length == 0 {
                return Ok(());
            }
            self.archive.write(&block[..length]).await?;
        }
    }
}
