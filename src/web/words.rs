//! Numbers, dates and lists as people read them.

use std::borrow::Borrow;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// "2026-11-25T12:00:00Z": a moment for machines, to the second, as HTML wants it.
#[must_use]
pub fn instant(time: &Timestamp) -> String {
    format!("{time:.0}")
}

/// "25 November 2026".
#[must_use]
pub fn long_date(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// "25 November 2026, 14:05 UTC".
#[must_use]
pub fn moment(time: &Timestamp) -> String {
    let time = time.to_zoned_datetime(TimeZone::UTC);
    time.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// "10,000". Templates pass references, code values.
#[must_use]
pub fn number(number: impl Borrow<usize>) -> String {
    let digits = number.borrow().to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// "1 study", "119 studies".
#[must_use]
pub fn count(n: impl Borrow<usize>, one: &str, many: &str) -> String {
    let n = *n.borrow();
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// The same of a number as the database has it.
#[must_use]
pub fn count_of(n: &i64, one: &str, many: &str) -> String {
    count(usize::try_from(*n).unwrap_or_default(), one, many)
}

/// "a, b and c"; the last word before the last item is the reader's ("and", "or").
#[must_use]
pub fn list(items: &[impl AsRef<str>], conjunction: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [firsts @ .., last] => {
            let firsts: Vec<_> = firsts.iter().map(AsRef::as_ref).collect();
            format!("{} {conjunction} {}", firsts.join(", "), last.as_ref())
        }
    }
}

/// "2011", or "2008–2014".
#[must_use]
pub fn span(from: i16, to: i16) -> String {
    if from == to {
        from.to_string()
    } else {
        format!("{from}–{to}")
    }
}

/// A number with a true minus sign and without needless digits: "−0.14", "11".
#[must_use]
pub fn decimal(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    if text == "-0" {
        "0".to_owned()
    } else {
        text.replace('-', "−")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_dates_and_lists_read_well() {
        assert_eq!(number(0), "0");
        assert_eq!(number(119), "119");
        assert_eq!(number(1_000_000), "1,000,000");
        assert_eq!(count(1, "study", "studies"), "1 study");
        assert_eq!(list(&["a", "b", "c"], "or"), "a, b or c");
        assert_eq!(list(&[""; 0], "or"), "");
        assert_eq!(span(2008, 2014), "2008–2014");
        assert_eq!(decimal(-0.14, 2), "−0.14");
        assert_eq!(decimal(11.0, 2), "11");
        assert_eq!(decimal(0.109, 3), "0.109");
        assert_eq!(decimal(-0.001, 2), "0");
        let time: Timestamp = "2026-11-05T09:07:01.123456789Z".parse().unwrap();
        assert_eq!(moment(&time), "5 November 2026, 09:07 UTC");
        assert_eq!(instant(&time), "2026-11-05T09:07:01Z");
        assert_eq!(long_date(jiff::civil::date(2026, 11, 5)), "5 November 2026");
    }
}
