//! What a work is, from the words that software and people use for it. RIS, BibTeX and CSL have
//! codes of their own, which their readers know.

use super::PublicationKind::{
    self, Book, BookChapter, ConferencePaper, JournalArticle, Report, Thesis, WorkingPaper,
};

/// The kind that words stand for, as EndNote, Zotero, Scopus, Web of Science, PubMed, Covidence
/// and people write it: "Journal Article", "journalArticle", "Book Section", "Ph.D. thesis".
pub fn of_words(words: &str) -> Option<PublicationKind> {
    let letters = words.chars().filter(|character| character.is_alphabetic());
    let word: String = letters.flat_map(char::to_lowercase).take(60).collect();
    match word.as_str() {
        "j" => return Some(JournalArticle),
        "b" => return Some(Book),
        "c" => return Some(ConferencePaper),
        _ => {}
    }
    // The order decides: a "conference paper" is no "paper", a "book chapter" no "book".
    let signs: [(&[&str], PublicationKind); 7] = [
        (&["thesis", "dissertation"], Thesis),
        (
            &[
                "workingpaper",
                "discussionpaper",
                "preprint",
                "unpublished",
                "manuscript",
            ],
            WorkingPaper,
        ),
        (&["conference", "proceeding"], ConferencePaper),
        (&["chapter", "booksection", "section"], BookChapter),
        (&["report", "govdoc", "government", "policy"], Report),
        (&["book", "monograph"], Book),
        (
            &["article", "journal", "review", "serial", "magazine"],
            JournalArticle,
        ),
    ];
    let has_sign = |(parts, _): &&(&[&str], _)| parts.iter().any(|part| word.contains(part));
    signs.iter().find(has_sign).map(|(_, kind)| *kind)
}

/// Whether the words for a report's type say that it is a working paper.
pub fn is_working_paper(words: &str) -> bool {
    of_words(words) == Some(WorkingPaper)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_software_stand_for_a_kind() {
        for (words, kind) in [
            ("journalArticle", Some(JournalArticle)),
            ("Journal Article", Some(JournalArticle)),
            ("Article", Some(JournalArticle)),
            ("Book Section", Some(BookChapter)),
            ("bookSection", Some(BookChapter)),
            ("Book review", Some(Book)),
            ("Edited Book", Some(Book)),
            ("conferencePaper", Some(ConferencePaper)),
            ("PhD dissertation", Some(Thesis)),
            ("Discussion paper", Some(WorkingPaper)),
            ("Government Document", Some(Report)),
            ("webpage", None),
            ("", None),
        ] {
            assert_eq!(of_words(words), kind, "{words}");
        }
        for kind in PublicationKind::ALL {
            assert_eq!(of_words(kind.slug()), Some(kind));
        }
    }
}
