//! Slugs: the part of a permanent address that names a record or a term.

use std::fmt;

use deunicode::deunicode;
use serde::{Deserialize, Serialize};

/// Lower-case ASCII words and digits joined by single hyphens, at most [`Slug::MAX`] characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Slug(Box<str>);

impl Slug {
    pub const MAX: usize = 120;

    /// The slug as it stands; `None` when the text is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() <= Self::MAX
            && text.split('-').all(|word| {
                !word.is_empty()
                    && word
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            });
        well_formed.then(|| Self(text.into()))
    }

    /// The slug nearest to any text: `Social, Emotional` becomes `social-emotional`.
    /// `None` when nothing of the text can stand in a slug.
    #[must_use]
    pub fn nearest(text: &str) -> Option<Self> {
        let mut slug = String::new();
        for character in deunicode(text).chars() {
            if character.is_ascii_alphanumeric() {
                slug.push(character.to_ascii_lowercase());
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
            if slug.len() >= Self::MAX {
                break;
            }
        }
        Self::parse(slug.trim_end_matches('-'))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for Slug {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Slug {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a slug"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_of_the_original_site_is_nearest_to_its_theme() {
        let slug = Slug::nearest("social,-emotional,-behavioural-support").unwrap();
        assert_eq!(slug.as_str(), "social-emotional-behavioural-support");
    }

    #[test]
    fn accents_fold_and_signs_vanish() {
        assert_eq!(
            Slug::nearest("Sénéchal & Young (2008)!").unwrap().as_str(),
            "senechal-young-2008"
        );
        assert_eq!(Slug::nearest("  …!?"), None);
    }

    #[test]
    fn only_well_formed_slugs_parse() {
        for bad in [
            "",
            "-",
            "a--b",
            "-a",
            "a-",
            "A",
            "a b",
            "a_b",
            "é",
            &"a".repeat(121),
        ] {
            assert_eq!(Slug::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_the_nearest_slug_is_a_slug(text in ".{0,300}") {
            if let Some(slug) = Slug::nearest(&text) {
                prop_assert_eq!(Slug::parse(slug.as_str()), Some(slug));
            }
        }
    }
}
