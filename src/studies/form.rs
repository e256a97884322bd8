//! A study as a form, in the order in which one reads a paper.

use askama::Template;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;

use crate::effects::form::{self as effects, EffectFields};
use crate::effects::metric::Metric;
use crate::effects::paper::Given;
use crate::people::access::Curator;
use crate::records::admin::edit::Editing;
use crate::records::coding::Coding;
use crate::records::form::{Missing, RecordForm, items, links, optional};
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::search::catalogue::Catalogue;
use crate::studies::authors::{self, Reading};
use crate::studies::bibliography::Author;
use crate::studies::identifiers;
use crate::studies::study::{Level, Study, UkNation, Verification};
use crate::studies::{checks, quotes};
use crate::vocabularies::countries::Country;
use crate::vocabularies::ticked::{self, in_order_of};
use crate::vocabularies::vocabulary::{Vocabularies, Vocabulary};
use crate::web::form::{FieldErrors, Typed, whole};
use crate::web::layout::Layout;
use crate::web::page::Page;

/// More people than live.
const MOST_PEOPLE: u64 = 10_000_000_000;
/// Years of four digits; whether one is plausible is for publishing to say.
const YEARS: std::ops::RangeInclusive<i16> = 1000..=9999;

#[derive(Template)]
#[template(path = "studies/edit.html")]
struct EditPage {
    // The frame takes these two; the rest stands in `editing`.
    layout: Layout,
    curator: Curator,
    editing: Editing,
    /// The authors as they are read.
    authors: Vec<Author>,
    year_question: Option<String>,
    effects: Vec<EffectFields>,
}

impl RecordForm for Study {
    const PICKERS: &'static [(&'static str, Kind)] = &[
        ("themes", Kind::Theme),
        ("interventions", Kind::Intervention),
    ];

    fn blank() -> Self {
        Self {
            title: String::new(),
            authors: Vec::new(),
            year: 0,
            publication_type: Coding::NotReported,
            container_title: None,
            publisher: None,
            volume: None,
            issue: None,
            pages: None,
            doi: None,
            url: None,
            open_access: None,
            countries: Vec::new(),
            uk_nations: Vec::new(),
            study_design: Coding::NotReported,
            stages: Coding::NotReported,
            sample_size: None,
            sample_description: String::new(),
            disadvantage_focus: Coding::NotReported,
            outcomes: Coding::NotReported,
            themes: Vec::new(),
            interventions: Vec::new(),
            summary: String::new(),
            key_findings: Vec::new(),
            implications_for_practice: Vec::new(),
            effects: Vec::new(),
            quotes: Vec::new(),
            verified: Verification {
                level: Level::Bibliographic,
                sources: Vec::new(),
            },
            editor_note: None,
        }
    }

    fn title(&self) -> &str {
        &self.title
    }

    /// "altschul-2011", as the studies of the starter collection are called.
    fn proposed_slug(&self) -> Option<Slug> {
        match (self.authors.first(), self.year) {
            (None, _) => Slug::nearest(&self.title),
            (Some(first), 0) => Slug::nearest(first.family()),
            (Some(first), year) => {
                const ROOM: usize = 80;
                let family: String = first.family().chars().take(ROOM).collect();
                Slug::nearest(&format!("{family} {year}"))
            }
        }
    }

    fn typed(&self) -> Typed {
        let mut typed = Typed::default();
        self.type_bibliography(&mut typed);
        ticked::type_term(&mut typed, "study_design", &self.study_design);
        ticked::type_terms(&mut typed, "stages", &self.stages);
        typed.push("countries", &said_countries(&self.countries));
        typed.push_all(
            "uk_nations",
            self.uk_nations.iter().map(|nation| nation.name()),
        );
        typed.push(
            "sample_size",
            &self
                .sample_size
                .map(|size| size.to_string())
                .unwrap_or_default(),
        );
        typed.push("sample_description", &self.sample_description);
        ticked::type_terms(&mut typed, "disadvantage_focus", &self.disadvantage_focus);
        ticked::type_terms(&mut typed, "outcomes", &self.outcomes);
        quotes::type_quotes(&mut typed, &self.quotes);
        typed.push("summary", &self.summary);
        typed.push("key_findings", &lines(&self.key_findings));
        effects::type_effects(&mut typed, &self.effects);
        typed.push(
            "implications_for_practice",
            &lines(&self.implications_for_practice),
        );
        typed.push_all("themes", self.themes.iter().map(Slug::as_str));
        typed.push_all("interventions", self.interventions.iter().map(Slug::as_str));
        typed.push("level", self.verified.level.slug());
        typed.push("sources", &lines(&self.verified.sources));
        typed.push(
            "editor_note",
            self.editor_note.as_deref().unwrap_or_default(),
        );
        typed
    }

    fn parse(typed: &Typed, base: &Self, known: &Vocabularies, errors: &mut FieldErrors) -> Self {
        Parsing {
            typed,
            base,
            known,
            errors,
        }
        .study()
    }

    fn missing(&self, catalogue: &Catalogue, today: Date) -> Vec<Missing> {
        checks::missing(self, catalogue, today.year())
    }

    fn press(typed: &mut Typed, button: &str, errors: &mut FieldErrors) {
        effects::press(typed, button, errors);
    }

    fn form(editing: Editing) -> Response {
        let year = editing.typed.text("year").parse().unwrap_or_default();
        Page(EditPage {
            layout: editing.layout.clone(),
            curator: editing.curator.clone(),
            authors: Reading::of(editing.typed.raw("authors")).authors,
            year_question: checks::year_question(year, editing.today.year()),
            effects: EffectFields::of(&editing.typed, &editing.errors),
            editing,
        })
        .into_response()
    }
}

