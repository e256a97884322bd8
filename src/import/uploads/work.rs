//! Reading a file in the background: the browser may be closed meanwhile, and what a stopped server
//! had begun is begun again at the next start.

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use crate::app::App;
use crate::import::duplicates::{Candidate, Certainty, Finder, Known, within};
use crate::import::references::csv::{Column, Mapping};
use crate::import::references::{self, Format, Found, Read, csv};
use crate::import::uploads::lookup::look_up;
use crate::import::uploads::store;
use crate::import::uploads::upload::{Choice, Fault, Incoming, Match, Stage, Upload, fingerprint};

/// Reads a file in the background.
pub fn begin(app: &App, id: i64) {
    let app = app.clone();
    tokio::spawn(async move {
        let Err(error) = run(&app, id).await else {
            return;
        };
        tracing::error!(
            upload = id,
            error = format!("{error:#}"),
            "an upload could not be read"
        );
        let failed = async {
            let mut transaction = app.db.begin().await?;
            let message = "Something went wrong on our side. It has been noted; try again later.";
            store::set_stage(&mut transaction, id, Stage::Failed, message).await?;
            anyhow::Ok(transaction.commit().await?)
        };
        if let Err(error) = failed.await {
            tracing::error!(
                upload = id,
                error = format!("{error:#}"),
                "nor could that be noted"
            );
        }
    });
}

/// Begins again with the files that were being read when the server stopped.
///
/// # Errors
/// When the database cannot be read.
pub async fn resume(app: &App) -> Result<()> {
    for id in store::unfinished(&app.db).await? {
        begin(app, id);
    }
    Ok(())
}

async fn run(app: &App, id: i64) -> Result<()> {
    let Some(upload) = store::find(&app.db, id).await? else {
        return Ok(());
    };
    let text = store::text(&app.db, id).await?;
    let mapping = mapping(&upload);
    let format = upload.format;
    let mut read = tokio::task::spawn_blocking(move || match mapping {
        Some(mapping) => csv::read(&text, &mapping),
        None => references::read(format, &text),
    })
    .await?;
    if format == Format::Dois {
        look_all_up(app, &upload, &mut read).await?;
    }
    let (known, parted) = (store::known(&app.db).await?, store::parted(&app.db).await?);
    let incoming =
        tokio::task::spawn_blocking(move || compare(read.references, &known, &parted)).await?;
    let faults: Vec<_> = read.faults.into_iter().map(Fault::from).collect();
    let mut transaction = app.db.begin().await?;
    store::replace_references(&mut transaction, id, &faults, &incoming).await?;
    let stage = if incoming.is_empty() && faults.is_empty() {
        Stage::Failed
    } else {
        Stage::Ready
    };
    let message = match stage {
        Stage::Failed => "There is no reference in it.",
        _ => &upload.message,
    };
    store::set_stage(&mut transaction, id, stage, message).await?;
    Ok(transaction.commit().await?)
}

impl From<references::Fault> for Fault {
    fn from(fault: references::Fault) -> Self {
        Self {
            number: fault.number,
            line: fault.line,
            message: fault.message,
        }
    }
}

/// The columns that a curator has named, or none for what is not a table.
fn mapping(upload: &Upload) -> Option<Mapping> {
    (upload.format == Format::Csv).then(|| {
        let columns = upload.mapping.iter().map(String::as_str);
        Mapping(
            columns
                .map(|slug| Column::parse(slug).unwrap_or(Column::Ignore))
                .collect(),
        )
    })
}

/// Asks for each DOI of a list, one after the other. Those that give nothing stay, with the reason.
async fn look_all_up(app: &App, upload: &Upload, read: &mut Read) -> Result<()> {
    let total = read.references.len();
    for (done, found) in read.references.iter_mut().enumerate() {
        let mut transaction = app.db.begin().await?;
        store::set_progress(&mut transaction, upload.id, done, total).await?;
        transaction.commit().await?;
        let Some(doi) = found.reference.doi.clone() else {
            continue;
        };
        match look_up(&app.lookups, &app.config.crossref_url, &doi).await {
            Ok(mut reference) => {
                reference.doi.get_or_insert(doi);
                found.reference = reference;
            }
            Err(why) => {
                let message = format!("{doi}: {why}");
                found.remarks.push(message.clone());
                read.faults.push(references::Fault {
                    number: found.number,
                    line: found.line,
                    message,
                });
            }
        }
    }
    Ok(())
}

/// Compares what was read with the collection and with itself, and proposes what to do with each.
fn compare(found: Vec<Found>, known: &[Known], parted: &HashSet<(String, i64)>) -> Vec<Incoming> {
    let candidates: Vec<_> = found.iter().map(candidate).collect();
    let titles: HashMap<i64, &str> = known
        .iter()
        .map(|known| (known.id, known.title.as_str()))
        .collect();
    let finder = Finder::new(known);
    let mut twins: HashMap<usize, _> = HashMap::new();
    for twin in within(&candidates) {
        twins.insert(twin.later, twin);
    }
    let numbers: Vec<_> = found.iter().map(|found| found.number).collect();
    let incoming = found.into_iter().zip(&candidates).enumerate();
    incoming
        .map(|(place, (found, candidate))| {
            let print = fingerprint(&found.reference);
            let in_collection = finder.matches(candidate).into_iter();
            let mut matches: Vec<_> = in_collection
                .filter(|found| !parted.contains(&(print.clone(), found.id)))
                .map(|found| Match {
                    record: Some(found.id),
                    title: titles
                        .get(&found.id)
                        .copied()
                        .unwrap_or_default()
                        .to_owned(),
                    certainty: word(found.certainty).to_owned(),
                    reason: found.reason,
                })
                .collect();
            if let Some(twin) = twins.get(&place) {
                matches.push(Match {
                    record: None,
                    title: format!("record {} of this file", numbers[twin.earlier]),
                    certainty: word(twin.certainty).to_owned(),
                    reason: twin.reason.clone(),
                });
            }
            let is_known = matches.iter().any(|found| found.certainty != "possible");
            Incoming {
                number: i64::try_from(found.number).unwrap_or(i64::MAX),
                line: i64::try_from(found.line).unwrap_or(i64::MAX),
                choice: if is_known || found.reference.title.is_empty() {
                    Choice::Skip
                } else {
                    Choice::New
                },
                record: None,
                fields: Vec::new(),
                reference: found.reference,
                remarks: found.remarks,
                matches,
            }
        })
        .collect()
}

fn candidate(found: &Found) -> Candidate {
    let reference = &found.reference;
    let author = reference
        .authors
        .first()
        .map_or("", |author| author.family());
    Candidate {
        doi: reference.doi.clone(),
        title: reference.title.clone(),
        year: reference.year,
        first_author: author.to_owned(),
    }
}

fn word(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "certain",
        Certainty::Likely => "likely",
        Certainty::Possible => "possible",
    }
}
