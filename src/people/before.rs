//! Forms that come before any session: log-in and one-time links. A cookie of their own takes the
//! place of the session that binds later forms to a browser.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::AppendHeaders;

use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::MAX_FORM;
use crate::people::session::Kept;
use crate::people::token::{FormToken, Token};
use crate::web::form::{Sent, TOKEN, Typed};

/// Binds a form that comes before any session to the browser that it was shown in.
#[derive(Clone)]
pub struct Before {
    pub token: FormToken,
    /// The cookie to set, unless the browser has one.
    fresh: Option<Token>,
}

impl Before {
    /// The cookie to send along with the form.
    pub fn cookie(&self, app: &App) -> AppendHeaders<Option<(header::HeaderName, HeaderValue)>> {
        let mut headers = HeaderMap::new();
        if let Some(token) = &self.fresh {
            Kept::Before.set(&app.config, &mut headers, token.reveal().to_owned());
        }
        AppendHeaders(
            headers
                .remove(header::SET_COOKIE)
                .map(|cookie| (header::SET_COOKIE, cookie)),
        )
    }

    /// # Errors
    /// When the operating system gives no random numbers.
    pub fn of(app: &App, headers: &HeaderMap) -> Result<Self> {
        let known = Kept::Before.token(&app.config, headers);
        let is_known = known.is_some();
        let token = match known {
            Some(token) => token,
            None => Token::new()?,
        };
        Ok(Self {
            token: token.form_token(),
            fresh: (!is_known).then_some(token),
        })
    }
}

impl FromRequestParts<App> for Before {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Self::of(app, &parts.headers)
    }
}

/// A form that comes before any session, with its token checked.
pub struct BeforeForm {
    pub before: Before,
    pub typed: Typed,
}

impl FromRequest<App> for BeforeForm {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let sent = Sent::within(MAX_FORM, &parts.headers, body).await?;
        let before = Before::of(app, &parts.headers)?;
        if before.fresh.is_some() || !before.token.matches(sent.typed.raw(TOKEN)) {
            return Err(Error::Forbidden);
        }
        Ok(Self {
            before,
            typed: sent.typed.without_token(),
        })
    }
}
