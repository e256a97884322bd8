//! What a client asks for. Unlike pages the API passes nothing over in silence: a client that
//! mistypes a filter would take the whole collection for its result.

use std::fmt::Display;

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use form_urlencoded::Serializer;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::api::ROOT;
use crate::app::App;
use crate::error::{Error, Result};
use crate::exchange::edition::Edition;
use crate::records::record::Kind;
use crate::search::filter::Filter;
use crate::search::query::{AS_OF, MAX_WORDS_LENGTH, Search, Sort, YEARS};
use crate::search::view::View;

/// The most records of one answer.
const MOST: usize = 100;
const USUAL: usize = 20;

/// The filters of studies.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query string to utoipa")]
pub struct StudyFilters {
    /// Words to search for; quotation marks search exactly.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Slugs of themes. Several values of one filter widen the result, different filters narrow it.
    theme: Option<Vec<String>>,
    /// The earliest year of publication.
    #[param(minimum = 1000, maximum = 2999)]
    from: Option<i16>,
    /// The latest year of publication.
    #[param(minimum = 1000, maximum = 2999)]
    to: Option<i16>,
    /// `uk` or `international`.
    origin: Option<Vec<String>>,
    /// Codes of countries in lower case, or `across-countries`.
    country: Option<Vec<String>>,
    /// Terms of the vocabulary disadvantage-focus, or `any`, `not-reported`, `not-applicable`.
    focus: Option<Vec<String>>,
    /// Terms of the vocabulary outcome.
    outcome: Option<Vec<String>>,
    /// Terms of the vocabulary stage.
    stage: Option<Vec<String>>,
    /// Terms of the vocabulary design.
    design: Option<Vec<String>>,
    /// Terms of the vocabulary publication-type.
    r#type: Option<Vec<String>>,
    /// `full-text`, `abstract` or `bibliographic`.
    verified: Option<Vec<String>>,
}

/// What only interventions are filtered by.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query string to utoipa")]
pub struct InterventionFilters {
    /// Terms of the vocabulary setting.
    setting: Option<Vec<String>>,
    /// Terms of the vocabulary cost.
    cost: Option<Vec<String>>,
}

/// The order of a list, and which part of it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query string to utoipa")]
pub struct Paging {
    /// The order. Without it: the best match first where there are words, else studies by year, the
    /// newest first, and interventions by name.
    #[param(inline)]
    sort: Option<SortOut>,
    /// How many records of one answer.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<usize>,
    /// Where the answer before said that the list goes on.
    #[param(pattern = r"^[0-9]{1,9}\.[0-9]{1,15}$")]
    cursor: Option<String>,
}

/// What is asked for by name.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address to utoipa")]
pub struct Named {
    /// The end of its permanent address.
    #[param(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", max_length = 120)]
    slug: String,
}

/// The day.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query string to utoipa")]
pub struct AsOf {
    /// As it stood at the end of this day, UTC. No day before the first record or after today.
    #[param(format = Date, rename = "as-of")]
    as_of: Option<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "describes the query string to utoipa")]
enum SortOut {
    Best,
    Newest,
    Oldest,
    Title,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listing<T: ToSchema> {
    /// How many there are altogether.
    pub total: usize,
    /// The canonical address of this answer.
    pub url: String,
    /// Where the list goes on; null at its end.
    pub next: Option<String>,
    /// The day that was asked for; null for today.
    #[schema(format = Date)]
    pub as_of: Option<String>,
    pub items: Vec<T>,
}

/// A place in a list: the last record that was given, and what it was sorted by, in case that it
/// has gone meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The year of a study, or the place of the record in the list.
    pub place: usize,
    pub id: i64,
}

