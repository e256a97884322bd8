//! Lists of records for curators: any kind, any standing.

use anyhow::{Context, Result};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use crate::db::Db;
use crate::people::person::PersonId;
use crate::records::record::Kind;
use crate::records::slug::Slug;
use crate::records::status::Status;
use crate::records::store::COMMAND_LINE;

/// Something that a record lacks or asks for, by which a list can be narrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// An editor's note says what still wants a check.
    Check,
    NotReadInFull,
    NoDoi,
    NoTheme,
}

impl Need {
    /// The needs that records of a kind can have.
    #[must_use]
    pub fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Study => &[Self::Check, Self::NotReadInFull, Self::NoDoi, Self::NoTheme],
            Kind::Intervention => &[Self::NoTheme],
            Kind::Theme | Kind::Question | Kind::Page => &[],
        }
    }

    /// The word in addresses.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::NotReadInFull => "not-read-in-full",
            Self::NoDoi => "no-doi",
            Self::NoTheme => "no-theme",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Check => "Wants a check (editor’s note)",
            Self::NotReadInFull => "Not read in full",
            Self::NoDoi => "No DOI",
            Self::NoTheme => "No theme",
        }
    }

    fn condition(self) -> &'static str {
        match self {
            Self::Check => "coalesce(body ->> '$.editor_note', '') <> ''",
            Self::NotReadInFull => "coalesce(body ->> '$.verified.level', '') <> 'full-text'",
            Self::NoDoi => "coalesce(body ->> '$.doi', '') = ''",
            Self::NoTheme => "coalesce(json_array_length(body, '$.themes'), 0) = 0",
        }
    }
}

/// Where a record stands, as a list can be narrowed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Is(Status),
    /// Readers see an older text than the newest.
    DraftBeside,
    /// Given up before readers ever saw it.
    Discarded,
}

impl Standing {
    pub const ALL: [Self; 6] = [
        Self::Is(Status::Draft),
        Self::Is(Status::InReview),
        Self::Is(Status::Published),
        Self::DraftBeside,
        Self::Is(Status::Withdrawn),
        Self::Discarded,
    ];

    /// The word in addresses.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Is(status) => status.as_str(),
            Self::DraftBeside => "draft-beside",
            Self::Discarded => "discarded",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Is(status) => status.label(),
            Self::DraftBeside => "Published, with a newer draft",
            Self::Discarded => "Discarded",
        }
    }
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The latest change first.
    #[default]
    Latest,
    Oldest,
    Title,
    Year,
}

impl Order {
    pub const ALL: [Self; 4] = [Self::Latest, Self::Oldest, Self::Title, Self::Year];

    /// The word in addresses.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Latest => "latest",
            Self::Oldest => "oldest",
            Self::Title => "title",
            Self::Year => "year",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Latest => "Latest change first",
            Self::Oldest => "Longest untouched first",
            Self::Title => "Title",
            Self::Year => "Year, newest first",
        }
    }

    fn clause(self) -> &'static str {
        match self {
            Self::Latest => "revision.time DESC, record.id DESC",
            Self::Oldest => "revision.time, record.id",
            Self::Title => "title COLLATE NOCASE, record.id",
            Self::Year => "body ->> '$.year' DESC, record.id",
        }
    }
}

/// Which records a list shows.
#[derive(Clone, Debug)]
pub struct Listing {
    pub kind: Kind,
    pub words: String,
    pub standing: Option<Standing>,
    /// Whose newest text it is.
    pub author: Option<PersonId>,
    pub needs: Vec<Need>,
    pub order: Order,
}

/// A record in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: i64,
    pub kind: Kind,
    pub slug: Slug,
    pub title: String,
    pub status: Status,
    pub is_live: bool,
    pub was_published: bool,
    pub author_name: String,
    pub time: Timestamp,
    pub body: String,
}

const TITLE: &str =
    "coalesce(nullif(body ->> '$.title', ''), body ->> '$.name', body ->> '$.question', slug)";
const PUBLISHED: &str = "EXISTS (SELECT 1 FROM change WHERE change.record = record.id)";

