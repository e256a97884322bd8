//! Student's t of a two-sided p, for any p and any number of pupils.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// The t that has this two-sided p, by halving. The library's own inverse neither ends nor answers
/// for millions of pupils or a tiny p.
pub(super) fn t_of_p(p: f64, freedom: f64) -> f64 {
    /// Beyond, the library's tail loses digits; the expansion has eight.
    const MANY: f64 = 5000.0;
    let distribution = match StudentsT::new(0.0, 1.0, freedom) {
        Ok(distribution) if freedom <= MANY => distribution,
        _ => return t_of_many(p, freedom),
    };
    let tail = |t| 2.0 * distribution.sf(t);
    let mut high = 1.0;
    while tail(high) > p {
        high *= 2.0;
    }
    let mut low = 0.0;
    for _ in 0..f64::MANTISSA_DIGITS {
        let middle = f64::midpoint(low, high);
        if tail(middle) > p {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// z + (z³+z)/(4ν) + (5z⁵+16z³+3z)/(96ν²): Student's t of many degrees of freedom ν by its
/// Cornish-Fisher expansion (Abramowitz & Stegun 26.7.5).
fn t_of_many(p: f64, freedom: f64) -> f64 {
    let z = -Normal::standard().inverse_cdf(p / 2.0);
    z + (z.powi(3) + z) / (4.0 * freedom)
        + (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / (96.0 * freedom * freedom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_ways_to_t_meet() {
        for p in [1e-12, 1e-3, 0.05, 0.5, 0.9] {
            let (few, many) = (t_of_p(p, 5000.0), t_of_many(p, 5000.0));
            assert!((few / many - 1.0).abs() < 1e-7, "{p}: {few} {many}");
        }
    }

    #[test]
    fn it_ends_where_the_librarys_inverse_does_not() {
        for p in [1e-300, 1e-100, 1.0 - f64::EPSILON] {
            for freedom in [2.0, 10.0, 5000.0, 1e6, 8e9] {
                assert!(t_of_p(p, freedom) >= 0.0, "{p} {freedom}");
            }
        }
    }
}
