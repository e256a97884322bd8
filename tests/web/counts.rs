//! Every count on the lists, against counting by hand over the starter collection's files.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::site::{Page, Site};

fn file(name: &str) -> Vec<Value> {
    let path = format!("{}/assets/evidence/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn texts(record: &Value, field: &str) -> Vec<String> {
    match &record[field] {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().unwrap().to_owned())
            .collect(),
        _ => Vec::new(),
    }
}

fn or(values: Vec<String>, otherwise: &str) -> Vec<String> {
    if values.is_empty() {
        vec![otherwise.to_owned()]
    } else {
        values
    }
}

/// The values of a filter that a study has.
fn of_study(study: &Value, filter: &str) -> Vec<String> {
    match filter {
        "theme" => texts(study, "themes"),
        "origin" => {
            let is_uk = texts(study, "countries").contains(&"GB".to_owned());
            vec![if is_uk { "uk" } else { "international" }.to_owned()]
        }
        "country" => {
            let codes = texts(study, "countries")
                .into_iter()
                .map(|code| code.to_lowercase());
            or(codes.collect(), "across-countries")
        }
        "focus" => focus(study),
        "outcome" => or(texts(study, "outcomes"), "not-reported"),
        "stage" => or(texts(study, "stages"), "not-reported"),
        "design" => or(texts(study, "study_design"), "not-reported"),
        "type" => or(texts(study, "publication_type"), "not-reported"),
        "verified" => texts(&study["verified"], "level"),
        "year" => vec![study["year"].to_string()],
        _ => unreachable!("{filter}"),
    }
}

fn focus(record: &Value) -> Vec<String> {
    let mut values = texts(record, "disadvantage_focus");
    if values.is_empty() {
        return vec!["not-reported".to_owned()];
    }
    values.push("any".to_owned());
    values
}

fn of_intervention(intervention: &Value, filter: &str) -> Vec<String> {
    match filter {
        "theme" => texts(intervention, "themes"),
        "focus" => focus(intervention),
        "outcome" => or(texts(intervention, "outcomes"), "not-reported"),
        "stage" => or(texts(intervention, "stages"), "not-reported"),
        "setting" => or(texts(intervention, "setting"), "not-reported"),
        "cost" => or(texts(intervention, "cost"), "not-reported"),
        _ => unreachable!("{filter}"),
    }
}

const OF_STUDIES: [&str; 10] = [
    "theme", "origin", "country", "focus", "outcome", "stage", "design", "type", "verified", "year",
];
const OWN: [&str; 6] = ["theme", "focus", "outcome", "stage", "setting", "cost"];
const THROUGH: [&str; 6] = ["origin", "country", "design", "type", "verified", "year"];

type Chosen<'a> = [(&'a str, &'a str)];

/// Whether the values of a record satisfy a choice: any of a filter's chosen values, for each of
/// the filters but `except`.
fn satisfies(
    chosen: &Chosen<'_>,
    filters: &[&str],
    except: &str,
    values: impl Fn(&str) -> Vec<String>,
) -> bool {
    filters
        .iter()
        .filter(|filter| **filter != except)
        .all(|filter| {
            let own = values(filter);
            if *filter == "year" {
                let year: i32 = own[0].parse().unwrap();
                return chosen.iter().all(|(key, value)| match *key {
                    "from" => year >= value.parse().unwrap(),
                    "to" => year <= value.parse().unwrap(),
                    _ => true,
                });
            }
            let mut wanted = chosen.iter().filter(|(key, _)| key == filter).peekable();
            wanted.peek().is_none() || wanted.any(|(_, value)| own.iter().any(|own| own == value))
        })
}

struct Hand {
    studies: Vec<Value>,
    interventions: Vec<Value>,
}

impl Hand {
    fn new() -> Self {
        Self {
            studies: file("studies"),
            interventions: file("interventions"),
        }
    }

    fn studies(&self, chosen: &Chosen<'_>, except: &str) -> Vec<&Value> {
        let matches = |study: &&Value| {
            satisfies(chosen, &OF_STUDIES, except, |filter| {
                of_study(study, filter)
            })
        };
        self.studies.iter().filter(matches).collect()
    }

    /// The interventions that match, each with its studies that match.
    fn interventions(&self, chosen: &Chosen<'_>, except: &str) -> Vec<(&Value, Vec<&Value>)> {
        let asks_studies = chosen.iter().any(|(key, _)| {
            *key != except && (THROUGH.contains(key) || *key == "from" || *key == "to")
        }) && !(except == "year"
            && chosen.iter().all(|(key, _)| !THROUGH.contains(key)));
        let suits = |intervention: &&Value| {
            satisfies(chosen, &OWN, except, |filter| {
                of_intervention(intervention, filter)
            })
        };
        let with_studies = |intervention| {
            let slugs = texts(intervention, "studies");
            let studies: Vec<&Value> = self
                .studies
                .iter()
                .filter(|study| slugs.contains(&study["slug"].as_str().unwrap().to_owned()))
                .filter(|study| {
                    satisfies(chosen, &THROUGH, except, |filter| of_study(study, filter))
                })
                .collect();
            (intervention, studies)
        };
        self.interventions
            .iter()
            .filter(suits)
            .map(with_studies)
            .filter(|(_, studies)| !asks_studies || !studies.is_empty())
            .collect()
    }

