//! Forms: what was typed, exactly as it was typed, and what is wrong with it.

use std::borrow::Cow;
use std::str::FromStr;

use anyhow::{Context, Result};
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, header};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The hidden field that binds a form to its session.
pub const TOKEN: &str = "token";
/// More fields than any form of ours has.
const MAX_FIELDS: usize = 20_000;

/// The fields of a form in their order. A name may occur more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Typed(Vec<(String, String)>);

/// A file that came with a form. Its name is for people, never a path.
#[derive(Clone, Debug)]
pub struct File {
    pub field: String,
    pub name: String,
    pub bytes: Bytes,
}

/// What a request's body holds.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub typed: Typed,
    pub files: Vec<File>,
}

impl Sent {
    /// Reads the body of a request, which may have so many bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when it has more, [`Error::BadRequest`] when it is no form.
    pub async fn within(limit: usize, headers: &HeaderMap, body: Body) -> Result<Self, Error> {
        let body = to_bytes(body, limit).await.map_err(|_| Error::TooLarge)?;
        let sent = Self::read(headers, body).await;
        sent.map_err(|_| Error::BadRequest)
    }

    /// Reads a body as `application/x-www-form-urlencoded` or `multipart/form-data`.
    ///
    /// # Errors
    /// When it is neither, or broken.
    pub async fn read(headers: &HeaderMap, body: Bytes) -> Result<Self> {
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        if let Ok(boundary) = multer::parse_boundary(kind) {
            return Self::read_parts(&boundary, body).await;
        }
        let essence = kind.split(';').next().unwrap_or_default().trim();
        anyhow::ensure!(
            body.is_empty() || essence.eq_ignore_ascii_case("application/x-www-form-urlencoded"),
            "not a form"
        );
        let typed = Typed::decode(&body);
        Ok(Self {
            typed,
            files: Vec::new(),
        })
    }

    async fn read_parts(boundary: &str, body: Bytes) -> Result<Self> {
        let stream = Body::from(body).into_data_stream();
        let mut parts = multer::Multipart::new(stream, boundary);
        let mut sent = Self::default();
        while let Some(part) = parts.next_field().await.context("a broken form")? {
            let field = part.name().unwrap_or_default().to_owned();
            let name = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.context("a broken form")?;
            anyhow::ensure!(
                sent.typed.0.len() + sent.files.len() < MAX_FIELDS,
                "too many fields"
            );
            match name {
                Some(name) => sent.files.push(File { field, name, bytes }),
                None => sent.typed.push(field, &String::from_utf8_lossy(&bytes)),
            }
        }
        Ok(sent)
    }
}

impl Typed {
    #[must_use]
    pub fn decode(body: &[u8]) -> Self {
        let mut typed = Self::default();
        for (name, value) in form_urlencoded::parse(body).take(MAX_FIELDS) {
            typed.push(name, &value);
        }
        typed
    }

    /// Adds a field. Line ends become plain ones, control characters vanish.
    pub fn push(&mut self, name: impl Into<String>, value: &str) {
        self.0.push((name.into(), clean(value).into_owned()));
    }

    /// Adds a field for each value.
    pub fn push_all(&mut self, name: &str, values: impl IntoIterator<Item = impl AsRef<str>>) {
        for value in values {
            self.push(name, value.as_ref());
        }
    }

    /// Replaces every field of this name.
    pub fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.push(name, value);
    }

    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(own, _)| own != name);
    }

    /// The first value as it was typed; empty when there is none.
    #[must_use]
    pub fn raw(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(own, _)| own == name)
            .map_or("", |(_, value)| value)
    }

    /// The first value without blanks around it; empty when there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The first value, unless it is blank.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Every value of this name.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let name = name.to_owned();
        self.0
            .iter()
            .filter(move |(own, _)| *own == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a field of this name has this value: a ticked box, a chosen option.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|own| own == value)
    }

    /// Whether there is any field of this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|(own, _)| own == name)
    }

    /// The lines of a text area that are not blank, each without blanks around it.
    pub fn lines<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.raw(name)
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All fields but the token of the form, which dies with its session.
    #[must_use]
    pub fn without_token(mut self) -> Self {
        self.remove(TOKEN);
        self
    }
}

