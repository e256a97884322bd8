//! The frame around every page: title, description, canonical address, navigation, assets.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::Uri;
use axum::http::request::Parts;

use crate::app::App;
use crate::web::assets::Assets;
use crate::web::words;

/// What is said above a preview or an earlier version.
#[derive(Clone)]
pub struct Banner {
    pub words: String,
    /// Address and words of the link on.
    pub link: Option<(String, String)>,
}

/// What the frame of a page shows. A handler adds its title and description.
#[derive(Clone)]
pub struct Layout {
    pub site_name: Arc<str>,
    base_url: Arc<str>,
    pub assets: Arc<Assets>,
    /// Path of the request, which tells the section of the navigation.
    path: String,
    pub title: String,
    pub description: String,
    /// Canonical path and query.
    canonical: String,
    /// Whether search engines may list the page.
    pub listed: bool,
    /// The day on which the page is made, for the line on top of a print.
    pub today: String,
    pub today_iso: String,
    /// Said above the page when it is not what readers see today.
    pub banner: Option<Banner>,
    /// What a reader searched for, to show it in the box in the page head.
    pub words: String,
}

impl Layout {
    #[must_use]
    pub fn new(app: &App, uri: &Uri) -> Self {
        let today = app.today();
        Self {
            site_name: app.settings().site_name.clone(),
            base_url: app.base_url.clone(),
            assets: app.assets.clone(),
            path: uri.path().to_owned(),
            title: String::new(),
            description: String::new(),
            canonical: uri.path().to_owned(),
            listed: true,
            today: words::long_date(today),
            today_iso: today.to_string(),
            banner: None,
            words: String::new(),
        }
    }

    /// Path of the request.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    #[must_use]
    pub fn titled(mut self, title: impl Into<String>, description: impl Into<String>) -> Self {
        (self.title, self.description) = (title.into(), description.into());
        self
    }

    /// The address under which the page is known, as path and query.
    #[must_use]
    pub fn at(mut self, canonical: String) -> Self {
        self.canonical = canonical;
        self
    }

    /// Keeps the page out of search engines.
    #[must_use]
    pub fn unlisted(mut self) -> Self {
        self.listed = false;
        self
    }

    #[must_use]
    pub fn with_banner(mut self, banner: Banner) -> Self {
        self.banner = Some(banner);
        self
    }

    #[must_use]
    pub fn searching(mut self, words: &str) -> Self {
        words.clone_into(&mut self.words);
        self
    }

    /// The full canonical address.
    #[must_use]
    pub fn address(&self) -> String {
        self.absolute(&self.canonical)
    }

    /// The full address of a path of this site.
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// Title of the window: the page's, then the site's; the site's alone on its first page.
    #[must_use]
    pub fn window_title(&self) -> String {
        if self.title == *self.site_name {
            self.title.clone()
        } else {
            format!("{} – {}", self.title, self.site_name)
        }
    }

    /// How a link of the navigation relates to this page, for `aria-current`.
    #[must_use]
    pub fn current(&self, section: &str) -> Option<&'static str> {
        if self.path == section {
            Some("page")
        } else {
            self.path
                .strip_prefix(section)
                .is_some_and(|rest| rest.starts_with('/'))
                .then_some("true")
        }
    }
}

impl FromRequestParts<App> for Layout {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        // Routers within routers see the rest of a path alone.
        let whole = parts.extensions.get::<OriginalUri>();
        let uri = whole.map_or(&parts.uri, |whole| &whole.0);
        Ok(Self::new(app, uri))
    }
}
