use super::*;
use crate::import::references::Found;

fn only(text: &str) -> Found {
    let read = read(text);
    assert_eq!(read.faults, [], "{text}");
    assert_eq!(read.references.len(), 1, "{text}");
    read.references.into_iter().next().unwrap()
}

/// A record of the given lines, with a type and a title.
fn with(lines: &str) -> Reference {
    only(&format!("TY  - JOUR\nTI  - An example\n{lines}\nER  - \n")).reference
}

fn person(family: &str, given: &str) -> Author {
    names::family_given(family, given)
}

#[test]
fn a_complete_record_is_read() {
    let text = "\
Provider: Example Database

TY  - JOUR
T1  - An example study of <i>examples</i> &amp; samples
A1  - Example, Ann
AU  - Sample, Bob, Jr.
A1  - Centre for Example Research and Practice
PY  - 2008/06/01/
JF  - Journal of Examples
JO  - J. Ex.
VL  - 12
IS  - 3
SP  - 7
EP  - 26
DO  - https://doi.org/10.1000/Ex.1
UR  - https://example.org/1
N2  - What the study
did and found.
KW  - reading
  families
KW  - schools; homes %K parents
LA  - en
N1  - A note.
AN  - 123
ER  -
";
    let found = only(text);
    assert_eq!((found.number, found.line), (1, 3));
    assert_eq!(found.remarks, [] as [&str; 0]);
    let expected = Reference {
        title: "An example study of examples & samples".to_owned(),
        authors: vec![
            person("Example", "Ann"),
            person("Sample", "Bob, Jr."),
            Author::Corporate("Centre for Example Research and Practice".to_owned()),
        ],
        year: Some(2008),
        kind: Some(PublicationKind::JournalArticle),
        container_title: Some("Journal of Examples".to_owned()),
        publisher: None,
        volume: Some("12".to_owned()),
        issue: Some("3".to_owned()),
        pages: Some("7-26".to_owned()),
        doi: Some("10.1000/Ex.1".to_owned()),
        url: Some("https://example.org/1".to_owned()),
        abstract_text: Some("What the study did and found.".to_owned()),
        keywords: ["reading", "families", "schools", "homes", "parents"]
            .map(str::to_owned)
            .to_vec(),
        language: Some("en".to_owned()),
        note: Some("A note.".to_owned()),
        identifier: Some("123".to_owned()),
    };
    assert_eq!(found.reference, expected);
}

#[test]
fn tags_may_be_misspaced_and_lines_may_end_in_any_way() {
    for text in [
        "TY - JOUR\nTI - An example\nER -",
        "\u{feff}  TY  - JOUR\r\n\tTI  - An example\r\nER  -\r\n",
        "TY  - JOUR\nTI  - An example",
        "TY  -JOUR\nTI  -An example\nER  - ,\n",
        "TY-  JOUR\nTI  - An example\nER-",
    ] {
        let found = only(text);
        assert_eq!(found.reference.title, "An example", "{text}");
        assert_eq!(
            found.reference.kind,
            Some(PublicationKind::JournalArticle),
            "{text}"
        );
    }
}

#[test]
fn records_part_at_ty_even_without_er() {
    let read =
        read("TY  - JOUR\nTI  - One\nTY  - BOOK\nTI  - Two\nER  - \n\nTI  - Three\nER  - \n");
    let titles: Vec<&str> = read
        .references
        .iter()
        .map(|found| found.reference.title.as_str())
        .collect();
    assert_eq!(titles, ["One", "Two", "Three"]);
    let lines: Vec<usize> = read.references.iter().map(|found| found.line).collect();
    assert_eq!(lines, [1, 3, 7]);
    assert_eq!(
        read.references[2].remarks,
        ["the line TY, which begins a record, is missing"]
    );
}

#[test]
fn prose_on_a_wrapped_line_is_no_tag() {
    let reference = with("AB  - A comparison in the\nUK - and ER-positive\nEU-wide examples");
    assert_eq!(
        reference.abstract_text.unwrap(),
        "A comparison in the UK - and ER-positive EU-wide examples"
    );
}

#[test]
fn the_year_is_py_else_da_else_y1() {
    assert_eq!(with("DA  - 2011/05/01/\nY1  - 2009").year, Some(2011));
    assert_eq!(with("Y1  - 2009/01/01").year, Some(2009));
    let found = only("TY  - JOUR\nTI  - An example\nPY  - 0000\nDA  - 2011/05/01/\nER  - ");
    assert_eq!(found.reference.year, Some(2011));
    assert_eq!(found.remarks, ["year 0000 was ignored"]);
}

