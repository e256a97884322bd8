//! What a reader asks for, as the query string says it. Reading is forgiving: unknown keys, unknown
//! values and blanks drop out. Every search has one canonical address.

use form_urlencoded::Serializer;
use jiff::civil::Date;

use crate::records::record::Kind;
use crate::search::filter::Filter;

/// The key of the day as of which something is asked for.
pub const AS_OF: &str = "as-of";
/// The most characters of a search that are read.
pub const MAX_WORDS_LENGTH: usize = 200;
/// The most pairs of a query string that are read; the form itself sends fewer than a hundred.
const MAX_PAIRS: usize = 500;
/// Publication years that can be asked for.
pub const YEARS: std::ops::RangeInclusive<i16> = 1000..=2999;

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Best match first; only where there are words.
    Best,
    Newest,
    Oldest,
    Title,
}

impl Sort {
    pub const ALL: [Self; 4] = [Self::Best, Self::Newest, Self::Oldest, Self::Title];

    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Title => "title",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Best => "Best match",
            Self::Newest => "Newest first",
            Self::Oldest => "Oldest first",
            Self::Title => "A to Z",
        }
    }

    /// The order that a list has when nobody chooses one.
    fn default_of(kind: Kind, words: &str) -> Self {
        match kind {
            _ if !words.is_empty() => Self::Best,
            Kind::Intervention => Self::Title,
            Kind::Study | Kind::Theme | Kind::Question | Kind::Page => Self::Newest,
        }
    }
}

/// One search of one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    pub kind: Kind,
    pub words: String,
    /// The earliest publication year, inclusive.
    pub from: Option<i16>,
    /// The latest publication year, inclusive.
    pub to: Option<i16>,
    /// The chosen values by filter, each list sorted and without repetition.
    chosen: [Vec<String>; Filter::ALL.len()],
    sort: Option<Sort>,
    /// From 1.
    pub page: usize,
    /// The day as of which the list is asked for, if not for today.
    pub as_of: Option<Date>,
}

impl Search {
    /// The search that asks for everything.
    #[must_use]
    pub fn everything(kind: Kind) -> Self {
        Self {
            kind,
            words: String::new(),
            from: None,
            to: None,
            chosen: Default::default(),
            sort: None,
            page: 1,
            as_of: None,
        }
    }

    /// Reads a query string. `value_of` names the value that a filter has under
    /// this name.
    #[must_use]
    pub fn read(
        kind: Kind,
        query: &str,
        value_of: impl Fn(Filter, &str) -> Option<String>,
    ) -> Self {
        let mut search = Self::everything(kind);
        for (key, value) in form_urlencoded::parse(query.as_bytes()).take(MAX_PAIRS) {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            match key.as_ref() {
                "q" => search.words = tidy(value),
                "from" => search.from = year(value).or(search.from),
                "to" => search.to = year(value).or(search.to),
                "sort" => {
                    search.sort = Sort::ALL.into_iter().find(|sort| sort.slug() == value);
                }
                AS_OF => search.as_of = value.parse().ok(),
                "page" => search.page = value.parse().unwrap_or(1).max(1),
                key => {
                    let filter = Filter::of(kind).iter().find(|filter| filter.key() == key);
                    if let Some(filter) = filter {
                        let value = value.to_ascii_lowercase();
                        if let Some(value) = value_of(*filter, &value) {
                            search.choose(*filter, value);
                        }
                    }
                }
            }
        }
        if let (Some(from), Some(to)) = (search.from, search.to)
            && from > to
        {
            (search.from, search.to) = (Some(to), Some(from));
        }
        search.without_default_sort()
    }

    fn choose(&mut self, filter: Filter, value: String) {
        let values = &mut self.chosen[filter as usize];
        if let Err(place) = values.binary_search(&value) {
            values.insert(place, value);
        }
    }

