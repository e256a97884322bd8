//! People who edit the collection: roles, log-in, sessions, second factors, accounts.

pub mod access;
pub mod account;
pub mod admin;
pub mod before;
pub mod command;
pub mod mail;
pub mod one_time;
pub mod password;
pub mod person;
pub mod role;
pub mod second_factor;
pub mod session;
pub mod sign_in;
pub mod store;
pub mod throttle;
pub mod token;
