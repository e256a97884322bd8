//! Style sheets, scripts and images: put together, hashed and compressed once at start, and served
//! under their hash with a year's cache.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::error::{Error, Result};
use crate::web::encoding::{Effort, Encoding};

#[derive(RustEmbed)]
#[folder = "assets/css"]
struct Css;

#[derive(RustEmbed)]
#[folder = "assets/js"]
struct Js;

#[derive(RustEmbed)]
#[folder = "assets/img"]
struct Img;

/// Shows a harvester's answer to people; wants the address of the style sheet.
const OAI: &str = include_str!("../../assets/xsl/oai.xsl");

/// The order of the cascade layers; the parts stand between layout and utilities.
const BEFORE_PARTS: [&str; 3] = ["tokens.css", "base.css", "layout.css"];
const AFTER_PARTS: [&str; 2] = ["utilities.css", "print.css"];
/// The folder of the curators' own parts.
const ADMIN: &str = "admin/";

/// One file, ready to send.
struct Asset {
    kind: HeaderValue,
    identity: Bytes,
    gzip: Option<Bytes>,
    brotli: Option<Bytes>,
}

/// Every file of the site.
pub struct Assets {
    /// By the name in the address, which holds the hash.
    by_address: HashMap<String, Asset>,
    /// The address of each file by its plain name.
    addresses: HashMap<String, String>,
    /// Names this build of the site: changes when a file, the program or its settings change.
    pub build: String,
}

impl Assets {
    /// `settings` are those that pages show.
    #[must_use]
    pub fn load(settings: &[&str]) -> Self {
        let mut assets = Self {
            by_address: HashMap::new(),
            addresses: HashMap::new(),
            build: String::new(),
        };
        assets.add("site.css", style_sheet().into());
        assets.add("admin.css", admin_style_sheet().into());
        for name in Js::iter() {
            assets.add(
                &name,
                Js::get(&name)
                    .map(|file| file.data.into_owned())
                    .unwrap_or_default(),
            );
        }
        for name in Img::iter() {
            assets.add(
                &name,
                Img::get(&name)
                    .map(|file| file.data.into_owned())
                    .unwrap_or_default(),
            );
        }
        let style_sheet = assets.url("site.css").to_owned();
        let oai = OAI.replace("STYLE_SHEET", &style_sheet);
        assets.add("oai.xsl", oai.into());
        let mut names: Vec<_> = assets.by_address.keys().cloned().collect();
        names.sort_unstable();
        names.push(env!("CARGO_PKG_VERSION").to_owned());
        names.push(program_hash());
        names.extend(settings.iter().map(|setting| (*setting).to_owned()));
        assets.build = hash(names.join(" ").as_bytes());
        assets
    }

    fn add(&mut self, name: &str, content: Vec<u8>) {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let file_name = format!("{stem}.{}.{extension}", hash(&content));
        let kind = mime_guess::from_ext(extension).first_or_octet_stream();
        let is_text = kind.type_() == "text" || matches!(extension, "js" | "svg" | "json");
        let kind = if kind.type_() == "text" {
            format!("{kind}; charset=utf-8")
        } else {
            kind.to_string()
        };
        let compress = |encoding: Encoding| {
            is_text
                .then(|| encoding.compress(&content, Effort::Thorough))
                .flatten()
                .map(Bytes::from)
        };
        let asset = Asset {
            kind: HeaderValue::from_str(&kind)
                .unwrap_or(HeaderValue::from_static("application/octet-stream")),
            gzip: compress(Encoding::Gzip),
            brotli: compress(Encoding::Brotli),
            identity: content.into(),
        };
        self.addresses
            .insert(name.to_owned(), format!("/assets/{file_name}"));
        self.by_address.insert(file_name, asset);
    }

    /// Every file by the name in its address, in the order of these names.
    #[must_use]
    pub fn files(&self) -> Vec<(&str, &Bytes)> {
        let files = self.by_address.iter();
        let mut files: Vec<_> = files
            .map(|(name, asset)| (name.as_str(), &asset.identity))
            .collect();
        files.sort_unstable_by_key(|(name, _)| *name);
        files
    }

    /// The address of a file by its plain name.
    #[must_use]
    pub fn url(&self, name: &str) -> &str {
        self.addresses
            .get(name)
            .map_or("/assets/missing", String::as_str)
    }
}

/// All style sheets in the order of their layers.
fn style_sheet() -> String {
    let parts = names_of(|name| {
        !name.starts_with(ADMIN) && !BEFORE_PARTS.contains(&name) && !AFTER_PARTS.contains(&name)
    });
    let names = BEFORE_PARTS
        .into_iter()
        .chain(parts.iter().map(String::as_str))
        .chain(AFTER_PARTS);
    joined(names)
}

/// What the curators' pages need beside it: readers do not wait for it.
fn admin_style_sheet() -> String {
    let names = names_of(|name| name.starts_with(ADMIN));
    joined(names.iter().map(String::as_str))
}

fn names_of(is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let mut names: Vec<_> = Css::iter().map(std::borrow::Cow::into_owned).collect();
    names.retain(|name| is_wanted(name));
    names.sort_unstable();
    names
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut sheet = String::new();
    for name in names {
        if let Some(file) = Css::get(name) {
            sheet.push_str(&String::from_utf8_lossy(&file.data));
            sheet.push('\n');
        }
    }
    without_comments(&sheet)
}

/// Comments are for those who read the source, not for readers on a phone.
fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("/*") {
        out.push_str(&rest[..start]);
        let Some(length) = rest[start..].find("*/") else {
            return out;
        };
        rest = &rest[start + length + 2..];
    }
    out.push_str(rest);
    let lines = out.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// The first eight bytes of a SHA-256 in hexadecimal digits.
fn hash(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let head: [u8; 8] = std::array::from_fn(|index| digest[index]);
    format!("{:016x}", u64::from_be_bytes(head))
}

/// Tells one build of the program from another, so that pages made by an older one are not taken
/// for current.
fn program_hash() -> String {
    let modified = std::env::current_exe()
        .and_then(std::fs::metadata)
        .and_then(|program| program.modified())
        .ok()
        .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    modified.unwrap_or_default().as_nanos().to_string()
}

/// `GET /assets/{name}`
pub async fn show(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let asset = app.assets.by_address.get(&name).ok_or(Error::NotFound)?;
    let tag = HeaderValue::from_str(&format!("W/\"{name}\"")).map_err(anyhow::Error::from)?;
    let forever = [
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
        (header::ETAG, tag.clone()),
        (header::VARY, HeaderValue::from_static("Accept-Encoding")),
    ];
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, forever).into_response());
    }
    let (encoding, body) = match Encoding::for_file(&headers) {
        Encoding::Brotli if let Some(body) = &asset.brotli => (Encoding::Brotli, body),
        Encoding::Brotli | Encoding::Gzip if let Some(body) = &asset.gzip => (Encoding::Gzip, body),
        _ => (Encoding::Identity, &asset.identity),
    };
    let mut response = (forever, body.clone()).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, asset.kind.clone());
    if let Some(name) = encoding.name() {
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_opens_with_its_layers_and_has_no_comments() {
        let sheet = style_sheet();
        assert!(
            sheet.starts_with("@layer tokens, base, layout, parts, utilities, print;"),
            "{sheet}"
        );
        assert!(!sheet.contains("/*"));
    }
}
