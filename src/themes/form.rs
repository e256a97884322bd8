//! A theme as a form, and what publishing one wants.

use askama::Template;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;

use crate::records::admin::edit::Editing;
use crate::records::form::{Missing, RecordForm, missing_links};
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::search::catalogue::Catalogue;
use crate::themes::checks::{missing_citations, uncited};
use crate::themes::theme::{KeyMessage, Theme};
use crate::vocabularies::vocabulary::Vocabularies;
use crate::web::form::{FieldErrors, Typed};
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "themes/edit.html")]
struct EditPage {
    // The frame takes these two; the rest stands in `editing`.
    layout: crate::web::layout::Layout,
    curator: crate::people::access::Curator,
    editing: Editing,
}

impl RecordForm for Theme {
    const PICKERS: &'static [(&'static str, Kind)] = &[];
    const CITING: &'static [&'static str] = &["key_messages", "narrative"];

    fn blank() -> Self {
        Self {
            title: String::new(),
            position: 0,
            inferred: false,
            original_url: None,
            summary: String::new(),
            key_messages: Vec::new(),
            narrative: String::new(),
        }
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn proposed_slug(&self) -> Option<Slug> {
        Slug::nearest(&self.title)
    }

    fn typed(&self) -> Typed {
        let mut typed = Typed::default();
        typed.push("title", &self.title);
        if self.position > 0 {
            typed.push("position", &self.position.to_string());
        }
        typed.push("summary", &self.summary);
        let messages = self.key_messages.iter().map(|message| {
            let cited: Vec<_> = message
                .studies
                .iter()
                .map(|slug| format!("@{slug}"))
                .collect();
            if cited.is_empty() {
                message.text.clone()
            } else {
                format!("{} [{}]", message.text, cited.join("; "))
            }
        });
        typed.push("key_messages", &messages.collect::<Vec<_>>().join("\n"));
        typed.push("narrative", &self.narrative);
        typed
    }

    fn parse(typed: &Typed, base: &Self, _: &Vocabularies, errors: &mut FieldErrors) -> Self {
        let position = match typed.filled("position") {
            None => Some(0),
            Some(number) => number
                .parse()
                .ok()
                .filter(|number| (1..=99).contains(number)),
        };
        Self {
            title: errors.required("title", typed, "Enter the name of the theme"),
            position: errors
                .check(
                    "position",
                    position,
                    "Enter the place among the themes, like 3",
                )
                .unwrap_or_default(),
            inferred: base.inferred,
            original_url: base.original_url.clone(),
            summary: typed.text("summary").to_owned(),
            key_messages: typed.lines("key_messages").map(key_message).collect(),
            narrative: typed.text("narrative").to_owned(),
        }
    }

    fn missing(&self, catalogue: &Catalogue, _: Date) -> Vec<Missing> {
        let mut missing = Vec::new();
        if self.position == 0 {
            missing.push(Missing::new(
                "position",
                "Say which place the theme has among the others",
            ));
        }
        if self.summary.is_empty() {
            missing.push(Missing::new("summary", "Write the summary"));
        }
        for message in &self.key_messages {
            missing.extend(missing_links(
                catalogue,
                "key_messages",
                Kind::Study,
                &message.studies,
            ));
        }
        missing.extend(missing_citations(catalogue, "narrative", &self.narrative));
        missing
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

/// "What to remember. [@study-2011; @study-2012]": the brackets at the end name the studies.
fn key_message(line: &str) -> KeyMessage {
    let (text, studies) = uncited(line);
    KeyMessage { text, studies }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_survives_its_form() {
        let theme = Theme {
            title: "Reading at home".into(),
            position: 3,
            summary: "In short.".into(),
            key_messages: vec![
                KeyMessage {
                    text: "Read together.".into(),
                    studies: vec![
                        Slug::parse("a-2011").unwrap(),
                        Slug::parse("b-2012").unwrap(),
                    ],
                },
                KeyMessage {
                    text: "Talk.".into(),
                    studies: Vec::new(),
                },
            ],
            narrative: "Long [@a-2011].".into(),
            ..Theme::blank()
        };
        let mut errors = FieldErrors::default();
        let known = Vocabularies::default();
        let read = Theme::parse(&theme.typed(), &Theme::blank(), &known, &mut errors);
        assert_eq!(read, theme);
        assert!(errors.is_empty());
    }

    #[test]
    fn a_theme_without_a_name_is_refused() {
        let mut errors = FieldErrors::default();
        let mut typed = Typed::default();
        typed.push("position", "first");
        Theme::parse(
            &typed,
            &Theme::blank(),
            &Vocabularies::default(),
            &mut errors,
        );
        assert_eq!(errors.of("title"), Some("Enter the name of the theme"));
        assert!(errors.of("position").is_some());
    }
}
