//! What stored slugs are called, for differences in words.

use std::sync::Arc;

use crate::app::App;
use crate::records::diff::Naming;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::search::catalogue::Catalogue;
use crate::vocabularies::countries::Country;
use crate::vocabularies::vocabulary::Vocabulary;

/// Names from the published collection; what readers cannot see goes by its slug.
pub struct Names(Arc<Catalogue>);

impl Names {
    #[must_use]
    pub fn of(app: &App) -> Self {
        Self(app.catalogue())
    }
}

impl Naming for Names {
    fn term(&self, vocabulary: &str, slug: &str) -> String {
        let named = Vocabulary::ALL
            .into_iter()
            .find(|known| known.slug() == vocabulary)
            .zip(Slug::parse(slug))
            .map(|(vocabulary, term)| self.0.vocabularies.label(vocabulary, &term).to_owned());
        named.unwrap_or_else(|| slug.to_owned())
    }

    fn record(&self, kind: Kind, slug: &str) -> String {
        let catalogue = &self.0;
        let named = Slug::parse(slug).and_then(|slug| match kind {
            Kind::Study => catalogue
                .study(&slug)
                .map(|card| catalogue.author_year(card)),
            Kind::Intervention => catalogue
                .intervention(&slug)
                .map(|card| card.body.name.clone()),
            Kind::Theme => catalogue.theme(&slug).map(|card| card.body.title.clone()),
            Kind::Question => catalogue
                .question(&slug)
                .map(|card| card.body.question.clone()),
            Kind::Page => None,
        });
        named.unwrap_or_else(|| slug.to_owned())
    }

    fn country(&self, code: &str) -> String {
        Country::parse(code).map_or_else(|| code.to_owned(), |country| country.name().to_owned())
    }
}
