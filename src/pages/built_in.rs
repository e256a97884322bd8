//! The pages that every site must have, carried in the binary for as long as no curator has
//! written one: about, how to read an entry, accessibility, privacy, and the overview.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::pages::page::Page;
use crate::records::slug::Slug;
use crate::vocabularies::vocabulary::TermList;

const STARTER_PAGES: &str = include_str!("../../assets/evidence/pages.json");
const ACCESSIBILITY: &str = include_str!("../../assets/pages/accessibility.md");
const PRIVACY: &str = include_str!("../../assets/pages/privacy.md");
const GLOSSARY: &str = include_str!("../../assets/pages/glossary.json");

/// The addresses at which an editorial page is shown, in the order of the footer.
pub const PUBLIC: [&str; 4] = ["about", "how-to-read", "accessibility", "privacy"];

static PAGES: LazyLock<Vec<(Slug, Page)>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct Row {
        slug: Slug,
        #[serde(flatten)]
        page: Page,
    }
    let starter: Vec<Row> = serde_json::from_str(STARTER_PAGES).unwrap_or_default();
    let mut pages: Vec<_> = starter
        .into_iter()
        .map(|row| (row.slug, row.page))
        .collect();
    for (slug, text) in [("accessibility", ACCESSIBILITY), ("privacy", PRIVACY)] {
        pages.extend(Slug::parse(slug).zip(parse(text)));
    }
    pages
});

/// Notions that the code knows and no curator edits: levels of verification, metrics, origins.
static NOTIONS: LazyLock<Vec<TermList>> =
    LazyLock::new(|| serde_json::from_str(GLOSSARY).unwrap_or_default());

/// The built-in page of this slug.
#[must_use]
pub fn page(slug: &str) -> Option<&'static Page> {
    PAGES
        .iter()
        .find(|(own, _)| own.as_str() == slug)
        .map(|(_, page)| page)
}

/// The glossary's lists that do not come from a vocabulary.
#[must_use]
pub fn notions() -> &'static [TermList] {
    &NOTIONS
}

/// `title:` and `lead:` lines, a blank line, then Markdown.
fn parse(text: &str) -> Option<Page> {
    let (head, body) = text.split_once("\n\n")?;
    let field = |name: &str| {
        head.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(|value| value.trim().to_owned())
    };
    Some(Page {
        title: field("title")?,
        lead: field("lead")?,
        body: body.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_page_and_notion_can_be_read() {
        for slug in PUBLIC.into_iter().chain(["overview"]) {
            let page = page(slug).expect(slug);
            assert!(!page.title.is_empty() && !page.lead.is_empty() && page.body.contains("## "));
        }
        for list in [
            "verification",
            "origin",
            "coding",
            "metric",
            "translation",
            "kind",
        ] {
            assert!(
                notions().iter().any(|notion| notion.slug.as_str() == list),
                "{list}"
            );
        }
    }
}
