//! A list as a file, whatever its filters and its length: written while it is sent, a few records
//! at a time, so that a long one takes no more memory than a short one. The texts are those that
//! were published when the list was asked for: revisions never change.

use anyhow::{Context, Result};
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{Extensions, HeaderMap};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::stream;
use serde_json::json;

use crate::app::App;
use crate::db::Db;
use crate::error::{self, Error};
use crate::exchange::edition::{Edition, LICENCE};
use crate::exchange::file;
use crate::exchange::format::Format;
use crate::exchange::linked::{esea, schema_org};
use crate::exchange::records::intervention::InterventionOut;
use crate::exchange::records::study::StudyOut;
use crate::exchange::references::entry::Entry;
use crate::exchange::references::{bibtex, csl, ris};
use crate::exchange::table;
use crate::records::record::{Kind, Published};
use crate::records::store;
use crate::search::query::{Search, list_path};
use crate::search::view::View;
use crate::studies::study::Study;
use crate::web::cache;
use crate::web::client::Client;
use crate::web::overload::ExportPermit;

/// How many records are read and written at once.
const AT_ONCE: usize = 50;

/// `GET /studies.ris` and its like.
pub async fn show(
    kind: Kind,
    format: Format,
    State(app): State<App>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    extensions: Extensions,
) -> error::Result<Response> {
    let client = Client::of(&app, &headers, &extensions);
    let query = query.unwrap_or_default();
    // Before anything is read: what is read afterwards may be newer than its tag, never older.
    let tag = cache::tag_of_file(&app, format.extension());
    let Some(permit) = app.exports.begin(client) else {
        return Err(Error::Overloaded);
    };
    let view = View::asked(&app, &query).await?;
    let search = view.catalogue.read(kind, &query).with_page(1);
    let path = format!("{}.{}", list_path(kind), format.extension());
    if search.to_query() != query {
        return Ok(Redirect::temporary(&search.url_at(&path)).into_response());
    }
    if let Some(response) = cache::not_modified(&headers, &tag) {
        return Ok(response);
    }
    let name = file_name(&search);
    let matched = view.matching(&app, &search.words).await?;
    let numbers = view.catalogue.find(&search, matched.as_ref());
    let edition = Edition::of(&app, &view);
    let list = Export::new(kind, format, edition, numbers, search);
    let body = Body::from_stream(stream::try_unfold(
        Some(Written { app, list, permit }),
        |written| async {
            match written {
                Some(written) => written.next().await,
                None => Ok(None),
            }
        },
    ));
    let mut response = file::answer(format, &name, body)?;
    cache::tagged(&mut response, &tag);
    Ok(response)
}

/// "studies" or, of a day, "studies-as-of-2026-03-01".
fn file_name(search: &Search) -> String {
    let noun = noun(search.kind);
    match search.as_of {
        None => noun.to_owned(),
        Some(day) => format!("{noun}-as-of-{day}"),
    }
}

/// What the list of a kind is called: "studies".
fn noun(kind: Kind) -> &'static str {
    list_path(kind).trim_start_matches('/')
}

/// How far a file has got that is being sent.
struct Written {
    app: App,
    list: Export,
    /// Held until the file has been sent or given up.
    #[expect(dead_code, reason = "held")]
    permit: ExportPermit,
}

impl Written {
    /// The next piece of the file, and what comes after it.
    async fn next(mut self) -> Result<Option<(Bytes, Option<Self>)>> {
        let (piece, list) = next_piece(&self.app, self.list).await?;
        self.list = list;
        let is_over = self.list.is_over();
        Ok(Some((piece.into(), (!is_over).then_some(self))))
    }
}

/// The next piece of a list, and the list that is left. One export works at a time, so that readers
/// keep the other cores.
pub async fn next_piece(app: &App, mut export: Export) -> Result<(Vec<u8>, Export)> {
    let _turn = app.export_turn.acquire().await;
    let numbers = export.next();
    let studies = if export.kind == Kind::Study {
        studies(&app.db, &export.edition, &numbers).await?
    } else {
        Vec::new()
    };
    tokio::task::spawn_blocking(move || {
        let piece = export.piece(&numbers, &studies)?;
        Ok((piece, export))
    })
    .await?
}

/// The studies of these catalogue numbers, in this order. What is not there any more is left out.
pub async fn studies(
    db: &Db,
    edition: &Edition,
    numbers: &[usize],
) -> Result<Vec<Published<Study>>> {
    let cards = || {
        numbers
            .iter()
            .map(|number| &edition.catalogue.studies()[*number])
    };
    let wanted: Vec<_> = cards().map(|card| (card.id, card.version)).collect();
    let texts = store::texts(db, &wanted).await?;
    let mut texts = texts.iter().peekable();
    let mut studies = Vec::with_capacity(numbers.len());
    for (number, card) in numbers.iter().zip(cards()) {
        if let Some((_, body)) = texts.next_if(|(record, _)| *record == card.id) {
            studies.push(study(edition, *number, body)?);
        }
    }
    Ok(studies)
}

