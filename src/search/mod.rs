//! Finding evidence: filters and counts in memory, words in an index, both derived from the
//! published records.

pub mod aliases;
pub mod bitset;
pub mod cards;
pub mod catalogue;
pub mod facets;
pub mod filter;
pub mod filter_values;
pub mod histogram;
pub mod keywords;
pub mod links;
pub mod public;
pub mod query;
pub mod refresh;
pub mod results;
pub mod sentence;
pub mod vain;
pub mod view;