    #[must_use]
    pub fn chosen(&self, filter: Filter) -> &[String] {
        &self.chosen[filter as usize]
    }

    #[must_use]
    pub fn has_chosen(&self, filter: Filter, value: &str) -> bool {
        self.chosen(filter).iter().any(|chosen| chosen == value)
    }

    #[must_use]
    pub fn has_years(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// How many filters, the years counting as one, select something.
    #[must_use]
    pub fn filter_count(&self) -> usize {
        let chosen = self
            .chosen
            .iter()
            .filter(|values| !values.is_empty())
            .count();
        chosen + usize::from(self.has_years())
    }

    #[must_use]
    pub fn sort(&self) -> Sort {
        self.sort
            .unwrap_or_else(|| Sort::default_of(self.kind, &self.words))
    }

    /// The order that was chosen against the default, if any.
    #[must_use]
    pub fn chosen_sort(&self) -> Option<Sort> {
        self.sort
    }

    /// The same search in another order, on its first page.
    #[must_use]
    pub fn with_sort(&self, sort: Sort) -> Self {
        let search = Self {
            sort: Some(sort),
            page: 1,
            ..self.clone()
        };
        search.without_default_sort()
    }

    /// The same search of the collection as it stands.
    #[must_use]
    pub fn of_today(&self) -> Self {
        Self {
            as_of: None,
            ..self.clone()
        }
    }

    /// The same search in the order that nobody has to choose.
    #[must_use]
    pub fn without_sort(&self) -> Self {
        Self {
            sort: None,
            ..self.clone()
        }
    }

    /// The orders that can be chosen.
    #[must_use]
    pub fn sorts(&self) -> &'static [Sort] {
        if self.words.is_empty() {
            &Sort::ALL[1..]
        } else {
            &Sort::ALL
        }
    }

    /// The same search with other words, on its first page.
    #[must_use]
    pub fn with_words(&self, words: &str) -> Self {
        let search = Self {
            words: tidy(words),
            page: 1,
            ..self.clone()
        };
        search.without_default_sort()
    }

    /// An order that is the default, or cannot be had, is not said.
    fn without_default_sort(mut self) -> Self {
        let is_default = self.sort == Some(Sort::default_of(self.kind, &self.words));
        if is_default || (self.sort == Some(Sort::Best) && self.words.is_empty()) {
            self.sort = None;
        }
        self
    }

    #[must_use]
    pub fn with_page(&self, page: usize) -> Self {
        Self {
            page,
            ..self.clone()
        }
    }

    /// The same search without one value.
    #[must_use]
    pub fn without_value(&self, filter: Filter, value: &str) -> Self {
        let mut search = self.with_page(1);
        search.chosen[filter as usize].retain(|chosen| chosen != value);
        search
    }

    /// The same search without any value of a filter.
    #[must_use]
    pub fn without(&self, filter: Filter) -> Self {
        let mut search = self.with_page(1);
        search.chosen[filter as usize].clear();
        search
    }

    #[must_use]
    pub fn without_years(&self) -> Self {
        Self {
            from: None,
            to: None,
            page: 1,
            ..self.clone()
        }
    }

    /// The words alone.
    #[must_use]
    pub fn without_filters(&self) -> Self {
        Self {
            words: self.words.clone(),
            as_of: self.as_of,
            ..Self::everything(self.kind)
        }
    }

