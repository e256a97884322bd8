use super::*;

/// A DOI of a time when brackets, colons and semicolons were in fashion.
const OLD: &str = "10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2";

#[test]
fn a_doi_is_a_number_and_a_name() {
    for good in [
        "10.1111/j.1467-9604.2008.00367.x",
        "10.1037/0022-0663.100.1/a(1)",
        "10.1000.5/x",
        OLD,
    ] {
        assert!(is_doi(good), "{good}");
    }
    for bad in [
        "",
        "10.",
        "10.1000",
        "10.1000/",
        "10.1/x",
        "10.x/2",
        "10./x",
        "11.1000/1",
        "10.1000./x",
        "10.1000x/y",
        "doi:10.1000/2",
        "10.1000/a b",
        &format!("10.1000/{}", "x".repeat(500)),
    ] {
        assert!(!is_doi(bad), "{bad}");
    }
}

#[test]
fn a_doi_is_freed_of_what_people_put_around_it() {
    for given in [
        "10.1000/Example.1",
        "doi:10.1000/Example.1",
        "DOI: 10.1000/Example.1.",
        " DOI 10.1000/Example.1 ",
        "doi.org/10.1000/Example.1",
        "https://doi.org/10.1000/Example.1",
        "doi: https://doi.org/10.1000/Example.1",
        "https://www.doi.org/10.1000/Example.1?from=mail#top",
        "http://dx.doi.org/10.1000%2FExample.1",
        "HTTPS://DOI.ORG/10.1000/Example.1;",
        "10.1000/Example.1)",
        "10.1000/Example.1?",
    ] {
        assert_eq!(doi(given).as_deref(), Some("10.1000/Example.1"), "{given}");
    }
    for (given, name) in [
        ("HTTP://DX.DOI.ORG/10.1000/a%281%29", "10.1000/a(1)"),
        ("https://doi.org/10.1000/a%zz%", "10.1000/a%zz%"),
        ("https://doi.org/10.1000/a%+1", "10.1000/a%+1"),
        ("10.1000/a%281%29", "10.1000/a%281%29"),
        ("10.1016/S0022(99)", "10.1016/S0022(99)"),
        (OLD, OLD),
    ] {
        assert_eq!(doi(given).as_deref(), Some(name), "{given}");
    }
    for bad in [
        "",
        "doi:",
        "https://doi.org/",
        "https://example.org/10.1000/1",
        "10.1000/.",
        "10.1000/a b",
        "п".repeat(9).as_str(),
    ] {
        assert_eq!(doi(bad), None, "{bad}");
    }
}

#[test]
fn dois_are_found_in_running_text() {
    for (text, doi) in [
        (" doi:10.1000/abc. ", "10.1000/abc"),
        ("DOI10.1000/abc", "10.1000/abc"),
        ("https://doi.org/10.1000%2Fabc", "10.1000/abc"),
        ("https://x.org/doi/full/10.1000/abc?x=1#top", "10.1000/abc"),
        ("https://x.org/?doi=10.1000%2Fabc&x=1", "10.1000/abc"),
        ("Smith (2010), (10.1000/ABC)", "10.1000/ABC"),
        ("Who has read 10.1000/abc?", "10.1000/abc"),
        ("<a href=\"https://doi.org/10.1000/abc\">", "10.1000/abc"),
        ("<b>10.1000/abc</b>", "10.1000/abc"),
        (
            "10.1016/s0140-6736(09)60879-5",
            "10.1016/s0140-6736(09)60879-5",
        ),
        ("see 10. May/June, and 10.1000.5/x", "10.1000.5/x"),
        (OLD, OLD),
    ] {
        assert_eq!(find_doi(text).as_deref(), Some(doi), "{text}");
    }
    for none in [
        "",
        "10.1/x",
        "10.1000",
        "10.1000/",
        "v10.1000x/y",
        "110.1000/x",
        "1.10.1000/x",
        "see vol. 10.2/3 of",
        "unavailable",
        &format!("10.1000/{}", "é".repeat(500)),
    ] {
        assert_eq!(find_doi(none), None, "{none}");
    }
    let all: Vec<_> = dois("10.1000/a 10.1000/10.1000/b").collect();
    assert_eq!(
        all,
        [
            (0, "10.1000/a".to_owned()),
            (10, "10.1000/10.1000/b".to_owned())
        ]
    );
}

#[test]
fn case_makes_no_difference_to_a_doi() {
    assert_eq!(doi_key("10.1000/ABC"), doi_key("10.1000/abc"));
}

#[test]
fn only_the_web_is_linked() {
    for good in [
        "https://example.org/a?b=c#d",
        "http://example.org",
        "HTTPS://EXAMPLE.ORG/",
    ] {
        assert!(is_web_address(good), "{good}");
    }
    for bad in [
        "",
        "https://",
        "https:///x",
        "http://?x",
        "javascript:alert(1)",
        "ftp://x",
        "C:\\papers\\x.pdf",
        "internal-pdf://1/x.pdf",
        "example.org",
        "https://a b",
        "https://a\u{1}b",
    ] {
        assert!(!is_web_address(bad), "{bad}");
        assert_eq!(web_address(bad), None, "{bad}");
    }
}

#[test]
fn an_address_is_freed_of_what_people_put_around_it() {
    for (given, address) in [
        ("www.example.org", "https://www.example.org"),
        ("<http://example.org/a>", "http://example.org/a"),
        (" https://example.org\n", "https://example.org"),
    ] {
        assert_eq!(web_address(given).as_deref(), Some(address));
    }
    assert_eq!(
        without_scheme("https://www.example.org/a/"),
        "example.org/a"
    );
    assert_eq!(without_scheme("example.org"), "example.org");
}
