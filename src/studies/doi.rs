//! DOIs as people and files write them.

/// Longer than any DOI that is in use.
const MAX: usize = 300;

/// The first DOI in a text: by itself, after `doi:`, or within an address. Lower case, since case
/// makes no difference.
#[must_use]
pub fn find(text: &str) -> Option<String> {
    let text = text.replace("%2F", "/").replace("%2f", "/");
    text.match_indices("10.")
        .filter(|(place, _)| {
            let before = text[..*place].chars().next_back();
            before.is_none_or(|before| !before.is_alphanumeric() && before != '.')
        })
        .find_map(|(place, _)| at_start(&text[place..]))
}

/// The DOI with which a text begins: `10.`, the registrant's number, a slash, and the rest.
fn at_start(text: &str) -> Option<String> {
    let text = text.split_whitespace().next()?;
    let (prefix, name) = text.split_once('/')?;
    let number = prefix.strip_prefix("10.")?;
    let is_number = number.len() >= 4
        && number.starts_with(|letter: char| letter.is_ascii_digit())
        && number
            .chars()
            .all(|letter| letter.is_ascii_digit() || letter == '.');
    let name = name.split(['?', '#', '"']).next()?;
    let name = name.trim_end_matches(['.', ',', ';', ':', '\'', '”', '’', ']', '}', '>']);
    // A closing bracket belongs to the DOI only if one was opened in it.
    let name = match name.strip_suffix(')') {
        Some(rest) if !rest.contains('(') => rest.trim_end_matches(['.', ',', ';']),
        _ => name,
    };
    let doi = format!("{prefix}/{name}").to_lowercase();
    (is_number && !name.is_empty() && doi.len() <= MAX).then_some(doi)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dois_are_found_however_they_are_written() {
        for (text, doi) in [
            ("10.1000/ABC", "10.1000/abc"),
            (" doi:10.1000/abc. ", "10.1000/abc"),
            ("https://doi.org/10.1000%2Fabc", "10.1000/abc"),
            ("https://x.org/doi/full/10.1000/abc?x=1#top", "10.1000/abc"),
            ("Smith (2010), (10.1000/abc)", "10.1000/abc"),
            (
                "10.1016/s0140-6736(09)60879-5",
                "10.1016/s0140-6736(09)60879-5",
            ),
            ("see 10. May/June, and 10.1000.5/x", "10.1000.5/x"),
        ] {
            assert_eq!(find(text).as_deref(), Some(doi), "{text}");
        }
        for none in [
            "",
            "10.1/x",
            "10.1000",
            "10.1000/",
            "v10.1000x/y",
            "110.1000/x",
            "unavailable",
        ] {
            assert_eq!(find(none), None, "{none}");
        }
    }
}
