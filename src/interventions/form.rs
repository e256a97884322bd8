//! An intervention as a form.

use askama::Template;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;

use crate::interventions::checks::missing;
use crate::interventions::intervention::Intervention;
use crate::records::admin::edit::Editing;
use crate::records::coding::Coding;
use crate::records::form::{Missing, RecordForm, items, links};
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::search::catalogue::Catalogue;
use crate::studies::identifiers::web_address;
use crate::vocabularies::ticked;
use crate::vocabularies::vocabulary::{Entry, Vocabularies, Vocabulary};
use crate::web::form::{FieldErrors, Typed};
use crate::web::page::Page;

const YES: &str = "yes";
const NO: &str = "no";

#[derive(Template)]
#[template(path = "interventions/edit.html")]
struct EditPage {
    // The frame takes these two; the rest stands in `editing`.
    layout: crate::web::layout::Layout,
    curator: crate::people::access::Curator,
    editing: Editing,
}

impl EditPage {
    fn terms(&self, vocabulary: Vocabulary) -> &[Entry] {
        self.editing.catalogue.vocabularies.terms(vocabulary)
    }
}

impl RecordForm for Intervention {
    const PICKERS: &'static [(&'static str, Kind)] =
        &[("themes", Kind::Theme), ("studies", Kind::Study)];
    const CITING: &'static [&'static str] = &["description"];

    fn blank() -> Self {
        Self {
            name: String::new(),
            summary: String::new(),
            description: String::new(),
            how_it_works: Vec::new(),
            who_delivers: String::new(),
            setting: Coding::NotReported,
            stages: Coding::NotReported,
            duration: String::new(),
            cost: Coding::NotReported,
            cost_note: String::new(),
            disadvantage_focus: Coding::NotReported,
            outcomes: Coding::NotReported,
            themes: Vec::new(),
            countries: Vec::new(),
            available_in_uk: None,
            implementation_tips: Vec::new(),
            studies: Vec::new(),
            website: None,
        }
    }

    fn title(&self) -> &str {
        &self.name
    }

    fn proposed_slug(&self) -> Option<Slug> {
        Slug::nearest(&self.name)
    }

    fn typed(&self) -> Typed {
        let mut typed = Typed::default();
        typed.push("name", &self.name);
        typed.push("summary", &self.summary);
        typed.push("description", &self.description);
        typed.push("how_it_works", &self.how_it_works.join("\n"));
        typed.push("who_delivers", &self.who_delivers);
        ticked::type_terms(&mut typed, "setting", &self.setting);
        ticked::type_terms(&mut typed, "stages", &self.stages);
        typed.push("duration", &self.duration);
        ticked::type_term(&mut typed, "cost", &self.cost);
        typed.push("cost_note", &self.cost_note);
        ticked::type_terms(&mut typed, "disadvantage_focus", &self.disadvantage_focus);
        ticked::type_terms(&mut typed, "outcomes", &self.outcomes);
        typed.push_all("themes", self.themes.iter().map(Slug::as_str));
        if let Some(available) = self.available_in_uk {
            typed.push("available_in_uk", if available { YES } else { NO });
        }
        typed.push("implementation_tips", &self.implementation_tips.join("\n"));
        typed.push_all("studies", self.studies.iter().map(Slug::as_str));
        typed.push("website", self.website.as_deref().unwrap_or_default());
        typed
    }

    fn parse(typed: &Typed, base: &Self, known: &Vocabularies, errors: &mut FieldErrors) -> Self {
        let text = |name: &str| typed.text(name).to_owned();
        let terms = |name: &str, vocabulary, base, errors: &mut FieldErrors| {
            ticked::terms(typed, name, vocabulary, base, known, errors)
        };
        Self {
            name: errors.required("name", typed, "Enter the name of the intervention"),
            summary: text("summary"),
            description: text("description"),
            how_it_works: items(typed, "how_it_works"),
            who_delivers: text("who_delivers"),
            setting: terms("setting", Vocabulary::Setting, &base.setting, errors),
            stages: terms("stages", Vocabulary::Stage, &base.stages, errors),
            duration: text("duration"),
            cost: ticked::term(typed, "cost", Vocabulary::Cost, known, errors),
            cost_note: text("cost_note"),
            disadvantage_focus: terms(
                "disadvantage_focus",
                Vocabulary::DisadvantageFocus,
                &base.disadvantage_focus,
                errors,
            ),
            outcomes: terms("outcomes", Vocabulary::Outcome, &base.outcomes, errors),
            themes: links(typed, "themes"),
            countries: base.countries.clone(),
            available_in_uk: match typed.text("available_in_uk") {
                YES => Some(true),
                NO => Some(false),
                _ => None,
            },
            implementation_tips: items(typed, "implementation_tips"),
            studies: links(typed, "studies"),
            website: typed.filled("website").and_then(|typed| {
                let message = "Enter an address that begins with https:// or http://";
                errors.check("website", web_address(typed), message)
            }),
        }
    }

    fn missing(&self, catalogue: &Catalogue, _: Date) -> Vec<Missing> {
        missing(self, catalogue)
    }

    fn form(editing: Editing) -> Response {
        Page(EditPage {
            layout: editing.layout.clone(),
            curator: editing.curator.clone(),
            editing,
        })
        .into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabularies::synonyms::Synonyms;

    const STARTER: &str = include_str!("../../assets/evidence/interventions.json");
    const VOCABULARIES: &str = include_str!("../../assets/evidence/vocabularies.json");

    fn known() -> Vocabularies {
        let lists = serde_json::from_str(VOCABULARIES).unwrap();
        Vocabularies::new(lists, Synonyms::default())
    }

    #[test]
    fn every_intervention_of_the_starter_collection_survives_its_form() {
        let starter: Vec<Intervention> = serde_json::from_str(STARTER).unwrap();
        assert_eq!(starter.len(), 28);
        let known = known();
        for intervention in starter {
            let mut errors = FieldErrors::default();
            // Of countries the form says nothing.
            let base = Intervention {
                countries: intervention.countries.clone(),
                ..Intervention::blank()
            };
            let read = Intervention::parse(&intervention.typed(), &base, &known, &mut errors);
            assert_eq!(read, intervention);
            assert!(errors.is_empty(), "{errors:?}");
        }
    }

    #[test]
    fn a_browser_sends_terms_in_their_own_order_and_nothing_changes() {
        let starter: Vec<Intervention> = serde_json::from_str(STARTER).unwrap();
        let known = known();
        for intervention in starter {
            let mut typed = intervention.typed();
            typed.remove("outcomes");
            let terms = known.terms(Vocabulary::Outcome).iter();
            let own = terms.filter(|entry| intervention.outcomes.terms().contains(&entry.slug));
            typed.push_all("outcomes", own.map(|entry| entry.slug.as_str()));
            let mut errors = FieldErrors::default();
            let read = Intervention::parse(&typed, &intervention, &known, &mut errors);
            assert_eq!(read, intervention);
        }
    }

    #[test]
    fn what_cannot_be_kept_is_named_at_its_field() {
        let mut typed = Typed::default();
        typed.push("website", "javascript:alert(1)");
        typed.push("stages", "moon");
        typed.push("cost", "priceless");
        let mut errors = FieldErrors::default();
        let read = Intervention::parse(&typed, &Intervention::blank(), &known(), &mut errors);
        for field in ["name", "website", "stages", "cost"] {
            assert!(errors.of(field).is_some(), "{field}");
        }
        assert_eq!(read, Intervention::blank());
    }
}
