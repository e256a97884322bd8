//! Engaging with Families: a searchable evidence site on schools and families working together.
//! `ARCHITECTURE.md` has the map.

pub mod config;

pub mod app;
pub mod routes;

pub mod error;

pub mod db;
pub mod settings;

pub mod records;
pub mod vocabularies;

pub mod effects;
pub mod interventions;
pub mod pages;
pub mod studies;
pub mod themes;

pub mod search;

pub mod api;
pub mod exchange;
pub mod import;

pub mod links;
pub mod retractions;
pub mod suggestions;

pub mod people;
pub mod work;

pub mod check;
pub mod web;
