//! Accounts, for administrators: everybody, invitations, one account.

pub mod edit;
pub mod index;
pub mod link;
