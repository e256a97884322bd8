//! Interventions: programmes, services and strategies that a school can use.

pub mod checks;
pub mod derived;
pub mod form;
pub mod intervention;
pub mod public;
pub mod row;
