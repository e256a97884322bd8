//! DOIs and web addresses, freed of what people put around them.

/// No DOI in use is nearly as long; whatever is longer is some other text.
const MAX_DOI: usize = 400;

/// A DOI without what people put before and after it. `None` when what is left is not one:
/// `10.`, the number of the registrant, `/`, and something without spaces.
pub fn doi(text: &str) -> Option<String> {
    let name = text.trim();
    let name = doi_of_address(name).unwrap_or_else(|| strip_label(name).to_owned());
    let name = trim_after_doi(&name);
    is_doi(name).then(|| name.to_owned())
}

/// The DOI that an address of the resolver leads to.
pub fn doi_of_address(address: &str) -> Option<String> {
    let address =
        strip_ascii_prefix(address, "https:").or_else(|| strip_ascii_prefix(address, "http:"));
    let address = address.map(|rest| rest.trim_start_matches('/'))?;
    let host = ["doi.org/", "dx.doi.org/", "www.doi.org/"];
    let name = host
        .iter()
        .find_map(|host| strip_ascii_prefix(address, host))?;
    let name = name.replace("%2F", "/").replace("%2f", "/");
    let name = trim_after_doi(&name);
    is_doi(name).then(|| name.to_owned())
}

/// An address that a page may link to. Files carry `javascript:` and paths of someone's disk too.
pub fn web_address(text: &str) -> Option<String> {
    let text = text.trim_matches(['<', '>', ' ']);
    let is_web = |text: &str| {
        let rest =
            strip_ascii_prefix(text, "http://").or_else(|| strip_ascii_prefix(text, "https://"));
        rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(' '))
    };
    if strip_ascii_prefix(text, "www.").is_some() && !text.contains(' ') {
        return Some(format!("https://{text}"));
    }
    is_web(text).then(|| text.to_owned())
}

/// The DOI that begins where the text begins, up to what cannot be part of one in running text.
pub fn doi_at_start(text: &str) -> Option<&str> {
    let text = &text[..text.floor_char_boundary(MAX_DOI)];
    let mut end = text.len();
    let mut characters = text.char_indices().peekable();
    while let Some((index, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        // A tag follows, not the `<15::AID…` of old DOIs.
        let is_tag =
            character == '<' && next.is_none_or(|next| next == '/' || next.is_alphabetic());
        if character.is_whitespace() || character == '"' || is_tag {
            end = index;
            break;
        }
    }
    let name = trim_after_doi(&text[..end]);
    is_doi(name).then_some(name)
}

fn is_doi(text: &str) -> bool {
    if text.len() > MAX_DOI {
        return false;
    }
    let Some((registrant, rest)) = text
        .strip_prefix("10.")
        .and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    registrant.split('.').all(is_digits) && !rest.is_empty() && !rest.contains(char::is_whitespace)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn strip_label(text: &str) -> &str {
    let labels = ["doi.org/", "dx.doi.org/", "doi:", "doi "];
    let rest = labels
        .iter()
        .find_map(|label| strip_ascii_prefix(text, label));
    rest.unwrap_or(text).trim_start()
}

/// What a sentence puts after a DOI. A closing bracket stays when its opening one is within:
/// `10.1002/(SICI)1097` and `10.1016/S0022(99)`.
fn trim_after_doi(text: &str) -> &str {
    if text.len() > 2 * MAX_DOI {
        return text;
    }
    let mut name = text;
    loop {
        let trimmed = name.trim_end_matches(['.', ',', ';', ':', '\'', '"', '”', '’', ' ']);
        let trimmed = match trimmed.chars().next_back() {
            Some(close @ (')' | ']' | '}' | '>')) => {
                let open = match close {
                    ')' => '(',
                    ']' => '[',
                    '}' => '{',
                    _ => '<',
                };
                if trimmed.matches(close).count() > trimmed.matches(open).count() {
                    &trimmed[..trimmed.len() - 1]
                } else {
                    trimmed
                }
            }
            _ => trimmed,
        };
        if trimmed.len() == name.len() {
            return name;
        }
        name = trimmed;
    }
}

fn strip_ascii_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doi_is_freed_of_what_people_put_around_it() {
        for given in [
            "10.1000/Example.1",
            "doi:10.1000/Example.1",
            "DOI: 10.1000/Example.1.",
            "https://doi.org/10.1000/Example.1",
            "http://dx.doi.org/10.1000%2FExample.1",
            "HTTPS://DOI.ORG/10.1000/Example.1;",
            "10.1000/Example.1)",
        ] {
            assert_eq!(doi(given).as_deref(), Some("10.1000/Example.1"), "{given}");
        }
        let old = "10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2";
        assert_eq!(doi(old).as_deref(), Some(old));
        assert_eq!(
            doi("10.1016/S0022(99)").as_deref(),
            Some("10.1016/S0022(99)")
        );
        for bad in [
            "",
            "10.1000",
            "10.x/1",
            "11.1000/1",
            "10.1000/a b",
            "10./x",
            "10.1000/.",
            &format!("10.1/{}", "x".repeat(500)),
        ] {
            assert_eq!(doi(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_the_web_is_linked_to() {
        assert_eq!(
            web_address("www.example.org").as_deref(),
            Some("https://www.example.org")
        );
        assert_eq!(
            web_address("<http://example.org/a>").as_deref(),
            Some("http://example.org/a")
        );
        for bad in [
            "javascript:alert(1)",
            "C:\\papers\\x.pdf",
            "https://",
            "http://a b",
            "internal-pdf://1/x.pdf",
        ] {
            assert_eq!(web_address(bad), None, "{bad}");
        }
    }
}
