//! What holds for every format: nothing panics, nothing takes for ever, bounds are kept.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// A messy sample of each format; the fuzzer starts from the same files.
macro_rules! sample {
    ($file:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/", $file))
    };
}

const SAMPLES: [(Format, &str); 7] = [
    (Format::Ris, sample!("ris/messy.ris")),
    (Format::BibTex, sample!("bibtex/messy.bib")),
    (Format::CslJson, sample!("csl/messy.json")),
    (Format::Csv, sample!("csv/messy.csv")),
    (Format::Nbib, sample!("nbib/messy.nbib")),
    (Format::EndNoteXml, sample!("endnote/messy.xml")),
    (Format::Dois, sample!("dois/messy.txt")),
];

/// The folder of the fuzzer's corpus for each format.
const CORPORA: [(Format, &str); 7] = [
    (Format::Ris, "ris"),
    (Format::BibTex, "bibtex"),
    (Format::CslJson, "csl"),
    (Format::Csv, "csv"),
    (Format::Nbib, "nbib"),
    (Format::EndNoteXml, "endnote"),
    (Format::Dois, "dois"),
];

fn corpus(folder: &str) -> Vec<Vec<u8>> {
    let folder = format!("{}/fuzz/corpus/{folder}", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(&folder).expect(&folder);
    files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}

/// Whatever was read is tidy: tidying it again changes nothing.
fn assert_tidy(read: &Read) {
    for found in &read.references {
        let reference = &found.reference;
        assert!(!reference.title.is_empty() || reference.doi.is_some());
        assert_eq!(&reference.clone().tidy(&mut Vec::new()), reference);
    }
}

#[test]
fn the_fuzzers_corpus_is_read() {
    for (format, folder) in CORPORA {
        let files = corpus(folder);
        assert!(files.len() > 1, "{folder}");
        for bytes in files {
            assert_tidy(&read(format, &decode(&bytes).text));
        }
    }
    for bytes in corpus("anything") {
        let text = decode(&bytes).text;
        let read = read(detect(&text).expect("a known format"), &text);
        assert_eq!(read.references.len(), 1);
    }
}

#[test]
fn every_sample_is_told_and_read() {
    for (format, text) in SAMPLES {
        assert_eq!(detect(text), Some(format));
        let read = read(format, text);
        assert!(read.references.len() >= 2, "{format:?}");
        assert_tidy(&read);
    }
}

#[test]
fn a_sample_cut_anywhere_is_read_without_a_panic() {
    for (format, text) in SAMPLES {
        let most = read(format, text).references.len() + 1;
        for end in 0..=text.len() {
            let decoded = decode(&text.as_bytes()[..end]);
            let _ = detect(&decoded.text);
            let cut = read(format, &decoded.text);
            assert!(cut.references.len() <= most);
        }
    }
}

#[test]
fn the_encoding_makes_no_difference() {
    for (format, text) in SAMPLES {
        let expected = read(format, text);
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (narrow, _, has_lost) = encoding_rs::WINDOWS_1252.encode(text);
        assert!(!has_lost, "samples keep to Windows-1252");
        let old_mac = text.replace('\n', "\r");
        for bytes in [
            wide.as_slice(),
            narrow.as_ref(),
            old_mac.as_bytes(),
            &[b"\xef\xbb\xbf", text.as_bytes()].concat(),
        ] {
            assert_eq!(read(format, &decode(bytes).text), expected, "{format:?}");
        }
    }
}

#[test]
fn more_references_than_the_bound_are_counted() {
    let record = "TY  - JOUR\nTI  - An example\nER  - \n";
    let read = read(Format::Ris, &record.repeat(MAX_REFERENCES + 7));
    assert_eq!(read.references.len(), MAX_REFERENCES);
    let [fault] = read.faults.as_slice() else {
        panic!("one fault");
    };
    assert_eq!((fault.number, fault.line), (5_001, 15_001));
    assert_eq!(
        fault.message,
        "7 more records were left out: a file may hold at most 5000"
    );
}

#[test]
fn fields_and_authors_are_bounded() {
    let text = format!(
        "TY  - JOUR\nTI  - {}\n{}ER  - \n",
        "é".repeat(MAX_FIELD + 1),
        "AU  - Example, Ann\n".repeat(MAX_AUTHORS + 1)
    );
    let found = &read(Format::Ris, &text).references[0];
    assert_eq!(found.reference.title.chars().count(), MAX_FIELD);
    assert_eq!(found.reference.authors.len(), MAX_AUTHORS);
    assert_eq!(
        found.remarks,
        ["only the first 1000 of 1001 authors were kept"]
    );
}

/// How long hostile texts are: enough to tell linear from quadratic, in a moment.
const LENGTH: usize = 10_000;

/// Text that repeats whatever could make a reader look back, look ahead or recurse.
const PIECES: [&str; 64] = [
    "{",
    "}",
    "{}",
    "\"",
    "\\",
    "@",
    "@a{",
    "@a{\\{}",
    "@a{\\}x",
    "@a(",
    "\n@a{",
    "@string{a=a#a}",
    "a#",
    "a=",
    "=",
    "\\a{",
    "\\'",
    "$",
    "$x^",
    "[",
    "]",
    "[{",
    "{\"a\":",
    "{\"items\":[",
    "\\\"",
    "<",
    ">",
    "<a>",
    "<record>",
    "<record ",
    "<!DOCTYPE a [",
    "&",
    "&amp",
    "&amp;",
    "&#59;",
    ";",
    "&semi",
    "<i ",
    "10.1/",
    "10.1/)",
    "10.",
    "a10.",
    "10.1000/((",
    ")",
    ",",
    "\t",
    " ",
    " and ",
    "{and}",
    "x",
    "\n",
    "\nTY  - ",
    "\nER  - ",
    "\nAU  - ",
    "\nPMID- ",
    "\nFAU - ",
    "-",
    "`",
    "é",
    "\u{301}",
    "\0",
    "A. ",
    "a,b;",
    "%K",
];

/// Beginnings after which a format takes the pieces for its own.
const HEADS: [(Format, &str); 13] = [
    (Format::BibTex, "@article{k, title={"),
    (Format::BibTex, "@article{k, title=\""),
    (Format::BibTex, "@article{k, author={"),
    (Format::BibTex, "@misc{k, title="),
    (Format::CslJson, "[{\"title\":\""),
    (Format::CslJson, "[{\"title\":"),
    (Format::Ris, "TY  - JOUR\nTI  - "),
    (Format::Ris, "TY  - JOUR\nAU  - "),
    (Format::Ris, "TY  - JOUR\nKW  - "),
    (Format::EndNoteXml, "<record><titles><title>"),
    (Format::Nbib, "PMID- 1\nTI  - "),
    (Format::Csv, "Title,Authors,DOI\n"),
    (Format::Dois, "10.1000/"),
];

#[test]
fn hostile_text_takes_no_more_than_a_moment() {
    let headless = Format::ALL.map(|format| (format, ""));
    for (format, head) in headless.into_iter().chain(HEADS) {
        for piece in PIECES {
            let text = format!("{head}{}", piece.repeat(LENGTH / piece.len()));
            let start = Instant::now();
            let _ = read(format, &text);
            let _ = detect(&text);
            let spent = start.elapsed();
            assert!(
                spent < Duration::from_secs(5),
                "{format:?} {head} {piece} {spent:?}"
            );
        }
    }
}

#[test]
fn a_megabyte_on_one_line_is_read() {
    for format in Format::ALL {
        let _ = read(format, &"x".repeat(1_000_000));
    }
}

proptest! {
    #[test]
    fn whatever_bytes_come_nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let decoded = decode(&bytes);
        let _ = detect(&decoded.text);
        for format in Format::ALL {
            let _ = read(format, &decoded.text);
        }
    }

    #[test]
    fn whatever_is_done_to_a_sample_what_is_read_is_tidy(
        sample in 0..SAMPLES.len(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), "\\PC{0,3}|[{}\"\\\\@\n<>&;,=-]{1,3}"), 1..6),
    ) {
        let (format, text) = SAMPLES[sample];
        let mut characters: Vec<char> = text.chars().collect();
        for (from, to, inserted) in cuts {
            let (from, to) = (from.index(characters.len() + 1), to.index(characters.len() + 1));
            let to = to.clamp(from, (from + 20).min(characters.len()));
            characters.splice(from..to, inserted.chars());
        }
        let text: String = characters.into_iter().collect();
        assert_tidy(&read(format, &text));
    }
}
