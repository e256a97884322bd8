//! What a harvester asks, and what is wrong with it.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

/// What an argument may be used with: required, optional or exclusive.
const ARGUMENTS: [(&str, &[&str], &[&str]); 6] = [
    ("Identify", &[], &[]),
    ("ListMetadataFormats", &[], &["identifier"]),
    ("ListSets", &[], &[TOKEN]),
    (
        "ListIdentifiers",
        &["metadataPrefix"],
        &["from", "until", "set", TOKEN],
    ),
    (
        "ListRecords",
        &["metadataPrefix"],
        &["from", "until", "set", TOKEN],
    ),
    ("GetRecord", &["identifier", "metadataPrefix"], &[]),
];
const TOKEN: &str = "resumptionToken";

/// A condition of the protocol, with its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub code: &'static str,
    pub message: String,
}

/// A fault of this code.
pub fn fault(code: &'static str, message: impl Into<String>) -> Fault {
    Fault {
        code,
        message: message.into(),
    }
}

/// The formats of metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    DublinCore,
    Mods,
}

impl Prefix {
    pub const ALL: [Self; 2] = [Self::DublinCore, Self::Mods];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DublinCore => "oai_dc",
            Self::Mods => "mods",
        }
    }

    #[must_use]
    pub fn schema(self) -> &'static str {
        match self {
            Self::DublinCore => "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
            Self::Mods => "http://www.loc.gov/standards/mods/v3/mods-3-7.xsd",
        }
    }

    #[must_use]
    pub fn namespace(self) -> &'static str {
        match self {
            Self::DublinCore => "http://www.openarchives.org/OAI/2.0/oai_dc/",
            Self::Mods => "http://www.loc.gov/mods/v3",
        }
    }

    pub fn parse(name: &str) -> Result<Self, Fault> {
        let known = Self::ALL.into_iter().find(|prefix| prefix.name() == name);
        known.ok_or_else(|| {
            fault(
                "cannotDisseminateFormat",
                format!("“{name}” is none of the formats of this repository"),
            )
        })
    }
}

/// Which records a list is of, and where it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    pub prefix: Prefix,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment: the end of the second or day that was named.
    pub before: Option<Timestamp>,
    /// `theme:…` or `origin:…`
    pub set: Option<String>,
    /// The number of the last record that was given.
    pub after: i64,
    /// How many records have been given.
    pub given: usize,
    /// How many there were when the list began.
    pub total: usize,
}

/// A request that can be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verb {
    Identify,
    /// Of the record of this identifier, if one is named.
    ListMetadataFormats(Option<String>),
    ListSets,
    ListIdentifiers(Selection),
    ListRecords(Selection),
    GetRecord(String, Prefix),
}

/// Arguments as they were sent.
pub type Arguments = Vec<(String, String)>;

/// Reads arguments. A fault of verb or arguments as such is told apart: the answer then repeats
/// none of them.
pub fn read(arguments: &Arguments) -> Result<Verb, Fault> {
    let value = |name: &str| {
        let mut values = arguments.iter().filter(|(key, _)| key == name);
        values.next().map(|(_, value)| value.clone())
    };
    let verbs = arguments.iter().filter(|(key, _)| key == "verb").count();
    let verb = value("verb").ok_or_else(|| fault("badVerb", "The argument “verb” is missing"))?;
    let known = ARGUMENTS.iter().find(|(name, _, _)| *name == verb);
    let Some((verb, required, optional)) = known.filter(|_| verbs == 1) else {
        return Err(fault("badVerb", "“verb” is none of the six verbs, once"));
    };
    for (place, (key, _)) in arguments.iter().enumerate() {
        let is_known =
            key == "verb" || required.contains(&key.as_str()) || optional.contains(&key.as_str());
        if !is_known {
            return Err(fault("badArgument", format!("{verb} takes no “{key}”")));
        }
        if arguments[..place].iter().any(|(other, _)| other == key) {
            return Err(fault("badArgument", format!("“{key}” is there twice")));
        }
    }
    if let Some(token) = value(TOKEN) {
        if arguments.len() > 2 {
            return Err(fault(
                "badArgument",
                "A resumptionToken stands alone: it says all the rest",
            ));
        }
        let bad = || fault("badResumptionToken", "This token is none of ours");
        if *verb == "ListSets" {
            return Err(bad());
        }
        let selection = Selection::resume(&token).ok_or_else(bad)?;
        return Ok(match *verb {
            "ListIdentifiers" => Verb::ListIdentifiers(selection),
            _ => Verb::ListRecords(selection),
        });
    }
    if let Some(missing) = required.iter().find(|name| value(name).is_none()) {
        return Err(fault("badArgument", format!("{verb} needs “{missing}”")));
    }
    let text = |name: &str| value(name).unwrap_or_default();
    Ok(match *verb {
        "Identify" => Verb::Identify,
        "ListMetadataFormats" => Verb::ListMetadataFormats(value("identifier")),
        "ListSets" => Verb::ListSets,
        "GetRecord" => Verb::GetRecord(text("identifier"), Prefix::parse(&text("metadataPrefix"))?),
        verb => {
            let selection = selection(
                &text("metadataPrefix"),
                value("from").as_deref(),
                value("until").as_deref(),
                value("set"),
            )?;
            if verb == "ListIdentifiers" {
                Verb::ListIdentifiers(selection)
            } else {
                Verb::ListRecords(selection)
            }
        }
    })
}

