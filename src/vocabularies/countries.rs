//! Countries by their ISO 3166-1 alpha-2 codes, under the names that people here use.

use std::fmt;

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
}
