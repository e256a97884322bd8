//! A study as a text of its own, for notes, handouts and mails: in Markdown or plain.

use crate::exchange::edition::{Edition, LICENCE, LICENCE_NAME};
use crate::exchange::records::effect::EffectOut;
use crate::exchange::records::study::{AuthorOut, StudyOut};
use crate::exchange::records::terms::{CodedTerm, CodedTerms, CodingStatus, RecordLink};
use crate::records::record::Published;
use crate::studies::effect_row::EffectRow;
use crate::studies::row::place;
use crate::studies::study::Study;
use crate::web::words;

/// How a text is marked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    Markdown,
    Plain,
}

/// The study with everything that its page says of it.
#[must_use]
pub fn study(edition: &Edition, published: &Published<Study>, markup: Markup) -> String {
    let out = StudyOut::new(edition, published);
    let mut text = Text {
        text: String::new(),
        markup,
    };
    text.heading(1, &out.title);
    text.paragraph(&byline(&out));
    for notice in &out.notices {
        text.paragraph(&notice.said);
    }
    if let Some(original) = &out.original_url {
        text.address("The original", original);
    }
    text.address(&format!("Record in {}", edition.site_name), &out.url);
    text.paragraph(&format!(
        "Version {}, {}. {}",
        out.version,
        words::long_date(crate::exchange::references::entry::day(published.updated)),
        published.body.verified.level.meaning()
    ));
    text.section("In plain words", std::slice::from_ref(&out.summary), false);
    text.section("What it found", &out.key_findings, true);
    text.section(
        "What it may mean in practice (our reading, not the authors’ words)",
        &out.implications_for_practice,
        true,
    );
    if !out.effects.is_empty() {
        let rows = published.body.effects.iter();
        let effects = rows
            .zip(&out.effects)
            .map(|(effect, out)| {
                said_effect(
                    &EffectRow::new(effect, &edition.catalogue.vocabularies),
                    out,
                )
            })
            .collect::<Vec<_>>();
        text.section("Effects", &effects, true);
    }
    text.section("Facts", &facts(&out, &published.body), true);
    text.section("Checked against", &out.verification.sources, true);
    text.paragraph(&format!(
        "Text of {} under {LICENCE_NAME}, {LICENCE}",
        edition.site_name
    ));
    text.text
}

fn byline(out: &StudyOut) -> String {
    let authors: Vec<_> = out.authors.iter().map(AuthorOut::inverted).collect();
    let mut parts = vec![if authors.is_empty() {
        "Unknown author".to_owned()
    } else {
        authors.join("; ")
    }];
    parts.push(
        out.year
            .map_or("no date".to_owned(), |year| year.to_string()),
    );
    parts.extend(out.container_title.clone());
    let number = match (&out.volume, &out.issue) {
        (Some(volume), Some(issue)) => Some(format!("{volume}({issue})")),
        (volume, issue) => volume.clone().or_else(|| issue.clone()),
    };
    parts.extend(number);
    parts.extend(out.pages.clone());
    parts.extend(out.publisher.clone());
    let mut byline = String::new();
    for part in parts {
        if !byline.is_empty() {
            byline.push(' ');
        }
        byline.push_str(part.trim_end_matches('.'));
        byline.push('.');
    }
    byline
}

fn said_effect(row: &EffectRow, out: &EffectOut) -> String {
    let mut said = format!(
        "{} ({}): {} {}, {}.",
        row.measure, row.outcome, row.metric, row.estimate, row.interval
    );
    if !row.comparison.is_empty() {
        said.push_str(&format!(" {}.", row.comparison.trim_end_matches('.')));
    }
    for detail in &row.details {
        said.push_str(&format!(" {detail}."));
    }
    if row.translations.is_empty() {
        said.push_str(&format!(" {}", row.untranslated));
    }
    for line in &row.translations {
        let range = line.range.as_deref();
        let range = range.map(|range| format!(" ({range})")).unwrap_or_default();
        said.push_str(&format!(" {} {}{range}.", line.value, line.unit));
    }
    if !out.source.is_empty() {
        said.push_str(&format!(" Source: {}.", out.source.trim_end_matches('.')));
    }
    said
}