/// Browsers send CR LF; nothing else below a blank is text.
fn clean(value: &str) -> Cow<'_, str> {
    let is_odd = |letter: char| letter.is_control() && letter != '\n' && letter != '\t';
    if !value.contains(is_odd) {
        return Cow::Borrowed(value);
    }
    let value = value.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(value.chars().filter(|letter| !is_odd(*letter)).collect())
}

/// A whole number as people type it: "1,240", "1 240". `None` when it is none.
#[must_use]
pub fn whole<T: FromStr>(text: &str) -> Option<T> {
    let is_separator = |letter: char| matches!(letter, ',' | '\'' | '’') || letter.is_whitespace();
    let groups: Vec<&str> = text.trim().split(is_separator).collect();
    let is_digits =
        |group: &&str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let (first, rest) = groups.split_first()?;
    let is_grouped =
        rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3));
    if !is_grouped || !groups.iter().all(is_digits) {
        return None;
    }
    groups.concat().parse().ok()
}

/// What is wrong with a form: for each field the message that stands beside it and in the summary
/// on top of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(String, String)>);

impl FieldErrors {
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push((field.into(), message.into()));
    }

    /// The text of a field that must not be empty.
    pub fn required(&mut self, field: &str, typed: &Typed, message: &str) -> String {
        let text = typed.text(field);
        if text.is_empty() {
            self.add(field, message);
        }
        text.to_owned()
    }

    /// What a check found, or its message at the field.
    pub fn check<T>(&mut self, field: &str, found: Option<T>, message: &str) -> Option<T> {
        if found.is_none() {
            self.add(field, message);
        }
        found
    }

    /// The message of a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(own, _)| own == field)
            .map(|(_, message)| message.as_str())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Field and message, in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(field, message)| (field.as_str(), message.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_order_and_their_repeats() {
        let typed = Typed::decode(b"a=1&b=%0D%0Ax%00&a=2&c=+y+");
        assert_eq!(typed.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(typed.raw("b"), "\nx");
        assert_eq!(typed.text("c"), "y");
        assert!(typed.has("a", "2") && !typed.has("a", "3") && !typed.contains("d"));
        assert_eq!(typed.filled("d"), None);
    }

    #[test]
    fn whole_numbers_are_read_as_people_type_them() {
        for typed in ["1240", " 1,240 ", "1 240", "1\u{202f}240", "1’240"] {
            assert_eq!(whole(typed), Some(1240_u32), "{typed}");
        }
        assert_eq!(whole("0"), Some(0_u8));
        for bad in [
            "", " ", ",", "12,34", "1,2345", "1234,567", "1.5", "-3", "+3", "n/a", "1e3", "256",
        ] {
            assert_eq!(whole::<u8>(bad), None, "{bad}");
        }
    }

    #[tokio::test]
    async fn files_come_in_parts() {
        let mut headers = HeaderMap::new();
        let kind = "multipart/form-data; boundary=X".parse().unwrap();
        headers.insert(header::CONTENT_TYPE, kind);
        let body = "--X\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--X\r\n\
                    Content-Disposition: form-data; name=\"file\"; filename=\"../a.ris\"\r\n\r\nTY  - JOUR\r\n--X--\r\n";
        let sent = Sent::read(&headers, body.into()).await.unwrap();
        assert_eq!(sent.typed.text("note"), "hello");
        assert_eq!(sent.files[0].bytes, "TY  - JOUR");
        assert!(Sent::read(&headers, "--X\r\nbroken".into()).await.is_err());
        assert!(Sent::read(&HeaderMap::new(), "{}".into()).await.is_err());
    }
}
