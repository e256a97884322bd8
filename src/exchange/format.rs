//! The formats in which records and lists can be had: what each is called in addresses, how it is
//! labelled, and what it is to HTTP.

use axum::http::{HeaderMap, header};

use crate::records::record::Kind;

/// A format beside the page itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Ris,
    BibTex,
    CslJson,
    Csv,
    Json,
    JsonLd,
    Esea,
    Markdown,
    Text,
    Linkset,
    Atom,
}

impl Format {
    /// What one study can be had as.
    pub const OF_STUDY: [Self; 9] = [
        Self::Ris,
        Self::BibTex,
        Self::CslJson,
        Self::Json,
        Self::JsonLd,
        Self::Esea,
        Self::Markdown,
        Self::Text,
        Self::Linkset,
    ];

    /// What a reference can be had as.
    pub const OF_REFERENCE: [Self; 3] = [Self::Ris, Self::BibTex, Self::CslJson];

    /// What one record of a kind can be had as.
    #[must_use]
    pub fn of_record(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Study => &Self::OF_STUDY,
            Kind::Intervention | Kind::Theme => &Self::OF_REFERENCE,
            Kind::Question | Kind::Page => &[],
        }
    }

    /// What a list of a kind can be had as, whatever its length.
    #[must_use]
    pub fn of_list(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Study => &[
                Self::Ris,
                Self::BibTex,
                Self::CslJson,
                Self::Csv,
                Self::Json,
                Self::JsonLd,
                Self::Esea,
            ],
            Kind::Intervention => &[
                Self::Ris,
                Self::BibTex,
                Self::CslJson,
                Self::Csv,
                Self::Json,
            ],
            Kind::Theme | Kind::Question | Kind::Page => &[],
        }
    }

    /// What follows the point in an address.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Ris => "ris",
            Self::BibTex => "bib",
            Self::CslJson => "csl.json",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::JsonLd => "jsonld",
            Self::Esea => "esea.jsonld",
            Self::Markdown => "md",
            Self::Text => "txt",
            Self::Linkset => "linkset.json",
            Self::Atom => "atom",
        }
    }

    /// The media type without parameters.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        let (media_type, _) = self.content_type().split_once(';').unwrap_or_default();
        if media_type.is_empty() {
            self.content_type()
        } else {
            media_type
        }
    }

    /// The value of `Content-Type`.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Ris => "application/x-research-info-systems; charset=utf-8",
            Self::BibTex => "application/x-bibtex; charset=utf-8",
            Self::CslJson => "application/vnd.citationstyles.csl+json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
            Self::JsonLd => "application/ld+json",
            Self::Esea => "application/ld+json; profile=\"https://vocab.evidence-repository.org/\"",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
            Self::Linkset => "application/linkset+json",
            Self::Atom => "application/atom+xml; charset=utf-8",
        }
    }

    /// What tells it apart from another format of the same media type.
    #[must_use]
    pub fn profile(self) -> Option<&'static str> {
        (self == Self::Esea).then_some("https://vocab.evidence-repository.org/")
    }

    /// What a link to it is called.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Ris => "RIS",
            Self::BibTex => "BibTeX",
            Self::CslJson => "CSL-JSON",
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::JsonLd => "JSON-LD",
            Self::Esea => "JSON-LD (ESEA)",
            Self::Markdown => "Markdown",
            Self::Text => "Plain text",
            Self::Linkset => "Linkset",
            Self::Atom => "Atom",
        }
    }

    /// Whether a browser should keep the file instead of showing it.
    #[must_use]
    pub fn is_download(self) -> bool {
        match self {
            Self::Ris | Self::BibTex | Self::CslJson | Self::Csv => true,
            Self::Json
            | Self::JsonLd
            | Self::Esea
            | Self::Markdown
            | Self::Text
            | Self::Linkset
            | Self::Atom => false,
        }
    }

    /// The one that a request prefers to the page, by `Accept` (RFC 9110, section 12.5.1). Whoever
    /// accepts anything gets the page.
    #[must_use]
    pub fn preferred(among: &[Self], headers: &HeaderMap) -> Option<Self> {
        let mut best: Option<(f32, usize, Option<Self>)> = None;
        let accept = headers.get_all(header::ACCEPT).iter();
        let ranges = accept.flat_map(|value| value.to_str().unwrap_or_default().split(','));
        for (place, range) in ranges.enumerate() {
            let parts: Vec<&str> = range.split(';').map(str::trim).collect();
            let media_type = parts[0].to_ascii_lowercase();
            let profile = parts
                .iter()
                .find_map(|parameter| parameter.strip_prefix("profile="))
                .map(|profile| profile.trim_matches('"'));
            let weight = parts
                .iter()
                .find_map(|parameter| parameter.strip_prefix("q="))
                .map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
            let format = match media_type.as_str() {
                "text/html" | "application/xhtml+xml" | "*/*" | "text/*" => None,
                media_type => {
                    let known = among.iter().find(|format| {
                        format.media_type() == media_type
                            && (profile.is_none() || profile == format.profile())
                    });
                    match known {
                        Some(format) => Some(*format),
                        None => continue,
                    }
                }
            };
            let is_better = best.is_none_or(|(highest, _, _)| weight > highest);
            if weight > 0.0 && is_better {
                best = Some((weight, place, format));
            }
        }
        best.and_then(|(_, _, format)| format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferred(accept: &str) -> Option<Format> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        Format::preferred(&Format::OF_STUDY, &headers)
    }

    #[test]
    fn a_browser_gets_the_page() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert_eq!(preferred(browser), None);
        assert_eq!(preferred("*/*"), None);
        assert_eq!(preferred("image/png"), None);
        assert_eq!(
            Format::preferred(&Format::OF_STUDY, &HeaderMap::new()),
            None
        );
    }

    #[test]
    fn the_heaviest_known_type_wins_and_the_first_of_equals() {
        let ris = Some(Format::Ris);
        assert_eq!(preferred("application/x-research-info-systems"), ris);
        assert_eq!(
            preferred("text/html;q=0.5, application/x-research-info-systems;q=0.9"),
            ris
        );
        assert_eq!(preferred("application/x-bibtex;q=0, text/html"), None);
        let esea = "application/ld+json; profile=\"https://vocab.evidence-repository.org/\"";
        assert_eq!(preferred(esea), Some(Format::Esea));
        assert_eq!(preferred("application/ld+json; profile=x"), None);
        assert_eq!(
            preferred("application/unknown, application/ld+json, application/json"),
            Some(Format::JsonLd)
        );
    }
}
