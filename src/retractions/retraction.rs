//! A notice about a study, and how it reads.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::records::admin::edit;
use crate::records::record::Kind;
use crate::studies::identifiers::doi_address;
use crate::web::words;

/// What a notice does to a study.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Nature {
    Retraction,
    ExpressionOfConcern,
    Correction,
    /// Takes a retraction back.
    Reinstatement,
}

impl Nature {
    pub const ALL: [Self; 4] = [
        Self::Retraction,
        Self::ExpressionOfConcern,
        Self::Correction,
        Self::Reinstatement,
    ];

    /// The word in SQL and in files of notices.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retraction => "Retraction",
            Self::ExpressionOfConcern => "Expression of concern",
            Self::Correction => "Correction",
            Self::Reinstatement => "Reinstatement",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|nature| nature.as_str().eq_ignore_ascii_case(word.trim()))
    }

    /// Whether readers had better not rely on the study.
    #[must_use]
    pub fn is_grave(self) -> bool {
        matches!(self, Self::Retraction | Self::ExpressionOfConcern)
    }

    /// What the link to the notice is called.
    #[must_use]
    pub fn notice(self) -> &'static str {
        match self {
            Self::Retraction => "Retraction notice",
            Self::ExpressionOfConcern => "Expression of concern",
            Self::Correction => "Correction notice",
            Self::Reinstatement => "Notice of the reinstatement",
        }
    }
}

/// A notice about a study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub nature: Nature,
    pub date: Option<Date>,
    pub reason: String,
    pub doi: Option<String>,
}

impl Notice {
    /// "This study was retracted on 31 January 2011."
    #[must_use]
    pub fn sentence(&self) -> String {
        let date = self
            .date
            .map(|date| format!(" on {}", words::long_date(date)))
            .unwrap_or_default();
        match self.nature {
            Nature::Retraction => format!("This study was retracted{date}."),
            Nature::ExpressionOfConcern => {
                format!("The journal expressed concern about this study{date}.")
            }
            Nature::Correction => format!("This study was corrected{date}."),
            Nature::Reinstatement => {
                format!("This study was reinstated{date}, after it had been retracted.")
            }
        }
    }

    /// The date as it is stored; empty when it is not known.
    #[must_use]
    pub fn stored_date(&self) -> String {
        self.date.map(|date| date.to_string()).unwrap_or_default()
    }

    /// Where the notice can be read.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        self.doi.as_deref().map(doi_address)
    }
}

/// What an editor says of a notice that a file brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nobody has decided yet.
    Found,
    /// Readers are told.
    Confirmed,
    /// It is about something else, or of no weight.
    Dismissed,
}

impl Status {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Confirmed => "confirmed",
            Self::Dismissed => "dismissed",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Found, Self::Confirmed, Self::Dismissed]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}

/// A notice with the study that it is about, for curators.
#[derive(Clone, Debug)]
pub struct Retraction {
    pub record: i64,
    pub title: String,
    /// Whether readers see the study.
    pub is_live: bool,
    /// The DOI of the study by which it was found.
    pub doi: String,
    pub notice: Notice,
    pub status: Status,
    /// Who decided, or brought the file.
    pub person_name: String,
    pub time: Timestamp,
}

impl Retraction {
    /// The study's form.
    #[must_use]
    pub fn path(&self) -> String {
        edit::path(Kind::Study, self.record)
    }
}

/// The confirmed notices by study.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retractions(HashMap<i64, Told>);

/// What readers are told of a study, and since when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    /// The gravest first.
    notices: Vec<Notice>,
    since: Timestamp,
}

impl Retractions {
    /// The notices about a study, the gravest first.
    #[must_use]
    pub fn of(&self, study: i64) -> &[Notice] {
        self.0
            .get(&study)
            .map_or(&[], |told| told.notices.as_slice())
    }

    /// When readers were last told something about a study.
    #[must_use]
    pub fn since(&self, study: i64) -> Option<Timestamp> {
        self.0.get(&study).map(|told| told.since)
    }

    /// Whether a study stands retracted: not if it was reinstated since.
    #[must_use]
    pub fn is_retracted(&self, study: i64) -> bool {
        let latest = |nature: Nature| {
            let notices = self.of(study).iter();
            notices
                .filter(|notice| notice.nature == nature)
                .map(|notice| notice.date)
                .max()
        };
        match (latest(Nature::Retraction), latest(Nature::Reinstatement)) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(retracted), Some(reinstated)) => retracted > reinstated,
        }
    }
}

impl FromIterator<(i64, Notice, Timestamp)> for Retractions {
    fn from_iter<I: IntoIterator<Item = (i64, Notice, Timestamp)>>(notices: I) -> Self {
        let mut by_study: HashMap<i64, Told> = HashMap::new();
        for (study, notice, time) in notices {
            let told = by_study.entry(study).or_default();
            told.notices.push(notice);
            told.since = told.since.max(time);
        }
        for told in by_study.values_mut() {
            told.notices
                .sort_by_key(|notice| (notice.nature, std::cmp::Reverse(notice.date)));
        }
        Self(by_study)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(nature: Nature, date: &str) -> Notice {
        Notice {
            nature,
            date: date.parse().ok(),
            reason: String::new(),
            doi: Some("10.1000/notice".to_owned()),
        }
    }

    #[test]
    fn a_reinstated_study_is_not_retracted_any_more() {
        let of = |notices: &[(Nature, &str)]| -> Retractions {
            let notices = notices.iter();
            notices
                .map(|(nature, date)| (1, notice(*nature, date), Timestamp::UNIX_EPOCH))
                .collect()
        };
        assert!(!of(&[]).is_retracted(1));
        assert!(!of(&[(Nature::Correction, "2011-01-31")]).is_retracted(1));
        assert!(of(&[(Nature::Retraction, "2011-01-31")]).is_retracted(1));
        assert!(of(&[(Nature::Retraction, "")]).is_retracted(1));
        let reinstated = of(&[
            (Nature::Reinstatement, "2012-01-01"),
            (Nature::Retraction, "2011-01-31"),
        ]);
        assert!(!reinstated.is_retracted(1) && !reinstated.is_retracted(2));
        assert_eq!(reinstated.of(1)[0].nature, Nature::Retraction);
    }

    #[test]
    fn a_notice_reads_as_a_sentence() {
        let retracted = notice(Nature::Retraction, "2011-01-31");
        assert_eq!(
            retracted.sentence(),
            "This study was retracted on 31 January 2011."
        );
        assert_eq!(
            retracted.address().as_deref(),
            Some("https://doi.org/10.1000/notice")
        );
        assert_eq!(
            notice(Nature::Retraction, "").sentence(),
            "This study was retracted."
        );
    }
}
