//! What a paper reports, as typed within the form of an effect, and what follows from it. None of it
//! is kept: it becomes the effect's own numbers.

use crate::effects::convert::{Clustering, Kind, Precision, Reported, Spread, Worked, convert};
use crate::effects::form::{Group, Reader};
use crate::effects::impossible::Impossible;

/// The ways in which a paper gives a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    MeansAndDeviations,
    MeansAndErrors,
    T,
    P,
    OddsRatio,
    Table,
    Standardised,
}

impl Given {
    pub const ALL: [Self; 7] = [
        Self::MeansAndDeviations,
        Self::MeansAndErrors,
        Self::T,
        Self::P,
        Self::OddsRatio,
        Self::Table,
        Self::Standardised,
    ];

    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::MeansAndDeviations => "means-sd",
            Self::MeansAndErrors => "means-se",
            Self::T => "t",
            Self::P => "p",
            Self::OddsRatio => "odds-ratio",
            Self::Table => "table",
            Self::Standardised => "smd",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::MeansAndDeviations => "Means and standard deviations",
            Self::MeansAndErrors => "Means and their standard errors",
            Self::T => "A t value",
            Self::P => "An exact p value",
            Self::OddsRatio => "An odds ratio",
            Self::Table => "How many of each group",
            Self::Standardised => "A difference that the paper standardised",
        }
    }

    /// When to choose it.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::MeansAndDeviations => "Scores of both groups after the intervention.",
            Self::MeansAndErrors => {
                "The same with SE in place of SD: much smaller than SD in large groups."
            }
            Self::T => {
                "Of two independent groups; not of paired scores, gains or an analysis with \
                 covariates."
            }
            Self::P => "Two-sided, of such a t test. “p < .05” is a bound, not a value.",
            Self::OddsRatio => "Above 1 where it favours the intervention.",
            Self::Table => "Such as how many attended, where attending is what is wished for.",
            Self::Standardised => "Cohen’s d, Hedges’ g or Glass’s delta.",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|given| given.slug() == word)
    }

    /// The fields that are shown for it.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::MeansAndDeviations => &["mean_", "sd_", "n_", "cluster_size", "icc"],
            Self::MeansAndErrors => &["mean_", "se_", "n_", "cluster_size", "icc"],
            Self::T => &["t", "n_", "cluster_size", "icc"],
            Self::P => &["p", "n_", "cluster_size", "icc"],
            Self::OddsRatio => &["ratio", "ci_", "cluster_size", "icc"],
            Self::Table => &["events_", "n_", "cluster_size", "icc"],
            Self::Standardised => &[
                "estimate",
                "standard_error",
                "ci_",
                "n_",
                "cluster_size",
                "icc",
            ],
        }
    }

    /// Where a message stands: at its field if that is shown.
    fn place(self, field: &str) -> String {
        let is_shown =
            |shown: &&str| field == *shown || shown.ends_with('_') && field.starts_with(*shown);
        if self.fields().iter().any(is_shown) {
            format!("paper.{field}")
        } else {
            "paper.given".to_owned()
        }
    }
}

/// What follows from the paper's numbers; nothing when they say too little or cannot be, which is
/// then said at their fields.
pub(super) fn work_out(reader: &mut Reader<'_>) -> Option<Worked> {
    let Some(given) = Given::parse(reader.group.text("paper.given")) else {
        reader.fault("paper.given", "choose what the paper reports");
        return None;
    };
    let mut input = Input {
        reader,
        is_sound: true,
    };
    let reported = input.reported(given);
    let clustering = input.clustering();
    let (reported, true) = (reported?, input.is_sound) else {
        return None;
    };
    match convert(&reported, clustering) {
        Ok(worked) if reader.group.text("paper.lower_is_better").is_empty() => Some(worked),
        Ok(worked) => Some(worked.reversed()),
        Err(Impossible { field, message }) => {
            reader.fault(&given.place(field), &lowered(&message));
            None
        }
    }
}

