use super::*;

const TWO: &str = "\n\
PMID- 12345
OWN - NLM
DP  - 2012 Mar
TI  - An example study of a long title that goes on
      to the next line.
PG  - 200-15
LID - 10.1000/ex.1 [doi]
AB  - What the study did
      and found.
FAU - Example, Ann B
AU  - Example AB
AD  - SARS-CoV Unit, Example University.
AU  - van Sample C Jr
CN  - Example Study Group
LA  - eng
PT  - Journal Article
TA  - J Ex
JT  - Journal of examples
OT  - *Reading
MH  - Parents/*psychology
AID - S0000-1 [pii]
VI  - 12
IP  - 3

PMID- 12346
TI  - [A translated example].
JT  - Journal of examples
";

#[test]
fn records_are_read_with_their_wrapped_lines() {
    let read = read(TWO);
    assert_eq!(read.faults, []);
    let [first, second] = read.references.as_slice() else {
        panic!("two records");
    };
    assert_eq!((first.line, second.line), (2, 26));
    let expected = Reference {
        title: "An example study of a long title that goes on to the next line".to_owned(),
        authors: vec![
            names::family_given("Example", "Ann B"),
            names::family_given("van Sample", "C, Jr"),
            Author::Corporate("Example Study Group".to_owned()),
        ],
        year: Some(2012),
        kind: Some(PublicationKind::JournalArticle),
        container_title: Some("Journal of examples".to_owned()),
        volume: Some("12".to_owned()),
        issue: Some("3".to_owned()),
        pages: Some("200-215".to_owned()),
        doi: Some("10.1000/ex.1".to_owned()),
        abstract_text: Some("What the study did and found.".to_owned()),
        keywords: vec!["Reading".to_owned(), "Parents/psychology".to_owned()],
        language: Some("eng".to_owned()),
        identifier: Some("12345".to_owned()),
        ..Reference::default()
    };
    assert_eq!(first.reference, expected);
    assert_eq!(second.reference.title, "A translated example");
}

#[test]
fn a_chapter_has_its_book() {
    let read = read(
        "PMID- 1\nBTI - Book of Examples\nTI  - An example.\nFED - Sample, Bob\nPT  - Book Chapter\n",
    );
    let found = &read.references[0];
    assert_eq!(found.reference.kind, Some(PublicationKind::BookChapter));
    assert_eq!(
        found.reference.container_title.as_deref(),
        Some("Book of Examples")
    );
    assert_eq!(found.remarks, ["the editors were taken as authors"]);
}

#[test]
fn lines_that_lost_their_indentation_are_no_tags() {
    let read = read("PMID- 1\nTI  - An example of\nSARS-CoV and more.\n");
    assert_eq!(
        read.references[0].reference.title,
        "An example of SARS-CoV and more"
    );
}
