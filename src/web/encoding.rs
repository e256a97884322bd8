//! Compressing bodies, once, in the encoding that the client prefers.

use std::io::Write;

use axum::http::{HeaderMap, header};

/// A content coding that we can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    Identity,
    Gzip,
    Brotli,
}

/// How hard compression works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// For pages, made while someone waits.
    Quick,
    /// For files, made once at start.
    Thorough,
}

/// Smaller bodies gain nothing.
const WORTHWHILE: usize = 860;

impl Encoding {
    /// The first of these encodings that `Accept-Encoding` allows, or else identity.
    fn first_accepted(headers: &HeaderMap, preferred: [Self; 2]) -> Self {
        let accepts = |encoding: &Self| {
            let name = encoding.name().unwrap_or_default();
            headers
                .get_all(header::ACCEPT_ENCODING)
                .iter()
                .any(|value| {
                    value.to_str().unwrap_or_default().split(',').any(|item| {
                        let (own, parameters) = item.split_once(';').unwrap_or((item, ""));
                        let weight = parameters.trim().strip_prefix("q=").map(str::parse::<f32>);
                        own.trim().eq_ignore_ascii_case(name) && weight != Some(Ok(0.0))
                    })
                })
        };
        preferred
            .into_iter()
            .find(accepts)
            .unwrap_or(Self::Identity)
    }

    /// For files, which are compressed once: the smallest.
    #[must_use]
    pub fn for_file(headers: &HeaderMap) -> Self {
        Self::first_accepted(headers, [Self::Brotli, Self::Gzip])
    }

    /// For pages, which are compressed while someone waits: gzip at its lowest level takes a third
    /// of the time that brotli needs for the same size.
    #[must_use]
    pub fn for_page(headers: &HeaderMap) -> Self {
        Self::first_accepted(headers, [Self::Gzip, Self::Brotli])
    }

    /// The name for `Content-Encoding`.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }

    /// The compressed body; `None` when it is better left as it is.
    #[must_use]
    pub fn compress(self, body: &[u8], effort: Effort) -> Option<Vec<u8>> {
        if body.len() < WORTHWHILE {
            return None;
        }
        let mut out = Vec::with_capacity(body.len() / 3);
        match self {
            Self::Identity => return None,
            Self::Gzip => {
                let level = match effort {
                    Effort::Quick => 1,
                    Effort::Thorough => 9,
                };
                let mut writer =
                    flate2::write::GzEncoder::new(&mut out, flate2::Compression::new(level));
                writer.write_all(body).ok()?;
                writer.finish().ok()?;
            }
            Self::Brotli => {
                let quality = match effort {
                    Effort::Quick => 3,
                    Effort::Thorough => 9,
                };
                let mut writer = brotli::CompressorWriter::new(&mut out, 4096, quality, 20);
                writer.write_all(body).ok()?;
                writer.flush().ok()?;
                drop(writer);
            }
        }
        (out.len() < body.len()).then_some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn accepted(value: &str) -> Encoding {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, value.parse().unwrap());
        Encoding::for_file(&headers)
    }

    #[test]
    fn the_best_accepted_encoding_is_chosen() {
        assert_eq!(accepted("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(accepted("gzip;q=0.8, br;q=0"), Encoding::Gzip);
        assert_eq!(accepted("identity"), Encoding::Identity);
        assert_eq!(Encoding::for_page(&HeaderMap::new()), Encoding::Identity);
    }

    #[test]
    fn what_is_compressed_can_be_read() {
        let body = "families and schools ".repeat(200);
        let gzip = Encoding::Gzip
            .compress(body.as_bytes(), Effort::Quick)
            .unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(gzip.as_slice())
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, body);
        let br = Encoding::Brotli
            .compress(body.as_bytes(), Effort::Thorough)
            .unwrap();
        let mut text = String::new();
        brotli::Decompressor::new(br.as_slice(), 4096)
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, body);
        assert_eq!(Encoding::Brotli.compress(b"short", Effort::Quick), None);
    }
}
