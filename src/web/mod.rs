//! HTTP that all pages use: the frame around them, files, headers, caching, the server itself.

pub mod assets;
pub mod cache;
pub mod client;
pub mod encoding;
pub mod form;
pub mod headers;
pub mod layout;
pub mod markdown;
pub mod outgoing;
pub mod overload;
pub mod page;
pub mod pagination;
pub mod server;
pub mod words;
