//! What an answer of OAI-PMH holds, written as its schema wants it
//! (<https://www.openarchives.org/OAI/openarchivesprotocol.html>).

use crate::exchange::edition::{Edition, KEEPER};
use crate::exchange::oai::request::Prefix;
use crate::exchange::oai::{dublin_core, mods};
use crate::exchange::records::study::StudyOut;
use crate::exchange::xml::Xml;

/// What stands between the request and the end.
pub enum Body {
    Identify(Identity),
    Formats,
    Sets(Vec<(String, String)>),
    Record(Box<Given>),
    List {
        verb: &'static str,
        records: Vec<Given>,
        /// The token with the whole number of records and those before this page; empty where the
        /// list ends here.
        token: Option<(String, usize, usize)>,
    },
}

pub struct Identity {
    pub name: String,
    pub base: String,
    pub mail: String,
    pub earliest: String,
    pub sample: String,
    pub host: String,
}

/// A record as it is given away.
pub struct Given {
    pub identifier: String,
    pub datestamp: String,
    pub sets: Vec<String>,
    /// None of a withdrawn study.
    pub metadata: Option<(Prefix, Edition, StudyOut)>,
    pub is_withdrawn: bool,
}

impl Body {
    pub fn write(&self, xml: &mut Xml) {
        match self {
            Self::Identify(identity) => identity.write(xml),
            Self::Formats => {
                xml.open("ListMetadataFormats", &[]);
                for prefix in Prefix::ALL {
                    xml.open("metadataFormat", &[]);
                    xml.element("metadataPrefix", &[], prefix.name());
                    xml.element("schema", &[], prefix.schema());
                    xml.element("metadataNamespace", &[], prefix.namespace());
                    xml.close("metadataFormat");
                }
                xml.close("ListMetadataFormats");
            }
            Self::Sets(sets) => {
                xml.open("ListSets", &[]);
                for (spec, name) in sets {
                    xml.open("set", &[]);
                    xml.element("setSpec", &[], spec);
                    xml.element("setName", &[], name);
                    xml.close("set");
                }
                xml.close("ListSets");
            }
            Self::Record(given) => {
                xml.open("GetRecord", &[]);
                given.write(xml);
                xml.close("GetRecord");
            }
            Self::List {
                verb,
                records,
                token,
            } => {
                xml.open(verb, &[]);
                for given in records {
                    if *verb == "ListIdentifiers" {
                        given.head(xml);
                    } else {
                        given.write(xml);
                    }
                }
                if let Some((token, total, cursor)) = token {
                    let (total, cursor) = (total.to_string(), cursor.to_string());
                    let attributes = [
                        ("completeListSize", total.as_str()),
                        ("cursor", cursor.as_str()),
                    ];
                    xml.element("resumptionToken", &attributes, token);
                }
                xml.close(verb);
            }
        }
    }
}

impl Given {
    fn head(&self, xml: &mut Xml) {
        if self.is_withdrawn {
            xml.open("header", &[("status", "deleted")]);
        } else {
            xml.open("header", &[]);
        }
        xml.element("identifier", &[], &self.identifier);
        xml.element("datestamp", &[], &self.datestamp);
        for set in &self.sets {
            xml.element("setSpec", &[], set);
        }
        xml.close("header");
    }

    fn write(&self, xml: &mut Xml) {
        xml.open("record", &[]);
        self.head(xml);
        if let Some((prefix, edition, study)) = &self.metadata {
            xml.open("metadata", &[]);
            match prefix {
                Prefix::DublinCore => dublin_core::write(xml, edition, study),
                Prefix::Mods => mods::write(xml, edition, study),
            }
            xml.close("metadata");
        }
        xml.close("record");
    }
}

impl Identity {
    fn write(&self, xml: &mut Xml) {
        xml.open("Identify", &[]);
        xml.element("repositoryName", &[], &self.name);
        xml.element("baseURL", &[], &self.base);
        xml.element("protocolVersion", &[], "2.0");
        xml.element("adminEmail", &[], &self.mail);
        xml.element("earliestDatestamp", &[], &self.earliest);
        xml.element("deletedRecord", &[], "persistent");
        xml.element("granularity", &[], "YYYY-MM-DDThh:mm:ssZ");
        xml.open("description", &[]);
        let namespace = "http://www.openarchives.org/OAI/2.0/oai-identifier";
        let location =
            format!("{namespace} http://www.openarchives.org/OAI/2.0/oai-identifier.xsd");
        xml.open(
            "oai-identifier",
            &[
                ("xmlns", namespace),
                ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
                ("xsi:schemaLocation", &location),
            ],
        );
        xml.element("scheme", &[], "oai");
        xml.element("repositoryIdentifier", &[], &self.host);
        xml.element("delimiter", &[], ":");
        xml.element("sampleIdentifier", &[], &self.sample);
        xml.close("oai-identifier");
        xml.close("description");
        xml.open("description", &[]);
        let dc = "http://www.openarchives.org/OAI/2.0/oai_dc/";
        xml.open(
            "oai_dc:dc",
            &[
                ("xmlns:oai_dc", dc),
                ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
            ],
        );
        xml.element("dc:title", &[], &self.name);
        xml.element("dc:publisher", &[], KEEPER);
        xml.close("oai_dc:dc");
        xml.close("description");
        xml.close("Identify");
    }
}
