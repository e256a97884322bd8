use super::*;

const RECORD: &str = r#"<?xml version="1.0" encoding="UTF-8" ?><xml><records><record>
<database name="Example.enl" path="C:\Example.enl">Example.enl</database><rec-number>7</rec-number>
<ref-type name="Journal Article">17</ref-type>
<contributors><authors>
<author><style face="normal" font="default" size="100%">Example, Ann B.</style></author>
<author>Sample the Examples,</author>
</authors><secondary-authors><author>Editor, An</author></secondary-authors></contributors>
<titles><title><style face="normal">An example of </style><style face="italic">samples</style><style face="normal"> &amp; R&D&#x2019;s &eacute;&nosuch;</style></title>
<secondary-title><style>Journal of Examples</style></secondary-title></titles>
<periodical><full-title>Journal of Examples</full-title></periodical>
<pages><style>200-15</style></pages><volume>12</volume><number>3</number>
<keywords><keyword><style>reading</style></keyword><keyword>families</keyword></keywords>
<dates><year><style>2011</style></year><pub-dates><date>May</date></pub-dates></dates>
<abstract><![CDATA[What it <b>found</b>.]]></abstract>
<electronic-resource-num><style>https://doi.org/10.1000/ex.1</style></electronic-resource-num>
<urls><related-urls><url><style>https://example.org/1</style></url></related-urls></urls>
<language>en</language></record>"#;

#[test]
fn styles_entities_and_nested_elements_are_read() {
    let text = format!("{RECORD}</records></xml>");
    let read = read(&text);
    assert_eq!(read.faults, []);
    let found = &read.references[0];
    assert_eq!(found.remarks, [] as [&str; 0]);
    let expected = Reference {
        title: "An example of samples & R&D’s é&nosuch;".to_owned(),
        authors: vec![
            names::family_given("Example", "Ann B."),
            Author::Corporate("Sample the Examples".to_owned()),
        ],
        year: Some(2011),
        kind: Some(PublicationKind::JournalArticle),
        container_title: Some("Journal of Examples".to_owned()),
        volume: Some("12".to_owned()),
        issue: Some("3".to_owned()),
        pages: Some("200-215".to_owned()),
        doi: Some("10.1000/ex.1".to_owned()),
        url: Some("https://example.org/1".to_owned()),
        abstract_text: Some("What it found.".to_owned()),
        keywords: vec!["reading".to_owned(), "families".to_owned()],
        language: Some("en".to_owned()),
        identifier: Some("7".to_owned()),
        ..Reference::default()
    };
    assert_eq!(found.reference, expected);
}

#[test]
fn a_broken_record_loses_no_other() {
    let title = |title: &str| format!("<record><titles><title>{title}</title></titles></record>\n");
    let broken = "<record><titles><title>Two</titles></record>\n";
    let text = format!(
        "<xml><records>\n{}{broken}{}<record><titles><title>Four</title>",
        title("One"),
        title("Three")
    );
    let read = read(&text);
    let titles: Vec<&str> = read
        .references
        .iter()
        .map(|found| found.reference.title.as_str())
        .collect();
    assert_eq!(titles, ["One", "Three", "Four"]);
    assert_eq!((read.faults[0].number, read.faults[0].line), (2, 3));
    assert!(
        read.faults[0]
            .message
            .starts_with("it is not well-formed XML"),
        "{}",
        read.faults[0].message
    );
    assert_eq!(
        read.references[2].remarks,
        ["its record is cut off: something may be missing"]
    );
}

#[test]
fn entities_of_a_files_own_are_not_expanded() {
    let lols = (1..20).fold(String::new(), |lols, n| {
        let lol = format!("&l{};", n - 1).repeat(10);
        format!("{lols}<!ENTITY l{n} \"{lol}\">")
    });
    let text = format!(
        "<!DOCTYPE xml [<!ENTITY l0 \"lol\">{lols}<!ENTITY file SYSTEM \"file:///etc/passwd\">]><xml><records><record><titles><title>x &l19;&file;</title></titles></record></records></xml>"
    );
    assert_eq!(read(&text).references[0].reference.title, "x &l19;&file;");
}

#[test]
fn deep_nesting_is_refused() {
    let text = format!("<record>{}", "<a>".repeat(100_000));
    assert_eq!(
        read(&text).faults[0].message,
        "its elements are nested too deeply"
    );
}
