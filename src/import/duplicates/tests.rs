use serde_json::Value;

use super::*;

const LONG: &str = "Texting home: a fictional trial of weekly messages to parents of infants";

fn known(id: i64, title: &str, year: i16, first_author: &str) -> Known {
    Known {
        id,
        doi: None,
        title: title.to_owned(),
        year: Some(year),
        first_author: first_author.to_owned(),
    }
}

fn candidate(title: &str, year: i16, first_author: &str) -> Candidate {
    Candidate {
        doi: None,
        title: title.to_owned(),
        year: Some(year),
        first_author: first_author.to_owned(),
    }
}

/// What a collection of one says of a candidate.
fn verdict(known: Known, candidate: &Candidate) -> Option<(Certainty, String)> {
    let mut matches = Finder::new(&[known]).matches(candidate);
    assert!(matches.len() <= 1);
    matches.pop().map(|found| (found.certainty, found.reason))
}

#[expect(clippy::unnecessary_wraps, reason = "to be compared with a verdict")]
fn said(certainty: Certainty, reason: &str) -> Option<(Certainty, String)> {
    Some((certainty, reason.to_owned()))
}

#[test]
fn the_same_doi_is_certain_however_it_is_written() {
    for doi in [
        "10.5555/FOX.1",
        "https://doi.org/10.5555/fox.1",
        "http://dx.doi.org/10.5555/Fox.1",
        "doi: 10.5555/fox.1.",
        " DOI 10.5555/fox.1 ",
    ] {
        let mut incoming = candidate(LONG, 2012, "Fox");
        incoming.doi = Some(doi.to_owned());
        let mut stored = known(7, LONG, 2012, "Fox");
        stored.doi = Some("10.5555/fox.1".to_owned());
        assert_eq!(
            verdict(stored.clone(), &incoming),
            said(Certainty::Certain, "the same DOI"),
            "{doi}"
        );
        incoming.title = "Something else".into();
        assert_eq!(
            verdict(stored, &incoming),
            said(Certainty::Certain, "the same DOI, though the titles differ")
        );
    }
}

#[test]
fn what_is_no_doi_says_nothing() {
    for doi in [
        "n/a",
        "",
        "-",
        "10.",
        "10.5555/",
        "none",
        "see vol. 10.2/3 of",
    ] {
        let mut incoming = candidate("One fictional study of many parents", 2012, "Fox");
        incoming.doi = Some(doi.to_owned());
        let mut stored = known(7, "Another work on quite different schools", 2012, "Hare");
        stored.doi = Some(doi.to_owned());
        assert_eq!(verdict(stored, &incoming), None, "{doi}");
    }
}

#[test]
fn title_author_and_year_together_are_likely() {
    let stored = || known(7, LONG, 2012, "Sénéchal");
    assert_eq!(
        verdict(
            stored(),
            &candidate(
                "TEXTING HOME — a fictional trial of the weekly messages to parents of infants.",
                2012,
                "Senechal, M."
            )
        ),
        said(Certainty::Likely, "the same title, first author and year")
    );
    assert_eq!(
        verdict(stored(), &candidate(LONG, 2012, "")),
        said(Certainty::Likely, "the same title and year")
    );
    assert_eq!(
        verdict(
            stored(),
            &candidate(
                &LONG.replace("trial", "trail").replace("weekly", "weeklly"),
                2011,
                "Sénéchal"
            )
        ),
        said(
            Certainty::Likely,
            "a title that differs in 2 letters, the same first author, years 2011 and 2012"
        )
    );
    assert_eq!(
        verdict(stored(), &candidate(LONG, 2012, "Senechall")),
        said(
            Certainty::Likely,
            "the same title and year, first authors Senechall and Sénéchal"
        )
    );
}

#[test]
fn a_missing_subtitle_is_forgiven() {
    let full = known(
        7,
        "Weekly messages to parents at home: a fictional trial",
        2012,
        "Fox",
    );
    assert_eq!(
        verdict(
            full,
            &candidate("Weekly Messages to Parents at Home", 2012, "Fox")
        ),
        said(
            Certainty::Likely,
            "the same title, once without its subtitle, the same first author and year"
        )
    );
    let short = known(
        7,
        "Numbers at home: a fictional trial with parents",
        2012,
        "Fox",
    );
    let main = |author| candidate("Numbers at home", 2012, author);
    let found = verdict(short.clone(), &main("Fox")).map(|(certainty, _)| certainty);
    assert_eq!(found, Some(Certainty::Possible));
    assert_eq!(verdict(short, &main("")), None);
}

#[test]
fn two_dois_or_a_distant_year_lower_the_certainty() {
    let mut paper = known(7, LONG, 2012, "Fox");
    paper.doi = Some("10.5555/working-paper".into());
    let mut article = candidate(LONG, 2013, "Fox");
    article.doi = Some("10.5555/article".into());
    assert_eq!(
        verdict(paper, &article),
        said(
            Certainty::Possible,
            "the same title and first author, years 2012 and 2013, but two DOIs"
        )
    );
    assert_eq!(
        verdict(known(7, LONG, 2009, "Fox"), &candidate(LONG, 2013, "Fox")),
        said(
            Certainty::Possible,
            "the same title and first author, years 2009 and 2013"
        )
    );
    assert_eq!(
        verdict(known(7, LONG, 2012, "Fox"), &candidate(LONG, 2012, "Hare")),
        said(
            Certainty::Possible,
            "the same title and year, first authors Hare and Fox"
        )
    );
}

