//! DOIs and web addresses: what is one, and what people paste in its place.

/// A DOI without resolver: `10.`, digits, a slash and a suffix.
#[must_use]
pub fn is_doi(text: &str) -> bool {
    let Some((registrant, suffix)) = text
        .strip_prefix("10.")
        .and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    let is_number = !registrant.is_empty()
        && registrant
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_number && !suffix.is_empty() && !suffix.chars().any(char::is_whitespace)
}

/// The DOI in what was pasted: the address of a resolver, "doi:10.1000/182", or the DOI itself.
#[must_use]
pub fn doi(pasted: &str) -> Option<String> {
    const RESOLVERS: [&str; 8] = [
        "https://doi.org/",
        "http://doi.org/",
        "https://dx.doi.org/",
        "http://dx.doi.org/",
        "https://www.doi.org/",
        "doi.org/",
        "dx.doi.org/",
        "doi:",
    ];
    let pasted = pasted.trim();
    let resolver = RESOLVERS.into_iter().find(|resolver| {
        pasted
            .get(..resolver.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(resolver))
    });
    let doi = match resolver {
        // An address writes what is not plain with percent signs.
        Some(resolver) if resolver.ends_with('/') => decoded(&pasted[resolver.len()..]),
        Some(resolver) => pasted[resolver.len()..].trim().to_owned(),
        None => pasted.to_owned(),
    };
    is_doi(&doi).then_some(doi)
}

/// Text without percent encoding; as it is where that is broken.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        let code = after
            .get(..2)
            .filter(|_| *byte == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let step = if code.is_some() { 3 } else { 1 };
        bytes.push(code.unwrap_or(*byte));
        rest = &rest[step..];
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// An address that a link may lead to.
#[must_use]
pub fn is_web_address(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest
                .chars()
                .any(|letter| letter.is_whitespace() || letter.is_control())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dois_are_checked() {
        assert!(is_doi("10.1111/j.1467-9604.2008.00367.x"));
        assert!(is_doi("10.1037/0022-0663.100.1/a(1)"));
        for bad in ["", "10.", "10.1/", "doi:10.1/2", "10.x/2", "10.1000/a b"] {
            assert!(!is_doi(bad), "{bad}");
        }
    }

    #[test]
    fn the_doi_is_taken_out_of_what_is_pasted() {
        for pasted in [
            "10.1000/a(1)",
            " https://doi.org/10.1000/a(1) ",
            "HTTP://DX.DOI.ORG/10.1000/a%281%29",
            "doi:10.1000/a(1)",
            "DOI: 10.1000/a(1)",
            "doi.org/10.1000/a(1)",
        ] {
            assert_eq!(doi(pasted).as_deref(), Some("10.1000/a(1)"), "{pasted}");
        }
        for bad in [
            "",
            "doi:",
            "https://doi.org/",
            "https://example.org/10.1000/1",
            "10.1000",
            "п".repeat(9).as_str(),
        ] {
            assert_eq!(doi(bad), None, "{bad}");
        }
        assert_eq!(
            doi("https://doi.org/10.1/a%zz%").as_deref(),
            Some("10.1/a%zz%")
        );
    }

    #[test]
    fn only_the_web_is_linked() {
        assert!(is_web_address("https://example.org/a?b=c#d"));
        for bad in [
            "",
            "https://",
            "https:///x",
            "javascript:alert(1)",
            "ftp://x",
            "example.org",
            "https://a b",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }
}
