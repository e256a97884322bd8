//! Records as rows of tables, for spreadsheets and statistics. Several values stand in one cell,
//! with semicolons between them; a cell never looks like a formula.

use crate::exchange::records::intervention::InterventionOut;
use crate::exchange::records::study::{AuthorOut, StudyOut};
use crate::exchange::records::terms::{CodedTerm, CodedTerms, CountryOut, RecordLink};

/// A column: its name, what it holds, and how it is filled.
pub struct Column<T> {
    pub name: &'static str,
    /// For the data dictionary.
    pub meaning: &'static str,
    /// The type of its values, as Frictionless table schemas have it.
    pub kind: &'static str,
    cell: fn(&T) -> String,
}

impl<T> Column<T> {
    /// For the tables below and those of snapshots, through `columns!`.
    pub const fn new(
        name: &'static str,
        kind: &'static str,
        meaning: &'static str,
        cell: fn(&T) -> String,
    ) -> Self {
        Self {
            name,
            meaning,
            kind,
            cell,
        }
    }
}

/// The columns of a table: name, type and meaning of each, and how it is filled.
macro_rules! columns {
    ($record:ty: $($name:literal, $kind:literal, $meaning:literal => $cell:expr;)+) => {
        &[$($crate::exchange::table::Column::<$record>::new($name, $kind, $meaning, $cell)),+]
    };
}
pub(super) use columns;

/// The columns of a table of studies.
pub const STUDIES: &[Column<StudyOut>] = columns! { StudyOut:
    "slug", "string", "Names the study; its permanent address ends with it" => |study| study.slug.clone();
    "url", "string", "The permanent address of the record" => |study| study.url.clone();
    "version", "integer", "The number of the published text" => |study| study.version.to_string();
    "updated", "string", "When that text was published, RFC 3339, UTC" => |study| study.updated.clone();
    "title", "string", "Title of the work" => |study| study.title.clone();
    "authors", "string", "“Family, Given” of people, the name of bodies" => |study| authors(&study.authors);
    "year", "integer", "Year of publication" => |study| or_nothing(study.year.as_ref());
    "publication_type", "string", "Term of the vocabulary publication-type" => |study| of_term(&study.publication_type);
    "container_title", "string", "Journal, book, conference or series" => |study| or_nothing(study.container_title.as_ref());
    "publisher", "string", "Publisher, institution or university" => |study| or_nothing(study.publisher.as_ref());
    "volume", "string", "Volume" => |study| or_nothing(study.volume.as_ref());
    "issue", "string", "Issue of a journal, number of a report" => |study| or_nothing(study.issue.as_ref());
    "pages", "string", "Pages" => |study| or_nothing(study.pages.as_ref());
    "doi", "string", "DOI, without a resolver" => |study| or_nothing(study.doi.as_ref());
    "original_url", "string", "Where the work itself is" => |study| or_nothing(study.original_url.as_ref());
    "open_access", "boolean", "Whether it is free to read; empty where nobody has looked" => |study| or_nothing(study.open_access.as_ref());
    "origin", "string", "uk or international" => |study| study.origin.slug.clone();
    "countries", "string", "ISO 3166-1 codes; empty for a review across countries" => |study| countries(&study.countries);
    "uk_nations", "string", "Nations of the UK" => |study| study.uk_nations.join("; ");
    "design", "string", "Term of the vocabulary design" => |study| of_term(&study.design);
    "stages", "string", "Terms of the vocabulary stage" => |study| of_terms(&study.stages);
    "sample_size", "integer", "People, unless the description says otherwise" => |study| or_nothing(study.sample_size.as_ref());
    "sample_description", "string", "Who took part" => |study| study.sample_description.clone();
    "disadvantage_focus", "string", "Terms of the vocabulary disadvantage-focus" => |study| of_terms(&study.disadvantage_focus);
    "outcomes", "string", "Terms of the vocabulary outcome" => |study| of_terms(&study.outcomes);
    "themes", "string", "Slugs of themes" => |study| slugs(&study.themes);
    "interventions", "string", "Slugs of interventions" => |study| slugs(&study.interventions);
    "summary", "string", "In plain English, in our words" => |study| study.summary.clone();
    "key_findings", "string", "What the study found" => |study| study.key_findings.join("; ");
    "implications_for_practice", "string", "The editors’ reading, not the authors’ words" => |study| study.implications_for_practice.join("; ");
    "effects", "integer", "How many effects are recorded as numbers" => |study| study.effects.len().to_string();
    "verified", "string", "How far the record was checked: full-text, abstract or bibliographic" => |study| study.verification.level.slug.clone();
    "sources", "string", "What it was checked against" => |study| study.verification.sources.join("; ");
    "notices", "string", "Retractions, corrections and the like" => notices;
};