fn selection(
    prefix: &str,
    from: Option<&str>,
    until: Option<&str>,
    set: Option<String>,
) -> Result<Selection, Fault> {
    let read = |name: &str, given: Option<&str>| match given {
        None => Ok(None),
        Some(text) => Moment::read(text).map(Some).ok_or_else(|| {
            fault(
                "badArgument",
                format!("“{name}” is no date like 2026-03-01 or 2026-03-01T12:00:00Z"),
            )
        }),
    };
    let (from, until) = (read("from", from)?, read("until", until)?);
    if let (Some(from), Some(until)) = (&from, &until) {
        if from.is_day != until.is_day {
            return Err(fault(
                "badArgument",
                "“from” and “until” are not of the same granularity",
            ));
        }
        if from.start >= until.end {
            return Err(fault("badArgument", "“from” is later than “until”"));
        }
    }
    Ok(Selection {
        prefix: Prefix::parse(prefix)?,
        from: from.map(|moment| moment.start),
        before: until.map(|moment| moment.end),
        set,
        after: 0,
        given: 0,
        total: 0,
    })
}

/// A second or a day, with its first moment and the first after it.
struct Moment {
    start: Timestamp,
    end: Timestamp,
    is_day: bool,
}

impl Moment {
    fn read(text: &str) -> Option<Self> {
        let is_day = text.len() == "2026-03-01".len();
        let start: Timestamp = if is_day {
            let day: Date = text.parse().ok()?;
            format!("{day}T00:00:00Z").parse().ok()?
        } else {
            // Nothing but the one form of the protocol.
            if text.len() != "2026-03-01T12:00:00Z".len() || !text.ends_with('Z') {
                return None;
            }
            text.parse().ok()?
        };
        let length = if is_day { 24.hours() } else { 1.second() };
        Some(Self {
            start,
            end: start.checked_add(length).ok()?,
            is_day,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(query: &str) -> String {
        let pairs = form_urlencoded::parse(query.as_bytes());
        match read(&pairs.into_owned().collect()) {
            Ok(verb) => format!("{verb:?}"),
            Err(fault) => fault.code.to_owned(),
        }
    }

    #[test]
    fn every_fault_has_its_code() {
        for (query, expected) in [
            ("", "badVerb"),
            ("verb=Nonsense", "badVerb"),
            ("verb=Identify&verb=Identify", "badVerb"),
            ("verb=Identify&x=1", "badArgument"),
            ("verb=ListRecords", "badArgument"),
            ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
            (
                "verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=mods",
                "badArgument",
            ),
            (
                "verb=ListRecords&metadataPrefix=x",
                "cannotDisseminateFormat",
            ),
            (
                "verb=ListRecords&metadataPrefix=mods&from=yesterday",
                "badArgument",
            ),
            (
                "verb=ListRecords&metadataPrefix=mods&from=2026-13-01",
                "badArgument",
            ),
            (
                "verb=ListRecords&metadataPrefix=mods&from=2026-01-02&until=2026-01-01",
                "badArgument",
            ),
            (
                "verb=ListRecords&metadataPrefix=mods&from=2026-01-01&until=2026-01-02T00:00:00Z",
                "badArgument",
            ),
            ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
            ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
            (
                "verb=ListRecords&resumptionToken=x&metadataPrefix=mods",
                "badArgument",
            ),
        ] {
            assert_eq!(code(query), expected, "{query}");
        }
    }

    #[test]
    fn from_and_until_are_inclusive() {
        let pairs = "verb=ListRecords&metadataPrefix=mods&from=2026-01-01&until=2026-01-01";
        let pairs = form_urlencoded::parse(pairs.as_bytes())
            .into_owned()
            .collect();
        let Ok(Verb::ListRecords(selection)) = read(&pairs) else {
            panic!("a list of records");
        };
        assert_eq!(selection.from.unwrap().to_string(), "2026-01-01T00:00:00Z");
        assert_eq!(
            selection.before.unwrap().to_string(),
            "2026-01-02T00:00:00Z"
        );
    }
}
