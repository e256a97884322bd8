use super::*;
use crate::import::references::Found;

fn only(text: &str) -> Found {
    let read = read(text);
    assert_eq!(read.faults, [], "{text}");
    assert_eq!(read.references.len(), 1, "{text}");
    read.references.into_iter().next().unwrap()
}

#[test]
fn a_complete_item_is_read() {
    let text = r#"[
  {
    "id": "example2011", "type": "article-journal",
    "title": "An <i>example</i> study &amp; more",
    "author": [
      {"family": "Example", "given": "Ann", "suffix": "Jr."},
      {"family": "Sample", "given": "Bob", "non-dropping-particle": "van", "dropping-particle": "de"},
      {"literal": "Sample, Inc."},
      {"family": "ExampleOrg"},
      "Third, Ann"
    ],
    "issued": {"date-parts": [["2011", 5, 1]]},
    "container-title": "Journal of Examples",
    "volume": 12, "issue": "3", "page": "7–26",
    "DOI": "https://doi.org/10.1000/ex.1", "URL": "https://example.org/1",
    "abstract": "<jats:p>What it found.</jats:p>", "keyword": "reading, families", "language": "en", "note": "A note."
  }
]"#;
    let expected = Reference {
        title: "An example study & more".to_owned(),
        authors: vec![
            names::family_given("Example", "Ann, Jr."),
            names::family_given("de van Sample", "Bob"),
            Author::Corporate("Sample, Inc.".to_owned()),
            Author::Corporate("ExampleOrg".to_owned()),
            names::family_given("Third", "Ann"),
        ],
        year: Some(2011),
        kind: Some(PublicationKind::JournalArticle),
        container_title: Some("Journal of Examples".to_owned()),
        publisher: None,
        volume: Some("12".to_owned()),
        issue: Some("3".to_owned()),
        pages: Some("7-26".to_owned()),
        doi: Some("10.1000/ex.1".to_owned()),
        url: Some("https://example.org/1".to_owned()),
        abstract_text: Some("What it found.".to_owned()),
        keywords: vec!["reading".to_owned(), "families".to_owned()],
        language: Some("en".to_owned()),
        note: Some("A note.".to_owned()),
        identifier: Some("example2011".to_owned()),
    };
    let found = only(text);
    assert_eq!(found.line, 2);
    assert_eq!(found.reference, expected);
}

#[test]
fn items_come_in_an_array_alone_or_wrapped() {
    for text in [
        r#"[{"title": "x"}]"#,
        r#"{"title": "x", "issued": {"raw": "2011"}}"#,
        r#" { "items" : [ {"title": "x {not} [an] \"item\""} ] }"#,
        "\u{feff}{\"title\": \"x\"}",
    ] {
        assert!(only(text).reference.title.starts_with('x'), "{text}");
    }
    let two = read("{\"title\": \"x\"}\n{\"title\": \"y\"}\n");
    assert_eq!(two.references.len(), 2);
}

#[test]
fn years_come_in_every_form() {
    for issued in [
        r#"{"date-parts": [[2011]]}"#,
        r#"{"date-parts": [["2011", "5"], [2012]]}"#,
        r#"{"raw": "May 2011"}"#,
        r#"{"literal": "2011?"}"#,
        r#""2011-05~""#,
        "2011",
    ] {
        let text = format!(r#"[{{"title": "x", "issued": {issued}}}]"#);
        assert_eq!(only(&text).reference.year, Some(2011), "{issued}");
    }
}

#[test]
fn a_broken_item_loses_no_other() {
    let text =
        "[\n  {\"title\": \"One\"},\n  {\"title\": \"Two\" \"x\": 1},\n  {\"title\": \"Three\"}\n]";
    let read_comma = read(text);
    assert_eq!(read_comma.references.len(), 2);
    assert_eq!(
        (read_comma.faults[0].number, read_comma.faults[0].line),
        (2, 3)
    );
    assert_eq!(
        read_comma.faults[0].message,
        "it is not well-formed JSON at line 3: a comma or a quotation mark may be missing"
    );
    let unclosed = "[\n  {\n    \"title\": \"One\",\n    \"issued\": {\"raw\": \"2011\"\n  },\n  {\n    \"title\": \"Two\"\n  },\n  {\"title\": \"Three\"}\n]";
    let read_unclosed = read(unclosed);
    assert_eq!(read_unclosed.references.len(), 2);
    assert_eq!(read_unclosed.references[1].line, 9);
    assert_eq!(
        read_unclosed.faults[0].message,
        "it is cut off: a bracket or a quotation mark is not closed"
    );
    let unquoted = "[\n  {\"title\": \"One},\n  {\"title\": \"Two\"}\n]";
    assert_eq!(read(unquoted).references.len(), 1);
}

#[test]
fn a_title_may_be_missing_where_there_is_a_doi() {
    let read = read(
        r#"[{"DOI": "10.1000/1"}, {"type": "book"}, {"title": ["From Crossref"], "number": 7, "type": "report", "genre": "Discussion paper"}]"#,
    );
    assert_eq!(read.references[0].remarks, ["it has no title"]);
    assert_eq!(read.faults[0].message, "it has neither a title nor a DOI");
    let report = &read.references[1].reference;
    assert_eq!(
        (report.title.as_str(), report.issue.as_deref()),
        ("From Crossref", Some("7"))
    );
    assert_eq!(report.kind, Some(PublicationKind::WorkingPaper));
}

#[test]
fn deep_nesting_is_refused() {
    let text = format!(
        "[{{\"title\": \"x\", \"note\": {}{}}}, {{\"title\": \"y\"}}]",
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    let read = read(&text);
    assert_eq!(read.faults[0].message, "it is nested too deeply");
    assert_eq!(read.references[0].reference.title, "y");
}