fn facts(out: &StudyOut, study: &Study) -> Vec<String> {
    let not_reported = || "not reported".to_owned();
    let names = |links: &[RecordLink]| {
        let titles: Vec<_> = links.iter().map(|link| link.title.as_str()).collect();
        titles.join("; ")
    };
    let facts = [
        ("Kind of study", of_term(&out.design)),
        ("Where", place(&study.countries)),
        ("Stages", of_terms(&out.stages)),
        ("Who took part", out.sample_description.clone()),
        (
            "Sample size",
            out.sample_size
                .map(|size| size.to_string())
                .unwrap_or_default(),
        ),
        ("Disadvantage focus", of_terms(&out.disadvantage_focus)),
        ("Outcomes", of_terms(&out.outcomes)),
        ("Kind of publication", of_term(&out.publication_type)),
        ("Themes", names(&out.themes)),
        ("Interventions", names(&out.interventions)),
        ("DOI", out.doi.clone().unwrap_or_default()),
        ("How far checked", out.verification.level.label.clone()),
    ];
    facts
        .into_iter()
        .map(|(name, said)| {
            let said = if said.is_empty() {
                not_reported()
            } else {
                said
            };
            format!("{name}: {said}")
        })
        .collect()
}

fn silence(status: CodingStatus) -> String {
    match status {
        CodingStatus::Coded | CodingStatus::NotReported => "not reported".to_owned(),
        CodingStatus::NotApplicable => "not applicable".to_owned(),
    }
}

fn of_term(coded: &CodedTerm) -> String {
    let term = coded.term.as_ref();
    term.map_or_else(|| silence(coded.status), |term| term.label.clone())
}

fn of_terms(coded: &CodedTerms) -> String {
    let labels: Vec<_> = coded.terms.iter().map(|term| term.label.as_str()).collect();
    if labels.is_empty() {
        silence(coded.status)
    } else {
        labels.join(", ")
    }
}

struct Text {
    text: String,
    markup: Markup,
}

impl Text {
    fn heading(&mut self, level: usize, words: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        match self.markup {
            Markup::Markdown => {
                let marks = "#".repeat(level);
                self.text
                    .push_str(&format!("{marks} {}\n", self.said(words)));
            }
            Markup::Plain => {
                let line = if level == 1 { "=" } else { "-" };
                let length = words.chars().count().min(72);
                self.text
                    .push_str(&format!("{words}\n{}\n", line.repeat(length)));
            }
        }
    }

    fn paragraph(&mut self, words: &str) {
        let said = self.said(words);
        self.text.push_str(&format!("\n{said}\n"));
    }

    fn address(&mut self, words: &str, address: &str) {
        let address = match self.markup {
            Markup::Markdown => format!("<{}>", address.replace('>', "%3E")),
            Markup::Plain => address.to_owned(),
        };
        let said = self.said(words);
        self.text.push_str(&format!("\n{said}: {address}\n"));
    }

    /// A heading with what stands under it, unless nothing does.
    fn section(&mut self, heading: &str, texts: &[String], is_list: bool) {
        if texts.iter().all(String::is_empty) {
            return;
        }
        self.heading(2, heading);
        if !is_list {
            for text in texts {
                self.paragraph(text);
            }
            return;
        }
        self.text.push('\n');
        for text in texts {
            let said = self.said(text);
            self.text.push_str(&format!("- {said}\n"));
        }
    }

    /// Words on one line, in which nothing is taken for markup.
    fn said(&self, words: &str) -> String {
        let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if self.markup == Markup::Plain {
            return line;
        }
        let mut escaped = String::with_capacity(line.len());
        // "1. " and "- " begin a list.
        let digits = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let marker = line.len() - digits.len();
        let is_list = (marker > 0 && digits.starts_with(['.', ')']))
            || (marker == 0 && digits.starts_with(['-', '+', '=']));
        for (place, character) in line.char_indices() {
            if is_list && place == marker {
                escaped.push('\\');
            }
            if matches!(
                character,
                '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '&' | '~'
            ) {
                escaped.push('\\');
            }
            escaped.push(character);
        }
        escaped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_never_markup() {
        let mut text = Text {
            text: String::new(),
            markup: Markup::Markdown,
        };
        text.heading(1, "*One* [two](x)\n# <b>");
        text.section("Empty", &[String::new()], true);
        text.section(
            "List",
            &["a & b".to_owned(), "1. b".to_owned(), "- c".to_owned()],
            true,
        );
        assert_eq!(
            text.text,
            "# \\*One\\* \\[two\\](x) \\# \\<b\\>\n\n## List\n\n- a \\& b\n- 1\\. b\n- \\- c\n"
        );
    }
}
