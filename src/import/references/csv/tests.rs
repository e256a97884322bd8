use super::*;
use crate::import::references::{PublicationKind, Read};
use crate::studies::bibliography::Author;

fn guessed(text: &str) -> Read {
    read(text, &guess(&headings(text)))
}

#[test]
fn a_table_is_read_whatever_separates_its_cells() {
    for delimiter in [",", ";", "\t"] {
        let text = "Title|Authors|Year\n\"An example; or, a sample\tof one\"|\"Example, A.; Sample, B.\"|2011\n".replace('|', delimiter);
        let read = guessed(&text);
        let reference = &read.references[0].reference;
        assert_eq!(reference.title, "An example; or, a sample of one");
        assert_eq!(
            reference.authors,
            [
                names::family_given("Example", "A."),
                names::family_given("Sample", "B.")
            ]
        );
        assert_eq!(reference.year, Some(2011));
    }
}

#[test]
fn columns_are_guessed_from_the_exports_of_others() {
    use Column::{
        Abstract, Authors, Container, Doi, Ignore, Issue, Keywords, Kind, Pages, Title, Url,
        Volume, Year,
    };
    for (text, expected) in [
        (
            "\"Key\",\"Item Type\",\"Publication Year\",\"Author\",\"Title\",\"Publication Title\",\"ISBN\",\"DOI\",\"Url\",\"Abstract Note\",\"Date\",\"Pages\",\"Issue\",\"Volume\",\"Manual Tags\"",
            vec![
                Ignore, Kind, Year, Authors, Title, Container, Ignore, Doi, Url, Abstract, Ignore,
                Pages, Issue, Volume, Keywords,
            ],
        ),
        (
            "Title,Authors,Abstract,Published Year,Published Month,Journal,Volume,Issue,Pages,Accession Number,DOI,Ref,Covidence #",
            vec![
                Title, Authors, Abstract, Year, Ignore, Container, Volume, Issue, Pages, Ignore,
                Doi, Ignore, Ignore,
            ],
        ),
        (
            "Authors,Author full names,Author(s) ID,Title,Year,Source title,Volume,Issue,Art. No.,DOI,Link,Abstract,Author Keywords,Index Keywords,Document Type",
            vec![
                Authors, Ignore, Ignore, Title, Year, Container, Volume, Issue, Ignore, Doi, Url,
                Abstract, Keywords, Ignore, Kind,
            ],
        ),
        (
            "Publication Type\tAuthors\tArticle Title\tSource Title\tAbstract\tPublication Year\tDOI",
            vec![Kind, Authors, Title, Container, Abstract, Year, Doi],
        ),
    ] {
        assert_eq!(guess(&headings(text)).0, expected, "{text}");
    }
}

#[test]
fn the_template_maps_onto_itself_and_its_example_is_left_out() {
    let mapping = guess(&headings(TEMPLATE));
    let all_but_ignore = &Column::ALL[..Column::ALL.len() - 1];
    assert!(
        all_but_ignore
            .iter()
            .all(|column| mapping.0.contains(column))
    );
    let read = read(TEMPLATE, &mapping);
    assert_eq!(read.references, []);
    assert_eq!(
        read.faults[0].message,
        "it is the example of the template and was left out"
    );
    let filled = TEMPLATE.replace("EXAMPLE ROW, please delete: ", "");
    let filled = &guessed(&filled).references[0];
    assert_eq!(filled.remarks, [] as [&str; 0]);
    assert_eq!(filled.reference.kind, Some(PublicationKind::JournalArticle));
    assert_eq!(filled.reference.pages.as_deref(), Some("7-26"));
    assert_eq!(filled.reference.keywords, ["reading", "families"]);
}

#[test]
fn a_curator_says_what_columns_hold() {
    let mapping = Mapping(vec![
        Column::Ignore,
        Column::Title,
        Column::Authors,
        Column::Authors,
    ]);
    let read = read(
        "No,What,Who,Who else\n1,An example,Ann Example,Example Foundation\n",
        &mapping,
    );
    let authors = &read.references[0].reference.authors;
    assert_eq!(
        authors[..],
        [
            names::family_given("Example", "Ann"),
            Author::Corporate("Example Foundation".to_owned())
        ]
    );
}

#[test]
fn lines_and_odd_rows_are_told() {
    let text = "sep=;\n\nTitle;Year\n\"An\nexample\";2011\n\n;\n;2012\nThird;2013;more\nFourth\n";
    let read = guessed(text);
    let rows: Vec<(usize, &str)> = read
        .references
        .iter()
        .map(|found| (found.line, found.reference.title.as_str()))
        .collect();
    assert_eq!(rows, [(4, "An example"), (9, "Third"), (10, "Fourth")]);
    assert_eq!(
        (read.faults[0].line, read.faults[0].message.as_str()),
        (8, "it has neither a title nor a DOI")
    );
    assert_eq!(
        read.references[1].remarks,
        [
            "the row has 3 cells, but there are 2 headings: a separator within a text may need quotation marks"
        ]
    );
}

#[test]
fn a_type_of_another_kind_is_told_and_an_apostrophe_is_taken_off() {
    let read = guessed("Title,Item Type\n'=An example,webpage\n");
    let found = &read.references[0];
    assert_eq!(found.reference.title, "=An example");
    assert_eq!(
        found.remarks,
        ["the type “webpage” is none of ours: choose one"]
    );
}

#[test]
fn a_quotation_mark_that_is_not_closed_is_survived() {
    let read = guessed("Title,Year\n\"An example,2011\nSecond,2012\n");
    assert_eq!(read.references.len() + read.faults.len(), 1);
}

#[test]
fn a_table_without_titles_has_one_fault() {
    let read = guessed("What,Who\nAn example,Example\nAnother,Sample\n");
    let messages: Vec<&str> = read
        .faults
        .iter()
        .map(|fault| fault.message.as_str())
        .collect();
    assert_eq!(
        messages,
        ["no column holds the title or the DOI: say which one does"]
    );
}

#[test]
fn columns_have_slugs() {
    for column in Column::ALL {
        assert_eq!(Column::parse(column.slug()), Some(column));
    }
}