/// Puts what was worked out into the fields of the effect. Returns what was done, in words.
pub(super) fn put(group: &mut Group, worked: &Worked) -> String {
    let estimate = rounded(worked.g);
    let mut said = format!("Worked out: {} {estimate}", worked.metric.label());
    let mut emptied = Vec::new();
    let mut empty = |group: &mut Group, field: &str, name: &str| {
        let former = group.text(field).to_owned();
        if !former.is_empty() {
            emptied.push(format!("{name} {former}"));
            group.set(field, "");
        }
    };
    if group.text("estimate") != estimate {
        empty(group, "ci_low", "interval from");
        empty(group, "ci_high", "interval to");
    }
    if worked.standard_error.is_none() {
        empty(group, "standard_error", "standard error");
    }
    group.set("estimate", &estimate);
    group.set("metric", worked.metric.as_str());
    if let Some(error) = worked.standard_error {
        let error = rounded(error);
        said.push_str(&format!(", standard error {error}"));
        group.set("standard_error", &error);
    }
    for size in ["n_treatment", "n_control"] {
        let typed = group.text(&format!("paper.{size}")).to_owned();
        if !typed.is_empty() {
            group.set(size, &typed);
        }
    }
    said.push_str(". The numbers stand in the fields of this effect; nothing is saved yet.");
    if !emptied.is_empty() {
        said.push_str(&format!(
            " What belonged to the former estimate was taken out: {}.",
            emptied.join(", ")
        ));
    }
    said
}

/// The numbers of the paper, with every fault said at its field.
struct Input<'a, 'b> {
    reader: &'a mut Reader<'b>,
    is_sound: bool,
}

impl Input<'_, '_> {
    fn fault(&mut self, field: &str, message: &str) {
        self.reader.fault(field, message);
        self.is_sound = false;
    }

    /// A number that may be absent.
    fn optional(&mut self, field: &str, noun: &str) -> Option<f64> {
        let field = format!("paper.{field}");
        let figure = self.reader.figure(&field, noun);
        if figure.is_none() && !self.reader.group.text(&field).is_empty() {
            self.is_sound = false;
        }
        figure.map(|figure| figure.value())
    }

    fn number(&mut self, field: &str, noun: &str) -> Option<f64> {
        let number = self.optional(field, noun);
        if self.reader.group.text(&format!("paper.{field}")).is_empty() {
            self.fault(&format!("paper.{field}"), &format!("enter the {noun}"));
        }
        number
    }

    fn pair(&mut self, stem: &str, noun: &str) -> Option<[f64; 2]> {
        let treatment = self.number(
            &format!("{stem}_treatment"),
            &format!("{noun} of the intervention group"),
        );
        let control = self.number(
            &format!("{stem}_control"),
            &format!("{noun} of the comparison group"),
        );
        Some([treatment?, control?])
    }

    fn count(&mut self, field: &str, noun: &str) -> Option<u32> {
        let name = format!("paper.{field}");
        if self.reader.group.text(&name).is_empty() {
            self.fault(&name, &format!("enter the {noun}"));
            return None;
        }
        let count = self.reader.size(&name, noun);
        self.is_sound &= count.is_some();
        count
    }

    /// The sizes of the groups: those typed here, or else the effect's own.
    fn sizes(&mut self) -> Option<[u32; 2]> {
        let mut size = |field: &str, noun: &str| {
            let own = self.reader.group.text(field);
            if self.reader.group.text(&format!("paper.{field}")).is_empty() && !own.is_empty() {
                let size = self.reader.size(field, noun);
                self.is_sound &= size.is_some();
                return size;
            }
            self.count(field, noun)
        };
        let treatment = size("n_treatment", "size of the intervention group");
        let control = size("n_control", "size of the comparison group");
        Some([treatment?, control?])
    }

