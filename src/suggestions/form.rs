//! What a reader typed into the form, and what is wrong with it.

use crate::suggestions::suggestion::Suggested;
use crate::web::form::{FieldErrors, Typed};

/// A field that people do not see and programs fill in.
pub const HONEYPOT: &str = "subject";
const MAX_WORK: usize = 500;
const MAX_WHY: usize = 2000;
const MAX_EMAIL: usize = 254;

/// The suggestion, with what is wrong in `errors`.
pub fn parse(typed: &Typed, errors: &mut FieldErrors) -> Suggested {
    let work = errors.required(
        "work",
        typed,
        "Enter a DOI, an address or a title, so that we can find it",
    );
    if work.chars().count() > MAX_WORK {
        errors.add(
            "work",
            format!("Shorten this to {MAX_WORK} characters. One study at a time is enough"),
        );
    }
    let why = errors.required("why", typed, "Say in a sentence why it belongs here");
    if why.chars().count() > MAX_WHY {
        errors.add("why", format!("Shorten this to {MAX_WHY} characters"));
    }
    let email = typed.text("email").to_owned();
    if !email.is_empty() && !is_email(&email) {
        errors.add(
            "email",
            "Enter an e-mail address like name@example.org, or leave it empty",
        );
    }
    Suggested { work, why, email }
}

/// Whether a program filled the form in.
#[must_use]
pub fn is_from_a_robot(typed: &Typed) -> bool {
    typed.filled(HONEYPOT).is_some()
}

/// A rough check: only a letter to the address would be a real one.
fn is_email(text: &str) -> bool {
    let is_plain = |letter: char| !letter.is_whitespace() && !"<>\"(),;:\\[]".contains(letter);
    text.len() <= MAX_EMAIL
        && text.chars().all(is_plain)
        && text.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty()
                && !host.contains('@')
                && host.contains('.')
                && !host.starts_with('.')
                && !host.ends_with('.')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_roughly() {
        for good in ["a@b.org", "ann.o'neil+x@school.sch.uk"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "a",
            "@b.org",
            "a@b",
            "a@.org",
            "a@b.",
            "a@b@c.org",
            "a b@c.org",
            "<a@b.org>",
            "a@b.org,c@d.org",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
