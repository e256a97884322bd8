//! The site as its visitors meet it: the real router on a real SQLite, without a port.

mod site;
mod visitor;

mod citations;
mod collections;
mod counts;
mod crawl;
mod headers;
mod hostile;
mod import;
mod index;
mod links;
mod log_in;
mod pages;
mod records;
mod retractions;
mod searches;
mod suggestions;
mod vain_searches;
