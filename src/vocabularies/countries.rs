//! Countries by their ISO 3166-1 alpha-2 codes, under the names that people here use.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use deunicode::deunicode;
use serde::{Deserialize, Serialize};

/// An ISO 3166-1 alpha-2 code, upper case. `GB` stands for any nation of the United Kingdom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country([u8; 2]);

impl Country {
    pub const UK: Self = Self(*b"GB");

    /// The country of a code in either case; `None` when ISO 3166-1 has no such code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let upper = code.to_ascii_uppercase();
        rust_iso3166::from_alpha2(&upper)?;
        <[u8; 2]>::try_from(upper.as_bytes()).ok().map(Self)
    }

    /// The country of a code, or of a name as people write it: "UK", "the Netherlands", "Turkey".
    #[must_use]
    pub fn named(words: &str) -> Option<Self> {
        static NAMES: LazyLock<HashMap<String, Country>> = LazyLock::new(names);
        Self::parse(words.trim()).or_else(|| NAMES.get(&plain(words)).copied())
    }

    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The name in running text. The standard's formal names ("United States of America (the)")
    /// are not how readers know the countries that this field studies most.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match &self.0 {
            b"GB" => "United Kingdom",
            b"US" => "United States",
            b"KR" => "South Korea",
            b"KP" => "North Korea",
            b"RU" => "Russia",
            b"IR" => "Iran",
            b"TW" => "Taiwan",
            b"TZ" => "Tanzania",
            b"VN" => "Vietnam",
            b"LA" => "Laos",
            b"MD" => "Moldova",
            b"BO" => "Bolivia",
            b"VE" => "Venezuela",
            b"SY" => "Syria",
            b"PS" => "Palestine",
            b"CZ" => "Czechia",
            b"TR" => "Türkiye",
            b"NL" => "Netherlands",
            b"HK" => "Hong Kong",
            _ => rust_iso3166::from_alpha2(self.code()).map_or("", |country| country.name),
        }
    }
}

/// Names that neither the standard nor this site uses, and people do.
const ALSO: [(&str, &str); 18] = [
    ("UK", "GB"),
    ("Great Britain", "GB"),
    ("Britain", "GB"),
    ("USA", "US"),
    ("United States of America", "US"),
    ("America", "US"),
    ("Korea", "KR"),
    ("Republic of Korea", "KR"),
    ("Republic of Ireland", "IE"),
    ("Turkey", "TR"),
    ("Czech Republic", "CZ"),
    ("Holland", "NL"),
    ("Swaziland", "SZ"),
    ("Ivory Coast", "CI"),
    ("Cape Verde", "CV"),
    ("Burma", "MM"),
    ("Macedonia", "MK"),
    ("Democratic Republic of the Congo", "CD"),
];

/// Every country by its plain names.
fn names() -> HashMap<String, Country> {
    let mut names = HashMap::new();
    for code in rust_iso3166::ALL_ALPHA2 {
        let Some(country) = Country::parse(code) else {
            continue;
        };
        names.insert(plain(country.name()), country);
        if let Some(formal) = rust_iso3166::from_alpha2(code) {
            names.entry(plain(formal.name)).or_insert(country);
        }
    }
    for (name, code) in ALSO {
        if let Some(country) = Country::parse(code) {
            names.entry(plain(name)).or_insert(country);
        }
    }
    names
}

/// A name without case, accents, signs and articles: "Netherlands (the)" is "netherlands".
fn plain(name: &str) -> String {
    let folded = deunicode(name).to_lowercase();
    let words = folded
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty() && *word != "the");
    // Dots within abbreviations ("U.S.A.") leave single letters, which belong together.
    let mut joined = String::new();
    let mut was_letter = false;
    for word in words {
        let is_letter = word.len() == 1;
        let is_abbreviation = was_letter && is_letter;
        if !joined.is_empty() && !is_abbreviation {
            joined.push(' ');
        }
        joined.push_str(word);
        was_letter = is_letter;
    }
    joined
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Country {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom("not an ISO 3166-1 code"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_checked_and_names_are_plain() {
        assert_eq!(Country::parse("gb"), Some(Country::UK));
        assert_eq!(Country::parse("US").unwrap().name(), "United States");
        assert_eq!(Country::parse("IE").unwrap().name(), "Ireland");
        for bad in ["", "G", "XX", "GBR", "éa", "👪"] {
            assert_eq!(Country::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_country_is_known_by_its_code_and_its_name() {
        for code in rust_iso3166::ALL_ALPHA2 {
            let country = Country::parse(code).unwrap();
            assert_eq!(Country::named(code), Some(country));
            assert_eq!(Country::named(country.name()), Some(country), "{country}");
        }
    }

    #[test]
    fn names_are_read_as_people_write_them() {
        for (words, code) in [
            ("uk", "GB"),
            (" United States ", "US"),
            ("U.S.A.", "US"),
            ("the Netherlands", "NL"),
            ("turkiye", "TR"),
            ("Turkey", "TR"),
            ("Viet Nam", "VN"),
            ("Côte d'Ivoire", "CI"),
            ("Hong Kong", "HK"),
        ] {
            assert_eq!(Country::named(words), Country::parse(code), "{words}");
        }
        for unknown in ["", "the", "England", "Narnia", "👪"] {
            assert_eq!(Country::named(unknown), None, "{unknown}");
        }
    }
}