/// Items one a line. A line end within an item, from an import, becomes a blank.
fn lines(items: &[String]) -> String {
    let items: Vec<_> = items.iter().map(|item| item.replace('\n', " ")).collect();
    items.join("\n")
}

/// Countries by name; those whose name has a comma by code.
fn said_countries(countries: &[Country]) -> String {
    let said = |country: &Country| match country.name() {
        name if name.contains(',') => country.code().to_owned(),
        name => name.to_owned(),
    };
    countries.iter().map(said).collect::<Vec<_>>().join(", ")
}

impl Study {
    fn type_bibliography(&self, typed: &mut Typed) {
        typed.push("title", &self.title);
        typed.push("authors", &authors::lines(&self.authors));
        if self.year != 0 {
            typed.push("year", &self.year.to_string());
        }
        ticked::type_term(typed, "publication_type", &self.publication_type);
        for (name, text) in [
            ("container_title", &self.container_title),
            ("publisher", &self.publisher),
            ("volume", &self.volume),
            ("issue", &self.issue),
            ("pages", &self.pages),
            ("doi", &self.doi),
            ("url", &self.url),
        ] {
            typed.push(name, text.as_deref().unwrap_or_default());
        }
        match self.open_access {
            Some(true) => typed.push("open_access", "yes"),
            Some(false) => typed.push("open_access", "no"),
            None => {}
        }
    }
}

struct Parsing<'a> {
    typed: &'a Typed,
    base: &'a Study,
    known: &'a Vocabularies,
    errors: &'a mut FieldErrors,
}

