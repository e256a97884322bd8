use super::*;

#[test]
fn dois_are_found_on_lines_and_in_prose() {
    let text = "\
10.1000/one
https://doi.org/10.1000/Two.
  doi:10.1000/three;

See (10.1000/four) and <a href=\"https://dx.doi.org/10.1000/five\">10.1000/ONE</a>, not 110.1000/six or 1.10.1000/x.
10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2
";
    let read = read(text);
    assert_eq!(read.faults, []);
    let found: Vec<(usize, &str)> = read
        .references
        .iter()
        .map(|found| (found.line, found.reference.doi.as_deref().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            (1, "10.1000/one"),
            (2, "10.1000/Two"),
            (3, "10.1000/three"),
            (5, "10.1000/four"),
            (5, "10.1000/five"),
            (
                6,
                "10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2"
            ),
        ]
    );
    assert_eq!(read.references[0].remarks, ["it was listed 2 times"]);
    assert_eq!(read.references[1].remarks, [] as [&str; 0]);
}

#[test]
fn text_without_dois_gives_nothing() {
    assert_eq!(
        read("There are 10.5 examples, 10.1000/ among them."),
        Read::default()
    );
}
