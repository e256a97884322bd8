//! What is compared of a reference, and what a comparison says.

use std::fmt::Display;

use super::Certainty;
use super::title::{self, Likeness, Title, letter_faults};
use crate::studies::identifiers::{doi_key, find_doi};
use crate::web::words;

/// Later than this a work of the same name is seldom the same work.
const NEAR_YEARS: u16 = 1;

#[derive(Debug)]
pub struct Reference {
    /// As it compares.
    pub doi: Option<String>,
    pub title: Title,
    year: Option<i16>,
    author: Author,
}

/// How two authors or two years compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Agreement {
    Same,
    Near,
    Unknown,
    Different,
}

/// Why two references may be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub certainty: Certainty,
    /// More points are better, within one certainty.
    pub points: i8,
    same_doi: bool,
    title: Option<Likeness>,
    author: Agreement,
    year: Agreement,
    other_dois: bool,
}

impl Reference {
    #[must_use]
    pub fn new(doi: Option<&str>, title: &str, year: Option<i16>, first_author: &str) -> Self {
        Self {
            doi: doi.and_then(find_doi).map(|doi| doi_key(&doi)),
            title: Title::of(title),
            year,
            author: Author::of(first_author),
        }
    }

    /// The author's letters beside the title's: a key for titles that many works have.
    #[must_use]
    pub fn title_and_author(&self) -> String {
        format!("{}/{}", self.title.letters, self.author.letters)
    }

    /// Whether two references may be the same work; `None` when nothing speaks for it.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Verdict> {
        let dois = self.doi.as_ref().zip(other.doi.as_ref());
        let same_doi = dois.is_some_and(|(one, other)| one == other);
        let title = self.title.likeness(&other.title);
        if title.is_none() && !same_doi {
            return None;
        }
        let mut verdict = Verdict {
            certainty: Certainty::Certain,
            points: 0,
            same_doi,
            title,
            author: self.author.agreement(&other.author),
            year: years(self.year, other.year),
            other_dois: dois.is_some() && !same_doi,
        };
        verdict.points = verdict.count();
        if !same_doi {
            let short = self.title.is_short() || other.title.is_short();
            verdict.certainty = verdict.without_doi(title?, short)?;
        }
        Some(verdict)
    }

    /// The verdict in words.
    #[must_use]
    pub fn reason(&self, other: &Self, verdict: &Verdict) -> String {
        if verdict.same_doi {
            return match verdict.title {
                Some(_) => "the same DOI".to_owned(),
                None => "the same DOI, though the titles differ".to_owned(),
            };
        }
        let (mut reasons, mut same, mut others) = (Vec::new(), Vec::new(), Vec::new());
        match verdict.title {
            Some(Likeness::Same) => same.push("title"),
            Some(nearly) => reasons.push(title_in_words(nearly)),
            None => {}
        }
        let (one, two) = (&self.author.shown, &other.author.shown);
        match verdict.author {
            Agreement::Same => same.push("first author"),
            Agreement::Near | Agreement::Different => others.push(both("first authors", one, two)),
            Agreement::Unknown => {}
        }
        match (verdict.year, self.year, other.year) {
            (Agreement::Same, ..) => same.push("year"),
            (_, Some(one), Some(two)) => others.push(both("years", one.min(two), one.max(two))),
            _ => {}
        }
        if !same.is_empty() {
            reasons.push(format!("the same {}", words::list(&same, "and")));
        }
        reasons.append(&mut others);
        if verdict.other_dois {
            reasons.push("but two DOIs".to_owned());
        }
        reasons.join(", ")
    }
}

impl Verdict {
    /// What title, author and year say together. A title counts most; what contradicts it weighs
    /// as much as what supports it.
    fn count(&self) -> i8 {
        let title = match self.title {
            Some(Likeness::Same) => 4,
            Some(Likeness::WithoutSubtitle | Likeness::Letters(_)) => 3,
            None => 0,
        };
        let author = match self.author {
            Agreement::Same => 2,
            Agreement::Near => 1,
            Agreement::Unknown => 0,
            Agreement::Different => -2,
        };
        let year = match self.year {
            Agreement::Same => 2,
            Agreement::Near => 1,
            Agreement::Unknown => 0,
            Agreement::Different => -2,
        };
        title + author + year
    }

    fn without_doi(&self, title: Likeness, short: bool) -> Option<Certainty> {
        let known = matches!(self.author, Agreement::Same | Agreement::Near)
            && matches!(self.year, Agreement::Same | Agreement::Near);
        let whole = !matches!(title, Likeness::Letters(_));
        if short && !(known && whole) {
            return None;
        }
        // An article and its working paper have a DOI each.
        let doubtful = short || self.other_dois;
        match self.points {
            6.. if !doubtful => Some(Certainty::Likely),
            6.. => Some(Certainty::Possible),
            4..6 if !doubtful => Some(Certainty::Possible),
            _ => None,
        }
    }
}

fn title_in_words(title: Likeness) -> String {
    match title {
        Likeness::Same => "the same title".to_owned(),
        Likeness::WithoutSubtitle => "the same title, once without its subtitle".to_owned(),
        Likeness::Letters(n) => {
            let letters = words::count(n, "letter", "letters");
            format!("a title that differs in {letters}")
        }
    }
}

fn both(what: &str, one: impl Display, two: impl Display) -> String {
    format!("{what} {one} and {two}")
}

fn years(one: Option<i16>, other: Option<i16>) -> Agreement {
    match one.zip(other) {
        None => Agreement::Unknown,
        Some((one, other)) if one == other => Agreement::Same,
        Some((one, other)) if one.abs_diff(other) <= NEAR_YEARS => Agreement::Near,
        Some(_) => Agreement::Different,
    }
}

#[derive(Debug)]
struct Author {
    shown: String,
    words: Vec<String>,
    letters: String,
}

impl Author {
    fn of(name: &str) -> Self {
        let family = name.split(',').next().unwrap_or_default().trim();
        let words = title::words(family);
        Self {
            shown: family.to_owned(),
            letters: words.concat(),
            words,
        }
    }

    /// Near are "Smith" and "Smyth", "Berg" and "van den Berg", "Fox" and "Fox A.".
    fn agreement(&self, other: &Self) -> Agreement {
        let (one, two) = (&self.words, &other.words);
        let part =
            |whole: &[String], part: &[String]| whole.starts_with(part) || whole.ends_with(part);
        let most = match self.letters.len().min(other.letters.len()) {
            0..4 => 0,
            4..9 => 1,
            _ => 2,
        };
        if one.is_empty() || two.is_empty() {
            Agreement::Unknown
        } else if self.letters == other.letters {
            Agreement::Same
        } else if part(one, two)
            || part(two, one)
            || letter_faults(&self.letters, &other.letters, most).is_some()
        {
            Agreement::Near
        } else {
            Agreement::Different
        }
    }
}
