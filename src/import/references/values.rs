//! The spellings of values that every format shares: years, pages, keywords, numbers.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use super::text::clean;

/// Years in which a work can have appeared; `0000` stands for none.
pub const YEARS: RangeInclusive<i16> = 1000..=2999;

/// Keywords of one reference; the rest is cut.
const MAX_KEYWORDS: usize = 1_000;

/// The first year in a date, however it is written: `2008/06/01/`, `c2009`, `2012 Mar`. A number
/// of four digits that cannot be a year is remarked on.
pub fn year(date: &str, remarks: &mut Vec<String>) -> Option<i16> {
    let numbers = date.split(|character: char| !character.is_ascii_digit());
    let mut numbers = numbers.filter(|number| number.len() == 4).peekable();
    let first = numbers.peek().copied();
    let year = numbers
        .filter_map(|number| number.parse().ok())
        .find(|year| YEARS.contains(year));
    if let (Some(number), None) = (first, year) {
        remarks.push(format!("year {number} was ignored"));
    }
    year
}

/// Pages with a plain hyphen between first and last: `7--26`, `7–26` and `pp. 7 - 26` are `7-26`.
pub fn pages(text: &str) -> String {
    let text = clean(text);
    let mut rest = text.as_str();
    loop {
        rest = rest.trim_start_matches(|character| character == ' ' || is_hyphen(character));
        let label = ["pp.", "pp ", "p. "]
            .iter()
            .find_map(|label| rest.strip_prefix(label));
        match label {
            Some(after) => rest = after,
            None => break,
        }
    }
    let mut pages = String::with_capacity(rest.len());
    for character in rest.chars() {
        if is_hyphen(character) {
            pages.truncate(pages.trim_end_matches([' ', '-']).len());
            pages.push('-');
        } else if character != ' ' || !pages.ends_with('-') {
            pages.push(character);
        }
    }
    pages.truncate(pages.trim_end_matches(['-', ' ']).len());
    pages
}

fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Abbreviated last pages, as PubMed writes them, in full: `200-15` is `200-215`.
pub fn full_pages(text: &str) -> String {
    let pages = pages(text);
    match pages.split_once('-') {
        Some((first, last)) if is_digits(first) && is_digits(last) && last.len() < first.len() => {
            format!("{first}-{}{last}", &first[..first.len() - last.len()])
        }
        _ => pages,
    }
}

/// Keywords one by one, each once. A semicolon or refer's `%K` separates several in one field.
pub fn keywords(fields: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut keywords = Vec::new();
    for field in fields {
        for keyword in clean(field).split("%K").flat_map(|part| part.split(';')) {
            let keyword = clean(keyword);
            if !keyword.is_empty()
                && keywords.len() < MAX_KEYWORDS
                && seen.insert(keyword.to_lowercase())
            {
                keywords.push(keyword);
            }
        }
    }
    keywords
}

/// Keywords of a format that has one field for all of them: separated by semicolons where there
/// is one, else by commas.
pub fn keyword_list(field: &str) -> Vec<String> {
    let field = clean(field);
    let separator = if field.contains(';') { ';' } else { ',' };
    field.split(separator).map(str::to_owned).collect()
}

/// The reverse of [`keyword_list`]. A single keyword with a comma needs the semicolon after it,
/// and a semicolon right behind "R&D" would make an entity of it.
pub fn joined_keywords(keywords: &[String]) -> String {
    let apart = |keyword: &String| match keyword.rsplit(' ').next() {
        Some(word) if word.contains('&') => format!("{keyword} "),
        _ => keyword.clone(),
    };
    match keywords {
        [only] if !only.contains(',') => only.clone(),
        [only] => format!("{};", apart(only)),
        _ => keywords.iter().map(apart).collect::<Vec<_>>().join("; "),
    }
}

/// Whether a number is an ISSN or ISBN, which files also put where the number of a report goes.
pub fn is_serial_number(text: &str) -> bool {
    let mut characters: Vec<char> = text
        .chars()
        .filter(|character| !"- ".contains(*character))
        .collect();
    let is_checked = matches!(characters.pop(), Some('0'..='9' | 'x' | 'X'));
    is_checked
        && matches!(characters.len(), 7 | 9 | 12)
        && characters.iter().all(char::is_ascii_digit)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_found_in_any_date() {
        for (date, expected) in [
            ("2011", Some(2011)),
            ("2008/06/01/", Some(2008)),
            ("c2009", Some(2009)),
            ("2012 Mar", Some(2012)),
            ("12 May 2013", Some(2013)),
            ("[2010-05]", Some(2010)),
            ("20110", None),
            ("in press", None),
        ] {
            let mut remarks = Vec::new();
            assert_eq!(year(date, &mut remarks), expected, "{date}");
            assert!(remarks.is_empty());
        }
        let mut remarks = Vec::new();
        assert_eq!(year("0000", &mut remarks), None);
        assert_eq!(remarks, ["year 0000 was ignored"]);
    }

    #[test]
    fn pages_have_one_spelling() {
        for (given, expected) in [
            ("7--26", "7-26"),
            ("7–26", "7-26"),
            ("pp. 7 - 26", "7-26"),
            ("S1—S5", "S1-S5"),
            ("7-9, 12-14", "7-9, 12-14"),
            ("e1234", "e1234"),
            ("26-", "26"),
            ("- pp. pp.7 - - 26", "7-26"),
            ("-", ""),
        ] {
            assert_eq!(pages(given), expected, "{given}");
        }
        assert_eq!(full_pages("200-15"), "200-215");
        assert_eq!(full_pages("7-26"), "7-26");
        assert_eq!(full_pages("e200-5"), "e200-5");
    }

    #[test]
    fn keywords_part_at_semicolons_or_else_commas() {
        let tidy = |field: &str| keywords(&keyword_list(field));
        assert_eq!(tidy("a, b"), ["a", "b"]);
        assert_eq!(
            tidy("Schools, primary; Reading;"),
            ["Schools, primary", "Reading"]
        );
        assert_eq!(tidy("R&amp;D, reading"), ["R&D", "reading"]);
        for words in [
            vec!["R&D"],
            vec!["R&D", "a"],
            vec!["a, b"],
            vec!["a&lt, b"],
            vec![],
        ] {
            let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
            assert_eq!(tidy(&joined_keywords(&words)), words);
        }
    }

    #[test]
    fn issn_and_isbn_are_no_report_numbers() {
        for serial in ["1234-567X", "978-1-23-456789-7", "1234567890"] {
            assert!(is_serial_number(serial), "{serial}");
        }
        assert!(!is_serial_number("RR 123") && !is_serial_number("2011/3"));
    }
}
