//! The frame around every page: title, description, canonical address, navigation, assets.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::Uri;
use axum::http::request::Parts;

use crate::app::App;
use crate::exchange::linked::schema_org;
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
    query: String,
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
    /// The page in the vocabulary of schema.org, ready for a script element.
    pub linked_data: String,
    /// The feed of what the page lists, with its title.
    pub feed: Option<(String, String)>,
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
            query: uri.query().unwrap_or_default().to_owned(),
            title: String::new(),
            description: String::new(),
            canonical: uri.path().to_owned(),
            listed: true,
            today: words::long_date(today),
            today_iso: today.to_string(),
            banner: None,
            words: String::new(),
            linked_data: String::new(),
            feed: None,
        }
    }

    /// Path of the request.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The last value that the query string of the request has for a key.
    #[must_use]
    pub fn asked(&self, key: &str) -> Option<String> {
        let pairs = form_urlencoded::parse(self.query.as_bytes());
        let values = pairs.filter(|(own, _)| own == key);
        values.last().map(|(_, value)| value.into_owned())
    }

    /// What the page is, for machines: nodes of schema.org.
    #[must_use]
    pub fn described(mut self, nodes: &[serde_json::Value]) -> Self {
        self.linked_data = schema_org::in_script(&schema_org::document(nodes));
        self
    }

    /// The feed of what the page lists.
    #[must_use]
    pub fn with_feed(mut self, path: String, title: String) -> Self {
        self.feed = Some((path, title));
        self
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
