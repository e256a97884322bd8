//! How a page offers its reference: in the style that was chosen by a form, and as files.

use askama::Template;
use jiff::civil::Date;

use crate::app::App;
use crate::exchange::edition::Edition;
use crate::exchange::format::Format;
use crate::exchange::references::cite::{Formatted, ReferenceStyle};
use crate::exchange::references::entry::Entry;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::web::layout::Layout;

/// The key of the style in a page's query string.
const STYLE: &str = "cite";

/// The section of a page that says how to cite it.
#[derive(Template)]
#[template(path = "_parts/citation.html")]
pub struct CitationBox {
    /// Of the page.
    path: String,
    /// The same in full, for sharing.
    address: String,
    /// The day of which the page is, if not of today.
    as_of: Option<Date>,
    heading: &'static str,
    chosen: ReferenceStyle,
    reference: Formatted,
    files: Vec<(&'static str, String)>,
}

impl CitationBox {
    #[must_use]
    pub fn new(
        app: &App,
        edition: &Edition,
        layout: &Layout,
        kind: Kind,
        slug: &Slug,
        entry: &Entry,
    ) -> Self {
        let path = kind.path(slug);
        let suffix = edition.suffix();
        let files = Format::of_record(kind).iter();
        let files = files
            .filter(|format| **format != Format::Linkset)
            .map(|format| {
                let address = format!("{path}.{}{suffix}", format.extension());
                (format.label(), address)
            });
        Self {
            heading: match kind {
                Kind::Study => "Cite this study",
                Kind::Intervention | Kind::Theme | Kind::Question | Kind::Page => "Cite this page",
            },
            files: files.collect(),
            address: layout.absolute(&format!("{path}{suffix}")),
            as_of: edition.as_of,
            ..Self::of_page(app, layout, path, entry)
        }
    }

    /// The same for a page that is no record.
    #[must_use]
    pub fn of_page(app: &App, layout: &Layout, path: String, entry: &Entry) -> Self {
        let asked = layout.asked(STYLE);
        let chosen = asked.and_then(|word| ReferenceStyle::parse(&word));
        let chosen = chosen.unwrap_or(ReferenceStyle::Apa);
        Self {
            address: layout.absolute(&path),
            as_of: None,
            path,
            heading: "Cite this collection",
            chosen,
            reference: app.styles.reference(chosen, entry).unwrap_or_default(),
            files: Vec::new(),
        }
    }
}
