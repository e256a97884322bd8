//! Writing the published collection as a folder in the format of the starter collection, which
//! `import` reads back.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use futures_util::TryStreamExt;
use serde::Serialize;
use serde_json::ser::PrettyFormatter;

use crate::db::{Conn, Db};
use crate::import::folder::{FILES, SYNONYMS, VOCABULARIES};
use crate::interventions::intervention::Intervention;
use crate::pages::page::{Page, Question};
use crate::records::record::Kind;
use crate::records::store::{self, LiveRow};
use crate::studies::study::Study;
use crate::themes::theme::Theme;
use crate::vocabularies;

/// Writes every published record and the vocabularies. Returns how many records were written.
///
/// Each file is complete before it takes its name, so that a broken export leaves no half file.
///
/// # Errors
/// When the database cannot be read or the folder cannot be written.
pub async fn export(db: &Db, folder: &Path) -> Result<usize> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // One read transaction: all files show the same moment.
    let mut transaction = db.read.begin().await?;
    let mut count = 0;
    for (kind, name) in FILES {
        count += write_records(&mut transaction, kind, &folder.join(name)).await?;
    }
    let vocabularies = vocabularies::store::load(&mut transaction).await?;
    write_file(&folder.join(VOCABULARIES), |file| {
        pretty(file, vocabularies.lists())
    })?;
    write_file(&folder.join(SYNONYMS), |file| {
        pretty(file, vocabularies.synonyms.groups())
    })?;
    Ok(count)
}

async fn write_records(conn: &mut Conn, kind: Kind, path: &Path) -> Result<usize> {
    let part = path.with_extension("json.part");
    let mut file = create(&part)?;
    let mut rows = store::live_of_kind(conn, kind);
    let mut count = 0;
    while let Some(row) = rows.try_next().await? {
        file.write_all(if count == 0 { b"[\n " } else { b",\n " })?;
        let record = pretty_record(kind, &row)
            .with_context(|| format!("writing the {} \"{}\"", row.kind, row.slug))?;
        // Records stand one level deeper than they were written; JSON texts hold no bare newline.
        file.write_all(record.replace('\n', "\n ").as_bytes())?;
        count += 1;
    }
    file.write_all(if count == 0 { b"[]\n" } else { b"\n]\n" })?;
    finish(file, &part, path)?;
    Ok(count)
}

fn pretty_record(kind: Kind, row: &LiveRow) -> Result<String> {
    #[derive(Serialize)]
    struct Exported<'a, D> {
        slug: &'a str,
        #[serde(flatten)]
        body: D,
    }
    fn of<D: Serialize + serde::de::DeserializeOwned>(row: &LiveRow) -> Result<String> {
        let body: D = serde_json::from_str(&row.body)?;
        let mut json = Vec::new();
        pretty(
            &mut json,
            &Exported {
                slug: &row.slug,
                body,
            },
        )?;
        json.truncate(json.trim_ascii_end().len());
        Ok(String::from_utf8(json)?)
    }
    match kind {
        Kind::Study => of::<Study>(row),
        Kind::Intervention => of::<Intervention>(row),
        Kind::Theme => of::<Theme>(row),
        Kind::Question => of::<Question>(row),
        Kind::Page => of::<Page>(row),
    }
}

/// JSON with one space a level, and a final newline.
fn pretty(file: &mut impl Write, value: &(impl Serialize + ?Sized)) -> Result<()> {
    let formatter = PrettyFormatter::with_indent(b" ");
    value.serialize(&mut serde_json::Serializer::with_formatter(
        &mut *file, formatter,
    ))?;
    file.write_all(b"\n")?;
    Ok(())
}

fn create(path: &Path) -> Result<BufWriter<File>> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(BufWriter::with_capacity(1 << 18, file))
}

fn finish(file: BufWriter<File>, part: &Path, path: &Path) -> Result<()> {
    file.into_inner()
        .map_err(std::io::IntoInnerError::into_error)?
        .sync_all()?;
    fs::rename(part, path).with_context(|| format!("cannot write {}", path.display()))
}

fn write_file(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<()> {
    let part = path.with_extension("json.part");
    let mut file = create(&part)?;
    write(&mut file)?;
    finish(file, &part, path)
}
