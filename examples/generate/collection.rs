//! The generated collection of load tests and benches: the starter collection's own records and as many studies and
//! interventions as are asked for, with the starter's distributions, vocabulary and lengths.
//!
//! The same count and seed always give the same bytes. Every generated study appears in "Generated for load tests".
//! Studies are written as they are made; what stays in memory is which study belongs to which intervention.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;
type Record = Map<String, Value>;

const MARK: &str = "Generated for load tests";
const STUDIES_PER_INTERVENTION: usize = 50;
const MOST_INTERVENTIONS: usize = 2_000;
/// Fields that belong together: they are taken from one record, each group by itself now and then from another one.
const GROUPS: [&[&str]; 8] = [
    &["countries", "uk_nations"],
    &["stages"],
    &["disadvantage_focus"],
    &["themes"],
    &["study_design"],
    &["publication_type"],
    &["open_access"],
    &["sample_size", "sample_description"],
];

/// Writes a collection of so many studies, the starter's among them, and says how many interventions it has.
pub fn generate(count: usize, out: &Path, seed: u64) -> Result<usize> {
    let starter = Starter::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/evidence"))?;
    fs::create_dir_all(out)?;
    starter.copy_the_rest(out)?;

    let own = starter.studies.len();
    if count < own {
        let reason = format!("at least {own} studies: the starter collection is among them");
        return Err(reason.into());
    }
    let wanted = starter.interventions.len() + count / STUDIES_PER_INTERVENTION;
    let further = wanted.min(MOST_INTERVENTIONS) - starter.interventions.len();
    let mut interventions: Vec<Evidence> = Vec::new();
    interventions.resize_with(further, Evidence::default);
    let slugs: Vec<String> = (0..further)
        .map(|number| starter.intervention_slug(number))
        .collect();

    let mut random = Random(seed);
    let mut names = Names::new(&starter);
    let mut studies = Records::create(&out.join("studies.json"))?;
    for study in &starter.studies {
        studies.write(study)?;
    }
    for number in 1..=count - own {
        let mut study = starter.study(number, &mut random);
        let slug = names.take(&study);
        let linked = starter.links(&mut random).min(slugs.len());
        let mut chosen = BTreeSet::new();
        while chosen.len() < linked {
            chosen.insert(random.below(slugs.len()));
        }
        for &place in &chosen {
            interventions[place].add(&slug, &study);
        }
        let chosen: Vec<String> = chosen.iter().map(|&place| slugs[place].clone()).collect();
        set(&mut study, "interventions", chosen);
        set(&mut study, "slug", slug);
        studies.write(&study)?;
    }
    studies.finish()?;

    let mut file = Records::create(&out.join("interventions.json"))?;
    for intervention in &starter.interventions {
        file.write(intervention)?;
    }
    for (number, evidence) in interventions.iter().enumerate() {
        file.write(&starter.intervention(number, evidence, &mut random))?;
    }
    file.finish()?;
    Ok(starter.interventions.len() + interventions.len())
}

/// The records that everything is made of, and the sentences taken from them.
struct Starter {
    folder: PathBuf,
    studies: Vec<Record>,
    interventions: Vec<Record>,
    authors: Vec<Value>,
    titles: Vec<String>,
    subtitles: Vec<String>,
    findings: Vec<String>,
    implications: Vec<String>,
    /// First, second, third … sentences of the summaries.
    summaries: Vec<Vec<String>>,
    effects: Vec<Value>,
    paragraphs: Vec<String>,
}

impl Starter {
    fn read(folder: &Path) -> Result<Self> {
        let records = |name: &str| -> Result<Vec<Record>> {
            Ok(serde_json::from_str(&fs::read_to_string(
                folder.join(name),
            )?)?)
        };
        let studies = records("studies.json")?;
        let interventions = records("interventions.json")?;
        let all = |field| {
            studies
                .iter()
                .flat_map(move |study| texts(study, field))
                .collect::<Vec<_>>()
        };
        let mut summaries: Vec<Vec<String>> = Vec::new();
        for study in &studies {
            for (place, sentence) in sentences(text(study, "summary")).into_iter().enumerate() {
                if place == summaries.len() {
                    summaries.push(Vec::new());
                }
                summaries[place].push(sentence.to_owned());
            }
        }
        let (mut titles, mut subtitles) = (Vec::new(), Vec::new());
        for study in &studies {
            let title = text(study, "title");
            let (head, tail) = title.split_once(": ").unwrap_or((title, ""));
            titles.push(head.to_owned());
            subtitles.push(tail.to_owned());
        }
        Ok(Self {
            folder: folder.to_owned(),
            authors: studies
                .iter()
                .flat_map(|study| list(study, "authors"))
                .filter(is_person)
                .collect(),
            findings: all("key_findings"),
            implications: all("implications_for_practice"),
            effects: studies
                .iter()
                .flat_map(|study| list(study, "effects"))
                .collect(),
            paragraphs: interventions
                .iter()
                .flat_map(|intervention| text(intervention, "description").split("\n\n"))
                .map(without_citations)
                .collect(),
            summaries,
            titles,
            subtitles,
            studies,
            interventions,
        })
    }