/// The columns of a table of interventions.
pub const INTERVENTIONS: &[Column<InterventionOut>] = columns! { InterventionOut:
    "slug", "string", "Names the intervention; its permanent address ends with it" => |own| own.slug.clone();
    "url", "string", "The permanent address of the record" => |own| own.url.clone();
    "version", "integer", "The number of the published text" => |own| own.version.to_string();
    "updated", "string", "When that text was published, RFC 3339, UTC" => |own| own.updated.clone();
    "name", "string", "Name" => |own| own.name.clone();
    "summary", "string", "What it is, in a sentence or two" => |own| own.summary.clone();
    "description", "string", "Markdown; [@slug] cites a study" => |own| own.description.clone();
    "how_it_works", "string", "Steps" => |own| own.how_it_works.join("; ");
    "who_delivers", "string", "Who delivers it" => |own| own.who_delivers.clone();
    "setting", "string", "Terms of the vocabulary setting" => |own| of_terms(&own.setting);
    "stages", "string", "Terms of the vocabulary stage" => |own| of_terms(&own.stages);
    "duration", "string", "How long it takes" => |own| own.duration.clone();
    "cost", "string", "Term of the vocabulary cost" => |own| of_term(&own.cost);
    "cost_note", "string", "What the cost depends on" => |own| own.cost_note.clone();
    "disadvantage_focus", "string", "Terms of the vocabulary disadvantage-focus" => |own| of_terms(&own.disadvantage_focus);
    "outcomes", "string", "Terms of the vocabulary outcome" => |own| of_terms(&own.outcomes);
    "themes", "string", "Slugs of themes" => |own| slugs(&own.themes);
    "available_in_uk", "boolean", "Empty where it is not known" => |own| or_nothing(own.available_in_uk.as_ref());
    "implementation_tips", "string", "The editors’ reading, not the authors’ words" => |own| own.implementation_tips.join("; ");
    "website", "string", "Website of the programme" => |own| or_nothing(own.website.as_ref());
    "studies", "string", "Slugs of the studies about it" => |own| slugs(&own.studies);
    "countries", "string", "ISO 3166-1 codes of the countries of these studies" => |own| countries(&own.countries);
    "years", "string", "Years of publication of these studies" => |own| own.years.iter().map(i16::to_string).collect::<Vec<_>>().join("; ");
};

/// The first row.
pub fn head<T>(columns: &[Column<T>]) -> Vec<u8> {
    row(columns.iter().map(|column| column.name.to_owned()))
}

/// The row of a record.
pub fn line<T>(columns: &[Column<T>], record: &T) -> Vec<u8> {
    row(columns.iter().map(|column| (column.cell)(record)))
}

/// A row of any cells, ending with its line.
fn row(cells: impl Iterator<Item = String>) -> Vec<u8> {
    let mut csv = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    // Memory takes whatever is written to it.
    let _ = csv.write_record(cells.map(|cell| harmless(&cell)));
    csv.into_inner().unwrap_or_default()
}

/// A cell that no spreadsheet takes for a formula.
#[must_use]
pub fn harmless(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    // A negative number is nothing but a number.
    if is_formula && cell.parse::<f64>().is_err() {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A value in words; an empty cell where there is none.
pub fn or_nothing(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn authors(authors: &[AuthorOut]) -> String {
    let names: Vec<_> = authors.iter().map(AuthorOut::inverted).collect();
    names.join("; ")
}

fn countries(countries: &[CountryOut]) -> String {
    let codes: Vec<_> = countries
        .iter()
        .map(|country| country.code.as_str())
        .collect();
    codes.join("; ")
}

fn slugs(links: &[RecordLink]) -> String {
    let slugs: Vec<_> = links.iter().map(|link| link.slug.as_str()).collect();
    slugs.join("; ")
}

/// The term, or the state of a field without one.
fn of_term(coded: &CodedTerm) -> String {
    let term = coded.term.as_ref();
    term.map_or(coded.status.slug(), |term| &term.slug)
        .to_owned()
}

fn of_terms(coded: &CodedTerms) -> String {
    if coded.terms.is_empty() {
        return coded.status.slug().to_owned();
    }
    let slugs: Vec<_> = coded.terms.iter().map(|term| term.slug.as_str()).collect();
    slugs.join("; ")
}

fn notices(study: &StudyOut) -> String {
    let said: Vec<_> = study
        .notices
        .iter()
        .map(|notice| notice.said.as_str())
        .collect();
    said.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for bad in ["=1+1", "+cmd", "-x", "@x", "\t=1", "\r=1"] {
            assert_eq!(harmless(bad), format!("'{bad}"));
        }
        assert_eq!(harmless("a=1"), "a=1");
        assert_eq!(harmless("-0.14"), "-0.14");
    }

    #[test]
    fn a_row_ends_as_the_standard_has_it() {
        let row = row(["a, b", "", "\"c\""].map(str::to_owned).into_iter());
        assert_eq!(row, b"\"a, b\",,\"\"\"c\"\"\"\r\n");
    }
}
