//! Tables: CSV (RFC 4180) with commas, semicolons or tabs, as spreadsheets, Zotero, Covidence,
//! Scopus and Web of Science export them. Which column holds what is a mapping, guessed from the
//! headings and corrected by a curator.

mod column;

use super::collector::Collector;
use super::{Read, Reference, kinds, names, text, values};

pub use column::Column;

/// What each column of a table holds, from left to right.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Mapping(pub Vec<Column>);

impl Mapping {
    /// Whether references can come of it: a title or a DOI.
    #[must_use]
    pub fn is_useful(&self) -> bool {
        self.0.contains(&Column::Title) || self.0.contains(&Column::Doi)
    }
}

/// What the title of the template's example begins with; rows that begin so are no references.
const EXAMPLE: &str = "EXAMPLE ROW, please delete:";

/// A table to fill in: the headings and one row that shows how.
pub const TEMPLATE: &str = "\
Title,Authors,Year,Publication type,Journal or book,Publisher,Volume,Issue,Pages,DOI,Address,Abstract,Keywords\r
\"EXAMPLE ROW, please delete: An example study\",\"Example, Ann; Sample, Bob\",2011,journal-article,Journal of Examples,,12,3,7-26,10.1000/example,https://example.org/study,What the study did and found.,reading; families\r
";

/// The headings of a table: the cells of its first row.
#[must_use]
pub fn headings(text: &str) -> Vec<String> {
    let (mut rows, _) = reader(text);
    let first = rows.records().next().and_then(Result::ok);
    let cells = first.iter().flat_map(::csv::StringRecord::iter);
    cells.map(text::clean).collect()
}

/// The first rows below the headings, for someone who has to say what the columns hold.
#[must_use]
pub fn samples(text: &str, count: usize) -> Vec<Vec<String>> {
    let (mut rows, _) = reader(text);
    let rows = rows.records().filter_map(Result::ok).skip(1).take(count);
    rows.map(|row| row.iter().map(text::clean).collect())
        .collect()
}

/// What the columns hold, by the common names of their headings. Of several that could hold the
/// same, the one with the better name does.
#[must_use]
pub fn guess(headings: &[String]) -> Mapping {
    let letters = |heading: &String| {
        let letters = heading
            .chars()
            .filter(|character| character.is_alphabetic());
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    let headings: Vec<String> = headings.iter().map(letters).collect();
    let mut mapping = vec![Column::Ignore; headings.len()];
    for column in Column::ALL {
        let place = |name: &&str| headings.iter().position(|heading| heading == name);
        if let Some(place) = column.names().iter().find_map(place) {
            mapping[place] = column;
        }
    }
    Mapping(mapping)
}

/// Reads a table whose first row has the headings.
#[must_use]
pub fn read(text: &str, mapping: &Mapping) -> Read {
    let mut collector = Collector::default();
    if !mapping.is_useful() {
        collector.broken(
            1,
            "no column holds the title or the DOI: say which one does",
        );
        return collector.finish();
    }
    let (mut rows, lines_before) = reader(text);
    let mut row = ::csv::StringRecord::new();
    let mut is_heading = true;
    loop {
        let outcome = rows.read_record(&mut row);
        let line = row.position().map_or(0, ::csv::Position::line);
        let line = lines_before + usize::try_from(line).unwrap_or(0);
        match outcome {
            Ok(false) => return collector.finish(),
            Ok(true) if is_heading || row.iter().all(|cell| cell.trim().is_empty()) => {}
            Ok(true) => add(&row, mapping, line, &mut collector),
            Err(error) => collector.broken(line, format!("the row cannot be read: {error}")),
        }
        is_heading = false;
    }
}

fn add(row: &::csv::StringRecord, mapping: &Mapping, line: usize, collector: &mut Collector) {
    let cells = Cells { row, mapping };
    let title = cells.first(Column::Title).unwrap_or_default();
    if title.starts_with(EXAMPLE) {
        collector.broken(line, "it is the example of the template and was left out");
        return;
    }
    let mut remarks = Vec::new();
    if row.len() > mapping.0.len() {
        remarks.push(format!(
            "the row has {} cells, but there are {} headings: a separator within a text may need quotation marks",
            row.len(),
            mapping.0.len()
        ));
    }
    let kind = cells.first(Column::Kind);
    let date = cells.first(Column::Year).unwrap_or_default();
    let reference = Reference {
        title,
        authors: cells.all(Column::Authors).flat_map(names::cell).collect(),
        year: values::year(&date, &mut remarks),
        kind: kind.as_deref().and_then(kinds::of_words),
        container_title: cells.first(Column::Container),
        publisher: cells.first(Column::Publisher),
        volume: cells.first(Column::Volume),
        issue: cells.first(Column::Issue),
        pages: cells.first(Column::Pages),
        doi: cells.first(Column::Doi),
        url: cells.first(Column::Url),
        abstract_text: cells.first(Column::Abstract),
        keywords: cells
            .all(Column::Keywords)
            .flat_map(values::keyword_list)
            .collect(),
        ..Reference::default()
    };
    if let (Some(kind), None) = (&kind, reference.kind) {
        remarks.push(format!(
            "the type “{}” is none of ours: choose one",
            text::excerpt(kind)
        ));
    }
    collector.found(line, reference, remarks);
}

/// A row under its mapping.
struct Cells<'r> {
    row: &'r ::csv::StringRecord,
    mapping: &'r Mapping,
}

