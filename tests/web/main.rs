//! The site as its visitors meet it: the real router on a real SQLite, without a port.

mod site;
mod visitor;

mod accounts;
mod audit;
mod citations;
mod collections;
mod counts;
mod crawl;
mod forged;
mod forms;
mod headers;
mod hostile;
mod import;
mod index;
mod invitations;
mod log_in;
mod pages;
mod records;
mod renaming;
mod searches;
mod second_factor;
mod settings;
mod study_form;
mod vocabularies;