    fn study_counts(&self, chosen: &Chosen<'_>, filter: &str) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for study in self.studies(chosen, filter) {
            for value in of_study(study, filter) {
                *counts.entry(value).or_default() += 1;
            }
        }
        counts
    }

    fn intervention_counts(&self, chosen: &Chosen<'_>, filter: &str) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for (intervention, studies) in self.interventions(chosen, filter) {
            let values: BTreeSet<String> = if OWN.contains(&filter) {
                of_intervention(intervention, filter).into_iter().collect()
            } else {
                studies
                    .into_iter()
                    .flat_map(|study| of_study(study, filter))
                    .collect()
            };
            for value in values {
                *counts.entry(value).or_default() += 1;
            }
        }
        counts
    }
}

/// The counts that a page shows for the values of a filter, without those that are zero.
fn shown(page: &Page, filter: &str) -> BTreeMap<String, usize> {
    if filter == "year" {
        let label = page.attributes(".histogram", "aria-label").remove(0);
        let (_, list) = label.split_once(". ").unwrap();
        let pairs = list.split(", ").map(|pair| pair.split_once(": ").unwrap());
        return pairs
            .map(|(year, count)| (year.to_owned(), count.parse().unwrap()))
            .filter(|(_, count)| *count > 0)
            .collect();
    }
    let values = page.attributes(&format!("input[name={filter}]"), "value");
    let counts = page.all(&format!("label:has(input[name={filter}]) .option-count"));
    values
        .into_iter()
        .zip(counts)
        .map(|(value, count)| (value, count.split(' ').next().unwrap().parse().unwrap()))
        .filter(|(_, count)| *count > 0)
        .collect()
}

fn address(path: &str, chosen: &Chosen<'_>) -> String {
    let pairs: Vec<_> = chosen
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    if pairs.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", pairs.join("&"))
    }
}

const CHOICES: [&Chosen<'static>; 9] = [
    &[],
    &[
        ("theme", "communications-and-actions"),
        ("theme", "literacy-and-numeracy-support"),
    ],
    &[("from", "2010"), ("to", "2012")],
    &[("origin", "uk"), ("from", "2013")],
    &[
        ("focus", "any"),
        ("stage", "primary"),
        ("stage", "early-years"),
    ],
    &[("focus", "not-reported"), ("design", "meta-analysis")],
    &[
        ("theme", "supporting-vulnerable-families"),
        ("from", "2010"),
        ("to", "2012"),
        ("origin", "uk"),
        ("focus", "low-income"),
    ],
    &[
        ("country", "us"),
        ("country", "ca"),
        ("type", "journal-article"),
        ("verified", "abstract"),
    ],
    &[("country", "across-countries"), ("outcome", "literacy")],
];

#[tokio::test]
async fn every_count_of_the_studies_is_right() {
    let (site, hand) = (Site::starter().await, Hand::new());
    for chosen in CHOICES {
        let page = site.page(&address("/studies", chosen)).await;
        assert_eq!(page.count(), hand.studies(chosen, "").len(), "{chosen:?}");
        for filter in OF_STUDIES {
            assert_eq!(
                shown(&page, filter),
                hand.study_counts(chosen, filter),
                "{filter} of {chosen:?}"
            );
        }
    }
}

#[tokio::test]
async fn every_count_of_the_interventions_is_right_and_one_study_satisfies_all() {
    let (site, hand) = (Site::starter().await, Hand::new());
    let more: [&Chosen<'static>; 2] = [
        &[("setting", "home"), ("cost", "low"), ("cost", "very-low")],
        &[("cost", "not-reported")],
    ];
    for chosen in CHOICES.into_iter().chain(more) {
        let page = site.page(&address("/interventions", chosen)).await;
        assert_eq!(
            page.count(),
            hand.interventions(chosen, "").len(),
            "{chosen:?}"
        );
        for filter in OWN.into_iter().chain(THROUGH) {
            assert_eq!(
                shown(&page, filter),
                hand.intervention_counts(chosen, filter),
                "{filter} of {chosen:?}"
            );
        }
    }
}

#[tokio::test]
async fn every_value_gives_as_many_as_it_says() {
    let site = Site::starter().await;
    for list in ["/studies", "/interventions"] {
        let page = site.page(list).await;
        for filter in ["theme", "origin", "focus", "design", "verified"] {
            for (value, count) in shown(&page, filter) {
                let address = format!("{list}?{filter}={value}");
                assert_eq!(site.page(&address).await.count(), count, "{address}");
            }
        }
    }
}
