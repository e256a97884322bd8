//! The effects of a study within its form: fields named `effects.0.measure`, and the buttons that
//! add, remove, move and work out effects. What a paper reports stands in `paper`.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::effects::convert::Worked;
use crate::effects::effect::{Effect, Figure};
use crate::effects::metric::Metric;
use crate::effects::paper;
use crate::effects::questions::{Question, questions};
use crate::records::coding::Term;
use crate::records::slug::Slug;
use crate::vocabularies::vocabulary::{Vocabularies, Vocabulary};
use crate::web::form::{FieldErrors, Typed, whole};

const PREFIX: &str = "effects.";
/// What was just worked out, in words. Only a button's answer carries it; no form sends it.
const SAID: &str = "said";

/// The fields of one effect, under their full names.
#[derive(Clone, Debug)]
pub struct Group {
    /// The number in the names of its fields.
    pub number: usize,
    pub typed: Typed,
}

impl Group {
    #[must_use]
    pub fn name(&self, field: &str) -> String {
        format!("{PREFIX}{}.{field}", self.number)
    }

    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.typed.text(&self.name(field))
    }

    pub fn set(&mut self, field: &str, value: &str) {
        let name = self.name(field);
        self.typed.set(&name, value);
    }

    /// Whether nothing was typed. What only chooses how to work something out is no content.
    fn is_blank(&self) -> bool {
        let choices =
            ["paper.given", "paper.favours", "paper.kind", SAID].map(|choice| self.name(choice));
        self.typed.iter().all(|(name, value)| {
            value.trim().is_empty() || choices.iter().any(|choice| choice == name)
        })
    }

    /// The same fields under another number.
    fn renamed(self, number: usize) -> Self {
        let mut typed = Typed::default();
        for (name, value) in self.typed.iter() {
            if let Some((_, field)) = parts(name) {
                typed.push(format!("{PREFIX}{number}.{field}"), value);
            }
        }
        Self { number, typed }
    }
}

/// Number and field of a name such as `effects.0.measure`.
fn parts(name: &str) -> Option<(usize, &str)> {
    let (number, field) = name.strip_prefix(PREFIX)?.split_once('.')?;
    Some((number.parse().ok()?, field))
}

/// The effects of a form, in order.
#[must_use]
pub fn groups(typed: &Typed) -> Vec<Group> {
    let mut groups: BTreeMap<usize, Typed> = BTreeMap::new();
    for (name, value) in typed.iter() {
        if let Some((number, _)) = parts(name) {
            groups.entry(number).or_default().push(name, value);
        }
    }
    let group = |(number, typed)| Group { number, typed };
    groups.into_iter().map(group).collect()
}

/// Puts the effects into a form.
pub fn type_effects(typed: &mut Typed, effects: &[Effect]) {
    for (effect, number) in effects.iter().zip(0..) {
        let mut put =
            |field: &str, value: &str| typed.push(format!("{PREFIX}{number}.{field}"), value);
        put("outcome", effect.outcome.as_str());
        put("measure", &effect.measure);
        put("metric", effect.metric.as_str());
        put("estimate", &effect.estimate.to_string());
        for (field, figure) in [
            ("ci_low", &effect.ci_low),
            ("ci_high", &effect.ci_high),
            ("standard_error", &effect.standard_error),
        ] {
            put(
                field,
                &figure.as_ref().map(Figure::to_string).unwrap_or_default(),
            );
        }
        for (field, size) in [
            ("n_treatment", effect.n_treatment),
            ("n_control", effect.n_control),
        ] {
            put(
                field,
                &size.map(|size| size.to_string()).unwrap_or_default(),
            );
        }
        put("comparison", &effect.comparison);
        put("follow_up", effect.follow_up.as_deref().unwrap_or_default());
        put("source", &effect.source);
    }
}

/// Reads one effect and says at its fields what is wrong.
pub(super) struct Reader<'a> {
    pub group: &'a Group,
    /// "Effect 2", by its place among those that are shown.
    who: String,
    errors: &'a mut FieldErrors,
}

