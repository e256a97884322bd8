//! The fields of an entry: `name = value`, a value being pieces joined by `#`, each in braces, in
//! quotation marks, a number, or an abbreviation that an `@string` explains.

use std::collections::HashMap;

use super::entries::{Body, Braces};
use super::{latex, people};
use crate::import::references::{MAX_FIELD, text};
use crate::studies::bibliography::Author;

/// What `@string`s stand for, resolved as they are defined, so that none can go round in circles.
#[derive(Debug)]
pub struct Abbreviations {
    meanings: HashMap<String, String>,
    /// Names met in the entry at hand that no `@string` has defined.
    unexplained: Vec<String>,
    /// How much abbreviations may still add to the file: a few bytes of text could otherwise
    /// stand for gigabytes.
    budget: usize,
}

impl Abbreviations {
    /// Journals and publishers are what is abbreviated.
    const MAX_MEANING: usize = 2_000;

    pub fn for_file_of(length: usize) -> Self {
        Self {
            meanings: HashMap::new(),
            unexplained: Vec::new(),
            budget: 4 * length + 100_000,
        }
    }

    /// Takes in what stands in `@string{name = value}`.
    pub fn define(&mut self, body: &Body) {
        let mut reader = Reader::of(body);
        while let Some((name, mut value)) = reader.field(self) {
            value.truncate(value.floor_char_boundary(Self::MAX_MEANING));
            self.meanings.insert(name, value);
        }
        self.unexplained.clear();
    }

    /// What a word without delimiters stands for. Numbers, and names that nothing explains, stand
    /// for themselves.
    fn resolve<'a>(&'a mut self, field: &str, word: &'a str) -> &'a str {
        let Some(meaning) = self.meanings.get(&word.to_lowercase()) else {
            let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
            // Months are abbreviated everywhere, and we do not keep them.
            if !is_number && field != "month" && self.unexplained.len() < 5 {
                self.unexplained.push(word.to_owned());
            }
            return word;
        };
        match self.budget.checked_sub(meaning.len()) {
            Some(budget) => {
                self.budget = budget;
                meaning
            }
            None => "",
        }
    }
}

/// An entry's key and its fields, names in lower case, values with their braces and LaTeX.
#[derive(Debug)]
pub struct Fields<'t> {
    key: &'t str,
    values: HashMap<String, String>,
}

impl<'t> Fields<'t> {
    pub fn read(
        body: &Body<'t>,
        abbreviations: &mut Abbreviations,
        remarks: &mut Vec<String>,
    ) -> Self {
        let mut reader = Reader::of(body);
        let key = reader.key();
        let mut values = HashMap::new();
        while let Some((name, value)) = reader.field(abbreviations) {
            if !value.trim().is_empty() {
                values.entry(name).or_insert(value);
            }
        }
        for name in abbreviations.unexplained.drain(..) {
            let name = text::excerpt(&name);
            remarks.push(format!("the file does not say what “{name}” stands for"));
        }
        if reader.is_cut {
            remarks.push(
                "a brace or quotation mark is not closed: fields may have run together".to_owned(),
            );
        }
        Self { key, values }
    }

    pub fn key(&self) -> &'t str {
        self.key
    }

    /// The first of the fields that is there, as plain text.
    pub fn text(&self, names: &[&str]) -> Option<String> {
        self.raw(names).map(latex::plain)
    }

    /// The first of the fields that is there, for addresses, where `~` and `--` are themselves.
    pub fn verbatim(&self, names: &[&str]) -> Option<String> {
        self.raw(names).map(latex::verbatim)
    }

    /// The authors; the editors where there are none.
    pub fn people(&self, remarks: &mut Vec<String>) -> Vec<Author> {
        if let Some(authors) = self.raw(&["author"]) {
            return people::list(authors, remarks);
        }
        let Some(editors) = self.raw(&["editor"]) else {
            return Vec::new();
        };
        remarks.push("the editors were taken as authors".to_owned());
        people::list(editors, remarks)
    }

    fn raw(&self, names: &[&str]) -> Option<&str> {
        names
            .iter()
            .find_map(|name| self.values.get(*name))
            .map(String::as_str)
    }
}

