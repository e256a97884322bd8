//! Files of notices in the shape of the Retraction Watch database
//! (<https://gitlab.com/crossref/retraction-watch-data>): read row by row, since the whole is 60 MB,
//! and compared with the DOIs of the collection.

use std::collections::HashMap;
use std::io::Read;

use anyhow::{Context, Result, ensure};
use csv::{ByteRecord, ReaderBuilder, Trim};
use encoding_rs::WINDOWS_1252;
use jiff::civil::Date;

use crate::db::Db;
use crate::records::audit::{Act, audit};
use crate::retractions::retraction::{Nature, Notice};
use crate::retractions::store;
use crate::studies::identifiers::{doi_key, find_doi};

/// Longer reasons are cut off, in characters.
const MAX_REASON: usize = 1000;

/// The columns that are read, by their headings.
const STUDY_DOI: &str = "OriginalPaperDOI";
const NATURE: &str = "RetractionNature";
const DATE: &str = "RetractionDate";
const REASON: &str = "Reason";
const NOTICE_DOI: &str = "RetractionDOI";

/// A notice about a study of the collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The record of the study.
    pub record: i64,
    pub doi: String,
    pub notice: Notice,
}

/// What a file brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    pub rows: usize,
    /// Notices about studies of the collection.
    pub matching: usize,
    /// Those that nobody had seen before.
    pub new: usize,
    /// Matching rows of a nature that is not known here.
    pub unknown: usize,
}

/// The studies of the collection by the keys of their DOIs.
pub type Dois = HashMap<String, Vec<i64>>;

/// Reads a file and keeps what it says of studies of the collection.
///
/// # Errors
/// When the file has not the columns, or the disk refuses.
pub async fn take_in(db: &Db, file: impl Read + Send + 'static, act: Act) -> Result<Taken> {
    let dois = store::dois(db).await?;
    let (found, mut taken) = tokio::task::spawn_blocking(move || read(file, &dois)).await??;
    let mut transaction = db.begin().await?;
    for found in &found {
        if store::add(&mut transaction, found, act).await? {
            taken.new += 1;
        }
    }
    let detail = serde_json::json!({
        "rows": taken.rows, "matching": taken.matching, "new": taken.new,
    });
    audit(&mut transaction, "retractions-read", None, &detail, act).await?;
    transaction.commit().await?;
    Ok(taken)
}

/// Where the columns stand.
struct Columns {
    study_doi: usize,
    nature: usize,
    date: usize,
    reason: usize,
    notice_doi: usize,
}

impl Columns {
    fn find(headings: &ByteRecord) -> Result<Self> {
        let headings: Vec<String> = headings
            .iter()
            .map(|heading| {
                let heading = text(heading);
                heading.trim_start_matches('\u{feff}').trim().to_owned()
            })
            .collect();
        let place = |wanted: &str| {
            headings
                .iter()
                .position(|heading| heading.eq_ignore_ascii_case(wanted))
        };
        let wanted = [STUDY_DOI, NATURE, DATE, REASON, NOTICE_DOI];
        let missing: Vec<_> = wanted
            .into_iter()
            .filter(|wanted| place(wanted).is_none())
            .collect();
        ensure!(
            missing.is_empty(),
            "the file has no column {}; it is to have those of the Retraction Watch database",
            missing.join(", ")
        );
        let at = |wanted: &str| place(wanted).unwrap_or(usize::MAX);
        Ok(Self {
            study_doi: at(STUDY_DOI),
            nature: at(NATURE),
            date: at(DATE),
            reason: at(REASON),
            notice_doi: at(NOTICE_DOI),
        })
    }
}

/// The notices of a file that are about studies with these DOIs.
///
/// # Errors
/// When the file cannot be read or has not the columns.
pub fn read(file: impl Read, dois: &Dois) -> Result<(Vec<Found>, Taken)> {
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(Trim::Fields)
        .from_reader(std::io::BufReader::with_capacity(1 << 16, file));
    let headings = reader.byte_headers().context("the file cannot be read")?;
    let columns = Columns::find(headings)?;
    let (mut found, mut taken) = (Vec::new(), Taken::default());
    let mut row = ByteRecord::new();
    while reader
        .read_byte_record(&mut row)
        .with_context(|| format!("the file cannot be read after row {}", taken.rows))?
    {
        taken.rows += 1;
        let field = |place: usize| text(row.get(place).unwrap_or_default());
        let doi = |place: usize| find_doi(&field(place)).map(|doi| doi_key(&doi));
        let Some(study_doi) = doi(columns.study_doi) else {
            continue;
        };
        let Some(records) = dois.get(&study_doi) else {
            continue;
        };
        let Some(nature) = Nature::parse(&field(columns.nature)) else {
            taken.unknown += 1;
            continue;
        };
        let notice = Notice {
            nature,
            date: date(&field(columns.date)),
            reason: reason(&field(columns.reason)),
            doi: doi(columns.notice_doi),
        };
        found.extend(records.iter().map(|record| Found {
            record: *record,
            doi: study_doi.clone(),
            notice: notice.clone(),
        }));
    }
    taken.matching = found.len();
    Ok((found, taken))
}

