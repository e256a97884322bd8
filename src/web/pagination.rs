//! Pages of a long list: first and last are always there, gaps are shown as such.

/// Records on one page of a list.
pub const PAGE_SIZE: usize = 20;
/// Pages shown on each side of the current one.
const NEIGHBOURS: usize = 2;

/// A step in the row of page numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Page {
        number: usize,
        url: String,
        current: bool,
    },
    Gap,
}

/// The row of page numbers below a list; none when there is one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pagination {
    pub current: usize,
    pub last: usize,
    pub previous: Option<String>,
    pub next: Option<String>,
    pub steps: Vec<Step>,
}

/// How many pages a list of this length has; at least one.
#[must_use]
pub fn page_count(total: usize) -> usize {
    total.div_ceil(PAGE_SIZE).max(1)
}

impl Pagination {
    #[must_use]
    pub fn new(current: usize, total: usize, url: impl Fn(usize) -> String) -> Option<Self> {
        Self::of_pages(current, page_count(total), url)
    }

    /// The same for lists with pages of another length.
    #[must_use]
    pub fn of_pages(current: usize, last: usize, url: impl Fn(usize) -> String) -> Option<Self> {
        if last == 1 {
            return None;
        }
        let near = current.saturating_sub(NEIGHBOURS).max(1)..=(current + NEIGHBOURS).min(last);
        let mut steps = Vec::new();
        let mut before = 0;
        for number in std::iter::once(1).chain(near).chain(std::iter::once(last)) {
            if number <= before {
                continue;
            }
            if number == before + 2 {
                // A gap of one page takes as much room as the page.
                steps.push(Step::Page {
                    number: before + 1,
                    url: url(before + 1),
                    current: false,
                });
            } else if number > before + 1 {
                steps.push(Step::Gap);
            }
            steps.push(Step::Page {
                number,
                url: url(number),
                current: number == current,
            });
            before = number;
        }
        Some(Self {
            current,
            last,
            previous: (current > 1).then(|| url(current - 1)),
            next: (current < last).then(|| url(current + 1)),
            steps,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(current: usize, total: usize) -> String {
        let Some(pagination) = Pagination::new(current, total, |page| page.to_string()) else {
            return String::new();
        };
        let steps = pagination.steps.iter().map(|step| match step {
            Step::Gap => "…".to_owned(),
            Step::Page {
                number,
                current: true,
                ..
            } => format!("[{number}]"),
            Step::Page { number, .. } => number.to_string(),
        });
        steps.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn rows_show_ends_neighbours_and_gaps() {
        assert_eq!(row(1, 20), "");
        assert_eq!(row(1, 21), "[1] 2");
        assert_eq!(row(1, 119), "[1] 2 3 4 5 6".replace(" 4 5 6", " … 6"));
        assert_eq!(row(4, 119), "1 2 3 [4] 5 6");
        assert_eq!(row(250, 10_000), "1 … 248 249 [250] 251 252 … 500");
        assert_eq!(page_count(0), 1);
    }
}