    fn interval(&mut self) -> Option<(f64, f64)> {
        let low = self.optional("ci_low", "lower end of the interval");
        let high = self.optional("ci_high", "upper end of the interval");
        match (low, high) {
            (Some(low), Some(high)) => Some((low, high)),
            (None, None) => None,
            (Some(_), None) => {
                self.fault("paper.ci_high", "enter the upper end of the interval too");
                None
            }
            (None, Some(_)) => {
                self.fault("paper.ci_low", "enter the lower end of the interval too");
                None
            }
        }
    }

    fn clustering(&mut self) -> Option<Clustering> {
        let size = self.optional("cluster_size", "cluster size");
        let icc = self.optional("icc", "intraclass correlation");
        match (size, icc) {
            (Some(size), Some(icc)) => Some(Clustering { size, icc }),
            (None, None) => None,
            (Some(_), None) => {
                self.fault("paper.icc", "enter the intraclass correlation too");
                None
            }
            (None, Some(_)) => {
                self.fault("paper.cluster_size", "enter the cluster size too");
                None
            }
        }
    }

    fn reported(&mut self, given: Given) -> Option<Reported> {
        match given {
            Given::MeansAndDeviations | Given::MeansAndErrors => {
                let mean = self.pair("mean", "mean");
                let spread = if given == Given::MeansAndDeviations {
                    let sd = self.pair("sd", "standard deviation");
                    sd.map(Spread::StandardDeviations)
                } else {
                    let se = self.pair("se", "standard error");
                    se.map(Spread::StandardErrors)
                };
                let n = self.sizes();
                Some(Reported::Means {
                    mean: mean?,
                    spread: spread?,
                    n: n?,
                })
            }
            Given::T => {
                let (t, n) = (self.number("t", "t value"), self.sizes());
                Some(Reported::T { t: t?, n: n? })
            }
            Given::P => {
                let (p, n) = (self.number("p", "p value"), self.sizes());
                let favours_intervention = self.reader.group.text("paper.favours") != "comparison";
                Some(Reported::P {
                    p: p?,
                    favours_intervention,
                    n: n?,
                })
            }
            Given::OddsRatio => {
                let (ratio, interval) = (self.number("ratio", "odds ratio"), self.interval());
                Some(Reported::OddsRatio {
                    ratio: ratio?,
                    interval,
                })
            }
            Given::Table => {
                let events = [
                    self.count("events_treatment", "number in the intervention group"),
                    self.count("events_control", "number in the comparison group"),
                ];
                let n = self.sizes();
                Some(Reported::Table2x2 {
                    events: [events[0]?, events[1]?],
                    n: n?,
                })
            }
            Given::Standardised => self.standardised(),
        }
    }

    fn standardised(&mut self) -> Option<Reported> {
        let kind = match self.reader.group.text("paper.kind") {
            "hedges_g" => Kind::HedgesG,
            "glass_delta" => Kind::GlassDelta,
            _ => Kind::CohensD,
        };
        let estimate = self.number("estimate", "difference as the paper gives it");
        let error = self.optional("standard_error", "standard error");
        let interval = self.interval();
        let names = [
            "paper.n_treatment",
            "paper.n_control",
            "n_treatment",
            "n_control",
        ];
        let has_sizes = names
            .iter()
            .any(|name| !self.reader.group.text(name).is_empty());
        let n = if has_sizes { self.sizes() } else { None };
        let precision = error
            .map(Precision::StandardError)
            .or(interval.map(|(low, high)| Precision::Interval(low, high)));
        Some(Reported::StandardisedMeanDifference {
            kind,
            estimate: estimate?,
            n,
            precision,
        })
    }
}

/// With four decimals and no needless zeros; a number that would vanish keeps four digits.
fn rounded(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "0" | "-0" if value.abs() > 0.0 => {
            format!("{value:.3e}").parse().unwrap_or(value).to_string()
        }
        "-0" => "0".to_owned(),
        text => text.to_owned(),
    }
}

/// A sentence that follows a colon.
fn lowered(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}