    /// Themes, pages, questions, vocabularies: as they are. They cite the starter's studies, which are all there.
    fn copy_the_rest(&self, out: &Path) -> Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let (Some(name), Some("json")) = (
                path.file_name(),
                path.extension().and_then(|extension| extension.to_str()),
            ) else {
                continue;
            };
            if name != "studies.json" && name != "interventions.json" {
                fs::copy(&path, out.join(name))?;
            }
        }
        Ok(())
    }

    /// How many interventions a study belongs to.
    fn links(&self, random: &mut Random) -> usize {
        list(random.pick(&self.studies), "interventions").len()
    }

    /// A study without slug and interventions.
    fn study(&self, number: usize, random: &mut Random) -> Record {
        let base = random.pick(&self.studies);
        let mut study = base.clone();
        for group in GROUPS {
            if random.chance(30) {
                copy(random.pick(&self.studies), &mut study, group);
            }
        }
        // Effects name outcomes of their own, so these are exchanged more rarely.
        if random.chance(20) {
            copy(random.pick(&self.studies), &mut study, &["outcomes"]);
        }
        set(&mut study, "title", self.title(random));
        set(
            &mut study,
            "authors",
            self.authors(list(base, "authors").len(), random),
        );
        let usual = year(random.pick(&self.studies));
        set(&mut study, "year", random.year(usual));
        set(
            &mut study,
            "summary",
            self.summary(sentences(text(base, "summary")).len(), random),
        );
        let findings = texts(base, "key_findings").len();
        set(
            &mut study,
            "key_findings",
            random.several(findings, &self.findings),
        );
        let implications = texts(base, "implications_for_practice").len();
        set(
            &mut study,
            "implications_for_practice",
            random.several(implications, &self.implications),
        );
        let effects = self.effects(list(base, "effects").len(), random);
        set(&mut study, "effects", effects);
        set(&mut study, "container_title", MARK);
        set(&mut study, "publisher", Value::Null);
        set(
            &mut study,
            "doi",
            has(base, "doi").then(|| format!("10.5555/generated.{number}")),
        );
        set(
            &mut study,
            "url",
            has(base, "url").then(|| format!("https://example.org/generated/{number}")),
        );
        if let Some(verified) = study.get_mut("verified") {
            verified["sources"] = json!([format!("https://example.org/generated/{number}")]);
        }
        set(
            &mut study,
            "editor_note",
            format!("{MARK}: not a real study."),
        );
        study
    }

    fn title(&self, random: &mut Random) -> String {
        let (head, tail) = (random.pick(&self.titles), random.pick(&self.subtitles));
        if tail.is_empty() {
            head.clone()
        } else {
            format!("{head}: {tail}")
        }
    }

    fn authors(&self, count: usize, random: &mut Random) -> Vec<Value> {
        let mut seen = HashSet::new();
        let mut authors = Vec::new();
        while authors.len() < count.max(1) {
            let place = random.below(self.authors.len());
            if seen.insert(place) {
                authors.push(self.authors[place].clone());
            }
        }
        authors
    }

    fn summary(&self, sentences: usize, random: &mut Random) -> String {
        let chosen: Vec<&str> = self
            .summaries
            .iter()
            .take(sentences)
            .map(|pool| random.pick(pool).as_str())
            .collect();
        chosen.join(" ")
    }

    fn effects(&self, count: usize, random: &mut Random) -> Vec<Value> {
        let mut effects: Vec<Value> = (0..count)
            .map(|_| random.pick(&self.effects).clone())
            .collect();
        for effect in &mut effects {
            effect["source"] = json!(MARK);
        }
        effects
    }

    fn intervention_slug(&self, number: usize) -> String {
        let like = &self.interventions[number % self.interventions.len()];
        format!("{}-generated-{}", text(like, "slug"), number + 1)
    }

    fn intervention(&self, number: usize, evidence: &Evidence, random: &mut Random) -> Record {
        let like = &self.interventions[number % self.interventions.len()];
        let mut intervention = like.clone();
        for group in [
            &["setting"][..],
            &["stages"],
            &["disadvantage_focus"],
            &["outcomes"],
            &["themes"],
            &["cost", "cost_note"],
            &["available_in_uk"],
            &["who_delivers"],
            &["duration"],
            &["how_it_works"],
            &["implementation_tips"],
        ] {
            if random.chance(40) {
                copy(random.pick(&self.interventions), &mut intervention, group);
            }
        }
        let paragraphs: Vec<String> = (0..text(like, "description").split("\n\n").count())
            .map(|place| {
                let paragraph = random.pick(&self.paragraphs);
                match evidence.studies.get(place) {
                    Some(study) => format!("{} [@{study}].", paragraph.trim_end_matches('.')),
                    None => paragraph.clone(),
                }
            })
            .collect();
        set(&mut intervention, "slug", self.intervention_slug(number));
        set(
            &mut intervention,
            "name",
            format!("{} (generated {})", text(like, "name"), number + 1),
        );
        set(&mut intervention, "description", paragraphs.join("\n\n"));
        set(
            &mut intervention,
            "countries",
            evidence.countries.iter().cloned().collect::<Vec<_>>(),
        );
        set(&mut intervention, "studies", evidence.studies.clone());
        set(
            &mut intervention,
            "website",
            format!("https://example.org/generated/intervention-{}", number + 1),
        );
        intervention
    }
}