fn narrow(query: &mut QueryBuilder<Sqlite>, listing: &Listing) {
    query
        .push(" FROM record JOIN revision ON revision.record = record.id AND number = head LEFT JOIN person ON person.id = revision.person WHERE kind = ")
        .push_bind(listing.kind.as_str());
    match listing.standing {
        None => {
            query
                .push(" AND (status <> 'withdrawn' OR ")
                .push(PUBLISHED)
                .push(")");
        }
        Some(Standing::Is(Status::Withdrawn)) => {
            query.push(" AND status = 'withdrawn' AND ").push(PUBLISHED);
        }
        Some(Standing::Is(status)) => {
            query.push(" AND status = ").push_bind(status.as_str());
        }
        Some(Standing::DraftBeside) => {
            query.push(" AND live <> head");
        }
        Some(Standing::Discarded) => {
            query
                .push(" AND status = 'withdrawn' AND NOT ")
                .push(PUBLISHED);
        }
    }
    if let Some(author) = listing.author {
        query.push(" AND revision.person = ").push_bind(author);
    }
    for need in &listing.needs {
        query.push(" AND ").push(need.condition());
    }
    // Every word somewhere in what a curator would look for.
    for word in listing.words.to_lowercase().split_whitespace() {
        query
            .push(" AND instr(lower(")
            .push(TITLE)
            .push(" || ' ' || slug || ' ' || coalesce(body ->> '$.authors', '') || ' ' || coalesce(body ->> '$.year', '') || ' ' || coalesce(body ->> '$.doi', '')), ")
            .push_bind(word.to_owned())
            .push(") > 0");
    }
}

/// How many records a list has.
///
/// # Errors
/// When the database cannot be read.
pub async fn count(db: &Db, listing: &Listing) -> Result<usize> {
    let mut query = QueryBuilder::new("SELECT count(*)");
    narrow(&mut query, listing);
    let count: i64 = query.build_query_scalar().fetch_one(&db.read).await?;
    Ok(usize::try_from(count)?)
}

/// A stretch of a list.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(db: &Db, listing: &Listing, skip: usize, limit: usize) -> Result<Vec<Listed>> {
    let mut query = QueryBuilder::new("SELECT record.id, kind, slug, ");
    query
        .push(TITLE)
        .push(" AS title, status, live IS NOT NULL, ")
        .push(PUBLISHED)
        .push(", person.name, revision.time, body");
    narrow(&mut query, listing);
    query
        .push(" ORDER BY ")
        .push(listing.order.clause())
        .push(" LIMIT ")
        .push_bind(i64::try_from(limit)?)
        .push(" OFFSET ")
        .push_bind(i64::try_from(skip)?);
    let rows = query.build().fetch_all(&db.read).await?;
    rows.iter().map(listed).collect()
}

fn listed(row: &SqliteRow) -> Result<Listed> {
    let (kind, slug, status): (&str, &str, &str) =
        (row.try_get(1)?, row.try_get(2)?, row.try_get(4)?);
    let author: Option<String> = row.try_get(7)?;
    Ok(Listed {
        id: row.try_get(0)?,
        kind: Kind::parse(kind).context("unknown kind of record")?,
        slug: Slug::parse(slug).context("malformed slug")?,
        title: row.try_get(3)?,
        status: Status::parse(status).context("unknown status")?,
        is_live: row.try_get(5)?,
        was_published: row.try_get(6)?,
        author_name: author.unwrap_or_else(|| COMMAND_LINE.to_owned()),
        time: row.try_get::<&str, _>(8)?.parse()?,
        body: row.try_get(9)?,
    })
}

impl Listed {
    /// The status in words, with what readers see meanwhile.
    #[must_use]
    pub fn standing(&self) -> &'static str {
        standing(self.status, self.is_live, self.was_published)
    }
}

/// A status in words, with what readers see meanwhile.
#[must_use]
pub fn standing(status: Status, is_live: bool, was_published: bool) -> &'static str {
    match status {
        Status::Draft if is_live => "Draft beside the published text",
        Status::InReview if is_live => "In review, beside the published text",
        Status::Withdrawn if !was_published => "Discarded",
        status => status.label(),
    }
}
