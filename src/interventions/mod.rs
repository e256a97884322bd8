//! Interventions: programmes, services and strategies that a school can use.

pub mod derived;
pub mod intervention;
pub mod public;
pub mod row;