impl<'a> Reader<'a> {
    pub fn new(group: &'a Group, place: usize, errors: &'a mut FieldErrors) -> Self {
        Self {
            group,
            who: format!("Effect {place}"),
            errors,
        }
    }

    pub fn fault(&mut self, field: &str, message: &str) {
        let message = format!("{}: {message}", self.who);
        self.errors.add(self.group.name(field), message);
    }

    fn required(&mut self, field: &str, message: &str) -> String {
        let text = self.group.text(field);
        if text.is_empty() {
            self.fault(field, message);
        }
        text.to_owned()
    }

    /// A number that may be absent.
    pub fn figure(&mut self, field: &str, noun: &str) -> Option<Figure> {
        let text = self.group.text(field);
        if text.is_empty() {
            return None;
        }
        let figure = Figure::parse(text);
        if figure.is_none() {
            self.fault(field, &format!("enter the {noun} as a number, like 0.25"));
        }
        figure
    }

    /// A count that may be absent.
    pub fn size<T: FromStr>(&mut self, field: &str, noun: &str) -> Option<T> {
        let text = self.group.text(field);
        if text.is_empty() {
            return None;
        }
        let size = whole(text);
        if size.is_none() {
            self.fault(
                field,
                &format!("enter the {noun} as a whole number, like 120"),
            );
        }
        size
    }

    fn metric(&mut self) -> Option<Metric> {
        let metric = Metric::parse(self.group.text("metric"));
        if metric.is_none() {
            self.fault("metric", "choose the metric");
        }
        metric
    }

    fn estimate(&mut self) -> Option<Figure> {
        if self.group.text("estimate").is_empty() {
            self.fault("estimate", "enter the estimate");
        }
        self.figure("estimate", "estimate")
    }

    fn effect(&mut self, outcome: Option<Term>) -> Option<Effect> {
        let measure = self.required("measure", "enter the measure");
        let (metric, estimate) = (self.metric(), self.estimate());
        let ci_low = self.figure("ci_low", "lower end of the interval");
        let ci_high = self.figure("ci_high", "upper end of the interval");
        let standard_error = self.figure("standard_error", "standard error");
        let n_treatment = self.size("n_treatment", "size of the intervention group");
        let n_control = self.size("n_control", "size of the comparison group");
        let comparison = self.required("comparison", "say what was compared with what");
        let follow_up = self.group.text("follow_up");
        let source = self.required("source", "say where the number stands");
        Some(Effect {
            outcome: outcome?,
            measure,
            metric: metric?,
            estimate: estimate?,
            ci_low,
            ci_high,
            standard_error,
            n_treatment,
            n_control,
            comparison,
            follow_up: (!follow_up.is_empty()).then(|| follow_up.to_owned()),
            source,
        })
    }

    fn outcome(&mut self, known: &Vocabularies) -> Option<Term> {
        let outcome = Slug::parse(self.group.text("outcome"))
            .filter(|outcome| known.contains(Vocabulary::Outcome, outcome));
        if outcome.is_none() {
            self.fault("outcome", "choose the outcome");
        }
        outcome
    }
}

/// The effects that were typed; blank ones drop out.
pub fn parse(typed: &Typed, known: &Vocabularies, errors: &mut FieldErrors) -> Vec<Effect> {
    let mut effects = Vec::new();
    for (group, place) in groups(typed).iter().zip(1..) {
        if group.is_blank() {
            continue;
        }
        let mut reader = Reader::new(group, place, errors);
        let outcome = reader.outcome(known);
        effects.extend(reader.effect(outcome));
    }
    effects
}

