//! The columns a table can have, and what others call them.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    Title,
    Authors,
    Year,
    Kind,
    Container,
    Publisher,
    Volume,
    Issue,
    Pages,
    Doi,
    Url,
    Abstract,
    Keywords,
    Ignore,
}

impl Column {
    pub const ALL: [Self; 14] = [
        Self::Title,
        Self::Authors,
        Self::Year,
        Self::Kind,
        Self::Container,
        Self::Publisher,
        Self::Volume,
        Self::Issue,
        Self::Pages,
        Self::Doi,
        Self::Url,
        Self::Abstract,
        Self::Keywords,
        Self::Ignore,
    ];

    /// What the column is called in the template and on pages.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Title => "Title",
            Self::Authors => "Authors",
            Self::Year => "Year",
            Self::Kind => "Publication type",
            Self::Container => "Journal or book",
            Self::Publisher => "Publisher",
            Self::Volume => "Volume",
            Self::Issue => "Issue",
            Self::Pages => "Pages",
            Self::Doi => "DOI",
            Self::Url => "Address",
            Self::Abstract => "Abstract",
            Self::Keywords => "Keywords",
            Self::Ignore => "Leave out",
        }
    }

    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Authors => "authors",
            Self::Year => "year",
            Self::Kind => "kind",
            Self::Container => "container",
            Self::Publisher => "publisher",
            Self::Volume => "volume",
            Self::Issue => "issue",
            Self::Pages => "pages",
            Self::Doi => "doi",
            Self::Url => "url",
            Self::Abstract => "abstract",
            Self::Keywords => "keywords",
            Self::Ignore => "ignore",
        }
    }

    #[must_use]
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.slug() == slug)
    }

    /// The names of the column in software and in spreadsheets, letters only. Earlier names are
    /// the better ones: Zotero has both "Publication Year" and "Date".
    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Title => &[
                "title",
                "articletitle",
                "documenttitle",
                "studytitle",
                "ti",
                "primarytitle",
                "name",
            ],
            Self::Authors => &[
                "authors",
                "author",
                "authornames",
                "authorfullnames",
                "au",
                "authorss",
                "by",
            ],
            Self::Year => &[
                "publicationyear",
                "year",
                "publishedyear",
                "py",
                "pubyear",
                "publicationdate",
                "date",
            ],
            Self::Kind => &[
                "publicationtype",
                "itemtype",
                "documenttype",
                "type",
                "kind",
                "referencetype",
                "dt",
                "pt",
            ],
            Self::Container => &[
                "publicationtitle",
                "sourcetitle",
                "journal",
                "journaltitle",
                "journalorbook",
                "containertitle",
                "source",
                "journalbook",
                "publicationname",
                "booktitle",
                "so",
            ],
            Self::Publisher => &["publisher", "institution", "pb", "pu"],
            Self::Volume => &["volume", "vol", "vl"],
            Self::Issue => &["issue", "number", "no", "is", "reportnumber"],
            Self::Pages => &["pages", "page", "pagenumbers", "pg"],
            Self::Doi => &["doi", "di", "digitalobjectidentifier"],
            Self::Url => &["url", "link", "address", "webaddress", "urls", "ur"],
            Self::Abstract => &["abstract", "abstractnote", "ab", "summary"],
            Self::Keywords => &[
                "authorkeywords",
                "keywords",
                "manualtags",
                "tags",
                "keyword",
                "kw",
                "de",
                "indexkeywords",
            ],
            Self::Ignore => &[],
        }
    }
}
