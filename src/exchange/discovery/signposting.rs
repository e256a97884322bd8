//! Where machines find what belongs to a study's page: typed links in the header and, all together,
//! as a linkset (<https://signposting.org/FAIR/>, RFC 8288, RFC 9264). `cite-as` names our own
//! address: the page is a record about a work that is held elsewhere, whose DOI is only `related`.

use serde_json::{Value, json};

use crate::exchange::edition::{Edition, LICENCE};
use crate::exchange::format::Format;
use crate::exchange::linked::schema_org;
use crate::records::record::{Kind, Published};
use crate::studies::study::Study;

/// A link from a study's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedLink {
    pub relation: &'static str,
    pub target: String,
    pub media_type: Option<&'static str>,
    /// What tells it apart from others of its media type.
    pub profile: Option<&'static str>,
}

fn link(relation: &'static str, target: String) -> TypedLink {
    TypedLink {
        relation,
        target,
        media_type: None,
        profile: None,
    }
}

/// The links of a study.
#[must_use]
pub fn links(edition: &Edition, published: &Published<Study>) -> Vec<TypedLink> {
    let address = edition.address(Kind::Study, &published.slug);
    let mut links = vec![
        link("cite-as", address.clone()),
        link("type", "https://schema.org/AboutPage".to_owned()),
        link("type", schema_org::type_address(&published.body)),
        link("author", edition.absolute("/about")),
        link("license", LICENCE.to_owned()),
        link("collection", edition.absolute("/data")),
    ];
    for format in Format::OF_STUDY {
        links.push(TypedLink {
            relation: match format {
                Format::Linkset => "linkset",
                Format::Json => "item",
                _ => "describedby",
            },
            target: format!("{address}.{}", format.extension()),
            media_type: Some(format.media_type()),
            profile: format.profile(),
        });
    }
    if let Some(original) = published.body.original() {
        links.push(link("related", original));
    }
    links
}

/// The value of the `Link` header.
#[must_use]
pub fn header(links: &[TypedLink]) -> String {
    let links = links.iter().map(|link| {
        let target: String = link.target.chars().map(in_header).collect();
        let media_type = link
            .media_type
            .map(|media_type| format!("; type=\"{media_type}\""))
            .unwrap_or_default();
        let profile = link
            .profile
            .map(|profile| format!("; profile=\"{profile}\""))
            .unwrap_or_default();
        format!("<{target}>; rel=\"{}\"{media_type}{profile}", link.relation)
    });
    links.collect::<Vec<_>>().join(", ")
}

/// Addresses from outside may hold what a header must not.
fn in_header(character: char) -> String {
    if character.is_ascii_graphic() && !matches!(character, '<' | '>' | '"' | '\\') {
        return character.to_string();
    }
    let mut encoded = String::new();
    for byte in character.to_string().bytes() {
        encoded.push_str(&format!("%{byte:02X}"));
    }
    encoded
}

/// The same links as a document.
#[must_use]
pub fn linkset(edition: &Edition, published: &Published<Study>) -> Value {
    let mut set = json!({"anchor": edition.address(Kind::Study, &published.slug)});
    for link in links(edition, published) {
        if link.relation == "linkset" {
            continue;
        }
        let mut target = json!({"href": link.target});
        if let Some(media_type) = link.media_type {
            target["type"] = json!(media_type);
        }
        if let Some(profile) = link.profile {
            target["profile"] = json!([profile]);
        }
        match set[link.relation].as_array_mut() {
            Some(targets) => targets.push(target),
            None => set[link.relation] = json!([target]),
        }
    }
    json!({"linkset": [set]})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_cannot_break_out_of_the_header() {
        let links = [link("related", "https://x.org/a>b\",\r\n é".to_owned())];
        assert_eq!(
            header(&links),
            "<https://x.org/a%3Eb%22,%0D%0A%20%C3%A9>; rel=\"related\""
        );
    }
}
