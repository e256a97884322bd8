//! The working of a conversion: its steps, and numbers as a curator reads them.

/// One line of the working, with the numbers put in.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub label: &'static str,
    pub formula: String,
    pub value: f64,
    pub source: &'static str,
}

impl Step {
    /// The value as the formulas of later steps show it.
    #[must_use]
    pub fn value_shown(&self) -> String {
        shown(self.value)
    }
}

/// Writes a step down and hands its value on.
pub(super) fn step(
    steps: &mut Vec<Step>,
    label: &'static str,
    source: &'static str,
    formula: String,
    value: f64,
) -> f64 {
    steps.push(Step {
        label,
        formula,
        value,
        source,
    });
    value
}

/// A short number as it was typed, a longer one with four decimals, a small one with four digits.
pub(super) fn shown(value: f64) -> String {
    const SHORT: usize = 7;
    let typed = value.to_string();
    let text = if value == 0.0 {
        "0".to_owned()
    } else if typed.len() <= SHORT {
        typed
    } else {
        let digits = if value.abs() < 0.1 {
            format!("{value:.3e}")
        } else {
            format!("{value:.4}")
        };
        let rounded = digits.parse().unwrap_or(value);
        if (1e-6..1e9).contains(&rounded.abs()) {
            rounded.to_string()
        } else {
            format!("{value:.3e}").replace('e', "·10^")
        }
    };
    text.replace('-', "−")
}

/// A number that follows an operator: in brackets when it is negative.
pub(super) fn operand(value: f64) -> String {
    let text = shown(value);
    if text.starts_with('−') {
        format!("({text})")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_typed_or_rounded() {
        for (value, text) in [
            (199.0, "199"),
            (4.29, "4.29"),
            (-0.5, "−0.5"),
            (-0.0, "0"),
            (4.280_191, "4.2802"),
            (0.093_452_7, "0.09345"),
            (0.000_012_345_6, "0.00001235"),
            (1_234.567_89, "1234.5679"),
            (1.5e-9, "1.500·10^−9"),
        ] {
            assert_eq!(shown(value), text);
        }
    }
}
