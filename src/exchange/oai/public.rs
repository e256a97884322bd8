//! `GET` and `POST /oai`: the answers. Faults of the protocol are answers too, with status 200.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::response::Response;
use jiff::Timestamp;

use crate::app::App;
use crate::error::{Error, Result};
use crate::exchange::edition::Edition;
use crate::exchange::oai::answer::{Body, Given, Identity};
use crate::exchange::oai::request::{Arguments, Fault, Prefix, Selection, Verb, fault, read};
use crate::exchange::oai::store::{self, Item, Narrowing};
use crate::exchange::records::study::StudyOut;
use crate::exchange::xml::Xml;
use crate::records::record::{Kind, Published};
use crate::records::slug::Slug;
use crate::studies::study::Origin;
use crate::web::page::document;

/// Records of one answer.
const PAGE_SIZE: usize = 100;
/// The most bytes of a form.
const MOST_BYTES: usize = 16 * 1024;
const NAMESPACE: &str = "http://www.openarchives.org/OAI/2.0/";
const SCHEMA: &str = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd";

/// Something went wrong here, or with the request.
enum Trouble {
    Ours(Error),
    Theirs(Fault),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Theirs(fault)
    }
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Self::Ours(error.into())
    }
}

/// `GET /oai` and `POST /oai`
pub async fn answer(State(app): State<App>, request: Request) -> Result<Response> {
    let arguments = arguments(request).await?;
    let repository = Repository {
        edition: Edition::of_today(&app),
        app,
    };
    let now = seconds(repository.app.now());
    let style_sheet = repository.app.assets.url("oai.xsl").to_owned();
    let mut xml = Xml::new(Some(&style_sheet));
    let location = format!("{NAMESPACE} {SCHEMA}");
    xml.open(
        "OAI-PMH",
        &[
            ("xmlns", NAMESPACE),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            ("xsi:schemaLocation", &location),
        ],
    );
    xml.element("responseDate", &[], &now);
    let answered = match read(&arguments) {
        Ok(verb) => repository.answer(&verb).await,
        Err(fault) => Err(fault.into()),
    };
    let base = repository.base();
    match answered {
        Ok(body) => {
            xml.element("request", &attributes(&arguments), &base);
            body.write(&mut xml);
        }
        Err(Trouble::Theirs(fault)) => {
            let is_unreadable = matches!(fault.code, "badVerb" | "badArgument");
            if is_unreadable {
                xml.element("request", &[], &base);
            } else {
                xml.element("request", &attributes(&arguments), &base);
            }
            xml.element("error", &[("code", fault.code)], &fault.message);
        }
        Err(Trouble::Ours(error)) => return Err(error),
    }
    xml.close("OAI-PMH");
    let mut response = document("text/xml; charset=utf-8", xml.finish());
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

async fn arguments(request: Request) -> Result<Arguments> {
    let read = |bytes: &[u8]| form_urlencoded::parse(bytes).into_owned().collect();
    if request.method() != Method::POST {
        return Ok(read(request.uri().query().unwrap_or_default().as_bytes()));
    }
    let body = to_bytes(request.into_body(), MOST_BYTES).await;
    Ok(read(&body.map_err(|_| Error::TooLarge)?))
}

fn attributes(arguments: &Arguments) -> Vec<(&str, &str)> {
    let pairs = arguments.iter();
    pairs
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect()
}

/// Seconds are the granularity of this repository.
fn seconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

struct Repository {
    app: App,
    edition: Edition,
}

impl Repository {
    fn base(&self) -> String {
        self.edition.absolute("/oai")
    }

    async fn answer(&self, verb: &Verb) -> std::result::Result<Body, Trouble> {
        match verb {
            Verb::Identify => Ok(Body::Identify(self.identity().await?)),
            Verb::ListMetadataFormats(None) => Ok(Body::Formats),
            Verb::ListMetadataFormats(Some(identifier)) => {
                self.find(identifier).await?;
                Ok(Body::Formats)
            }
            Verb::ListSets => Ok(Body::Sets(self.sets())),
            Verb::GetRecord(identifier, prefix) => {
                let item = self.find(identifier).await?;
                Ok(Body::Record(Box::new(self.given(item, Some(*prefix)))))
            }
            Verb::ListIdentifiers(selection) => self.list("ListIdentifiers", selection, None).await,
            Verb::ListRecords(selection) => {
                self.list("ListRecords", selection, Some(selection.prefix))
                    .await
            }
        }
    }

    async fn identity(&self) -> std::result::Result<Identity, Trouble> {
        let earliest = store::earliest(&self.app.db).await?;
        let host = self.edition.domain();
        Ok(Identity {
            name: self.edition.site_name.to_string(),
            base: self.base(),
            mail: self
                .app
                .config
                .contact
                .clone()
                .unwrap_or_else(|| format!("webmaster@{host}")),
            earliest: seconds(earliest.unwrap_or_else(|| self.app.now())),
            sample: self.identifier(1),
            host: host.to_owned(),
        })
    }

    fn identifier(&self, id: i64) -> String {
        let host = self.edition.domain();
        format!("oai:{host}:study/{id}")
    }

    /// The study of an identifier.
    async fn find(&self, identifier: &str) -> std::result::Result<Item, Trouble> {
        let missing = || fault("idDoesNotExist", "There is no record of this identifier");
        let prefix = self.identifier(0);
        let prefix = prefix.trim_end_matches('0');
        let id: i64 = identifier
            .strip_prefix(prefix)
            .and_then(|id| id.parse().ok())
            // One record has one identifier: no zeros before it, no sign.
            .filter(|id| *id > 0 && self.identifier(*id) == identifier)
            .ok_or_else(missing)?;
        let selection = Selection {
            prefix: Prefix::DublinCore,
            from: None,
            before: None,
            set: None,
            after: id - 1,
            given: 0,
            total: 0,
        };
        let found = store::items(&self.app.db, &selection, &Narrowing::default(), 1).await?;
        let item = found.into_iter().find(|item| item.id == id);
        Ok(item.ok_or_else(missing)?)
    }

    fn sets(&self) -> Vec<(String, String)> {
        let themes = self.edition.catalogue.themes().iter();
        let themes = themes.map(|card| {
            (
                format!("theme:{}", card.slug),
                format!("Theme: {}", card.body.title),
            )
        });
        let origins = Origin::ALL.into_iter().map(|origin| {
            (
                format!("origin:{}", origin.slug()),
                format!("Origin: {}", origin.label()),
            )
        });
        let whole = [
            ("theme".to_owned(), "Themes".to_owned()),
            ("origin".to_owned(), "Origins".to_owned()),
        ];
        whole.into_iter().chain(themes).chain(origins).collect()
    }

    /// What a set asks of SQL.
    fn narrowing(&self, set: Option<&str>) -> std::result::Result<Narrowing, Fault> {
        let unknown = || fault("noRecordsMatch", "There is no such set");
        let Some(set) = set else {
            return Ok(Narrowing::default());
        };
        let catalogue = &self.edition.catalogue;
        let names = |slugs: Vec<&Slug>| {
            let names: Vec<_> = slugs
                .iter()
                .flat_map(|slug| catalogue.aliases().names(Kind::Theme, slug))
                .collect();
            serde_json::to_string(&names).unwrap_or_default()
        };
        match set.split_once(':') {
            None if set == "theme" => Ok(Narrowing {
                themes: names(catalogue.themes().iter().map(|card| &card.slug).collect()),
                ..Narrowing::default()
            }),
            None if set == "origin" => Ok(Narrowing::default()),
            Some(("theme", slug)) => {
                let slug = Slug::parse(slug).ok_or_else(unknown)?;
                let card = catalogue.theme(&slug).ok_or_else(unknown)?;
                Ok(Narrowing {
                    themes: names(vec![&card.slug]),
                    ..Narrowing::default()
                })
            }
            Some(("origin", slug)) => {
                let origin = Origin::ALL.into_iter().find(|origin| origin.slug() == slug);
                Ok(Narrowing {
                    origin: origin.ok_or_else(unknown)?.slug().to_owned(),
                    ..Narrowing::default()
                })
            }
            _ => Err(unknown()),
        }
    }

    /// A page of a list; `prefix` where the records are wanted and not their heads alone.
    async fn list(
        &self,
        verb: &'static str,
        selection: &Selection,
        prefix: Option<Prefix>,
    ) -> std::result::Result<Body, Trouble> {
        let narrowing = self.narrowing(selection.set.as_deref());
        // A set that has gone since the harvest began takes its token along.
        let narrowing = narrowing.map_err(|unknown| match selection.given {
            0 => unknown,
            _ => fault("badResumptionToken", "The set of this list has gone"),
        })?;
        let _permit = self.app.harvests.acquire().await;
        let db = &self.app.db;
        let mut selection = selection.clone();
        if selection.given == 0 {
            selection.total = store::count(db, &selection, &narrowing).await?;
        }
        // One more tells whether there is more.
        let mut items = store::items(db, &selection, &narrowing, PAGE_SIZE + 1).await?;
        if items.is_empty() && selection.given == 0 {
            return Err(fault("noRecordsMatch", "No record matches all of this").into());
        }
        let has_more = items.len() > PAGE_SIZE;
        items.truncate(PAGE_SIZE);
        let cursor = selection.given;
        selection.given = selection.given.saturating_add(items.len());
        selection.after = items.last().map_or(selection.after, |item| item.id);
        let token = (has_more || cursor > 0).then(|| {
            let token = if has_more {
                selection.token()
            } else {
                String::new()
            };
            (token, selection.total.max(selection.given), cursor)
        });
        Ok(Body::List {
            verb,
            records: items
                .into_iter()
                .map(|item| self.given(item, prefix))
                .collect(),
            token,
        })
    }

    fn given(&self, item: Item, prefix: Option<Prefix>) -> Given {
        let mut study = item.study;
        self.edition.catalogue.aliases().in_study(&mut study);
        let mut sets: Vec<_> = study
            .themes
            .iter()
            .filter(|slug| self.edition.catalogue.theme(slug).is_some())
            .map(|slug| format!("theme:{slug}"))
            .collect();
        sets.push(format!("origin:{}", study.origin().slug()));
        let metadata = prefix.filter(|_| !item.is_withdrawn).map(|prefix| {
            let published = Published {
                slug: item.slug,
                version: item.version,
                updated: item.updated,
                body: study,
            };
            let out = StudyOut::new(&self.edition, &published);
            (prefix, self.edition.clone(), out)
        });
        Given {
            identifier: self.identifier(item.id),
            datestamp: seconds(item.datestamp),
            sets,
            metadata,
            is_withdrawn: item.is_withdrawn,
        }
    }
}
