//! Which format a text is in, and the reader of each. Formats are told by what stands in a file;
//! names of files lie.

use super::{Read, bibtex, csl, csv, dois, endnote, nbib, ris};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Ris,
    BibTex,
    CslJson,
    Csv,
    Nbib,
    EndNoteXml,
    Dois,
}

impl Format {
    pub const ALL: [Self; 7] = [
        Self::Ris,
        Self::BibTex,
        Self::CslJson,
        Self::Csv,
        Self::Nbib,
        Self::EndNoteXml,
        Self::Dois,
    ];

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Ris => "RIS",
            Self::BibTex => "BibTeX",
            Self::CslJson => "CSL-JSON",
            Self::Csv => "CSV (a table)",
            Self::Nbib => "PubMed (nbib)",
            Self::EndNoteXml => "EndNote XML",
            Self::Dois => "A list of DOIs",
        }
    }

    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Ris => "ris",
            Self::BibTex => "bibtex",
            Self::CslJson => "csl-json",
            Self::Csv => "csv",
            Self::Nbib => "nbib",
            Self::EndNoteXml => "endnote-xml",
            Self::Dois => "dois",
        }
    }

    #[must_use]
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.slug() == slug)
    }
}

/// Reads a text. A table is read with the columns guessed from its headings; where a curator has
/// said what the columns are, call [`csv::read`].
#[must_use]
pub fn read(format: Format, text: &str) -> Read {
    match format {
        Format::Ris => ris::read(text),
        Format::BibTex => bibtex::read(text),
        Format::CslJson => csl::read(text),
        Format::Csv => csv::read(text, &csv::guess(&csv::headings(text))),
        Format::Nbib => nbib::read(text),
        Format::EndNoteXml => endnote::read(text),
        Format::Dois => dois::read(text),
    }
}

/// Lines that are looked at for a format's signs: exports may begin with pages of notices.
const LINES_LOOKED_AT: usize = 2_000;

/// The format of a text; `None` when it shows the signs of none.
#[must_use]
pub fn detect(text: &str) -> Option<Format> {
    let text = text
        .trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    if text.starts_with(['{', '[']) {
        return Some(Format::CslJson);
    }
    if text.starts_with('<') {
        let is_endnote = text.contains("<record>") || text.contains("<record ");
        return is_endnote.then_some(Format::EndNoteXml);
    }
    let headings = csv::headings(text);
    if csv::guess(&headings).is_useful() && headings.len() > 1 {
        return Some(Format::Csv);
    }
    let tagged = text.lines().take(LINES_LOOKED_AT).find_map(of_line);
    tagged
        .or_else(|| dois::has_any(text).then_some(Format::Dois))
        .or_else(|| (headings.len() > 1).then_some(Format::Csv))
}

fn of_line(line: &str) -> Option<Format> {
    let line = line.trim();
    if ris::begins_record(line) {
        Some(Format::Ris)
    } else if nbib::begins_record(line) {
        Some(Format::Nbib)
    } else {
        bibtex::begins_entry(line).then_some(Format::BibTex)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_tells_the_format() {
        for (text, format) in [
            ("\u{feff}\n TY - JOUR\nER  -", Some(Format::Ris)),
            (
                "Provider: Example\nDatabase: Sample\n\nTY  - JOUR\n",
                Some(Format::Ris),
            ),
            ("% notes\n@article{key,\n title={x}}", Some(Format::BibTex)),
            ("@string(a = \"x\")", Some(Format::BibTex)),
            (" [{\"title\":\"x\"}]", Some(Format::CslJson)),
            ("{\"items\":[]}", Some(Format::CslJson)),
            (
                "<?xml version=\"1.0\"?><xml><records><record>",
                Some(Format::EndNoteXml),
            ),
            ("<html><body>no</body></html>", None),
            ("PMID- 1\nTI  - An example.", Some(Format::Nbib)),
            (
                "Title;Authors;Year\nAn example;Example, A.;2011",
                Some(Format::Csv),
            ),
            (
                "\"Key\",\"Item Type\",\"Publication Year\",\"Author\",\"Title\"\n",
                Some(Format::Csv),
            ),
            (
                "Read https://doi.org/10.1000/ex.1, please.",
                Some(Format::Dois),
            ),
            ("What,Who\nAn example,Example", Some(Format::Csv)),
            ("Just a sentence.", None),
            ("", None),
        ] {
            assert_eq!(detect(text), format, "{text}");
        }
    }

    #[test]
    fn slugs_name_formats() {
        for format in Format::ALL {
            assert_eq!(Format::parse(format.slug()), Some(format));
        }
    }
}
