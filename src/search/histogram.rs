//! The small histogram above the choice of years, as numbers for an SVG of 280 by 92 units.

use crate::search::results::YearCount;

const WIDTH: usize = 280;
const BASE: usize = 70;
const TALLEST: usize = 50;
/// More bars than this have no room for a figure above each.
const MOST_WITH_FIGURES: usize = 12;
/// More years than this share bars.
const MOST_BARS: usize = 56;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
    pub middle: usize,
    pub chosen: bool,
    pub count: Option<usize>,
    pub label: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    pub bars: Vec<Bar>,
    /// The same in words.
    pub description: String,
}

impl Histogram {
    /// `years` in ascending order; years between them that have no records get empty bars.
    #[must_use]
    pub fn new(years: &[YearCount], heading: &str) -> Self {
        let (Some(first), Some(last)) = (years.first(), years.last()) else {
            return Self::default();
        };
        let span = usize::try_from(last.year - first.year).unwrap_or_default() + 1;
        let per_bar = span.div_ceil(MOST_BARS);
        let bar_count = span.div_ceil(per_bar);
        let mut counts = vec![(0, false); bar_count];
        for year in years {
            let place = usize::try_from(year.year - first.year).unwrap_or_default() / per_bar;
            counts[place].0 += year.count;
            counts[place].1 |= year.chosen;
        }
        let most = counts
            .iter()
            .map(|(count, _)| *count)
            .max()
            .unwrap_or(0)
            .max(1);
        let step = WIDTH / bar_count;
        let gap = (step / 4).min(10);
        let has_figures = bar_count <= MOST_WITH_FIGURES;
        let bars = counts
            .iter()
            .enumerate()
            .map(|(place, (count, chosen))| {
                let height = (count * TALLEST).div_ceil(most);
                let is_end = place == 0 || place + 1 == bar_count;
                let year = usize::try_from(first.year).unwrap_or_default() + place * per_bar;
                Bar {
                    x: place * step + gap / 2,
                    y: BASE - height,
                    width: step - gap,
                    height,
                    middle: (place * step + step / 2).clamp(16, WIDTH - 16),
                    chosen: *chosen,
                    count: has_figures.then_some(*count),
                    label: (has_figures || is_end).then(|| year.to_string()),
                }
            })
            .collect();
        let pairs: Vec<_> = years
            .iter()
            .map(|year| format!("{}: {}", year.year, year.count))
            .collect();
        let description = if has_figures {
            format!("{heading} by year of publication. {}", pairs.join(", "))
        } else {
            format!(
                "{heading} by year of publication, from {} to {}",
                first.year, last.year
            )
        };
        Self { bars, description }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(year: i16, count: usize) -> YearCount {
        YearCount {
            year,
            count,
            chosen: true,
        }
    }

    #[test]
    fn gaps_are_empty_bars_and_the_tallest_reaches_the_top() {
        let histogram = Histogram::new(&[year(2008, 13), year(2010, 26)], "Studies");
        let heights: Vec<_> = histogram.bars.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [25, 0, 50]);
        assert_eq!(
            histogram.description,
            "Studies by year of publication. 2008: 13, 2010: 26"
        );
    }

    #[test]
    fn centuries_share_bars() {
        let histogram = Histogram::new(&[year(1826, 1), year(2026, 3)], "Studies");
        assert!(histogram.bars.len() <= MOST_BARS);
        assert_eq!(
            histogram
                .bars
                .iter()
                .filter(|bar| bar.label.is_some())
                .count(),
            2
        );
        assert_eq!(Histogram::new(&[], "Studies"), Histogram::default());
    }
}
