//! A ZIP archive that is written from beginning to end, with the checksum of every file in it. A
//! thread of its own writes, so that compressing holds up no request.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Pieces that may wait for the writing thread.
const AHEAD: usize = 16;
/// The file of checksums, in the form of `sha256sum`.
pub const SUMS: &str = "SHA256SUMS";

/// A file with its checksum, once it has ended.
struct Written {
    name: String,
    /// SHA-256, hexadecimal.
    hash: String,
}

enum Piece {
    Begin(String),
    Bytes(Vec<u8>),
}

/// An archive that is being written. Without [`Archive::finish`] nothing of it remains.
pub struct Archive {
    pieces: mpsc::Sender<Piece>,
    writing: JoinHandle<Result<()>>,
    part: Part,
    path: PathBuf,
}

/// The file of an archive that has no name yet; gone when it is dropped.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // A finished archive has another name by now.
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Archive {
    /// Begins an archive at a path, its files in a folder of its own name and all of one date.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn begin(path: &Path, date: Date) -> Result<Self> {
        let folder = path.file_stem().context("an archive has a name")?;
        let folder = folder.to_string_lossy().into_owned();
        let part = Part(path.with_extension("zip.part"));
        let file =
            File::create(&part.0).with_context(|| format!("cannot write {}", part.0.display()))?;
        let (pieces, received) = mpsc::channel(AHEAD);
        let writing = tokio::task::spawn_blocking(move || write(file, &folder, date, received));
        Ok(Self {
            pieces,
            writing,
            part,
            path: path.to_owned(),
        })
    }

    /// Begins the next file.
    ///
    /// # Errors
    /// When writing has failed.
    pub async fn file(&self, name: impl Into<String>) -> Result<()> {
        self.send(Piece::Begin(name.into())).await
    }

    /// The next bytes of the file.
    ///
    /// # Errors
    /// When writing has failed.
    pub async fn write(&self, bytes: impl Into<Vec<u8>>) -> Result<()> {
        self.send(Piece::Bytes(bytes.into())).await
    }

    /// A whole file.
    ///
    /// # Errors
    /// When writing has failed.
    pub async fn whole(&self, name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Result<()> {
        self.file(name).await?;
        self.write(bytes).await
    }

    async fn send(&self, piece: Piece) -> Result<()> {
        if self.pieces.send(piece).await.is_err() {
            bail!("the archive cannot be written any further");
        }
        Ok(())
    }

    /// Writes the checksums and gives the archive its name.
    ///
    /// # Errors
    /// When writing has failed: says why.
    pub async fn finish(self) -> Result<()> {
        let Self {
            pieces,
            writing,
            part,
            path,
        } = self;
        drop(pieces);
        writing.await.context("writing the archive")??;
        tokio::fs::rename(&part.0, &path)
            .await
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

fn write(file: File, folder: &str, date: Date, mut pieces: mpsc::Receiver<Piece>) -> Result<()> {
    let mut zip = ZipWriter::new(BufWriter::with_capacity(1 << 18, file));
    let (year, month, day) = (
        date.year().try_into()?,
        date.month().try_into()?,
        date.day().try_into()?,
    );
    let time = DateTime::from_date_and_time(year, month, day, 0, 0, 0)
        .map_err(|_| anyhow::anyhow!("an archive has no files of {date}"))?;
    let options = SimpleFileOptions::default()
        .last_modified_time(time)
        .compression_method(CompressionMethod::Deflated)
        .large_file(true)
        .unix_permissions(0o644);
    let mut files: Vec<Written> = Vec::new();
    let mut hash = Sha256::new();
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Piece::Begin(name) => {
                end(&mut files, &mut hash);
                zip.start_file(format!("{folder}/{name}"), options)?;
                files.push(Written {
                    name,
                    hash: String::new(),
                });
            }
            Piece::Bytes(bytes) => {
                zip.write_all(&bytes)?;
                hash.update(&bytes);
            }
        }
    }
    end(&mut files, &mut hash);
    zip.start_file(format!("{folder}/{SUMS}"), options)?;
    for file in &files {
        writeln!(zip, "{}  {}", file.hash, file.name)?;
    }
    let file = zip
        .finish()?
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(())
}

/// Notes the checksum of the file that ends here.
fn end(files: &mut [Written], hash: &mut Sha256) {
    let hash = std::mem::take(hash).finalize();
    if let Some(file) = files.last_mut() {
        for byte in hash {
            file.hash.push_str(&format!("{byte:02x}"));
        }
    }
}