impl<'r> Cells<'r> {
    fn all(&self, column: Column) -> impl Iterator<Item = &'r str> {
        let cells = self.row.iter().zip(&self.mapping.0);
        cells.filter_map(move |(cell, mapped)| {
            (*mapped == column)
                .then(|| unquoted(cell))
                .filter(|cell| !cell.is_empty())
        })
    }

    fn first(&self, column: Column) -> Option<String> {
        self.all(column).next().map(str::to_owned)
    }
}

/// A cell without the apostrophe that keeps spreadsheets from taking it for a formula.
fn unquoted(cell: &str) -> &str {
    let cell = cell.trim();
    let text = cell.strip_prefix('\'').unwrap_or(cell);
    if text.starts_with(['=', '+', '-', '@']) {
        text
    } else {
        cell
    }
}

/// The rows of a table, and how many lines go before them.
fn reader(text: &str) -> (::csv::Reader<&[u8]>, usize) {
    let text = text.trim_start_matches('\u{feff}');
    let (delimiter, text, lines_before) = match separator_line(text) {
        Some((delimiter, rest)) => (delimiter, rest, 1),
        None => (delimiter(text), text, 0),
    };
    let mut rows = ::csv::ReaderBuilder::new();
    rows.delimiter(delimiter).has_headers(false).flexible(true);
    (rows.from_reader(text.as_bytes()), lines_before)
}

/// Excel's first line `sep=;`.
fn separator_line(text: &str) -> Option<(u8, &str)> {
    let (line, rest) = text.strip_prefix("sep=")?.split_once('\n')?;
    match line.trim_end_matches('\r').as_bytes() {
        [delimiter @ (b',' | b';' | b'\t')] => Some((*delimiter, rest)),
        _ => None,
    }
}

/// The delimiter that occurs most in the first row, outside quotation marks.
fn delimiter(text: &str) -> u8 {
    let mut is_quoted = false;
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => break,
            _ if is_quoted => {}
            _ => {
                for (delimiter, count) in &mut counts {
                    *count += usize::from(*delimiter == byte);
                }
            }
        }
    }
    let [comma, semicolon, tab] = counts;
    let more = if semicolon.1 > comma.1 {
        semicolon
    } else {
        comma
    };
    if tab.1 > more.1 { tab.0 } else { more.0 }
}

#[cfg(test)]
mod tests;