    /// The canonical query string: fixed order of keys, no defaults, no blanks.
    #[must_use]
    pub fn to_query(&self) -> String {
        let mut query = Serializer::new(String::new());
        if !self.words.is_empty() {
            query.append_pair("q", &self.words);
        }
        let append = |query: &mut Serializer<'_, String>, filter: Filter| {
            for value in self.chosen(filter) {
                query.append_pair(filter.key(), value);
            }
        };
        append(&mut query, Filter::Theme);
        for (key, year) in [("from", self.from), ("to", self.to)] {
            if let Some(year) = year {
                query.append_pair(key, &year.to_string());
            }
        }
        for filter in &Filter::ALL[1..] {
            append(&mut query, *filter);
        }
        if let Some(sort) = self.sort {
            query.append_pair("sort", sort.slug());
        }
        if let Some(day) = self.as_of {
            query.append_pair(AS_OF, &day.to_string());
        }
        if self.page > 1 {
            query.append_pair("page", &self.page.to_string());
        }
        query.finish()
    }

    /// The canonical address.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_at(list_path(self.kind))
    }

    /// The same search at another path.
    #[must_use]
    pub fn url_at(&self, path: &str) -> String {
        let query = self.to_query();
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    }
}

/// The address of the list of a kind.
#[must_use]
pub fn list_path(kind: Kind) -> &'static str {
    match kind {
        Kind::Study => "/studies",
        Kind::Intervention => "/interventions",
        Kind::Theme => "/evidence",
        Kind::Question => "/questions",
        Kind::Page => "/about",
    }
}

/// Words with single spaces between them and without control characters, cut at a bounded length.
#[must_use]
pub fn tidy(words: &str) -> String {
    let mut tidy = String::new();
    let words = words.split(|character: char| character.is_whitespace() || character.is_control());
    for word in words.filter(|word| !word.is_empty()) {
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        tidy.push_str(word);
    }
    if let Some((cut, _)) = tidy.char_indices().nth(MAX_WORDS_LENGTH) {
        tidy.truncate(tidy[..cut].trim_end().len());
    }
    tidy
}

fn year(text: &str) -> Option<i16> {
    text.parse().ok().filter(|year| YEARS.contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical(kind: Kind, query: &str) -> String {
        Search::read(kind, query, |_, value| {
            (value != "unknown").then(|| value.to_owned())
        })
        .to_query()
    }

    #[test]
    fn keys_come_in_one_order_without_blanks_defaults_or_strangers() {
        assert_eq!(
            canonical(
                Kind::Study,
                "page=1&to=2012&utm_source=x&stage=primary&q=++family%20%20maths+&stage=early-years\
                 &theme=b&theme=&theme=a&theme=a&from=2010&sort=best&focus=unknown&cost=low"
            ),
            "q=family+maths&theme=a&theme=b&from=2010&to=2012&stage=early-years&stage=primary"
        );
        assert_eq!(
            canonical(Kind::Intervention, "cost=low&sort=title&page=3"),
            "cost=low&page=3"
        );
        assert_eq!(canonical(Kind::Study, "sort=best"), "");
        assert_eq!(canonical(Kind::Study, "q=x&sort=newest"), "q=x&sort=newest");
    }

    #[test]
    fn odd_years_and_pages_do_no_harm() {
        assert_eq!(canonical(Kind::Study, "from=abc&to=99999999&page=-4"), "");
        assert_eq!(
            canonical(Kind::Study, "from=2014&to=2010"),
            "from=2010&to=2014"
        );
        assert_eq!(canonical(Kind::Study, "page=99999999999999999999999"), "");
    }

    #[test]
    fn the_case_of_a_value_does_not_matter() {
        assert_eq!(canonical(Kind::Study, "country=GB"), "country=gb");
    }

    #[test]
    fn removing_a_value_returns_to_the_first_page() {
        let search = Search::read(Kind::Study, "theme=a&theme=b&page=4", |_, value| {
            Some(value.to_owned())
        });
        assert_eq!(
            search.without_value(Filter::Theme, "a").url(),
            "/studies?theme=b"
        );
        assert_eq!(search.without(Filter::Theme).url(), "/studies");
    }

    proptest! {
        #[test]
        fn a_canonical_query_reads_as_itself(query in "[a-z0-9=&%+;\"'<> é-]{0,120}") {
            let once = canonical(Kind::Study, &format!("q={query}"));
            prop_assert_eq!(canonical(Kind::Study, &once), once);
        }
    }
}
