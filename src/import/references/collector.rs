//! What a reader has gathered so far: it numbers the records, tidies the references, and stops
//! at the bound.

use super::{Fault, Found, MAX_REFERENCES, Read, Reference};

/// Remarks on one reference: nobody reads more, and a file must not make thousands.
const MAX_REMARKS: usize = 20;

#[derive(Debug, Default)]
pub struct Collector {
    read: Read,
    number: usize,
    /// The line of the first record beyond the bound.
    full_at: usize,
    /// Whether it goes without saying that a record has no title.
    without_titles: bool,
}

impl Collector {
    /// For a format in which records are no more than DOIs.
    pub fn without_titles() -> Self {
        Self {
            without_titles: true,
            ..Self::default()
        }
    }

    /// A record as it was read. Without a title it can still be found by its DOI; without either
    /// nothing can be made of it.
    pub fn found(&mut self, line: usize, reference: Reference, mut remarks: Vec<String>) {
        if !self.has_room(line) {
            return;
        }
        let reference = reference.tidy(&mut remarks);
        if reference.title.is_empty() {
            if reference.doi.is_none() {
                self.fault(line, "it has neither a title nor a DOI".to_owned());
                return;
            }
            remarks.extend((!self.without_titles).then(|| "it has no title".to_owned()));
        }
        remarks.dedup();
        remarks.truncate(MAX_REMARKS);
        self.read.references.push(Found {
            number: self.number,
            line,
            reference,
            remarks,
        });
    }

    /// A record of which nothing can be kept.
    pub fn broken(&mut self, line: usize, message: impl Into<String>) {
        if self.has_room(line) {
            self.fault(line, message.into());
        }
    }

    /// Whether further records would be left out, so that a reader need not take them apart.
    pub fn is_full(&self) -> bool {
        self.number >= MAX_REFERENCES
    }

    #[must_use]
    pub fn finish(mut self) -> Read {
        if self.number > MAX_REFERENCES {
            let left = self.number - MAX_REFERENCES;
            self.read.faults.push(Fault {
                number: MAX_REFERENCES + 1,
                line: self.full_at,
                message: format!(
                    "{left} more records were left out: a file may hold at most {MAX_REFERENCES}"
                ),
            });
        }
        self.read
    }

    fn has_room(&mut self, line: usize) -> bool {
        self.number += 1;
        if self.number == MAX_REFERENCES + 1 {
            self.full_at = line;
        }
        self.number <= MAX_REFERENCES
    }

    fn fault(&mut self, line: usize, message: String) {
        self.read.faults.push(Fault {
            number: self.number,
            line,
            message,
        });
    }
}

/// The lines of a text that is read in order, front to back.
#[derive(Debug)]
pub struct Lines<'t> {
    text: &'t str,
    offset: usize,
    line: usize,
}

impl<'t> Lines<'t> {
    pub fn of(text: &'t str) -> Self {
        Self {
            text,
            offset: 0,
            line: 1,
        }
    }

    /// The line at an offset, counted from 1. Offsets must not go backwards.
    pub fn at(&mut self, offset: usize) -> usize {
        self.line += self.text[self.offset..offset].matches('\n').count();
        self.offset = offset;
        self.line
    }
}
