//! `GET /data`: everything that can be taken away, and how.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::Result;
use crate::exchange::edition::Edition;
use crate::exchange::format::Format;
use crate::exchange::linked::schema_org;
use crate::exchange::references::entry::Entry;
use crate::exchange::references::shown::CitationBox;
use crate::exchange::snapshot::make::version;
use crate::exchange::snapshot::nightly::Snapshot;
use crate::records::record::Kind;
use crate::search::query::list_path;
use crate::web::layout::Layout;
use crate::web::page::render;
use crate::web::words;

/// Where it is.
pub const PATH: &str = "/data";

#[derive(Template)]
#[template(path = "exchange/data.html")]
struct DataPage {
    layout: Layout,
    studies: usize,
    interventions: usize,
    version: i64,
    snapshots: Arc<Vec<Snapshot>>,
    lists: Vec<(&'static str, Vec<(&'static str, String)>)>,
    citation: CitationBox,
}

impl DataPage {
    fn day(snapshot: &Snapshot) -> String {
        words::long_date(snapshot.date)
    }

    fn size(snapshot: &Snapshot) -> String {
        #[expect(clippy::cast_precision_loss, reason = "said in whole units")]
        let megabytes = snapshot.bytes as f64 / 1_000_000.0;
        format!("{} MB", words::decimal(megabytes, 1))
    }
}

/// `GET /data`
pub async fn show(State(app): State<App>, layout: Layout) -> Result<Response> {
    const LEAD: &str =
        "Cite it, download it, harvest it, or build on it: the whole collection is open data.";
    let edition = Edition::of_today(&app);
    let snapshots = app.snapshots();
    let lists = [
        (Kind::Study, "Studies"),
        (Kind::Intervention, "Interventions"),
    ]
    .map(|(kind, name)| {
        let formats = Format::of_list(kind).iter().chain(&[Format::Atom]);
        let files = formats.map(|format| {
            let address = format!("{}.{}", list_path(kind), format.extension());
            (format.label(), address)
        });
        (name, files.collect::<Vec<_>>())
    });
    let mut downloads: Vec<(String, &str)> = snapshots
        .iter()
        .take(1)
        .map(|snapshot| {
            let address = format!("{PATH}/{}", snapshot.file);
            (edition.absolute(&address), "application/zip")
        })
        .collect();
    for format in Format::of_list(Kind::Study) {
        let address = edition.absolute(&format!("/studies.{}", format.extension()));
        downloads.push((address, format.media_type()));
    }
    let version = version(&edition);
    let description = format!(
        "{} published studies and {} interventions on schools and families working together, coded \
         by theme, country, stage, disadvantage focus, outcome and design, with effect sizes where \
         they were reported.",
        edition.catalogue.studies().len(),
        edition.catalogue.interventions().len(),
    );
    let dataset = schema_org::dataset(&edition, &description, &version.to_string(), &downloads);
    let entry = Entry::of_collection(&edition);
    let page = DataPage {
        citation: CitationBox::of_page(&app, &layout, PATH.to_owned(), &entry),
        layout: layout
            .titled("Data and API", LEAD)
            .at(PATH.to_owned())
            .described(&[dataset]),
        studies: edition.catalogue.studies().len(),
        interventions: edition.catalogue.interventions().len(),
        version,
        snapshots,
        lists: lists.into(),
    };
    Ok(render(&page)?.into_response())
}