impl Cursor {
    fn parse(text: &str) -> Option<Self> {
        let (place, id) = text.split_once('.')?;
        let is_number = |text: &str, most: usize| {
            !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !is_number(place, 9) || !is_number(id, 15) {
            return None;
        }
        Some(Self {
            place: place.parse().ok()?,
            id: id.parse().ok()?,
        })
    }
}

/// A request for a list that can be answered.
pub struct Asked {
    pub view: View,
    pub search: Search,
    pub limit: usize,
    pub cursor: Option<Cursor>,
    /// What else was allowed and given.
    others: Vec<(String, String)>,
}

/// What a list takes beside its filters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Order,
    NoOrder,
}

impl Asked {
    /// Reads a query string for the lists of a kind. `others` are keys that the handler reads.
    pub async fn read(
        app: &App,
        kind: Kind,
        query: &str,
        takes: Takes,
        others: &[&str],
    ) -> Result<Self> {
        let (mut limit, mut cursor, mut own) = (USUAL, None, Vec::new());
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        for (place, (key, value)) in pairs.iter().enumerate() {
            let filter = Filter::of(kind).iter().find(|filter| filter.key() == key);
            let is_repeated = pairs[..place].iter().any(|(other, _)| other == key);
            if filter.is_none() && is_repeated {
                return Err(bad(key, "may be given once"));
            }
            match key.as_str() {
                _ if filter.is_some() => {}
                "q" if value.chars().count() > MAX_WORDS_LENGTH => {
                    return Err(bad(
                        key,
                        format!("has at most {MAX_WORDS_LENGTH} characters"),
                    ));
                }
                "q" => {}
                "from" | "to" => {
                    let year = value.parse().ok().filter(|year| YEARS.contains(year));
                    year.ok_or_else(|| bad(key, "is a year from 1000 to 2999"))?;
                }
                AS_OF => no_blank(key, value)?,
                "sort" if takes == Takes::Order => {
                    let known = Sort::ALL.iter().any(|sort| sort.slug() == value);
                    if !known {
                        return Err(bad(key, "is best, newest, oldest or title"));
                    }
                }
                "limit" => {
                    let number = value
                        .parse()
                        .ok()
                        .filter(|limit| (1..=MOST).contains(limit));
                    limit = number.ok_or_else(|| bad(key, format!("is from 1 to {MOST}")))?;
                }
                "cursor" => {
                    let known = Cursor::parse(value);
                    cursor = Some(known.ok_or_else(|| bad(key, "is none of ours"))?);
                }
                key if others.contains(&key) => own.push((key.to_owned(), value.clone())),
                _ => {
                    return Err(Error::Unreadable(format!(
                        "There is no parameter “{key}” here."
                    )));
                }
            }
        }
        // Only what can be read otherwise is worth the making of a past state.
        let view = View::asked(app, query).await?;
        for (key, value) in &pairs {
            if let Some(filter) = Filter::of(kind).iter().find(|filter| filter.key() == key) {
                known_value(&view, *filter, value)?;
            }
        }
        let search = view.catalogue.read(kind, query).with_page(1);
        Ok(Self {
            view,
            search,
            limit,
            cursor,
            others: own,
        })
    }

    #[must_use]
    pub fn other(&self, key: &str) -> Option<&str> {
        let found = self.others.iter().find(|(own, _)| own == key);
        found.map(|(_, value)| value.as_str())
    }

    #[must_use]
    pub fn edition(&self, app: &App) -> Edition {
        Edition::of(app, &self.view)
    }