impl Parsing<'_> {
    // The order is that of the form, and so is that of the errors.
    fn study(mut self) -> Study {
        let title = self
            .errors
            .required("title", self.typed, "Enter the title")
            .replace(['\n', '\t'], " ");
        let (authors, year) = (self.authors(), self.year());
        let publication_type = self.term("publication_type", Vocabulary::PublicationType);
        let (doi, url, open_access) = (self.doi(), self.url(), self.open_access());
        let study_design = self.term("study_design", Vocabulary::Design);
        let stages = self.terms("stages", Vocabulary::Stage, &self.base.stages);
        let countries = self.countries();
        let uk_nations = self.uk_nations(&countries);
        let sample_size = self.sample_size();
        let disadvantage_focus = self.terms(
            "disadvantage_focus",
            Vocabulary::DisadvantageFocus,
            &self.base.disadvantage_focus,
        );
        let outcomes = self.terms("outcomes", Vocabulary::Outcome, &self.base.outcomes);
        let effects = effects::parse(self.typed, self.known, self.errors);
        let level = match self.typed.text("level") {
            "" => Some(Level::Bibliographic),
            word => Level::parse(word),
        };
        let message = "Choose against what the record was checked";
        let level = self.errors.check("level", level, message);
        let line = |name: &str| optional(self.typed, name).map(|text| text.replace('\n', " "));
        Study {
            title,
            authors,
            year,
            publication_type,
            container_title: line("container_title"),
            publisher: line("publisher"),
            volume: line("volume"),
            issue: line("issue"),
            pages: line("pages"),
            doi,
            url,
            open_access,
            countries,
            uk_nations,
            study_design,
            stages,
            sample_size,
            sample_description: self.typed.text("sample_description").to_owned(),
            disadvantage_focus,
            outcomes,
            themes: links(self.typed, "themes"),
            interventions: links(self.typed, "interventions"),
            summary: self.typed.text("summary").to_owned(),
            key_findings: items(self.typed, "key_findings"),
            implications_for_practice: items(self.typed, "implications_for_practice"),
            effects,
            quotes: in_order_of(&self.base.quotes, quotes::read(self.typed)),
            verified: Verification {
                level: level.unwrap_or(Level::Bibliographic),
                sources: items(self.typed, "sources"),
            },
            editor_note: optional(self.typed, "editor_note"),
        }
    }

    fn term(&mut self, name: &str, vocabulary: Vocabulary) -> Coding<Slug> {
        ticked::term(self.typed, name, vocabulary, self.known, self.errors)
    }

    fn terms(
        &mut self,
        name: &str,
        vocabulary: Vocabulary,
        base: &Coding<Vec<Slug>>,
    ) -> Coding<Vec<Slug>> {
        ticked::terms(self.typed, name, vocabulary, base, self.known, self.errors)
    }

    fn authors(&mut self) -> Vec<Author> {
        const FAULTS_SHOWN: usize = 5;
        let Reading { authors, faults } = Reading::of(self.typed.raw("authors"));
        if let Some(more) = faults
            .len()
            .checked_sub(FAULTS_SHOWN)
            .filter(|more| *more > 0)
        {
            let faults = faults[..FAULTS_SHOWN].join(". ");
            self.errors
                .add("authors", format!("{faults}. And {more} more like these"));
        } else if !faults.is_empty() {
            self.errors.add("authors", faults.join(". "));
        }
        authors
    }

    fn year(&mut self) -> i16 {
        let year = match self.typed.text("year") {
            "" => Some(0),
            text => text.parse().ok().filter(|year| YEARS.contains(year)),
        };
        let message = "Enter the year as four digits, like 2019";
        self.errors.check("year", year, message).unwrap_or_default()
    }

    fn doi(&mut self) -> Option<String> {
        let pasted = self.typed.filled("doi")?;
        let message = "Enter the DOI like 10.1000/182, or paste its address";
        self.errors.check("doi", identifiers::doi(pasted), message)
    }

    fn url(&mut self) -> Option<String> {
        let url = optional(self.typed, "url")?;
        let message = "Enter a web address that begins with https:// or http://";
        self.errors
            .check("url", identifiers::web_address(&url), message)
    }

    fn open_access(&mut self) -> Option<bool> {
        match self.typed.text("open_access") {
            "" => None,
            "yes" => Some(true),
            "no" => Some(false),
            _ => {
                let message = "Choose whether the full text is free to read";
                self.errors.add("open_access", message);
                None
            }
        }
    }

    fn countries(&mut self) -> Vec<Country> {
        const SHOWN: usize = 5;
        let (mut countries, mut unknown) = (Vec::new(), Vec::new());
        let words = self
            .typed
            .raw("countries")
            .split(['\n', ',', ';'])
            .map(str::trim);
        for word in words.filter(|word| !word.is_empty()) {
            match Country::named(word) {
                Some(country) if countries.contains(&country) => {}
                Some(country) => countries.push(country),
                None if unknown.len() < SHOWN => unknown.push(word),
                None => {}
            }
        }
        if let Some(nation) = unknown.iter().find_map(|word| UkNation::parse(word)) {
            let name = nation.name();
            let message = format!("Write United Kingdom and tick {name} below, in place of {name}");
            self.errors.add("countries", message);
        } else if !unknown.is_empty() {
            let unknown: Vec<String> = unknown
                .iter()
                .map(|word| format!("“{}”", word.chars().take(60).collect::<String>()))
                .collect();
            let message = format!(
                "We know no country {}: use its English name or its two-letter code",
                crate::web::words::list(&unknown, "or")
            );
            self.errors.add("countries", message);
        }
        countries
    }

    fn uk_nations(&mut self, countries: &[Country]) -> Vec<UkNation> {
        let ticked = self.typed.all("uk_nations").filter_map(UkNation::parse);
        let mut nations: Vec<UkNation> = Vec::new();
        for nation in ticked {
            if !nations.contains(&nation) {
                nations.push(nation);
            }
        }
        if !nations.is_empty() && !countries.contains(&Country::UK) {
            let message = "Add United Kingdom to the countries, or untick its nations";
            self.errors.add("uk_nations", message);
        }
        in_order_of(&self.base.uk_nations, nations)
    }

    fn sample_size(&mut self) -> Option<u64> {
        let text = self.typed.filled("sample_size")?;
        let size = whole(text).filter(|size| *size <= MOST_PEOPLE);
        let message = "Enter the sample size as a whole number, like 1,240";
        self.errors.check("sample_size", size, message)
    }
}

#[cfg(test)]
mod tests;
