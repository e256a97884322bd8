//! One sentence on what changed, for the list that readers see.

use super::{Change, Difference, Fate, Part, Piece};
use crate::web::words;

/// What happened to whom, each verb with its objects.
#[derive(Default)]
struct Told {
    changed: Vec<String>,
    added: Vec<String>,
    removed: Vec<String>,
    reordered: Vec<String>,
}

/// "Changed the title, the summary and 2 of 3 findings; added 1 effect". Empty when nothing differs
/// that readers see.
#[must_use]
pub fn summary(differences: &[Difference]) -> String {
    let mut told = Told::default();
    for difference in differences.iter().filter(|difference| difference.public) {
        told.difference(difference);
    }
    let clauses: Vec<_> = [
        ("changed", told.changed),
        ("added", told.added),
        ("removed", told.removed),
        ("reordered", told.reordered),
    ]
    .into_iter()
    .filter(|(_, objects)| !objects.is_empty())
    .map(|(verb, objects)| format!("{verb} {}", words::list(&objects, "and")))
    .collect();
    capitalised(&clauses.join("; "))
}

impl Told {
    fn difference(&mut self, difference: &Difference) {
        let noun = difference.noun;
        let the = format!("the {noun}");
        match &difference.change {
            Change::Words(pieces) if all(pieces, |piece| matches!(piece, Piece::Added(_))) => {
                self.added.push(the);
            }
            Change::Words(pieces) if all(pieces, |piece| matches!(piece, Piece::Removed(_))) => {
                self.removed.push(the);
            }
            Change::Words(_) | Change::Value { .. } => self.changed.push(the),
            Change::Items {
                removed,
                added,
                changed,
                reordered,
                total,
            } => {
                self.items(noun, [changed.len(), added.len(), removed.len()], *total);
                self.order(noun, *reordered);
            }
            Change::Parts {
                parts,
                reordered,
                total,
            } => {
                let fates = [Fate::Changed, Fate::Added, Fate::Removed];
                self.items(noun, fates.map(|fate| count(parts, fate)), *total);
                self.order(noun, *reordered);
            }
        }
    }

    fn items(&mut self, noun: &str, [changed, added, removed]: [usize; 3], total: usize) {
        let many = plural(noun);
        if changed > 0 && total == 1 {
            self.changed.push(format!("the {noun}"));
        } else if changed > 0 {
            let (changed, total) = (words::number(changed), words::number(total));
            self.changed.push(format!("{changed} of {total} {many}"));
        }
        if added > 0 {
            self.added.push(words::count(added, noun, &many));
        }
        if removed > 0 {
            self.removed.push(words::count(removed, noun, &many));
        }
    }

    fn order(&mut self, noun: &str, reordered: bool) {
        if reordered {
            self.reordered.push(format!("the {}", plural(noun)));
        }
    }
}

fn all(pieces: &[Piece], is: impl Fn(&Piece) -> bool) -> bool {
    pieces.iter().all(is)
}

fn count(parts: &[Part], fate: Fate) -> usize {
    parts.iter().filter(|part| part.fate == fate).count()
}

fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{noun}s"),
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}