/// Goes through the body of an entry once.
struct Reader<'t> {
    rest: &'t str,
    braces: Braces,
    /// Whether a value was not closed.
    is_cut: bool,
}

impl<'t> Reader<'t> {
    fn of(body: &Body<'t>) -> Self {
        Self {
            rest: body.text,
            braces: body.braces,
            is_cut: false,
        }
    }

    /// The key before the first comma; empty where the fields begin at once.
    fn key(&mut self) -> &'t str {
        let end = self.rest.find([',', '=', '\n']).unwrap_or(self.rest.len());
        if self.rest[end..].starts_with('=') {
            return "";
        }
        let (key, rest) = self.rest.split_at(end);
        if key.trim().is_empty() && rest.starts_with('\n') {
            self.rest = &rest[1..];
            return self.key_on_next_line();
        }
        self.rest = rest;
        key.trim()
    }

    fn key_on_next_line(&mut self) -> &'t str {
        let line = self.rest.lines().next().unwrap_or_default();
        let key = line.split(',').next().unwrap_or_default();
        if key.contains('=') {
            return "";
        }
        self.rest = &self.rest[key.len()..];
        key.trim()
    }

    /// The next field: its name in lower case and its value. Anything else is passed over, and a
    /// missing comma is not missed.
    fn field(&mut self, abbreviations: &mut Abbreviations) -> Option<(String, String)> {
        let (before, rest) = self.rest.split_once('=')?;
        let mut words = before.rsplit(|character: char| !is_name(character));
        let name = words.find(|word| !word.is_empty()).unwrap_or_default();
        let name = name.to_lowercase();
        self.rest = rest;
        let value = self.value(&name, abbreviations);
        Some((name, value))
    }

    fn value(&mut self, field: &str, abbreviations: &mut Abbreviations) -> String {
        let mut value = String::new();
        loop {
            self.rest = self.rest.trim_start();
            let piece = match self.rest.bytes().next() {
                Some(b'{') => self.until(b'}'),
                Some(b'"') => self.until(b'"'),
                _ => abbreviations.resolve(field, self.word()),
            };
            // A value need not grow beyond what will be kept of it.
            if value.len() < 8 * MAX_FIELD {
                value.push_str(piece);
            }
            let Some(rest) = self.rest.trim_start().strip_prefix('#') else {
                return value;
            };
            self.rest = rest;
        }
    }

    /// What stands between the delimiter that comes next and its closing one at the same depth of
    /// braces; all that is left when there is none.
    fn until(&mut self, close: u8) -> &'t str {
        let mut depth = 0_usize;
        let mut is_escaped = false;
        for (offset, byte) in self.rest.bytes().enumerate().skip(1) {
            let counts = self.braces == Braces::All || !is_escaped;
            let closes = if close == b'"' { !is_escaped } else { counts };
            if byte == close && closes && depth == 0 {
                let inner = &self.rest[1..offset];
                self.rest = &self.rest[offset + 1..];
                return inner;
            }
            match byte {
                b'{' if counts => depth += 1,
                b'}' if counts => depth = depth.saturating_sub(1),
                _ => {}
            }
            is_escaped = byte == b'\\' && !is_escaped;
        }
        let inner = &self.rest[1..];
        self.rest = "";
        self.is_cut = true;
        inner
    }

    /// A number or the name of an abbreviation.
    fn word(&mut self) -> &'t str {
        let is_end = |character: char| {
            character.is_whitespace() || matches!(character, ',' | '#' | '}' | '{' | '"')
        };
        let end = self.rest.find(is_end).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '_' | ':' | '+' | '.')
}
