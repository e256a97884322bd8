use super::*;
use crate::import::references::{Found, names};
use crate::studies::bibliography::Author;

fn only(text: &str) -> Found {
    let read = read(text);
    assert_eq!(read.faults, [], "{text}");
    assert_eq!(read.references.len(), 1, "{text}");
    read.references.into_iter().next().unwrap()
}

fn authors(field: &str) -> Vec<Author> {
    only(&format!("@misc{{k, title={{x}}, author = {field}}}"))
        .reference
        .authors
}

#[test]
fn a_complete_entry_is_read() {
    let text = r#"% A comment with an @ in it, and mail@example.org.
@comment{@article{not, title = {one}}}
@preamble{ "\newcommand{\x}{y}" }
@string{jex = "Journal of {E}xamples"}
@String(press = {Example } # "Press")

@Article{example:2011,
  author    = {Ex{\'a}mple, {\'A}gnes and Bob van Sample and {{Sample and Sons}}},
  Title     = "An {Example} of {"}samples{"}: {\emph{R\&D}}" # " and more",
  journal   = jex,
  publisher = press,
  year      = 2011,
  month     = may,
  volume    = {12}, number = "3",
  pages     = {7--26},
  doi       = {10.1000/ex\_1},
  url       = {https://example.org/~a--b%20c},
  abstract  = {It costs \$5, or 5\% --- ``a lot''.
    What it found.},
  keywords  = {reading, families}, % a comment
  language  = {en}, note = {A note.},
}
"#;
    let expected = Reference {
        title: "An Example of \"samples\": R&D and more".to_owned(),
        authors: vec![
            names::family_given("Exámple", "Ágnes"),
            names::family_given("van Sample", "Bob"),
            Author::Corporate("Sample and Sons".to_owned()),
        ],
        year: Some(2011),
        kind: Some(PublicationKind::JournalArticle),
        container_title: Some("Journal of Examples".to_owned()),
        publisher: Some("Example Press".to_owned()),
        volume: Some("12".to_owned()),
        issue: Some("3".to_owned()),
        pages: Some("7-26".to_owned()),
        doi: Some("10.1000/ex_1".to_owned()),
        url: Some("https://example.org/~a--b%20c".to_owned()),
        abstract_text: Some("It costs $5, or 5% — “a lot”. What it found.".to_owned()),
        keywords: vec!["reading".to_owned(), "families".to_owned()],
        language: Some("en".to_owned()),
        note: Some("A note.".to_owned()),
        identifier: Some("example:2011".to_owned()),
    };
    let found = only(text);
    assert_eq!(found.line, 7);
    assert_eq!(found.remarks, [] as [&str; 0]);
    assert_eq!(found.reference, expected);
}

#[test]
fn a_broken_entry_loses_no_other() {
    let text = "@article{one, title={One}}\n@article{two, title={Two, year=2011}\n\n@book{three,\n title={Three}}\n@book{four, title = {Four}";
    let read = read(text);
    let titles: Vec<(usize, &str)> = read
        .references
        .iter()
        .map(|found| (found.line, found.reference.title.as_str()))
        .collect();
    assert_eq!(titles, [(1, "One"), (4, "Three")]);
    let faults: Vec<(usize, usize, &str)> = read
        .faults
        .iter()
        .map(|fault| (fault.number, fault.line, fault.message.as_str()))
        .collect();
    let message = "it is not closed: a brace “}” is missing";
    assert_eq!(faults, [(2, 2, message), (4, 6, message)]);
}

#[test]
fn entries_may_be_sloppy() {
    for text in [
        "@misc(k, title = {x})",
        "@misc{k title = {x}}",
        "@misc{title = {x}}",
        "@misc{,title = {x}}",
        "@misc{\n  k,\n  title = {x}\n}",
        "@misc{k, title = {x} year = 2011}",
        "@ misc {k, title={x},,}",
        "@misc{k, nonsense, title = x}",
        "@misc{k, title={x}, file = {C:\\dir\\}}",
    ] {
        assert_eq!(only(text).reference.title, "x", "{text}");
    }
    assert_eq!(
        only("@misc{k, title={x \\} y}, year={2011}}")
            .reference
            .year,
        Some(2011)
    );
    assert_eq!(
        only("@misc{k, title={x \\{ y}, year={2011}}")
            .reference
            .title,
        "x { y"
    );
}

#[test]
fn two_entries_share_a_line() {
    assert_eq!(
        read("@misc{a, title={x}} @misc{b, title={y}}")
            .references
            .len(),
        2
    );
}

#[test]
fn names_have_every_form() {
    let person = names::family_given;
    assert_eq!(
        authors("{Example, Ann and Sample, Jr, Bob}"),
        [person("Example", "Ann"), person("Sample", "Bob, Jr")]
    );
    assert_eq!(
        authors("{Ann B. Example AND Jan van der Sample}"),
        [person("Example", "Ann B."), person("van der Sample", "Jan")]
    );
    assert_eq!(
        authors("{{Example Foundation}}"),
        [Author::Corporate("Example Foundation".into())]
    );
    assert_eq!(
        authors("{{Example, Sample and Sons}}"),
        [Author::Corporate("Example, Sample and Sons".into())]
    );
    assert_eq!(
        authors("\"{E}xample, {A}. and {Barnes {and} Sons}\"").len(),
        2
    );
    assert_eq!(
        authors("{Example, A.; Sample, B.}"),
        [person("Example", "A."), person("Sample", "B.")]
    );
    let found = only("@misc{k, title={x}, author={Example, A. and others}}");
    assert_eq!(found.reference.authors.len(), 1);
    assert_eq!(
        found.remarks,
        ["the list of authors ends with “and others”: some are missing"]
    );
    let found = only("@book{k, title={x}, editor={Example, A.}}");
    assert_eq!(found.remarks, ["the editors were taken as authors"]);
}

#[test]
fn types_become_kinds() {
    for (kind, expected) in [
        ("inbook", Some(PublicationKind::BookChapter)),
        ("incollection", Some(PublicationKind::BookChapter)),
        ("booklet", Some(PublicationKind::Book)),
        ("proceedings", Some(PublicationKind::Book)),
        ("manual", Some(PublicationKind::Report)),
        ("REPORT", Some(PublicationKind::Report)),
        ("thesis", Some(PublicationKind::Thesis)),
        ("mastersthesis", Some(PublicationKind::Thesis)),
        ("unpublished", Some(PublicationKind::WorkingPaper)),
        ("conference", Some(PublicationKind::ConferencePaper)),
        ("online", None),
        ("electronic", None),
        ("misc", None),
    ] {
        assert_eq!(
            only(&format!("@{kind}{{k, title={{x}}}}")).reference.kind,
            expected,
            "{kind}"
        );
    }
    let working = only(
        "@techreport{k, title={x}, type={Working Paper}, institution={Example Institute}, number=7}",
    );
    assert_eq!(working.reference.kind, Some(PublicationKind::WorkingPaper));
    assert_eq!(
        working.reference.publisher.as_deref(),
        Some("Example Institute")
    );
}

#[test]
fn biblatex_has_names_of_its_own() {
    let text = "@article{k, title={Example}, subtitle={A sample}, journaltitle={J}, date={2011-05}, issue={2}, langid={english}}";
    let reference = only(text).reference;
    assert_eq!(reference.title, "Example: A sample");
    assert_eq!(
        (reference.year, reference.issue.as_deref()),
        (Some(2011), Some("2"))
    );
    let web = only("@misc{k, title={x}, howpublished={\\url{https://example.org/a_b}}}");
    assert_eq!(
        web.reference.url.as_deref(),
        Some("https://example.org/a_b")
    );
}

#[test]
fn what_is_not_explained_is_told() {
    let found = only("@article{k, title={x}, journal = jabr, month = sept}");
    assert_eq!(found.reference.container_title.as_deref(), Some("jabr"));
    assert_eq!(
        found.remarks,
        ["the file does not say what “jabr” stands for"]
    );
    let found = only("@article{k, title=\"x, year=2011}");
    assert_eq!(
        found.remarks,
        ["a brace or quotation mark is not closed: fields may have run together"]
    );
}

#[test]
fn abbreviations_cannot_blow_up_or_go_round() {
    let mut text = "@string{a0 = {0123456789}}\n".to_owned();
    for n in 1..40 {
        text.push_str(&format!("@string{{a{n} = a{0} # a{0} # a{n}}}\n", n - 1));
    }
    text.push_str(&"@misc{k, title = a39 # a39 # a39}\n".repeat(2_000));
    let read = read(&text);
    let length: usize = read
        .references
        .iter()
        .map(|found| found.reference.title.len())
        .sum();
    assert_eq!(read.references.len() + read.faults.len(), 2_000);
    assert!(length < 5 * text.len() + 100_000, "{length}");
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!(
        "@misc{{k, title={}x{}}}\n@misc{{l, title={{y}}}}",
        "{".repeat(100_000),
        "}".repeat(100_000)
    );
    let read = read(&deep);
    assert_eq!(read.faults[0].message, "its braces are nested too deeply");
    assert_eq!(read.references[0].reference.title, "y");
}
