//! Secrets that are handed out once and kept only as SHA-256.

use std::fmt;
use std::fmt::Write;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// 256 random bits. Shown only through [`Token::reveal`], so that no log line holds one by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    const LENGTH: usize = 64;

    /// # Errors
    /// When the operating system gives no random numbers.
    pub fn new() -> Result<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).context("no random numbers")?;
        Ok(Self(hex(&bytes)))
    }

    /// A token as a cookie or an address holds it; `None` when the text cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_token =
            text.len() == Self::LENGTH && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_token.then(|| Self(text.to_owned()))
    }

    /// The token itself, for the cookie or address that carries it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    /// The token that forms of this session carry. It tells nothing of the session's own.
    #[must_use]
    pub fn form_token(&self) -> FormToken {
        FormToken(hex(&Sha256::digest(format!("form {}", self.0))))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Binds a form to the session in which it was shown.
#[derive(Clone)]
pub struct FormToken(String);

impl FormToken {
    /// Whether a form carries this token; takes the same time wherever the two differ.
    #[must_use]
    pub fn matches(&self, sent: &str) -> bool {
        self.0.len() == sent.len()
            && self
                .0
                .bytes()
                .zip(sent.bytes())
                .fold(0, |difference, (own, sent)| difference | (own ^ sent))
                == 0
    }
}

impl fmt::Display for FormToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::FastWritable for FormToken {
    fn write_into(
        &self,
        dest: &mut dyn std::fmt::Write,
        _: &dyn askama::Values,
    ) -> askama::Result<()> {
        Ok(dest.write_str(&self.0)?)
    }
}

/// A code that a person keeps on paper for the day the telephone is lost: four groups of four.
///
/// # Errors
/// When the operating system gives no random numbers.
pub fn recovery_code() -> Result<String> {
    // Without letters and digits that look alike; 32 of them, so every byte counts evenly.
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789#";
    let mut code = String::new();
    while code.len() < 19 {
        let mut byte = [0];
        getrandom::fill(&mut byte).context("no random numbers")?;
        let letter = LETTERS[usize::from(byte[0] % 32)];
        if letter != b'#' {
            if code.len() % 5 == 4 {
                code.push('-');
            }
            code.push(char::from(letter));
        }
    }
    Ok(code)
}

/// What is stored of a recovery code; blanks, hyphens and case do not matter.
#[must_use]
pub fn recovery_hash(code: &str) -> Vec<u8> {
    let letters: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    Sha256::digest(format!("recovery {letters}")).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_their_text_and_differ() {
        let (one, other) = (Token::new().unwrap(), Token::new().unwrap());
        assert_ne!(one, other);
        assert_eq!(Token::parse(one.reveal()), Some(one.clone()));
        assert_eq!(Token::parse("short"), None);
        assert_eq!(format!("{one:?}"), "Token(…)");
        let form = one.form_token().to_string();
        assert!(one.form_token().matches(&form));
        assert!(!other.form_token().matches(&form) && !one.form_token().matches(""));
    }

    #[test]
    fn recovery_codes_forgive_how_they_are_typed() {
        let code = recovery_code().unwrap();
        assert_eq!(code.len(), 19);
        assert_eq!(
            recovery_hash(&code),
            recovery_hash(&code.to_uppercase().replace('-', " "))
        );
        assert_ne!(
            recovery_hash(&code),
            recovery_hash(&recovery_code().unwrap())
        );
    }
}
