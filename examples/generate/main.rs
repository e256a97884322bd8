//! Writes a generated collection into a folder that `import` reads.
//!
//! ```sh
//! cargo run --release --example generate -- --studies 10000 --out FOLDER [--seed 1]
//! ```

mod collection;

use std::path::PathBuf;

use collection::{Result, generate};

const USAGE: &str = "usage: generate --studies NUMBER --out FOLDER [--seed NUMBER]";

fn main() -> Result<()> {
    let Arguments { studies, out, seed } = Arguments::read(std::env::args().skip(1))?;
    let interventions = generate(studies, &out, seed)?;
    println!(
        "{studies} studies and {interventions} interventions in {} (seed {seed})",
        out.display(),
    );
    Ok(())
}

struct Arguments {
    studies: usize,
    out: PathBuf,
    seed: u64,
}

impl Arguments {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let (mut studies, mut out, mut seed) = (None, None, 1);
        while let Some(word) = words.next() {
            let value = words.next().ok_or(USAGE)?;
            match word.as_str() {
                "--studies" => studies = Some(value.parse()?),
                "--out" => out = Some(PathBuf::from(value)),
                "--seed" => seed = value.parse()?,
                _ => return Err(USAGE.into()),
            }
        }
        Ok(Self {
            studies: studies.ok_or(USAGE)?,
            out: out.ok_or(USAGE)?,
            seed,
        })
    }
}
