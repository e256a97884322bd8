//! Lines of the audit log as sentences. What nobody has given words here is still readable: its
//! own name without hyphens.

use serde_json::Value;

use crate::records::audit::store::{Line, Named};
use crate::records::record::Kind;

/// What was done, as it follows a name.
const ACTIONS: &[(&str, &str)] = &[
    ("log-in", "logged in"),
    ("log-out", "logged out"),
    ("log-in-refused", "was refused at the log-in"),
    ("code-refused", "gave a wrong code"),
    ("refused", "was refused a page"),
    ("name-changed", "changed their name"),
    ("password-chosen", "chose a password through a link"),
    ("password-changed", "changed their password"),
    ("second-factor-on", "turned their second factor on"),
    ("second-factor-off", "turned their second factor off"),
    ("recovery-codes-made", "made new recovery codes"),
    ("session-ended", "ended a session of their own"),
    ("sessions-ended", "ended all their other sessions"),
    ("person-added", "added a person"),
    ("person-invited", "invited a person"),
    ("person-changed", "changed an account"),
    ("person-disabled", "barred a person"),
    ("person-enabled", "let a person in again"),
    ("link-made", "made a link for a password"),
    (
        "second-factor-removed",
        "turned somebody's second factor off",
    ),
    ("sessions-of-person-ended", "ended somebody's sessions"),
    ("settings-changed", "changed settings"),
    ("import", "imported a folder"),
    ("created", "created"),
    ("saved", "saved"),
    ("submitted", "submitted for review"),
    ("sent-back", "sent back"),
    ("commented", "commented on"),
    ("published", "published"),
    ("withdrawn", "withdrew"),
    ("republished", "published again"),
    ("restored", "restored an earlier text of"),
    ("discarded", "discarded the draft of"),
    ("renamed", "renamed"),
    ("undone", "undid a batch"),
    ("upload", "took in a file of references"),
    ("imported-references", "imported references"),
    ("changed-many", "changed many records"),
    ("changed-vocabulary", "changed a vocabulary"),
    ("added-term", "added a term"),
    ("changed-term", "changed a term"),
    ("ordered-terms", "put terms in another order"),
    ("merged-terms", "merged terms"),
    ("removed-term", "removed a term"),
    ("changed-synonyms", "changed the synonyms"),
    ("retractions-read", "read a list of retractions"),
    ("retraction-confirmed", "confirmed a retraction of"),
    ("retraction-dismissed", "dismissed a retraction of"),
    ("vain-search-deleted", "forgot a search in vain"),
    ("suggestion-accepted", "accepted a suggestion"),
    ("suggestion-declined", "declined a suggestion"),
    ("suggestion-merged", "added a suggestion to a record"),
];

/// The names of details that do not speak for themselves.
const DETAILS: [(&str, &str); 8] = [
    ("whom", "Whom"),
    ("from", "From the network"),
    ("through", "Through a link for"),
    ("for", "For"),
    ("before", "Before"),
    ("after", "Now"),
    ("path", "Page"),
    ("note", "Note"),
];

/// What was done, in words.
#[must_use]
pub fn action(action: &str) -> String {
    let known = ACTIONS.iter().find(|(name, _)| *name == action);
    known.map_or_else(
        || action.replace('-', " "),
        |(_, words)| (*words).to_owned(),
    )
}

impl Line {
    /// Who did it.
    #[must_use]
    pub fn who(&self) -> &str {
        match &self.person {
            Some((_, name)) => name,
            // Somebody who did not get in, or the machine's own command line.
            None if self.action.ends_with("refused") => "Somebody",
            None => "The command line",
        }
    }

    /// What they did.
    #[must_use]
    pub fn what(&self) -> String {
        action(&self.action)
    }

    /// The details, each with its name.
    #[must_use]
    pub fn details(&self) -> Vec<(String, String)> {
        let Value::Object(fields) = &self.detail else {
            return Vec::new();
        };
        let words = fields
            .iter()
            .map(|(name, value)| (label(name), words(value)));
        words.filter(|(_, words)| !words.is_empty()).collect()
    }
}

impl Named {
    /// What kind of record it is, before its slug.
    #[must_use]
    pub fn said(&self) -> String {
        format!("{} {}", self.kind.as_str(), self.slug)
    }

    /// Where curators edit it.
    #[must_use]
    pub fn path(&self) -> String {
        let kind = match self.kind {
            Kind::Study => "studies",
            Kind::Intervention => "interventions",
            Kind::Theme => "themes",
            Kind::Question => "questions",
            Kind::Page => "pages",
        };
        format!("/admin/{kind}/{}", self.id)
    }
}

fn label(name: &str) -> String {
    if let Some((_, label)) = DETAILS.iter().find(|(own, _)| *own == name) {
        return (*label).to_owned();
    }
    let name = name.replace(['-', '_'], " ");
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => match text.as_str() {
            "true" => "yes".to_owned(),
            "false" => "no".to_owned(),
            text => text.to_owned(),
        },
        Value::Array(values) => values.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => match (fields.get("from"), fields.get("to")) {
            (Some(from), Some(to)) if fields.len() == 2 => {
                format!("{} → {}", words(from), words(to))
            }
            _ => {
                let parts = fields
                    .iter()
                    .map(|(name, value)| format!("{}: {}", label(name), words(value)));
                parts.collect::<Vec<_>>().join("; ")
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn details_read_like_words() {
        for (value, expected) in [
            (json!({"from": "true", "to": "false"}), "yes → no"),
            (json!(["a", 2, true]), "a, 2, yes"),
            (
                json!({"new-records": 2, "note": "x"}),
                "New records: 2; Note: x",
            ),
            (json!(null), ""),
        ] {
            assert_eq!(words(&value), expected);
        }
        assert_eq!(action("log-in"), "logged in");
        assert_eq!(action("never-heard-of"), "never heard of");
        let names: std::collections::HashSet<_> = ACTIONS.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), ACTIONS.len());
    }
}