#[test]
fn the_journal_has_many_tags() {
    for tag in ["JF", "JO", "JA", "T2", "J2"] {
        let reference = with(&format!("{tag}  - Journal of Examples"));
        assert_eq!(
            reference.container_title.as_deref(),
            Some("Journal of Examples"),
            "{tag}"
        );
    }
    let chapter = only("TY  - CHAP\nTI  - An example\nBT  - Book of Examples\nER  - ");
    assert_eq!(
        chapter.reference.container_title.as_deref(),
        Some("Book of Examples")
    );
}

#[test]
fn a_record_without_ti_has_its_title_elsewhere() {
    let found = only("TY  - JOUR\nT2  - An example\nJO  - J. Ex.\nER  - ");
    assert_eq!(found.reference.title, "An example");
    assert_eq!(found.reference.container_title.as_deref(), Some("J. Ex."));
    assert_eq!(found.remarks, ["the title was taken from T2"]);
    assert_eq!(
        only("TY  - BOOK\nBT  - An example\nER  - ").reference.title,
        "An example"
    );
}

#[test]
fn pages_stand_in_either_tag() {
    assert_eq!(with("EP  - 26").pages.as_deref(), Some("26"));
    assert_eq!(with("SP  - 7–26").pages.as_deref(), Some("7-26"));
    assert_eq!(with("SP  - 7-26\nEP  - 26").pages.as_deref(), Some("7-26"));
    assert_eq!(with("SP  - 7\nEP  - 7").pages.as_deref(), Some("7"));
}

#[test]
fn a_doi_stands_in_many_places() {
    for line in [
        "DO  - doi: 10.1000/ex.1",
        "M3  - 10.1000/ex.1",
        "M3  - doi:10.1000/ex.1",
        "UR  - http://dx.doi.org/10.1000/ex.1",
    ] {
        assert_eq!(with(line).doi.as_deref(), Some("10.1000/ex.1"), "{line}");
    }
    let found = only("TY  - JOUR\nTI  - An example\nDO  - n/a\nUR  - C:\\papers\\1.pdf\nER  - ");
    assert_eq!(
        found.remarks,
        [
            "the DOI “n/a” was ignored: it is not one",
            "the address “C:\\papers\\1.pdf” was ignored: it does not begin with http:// or https://",
        ]
    );
}

#[test]
fn types_become_kinds() {
    for (code, kind) in [
        (
            "RPRT\nM3  - Working Paper",
            Some(PublicationKind::WorkingPaper),
        ),
        ("RPRT", Some(PublicationKind::Report)),
        ("THES", Some(PublicationKind::Thesis)),
        ("CPAPER", Some(PublicationKind::ConferencePaper)),
        ("EBOOK", Some(PublicationKind::Book)),
        ("GEN", None),
    ] {
        assert_eq!(
            only(&format!("TY  - {code}\nTI  - x\nER  - "))
                .reference
                .kind,
            kind,
            "{code}"
        );
    }
    let found = only("TY  - MUSIC\nTI  - x\nER  - ");
    assert_eq!(
        found.remarks,
        ["the type MUSIC is none of ours: choose one"]
    );
}

#[test]
fn a_report_has_its_number_in_sn_unless_that_is_its_isbn() {
    let number = |number: &str| {
        only(&format!("TY  - RPRT\nTI  - x\nSN  - {number}\nER  - "))
            .reference
            .issue
    };
    assert_eq!(number("RR 12").as_deref(), Some("RR 12"));
    assert_eq!(number("978-1-23-456789-7"), None);
}

#[test]
fn editors_stand_in_for_authors_and_guesses_are_told() {
    let found = only("TY  - BOOK\nTI  - x\nA2  - Example, Ann\nER  - ");
    assert_eq!(found.reference.authors, [person("Example", "Ann")]);
    assert_eq!(found.remarks, ["the editors were taken as authors"]);
    let found = only("TY  - BOOK\nTI  - x\nAU  - Sample the Examples\nAU  - et al.\nER  - ");
    assert_eq!(
        found.remarks,
        [
            "“Sample the Examples” has no comma and was read as a person",
            "the list of authors ends with “et al.”: some are missing",
        ]
    );
}

#[test]
fn a_record_of_nothing_is_a_fault_and_the_rest_is_kept() {
    let read =
        read("TY  - JOUR\nAU  - Example, Ann\nER  - \nTY  - JOUR\nDO  - 10.1000/1\nER  - \n");
    assert_eq!(read.faults.len(), 1);
    assert_eq!((read.faults[0].number, read.faults[0].line), (1, 1));
    assert_eq!(read.faults[0].message, "it has neither a title nor a DOI");
    assert_eq!(read.references[0].number, 2);
    assert_eq!(read.references[0].remarks, ["it has no title"]);
}