    /// The canonical address of the answer from a place on.
    #[must_use]
    pub fn url(&self, edition: &Edition, path: &str, cursor: Option<Cursor>) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(&self.others);
        query.extend_pairs(form_urlencoded::parse(self.search.to_query().as_bytes()));
        if self.limit != USUAL {
            query.append_pair("limit", &self.limit.to_string());
        }
        if let Some(Cursor { place, id }) = cursor {
            query.append_pair("cursor", &format!("{place}.{id}"));
        }
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        edition.absolute(&format!("{ROOT}{path}{mark}{query}"))
    }

    /// Where in a list of catalogue numbers this answer begins. In a list by year the place is where
    /// the cursor's record was, even when it has gone or has another year now.
    #[must_use]
    pub fn start(&self, numbers: &[usize]) -> usize {
        let Some(cursor) = self.cursor else {
            return 0;
        };
        let catalogue = &self.view.catalogue;
        if !self.is_by_year() {
            let id = |number: &usize| catalogue.listed(self.search.kind, *number).id;
            let last = numbers.iter().position(|number| id(number) == cursor.id);
            // Where the record has gone, the next one stands in its place.
            return last.map_or(cursor.place.min(numbers.len()), |place| place + 1);
        }
        let year = i16::try_from(cursor.place).unwrap_or(i16::MAX);
        let is_newest = self.search.sort() == Sort::Newest;
        numbers.partition_point(|number| {
            let card = &catalogue.studies()[*number];
            // Years fall and numbers rise, or the other way about.
            let (own, other) = ((card.year, -card.id), (year, -cursor.id));
            if is_newest {
                own >= other
            } else {
                own <= other
            }
        })
    }

    /// The cursor after the record at a place.
    #[must_use]
    pub fn after(&self, numbers: &[usize], place: usize) -> Cursor {
        let catalogue = &self.view.catalogue;
        let number = numbers[place];
        let id = catalogue.listed(self.search.kind, number).id;
        if !self.is_by_year() {
            return Cursor { place, id };
        }
        let year = catalogue.studies()[number].year;
        Cursor {
            place: usize::try_from(year).unwrap_or_default(),
            id,
        }
    }

    fn is_by_year(&self) -> bool {
        self.search.kind == Kind::Study && matches!(self.search.sort(), Sort::Newest | Sort::Oldest)
    }
}

fn known_value(view: &View, filter: Filter, value: &str) -> Result<()> {
    let catalogue = &view.catalogue;
    if catalogue.filter_value(filter, value).is_some() {
        return Ok(());
    }
    let known: Vec<_> = catalogue
        .filter_values(filter)
        .iter()
        .map(|value| value.slug.as_str())
        .collect();
    Err(bad(
        filter.key(),
        format!("is one of: {}", known.join(", ")),
    ))
}

/// 400: a parameter has not what it may have.
pub fn bad(parameter: &str, why: impl Display) -> Error {
    Error::Unreadable(format!("The parameter “{parameter}” {why}."))
}

/// A day must be said; an empty one would give the answer of today.
fn no_blank(key: &str, value: &str) -> Result<()> {
    if value.trim().is_empty() {
        return Err(bad(key, "is a day like 2026-03-01"));
    }
    Ok(())
}

/// Refuses parameters that one record does not take.
pub fn nothing_but(query: &str, allowed: &[&str]) -> Result<()> {
    let mut seen: Vec<String> = Vec::new();
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        if !allowed.contains(&key.as_ref()) {
            return Err(Error::Unreadable(format!(
                "There is no parameter “{key}” here."
            )));
        }
        if key == AS_OF {
            no_blank(&key, &value)?;
        }
        if seen.iter().any(|seen| *seen == key) {
            return Err(bad(&key, "may be given once"));
        }
        seen.push(key.into_owned());
    }
    Ok(())
}

/// A page of a list, with its neighbour in the header.
pub fn page<T: Serialize + ToSchema>(listing: Listing<T>) -> Result<Response> {
    let mut links = format!("<{}>; rel=\"canonical\"", listing.url);
    if let Some(next) = &listing.next {
        links.push_str(&format!(", <{next}>; rel=\"next\""));
    }
    let mut response = Json(listing).into_response();
    let links = HeaderValue::from_str(&links).map_err(anyhow::Error::from)?;
    response.headers_mut().insert(header::LINK, links);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_two_numbers() {
        assert_eq!(
            Cursor::parse("2013.45"),
            Some(Cursor {
                place: 2013,
                id: 45
            })
        );
        for bad in ["", "1", "1.", ".1", "1.2.3", "-1.2", "1.+2", "9999999999.1"] {
            assert_eq!(Cursor::parse(bad), None, "{bad}");
        }
    }
}