/// Files come in UTF-8 and, from spreadsheets, in Windows-1252; a field that is not the one is
/// the other.
fn text(field: &[u8]) -> String {
    match std::str::from_utf8(field) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252
            .decode_without_bom_handling(field)
            .0
            .into_owned(),
    }
}

/// "1/31/2011 0:00", month first, or a date of RFC 3339.
fn date(text: &str) -> Option<Date> {
    let day = text.split_whitespace().next()?;
    if let Ok(date) = day.parse() {
        return Some(date);
    }
    let parts: Vec<&str> = day.split('/').collect();
    let [month, day, year] = parts.as_slice() else {
        return None;
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// "+Unreliable Results;+Error in Data;" reads "Unreliable Results; Error in Data".
fn reason(text: &str) -> String {
    let reasons = text
        .split(';')
        .map(|reason| reason.trim().trim_start_matches('+').trim())
        .filter(|reason| !reason.is_empty());
    let words = |reason: &str| reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let reasons: Vec<_> = reasons.map(words).collect();
    reasons.join("; ").chars().take(MAX_REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: &str = "Record ID,Title,Subject,Institution,Journal,Publisher,Country,Author,URLS,ArticleType,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason,Paywalled,Notes";

    fn dois() -> Dois {
        HashMap::from([("10.1000/abc".to_owned(), vec![7])])
    }

    #[test]
    fn notices_match_by_doi_whatever_its_case() {
        let file = format!(
            "\u{feff}{HEADINGS}\r\n\
             1,\"A, \"\"quoted\"\" title\",,,,,,,,,1/31/2011 0:00,10.1000/Notice,,,10.1000/ABC,,Retraction,+Unreliable Results;+Error in Data;,No,\"two\nlines\"\r\n\
             2,T,,,,,,,,,2/1/2011 0:00,unavailable,,,unavailable,,Retraction,,No,\r\n\
             3,T,,,,,,,,,bad date,Unavailable,,,https://doi.org/10.1000/abc,,expression of Concern,,No,\r\n\
             4,T,,,,,,,,,2/1/2011 0:00,,,,10.1000/abc,,Promotion,,No,\r\n\
             5,short row\r\n"
        );
        let (found, taken) = read(file.as_bytes(), &dois()).unwrap();
        assert_eq!((taken.rows, taken.matching, taken.unknown), (5, 2, 1));
        let notice = &found[0].notice;
        assert_eq!(found[0].record, 7);
        assert_eq!(notice.date, "2011-01-31".parse().ok());
        assert_eq!(notice.doi.as_deref(), Some("10.1000/notice"));
        assert_eq!(notice.reason, "Unreliable Results; Error in Data");
        assert_eq!(found[1].notice.nature, Nature::ExpressionOfConcern);
        assert_eq!((found[1].notice.date, &found[1].notice.doi), (None, &None));
    }

    #[test]
    fn both_encodings_are_read() {
        let row = ",T,,,,,,,,,1/31/2011,,,,10.1000/abc,,Retraction,+Author’s décision;,No,\n";
        let utf8 = format!("{HEADINGS}\n{row}");
        let (narrow, ..) = WINDOWS_1252.encode(&utf8);
        for bytes in [utf8.as_bytes(), &narrow] {
            let (found, _) = read(bytes, &dois()).unwrap();
            assert_eq!(found[0].notice.reason, "Author’s décision");
        }
    }

    #[test]
    fn a_file_without_the_columns_is_refused_in_words() {
        for file in ["", "a,b\n1,2\n", "\0\0\0", "PK\x03\x04"] {
            let error = read(file.as_bytes(), &dois()).unwrap_err();
            assert!(format!("{error:#}").contains("has no column"), "{error:#}");
        }
    }
}
