//! DOIs and web addresses: what is one, and what people and files write in its place. A DOI is
//! `10.`, the registrant's number, `/` and a name
//! (<https://www.doi.org/doi-handbook/HTML/>).

/// No DOI in use is nearly as long; whatever is longer is some other text.
const MAX_DOI: usize = 400;
/// Registrants have numbers of at least so many digits.
const REGISTRANT: usize = 4;
/// Hosts whose addresses are a DOI behind the first slash.
const RESOLVERS: [&str; 3] = ["doi.org/", "dx.doi.org/", "www.doi.org/"];

/// Whether a text is a DOI and nothing else.
#[must_use]
pub fn is_doi(text: &str) -> bool {
    let parts = text
        .strip_prefix("10.")
        .and_then(|rest| rest.split_once('/'));
    let Some((registrant, name)) = parts else {
        return false;
    };
    text.len() <= MAX_DOI
        && registrant.split('.').all(is_digits)
        && registrant.split('.').next().unwrap_or_default().len() >= REGISTRANT
        && !name.is_empty()
        && is_without_blanks(name)
}

/// The DOI that a text says: by itself, after `doi:`, or as the address of a resolver.
#[must_use]
pub fn doi(text: &str) -> Option<String> {
    let text = text.trim();
    let labels = ["doi:", "doi "];
    let name = labels.iter().find_map(|label| after(text, label));
    let name = name.unwrap_or(text).trim_start();
    doi_of_address(name).or_else(|| plain(name))
}

/// The DOI that the address of a resolver leads to.
#[must_use]
pub fn doi_of_address(address: &str) -> Option<String> {
    let address = address.trim();
    let rest = after_scheme(address).unwrap_or(address);
    let name = RESOLVERS.iter().find_map(|host| after(rest, host))?;
    in_address(name)
}

/// The first DOI in running text.
#[must_use]
pub fn find_doi(text: &str) -> Option<String> {
    dois(text).next().map(|(_, doi)| doi)
}

/// Every DOI in running text and in the addresses there, with its offset.
pub fn dois(text: &str) -> impl Iterator<Item = (usize, String)> {
    let mut end = 0;
    text.match_indices("10.").filter_map(move |(start, _)| {
        let before = text[..start].chars().next_back();
        let is_within = before.is_some_and(|before| before.is_ascii_digit() || before == '.');
        if start < end || is_within {
            return None;
        }
        let word = word(&text[start..]);
        let doi = match before {
            Some('/') => in_address(word),
            Some('=') => in_address(word.split('&').next()?),
            _ => plain(word),
        }?;
        end = start + word.len();
        Some((start, doi))
    })
}

/// What two spellings of one DOI have in common: its case makes no difference.
#[must_use]
pub fn doi_key(doi: &str) -> String {
    doi.to_lowercase()
}

/// Where a DOI leads.
#[must_use]
pub fn doi_address(doi: &str) -> String {
    format!("https://doi.org/{doi}")
}

/// Whether a link may lead to an address. Files carry `javascript:` and paths of disks too.
#[must_use]
pub fn is_web_address(text: &str) -> bool {
    after_scheme(text).is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !host.is_empty() && is_without_blanks(rest)
    })
}

/// The address of the web that a text says. `www.` begins one as well.
#[must_use]
pub fn web_address(text: &str) -> Option<String> {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || "<>".contains(letter));
    let address = match after(text, "www.") {
        Some(_) => format!("https://{text}"),
        None => text.to_owned(),
    };
    is_web_address(&address).then_some(address)
}

/// An address without scheme and `www.`, for link texts that people read.
#[must_use]
pub fn without_scheme(address: &str) -> &str {
    let rest = after_scheme(address).unwrap_or(address);
    after(rest, "www.").unwrap_or(rest).trim_end_matches('/')
}

/// The DOI that a text is, but for what a sentence puts after it.
fn plain(text: &str) -> Option<String> {
    let name = trimmed(text);
    is_doi(name).then(|| name.to_owned())
}

/// The DOI that is the last part of an address. An address writes what is not plain with percent
/// signs.
fn in_address(name: &str) -> Option<String> {
    plain(&decoded(name.split(['?', '#']).next()?))
}

/// The beginning of a text, up to what cannot be part of a DOI.
fn word(text: &str) -> &str {
    // Beyond that there is no DOI, and a long text without blanks is not read again and again.
    let text = &text[..text.floor_char_boundary(MAX_DOI + 4)];
    let mut letters = text.char_indices().peekable();
    while let Some((index, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        // A tag follows, not the `<15::AID…` of old DOIs.
        let is_tag = letter == '<' && next.is_none_or(|next| next == '/' || next.is_alphabetic());
        if letter.is_whitespace() || letter == '"' || is_tag {
            return &text[..index];
        }
    }
    text
}

/// A text without what a sentence puts after a DOI. A closing bracket stays when its opening one is
/// within: `10.1002/(SICI)1097` and `10.1016/S0022(99)`.
fn trimmed(text: &str) -> &str {
    const MARKS: [char; 11] = ['.', ',', ';', ':', '?', '!', '\'', '"', '”', '’', ' '];
    if text.len() > 2 * MAX_DOI {
        return text;
    }
    let mut name = text;
    loop {
        let mut rest = name.trim_end_matches(MARKS);
        if let Some((open, close)) = [('(', ')'), ('[', ']'), ('{', '}'), ('<', '>')]
            .into_iter()
            .find(|(_, close)| rest.ends_with(*close))
            && rest.matches(close).count() > rest.matches(open).count()
        {
            rest = &rest[..rest.len() - 1];
        }
        if rest.len() == name.len() {
            return name;
        }
        name = rest;
    }
}

/// Text without percent encoding; as it is where that is broken.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        let code = after
            .get(..2)
            .filter(|digits| *byte == b'%' && digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let step = if code.is_some() { 3 } else { 1 };
        bytes.push(code.unwrap_or(*byte));
        rest = &rest[step..];
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn after_scheme(address: &str) -> Option<&str> {
    after(address, "https://").or_else(|| after(address, "http://"))
}

/// What follows a beginning, whatever its case.
fn after<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let head = text.get(..start.len())?;
    head.eq_ignore_ascii_case(start)
        .then(|| &text[start.len()..])
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_without_blanks(text: &str) -> bool {
    !text
        .chars()
        .any(|letter| letter.is_whitespace() || letter.is_control())
}

#[cfg(test)]
mod tests;