/// A list in a format, and how much of it has been written.
pub struct Export {
    kind: Kind,
    format: Format,
    edition: Edition,
    search: Search,
    /// The catalogue numbers, in order.
    numbers: Vec<usize>,
    done: usize,
    /// How many records are in the file, which says whether a comma is due.
    written: usize,
}

impl Export {
    #[must_use]
    pub fn new(
        kind: Kind,
        format: Format,
        edition: Edition,
        numbers: Vec<usize>,
        search: Search,
    ) -> Self {
        Self {
            kind,
            format,
            edition,
            search,
            numbers,
            done: 0,
            written: 0,
        }
    }

    /// Whether everything has been written.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.done >= self.numbers.len()
    }

    /// The catalogue numbers of the next piece.
    fn next(&self) -> Vec<usize> {
        let next = self.numbers.iter().skip(self.done).take(AT_ONCE);
        next.copied().collect()
    }

    /// The next piece of the file. `studies` are those of its numbers, where it is of studies.
    fn piece(&mut self, numbers: &[usize], studies: &[Published<Study>]) -> Result<Vec<u8>> {
        let mut piece = Vec::new();
        if self.done == 0 {
            piece.extend(self.head());
        }
        let records: Vec<Vec<u8>> = if self.kind == Kind::Intervention {
            let records = numbers.iter().map(|number| self.intervention(*number));
            records.collect::<Result<_>>()?
        } else {
            let records = studies.iter().map(|study| self.study(study));
            records.collect::<Result<_>>()?
        };
        for record in records {
            if self.written > 0 {
                piece.extend(self.between());
            }
            piece.extend(record);
            self.written += 1;
        }
        self.done += numbers.len();
        if self.is_over() {
            piece.extend(self.foot());
        }
        Ok(piece)
    }

    fn head(&self) -> Vec<u8> {
        match self.format {
            Format::Csv if self.kind == Kind::Intervention => table::head(table::INTERVENTIONS),
            Format::Csv => table::head(table::STUDIES),
            Format::CslJson => b"[".to_vec(),
            Format::Json => {
                let mut head = json!({
                    "source": &*self.edition.site_name,
                    "licence": LICENCE,
                    "url": self.edition.absolute(&self.search.url()),
                    "made": self.edition.today.to_string(),
                    "as_of": self.edition.as_of.map(|day| day.to_string()),
                    "total": self.numbers.len(),
                })
                .to_string();
                head.pop();
                format!("{head},\n\"{}\":[", noun(self.kind)).into_bytes()
            }
            Format::JsonLd => graph(&json!("https://schema.org")),
            Format::Esea => graph(&json!(esea::CONTEXT)),
            _ => Vec::new(),
        }
    }

    fn between(&self) -> &'static [u8] {
        match self.format {
            Format::CslJson | Format::Json | Format::JsonLd | Format::Esea => b",\n",
            Format::BibTex => b"\n",
            _ => b"",
        }
    }

    fn foot(&self) -> &'static [u8] {
        match self.format {
            Format::CslJson => b"]\n",
            Format::Json | Format::JsonLd | Format::Esea => b"]}\n",
            _ => b"",
        }
    }

    fn study(&self, published: &Published<Study>) -> Result<Vec<u8>> {
        Ok(match self.format {
            Format::Csv => table::line(table::STUDIES, &StudyOut::new(&self.edition, published)),
            Format::Json => serde_json::to_vec(&StudyOut::new(&self.edition, published))?,
            Format::JsonLd => {
                let nodes = schema_org::study(&self.edition, published);
                let nodes: Vec<_> = nodes.iter().map(ToString::to_string).collect();
                nodes.join(",\n").into_bytes()
            }
            Format::Esea => serde_json::to_vec(&esea::study(&self.edition, published))?,
            _ => self.reference(&Entry::of_study(
                &self.edition,
                &published.slug,
                &published.body,
            )),
        })
    }

    fn intervention(&self, number: usize) -> Result<Vec<u8>> {
        let published = self.edition.catalogue.interventions()[number].published();
        let out = || InterventionOut::new(&self.edition, &published);
        Ok(match self.format {
            Format::Csv => table::line(table::INTERVENTIONS, &out()),
            Format::Json => serde_json::to_vec(&out())?,
            _ => self.reference(&Entry::of_intervention(&self.edition, &published)),
        })
    }

    fn reference(&self, entry: &Entry) -> Vec<u8> {
        match self.format {
            Format::Ris => ris::write(entry).into_bytes(),
            Format::BibTex => bibtex::write(entry).into_bytes(),
            Format::CslJson => csl::write(entry).to_string().into_bytes(),
            _ => Vec::new(),
        }
    }
}

fn graph(context: &serde_json::Value) -> Vec<u8> {
    format!("{{\"@context\":{context},\n\"@graph\":[").into_bytes()
}

/// The study of a catalogue number, from the text of its revision.
fn study(edition: &Edition, number: usize, body: &str) -> Result<Published<Study>> {
    let card = &edition.catalogue.studies()[number];
    let mut body: Study = serde_json::from_str(body)
        .with_context(|| format!("reading the stored study \"{}\"", card.slug))?;
    edition.catalogue.aliases().in_study(&mut body);
    Ok(Published {
        slug: card.slug.clone(),
        version: card.version,
        updated: card.updated,
        body,
    })
}
