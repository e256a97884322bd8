//! A person with an account.

use crate::people::role::Role;

pub type PersonId = i64;

/// Someone who may log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    /// What they type to log in: lower case, an e-mail address or a short name.
    pub login: String,
    pub name: String,
    pub role: Role,
    pub is_disabled: bool,
}

impl Person {
    /// Name and login, as the audit log says them.
    #[must_use]
    pub fn said(&self) -> String {
        format!("{} ({})", self.name, self.login)
    }
}

/// The longest login and the longest name, in characters.
pub const MAX_LENGTH: usize = 120;

/// A login as it is stored. `None` when it is empty, too long or holds blanks or control characters.
#[must_use]
pub fn login(typed: &str) -> Option<String> {
    let login = typed.trim().to_lowercase();
    let is_plain = |letter: char| !letter.is_whitespace() && !letter.is_control();
    let is_login =
        !login.is_empty() && login.chars().count() <= MAX_LENGTH && login.chars().all(is_plain);
    is_login.then_some(login)
}

/// A person's name without needless blanks. `None` when nothing is left or it is too long.
#[must_use]
pub fn name(typed: &str) -> Option<String> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_name = !name.is_empty()
        && name.chars().count() <= MAX_LENGTH
        && !name.chars().any(char::is_control);
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_lower_case_and_without_blanks() {
        assert_eq!(
            login(" Ada@Example.ac.uk ").as_deref(),
            Some("ada@example.ac.uk")
        );
        for bad in ["", "  ", "a b", "a\u{0}b", &"a".repeat(121)] {
            assert_eq!(login(bad), None, "{bad}");
        }
        assert_eq!(name("  Ada   Lovelace ").as_deref(), Some("Ada Lovelace"));
        assert_eq!(name(" "), None);
    }
}