/// The studies of one generated intervention, and where they were done.
#[derive(Default)]
struct Evidence {
    studies: Vec<String>,
    countries: BTreeSet<String>,
}

impl Evidence {
    fn add(&mut self, slug: &str, study: &Record) {
        self.studies.push(slug.to_owned());
        self.countries.extend(texts(study, "countries"));
    }
}

/// Slugs that nobody has yet: `scott-2010`, then `scott-2010-2`.
struct Names {
    taken: HashSet<String>,
    used: HashMap<String, u32>,
}

impl Names {
    fn new(starter: &Starter) -> Self {
        let taken = starter
            .studies
            .iter()
            .map(|study| text(study, "slug").to_owned())
            .collect();
        Self {
            taken,
            used: HashMap::new(),
        }
    }

    fn take(&mut self, study: &Record) -> String {
        let authors = list(study, "authors");
        let family = authors
            .first()
            .and_then(|author| author["family"].as_str())
            .unwrap_or_default();
        let stem = format!("{}-{}", plain(family), year(study));
        let count = self.used.entry(stem.clone()).or_default();
        loop {
            *count += 1;
            let slug = if *count == 1 {
                stem.clone()
            } else {
                format!("{stem}-{count}")
            };
            if !self.taken.contains(&slug) {
                return slug;
            }
        }
    }
}

/// `O'Donnell` becomes `o-donnell`.
fn plain(family: &str) -> String {
    let words: Vec<String> = family
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    if words.is_empty() {
        "author".to_owned()
    } else {
        words.join("-")
    }
}

/// A JSON array, one record a line, written as it grows.
struct Records {
    file: BufWriter<File>,
    empty: bool,
}

impl Records {
    fn create(path: &Path) -> Result<Self> {
        let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
        file.write_all(b"[")?;
        Ok(Self { file, empty: true })
    }

    fn write(&mut self, record: &Record) -> Result<()> {
        self.file
            .write_all(if self.empty { b"\n" } else { b",\n" })?;
        self.empty = false;
        Ok(serde_json::to_writer(&mut self.file, record)?)
    }

    fn finish(mut self) -> Result<()> {
        self.file.write_all(b"\n]\n")?;
        Ok(self.file.flush()?)
    }
}

/// splitmix64 (Steele, Lea & Flood 2014): small, quick, the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        let count = u64::try_from(count).expect("a count fits in 64 bits");
        usize::try_from(self.next() % count).expect("smaller than a count")
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    fn several(&mut self, count: usize, choices: &[String]) -> Vec<String> {
        (0..count).map(|_| self.pick(choices).clone()).collect()
    }

    /// The year as it is; three in a hundred lie before or after the years of the starter collection.
    fn year(&mut self, year: u64) -> u64 {
        match self.below(200) {
            0..=2 => 2000 + self.next() % 8,
            3..=5 => 2015 + self.next() % 10,
            _ => year,
        }
    }
}

fn set(record: &mut Record, field: &str, value: impl Into<Value>) {
    record.insert(field.to_owned(), value.into());
}

/// Copies fields; one that the source lacks is taken away.
fn copy(from: &Record, to: &mut Record, fields: &[&str]) {
    for &field in fields {
        match from.get(field) {
            Some(value) => set(to, field, value.clone()),
            None => drop(to.remove(field)),
        }
    }
}

fn text<'a>(record: &'a Record, field: &str) -> &'a str {
    record
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn list(record: &Record, field: &str) -> Vec<Value> {
    record
        .get(field)
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default()
}

fn texts(record: &Record, field: &str) -> Vec<String> {
    list(record, field)
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn year(study: &Record) -> u64 {
    study
        .get("year")
        .and_then(Value::as_u64)
        .unwrap_or_default()
}

fn has(record: &Record, field: &str) -> bool {
    record.get(field).is_some_and(|value| !value.is_null())
}

fn is_person(author: &Value) -> bool {
    author["given"]
        .as_str()
        .is_some_and(|given| !given.is_empty())
}

fn sentences(text: &str) -> Vec<&str> {
    text.split_inclusive(". ")
        .map(str::trim_end)
        .filter(|sentence| !sentence.is_empty())
        .collect()
}

/// A paragraph of an intervention without `[@slug]`.
fn without_citations(paragraph: &str) -> String {
    let mut rest = paragraph;
    let mut kept = String::new();
    while let Some((before, citation)) = rest.split_once("[@") {
        kept.push_str(before.trim_end());
        rest = citation.split_once(']').map_or("", |(_, after)| after);
    }
    kept + rest
}
