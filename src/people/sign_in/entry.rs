//! Beginning a session, and going on to what was asked for.

use askama::Template;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use crate::app::App;
use crate::error::{Error, Result};
use crate::people::access::{alive, frame};
use crate::people::person::{Person, PersonId};
use crate::people::session::{self, Kept};
use crate::people::sign_in::Carried;
use crate::people::store::{self, NewSession};
use crate::people::token::{FormToken, Token};
use crate::records::audit::{Act, audit};
use crate::web::client::Client;
use crate::web::layout::Layout;
use crate::web::page::Page;

/// What was typed before the session ran out, ready to be sent again.
#[derive(Template)]
#[template(path = "people/resume.html")]
struct ResumePage {
    layout: Layout,
    token: FormToken,
    carried: Carried,
}

/// Someone who has proved who they are.
pub struct Entry<'a> {
    pub app: &'a App,
    pub headers: &'a HeaderMap,
    pub client: Client,
    pub carried: Carried,
}

impl Entry<'_> {
    /// Begins a session, ends the one that this browser had, and returns the new cookie.
    pub async fn begin(&self, person: PersonId, is_partial: bool) -> Result<String> {
        let now = self.app.now();
        let former = Kept::Session.token(&self.app.config, self.headers);
        let former = match former {
            Some(token) => alive(self.app, &token).await?,
            None => None,
        };
        let mut transaction = self.app.db.begin().await?;
        store::forget_old(&mut transaction, now - self.app.settings().longest(), now).await?;
        if let Some(former) = former {
            store::end_session(&mut transaction, former.person.id, former.session).await?;
        }
        let session = NewSession {
            person,
            browser: &session::browser(self.headers),
            client: &self.client.truncated(),
            is_partial,
            now,
        };
        let token = store::begin_session(&mut transaction, session).await?;
        if !is_partial {
            let act = Act {
                person: Some(person),
                time: now,
            };
            let detail = json!({"from": self.client.truncated()});
            audit(&mut transaction, "log-in", None, &detail, act).await?;
        }
        transaction.commit().await?;
        Ok(token.reveal().to_owned())
    }

    /// Begins a session and leads to what was asked for.
    pub async fn enter(self, layout: Layout, person: &Person) -> Result<Response> {
        let cookie = self.begin(person.id, false).await?;
        let config = &self.app.config;
        let mut response = if self.carried.is_form {
            let token = Token::parse(&cookie).ok_or(Error::Forbidden)?;
            Page(ResumePage {
                layout: frame(layout, "Go on where you were"),
                token: token.form_token(),
                carried: self.carried,
            })
            .into_response()
        } else {
            Redirect::to(&self.carried.to).into_response()
        };
        Kept::Session.set(config, response.headers_mut(), cookie);
        Kept::Before.clear(config, response.headers_mut());
        Ok(response)
    }
}