/// Does what a button of the effects asks for.
pub fn press(typed: &mut Typed, button: &str, errors: &mut FieldErrors) {
    let mut groups = groups(typed);
    for group in &mut groups {
        let said = group.name(SAID);
        group.typed.remove(&said);
    }
    let (action, number) = button.split_once('.').unwrap_or((button, ""));
    let place = number
        .parse()
        .ok()
        .and_then(|number: usize| groups.iter().position(|group| group.number == number));
    match (action, place) {
        ("add-effect", _) => {
            let number = groups.len();
            let mut group = Group {
                number: groups
                    .last()
                    .map_or(0, |last| last.number.saturating_add(1)),
                typed: Typed::default(),
            };
            group.set("outcome", "");
            groups.push(group.renamed(number));
        }
        ("remove-effect", Some(place)) => _ = groups.remove(place),
        ("effect-up", Some(place)) if place > 0 => groups.swap(place, place - 1),
        ("work-out", Some(place)) => {
            // Errors are named by the number that the group is going to have.
            let mut group = groups.remove(place).renamed(place);
            if let Some(worked) = paper::work_out(&mut Reader::new(&group, place + 1, errors)) {
                let said = paper::put(&mut group, &worked);
                group.set(SAID, &said);
            }
            groups.insert(place, group);
        }
        _ => {}
    }
    let mut rest = Typed::default();
    for (name, value) in typed.iter().filter(|(name, _)| parts(name).is_none()) {
        rest.push(name, value);
    }
    for (group, number) in groups.into_iter().zip(0..) {
        for (name, value) in group.renamed(number).typed.iter() {
            rest.push(name, value);
        }
    }
    *typed = rest;
}

/// One effect as the form shows it.
#[derive(Clone, Debug)]
pub struct EffectFields {
    pub group: Group,
    /// Its place, from 1.
    pub place: usize,
    pub errors: FieldErrors,
    pub questions: Vec<Question>,
    /// The working, right after it was asked for.
    pub worked: Option<Worked>,
}

impl EffectFields {
    /// The effects of a form with what is wrong and what is to be asked.
    #[must_use]
    pub fn of(typed: &Typed, errors: &FieldErrors) -> Vec<Self> {
        let mut by_number: BTreeMap<usize, FieldErrors> = BTreeMap::new();
        for (name, message) in errors.iter() {
            if let Some((number, _)) = parts(name) {
                by_number.entry(number).or_default().add(name, message);
            }
        }
        let fields = |(group, place): (Group, usize)| Self {
            errors: by_number.remove(&group.number).unwrap_or_default(),
            questions: asked(&group),
            worked: working(&group),
            group,
            place,
        };
        groups(typed).into_iter().zip(1..).map(fields).collect()
    }

    #[must_use]
    pub fn name(&self, field: &str) -> String {
        self.group.name(field)
    }

    /// "Effect 2: Reading test".
    #[must_use]
    pub fn legend(&self) -> String {
        match self.group.text("measure") {
            "" => format!("Effect {}", self.place),
            measure => format!("Effect {}: {measure}", self.place),
        }
    }

    /// What was just worked out, in words.
    #[must_use]
    pub fn said(&self) -> &str {
        self.group.text(SAID)
    }

    /// Whether this is what was chosen.
    #[must_use]
    pub fn is(&self, field: &str, value: &str) -> bool {
        self.group.text(field) == value
    }

    /// Whether the part about what the paper reports is open.
    #[must_use]
    pub fn is_paper_open(&self) -> bool {
        let prefix = self.name("paper.");
        let is_typed = |(name, value): (&str, &str)| {
            name.starts_with(&prefix)
                && !name.ends_with("paper.favours")
                && !value.trim().is_empty()
        };
        self.worked.is_some()
            || self.group.typed.iter().any(is_typed)
            || self
                .errors
                .iter()
                .any(|(name, _)| name.starts_with(&prefix))
    }
}

/// The questions that the numbers raise, however much else is still missing.
fn asked(group: &Group) -> Vec<Question> {
    let mut unheard = FieldErrors::default();
    let outcome = Slug::parse("outcome");
    let effect = Reader::new(group, 0, &mut unheard).effect(outcome);
    effect.as_ref().map(questions).unwrap_or_default()
}

fn working(group: &Group) -> Option<Worked> {
    if group.text(SAID).is_empty() {
        return None;
    }
    let mut unheard = FieldErrors::default();
    paper::work_out(&mut Reader::new(group, 0, &mut unheard))
}

#[cfg(test)]
mod tests;
