//! Former slugs. Records name each other by slug, and a text that names a renamed record is not
//! written anew: whoever reads it follows the name.

use std::collections::HashMap;

use crate::interventions::intervention::Intervention;
use crate::pages::page::Question;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::search::cards::{InterventionCard, StudyCard};
use crate::studies::study::Study;
use crate::themes::citations::CitingSentence;
use crate::themes::theme::Theme;

/// The slugs that renamed records had, with the ones that they have now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aliases {
    now: HashMap<Kind, HashMap<Slug, Slug>>,
}

impl Aliases {
    /// From kinds with former and present slugs.
    #[must_use]
    pub fn new(renamed: impl IntoIterator<Item = (Kind, Slug, Slug)>) -> Self {
        let mut now: HashMap<Kind, HashMap<Slug, Slug>> = HashMap::new();
        for (kind, former, present) in renamed {
            // A record may have got its former name back.
            if former != present {
                now.entry(kind).or_default().insert(former, present);
            }
        }
        Self { now }
    }

    /// The slug that a record has now.
    #[must_use]
    pub fn current<'a>(&'a self, kind: Kind, slug: &'a Slug) -> &'a Slug {
        let now = self.now.get(&kind).and_then(|own| own.get(slug));
        now.unwrap_or(slug)
    }

    /// The present name of a record with all its former ones.
    #[must_use]
    pub fn names<'a>(&'a self, kind: Kind, slug: &'a Slug) -> Vec<&'a Slug> {
        let mut names = vec![slug];
        let now = self.now.get(&kind);
        let former = now.into_iter().flatten().filter(|(_, now)| *now == slug);
        names.extend(former.map(|(former, _)| former));
        names
    }

    fn is_former(&self, kind: Kind, slug: &Slug) -> bool {
        self.now
            .get(&kind)
            .is_some_and(|own| own.contains_key(slug))
    }

    fn follow(&self, kind: Kind, slug: &mut Slug) {
        if self.is_former(kind, slug) {
            *slug = self.current(kind, slug).clone();
        }
    }

    fn follow_all(&self, kind: Kind, slugs: &mut Vec<Slug>) {
        if slugs.iter().any(|slug| self.is_former(kind, slug)) {
            let mut followed: Vec<Slug> = Vec::with_capacity(slugs.len());
            for slug in slugs.iter() {
                let slug = self.current(kind, slug);
                if !followed.contains(slug) {
                    followed.push(slug.clone());
                }
            }
            *slugs = followed;
        }
    }

    pub fn in_study(&self, study: &mut Study) {
        self.follow_all(Kind::Theme, &mut study.themes);
        self.follow_all(Kind::Intervention, &mut study.interventions);
    }

    pub fn in_intervention(&self, intervention: &mut Intervention) {
        self.follow_all(Kind::Theme, &mut intervention.themes);
        self.follow_all(Kind::Study, &mut intervention.studies);
    }

    pub fn in_theme(&self, theme: &mut Theme) {
        for message in &mut theme.key_messages {
            self.follow_all(Kind::Study, &mut message.studies);
        }
    }

    pub fn in_question(&self, question: &mut Question) {
        self.follow(Kind::Theme, &mut question.theme);
        self.follow_all(Kind::Intervention, &mut question.interventions);
    }

    /// Citations are numbered by their places in the text, so each stays where it is.
    pub fn in_sentences(&self, sentences: &mut [CitingSentence]) {
        for sentence in sentences {
            self.follow(Kind::Study, &mut sentence.study);
        }
    }

    /// Whether the card of a study was made before a record that it names was renamed.
    #[must_use]
    pub fn outdate_study(&self, card: &StudyCard) -> bool {
        let (mut themes, mut interventions) = (card.themes.iter(), card.interventions.iter());
        themes.any(|slug| self.is_former(Kind::Theme, slug))
            || interventions.any(|slug| self.is_former(Kind::Intervention, slug))
    }

    /// Whether the card of an intervention was made before a record that it names was renamed.
    #[must_use]
    pub fn outdate_intervention(&self, card: &InterventionCard) -> bool {
        let (mut themes, mut studies) = (card.body.themes.iter(), card.body.studies.iter());
        themes.any(|slug| self.is_former(Kind::Theme, slug))
            || studies.any(|slug| self.is_former(Kind::Study, slug))
            || self.outdate_sentences(&card.citing)
    }

    /// Whether any of these sentences cites a study by a former slug.
    #[must_use]
    pub fn outdate_sentences(&self, sentences: &[CitingSentence]) -> bool {
        let mut studies = sentences.iter().map(|sentence| &sentence.study);
        studies.any(|slug| self.is_former(Kind::Study, slug))
    }

    /// Whether a question names a record by a former slug.
    #[must_use]
    pub fn outdate_question(&self, question: &Question) -> bool {
        let mut interventions = question.interventions.iter();
        self.is_former(Kind::Theme, &question.theme)
            || interventions.any(|slug| self.is_former(Kind::Intervention, slug))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slug(text: &str) -> Slug {
        Slug::parse(text).unwrap()
    }

    #[test]
    fn a_former_slug_leads_to_the_present_one_of_its_kind_only() {
        let aliases = Aliases::new([
            (Kind::Theme, slug("old"), slug("new")),
            (Kind::Theme, slug("same"), slug("same")),
        ]);
        assert_eq!(aliases.current(Kind::Theme, &slug("old")), &slug("new"));
        assert_eq!(aliases.current(Kind::Study, &slug("old")), &slug("old"));
        let mut themes = vec![slug("new"), slug("old"), slug("same")];
        aliases.follow_all(Kind::Theme, &mut themes);
        assert_eq!(themes, [slug("new"), slug("same")]);
    }
}
