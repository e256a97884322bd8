//! Everyday questions and editorial pages as forms, and what publishing them wants.

use askama::Template;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;

use crate::pages::built_in;
use crate::pages::page::{Page, Question};
use crate::people::access::Curator;
use crate::records::admin::edit::Editing;
use crate::records::form::{Missing, RecordForm, links, missing_links};
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::search::catalogue::Catalogue;
use crate::themes::checks::missing_citations;
use crate::vocabularies::vocabulary::Vocabularies;
use crate::web::form::{FieldErrors, Typed};
use crate::web::layout::Layout;
use crate::web::page;

/// The page that opens the list of themes, beside those with an address of their own.
const OVERVIEW: &str = "overview";

#[derive(Template)]
#[template(path = "pages/edit_question.html")]
struct EditQuestionPage {
    // The frame takes these two; the rest stands in `editing`.
    layout: Layout,
    curator: Curator,
    editing: Editing,
}

impl RecordForm for Question {
    const PICKERS: &'static [(&'static str, Kind)] = &[
        ("theme", Kind::Theme),
        ("interventions", Kind::Intervention),
    ];

    fn blank() -> Self {
        Self {
            question: String::new(),
            theme: no_theme(),
            interventions: Vec::new(),
        }
    }

    fn title(&self) -> &str {
        &self.question
    }

    fn proposed_slug(&self) -> Option<Slug> {
        Slug::nearest(&self.question)
    }

    fn typed(&self) -> Typed {
        let mut typed = Typed::default();
        typed.push("question", &self.question);
        if self.theme != no_theme() {
            typed.push("theme", self.theme.as_str());
        }
        typed.push_all("interventions", self.interventions.iter().map(Slug::as_str));
        typed
    }

    fn parse(typed: &Typed, _: &Self, _: &Vocabularies, errors: &mut FieldErrors) -> Self {
        let theme = Slug::parse(typed.text("theme"));
        Self {
            question: errors.required("question", typed, "Enter the question"),
            theme: errors
                .check("theme", theme, "Choose the theme that it leads into")
                .unwrap_or_else(no_theme),
            interventions: links(typed, "interventions"),
        }
    }

    fn missing(&self, catalogue: &Catalogue, _: Date) -> Vec<Missing> {
        let Self {
            theme,
            interventions,
            ..
        } = self;
        let themes = std::slice::from_ref(theme);
        let mut missing = missing_links(catalogue, "theme", Kind::Theme, themes);
        if interventions.is_empty() {
            let message = "Choose at least one intervention that answers it";
            missing.push(Missing::new("interventions", message));
        }
        missing.extend(missing_links(
            catalogue,
            "interventions",
            Kind::Intervention,
            interventions,
        ));
        missing
    }

    fn form(editing: Editing) -> Response {
        page::Page(EditQuestionPage {
            layout: editing.layout.clone(),
            curator: editing.curator.clone(),
            editing,
        })
        .into_response()
    }
}

/// What stands for the theme of a question while nobody has chosen one. Never saved.
fn no_theme() -> Slug {
    Slug::nearest("none").expect("a word is a slug")
}

#[derive(Template)]
#[template(path = "pages/edit_page.html")]
struct EditPagePage {
    // The frame takes these two; the rest stands in `editing`.
    layout: Layout,
    curator: Curator,
    editing: Editing,
}

impl EditPagePage {
    /// Whether the page has one of these addresses: a new or a discarded one has none.
    fn is_placed(&self) -> bool {
        places().any(|slug| slug == self.editing.typed.text("slug"))
    }
}

/// The addresses that a page may have, each with where readers meet it.
fn addresses() -> Vec<(&'static str, String)> {
    let slugs = places().map(|slug| {
        let path = Slug::parse(slug).map_or_else(String::new, |slug| Kind::Page.path(&slug));
        (slug, path)
    });
    slugs.collect()
}

/// The slugs that a page may have: any other would have no address.
fn places() -> impl Iterator<Item = &'static str> {
    built_in::PUBLIC.into_iter().chain([OVERVIEW])
}

impl RecordForm for Page {
    const PICKERS: &'static [(&'static str, Kind)] = &[];
    const CITING: &'static [&'static str] = &["body"];

    fn blank() -> Self {
        Self {
            title: String::new(),
            lead: String::new(),
            body: String::new(),
        }
    }

    /// A page that every site has starts from the words that the program carries.
    fn begun(asked: &Typed) -> Option<Typed> {
        let slug = places().find(|slug| *slug == asked.text("page"))?;
        let mut typed = built_in::page(slug)?.typed();
        typed.push("slug", slug);
        Some(typed)
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn proposed_slug(&self) -> Option<Slug> {
        None
    }

    fn typed(&self) -> Typed {
        let mut typed = Typed::default();
        typed.push("title", &self.title);
        typed.push("lead", &self.lead);
        typed.push("body", &self.body);
        typed
    }

    fn parse(typed: &Typed, _: &Self, _: &Vocabularies, errors: &mut FieldErrors) -> Self {
        if !places().any(|slug| slug == typed.text("slug")) {
            let message = "Choose which page it is: readers would not find it anywhere else";
            errors.add("slug", message);
        }
        Self {
            title: errors.required("title", typed, "Enter the title of the page"),
            lead: typed.text("lead").to_owned(),
            body: typed.text("body").to_owned(),
        }
    }

    fn missing(&self, catalogue: &Catalogue, _: Date) -> Vec<Missing> {
        let mut missing = Vec::new();
        if self.lead.is_empty() {
            missing.push(Missing::new("lead", "Write the opening"));
        }
        if self.body.is_empty() {
            missing.push(Missing::new("body", "Write the text"));
        }
        missing.extend(missing_citations(catalogue, "body", &self.body));
        missing
    }

    fn form(editing: Editing) -> Response {
        page::Page(EditPagePage {
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

    fn read<F: RecordForm>(typed: &Typed) -> (F, FieldErrors) {
        let mut errors = FieldErrors::default();
        let read = F::parse(typed, &F::blank(), &Vocabularies::default(), &mut errors);
        (read, errors)
    }

    #[test]
    fn every_question_of_the_starter_collection_survives_its_form() {
        let starter = include_str!("../../assets/evidence/questions.json");
        let starter: Vec<Question> = serde_json::from_str(starter).unwrap();
        for question in starter {
            let (read, errors) = read::<Question>(&question.typed());
            assert_eq!(read, question);
            assert!(errors.is_empty());
        }
    }

    #[test]
    fn every_built_in_page_survives_its_form() {
        for slug in places() {
            let mut asked = Typed::default();
            asked.push("page", slug);
            let begun = Page::begun(&asked).expect(slug);
            let (read, errors) = read::<Page>(&begun);
            let own = built_in::page(slug).unwrap();
            assert_eq!(
                (&read.title, &read.lead, read.body.trim()),
                (&own.title, &own.lead, own.body.trim())
            );
            assert!(errors.is_empty());
        }
    }

    #[test]
    fn a_page_that_nobody_would_find_is_refused() {
        for slug in ["", "page", "contact", "../about"] {
            let mut typed = Page::blank().typed();
            typed.push("title", "Contact");
            typed.push("slug", slug);
            assert!(read::<Page>(&typed).1.of("slug").is_some(), "{slug}");
        }
    }

    #[test]
    fn a_question_wants_words_and_a_theme() {
        let (_, errors) = read::<Question>(&Question::blank().typed());
        assert_eq!(errors.of("question"), Some("Enter the question"));
        assert!(errors.of("theme").is_some());
    }
}
