//! Too many requests at once: the surplus is told to come back, so that the rest is still served.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::Error;
use crate::web::client::Client;

/// Requests that may be worked on at a time.
pub const MAX_IN_FLIGHT: usize = 512;

/// Exports that may be under way at a time, each of which holds its whole list of numbers; and those
/// of one client.
const MAX_EXPORTS: usize = 64;
const MAX_EXPORTS_OF_CLIENT: usize = 8;

/// Pages of harvests that may be made at a time: the first of a list counts all of it.
pub const MAX_HARVESTS: usize = 2;

/// Forms that may be on their way in at a time: their bodies are held in memory.
pub const MAX_FORMS: usize = 64;

/// The exports that are under way, by the network of the client.
#[derive(Clone, Default)]
pub struct Exports(Arc<Mutex<HashMap<String, usize>>>);

/// Leave to send an export, for as long as it is held.
pub struct ExportPermit {
    exports: Exports,
    network: String,
}

impl Exports {
    /// None when this client, or everybody together, has too many under way.
    #[must_use]
    pub fn begin(&self, client: Client) -> Option<ExportPermit> {
        let network = client.network();
        let mut by_network = self.by_network();
        if by_network.values().sum::<usize>() >= MAX_EXPORTS {
            return None;
        }
        let own = by_network.entry(network.clone()).or_default();
        if *own >= MAX_EXPORTS_OF_CLIENT {
            return None;
        }
        *own += 1;
        Some(ExportPermit {
            exports: self.clone(),
            network,
        })
    }

    fn by_network(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ExportPermit {
    fn drop(&mut self) {
        let mut by_network = self.exports.by_network();
        if let Some(own) = by_network.get_mut(&self.network) {
            *own -= 1;
            if *own == 0 {
                by_network.remove(&self.network);
            }
        }
    }
}

/// Limits the forms that come in at once; whatever only asks passes.
pub async fn few_forms(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    match app.forms.try_acquire() {
        Ok(_permit) => next.run(request).await,
        Err(_) => Error::Overloaded.into_response(),
    }
}

pub async fn shed(State(app): State<App>, request: Request, next: Next) -> Response {
    match app.in_flight.try_acquire() {
        Ok(_permit) => next.run(request).await,
        Err(_) => Error::Overloaded.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_cannot_hold_all_exports() {
        let exports = Exports::default();
        let own: Vec<_> = std::iter::from_fn(|| exports.begin(Client::unknown())).collect();
        assert_eq!(own.len(), MAX_EXPORTS_OF_CLIENT);
        drop(own);
        assert!(exports.begin(Client::unknown()).is_some());
        assert!(exports.by_network().is_empty());
    }
}
