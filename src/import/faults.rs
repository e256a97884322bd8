//! What is wrong with a folder that is to be imported, named by file, record and field.

use std::fmt;

/// The most faults that are kept word by word; further ones are counted.
const KEPT: usize = 10_000;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub file: String,
    /// Which record: its place, and its slug where it has one.
    pub record: Option<String>,
    /// Path within the record, such as `effects[0].metric`.
    pub field: Option<String>,
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        for part in [&self.record, &self.field].into_iter().flatten() {
            write!(f, ", {part}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// All that is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    pub kept: Vec<Fault>,
    /// How many more there were.
    pub further: usize,
}

impl Faults {
    pub fn push(&mut self, fault: Fault) {
        if self.kept.len() < KEPT {
            self.kept.push(fault);
        } else {
            self.further += 1;
        }
    }

    #[must_use]
    pub fn count(&self) -> usize {
        self.kept.len() + self.further
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.kept {
            writeln!(f, "{fault}")?;
        }
        if self.further > 0 {
            writeln!(f, "… and {} more", self.further)?;
        }
        let count = self.count();
        write!(
            f,
            "Nothing was imported: {count} {} found",
            if count == 1 { "fault" } else { "faults" }
        )
    }
}

impl std::error::Error for Faults {}