#[test]
fn parts_editions_and_companions_are_not_duplicates() {
    for (one, other) in [
        (
            "Parental involvement and fictional outcomes Part 1",
            "Parental involvement and fictional outcomes Part 2",
        ),
        (
            "Parental involvement and fictional outcomes: part I",
            "Parental involvement and fictional outcomes: part II",
        ),
        (
            "Parental involvement and fictional outcomes",
            "Parental involvement and fictional outcomes: second edition",
        ),
        (
            "Parental involvement and fictional outcomes",
            "Parental involvement and fictional outcomes: a reply to Hare",
        ),
        (
            "Growing up in a fictional town: wave one",
            "Growing up in a fictional town: wave two",
        ),
        (
            "Growing up in a fictional town: parents and schools",
            "Growing up in a fictional town: children in poverty",
        ),
        (
            "Mothers' part in their children's fictional homework",
            "Fathers' part in their children's fictional homework",
        ),
        (
            "School statistics of a fictional country 2011",
            "School statistics of a fictional country 2012",
        ),
        (
            "Teachers helping parents in fictional schools",
            "Parents helping teachers in fictional schools",
        ),
    ] {
        let found = verdict(known(7, one, 2012, "Fox"), &candidate(other, 2012, "Fox"));
        assert_eq!(found, None, "{one} / {other}");
    }
}

#[test]
fn a_short_title_needs_its_author_and_is_never_more_than_possible() {
    let stored = || known(7, "Introduction", 2012, "Fox");
    assert_eq!(
        verdict(stored(), &candidate("Introduction", 2012, "")),
        None
    );
    assert_eq!(
        verdict(stored(), &candidate("Introduction", 2012, "Hare")),
        None
    );
    assert_eq!(
        verdict(stored(), &candidate("Introductions", 2012, "Fox")),
        None
    );
    assert_eq!(
        verdict(stored(), &candidate("Introduction", 2012, "Fox")),
        said(Certainty::Possible, "the same title, first author and year")
    );
    assert_eq!(
        verdict(known(7, "", 2012, "Fox"), &candidate("", 2012, "Fox")),
        None
    );
}

#[test]
fn the_best_match_comes_first() {
    let mut same = known(3, "Another title altogether here", 2012, "Fox");
    same.doi = Some("10.5555/1".into());
    let finder = Finder::new(&[
        known(1, LONG, 2010, "Fox"),
        known(2, LONG, 2012, "Fox"),
        same,
        known(4, LONG, 2013, "Fox"),
    ]);
    let mut incoming = candidate(LONG, 2012, "Fox");
    incoming.doi = Some("10.5555/1".into());
    let ids: Vec<_> = finder
        .matches(&incoming)
        .iter()
        .map(|found| found.id)
        .collect();
    assert_eq!(ids, [3, 2, 4, 1]);
}

#[test]
fn a_file_is_searched_for_twins() {
    let twins = within(&[
        candidate(LONG, 2012, "Fox"),
        candidate("Quite another fictional study of schools", 2012, "Hare"),
        candidate(LONG, 2012, "Fox"),
        candidate(LONG, 2013, "Fox"),
    ]);
    let places: Vec<_> = twins
        .iter()
        .map(|twin| (twin.later, twin.earlier))
        .collect();
    assert_eq!(places, [(2, 0), (3, 0)]);
    assert_eq!(twins[0].reason, "the same title, first author and year");
    assert_eq!(twins[1].certainty, Certainty::Likely);
}

#[test]
fn a_thousand_of_one_title_are_not_a_million_comparisons() {
    let many = |title: &str| -> Vec<Known> {
        (0..1000)
            .map(|id| known(id, title, 2012, &format!("Author{id}")))
            .collect()
    };
    for title in [LONG, "Introduction"] {
        let finder = Finder::new(&many(title));
        let incoming = candidate(title, 2012, "Author900");
        assert!(finder.index.nearby(&incoming.reference()).len() <= 2 * BLOCK);
        assert_eq!(finder.matches(&incoming)[0].id, 900);
    }
}

#[test]
fn no_two_studies_of_the_collection_are_taken_for_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/evidence/studies.json");
    let studies: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let candidates: Vec<_> = studies
        .iter()
        .map(|study| Candidate {
            doi: study["doi"].as_str().map(str::to_owned),
            title: study["title"].as_str().unwrap().to_owned(),
            year: study["year"].as_i64().and_then(|year| year.try_into().ok()),
            first_author: study["authors"][0]["family"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        })
        .collect();
    let found: Vec<_> = within(&candidates)
        .into_iter()
        .map(|twin| {
            (
                &candidates[twin.later].title,
                &candidates[twin.earlier].title,
                twin.certainty,
            )
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}
