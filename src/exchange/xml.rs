//! Writing XML: everything escaped, and no character that XML does not allow.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesPI, BytesStart, BytesText, Event};

/// A document that is being written.
pub struct Xml(Writer<Vec<u8>>);

type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Xml {
    /// A document with its declaration, and a style sheet for people who open it in a browser.
    #[must_use]
    pub fn new(style_sheet: Option<&str>) -> Self {
        let mut xml = Self(Writer::new(Vec::new()));
        xml.write(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        if let Some(address) = style_sheet {
            let content = format!("xml-stylesheet type=\"text/xsl\" href=\"{address}\"");
            xml.write(Event::PI(BytesPI::new(content)));
        }
        xml
    }

    pub fn open(&mut self, name: &str, attributes: Attributes) {
        self.write(Event::Start(start(name, attributes)));
    }

    pub fn close(&mut self, name: &str) {
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// An element without content.
    pub fn empty(&mut self, name: &str, attributes: Attributes) {
        self.write(Event::Empty(start(name, attributes)));
    }

    /// An element with text.
    pub fn element(&mut self, name: &str, attributes: Attributes, text: &str) {
        self.open(name, attributes);
        self.write(Event::Text(BytesText::new(&allowed(text))));
        self.close(name);
    }

    /// An element with text, unless there is none.
    pub fn optional(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.element(name, &[], text);
        }
    }

    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.0.into_inner()
    }

    fn write(&mut self, event: Event) {
        self.0
            .write_event(event)
            .expect("a vector takes whatever is written to it");
    }
}

fn start<'a>(name: &'a str, attributes: Attributes) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, allowed(value).as_str()));
    }
    start
}

/// Text without the control characters that no XML document may hold, even escaped.
fn allowed(text: &str) -> String {
    let is_allowed = |character: &char| {
        !character.is_control() || matches!(character, '\t' | '\n' | '\r' | '\u{80}'..)
    };
    let plain = text.chars().filter(is_allowed);
    plain
        .filter(|character| !matches!(character, '\u{fffe}' | '\u{ffff}'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_escaped_and_nothing_is_forbidden() {
        let mut xml = Xml::new(Some("/style.xsl"));
        xml.open("a", &[("b", "\"<&\u{1}")]);
        xml.element("c", &[], "1 < 2 & \u{0}\u{ffff}é");
        xml.optional("d", "");
        xml.close("a");
        assert_eq!(
            String::from_utf8(xml.finish()).unwrap(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><?xml-stylesheet type=\"text/xsl\" href=\"/style.xsl\"?>\
             <a b=\"&quot;&lt;&amp;\"><c>1 &lt; 2 &amp; é</c></a>"
        );
    }
}
